package evidence

import (
	"math"

	"firstsign/detector/series"
	"firstsign/detector/stats"
)

// Fusion makes one number of the evidence of all series of an account. The zero
// value has none.
type Fusion struct {
	// null counts the account's series that could have shown something; sum is
	// their evidence, most the largest.
	null      int
	sum, most float64
	person    float64 // the largest evidence of a key contact's series
	Union     float64 // evidence of contact of any kind
	// rare is what incidents add to the rest, alone what the rarest of them is
	// worth by itself.
	rare, alone float64
}

// Bad news is common in a portfolio with several kinds of it, each once in two
// years of an account. One is enough by itself when it is aloneYears times
// rarer than the alerts that are wanted; any of them adds incidentPart of its nats
// to the rest, but for incidentDiscount, so that two unrelated ones are no alert
// yet: a nat of the curves is worth more than one of a model. Set by hand on
// simulated portfolios.
const (
	aloneYears       = 8
	incidentDiscount = 1.5
	incidentPart     = 0.2
)

var shippedExceedance = stats.ShippedExceedance()

// LeastEvidence in nats is that of a reason beside stronger ones.
const LeastEvidence = 1.5

// Add adds the evidence of one series, of the account or of a key contact of it,
// and returns what it is worth with the weight of its signal. part is what part of the
// account's contact goes through a contact.
func (f *Fusion) Add(r *series.Rule, contact bool, part float64, t Term) (e float64) {
	e = r.Weight * t.Worth
	switch {
	case r.Kind == series.Event:
		if !contact { // a contact's event is the account's as well
			f.rare += incidentPart * max(0, e-incidentDiscount)
		}
		if t.Evidence > 0 {
			years := e + math.Log(float64(t.Window)/365)
			f.alone = max(f.alone, shippedExceedance.Evidence(math.Exp(years)/aloneYears))
		}
	case contact:
		f.person = max(f.person, e+max(-leastPart, math.Log(part)))
	default:
		f.null++
		f.sum += e
		f.most = max(f.most, e)
	}
	return e
}

// How evidence of several series is joined. Set by hand on simulated accounts of
// 1 to 16 series: null ones should raise alerts as often however many they are,
// and a fall of one series, or a little one of all, should be found about as soon
// as by the best chart of one series (docs/data-team/quality-simulated.md).
const (
	// seriesCorrelation is how alike the series of one account move in health:
	// who writes less one week also calls less.
	seriesCorrelation = 1.0 / 3
	// lookPrice is what each e-fold of series looked at costs the loudest, in
	// nats. Less than the 1 of Bonferroni: a nat of the curves is worth more than
	// a factor e to accounts more regular than those they were fitted to.
	lookPrice = 0.12
	// leastPart is the most, in nats, that a small part of the contact takes off the
	// evidence of a key contact: the files say that this person matters.
	leastPart = 0.8
	// partPrice is what is asked of the answers of single series, in nats, beside that
	// of contact of any kind: on real companies the latter is right more often.
	partPrice = 0.13
	// sumUnit is how many nats of the curves make one of Fisher's.
	sumUnit = 0.86
)

// Habit makes one number of how an account differs from its own habit, in nats. It is
// monotone in each part. Four questions are asked and the strongest answer counts: is there
// less contact of any kind; did one series, or one of a key contact, fall a lot;
// and did all of them fall a little (Fisher's sum, with Brown's correction for
// dependence: Brown 1975, "A method for combining non-independent, one-sided
// tests of significance")? A key contact's answer has paid by its part of the
// contact: people come and go for reasons of their own, there are several, and who
// leaves matters as much as what went through them. Bad news adds to either.
func (f *Fusion) Habit() float64 {
	e := f.person
	if n := float64(f.null); n > 0 {
		answer := f.most - lookPrice*math.Log(n)
		if n > 1 {
			scale := sumUnit * (1 + (n-1)*seriesCorrelation)
			answer = max(answer, sumUnit*stats.GammaUpper(n*sumUnit/scale, f.sum/scale))
			answer = max(f.Union, answer-partPrice)
		}
		e = max(e, answer)
	}
	return e + f.rare
}

// Nats makes one number of all evidence, in nats.
func (f *Fusion) Nats() float64 { return max(f.Habit(), f.alone) }

// Alone is what the rarest bad news is worth by itself.
func (f *Fusion) Alone() float64 { return f.alone }

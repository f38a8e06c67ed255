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
	alone     float64 // the largest of what is left of each by itself, see priceAlone
	prices    float64 // the sum of what was taken off
	// person is the largest evidence of a key contact's series, personAlone the largest
	// of what is left of each by itself.
	person, personAlone float64
	Union               float64 // evidence of contact of any kind
	// rare is what incidents add to the rest, rarest what the rarest of them is
	// worth by itself.
	rare, rarest float64
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
	price := max(leastAlone, t.Alone)
	switch {
	case r.Kind == series.Event:
		if !contact { // a contact's event is the account's as well
			f.rare += incidentPart * max(0, e-incidentDiscount)
		}
		if t.Evidence > 0 {
			years := e + math.Log(float64(t.Window)/365)
			f.rarest = max(f.rarest, shippedExceedance.Evidence(math.Exp(years)/aloneYears))
		}
	case contact:
		ofAccount := e + max(-leastPart, math.Log(part))
		f.person, f.personAlone = max(f.person, ofAccount), max(f.personAlone, ofAccount-price)
	default:
		f.null++
		f.sum += e
		f.prices += price
		f.most, f.alone = max(f.most, e), max(f.alone, e-price)
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
	// lookPrice is what each e-fold of series looked at costs the strongest, in
	// nats. Less than the 1 of Bonferroni: a nat of the curves is worth more than
	// a factor e to accounts more regular than those they were fitted to.
	lookPrice = 0.12
	// leastPart is the most, in nats, that a small part of the contact takes off the
	// evidence of a key contact: the files say that this person matters.
	leastPart = 0.8
	// seriesSupport and personSupport are how many nats a series and a key contact add to
	// contact of any kind for each nat beyond seriesClear and personClear, up to
	// mostSupport. Set on the development half of the companies.
	seriesSupport, seriesClear = 0.3, 3.5
	personSupport, personClear = 0.5, 2
	mostSupport                = 1
	// leastAlone and mostAlone are the prices in nats of what only one series shows:
	// one that goes on as evenly as steadyAlone, or as unevenly as wildAlone, as
	// dispersions of four weeks.
	leastAlone, mostAlone  = 0.13, 3
	steadyAlone, wildAlone = 0.1, 0.4
	// sumUnit is how many nats of the curves make one of Fisher's.
	sumUnit = 0.86
)

// priceAlone is what is taken off the evidence of one series where it stands alone. On
// real companies channels end and people leave while the account stays, the more often
// the more unevenly they went.
func priceAlone(p *series.Baseline) float64 {
	wild := (p.Dispersion(series.ViewDays, usualCount) - steadyAlone) / (wildAlone - steadyAlone)
	return leastAlone + (mostAlone-leastAlone)*min(1, max(0, wild))
}

// usualCount is how much is expected in the time over which a series' dispersion is asked.
const usualCount = 10

// Habit makes one number of how an account differs from its own habit, in nats. It is
// monotone in each part. First there is less contact of any kind, or there is not. That
// one series fell a lot, that all of them fell a little (Fisher's sum, with Brown's
// correction for dependence: Brown 1975, "A method for combining non-independent,
// one-sided tests of significance"), or that a key contact has gone supports it, up to a
// bound; by themselves they have a price. A key contact's evidence has paid by its part
// of the contact. Bad news adds to either.
func (f *Fusion) Habit() float64 {
	whole, part, alone := f.most, 0.0, 0.0
	if n := float64(f.null); n > 1 {
		scale := sumUnit * (1 + (n-1)*seriesCorrelation)
		look := lookPrice * math.Log(n)
		whole, part, alone = f.Union, f.most-look, f.alone-look
		shape, x, price := n*sumUnit/scale, f.sum/scale, f.prices/n
		// Mostly what all of them show is surely too little to count.
		if most := sumUnit * stats.GammaUpperAtMost(shape, x); most > max(part, seriesClear) || most-price > max(alone, whole, f.personAlone) {
			all := sumUnit * stats.GammaUpper(shape, x)
			part, alone = max(part, all), max(alone, all-price)
		}
	}
	together := whole +
		min(mostSupport, seriesSupport*max(0, part-seriesClear)) +
		min(mostSupport, personSupport*max(0, f.person-personClear))
	return max(together, alone, f.personAlone) + f.rare
}

// Nats makes one number of all evidence, in nats.
func (f *Fusion) Nats() float64 { return max(f.Habit(), f.rarest) }

// Alone is what the rarest bad news is worth by itself.
func (f *Fusion) Alone() float64 { return f.rarest }

package detector

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"firstsign/detector/series"
	"firstsign/detector/stats"
	"firstsign/signals"
)

// judgement is the evidence of all series of an account, being fused.
type judgement struct {
	account *account
	open    bool        // something is known of the closed day
	contact signals.Day // the last of theirs
	reasons []weighed
	// null counts the account's series that could have shown something; sum is
	// their evidence, most the largest.
	null      int
	sum, most float64
	// people counts the series of key contacts, person is their largest evidence.
	people int
	person float64
	union  float64 // evidence of contact of any kind
	// rare is what incidents add to the rest, alone what the rarest of them is
	// worth by itself.
	rare, alone float64
	matches     []match // the patterns that hold
	ruled       bool    // and it is one of them that counts
	handovers   []handover
}

// weighed is a term and what it counts for.
type weighed struct {
	key    series.Key
	term   term
	lo     signals.Day
	weight float64
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

// add takes in the evidence of one series.
func (j *judgement) add(s *series.Series, r *series.Rule, t term, lo signals.Day) {
	e := r.Weight * t.worth
	switch {
	case r.Kind == series.Event:
		if s.Key.Contact == 0 { // a contact's event is the account's as well
			j.rare += incidentPart * max(0, e-incidentDiscount)
		}
		if t.evidence > 0 {
			years := e + math.Log(float64(t.window)/365)
			j.alone = max(j.alone, shippedExceedance.Evidence(math.Exp(years)/aloneYears))
		}
	case s.Key.Contact > 0:
		j.people++
		j.person = max(j.person, e)
	default:
		j.null++
		j.sum += e
		j.most = max(j.most, e)
	}
	if t.evidence > 0 {
		j.reasons = append(j.reasons, weighed{s.Key, t, lo, e})
	}
}

// How evidence of several series is joined. Set by hand on simulated accounts of
// 1 to 16 series: null ones should raise alerts as often however many they are,
// and a fall of one series, or a little one of all, should be found about as soon
// as by the best chart of one series (docs/data-team/quality.md).
const (
	// seriesCorrelation is how alike the series of one account move in health:
	// who writes less one week also calls less.
	seriesCorrelation = 1.0 / 3
	// lookPrice is what each e-fold of series looked at costs the loudest, in
	// nats. Less than the 1 of Bonferroni: a nat of the curves is worth more than
	// a factor e to accounts more regular than those they were fitted to.
	lookPrice = 0.12
	// personPrice is the same for the loudest series of a key contact: people come
	// and go for reasons of their own, and there are several.
	personPrice = 0.35
	// questions are asked of an account with several series, where one is asked of
	// an account with a single one. The strongest answer counts, so that each is
	// paid for as a look.
	questions = 3
	// sumUnit is how many nats of the curves make one of Fisher's.
	sumUnit = 0.86
)

// fuse makes one number of the evidence, in nats. It is monotone in each
// part. Four questions are asked and the strongest answer counts: is there
// less contact of any kind; did one series, or one of a key contact, fall a lot;
// and did all of them fall a little (Fisher's sum, with Brown's correction for
// dependence: Brown 1975, "A method for combining non-independent, one-sided
// tests of significance")? Bad news adds to either.
func (j *judgement) fuse() float64 {
	e := 0.0
	if j.people > 0 {
		e = max(e, j.person-personPrice*math.Log(float64(j.null+j.people)))
	}
	if n := float64(j.null); n > 0 {
		answer := j.most - lookPrice*math.Log(n)
		if n > 1 {
			scale := sumUnit * (1 + (n-1)*seriesCorrelation)
			answer = max(answer, j.union, sumUnit*stats.GammaUpper(n*sumUnit/scale, j.sum/scale))
			answer -= lookPrice * math.Log(questions)
		}
		e = max(e, answer)
	}
	return max(e+j.rare, j.alone)
}

const (
	reasonsShown  = 8
	leastEvidence = 1.5 // of a reason beside stronger ones
)

// conclude turns a closed day's judgement into risk and episode.
func (e *Engine) conclude(j *judgement, d signals.Day) {
	a := j.account
	evidence := e.evidenceOf(j)
	// While an account is silent its risk never falls.
	if j.contact <= a.floorDay {
		evidence = max(evidence, a.floor)
	}
	a.floorDay, a.floor = max(a.floorDay, j.contact), evidence
	changed := a.evidence != evidence
	a.evidence = evidence
	risk := e.rules.Exceedance.Years(float64(evidence))
	if changed && e.onScore != nil {
		e.onScore(a.id, d, risk)
	}
	e.step(j, d, risk)
	expected := a.isExpected(d)
	if e.acceptable(j, d) || expected {
		e.accept(j, d, risk)
	}
	if expected {
		a.opinion.level = d
	}
}

// concludeArrival raises an alert at once when an event is enough.
func (e *Engine) concludeArrival(j *judgement, o *observation) {
	evidence := e.evidenceOf(j)
	risk := e.rules.Exceedance.Years(float64(evidence))
	e.stepArrival(j, o, float64(evidence), risk)
}

// words are the reasons of a judgement, strongest first.
func (e *Engine) words(j *judgement) []Reason {
	slices.SortStableFunc(j.reasons, func(a, b weighed) int {
		if c := cmp.Compare(b.weight, a.weight); c != 0 {
			return c
		}
		return e.compareKeys(j.account, a.key, b.key)
	})
	least := leastEvidence
	if len(j.reasons) > 0 && j.reasons[0].weight < least {
		least = j.reasons[0].weight / 2 // all fell a little: the strongest say which
	}
	var reasons []Reason
	for i := range j.reasons {
		w := &j.reasons[i]
		if w.weight < least || w.weight <= 0 || len(reasons) == reasonsShown {
			break
		}
		if !j.personal(w, least) {
			reasons = append(reasons, e.word(j.account, w))
		}
	}
	rules := append(e.matchWords(j), e.markWords(j.account, true)...)
	if j.ruled {
		reasons = append(rules, reasons...)
	} else {
		reasons = append(reasons, rules...)
	}
	reasons = append(reasons, e.peopleWords(j, reasons)...)
	return append(reasons, e.markWords(j.account, false)...)
}

// personal tells whether an account's reason is that of one of its key
// contacts, who is then the one to name.
func (j *judgement) personal(w *weighed, least float64) bool {
	return w.key.Contact == 0 && slices.ContainsFunc(j.reasons, func(p weighed) bool {
		if p.key.Contact == 0 || p.key.Signal != w.key.Signal || p.term.kind != w.term.kind || p.weight < least {
			return false
		}
		if w.term.kind == Incident {
			return p.term.to >= w.term.to
		}
		return p.term.window == w.term.window && p.term.to == w.term.to && math.Abs(p.term.from-w.term.from) <= 0.2*w.term.from
	})
}

// word puts one term into words.
func (e *Engine) word(a *account, w *weighed) Reason {
	x := Reason{
		Signal: e.nameOf(w.key.Signal), Side: series.Theirs, Term: w.term.kind, Window: w.term.window,
		From: w.term.from, To: w.term.to, Since: w.lo + signals.Day(w.term.last), Evidence: w.term.evidence, Peers: w.term.peers,
		Older: w.term.kind == Gap && w.term.last < 0,
	}
	if w.key.Signal == anyContact {
		return x
	}
	if r := &e.signals.Rules[w.key.Signal]; (r.Kind == series.Score || r.Kind == series.Amount) && x.Term != Gap { // a gap is in days
		x.From, x.To = x.From*r.Resolution, x.To*r.Resolution
	}
	if w.key.Contact > 0 {
		x.Contact = a.people[w.key.Contact-1]
	}
	return x
}

// nameOf a signal, or of contact of any kind.
func (e *Engine) nameOf(signal uint16) string {
	if signal == anyContact {
		return AnyContact
	}
	return e.signals.Rules[signal].Name
}

// compareKeys orders series by names, never by numbers, which depend on the
// order in which a state was read.
func (e *Engine) compareKeys(a *account, x, y series.Key) int {
	if c := strings.Compare(e.nameOf(x.Signal), e.nameOf(y.Signal)); c != 0 {
		return c
	}
	name := func(k series.Key) string {
		if k.Contact == 0 {
			return ""
		}
		return a.people[k.Contact-1]
	}
	return strings.Compare(name(x), name(y))
}

package detector

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"firstsign/signals"
)

// judgement is the evidence of all series of an account, being fused.
type judgement struct {
	account *account
	open    bool        // something is known of the closed day
	contact signals.Day // the last of theirs
	reasons []weighed
	// null counts the series that could have shown something; sum is their
	// evidence, most the largest.
	null      int
	sum, most float64
	// rare is what incidents add to the rest, alone what the rarest of them is
	// worth by itself.
	rare, alone float64
}

// weighed is a term and what it counts for.
type weighed struct {
	key    seriesKey
	term   term
	lo     signals.Day
	weight float64
}

// Bad news is common in a portfolio with several kinds of it, each once in two
// years of an account. One is enough by itself when it is aloneYears times
// rarer than the alerts that are wanted; any of them adds its nats to the rest
// but for incidentDiscount, so that two unrelated ones are no alert yet. Both
// set by hand on simulated portfolios.
const (
	aloneYears       = 8
	incidentDiscount = 1.5
)

// add takes in the evidence of one series.
func (j *judgement) add(s *series, r *rule, t term, lo signals.Day) {
	e := r.weight * t.worth
	if r.Kind == Event {
		if s.key.contact == 0 { // a contact's event is the account's as well
			j.rare += max(0, e-incidentDiscount)
		}
		if t.evidence > 0 {
			years := e + math.Log(float64(t.window)/365)
			j.alone = max(j.alone, oneYear+exceedScale*(years-math.Log(aloneYears)))
		}
	} else {
		j.null++
		j.sum += e
		j.most = max(j.most, e)
	}
	if t.evidence > 0 {
		j.reasons = append(j.reasons, weighed{s.key, t, lo, e})
	}
}

// seriesCorrelation is how alike the series of one account move in health: who
// writes less one week also calls less. Set by hand; the benchmark has two
// sets with two signals each and does not tell 0.3 from 0.5.
const seriesCorrelation = 0.4

// fuse makes one number of the evidence, in nats. It is monotone in each
// part. Two questions are asked and the stronger answer counts: did one
// series fall a lot (corrected for having looked at all of them, Bonferroni),
// and did all of them fall a little (Fisher's sum, with Brown's correction for
// dependence: Brown 1975, "A method for combining non-independent, one-sided
// tests of significance")? Bad news adds to either.
func (j *judgement) fuse() float64 {
	e := 0.0
	if j.null > 0 {
		n := float64(j.null)
		e = max(0, j.most-math.Log(n))
		if j.null > 1 {
			scale := 1 + (n-1)*seriesCorrelation
			if together := gammaUpper(n/scale, j.sum/scale); together > e {
				e = together
			}
		}
	}
	return max(e+j.rare, j.alone)
}

// The exceedance curve: how rarely a healthy account shows as much evidence.
// One account-year at oneYear nats, e times rarer with each exceedScale more.
// Set on the development half of the benchmark (210 real people of four sets,
// days on which they were not about to leave, episodes counted once): there a
// risk of 0.3 is reached 3.0 times an account-year, 1 0.94 times, 3 0.35, 10
// 0.08. People pause for their own reasons, so the curve is far flatter than
// the one nat to a factor e of a true model.
const (
	oneYear       = 8.8
	exceedScale   = 5.0
	greatestRisk  = 1e6
	reasonsShown  = 8
	leastEvidence = 1.0
)

// riskOf evidence, in account-years.
func riskOf(evidence float64) float64 {
	return min(greatestRisk, math.Exp((evidence-oneYear)/exceedScale))
}

// conclude turns a closed day's judgement into risk and episode.
func (e *Engine) conclude(j *judgement, d signals.Day) {
	a := j.account
	evidence := float32(j.fuse())
	// While an account is silent its risk never falls.
	if j.contact <= a.floorDay {
		evidence = max(evidence, a.floor)
	}
	a.floorDay, a.floor = max(a.floorDay, j.contact), evidence
	changed := a.evidence != evidence
	a.evidence = evidence
	risk := riskOf(float64(evidence))
	if changed && e.onScore != nil {
		e.onScore(a.id, d, risk)
	}
	e.step(j, d, risk)
}

// concludeArrival raises an alert at once when an event is enough.
func (e *Engine) concludeArrival(j *judgement, o *observation) {
	evidence := float32(j.fuse())
	risk := riskOf(float64(evidence))
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
	var reasons []Reason
	for _, w := range j.reasons {
		if w.weight < leastEvidence || len(reasons) == reasonsShown {
			break
		}
		if j.named(&w) {
			continue
		}
		reasons = append(reasons, e.word(j.account, &w))
	}
	return reasons
}

// named tells whether an incident of the account is told with the contact it
// came from.
func (j *judgement) named(w *weighed) bool {
	return w.term.kind == Incident && w.key.contact == 0 && slices.ContainsFunc(j.reasons, func(o weighed) bool {
		return o.key.signal == w.key.signal && o.key.contact > 0 && o.term.to >= w.term.to
	})
}

// word puts one term into words.
func (e *Engine) word(a *account, w *weighed) Reason {
	r := &e.signals.rules[w.key.signal]
	x := Reason{
		Signal: r.Name, Side: Theirs, Term: w.term.kind, Window: w.term.window,
		From: w.term.from, To: w.term.to, Since: w.lo + signals.Day(w.term.last), Evidence: w.term.evidence,
	}
	if r.Kind == Score || r.Kind == Amount {
		x.From, x.To = x.From*r.Resolution, x.To*r.Resolution
	}
	if w.key.contact > 0 {
		x.Contact = a.people[w.key.contact-1]
	}
	return x
}

// compareKeys orders series by names, never by numbers, which depend on the
// order in which a state was read.
func (e *Engine) compareKeys(a *account, x, y seriesKey) int {
	if c := strings.Compare(e.signals.rules[x.signal].Name, e.signals.rules[y.signal].Name); c != 0 {
		return c
	}
	name := func(k seriesKey) string {
		if k.contact == 0 {
			return ""
		}
		return a.people[k.contact-1]
	}
	return strings.Compare(name(x), name(y))
}

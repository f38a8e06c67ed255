package detector

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"firstsign/detector/evidence"
	"firstsign/detector/series"
	"firstsign/signals"
)

// weighed is a term and what it counts for.
type weighed struct {
	key    series.Key
	term   evidence.Term
	lo     signals.Day
	weight float64
}

// add takes in the evidence of one series.
func (j *assessment) add(s *series.Series, r *series.Rule, t evidence.Term, lo signals.Day) {
	e := j.Add(r, s.Key.Contact > 0, t)
	if t.Evidence > 0 {
		j.reasons = append(j.reasons, weighed{s.Key, t, lo, e})
	}
}

// reasonsShown is how many reasons of the statistics one finding has.
const reasonsShown = 8

// conclude turns a closed day's judgement into risk and episode.
func (e *Engine) conclude(j *assessment, d signals.Day) {
	a := j.account
	evidence := j.evidenceOf()
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
	if j.acceptable(d) || expected {
		e.accept(j, d, risk)
	}
	if expected {
		a.opinion.level = d
	}
}

// concludeArrival raises an alert at once when an event is enough.
func (e *Engine) concludeArrival(j *assessment, o *observation) {
	evidence := j.evidenceOf()
	risk := e.rules.Exceedance.Years(float64(evidence))
	e.stepArrival(j, o, float64(evidence), risk)
}

// words are the reasons of a judgement, strongest first.
func (j *assessment) words() []Reason {
	slices.SortStableFunc(j.reasons, func(a, b weighed) int {
		if c := cmp.Compare(b.weight, a.weight); c != 0 {
			return c
		}
		return j.compareKeys(j.account, a.key, b.key)
	})
	least := evidence.LeastEvidence
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
			reasons = append(reasons, j.word(j.account, w))
		}
	}
	rules := append(j.matchWords(), j.markWords(j.account, true)...)
	if j.ruled {
		reasons = append(rules, reasons...)
	} else {
		reasons = append(reasons, rules...)
	}
	reasons = append(reasons, j.peopleWords(reasons)...)
	return append(reasons, j.markWords(j.account, false)...)
}

// personal tells whether an account's reason is that of one of its key
// contacts, who is then the one to name.
func (j *assessment) personal(w *weighed, least float64) bool {
	return w.key.Contact == 0 && slices.ContainsFunc(j.reasons, func(p weighed) bool {
		if p.key.Contact == 0 || p.key.Signal != w.key.Signal || p.term.Kind != w.term.Kind || p.weight < least {
			return false
		}
		if w.term.Kind == evidence.Incident {
			return p.term.To >= w.term.To
		}
		return p.term.Window == w.term.Window && p.term.To == w.term.To && math.Abs(p.term.From-w.term.From) <= 0.2*w.term.From
	})
}

// word puts one term into words.
func (y *yardstick) word(a *account, w *weighed) Reason {
	x := Reason{
		Signal: y.signals.Name(w.key.Signal), Side: series.Theirs, Term: w.term.Kind, Window: w.term.Window,
		From: w.term.From, To: w.term.To, Since: w.lo + signals.Day(w.term.Last), Evidence: w.term.Evidence, Peers: w.term.Peers,
		Older: w.term.Kind == evidence.Gap && w.term.Last < 0,
	}
	if w.key.Signal == series.AnyContactID {
		return x
	}
	if r := &y.signals.Rules[w.key.Signal]; (r.Kind == series.Score || r.Kind == series.Amount) && x.Term != evidence.Gap { // a gap is in days
		x.From, x.To = x.From*r.Resolution, x.To*r.Resolution
	}
	if w.key.Contact > 0 {
		x.Contact = a.people[w.key.Contact-1]
	}
	return x
}

// compareKeys orders series by names, never by numbers, which depend on the
// order in which a state was read.
func (y *yardstick) compareKeys(a *account, one, other series.Key) int {
	if c := strings.Compare(y.signals.Name(one.Signal), y.signals.Name(other.Signal)); c != 0 {
		return c
	}
	name := func(k series.Key) string {
		if k.Contact == 0 {
			return ""
		}
		return a.people[k.Contact-1]
	}
	return strings.Compare(name(one), name(other))
}

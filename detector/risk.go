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

// judgement is the evidence of all series of an account, being fused.
type judgement struct {
	account *account
	open    bool        // something is known of the closed day
	contact signals.Day // the last of theirs
	reasons []weighed
	evidence.Fusion
	matches   []match // the patterns that hold
	ruled     bool    // and it is one of them that counts
	handovers []handover
}

// weighed is a term and what it counts for.
type weighed struct {
	key    series.Key
	term   evidence.Term
	lo     signals.Day
	weight float64
}

// add takes in the evidence of one series.
func (j *judgement) add(s *series.Series, r *series.Rule, t evidence.Term, lo signals.Day) {
	e := j.Add(r, s.Key.Contact > 0, t)
	if t.Evidence > 0 {
		j.reasons = append(j.reasons, weighed{s.Key, t, lo, e})
	}
}

// reasonsShown is how many reasons of the statistics one finding has.
const reasonsShown = 8

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
func (e *Engine) word(a *account, w *weighed) Reason {
	x := Reason{
		Signal: e.signals.Name(w.key.Signal), Side: series.Theirs, Term: w.term.Kind, Window: w.term.Window,
		From: w.term.From, To: w.term.To, Since: w.lo + signals.Day(w.term.Last), Evidence: w.term.Evidence, Peers: w.term.Peers,
		Older: w.term.Kind == evidence.Gap && w.term.Last < 0,
	}
	if w.key.Signal == series.AnyContactID {
		return x
	}
	if r := &e.signals.Rules[w.key.Signal]; (r.Kind == series.Score || r.Kind == series.Amount) && x.Term != evidence.Gap { // a gap is in days
		x.From, x.To = x.From*r.Resolution, x.To*r.Resolution
	}
	if w.key.Contact > 0 {
		x.Contact = a.people[w.key.Contact-1]
	}
	return x
}

// compareKeys orders series by names, never by numbers, which depend on the
// order in which a state was read.
func (e *Engine) compareKeys(a *account, x, y series.Key) int {
	if c := strings.Compare(e.signals.Name(x.Signal), e.signals.Name(y.Signal)); c != 0 {
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

package detector

import (
	"cmp"
	"firstsign/detector/evidence"
	"firstsign/detector/finding"
	"firstsign/detector/relations"
	"firstsign/detector/series"
	"firstsign/signals"
	"math"
	"slices"
	"strings"
)

// reasonsShown is how many reasons of the statistics one finding has.
const reasonsShown = 8

// weighed is a term and what it counts for.
type weighed struct {
	key    series.Key
	term   evidence.Term
	lo     signals.Day
	weight float64
}

// words are the reasons of a judgement, strongest first.
func (j *assessment) words() []finding.Reason {
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
	var reasons []finding.Reason
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
func (y *yardstick) word(a *account, w *weighed) finding.Reason {
	x := finding.Reason{
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

// matchWords are the reasons of the patterns that hold.
func (j *assessment) matchWords() (reasons []finding.Reason) {
	for i := range j.matches {
		m := &j.matches[i]
		p := &j.patterns[m.Pattern]
		x := finding.Reason{
			Signal: p.Signal, Side: series.Theirs, Term: evidence.Rule, Rule: p.Name, Window: p.Days, From: m.Usual, To: float64(m.N), Since: m.Since, Without: p.Without,
		}
		if p.FollowedBy == evidence.Silence {
			x.Without = series.AnyContact
		}
		if m.Key.Contact > 0 {
			x.Contact = j.account.people[m.Key.Contact-1]
		}
		reasons = append(reasons, x)
	}
	return reasons
}

// badNews are the marks of a judgement's account that hold, and whether one of
// them is of just that close.
func (j *assessment) badNews() (list []relations.Mark, fresh bool) {
	list = j.account.dossier.Bad(j.account.closed)
	return list, slices.ContainsFunc(list, func(m relations.Mark) bool { return m.Day == j.account.closed })
}

// markWords are the reasons of an account's marks: bad news that holds, or the
// rest.
func (y *yardstick) markWords(a *account, bad bool) (reasons []finding.Reason) {
	if a.dossier != nil {
		for _, m := range a.dossier.Marks {
			if m.Holds(a.closed) == bad {
				reasons = append(reasons, markReason(&m))
			}
		}
	}
	if !bad {
		reasons = append(reasons, y.toldWords(a)...)
	}
	return reasons
}

// markReason is the reason of a mark.
func markReason(m *relations.Mark) finding.Reason {
	x := finding.Reason{Signal: m.What.String(), Contact: m.Contact, Side: series.Theirs, Term: evidence.Mark, From: float64(m.From), To: float64(m.To), Since: m.Day}
	if m.What == relations.OwnerChanged {
		x.Side = series.Ours
	}
	return x
}

// toldWords are the people of whom it was told that they left or were promoted.
func (y *yardstick) toldWords(a *account) (reasons []finding.Reason) {
	for i := range a.Series {
		s := &a.Series[i]
		name := y.signals.Rules[s.Key.Signal].Name
		if name != ContactLeft && name != ContactPromoted || s.Key.Contact == 0 || s.Key.Ours {
			continue
		}
		if last := s.LastDay(a.closed); last != series.NoDay {
			reasons = append(reasons, finding.Reason{Signal: name, Contact: a.people[s.Key.Contact-1], Side: series.Theirs, Term: evidence.Mark, Since: last})
		}
	}
	slices.SortFunc(reasons, func(x, y finding.Reason) int {
		return strings.Compare(x.Signal+"\x00"+x.Contact, y.Signal+"\x00"+y.Contact)
	})
	return reasons
}

// peopleWords say beside a judgement's reasons who is the only one that talks
// with us, where it is that person who falls silent, and who has taken over.
func (j *assessment) peopleWords(reasons []finding.Reason) (more []finding.Reason) {
	if len(reasons) == 0 || len(j.account.circle) == 0 {
		return nil
	}
	a := j.account
	if p := a.circle.Summary(a.closed); p.Only != "" && slices.ContainsFunc(reasons, func(r finding.Reason) bool {
		return r.Contact == p.Only && (r.Term == evidence.Gap || r.Term == evidence.Drop)
	}) {
		i := slices.IndexFunc(p.Persons, func(x relations.Person) bool { return x.ID == p.Only })
		more = append(more, finding.Reason{Signal: series.AnyContact, Contact: p.Only, Side: series.Theirs, Term: evidence.Only,
			Window: series.JudgedDays, To: p.Persons[i].Share, Since: a.closed - series.JudgedDays + 1})
	}
	for _, h := range j.succeeded() {
		more = append(more, finding.Reason{Signal: series.AnyContact, Contact: a.circle[h.To].ID, Side: series.Theirs, Term: evidence.Handover, Since: h.Began})
	}
	return more
}

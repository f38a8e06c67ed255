package assessment

import (
	"cmp"
	"firstsign/detector/account"
	"firstsign/detector/evidence"
	"firstsign/detector/finding"
	"firstsign/detector/relations"
	"firstsign/detector/series"
	"firstsign/signals"
	"math"
	"math/bits"
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

// Reasons returns the account's reasons, strongest first. read is the day on which
// people read them. until is the last day of which something can have come by then.
func (j *Assessment) Reasons(read, until signals.Day) []finding.Reason {
	j.read, j.until = read, until
	slices.SortStableFunc(j.reasons, func(a, b weighed) int {
		if c := cmp.Compare(b.weight, a.weight); c != 0 {
			return c
		}
		return j.by.compareKeys(j.account, a.key, b.key)
	})
	least := j.leastShown()
	var reasons, old []finding.Reason
	for i := range j.reasons {
		w := &j.reasons[i]
		if w.weight < least || w.weight <= 0 || len(reasons)+len(old) == reasonsShown {
			break
		}
		switch {
		case j.personal(w, least):
		case j.isNews(w):
			reasons = append(reasons, j.reason(w))
		default:
			old = append(old, j.reason(w))
		}
	}
	rules, news := j.ruleReasons()
	reasons = j.stillTrue(append(reasons, old...), len(rules) > 0)
	if j.ruled || news {
		reasons = append(rules, reasons...)
	} else {
		reasons = append(reasons, rules...)
	}
	reasons = append(reasons, j.peopleReasons(reasons)...)
	return append(reasons, j.by.MarkReasons(j.account, false)...)
}

// leastShown is the least weight of a reason that is told.
func (j *Assessment) leastShown() float64 {
	most := 0.0
	for i := range j.reasons {
		most = max(most, j.reasons[i].weight)
	}
	if most < evidence.LeastEvidence {
		return most / 2 // all fell a little: the strongest say which
	}
	return evidence.LeastEvidence
}

// isNews tells whether a reason says something that could not be said when the alert
// was told of before: bad news and readings that came since, a fall, and a silence as
// far as its days are counted, for they have gone on. Those come first in what is told
// again.
func (j *Assessment) isNews(w *weighed) bool {
	last := j.lastOf(w.key)
	switch {
	case j.told == series.NoDay:
		return true
	case w.term.Kind == evidence.Incident || w.term.Kind == evidence.Shift:
		return last > j.told
	}
	return !w.term.Kind.NothingCame(w.term.To) || last != series.NoDay || j.before() < j.account.Closed-series.JudgedDays
}

// ToldBefore says whether the next finding repeats an alert. The reasons that are news
// come first then.
func (j *Assessment) ToldBefore(again bool) {
	j.told = series.NoDay
	if ep := &j.account.Episode; again {
		j.told, j.untold = ep.AlertedOn, j.Matched()&^ep.Told
	}
}

// HasNews tells whether a reason that counts is news since the day of the last message.
func (j *Assessment) HasNews(told signals.Day) bool {
	j.told = told
	counts := func(w weighed) bool { return w.weight >= evidence.LeastEvidence }
	return !slices.ContainsFunc(j.reasons, counts) ||
		slices.ContainsFunc(j.reasons, func(w weighed) bool { return counts(w) && j.isNews(&w) })
}

// ruleReasons are the reasons of the rules that hold and of bad news in the files. news
// tells whether one of them was not told of before: that one is the first.
func (j *Assessment) ruleReasons() (reasons []finding.Reason, news bool) {
	old := func(m match) int { return int(^j.untold >> m.Pattern & 1) }
	slices.SortStableFunc(j.matches, func(a, b match) int { return cmp.Compare(old(a), old(b)) })
	rules, marks := j.matchReasons(), j.by.MarkReasons(j.account, true)
	if _, fresh := j.badNews(); fresh && j.told != series.NoDay && j.untold == 0 {
		slices.SortStableFunc(marks, func(a, b finding.Reason) int { return cmp.Compare(b.Since, a.Since) })
		return append(marks, rules...), true
	}
	return append(rules, marks...), j.untold != 0
}

// personal tells whether an account's reason is that of one of its key
// contacts, who is then the one to name.
func (j *Assessment) personal(w *weighed, least float64) bool {
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

// reason puts one term into words.
func (j *Assessment) reason(w *weighed) finding.Reason {
	x := finding.Reason{
		Signal: j.by.Signals.Name(w.key.Signal), Side: series.Theirs, Term: w.term.Kind, Window: w.term.Window,
		From: w.term.From, To: w.term.To, Since: w.lo + signals.Day(w.term.Last), Evidence: w.term.Evidence, Peers: w.term.Peers,
	}
	switch {
	case w.term.Kind == evidence.Incident:
		x.Unseen, x.History = w.term.Unseen, max(0, int(x.Since-j.account.First))
	case w.term.Kind.NothingCame(w.term.To):
		j.countSilence(&x, w.key)
	}
	if w.key.Signal == series.AnyContactID {
		return x
	}
	if r := &j.by.Signals.Rules[w.key.Signal]; (r.Kind == series.Score || r.Kind == series.Amount) && x.Term != evidence.Gap { // a gap is in days
		x.From, x.To = x.From*r.Resolution, x.To*r.Resolution
	}
	x.Contact = j.account.KeyContact(w.key.Contact)
	if w.term.Kind == evidence.Incident {
		j.countBlind(&x, w)
		x.Rival = j.rivalsOf(w.key, x.Since)
	}
	return x
}

// countBlind adds bad news of days of which not all is known. They are no part of how rare
// it is, but it came.
func (j *Assessment) countBlind(x *finding.Reason, w *weighed) {
	if j.by.Today == nil {
		return
	}
	s := j.account.Find(w.key)
	for m := series.Since(s.Active, w.lo) &^ j.by.Today.KnownOf(s) & (1<<series.ViewDays - 1); m != 0; m &= m - 1 {
		i := bits.TrailingZeros64(m)
		if i < series.ViewDays-w.term.Window {
			x.Unseen = false
			continue
		}
		d := w.lo + signals.Day(i)
		x.To, x.Since = x.To+float64(s.At(series.Slot(d))), min(x.Since, d)
	}
}

// countSilence counts the days of a silence from its last contact to the day on
// which it is read, whatever window it was seen in: one silence has one number.
func (j *Assessment) countSilence(x *finding.Reason, key series.Key) {
	x.Since = j.lastOf(key)
	if x.Older = x.Since == series.NoDay; x.Older {
		x.Since = j.before() + 1
	}
	x.Window = int(j.read - x.Since)
	if x.Term == evidence.Gap {
		x.To = float64(x.Window)
	}
}

// before is a day after which nothing came of a series whose last day is not kept any
// more: the last of the days that are not kept, or that of the account's last contact.
func (j *Assessment) before() signals.Day {
	a, day := j.account, j.account.Closed-series.JudgedDays
	for i := range a.Series {
		if j.by.Signals.Name(a.Series[i].Key.Signal) == relations.Attended {
			return day // whose days are not among those of contact
		}
	}
	return min(day, a.FloorDay)
}

// lastOf is the last day of a series, or of contact of any kind, that is kept;
// NoDay when it is older. To come to an event of ours is contact as well, though it
// is not judged as such.
func (j *Assessment) lastOf(key series.Key) signals.Day {
	a, last := j.account, series.NoDay
	lo := a.Closed - series.JudgedDays + 1
	known := uint64(1)<<min(series.RingDays-1, max(0, int(j.until-lo)+1)) - 1
	for i := range a.Series {
		s := &a.Series[i]
		if s.Key == key || key.Signal == series.AnyContactID && (j.by.Signals.Unites(s.Key) || j.by.Signals.Name(s.Key.Signal) == relations.Attended) {
			if days := series.Since(s.Active, lo) & known; days != 0 {
				last = max(last, lo+signals.Day(bits.Len64(days))-1)
			}
		}
	}
	return last
}

// stillTrue leaves out silences that have ended on a day that is still open, if
// anything is left, or more is told beside them.
func (j *Assessment) stillTrue(reasons []finding.Reason, more bool) []finding.Reason {
	over := func(r finding.Reason) bool { return r.Term.NothingCame(r.To) && r.Since > j.account.Closed }
	if !more && !slices.ContainsFunc(reasons, func(r finding.Reason) bool { return !over(r) }) {
		return reasons
	}
	return slices.DeleteFunc(reasons, over)
}

// compareKeys orders series by names, never by numbers, which depend on the
// order in which a state was read.
func (y *Yardstick) compareKeys(a *account.Account, one, other series.Key) int {
	if c := strings.Compare(y.Signals.Name(one.Signal), y.Signals.Name(other.Signal)); c != 0 {
		return c
	}
	return strings.Compare(a.KeyContact(one.Contact), a.KeyContact(other.Contact))
}

// matchReasons are the reasons of the patterns that hold.
func (j *Assessment) matchReasons() (reasons []finding.Reason) {
	for i := range j.matches {
		m := &j.matches[i]
		p := &j.by.Patterns[m.Pattern]
		x := finding.Reason{
			Signal: p.Signal, Side: series.Theirs, Term: evidence.Rule, Rule: p.Name, Window: p.Days, From: m.Usual, To: float64(m.N), Since: m.Since, Without: p.Without,
		}
		if p.Waits() { // until the day on which it is read
			x.To += float64(j.read - j.account.Closed)
		}
		if p.FollowedBy == evidence.Silence {
			x.To = float64(j.read - max(m.Since, j.lastOf(series.Key{Signal: series.AnyContactID})))
			x.Without = series.AnyContact
		}
		x.Contact = j.account.KeyContact(m.Key.Contact)
		x.Rival = j.rivalsOf(m.Key, x.Since)
		reasons = append(reasons, x)
	}
	return reasons
}

// badNews are the marks of a judgement's account that hold, and whether one of
// them is of just that close.
func (j *Assessment) badNews() (list []relations.Mark, fresh bool) {
	list = j.account.Snapshot().Bad(j.account.Closed)
	return list, slices.ContainsFunc(list, func(m relations.Mark) bool { return m.Day == j.account.Closed })
}

// FreshBadNews tells whether the files brought bad news at this close.
func (j *Assessment) FreshBadNews() bool {
	_, fresh := j.badNews()
	return fresh
}

// MarkReasons returns what the files changed: the bad news that still holds, or the
// rest.
func (y *Yardstick) MarkReasons(a *account.Account, bad bool) (reasons []finding.Reason) {
	if a.Snapshot() != nil {
		for _, m := range a.Snapshot().Marks {
			if m.Holds(a.Closed) == bad && m.What != relations.GradeChanged {
				reasons = append(reasons, markReason(&m))
			}
		}
	}
	if !bad {
		reasons = append(reasons, y.toldReasons(a)...)
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

// toldReasons are the people of whom it was told that they left or were promoted.
func (y *Yardstick) toldReasons(a *account.Account) (reasons []finding.Reason) {
	for i := range a.Series {
		s := &a.Series[i]
		name := y.Signals.Rules[s.Key.Signal].Name
		if name != ContactLeft && name != ContactPromoted || s.Key.Contact == 0 || s.Key.Ours {
			continue
		}
		if last := s.LastDay(a.Closed); last != series.NoDay {
			reasons = append(reasons, finding.Reason{Signal: name, Contact: a.KeyContact(s.Key.Contact), Side: series.Theirs, Term: evidence.Mark, Since: last})
		}
	}
	slices.SortFunc(reasons, func(x, y finding.Reason) int {
		return strings.Compare(x.Signal+"\x00"+x.Contact, y.Signal+"\x00"+y.Contact)
	})
	return reasons
}

// peopleReasons say beside a judgement's reasons who is the only one that talks
// with us, where it is that person who falls silent, and who has taken over.
func (j *Assessment) peopleReasons(reasons []finding.Reason) (more []finding.Reason) {
	if len(reasons) == 0 || len(j.account.Contacts()) == 0 {
		return nil
	}
	a := j.account
	if p := a.Contacts().Summary(a.Closed); p.Only != "" && slices.ContainsFunc(reasons, func(r finding.Reason) bool {
		return r.Contact == p.Only && (r.Term == evidence.Gap || r.Term == evidence.Drop)
	}) {
		i := slices.IndexFunc(p.Persons, func(x relations.Person) bool { return x.ID == p.Only })
		more = append(more, finding.Reason{Signal: series.AnyContact, Contact: p.Only, Side: series.Theirs, Term: evidence.Only,
			Window: series.JudgedDays, To: p.Persons[i].Share, Since: a.Closed - series.JudgedDays + 1})
	}
	for _, h := range j.succeeded() {
		if slices.ContainsFunc(reasons, func(r finding.Reason) bool { return r.Contact == a.Contacts()[h.To].ID && r.Term.NothingCame(r.To) }) {
			continue // on one channel they have not
		}
		more = append(more, finding.Reason{Signal: series.AnyContact, Contact: a.Contacts()[h.To].ID, Side: series.Theirs, Term: evidence.Handover, Since: h.Began})
	}
	return more
}

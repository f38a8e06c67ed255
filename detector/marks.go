package detector

import (
	"firstsign/detector/evidence"
	"firstsign/detector/relations"
	"firstsign/detector/series"
	"firstsign/signals"
	"slices"
	"strings"
)

// compareFiles marks on an account's timeline what the files in force say otherwise
// than at the close before.
func (y *yardstick) compareFiles(a *account, d signals.Day) {
	if y.rules.Accounts == nil {
		return
	}
	if a.listed == nil {
		a.listed = y.listed([]byte(a.id))
	}
	if a.listed == nil {
		return
	}
	if f := relations.Compare(a.dossier, a.listed, d); f != a.dossier {
		a.own().dossier = f
	}
}

// badNews are the marks of a judgement's account that hold, and whether one of
// them is of just that close.
func (j *assessment) badNews() (list []relations.Mark, fresh bool) {
	list = j.account.dossier.Bad(j.account.closed)
	return list, slices.ContainsFunc(list, func(m relations.Mark) bool { return m.Day == j.account.closed })
}

// markWords are the reasons of an account's marks: bad news that holds, or the
// rest.
func (y *yardstick) markWords(a *account, bad bool) (reasons []Reason) {
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
func markReason(m *relations.Mark) Reason {
	x := Reason{Signal: m.What.String(), Contact: m.Contact, Side: series.Theirs, Term: evidence.Mark, From: float64(m.From), To: float64(m.To), Since: m.Day}
	if m.What == relations.OwnerChanged {
		x.Side = series.Ours
	}
	return x
}

// toldWords are the people of whom it was told that they left or were promoted.
func (y *yardstick) toldWords(a *account) (reasons []Reason) {
	for i := range a.Series {
		s := &a.Series[i]
		name := y.signals.Rules[s.Key.Signal].Name
		if name != ContactLeft && name != ContactPromoted || s.Key.Contact == 0 || s.Key.Ours {
			continue
		}
		if last := s.LastDay(a.closed); last != series.NoDay {
			reasons = append(reasons, Reason{Signal: name, Contact: a.people[s.Key.Contact-1], Side: series.Theirs, Term: evidence.Mark, Since: last})
		}
	}
	slices.SortFunc(reasons, func(x, y Reason) int { return strings.Compare(x.Signal+"\x00"+x.Contact, y.Signal+"\x00"+y.Contact) })
	return reasons
}

package detector

import (
	"fmt"
	"slices"

	"firstsign/signals"
)

// erase removes a person from one account, or from every account of the
// partition that knows the person. What was counted of the account as a whole
// stays: it names nobody. A finding tells the alerts to forget the person too, of
// a named account also when only they may still know.
func (e *Engine) erase(c *signals.Control, offset int64) {
	contact := e.rules.Pseudonyms.Of(c.Contact)
	for _, a := range e.accounts {
		if a.next > offset || c.Account != "" && a.id != c.Account {
			continue
		}
		before := len(a.series)
		known := a.erase(contact)
		if !known && c.Account == "" {
			continue
		}
		a.next = offset + 1
		e.touch(a)
		e.stats.Series -= int64(before - len(a.series))
		e.news[a] = append(e.news[a], &Finding{
			ID: fmt.Sprintf("%s-erased-%d", a.id, offset), Kind: Erased, Time: c.Time, Account: a.id, Contact: contact,
			Since: e.zone.Day(c.Time), Rules: e.rules.Hash,
		})
		e.stats.Findings[Erased]++
	}
}

// erase removes a person from an account; false when nothing was known of one.
func (a *account) erase(contact string) (known bool) {
	if a.persons == nobody {
		return false
	}
	gone := func(id string) bool {
		known = known || id == contact
		return id == contact
	}
	a.circle = slices.DeleteFunc(a.circle, func(f face) bool { return gone(f.id) })
	if f := a.dossier; f != nil {
		f.stances = slices.DeleteFunc(f.stances, func(s stance) bool { return gone(s.contact) })
		f.marks = slices.DeleteFunc(f.marks, func(m mark) bool { return gone(m.contact) })
	}
	i := slices.Index(a.people, contact)
	if i < 0 {
		return known
	}
	a.people = slices.Delete(a.people, i, i+1)
	number := uint8(i + 1)
	a.series = slices.DeleteFunc(a.series, func(s series) bool { return s.key.contact == number })
	a.keys = slices.DeleteFunc(a.keys, func(k seriesKey) bool { return k.contact == number })
	for i := range a.series {
		if k := &a.series[i].key; k.contact > number {
			k.contact--
		}
		a.keys[i] = a.series[i].key
	}
	return true
}

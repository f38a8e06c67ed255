package detector

import (
	"fmt"
	"slices"

	"firstsign/detector/finding"
	"firstsign/detector/series"
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
		before := len(a.Series)
		known := a.erase(contact)
		if !known && c.Account == "" {
			continue
		}
		a.next = offset + 1
		e.touch(a)
		e.stats.Series -= int64(before - len(a.Series))
		e.news[a] = append(e.news[a], &finding.Finding{
			ID: fmt.Sprintf("%s-erased-%d", a.id, offset), Kind: finding.Erased, Time: c.Time, Account: a.id, Contact: contact,
			Since: e.zone.Day(c.Time), Rules: e.rules.Hash,
		})
		e.stats.Findings[finding.Erased]++
	}
}

// erase removes a person from an account; false when nothing was known of one.
func (a *account) erase(contact string) (known bool) {
	if a.persons == nobody {
		return false
	}
	a.circle, known = a.circle.Erase(contact)
	if a.dossier.Erase(contact) {
		known = true
	}
	i := slices.Index(a.people, contact)
	if i < 0 {
		return known
	}
	a.people = slices.Delete(a.people, i, i+1)
	number := uint8(i + 1)
	a.Series = slices.DeleteFunc(a.Series, func(s series.Series) bool { return s.Key.Contact == number })
	a.Keys = slices.DeleteFunc(a.Keys, func(k series.Key) bool { return k.Contact == number })
	for i := range a.Series {
		if k := &a.Series[i].Key; k.Contact > number {
			k.Contact--
		}
		a.Keys[i] = a.Series[i].Key
	}
	return true
}

package detector

import (
	"fmt"

	"firstsign/detector/finding"
	"firstsign/signals"
)

// erase removes a person from one account, or from every account of the
// partition that knows the person. What was counted of the account as a whole
// stays: it names nobody. A finding tells the alerts to forget the person too, of
// a named account also when only they may still know.
func (e *Engine) erase(c *signals.Control, offset int64) {
	contact := e.rules.Pseudonyms.Of(c.Contact)
	now := e.rules.Aliases.Current(c.Account) // what came under a former id is read again under this one
	for _, a := range e.accounts {
		if a.Next > offset || c.Account != "" && a.ID != c.Account && a.ID != now {
			continue
		}
		before := len(a.Series)
		known := a.Erase(contact)
		if !known && c.Account == "" {
			continue
		}
		a.Next = offset + 1
		e.touch(a)
		e.stats.Series -= int64(before - len(a.Series))
		e.news[a] = append(e.news[a], &finding.Finding{
			ID: fmt.Sprintf("%s-erased-%d", a.ID, offset), Kind: finding.Erased, Time: c.Time, Account: a.ID, Contact: contact,
			Since: e.zone.Day(c.Time), Rules: e.rules.Hash,
		})
		e.stats.Findings[finding.Erased]++
	}
}

package detector

import (
	"firstsign/detector/account"
	"firstsign/detector/series"
)

// rest notes whether an account is dormant since the last close. An account whose id is
// a former one is none of ours.
func (e *Engine) rest(a *account.Account, dormant bool) {
	dormant = dormant && !e.rules.Aliases.Has(a.ID)
	if dormant != a.Dormant {
		a.Dormant = dormant
		e.stats.Dormant += 2*dormantCount(a) - 1
	}
}

// dormantCount of an account is 1 when it is dormant.
func dormantCount(a *account.Account) int64 {
	if a.Dormant {
		return 1
	}
	return 0
}

// restRestored does the same for an account whose state was read: the state does not say
// it. Only the few that have long been quiet are weighed. With no day of contact in the
// ring an account is as dormant as it can be.
func (e *Engine) restRestored(a *account.Account) {
	if e.summary == nil || !a.Activity.Dormant(0) {
		return
	}
	j := e.assess(a)
	j.Weigh(e.closed, false, func(*series.Series) {})
	e.rest(a, j.Dormant())
}

package detector

import (
	"firstsign/detector/account"
)

// dormantCount of an account is 1 when it is dormant.
func dormantCount(a *account.Account) int64 {
	if a.Dormant {
		return 1
	}
	return 0
}

// wasDormant tells whether an account was dormant at the last close, which its state does
// not say. Only the few that have long been quiet are weighed. With no day of contact in
// the ring an account is as dormant as it can be.
func wasDormant(e *Engine, a *account.Account) bool {
	if e.summary == nil || !a.Activity.Dormant(0) {
		return false
	}
	j := e.assess(a)
	j.Weigh(e.closed, false, nil)
	return j.Dormant()
}

package alerting

import (
	"cmp"
	"slices"

	"firstsign/accounts"
	"firstsign/alerting/message"
	"firstsign/detector"
)

// Value at risk ranks alerts by money:
//
//	worth x risk/(risk + halfSerious) x savable(verdict) x (1 - late/2)
//
// worth is what the account brings in a year; late grows from 0 to 1 over lateDays.
// It is no forecast, and no factor is a probability of leaving. The constants are
// judgement, not measurement.
const (
	// halfSerious is the risk, in account-years, at which the second factor is one
	// half. A key account's alert begins at a risk of 1 and is critical from 20.
	halfSerious = 10
	// ruleSerious is the least second factor of a rule: nobody knows how rare it is.
	ruleSerious = 0.5
	// lateDays into an episode half as much can be saved as on its first day. It does
	// not fall further.
	lateDays = 180
)

// savable is the part that could be saved on an episode's first day. An account
// that buys elsewhere has signed something. One that only cools can be talked to.
// One that buys less of everything does so whatever we do.
var savable = map[detector.Verdict]float64{
	detector.EarlyDefection: 0.7, detector.Defection: 0.5, detector.Downturn: 0.2, "": 0.5,
}

// value returns what the account brings in a year, and what of it is at risk. Both
// are 0 where the files hold no money. A neglect puts nothing at risk yet.
func (a *Alert) value(account *accounts.Account) (worth, atRisk float64) {
	if account == nil {
		return 0, 0
	}
	worth = account.Value()
	serious := a.Risk / (a.Risk + halfSerious)
	if message.ByRule(a.Reasons) {
		serious = max(serious, ruleSerious)
	}
	late := min(1, max(0, a.RaisedLast().Sub(a.Raised).Hours()/24/lateDays))
	return worth, worth * serious * savable[a.Verdict] * (1 - late/2)
}

// MostAtRisk sorts alerts. Those that are not closed come first: by value at risk,
// then by what the account brings, then by risk. Closed ones follow, newest first.
func MostAtRisk(alerts []*Alert) []*Alert {
	slices.SortStableFunc(alerts, func(a, b *Alert) int {
		switch over := a.State == Closed; {
		case over != (b.State == Closed):
			if over {
				return 1
			}
			return -1
		case over:
			return b.Updated.Compare(a.Updated)
		}
		return byValue(a, b)
	})
	return alerts
}

// byValue orders alerts that are not closed, the most at risk first.
func byValue(a, b *Alert) int {
	return cmp.Or(cmp.Compare(b.AtRisk, a.AtRisk), cmp.Compare(b.Worth, a.Worth), cmp.Compare(b.Risk, a.Risk), cmp.Compare(a.ID, b.ID))
}

package alerting

import (
	"cmp"
	"slices"

	"firstsign/accounts"
	"firstsign/alerting/message"
	"firstsign/detector"
)

// What an alert is about, in money: what the account brings in a year, times
// how seriously its picture is taken, times what could be saved. It ranks alerts; it
// is no forecast, and none of its parts is a probability of leaving.
const (
	// halfSerious is the risk in account-years whose picture is taken half
	// seriously: r/(r + halfSerious) rises from 0 to 1. A key account's alert begins
	// at 1, one that is critical at 20.
	halfSerious = 10
	// ruleSerious is how seriously a rule is taken: nobody knows how rare it is.
	ruleSerious = 0.5
	// lateDays into an episode half as much can be saved as at its first day, and no
	// less.
	lateDays = 180
)

// savable is the part that could be saved at an episode's first day. An account
// that has begun to buy elsewhere has signed something; one that only cools can be
// talked to; one that buys less of everything buys less whatever we do. Judgement,
// not measurement.
var savable = map[detector.Verdict]float64{
	detector.EarlyDefection: 0.7, detector.Defection: 0.5, detector.Downturn: 0.2, "": 0.5,
}

// value of the account in a year, and what of it is at risk; 0 where the files
// hold no money. Of a neglect nothing is at risk yet.
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

// MostAtRisk sorts alerts: first those that live, by the value at risk, then by
// what the account brings and by risk; then the closed ones, the newest first.
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

// byValue is the order of what lives: the most at risk first.
func byValue(a, b *Alert) int {
	return cmp.Or(cmp.Compare(b.AtRisk, a.AtRisk), cmp.Compare(b.Worth, a.Worth), cmp.Compare(b.Risk, a.Risk), cmp.Compare(a.ID, b.ID))
}

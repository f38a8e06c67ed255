package alerting

import (
	"cmp"
	"math"
	"slices"

	"firstsign/accounts"
	"firstsign/detector"
	"firstsign/signals"
)

// What an alert is about, in money: what the account brings in a year, times
// how seriously its picture is taken, times what could be saved. It ranks alerts; it
// is no forecast, and none of its parts is a probability of leaving.
const (
	// halfSerious is the risk in account-years whose picture is taken half
	// seriously: r/(r + halfSerious) rises from 0 to 1. A key account's alert begins
	// at 1, one that is critical at 20.
	halfSerious = 10
	// ruledSerious is how seriously a rule is taken: nobody knows how rare it is.
	ruledSerious = 0.5
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
	if ruled(a) {
		serious = max(serious, ruledSerious)
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

// renewalDays before a contract ends it is worth telling.
const renewalDays = 180

// renewal is the day an account's contract ends and how many days are left,
// when that is soon.
func renewal(a *Alert, account *accounts.Account) (day signals.Day, left int, soon bool) {
	if account.Renewal.IsZero() {
		return 0, 0, false
	}
	const oneDay = 24 * 60 * 60
	day = signals.Day(account.Renewal.Unix() / oneDay)
	left = int(day) - int(a.RaisedLast().Unix()/oneDay)
	return day, left, left >= 0 && left <= renewalDays
}

// rounded to two figures: what is at risk is a rough number.
func rounded(x float64) float64 {
	scale := math.Pow(10, math.Floor(math.Log10(x))-1)
	return math.Round(x/scale) * scale
}

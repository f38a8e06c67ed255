package tuning

import (
	"math"

	"firstsign/accounts"
	"firstsign/detector"
	"firstsign/detector/stats"
	"firstsign/detector/survey"
)

// watchedFrom is the day of an account from which an alert about it counts, as calibrate
// counts: before that it has no habit.
const watchedFrom = survey.SettlingDays + 1

// accountYears are how long the accounts were watched in the last days, together.
func accountYears(counted *survey.Survey, days int) (years float64) {
	for i := range counted.Accounts {
		if a := &counted.Accounts[i]; !a.Dormant {
			years += float64(max(0, min(days, a.Known-watchedFrom+1))) / 365.25
		}
	}
	return years
}

// level compares how many alerts of a rarity were promised and seen.
type level struct {
	Years    float64 // once in so many account-years
	Promised float64 // alerts in the time that was watched, if all accounts were healthy
	Seen     int
	Right    int // of them, by their labels
	Enough   bool
	// Once is what was seen, as one alert in so many account-years, with its 90 %
	// interval. High is infinite when nothing was seen.
	Once, Low, High float64
}

// enoughAlerts make an estimate worth showing: with 10 of them its 90 % interval goes from
// about half to 1.7 times.
const enoughAlerts = 10

// levels compares each doubling of the rarity from the strictest threshold on: below it not
// every account raises an alert.
func levels(list []told, years float64, thresholds map[accounts.Grade]detector.Threshold) (all []level) {
	strictest := 0.0
	for _, t := range thresholds {
		strictest = max(strictest, t.Raise)
	}
	if strictest == 0 || years == 0 {
		return nil
	}
	for y := strictest; y <= 64*strictest; y *= 2 {
		l := level{Years: y, Promised: years / y}
		for i := range list {
			if a := &list[i]; a.basis == byStatistics && a.peak >= y {
				l.Seen++
				if a.right() {
					l.Right++
				}
			}
		}
		if l.Promised < 0.5 { // rarer than what was watched can show
			break
		}
		l.Enough = l.Seen >= enoughAlerts || l.Promised >= enoughAlerts
		rate := stats.CountInterval(l.Seen).Times(1 / years)
		l.Once, l.Low, l.High = over(rate.Value), over(rate.High), over(rate.Low)
		all = append(all, l)
	}
	return all
}

// over is 1/x, infinite for 0.
func over(x float64) float64 {
	if x == 0 {
		return math.Inf(1)
	}
	return 1 / x
}

package calibrate

import (
	"math"
	"slices"
	"sort"

	"firstsign/accounts"
	"firstsign/backtest"
)

// Detection is how surely and how soon a change is seen.
type Detection struct {
	Scenario Scenario       `json:"scenario"`
	Grade    accounts.Grade `json:"grade,omitempty"` // empty: all of them
	Accounts int            `json:"accounts"`
	// Within so many days of the change.
	Within []Within `json:"within"`
	// MedianDays is how long it takes in half of the cases; 0: less than half
	// were seen.
	MedianDays int `json:"median_days"`
	// Alerting had an alert when the change began; they are not counted.
	Alerting int `json:"alerting"`
}

// Within is the probability of being seen in time.
type Within struct {
	Days  int               `json:"days"`
	Share backtest.Interval `json:"share"`
}

var withinDays = []int{14, 30, 60, followed, slowly}

// detections of the guests, by scenario and grade. levelOf is the evidence at
// which a grade alerts.
func detections(guests []Variant, courses map[string]evidenceTrace, gradeOf func(string) accounts.Grade, levelOf map[accounts.Grade]float64) []Detection {
	type group struct {
		scenario Scenario
		grade    accounts.Grade
	}
	seen, alerting := map[group][]int{}, map[group]int{}
	for i := range guests {
		g := &guests[i]
		grade := gradeOf(g.Account)
		day, found, raised := courses[g.ID()].first(levelOf[grade], g.From, g.Until)
		delay := math.MaxInt
		if found {
			delay = int(day-g.From) + 1 // it is known when the day is over
		}
		for _, in := range []group{{g.Scenario, ""}, {g.Scenario, grade}} {
			if raised {
				alerting[in]++
			} else {
				seen[in] = append(seen[in], delay)
			}
		}
	}
	var list []Detection
	for _, s := range Scenarios {
		for _, grade := range append([]accounts.Grade{""}, accounts.Grades...) {
			in := group{s, grade}
			of := len(seen[in])
			if of > 0 && (grade == "" || of < len(seen[group{s, ""}])) { // one grade alone is all of them
				list = append(list, detection(s, grade, seen[in], alerting[in]))
			}
		}
	}
	return list
}

func detection(s Scenario, grade accounts.Grade, delays []int, alerting int) Detection {
	d := Detection{Scenario: s, Grade: grade, Accounts: len(delays), Alerting: alerting}
	slices.Sort(delays)
	for _, days := range withinDays {
		if days <= followed || s.slow() {
			hits := sort.SearchInts(delays, days+1)
			d.Within = append(d.Within, Within{days, backtest.ShareInterval(hits, len(delays))})
		}
	}
	if median := delays[(len(delays)-1)/2]; median < math.MaxInt {
		d.MedianDays = median
	}
	return d
}

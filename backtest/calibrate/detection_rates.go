package calibrate

import (
	"math"
	"slices"
	"sort"

	"firstsign/accounts"
	"firstsign/detector/stats"
)

// Detection is how often and how soon one kind of change is seen.
type Detection struct {
	Scenario Scenario       `json:"scenario"`
	Grade    accounts.Grade `json:"grade,omitempty"` // empty: all grades
	Accounts int            `json:"accounts"`
	// Within is the share seen within so many days of the change.
	Within []Within `json:"within"`
	// MedianDays is the median time until it is seen; 0 when less than half were
	// seen.
	MedianDays int `json:"median_days"`
	// Alerting accounts had an alert when the change began. They are not counted.
	Alerting int `json:"alerting"`
}

// Within is the share of changes that were seen within Days.
type Within struct {
	Days  int            `json:"days"`
	Share stats.Interval `json:"share"`
}

var withinDays = []int{14, 30, 60, followed, slowly}

// detections are the results of the variants by scenario and grade. levelOf is the
// evidence at which a grade alerts.
func detections(variants []Variant, traces map[string]evidenceTrace, gradeOf func(string) accounts.Grade, levelOf map[accounts.Grade]float64) []Detection {
	type group struct {
		scenario Scenario
		grade    accounts.Grade
	}
	seen, alerting := map[group][]int{}, map[group]int{}
	for i := range variants {
		g := &variants[i]
		grade := gradeOf(g.Account)
		day, found, raised := traces[g.ID()].first(levelOf[grade], g.From, g.Until)
		delay := math.MaxInt
		if found {
			delay = int(day-g.From) + 1 // known when the day is over
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
			if of > 0 && (grade == "" || of < len(seen[group{s, ""}])) { // a single grade would repeat the row of all
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
			d.Within = append(d.Within, Within{days, stats.ShareInterval(hits, len(delays))})
		}
	}
	if median := delays[(len(delays)-1)/2]; median < math.MaxInt {
		d.MedianDays = median
	}
	return d
}

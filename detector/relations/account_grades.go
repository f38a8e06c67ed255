package relations

import (
	"slices"

	"firstsign/accounts"
	"firstsign/detector/series"
	"firstsign/signals"
)

// gradesKept is for how many days it is known which grade the files gave an account.
const gradesKept = 7 * series.HalfYear

// GradedSince is the grade that the files gave an account from a day's close on.
type GradedSince struct {
	// Day is absent when the account had the grade for half a year, or longer.
	Day   signals.Day    `json:"day,omitzero"`
	Grade accounts.Grade `json:"grade"`
}

// compareGrade marks a grade that is another one than at the close before.
func (f *Snapshot) compareGrade(grade accounts.Grade, d signals.Day) {
	if f.graded <= d-gradesKept {
		f.graded = 0
	}
	now := uint8(1 + slices.Index(accounts.Grades, grade))
	switch {
	case now == 0:
		return
	case f.grade == 0:
		f.graded = d
	case now != f.grade:
		f.note(Mark{Day: d, What: GradeChanged, From: f.grade, To: now})
	}
	f.grade = now
}

// Grades are those of the last half year, the oldest first; none while the files do not list
// the account, and in a state of before grades were kept. A history that is read again has
// the grades of the files that were in force while it was read.
func (f *Snapshot) Grades() (list []GradedSince) {
	if f == nil || f.grade == 0 {
		return nil
	}
	add := func(d signals.Day, grade uint8) { list = append(list, GradedSince{d, accounts.Grades[grade-1]}) }
	since := f.graded
	for _, m := range f.Marks {
		if m.What == GradeChanged {
			add(since, m.From)
			since = m.Day
		}
	}
	add(since, f.grade)
	return list
}

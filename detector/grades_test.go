package detector

import (
	"reflect"
	"testing"

	"firstsign/accounts"
	"firstsign/detector/relations"
	"firstsign/detector/series"
)

// The state knows for half a year which grade the files gave, to the day; and nothing from
// before they listed the account.
func TestGradesOfHalfAYear(t *testing.T) {
	key, less := accounts.Account{Grade: accounts.Key}, accounts.Account{Grade: accounts.Potential}
	for name, c := range map[string]struct {
		days  int
		files map[int]accounts.Account
		want  []GradedSince
	}{
		"since it is listed":      {10, map[int]accounts.Account{0: key}, []GradedSince{{Day: dayN(0), Grade: accounts.Key}}},
		"for half a year":         {184, map[int]accounts.Account{0: key}, []GradedSince{{Grade: accounts.Key}}},
		"another":                 {100, map[int]accounts.Account{0: key, 70: less}, []GradedSince{{Day: dayN(0), Grade: accounts.Key}, {Day: dayN(70), Grade: accounts.Potential}}},
		"there and back":          {190, map[int]accounts.Account{0: key, 70: less, 150: key}, []GradedSince{{Grade: accounts.Key}, {Day: dayN(70), Grade: accounts.Potential}, {Day: dayN(150), Grade: accounts.Key}}},
		"another, half a year on": {254, map[int]accounts.Account{0: key, 70: less}, []GradedSince{{Grade: accounts.Potential}}},
	} {
		e, findings := filed(t, c.days, c.files)
		x, _ := e.Inspect("acme", 0)
		if !reflect.DeepEqual(x.Grades, c.want) {
			t.Errorf("%s: %v, want %v", name, x.Grades, c.want)
		}
		if len(x.Marks) > 0 || len(findings) > 0 {
			t.Errorf("%s: a grade is told: %v %v", name, x.Marks, findings)
		}
		w := &series.Writer{}
		e.yardstick.Encode(w, e.index.of("acme"))
		a, err := e.yardstick.Decode("acme", w.Bytes)
		if err != nil || !reflect.DeepEqual(a.Snapshot().Grades(), c.want) {
			t.Errorf("%s: read again: %v %v", name, a.Snapshot().Grades(), err)
		}
	}
}

// What a state of before does not say is not known. From the next close on it is.
func TestGradesOfAnOldState(t *testing.T) {
	b := &series.Writer{}
	b.Bool(true)
	b.Uint(7)                       // the owner
	b.Byte(2)                       // the rank
	b.Bytes = append(b.Bytes, 0, 0) // no stances, no marks
	r := &series.Reader{Rest: b.Bytes}
	old := relations.DecodeSnapshot(r, series.WeeksVersion-1)
	if err := r.End(); err != nil || old.Grades() != nil {
		t.Fatalf("%v %v", old.Grades(), err)
	}
	now := relations.Compare(old, &accounts.Account{Grade: accounts.Key}, dayN(9))
	if want := []GradedSince{{Day: dayN(9), Grade: accounts.Key}}; !reflect.DeepEqual(now.Grades(), want) {
		t.Errorf("%v, want %v", now.Grades(), want)
	}
}

// Files that change daily fill the marks. Then less is known, and nothing is wrong.
func TestGradesThatSwing(t *testing.T) {
	var s *relations.Snapshot
	for d := range 40 {
		s = relations.Compare(s, &accounts.Account{Grade: accounts.Grades[d%2]}, dayN(d))
	}
	list := s.Grades()
	for i, x := range list {
		if x.Grade != accounts.Grades[int(x.Day-dayN(0))%2] || i > 0 && x.Day != list[i-1].Day+1 {
			t.Fatalf("%v", list)
		}
	}
	if last := list[len(list)-1]; last.Day != dayN(39) || len(list) != 17 {
		t.Errorf("%d grades: %v", len(list), list)
	}
}

// Grades that swing do not push out the news that a rule rests on.
func TestGradesThatSwingLeaveBadNews(t *testing.T) {
	fell := 20
	var s *relations.Snapshot
	for d := range fell + relations.MarkHolds {
		a := &accounts.Account{Grade: accounts.Grades[d%2], Rank: accounts.Ranks[1]}
		if d >= fell {
			a.Rank = accounts.Ranks[0]
		}
		if s = relations.Compare(s, a, dayN(d)); d >= fell && len(s.Bad(dayN(d))) != 1 {
			t.Fatalf("day %d: the fall of the rank on day %d is forgotten", d, fell)
		}
	}
}

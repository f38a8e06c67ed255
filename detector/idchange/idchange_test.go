package idchange

import (
	"fmt"
	"iter"
	"math"
	"testing"

	"firstsign/detector/series"
	"firstsign/signals"
)

const closed = signals.Day(20200)

// life is an account with contact on every step-th day from one day to another, counted
// back from the closed day.
func life(table *series.Table, from, to, step int) *series.Set {
	a := &series.Set{First: closed - signals.Day(from)}
	s := a.Take(series.Key{Signal: table.Index["call"]}, series.Count, a.First)
	for age := from; age >= to; age -= step {
		if d := closed - signals.Day(age); age <= series.JudgedDays {
			s.Add(d, 1)
		}
	}
	return a
}

func closeOf(n map[string]int) *Close {
	table := &series.Table{Index: map[string]uint16{}}
	table.Apply([]series.Signal{{Name: "call"}})
	var list []Account
	for kind, count := range n {
		for i := range count {
			a := Account{}
			switch kind {
			case "steady":
				a.Set = life(table, 200, 0, 1)
			case "ended": // seven days ago
				a.Set = life(table, 200, 7, 1)
			case "gone":
				a.Set = life(table, 200, 50, 1)
			case "new":
				a.Set = life(table, 6, 0, 1)
			case "newer": // in the four weeks before
				a.Set = life(table, 20, 0, 1)
			case "rare": // silent for a week three times in ten
				a.Set = life(table, 200-i%10, 0, 10)
			case "alert":
				a.Set, a.Alert = life(table, 200, 7, 1), true
			case "former":
				a.Set, a.Former = life(table, 200, 7, 1), true
			case "held":
				a.Set, a.Held = life(table, 200, 40, 1), true
			}
			list = append(list, a)
		}
	}
	return &Close{Day: closed, Calendar: &series.Calendar{}, Signals: table, Accounts: func(yield func(Account) bool) {
		for _, a := range list {
			if !yield(a) {
				return
			}
		}
	}}
}

var _ iter.Seq[Account] = (&Close{}).Accounts

func TestJudge(t *testing.T) {
	type counts = map[string]int
	found := Change{Day: closed - 6, Ended: 20, Began: 20, Held: 20}
	for _, test := range []struct {
		name     string
		accounts counts
		unlisted int
		blind    uint64
		before   Change
		want     Change
	}{
		{name: "nothing", accounts: counts{"steady": 50}},
		{name: "twenty of fifty", accounts: counts{"steady": 30, "ended": 20, "new": 20}, want: found},
		{name: "some have alerts", accounts: counts{"steady": 30, "ended": 15, "alert": 5, "new": 20}, want: Change{Day: closed - 6, Ended: 20, Began: 20, Held: 15}},
		{name: "nine", accounts: counts{"steady": 10, "ended": 9, "new": 9}},
		{name: "one of ten", accounts: counts{"steady": 180, "ended": 20, "new": 20}},
		{name: "silence alone", accounts: counts{"steady": 30, "ended": 20}},
		{name: "new ones alone", accounts: counts{"steady": 30, "new": 20}},
		{name: "many more new ones", accounts: counts{"steady": 80, "ended": 20, "new": 50}},
		{name: "many more that ended", accounts: counts{"steady": 20, "ended": 50, "new": 20}},
		{name: "new ones have been coming", accounts: counts{"steady": 30, "ended": 20, "new": 20, "newer": 11}},
		{name: "as many as chance ends", accounts: counts{"steady": 10, "rare": 60, "new": 20}},
		{name: "gone for long", accounts: counts{"steady": 30, "gone": 20, "new": 20}},
		{name: "known as former ids", accounts: counts{"steady": 30, "former": 20, "new": 20}},
		{name: "a blind day", accounts: counts{"steady": 30, "ended": 20, "new": 20}, blind: 1 << (series.ViewDays - 10)},
		{name: "no file lists the new ones", accounts: counts{"steady": 30, "ended": 20}, unlisted: 19,
			want: Change{Day: closed - 6, Ended: 20, Began: 19, Unlisted: 19, Held: 20}},
		{name: "goes on", accounts: counts{"held": 10, "steady": 30}, before: found, want: found},
		{name: "settled", accounts: counts{"held": 9, "steady": 30}, before: found},
		{name: "long ago", accounts: counts{"held": 20}, before: Change{Day: closed - overDays, Ended: 20, Began: 20, Held: 20},
			want: Change{Day: closed - overDays, Ended: 20, Began: 20, Held: 20, Over: true}},
		{name: "another one", accounts: counts{"steady": 30, "ended": 20, "new": 20}, before: Change{Day: closed - 200, Began: 20, Over: true}, want: found},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := closeOf(test.accounts)
			c.Unlisted, c.Blind, c.Before = test.unlisted, test.blind, test.before
			if got := Judge(c); got != test.want {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
		})
	}
}

// A holiday silences accounts and begins none, and less contact is no change of ids.
func TestLessContact(t *testing.T) {
	c := closeOf(map[string]int{"ended": 60, "steady": 20, "new": 31})
	if now := Judge(c); now.Found() {
		t.Errorf("contact fell by a third: %+v", now)
	}
}

func TestStrangers(t *testing.T) {
	var s Strangers
	for i := range 300 { // these are refused every day
		s.Note(fmt.Appendf(nil, "junk-%d", i))
	}
	for d := range signals.Day(21) {
		s.Close(20300 + d)
		for i := range 300 {
			s.Note(fmt.Appendf(nil, "junk-%d", i))
		}
	}
	if n := s.New(); n != 0 {
		t.Errorf("%d new ids, want none", n)
	}
	for i := range 1000 {
		s.Note(fmt.Appendf(nil, "CRM-%d", i))
	}
	if n := s.New(); math.Abs(float64(n)-1000) > 60 {
		t.Errorf("%d new ids, want about 1000", n)
	}
	w := &series.Writer{}
	s.Encode(w)
	var again Strangers
	if r := (&series.Reader{Rest: w.Bytes}); true {
		if again.Decode(r); r.End() != nil || again != s {
			t.Error("not the same when read back")
		}
	}
	for i := range 100_000 {
		s.Note(fmt.Appendf(nil, "x-%d", i))
	}
	if n := s.New(); n < 5000 || n > 20_000 {
		t.Errorf("%d of 100,000 ids: it must be many and bounded", n)
	}
}

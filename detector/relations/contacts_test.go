package relations

import (
	"bytes"
	"fmt"
	"math"
	"math/bits"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"firstsign/accounts"
	"firstsign/detector/series"
	"firstsign/detector/series/seriestest"
	"firstsign/detector/stats"
	"firstsign/signals"
)

// crew is an account of which only the people are known.
type crew struct{ circle Contacts }

// contacts writes days of contact into an account, for tests by hand.
func contacts(a *crew, id string, closed signals.Day, ours bool, days ...int) {
	for _, d := range days {
		a.circle, _ = a.circle.Meet(nil, []byte(id), closed-signals.Day(d), closed, 1, ours)
	}
}

// In whatever order the records of a day come, and of whatever size they are,
// the day holds their sum, up to three.
func TestFaceCounts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		steps := rapid.SliceOfN(rapid.Int64Range(1, 5), 1, 6).Draw(t, "steps")
		var f, g Contact
		sum := int64(0)
		for i, n := range steps {
			f.count(7, n)
			g.count(7, steps[len(steps)-1-i])
			sum += n
		}
		if want := int(min(mostADay, sum)); f.at(7) != want || f.theirs != g.theirs {
			t.Fatalf("%d and %d, want %d", f.at(7), g.at(7), want)
		}
		if f.at(6) != 0 || f.at(8) != 0 || bits.OnesCount64(f.seen()) != 1 {
			t.Fatal("another day was counted")
		}
	})
}

// A record that comes up to four weeks late leaves the same behind as one in
// time, as long as nobody was silent for ten weeks before it.
func TestCircleOfLateRecords(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		type call struct{ day, late, who int }
		calls := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) call {
			return call{rapid.IntRange(0, 70).Draw(t, "day"), rapid.IntRange(0, 28).Draw(t, "late"), rapid.IntRange(0, 4).Draw(t, "who")}
		}), 1, 40).Draw(t, "calls")
		lived := func(late bool) []byte {
			a := new(crew)
			for d := range 200 {
				for _, c := range calls {
					if c.day == d && !late || c.day+c.late == d && late {
						a.circle, _ = a.circle.Meet(nil, fmt.Append(nil, "p", c.who), seriestest.Day(c.day), seriestest.Day(d-1), 1, c.who%2 == 1)
					}
				}
				a.circle = a.circle.Pass(seriestest.Day(d) - series.JudgedDays)
			}
			w := &series.Writer{}
			a.circle.Encode(w)
			return w.Bytes
		}
		if x, y := lived(false), lived(true); !bytes.Equal(x, y) {
			t.Fatalf("in time %x\nlate    %x", x, y)
		}
	})
}

// There is room for maxFaces people, and the one seen longest ago makes room.
func TestCircleIsBounded(t *testing.T) {
	a, closed := new(crew), seriestest.Day(100)
	for i := range maxFaces {
		contacts(a, fmt.Sprintf("p%02d", i), closed, i == 3, 10+i%7, 50)
	}
	contacts(a, "old", closed, false, 55)
	if a.circle.Get("old") != nil {
		t.Error("one seen longer ago than all others has displaced somebody")
	}
	contacts(a, "new", closed, false, 1)
	if len(a.circle) != maxFaces || a.circle.Get("new") == nil || a.circle.Get("p06") != nil {
		t.Errorf("%d people; p06 was seen longest ago: %v", len(a.circle), a.circle.Get("p06"))
	}
	if !slices.IsSortedFunc(a.circle, func(x, y Contact) int { return bytes.Compare([]byte(x.ID), []byte(y.ID)) }) {
		t.Error("not in the order of ids")
	}
}

// Who was not seen for the ring and six weeks is forgotten.
func TestCircleForgets(t *testing.T) {
	a := new(crew)
	contacts(a, "li-wei", seriestest.Day(0), false, 0)
	for d := 1; d < series.JudgedDays+forgottenAfter; d++ {
		a.circle = a.circle.Pass(seriestest.Day(d) - series.JudgedDays)
		if a.circle == nil {
			t.Fatalf("forgotten on day %d", d)
		}
	}
	if f := a.circle[0]; f.total == 0 || f.total > 1 || f.span < 38 {
		t.Errorf("learned %+v", f)
	}
	if a.circle = a.circle.Pass(seriestest.Day(forgottenAfter)); a.circle != nil {
		t.Errorf("still there: %+v", a.circle)
	}
}

// By hand: shares of .5, .25 and .25 are as many people as 2^1.5; who initiates;
// and answers.
func TestPeopleByHand(t *testing.T) {
	a, closed := new(crew), seriestest.Day(100)
	contacts(a, "a", closed, false, 1, 8, 15, 22)
	contacts(a, "b", closed, false, 2, 9)
	contacts(a, "c", closed, false, 3, 40)
	contacts(a, "c", closed, true, 44, 5, 4)
	p := a.circle.Summary(closed)
	near(t, "effective", p.Effective, math.Pow(2, 1.5), 1e-12)
	near(t, "initiated", p.Initiated, 8.0/11, 1e-12)
	if len(p.Persons) != 3 || p.Persons[0].Share != 0.5 || p.Persons[2].Ours != 3 || p.Persons[1].Last != closed-2 || p.Only != "" {
		t.Errorf("%+v", p)
	}
	if p.Persons[0].New != true || p.Persons[2].New {
		t.Errorf("new: %+v", p.Persons)
	}
	// 44 days ago we asked and were answered 4 days later; 5 days ago we asked in
	// vain and again a day later, which was answered the next day.
	if got := a.circle.Get("c").answers(closed - series.JudgedDays + 1); !slices.Equal(got, []int{4, 1}) {
		t.Errorf("answers %v", got)
	}
	if p.Answered != 0 {
		t.Error("two answers say how long they take")
	}

	b := new(crew)
	contacts(b, "a", closed, false, 1, 2, 3, 4, 5, 6, 7, 8, 9)
	contacts(b, "b", closed, false, 10)
	// .9 and .1: exp(.325) = 1.38.
	if p := b.circle.Summary(closed); p.Only != "a" || math.Abs(p.Effective-1.384) > 1e-3 {
		t.Errorf("%+v", p)
	}
}

// A person with power whom nobody meets is told of; one without is not.
func TestUnmet(t *testing.T) {
	listed := &accounts.Account{Contacts: []accounts.Contact{{ID: "boss", Power: 5}, {ID: "met", Power: 4}, {ID: "clerk", Power: 2}}}
	if got := Unmet(listed, []Person{{ID: "met"}}); !slices.Equal(got, []string{"boss"}) {
		t.Errorf("unmet %v", got)
	}
	if Unmet(nil, nil) != nil {
		t.Error("nobody is listed")
	}
}

// Two a week before a fall, over nine weeks in the ring less a week's guard: by
// hand with nothing learned.
func TestCompareByHand(t *testing.T) {
	closed := seriestest.Day(100)
	a := new(crew)
	contacts(a, "x", closed, false, 50, 43, 36, 29, 3, 1)
	d := Decline{lo: closed - series.JudgedDays, Began: closed - 13, Before: 1<<36 - 2, Since: 1<<series.ViewDays - 1<<43, X: 35, Y: 14, span: 100}
	m, dispersion, n := d.compare(&a.circle[0])
	near(t, "expected", m, 4.5/42*14, 1e-12)
	near(t, "dispersion", dispersion, 2.8/14+1/4.5, 1e-12)
	near(t, "seen", n, 2, 0)
	// A newcomer is compared with none in all the days that the other was known.
	b := new(crew)
	contacts(b, "y", closed, false, 5, 3, 1)
	m, _, n = d.compare(&b.circle[0])
	near(t, "expected of a newcomer", m, 0.5/142*14, 1e-12)
	near(t, "seen of a newcomer", n, 3, 0)
	// What was learned since counts as since: of 30 in 90 days, 20 days at the
	// ring's 2 in 14.
	b.circle[0].first, b.circle[0].total, b.circle[0].span = closed-200, 30, 90
	b.circle[0].theirs = [2]uint64{}
	contacts(b, "y", closed, false, 5, 3)
	late := Decline{lo: closed - series.JudgedDays, Began: closed - series.JudgedDays - 19, Since: 1<<series.ViewDays - 2, Y: 14}
	m, _, _ = late.compare(&b.circle[0])
	near(t, "expected later", m, (30-20*2.0/14+0.5)/(90-20+7)*14, 1e-5)
}

// negativeBinomial by hand: the log-likelihood ratio of n = 2 with k = 1: P(2) at
// mean 1 is 1/8, at mean 2 is 4/27.
func TestNegativeBinomialByHand(t *testing.T) {
	near(t, "ratio", stats.NegativeBinomialLog(2, 2, 1)-stats.NegativeBinomialLog(2, 1, 1), math.Log(4.0/27*8), 1e-12)
}

// Who usually calls five times a week is quiet after ten days; who calls once in two weeks is
// not. Who was not in touch in the days that are kept is gone, and not forgotten.
func TestWhoWentQuiet(t *testing.T) {
	closed := signals.Day(20000)
	a := new(crew)
	for day := closed - 200; day <= closed; day++ {
		for id, rule := range map[string]struct {
			every int
			until signals.Day
		}{"busy": {1, closed - 11}, "busy-still": {1, closed - 4}, "rare": {14, closed - 12}, "gone": {1, closed - 60}} {
			if int(day)%rule.every == 0 && day <= rule.until {
				a.circle, _ = a.circle.Meet(nil, []byte(id), day, day, 1, false)
			}
		}
		a.circle = a.circle.Pass(day - series.JudgedDays + 1 - 1)
	}
	p := a.circle.Summary(closed)
	of := map[string]Person{}
	for _, x := range append(p.Persons, p.Gone...) {
		of[x.ID] = x
	}
	for id, want := range map[string]struct {
		quiet bool
		usual float64
		last  int
	}{"busy": {true, 7, 11}, "busy-still": {false, 7, 4}, "rare": {false, 0.5, -1}, "gone": {true, 7, 0}} {
		x := of[id]
		if x.Quiet != want.quiet || math.Abs(x.Usual-want.usual) > 0.3 { // what was silent before counts a little
			t.Errorf("%s: %+v", id, x)
		}
		if want.last > 0 && (x.LastTheirs == nil || *x.LastTheirs != closed-signals.Day(want.last)) || id == "gone" && x.LastTheirs != nil {
			t.Errorf("%s: last %v", id, x.LastTheirs)
		}
	}
	if len(p.Gone) != 1 || p.Gone[0].ID != "gone" {
		t.Errorf("gone %+v", p.Gone)
	}
}

func TestRememberKey(t *testing.T) {
	for _, number := range []uint8{0, 1, 254, 255} {
		var c Contact
		if n, known := c.Key(); known {
			t.Errorf("number %d is remembered of a new contact", n)
		}
		c.RememberKey(number)
		if n, known := c.Key(); known && n != number || !known && number != notKey {
			t.Errorf("%d is remembered as %d, %t", number, n, known)
		}
	}
}

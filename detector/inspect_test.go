package detector

import (
	"math"
	"math/rand/v2"
	"testing"

	"firstsign/detector/series"
	"firstsign/signals"
)

// silentWorld is an account that called every day until day 199 and not since, beside a
// crowd that goes on; days 220 and 221 are holidays, on which half as much happens.
func silentWorld(t *testing.T, days int) *Engine {
	rng := rand.New(rand.NewPCG(8, 8))
	var l written
	l.tick(at(0, 0))
	for d := range days {
		part := 0.6
		if d == 220 || d == 221 {
			part = 0.3
		}
		l.crowd(rng, d, 60, part, "")
		if d < 200 {
			l.event(at(d, 10), "acme", "call", "contact", "li-wei")
		}
		l.tick(at(d+1, 0))
	}
	rules := testRules()
	rules.Holidays = map[signals.Day]float64{dayN(220): 0.5, dayN(221): 0.5}
	e, _ := run(t, rules, &l)
	return e
}

// The weeks of a series stand beside the habit from before the silence.
func TestWeeksBesideTheHabit(t *testing.T) {
	e := silentWorld(t, 230)
	x, ok := e.Inspect("acme", 0)
	if !ok || len(x.Series) == 0 {
		t.Fatalf("inspection %+v", x)
	}
	s := x.Series[0]
	if len(s.Weeks) != 8 || s.Weeks[0].First != dayN(174) || s.Weeks[7].First != dayN(223) {
		t.Fatalf("weeks %+v", s.Weeks)
	}
	for i, want := range []float64{7, 7, 7, 5, 0, 0, 0, 0} { // days 174 to 194 are three weeks, then five days
		if w := s.Weeks[i]; w.Actual != want || w.Known != 7 || w.Seen != int(want) {
			t.Errorf("week %d: %+v, want %g calls", i, w, want)
		}
	}
	for i, w := range s.Weeks { // a call a day, and the habit does not fall with the silence
		want := 7.0
		if i == 6 {
			want = 6 // 216 to 222 hold the holidays
		}
		if math.Abs(w.Expected-want) > 1.2 || w.Low > want || w.High < want || w.Low < 1 {
			t.Errorf("week %d: expected %g, usual %g to %g", i, w.Expected, w.Low, w.High)
		}
	}
	if s.ChangedOn == nil || *s.ChangedOn != dayN(200) || s.Habit < 100 || len(s.Blind) != 0 {
		t.Errorf("changed on %v, habit %g, blind %v", s.ChangedOn, s.Habit, s.Blind)
	}
	if len(x.Holidays) != 2 || x.Holidays[0] != dayN(220) {
		t.Errorf("holidays %v", x.Holidays)
	}
}

// A silence is counted to the day on which it is read, and ends with a call on a day that
// is still open.
func TestSilenceIsCountedToToday(t *testing.T) {
	e := silentWorld(t, 230)
	for today, want := range map[int]float64{0: 31, 230: 31, 231: 32, 260: 61} { // day 229 is closed, so it is read on 230
		day := dayN(today)
		if today == 0 {
			day = 0
		}
		x, _ := e.Inspect("acme", day)
		if len(x.Reasons) == 0 || x.Reasons[0].Since != dayN(199) || float64(x.Reasons[0].Window) != want {
			t.Errorf("read on day %d: %+v, want %g days", today, x.Reasons, want)
		}
	}
	var l written
	l.event(at(230, 9), "acme", "call", "contact", "li-wei")
	l.records[0].Offset = e.Next()
	if reject := e.Apply(&l.records[0]); reject != nil {
		t.Fatal(reject)
	}
	x, _ := e.Inspect("acme", dayN(231))
	for _, r := range x.Reasons {
		if r.Term.NothingCame(r.To) && r.Since < dayN(230) {
			t.Errorf("they called on the open day, and it is said: %+v", r)
		}
	}
}

// A day of which nothing is known is no silence, and has its mark.
func TestBlindDaysAreMarked(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 8))
	var l written
	l.tick(at(0, 0))
	for d := range 150 {
		if d < 140 || d > 142 { // the feed is dead
			l.crowd(rng, d, 60, 0.6, "pbx")
			l.event(at(d, 10), "acme", "call", "source", "pbx")
		}
		l.tick(at(d+1, 0))
	}
	e, _ := run(t, testRules(), &l)
	x, _ := e.Inspect("acme", 0)
	s := x.Series[0]
	if len(s.Blind) != 3 || s.Blind[0] != dayN(140) {
		t.Errorf("blind %v", s.Blind)
	}
	known := 0
	for _, w := range s.Weeks {
		known += w.Known
	}
	if known != series.JudgedDays-3 {
		t.Errorf("%d days are known", known)
	}
}

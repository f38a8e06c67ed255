package detector

import (
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"firstsign/detector/finding"
	"firstsign/detector/series"
	"firstsign/signals"
)

// narrow are the weeks as an alert keeps them.
func narrow(h HalfYear) HalfYear {
	round := func(x *float64) { *x = float64(float32(*x)) }
	round(&h.Habit)
	h.Weeks = append([]finding.Week(nil), h.Weeks...)
	h.Past = append([]finding.PastWeek(nil), h.Past...)
	for i := range h.Weeks {
		w := &h.Weeks[i]
		round(&w.Actual)
		round(&w.Expected)
		round(&w.Low)
		round(&w.High)
	}
	for i := range h.Past {
		round(&h.Past[i].Actual)
	}
	return h
}

// A finding has the weeks that the state has at that moment, of the series that it names first.
func TestFindingHasTheWeeksOfItsMoment(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 8))
	var l written
	l.tick(at(0, 0))
	for d := range 230 {
		if d < 150 || d > 152 { // the feed is dead
			l.crowd(rng, d, 60, 0.6, "pbx")
		}
		if d < 200 && (d < 150 || d > 152) {
			l.event(at(d, 10), "acme", "call", "contact", "li-wei", "source", "pbx")
			l.event(at(d, 11), "acme", "spend", "source", "pbx")
		}
		l.tick(at(d+1, 0))
	}
	rules := testRules()
	rules.Holidays = map[signals.Day]float64{dayN(10): 0.5, dayN(198): 0.5, dayN(199): 0.5}
	e, pictures, most := NewEngine(0, 1, rules), 0, 0
	for i := range l.records {
		if reject := e.Apply(&l.records[i]); reject != nil {
			t.Fatal(reject)
		}
		if i%7 != 0 && len(e.news) == 0 {
			continue
		}
		for _, f := range findingsOf(t, e) {
			if f.Account != "acme" || !f.Kind.Raises() {
				if f.Pictured != nil {
					t.Errorf("%s of %q has a picture", f.Kind, f.Account)
				}
				continue
			}
			x, _ := e.Inspect("acme", 0)
			p := f.Pictured
			if p == nil || p.Signal != f.Reasons[0].Signal && f.Reasons[0].Signal != series.AnyContact || p.Last != x.AsOf {
				t.Fatalf("%+v of %+v", p, f.Reasons)
			}
			pictures++
			for i := range x.Series {
				if s := &x.Series[i]; s.Signal == p.Signal && s.Contact == p.Contact {
					if got, want := *p.HalfYear(), narrow(s.HalfYear); !reflect.DeepEqual(got, want) {
						t.Errorf("day %d: weeks\n%+v, the state has\n%+v", p.Last-dayN(0), got, want)
					}
				}
			}
			if len(p.Holidays) != 2 || len(p.Blind)+len(p.PastPartly) == 0 {
				t.Errorf("holidays %v, blind %v, partly %v", p.Holidays, p.Blind, p.PastPartly)
			}
			text, err := json.Marshal(p)
			if err != nil {
				t.Fatal(err)
			}
			most = max(most, len(text))
		}
	}
	if pictures == 0 {
		t.Fatal("nothing was found")
	}
	t.Logf("%d findings with pictures of at most %d bytes", pictures, most)
}

// Before anything is closed, and of bad news alone, there is no picture.
func TestBadNewsHasNoPicture(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 8))
	var l written
	l.tick(at(0, 0))
	for d := range 100 {
		l.crowd(rng, d, 60, 0.6, "")
		l.event(at(d, 10), "acme", "call")
		if d > 95 {
			l.event(at(d, 11), "acme", "forwarding")
		}
		l.tick(at(d+1, 0))
	}
	_, found := run(t, testRules(), &l)
	acme := about(found, "acme")
	if len(acme) == 0 {
		t.Fatal("nothing was found")
	}
	for _, f := range acme {
		if f.Pictured != nil && f.Reasons[0].Signal == "forwarding" && len(f.Reasons) == 1 {
			t.Errorf("a picture of %+v", f.Pictured)
		}
	}
}

// What is kept in columns comes back, by way of JSON.
func TestWeeksComeBackFromColumns(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 8).Draw(t, "weeks")
		last := signals.Day(rapid.IntRange(20000, 21000).Draw(t, "last"))
		number := rapid.Map(rapid.Float32Range(0, 1e7), func(x float32) float64 { return float64(x) })
		h := HalfYear{}
		if rapid.Bool().Draw(t, "habit") {
			h.Habit = float64(rapid.Float32Range(1, 200).Draw(t, "days"))
		}
		first := last - signals.Day(7*n) + 1
		for i := range n {
			w := finding.Week{First: first + signals.Day(7*i), Known: rapid.IntRange(0, 7).Draw(t, "known"), Seen: rapid.IntRange(0, 7).Draw(t, "seen"), Actual: number.Draw(t, "actual")}
			if h.Habit > 0 {
				w.Expected, w.Low, w.High = number.Draw(t, "expected"), number.Draw(t, "low"), number.Draw(t, "high")
			}
			h.Weeks = append(h.Weeks, w)
		}
		for from := first - signals.Day(rapid.IntRange(0, 130).Draw(t, "past")); from < first; {
			w := finding.PastWeek{First: from, Last: min(first-1, from+signals.Day((7-int(from.Weekday()))%7))}
			if w.Known = rapid.Bool().Draw(t, "known"); w.Known {
				w.Whole, w.Actual = rapid.Bool().Draw(t, "whole"), number.Draw(t, "actual")
			}
			h.Past, from = append(h.Past, w), w.Last+1
		}
		var p, back Pictured
		p.Keep(&h, last)
		text, err := json.Marshal(p)
		if err == nil {
			err = json.Unmarshal(text, &back)
		}
		if got := back.HalfYear(); err != nil || !reflect.DeepEqual(*got, h) {
			t.Fatalf("%s\n%+v, want\n%+v; %v", text, got, h, err)
		}
	})
	if h := (&Pictured{Actual: []float32{1}, Last: 20000, Past: []float32{1}, PastBlind: []int{-1, 7}}).HalfYear(); len(h.Weeks) != 0 {
		t.Errorf("of columns that do not fit: %+v", h)
	}
}

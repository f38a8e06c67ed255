package backtest

import (
	"math"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"firstsign/accounts"
	"firstsign/detector"
	"firstsign/signals"
)

func TestEpisodes(t *testing.T) {
	// Above 5 on days 10-11, 20-24, 40 and from 60 on. Between the first two are 8
	// quiet days: one episode. Between the second and third are 15: two.
	c := evidenceTrace{{10, 6}, {12, 1}, {20, 5}, {25, 4}, {40, 9}, {41, 0}, {60, 7}}
	begun := func(level float64, end signals.Day) (days []signals.Day) {
		c.episodes(level, end, func(d signals.Day) { days = append(days, d) })
		return days
	}
	for _, tt := range []struct {
		level float64
		end   signals.Day
		want  []signals.Day
	}{
		{5, 100, []signals.Day{10, 40, 60}},
		{5, 59, []signals.Day{10, 40}},
		{6, 100, []signals.Day{10, 40, 60}},
		{4, 100, []signals.Day{10, 60}}, // 10-11, 20-39 and 40 are one
		{8, 100, []signals.Day{40}},
		{9.5, 100, nil},
	} {
		if got := begun(tt.level, tt.end); !slices.Equal(got, tt.want) {
			t.Errorf("at %v until %d: %v, want %v", tt.level, tt.end, got, tt.want)
		}
	}
	w := c.count(20, 60)
	near(t, "years", w.years, 40/365.25, 1e-12)
	near(t, "episodes at 5", w.at(5), 1, 0) // day 40; 10 is before, 60 after
	near(t, "episodes at 9.5", w.at(9.5), 0, 0)
	for _, tt := range []struct {
		from, until   signals.Day
		day           signals.Day
		found, raised bool
	}{
		{26, 100, 0, false, true},  // two days after an episode's last: it is not over
		{39, 100, 40, true, false}, // day 24 is 15 days ago: over
		{38, 100, 0, false, true},  // 14 days: not yet
		{41, 50, 0, false, true},
		{10, 100, 10, true, false},
		{0, 9, 0, false, false},
	} {
		day, found, raised := c.first(5, tt.from, tt.until)
		if day != tt.day || found != tt.found || raised != tt.raised {
			t.Errorf("from %d: %v %v %v, want %+v", tt.from, day, found, raised, tt)
		}
	}
	for d, want := range map[signals.Day]float64{9: 0, 10: 6, 11: 6, 12: 1, 99: 7} {
		near(t, "evidence", c.at(d), want, 0)
	}
}

// Episodes never are more days than there are between them.
func TestEpisodesAreApart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var c evidenceTrace
		d := signals.Day(0)
		for range rapid.IntRange(0, 40).Draw(t, "steps") {
			d += signals.Day(rapid.IntRange(1, 30).Draw(t, "days"))
			c = append(c, tracePoint{d, rapid.Float64Range(0, 20).Draw(t, "evidence")})
		}
		level := rapid.Float64Range(0.01, 20).Draw(t, "level")
		last := signals.Day(-1000)
		c.episodes(level, d+10, func(day signals.Day) {
			if day-last <= QuietDays || c.at(day) < level || c.at(day-1) >= level {
				t.Fatalf("an episode begins on %d after %d in %v", day, last, c)
			}
			last = day
		})
	})
}

func TestDetections(t *testing.T) {
	guests := []Variant{
		{Account: "a", Scenario: Silent, From: 100, Until: 190},
		{Account: "b", Scenario: Silent, From: 100, Until: 190},
		{Account: "c", Scenario: Silent, From: 100, Until: 190},
		{Account: "d", Scenario: Silent, From: 100, Until: 190},
	}
	courses := map[string]evidenceTrace{
		"a~silence": {{109, 10}},         // the tenth day
		"b~silence": {{150, 10}},         // the fifty-first
		"c~silence": {{120, 6}},          // not enough for its grade
		"d~silence": {{95, 12}, {98, 0}}, // alerting when it began
	}
	gradeOf := func(id string) accounts.Grade {
		if id == "c" {
			return accounts.Marginal
		}
		return accounts.Key
	}
	got := detections(guests, courses, gradeOf, map[accounts.Grade]float64{accounts.Key: 5, accounts.Marginal: 7})
	if len(got) != 3 || got[0].Grade != "" || got[1].Grade != accounts.Key || got[2].Grade != accounts.Marginal {
		t.Fatalf("got %+v", got)
	}
	var shares []float64
	for _, w := range got[0].Within {
		shares = append(shares, math.Round(w.Share.Value*100)/100)
	}
	if got[0].Accounts != 3 || got[0].Alerting != 1 || got[0].MedianDays != 51 || !reflect.DeepEqual(shares, []float64{0.33, 0.33, 0.67, 0.67}) {
		t.Errorf("of all: %+v, shares %v", got[0], shares)
	}
	if got[2].MedianDays != 0 || got[1].Accounts != 2 {
		t.Errorf("by grade: %+v", got[1:])
	}
}

func TestFitWithoutHistoryIsShipped(t *testing.T) {
	curve := fitCurve(&episodeCounts{})
	for _, years := range []float64{0.3, 1, 3, 10, 100} {
		near(t, "evidence of the shipped curve", curve.Evidence(years), shippedCurve.Evidence(years), 0.05)
	}
}

// A long history from another curve is believed, wherever it has episodes.
func TestFitFollowsTheHistory(t *testing.T) {
	for _, truth := range []stretched{{0.6, 1}, {1.5, 1}, {1, 0.3}, {0.8, 2}} {
		w := &episodeCounts{years: 3000}
		for i := range w.episodes {
			w.episodes[i] = w.years * truth.yearly(float64(i)*levelStep)
		}
		curve := fitCurve(w)
		for _, years := range []float64{1, 2, 5, 20, 100} {
			near(t, "years by the fitted curve", curve.Years(truth.evidence(years))/years, 1, 0.1)
		}
	}
}

func TestFitIsACurve(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := &episodeCounts{years: rapid.Float64Range(0, 500).Draw(t, "years")}
		n := float64(rapid.IntRange(0, 1000).Draw(t, "episodes"))
		for i := range w.episodes {
			w.episodes[i] = n
			n = math.Max(0, n-float64(rapid.IntRange(0, 60).Draw(t, "fewer")))
		}
		curve := fitCurve(w)
		if len(curve) < 2 {
			t.Fatalf("%v is no curve", curve)
		}
		for i, p := range curve {
			if math.IsNaN(p.Evidence) || p.Years <= 0 || i > 0 && (p.Evidence <= curve[i-1].Evidence || p.Years <= curve[i-1].Years) {
				t.Fatalf("%v does not rise", curve)
			}
		}
	})
}

func TestThresholdsSpendTheBudget(t *testing.T) {
	// By default 3/1 + 7/1.5 + 15/2.5 + 5/6 = 14.5 false alerts a year. Two
	// managers with a budget of half an alert a month have 12.
	p := Portfolio{Managers: 2, Accounts: map[accounts.Grade]int{accounts.Key: 3, accounts.Potential: 7, accounts.Ordinary: 15, accounts.Marginal: 5}}
	k := &Calibration{Budget: 0.5, ByHand: map[accounts.Grade]detector.Threshold{accounts.Problem: {Raise: 9, Clear: 1}}}
	got, err := k.thresholds(p, nil)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "raise of key", got[accounts.Key].Raise, 1.21, 1e-9) // 14.5 / 12
	near(t, "raise of marginal", got[accounts.Marginal].Raise, 7.25, 1e-9)
	near(t, "clear of key", got[accounts.Key].Clear, 1.09, 1e-9)
	near(t, "raise by hand", got[accounts.Problem].Raise, 9, 0)
	spent := 0.0
	for grade, n := range p.Accounts {
		spent += float64(n) / got[grade].Raise
	}
	near(t, "false alerts a year", spent, 12, 0.05)

	// A budget that nobody could spend: an alert needs some evidence still, and
	// must be able to end.
	k.Budget = 1000
	if got, err = k.thresholds(p, nil); err != nil {
		t.Fatal(err)
	}
	for grade, threshold := range got {
		if e := shippedCurve.Evidence(threshold.Raise); e < leastEvidence-0.1 {
			t.Errorf("%s alerts at %v nats", grade, e)
		}
		if e := shippedCurve.Evidence(threshold.Clear); e < 0.8 || threshold.Clear >= threshold.Raise {
			t.Errorf("%s ends at %v nats, %+v", grade, e, threshold)
		}
	}
	if _, err := k.thresholds(Portfolio{Managers: 1}, nil); err == nil {
		t.Error("nobody is in touch, and nothing is said")
	}
}

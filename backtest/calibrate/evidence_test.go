package calibrate

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"firstsign/backtest"
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
			if day-last <= backtest.QuietDays || c.at(day) < level || c.at(day-1) >= level {
				t.Fatalf("an episode begins on %d after %d in %v", day, last, c)
			}
			last = day
		})
	})
}

package survey

import (
	"testing"

	"firstsign/detector/series"
	"firstsign/signals"
)

// The usual distance of days is a median, whichever place in the ring they have.
func TestGap(t *testing.T) {
	for name, c := range map[string]struct {
		days []int // before the last closed one
		want int
	}{
		"none": {nil, 0}, "one day": {[]int{3}, 0}, "every day": {[]int{2, 1, 0}, 1}, "once a week": {[]int{21, 14, 7, 0}, 7}, "mostly every second day": {[]int{20, 6, 4, 2, 0}, 2},
	} {
		for closed := range series.RingDays {
			tally := Tally{closed: 20000 + signals.Day(closed)}
			for _, ago := range c.days {
				tally.active |= 1 << series.Slot(tally.closed-signals.Day(ago))
			}
			if got := tally.Gap(); got != c.want {
				t.Fatalf("%s up to day %d: %d, want %d", name, closed, got, c.want)
			}
		}
	}
}

package series

import "testing"

// What is known of a series with two sources is what both are known of, and of
// one alone when nothing at all is known of the other.
func TestKnownOfTwoSources(t *testing.T) {
	all := uint64(1<<ViewDays - 1)
	cover := []uint64{all, all &^ 0xff, all &^ 0xf00, 0}
	for _, c := range []struct {
		source, other uint16
		want          uint64
	}{
		{0, 0, all},
		{1, 1, all &^ 0xff},
		{1, 2, all &^ 0xfff},
		{1, 3, all &^ 0xff},
		{3, 3, 0},
		{3, 1, 0},
		{9, 1, all &^ 0xff}, // newer than what is known
	} {
		s := Series{Source: c.source, Other: c.other}
		if got := s.Known(cover); got != c.want {
			t.Errorf("sources %d and %d: %x, want %x", c.source, c.other, got, c.want)
		}
	}
}

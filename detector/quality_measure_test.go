package detector_test

import (
	"fmt"
	"math"
	"os"
	"slices"
	"testing"

	"firstsign/detector/episodes"
	"firstsign/internal/racetest"
)

// full tells whether the large sizes run, against what is asked for.
var full = os.Getenv("FIRSTSIGN_QUALITY") == "full"

// sized is a number of accounts: many in a full run, few otherwise.
func sized(few, many int) int {
	if full {
		return many
	}
	return few
}

// simulated skips a simulation where it would take long and show nothing new.
func simulated(t *testing.T) {
	t.Helper()
	racetest.Arithmetic(t)
	if testing.Short() {
		t.Skip("a simulation")
	}
}

// yearly is the share of healthy accounts that raise an alert within a year
// at the threshold that detection is measured at.
const yearly = 0.10

// threshold is the score that a share of healthy accounts exceed on some day
// of from..to.
func threshold(healthy [][]float32, share float64, from, to int) float32 {
	var highest []float32
	for _, s := range healthy {
		highest = append(highest, slices.Max(s[from:to]))
	}
	slices.Sort(highest)
	return highest[len(highest)-1-int(share*float64(len(highest)))]
}

// never is the delay of what is not found.
const never = math.MaxInt

// delays are the days until each account exceeds the threshold anew from day
// on: 1 is the close of that day itself.
func delays(changed [][]float32, threshold float32, day, within int) (d []int) {
	for _, s := range changed {
		d = append(d, never)
		for i := day; i < min(day+within, len(s)); i++ {
			if s[i] > threshold && s[i-1] <= threshold {
				d[len(d)-1] = i - day + 1
				break
			}
		}
	}
	return d
}

// share is a proportion of accounts.
type share struct{ hits, of int }

func found(delays []int, within int) (s share) {
	for _, d := range delays {
		s.of++
		if d <= within {
			s.hits++
		}
	}
	return s
}

func (s share) value() float64 { return float64(s.hits) / float64(s.of) }

// interval is Wilson's at 90 % (Wilson 1927, "Probable inference, the law of
// succession, and statistical inference").
func (s share) interval() (lo, hi float64) {
	const z = 1.645
	n, p := float64(s.of), s.value()
	mid, half := p+z*z/(2*n), z*math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	return (mid - half) / (1 + z*z/n), (mid + half) / (1 + z*z/n)
}

func (s share) String() string {
	lo, hi := s.interval()
	return fmt.Sprintf("%.2f (%.2f-%.2f, n=%d)", s.value(), lo, hi, s.of)
}

// median of delays in days, never when fewer than half are found.
func median(delays []int) int {
	s := slices.Sorted(slices.Values(delays))
	return (s[(len(s)-1)/2])
}

func days(n int) string {
	if n == never {
		return "never"
	}
	return fmt.Sprint(n, " days")
}

// atLeast states a measure. In a full run it must reach what is asked; in a
// small one its interval must reach floor, which is below by more than noise.
func atLeast(t *testing.T, what string, s share, asked, floor float64) {
	t.Helper()
	_, hi := s.interval()
	holds := s.value() >= asked
	t.Logf("%-62s %-24s asked %.2f %s", what, s, asked, Mark(holds))
	if full && !holds {
		t.Errorf("%s: %s, asked for %.2f", what, s, asked)
	}
	if !full && hi < floor {
		t.Errorf("%s: %s, expected at least %.2f", what, s, floor)
	}
}

// Mark is the verdict of a full run; a small one is too noisy for it.
func Mark(holds bool) string {
	switch {
	case !full:
		return ""
	case holds:
		return "holds"
	}
	return "DOES NOT HOLD"
}

// raisings are the days on which an alert is raised for a risk: episodes as
// the engine has them.
func raisings(scores []float32, t episodes.Threshold) (on []int) {
	open, quiet := false, 0
	for d, s := range scores {
		switch {
		case !open && float64(s) >= t.Raise:
			open, quiet = true, 0
			on = append(on, d)
		case open && float64(s) < t.Clear:
			if quiet++; quiet >= 14 {
				open = false
			}
		case open:
			quiet = 0
		}
	}
	return on
}

func nearly(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if math.Abs(got-want) > tolerance*math.Max(1, math.Abs(want)) {
		t.Errorf("%s: %.4g, want %.4g", what, got, want)
	}
}

// The instrument by hand.
func TestQualityMeasures(t *testing.T) {
	healthy := [][]float32{{9, 1, 2, 3}, {9, 5, 1, 1}, {9, 1, 1, 4}, {9, 2, 1, 1}}
	// The highest of days 1..3 are 3 5 4 2: one in four exceeds 4.
	if th := threshold(healthy, 0.25, 1, 4); th != 4 {
		t.Errorf("threshold %g", th)
	}
	d := delays([][]float32{{0, 0, 5, 5}, {0, 5, 5, 5}, {0, 5, 1, 5}, {0, 0, 0, 4}}, 4, 2, 2)
	// Found at once; above already; again on the second day; never above.
	if want := []int{1, never, 2, never}; !slices.Equal(d, want) {
		t.Errorf("delays %v, want %v", d, want)
	}
	if s := found(d, 1); s != (share{1, 4}) {
		t.Errorf("found %v", s)
	}
	if m := median(d); m != 2 {
		t.Errorf("median %d", m)
	}
	// Wilson 90 % of 5 in 10: (.5 + .1353 +- 1.645*sqrt(.025+.00676)) / 1.2706.
	lo, hi := share{5, 10}.interval()
	nearly(t, "lower end", lo, 0.2692, 1e-3)
	nearly(t, "upper end", hi, 0.7308, 1e-3)
	on := raisings([]float32{0, 3, 1, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 3}, episodes.Threshold{Raise: 3, Clear: 2})
	if want := []int{1, 18}; !slices.Equal(on, want) {
		t.Errorf("raised on %v, want %v", on, want)
	}
}

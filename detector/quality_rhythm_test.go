package detector_test

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"firstsign/detector"
	"firstsign/detector/episodes"
	"firstsign/detector/series"
	"firstsign/signals"
)

// rhythm is how customers who are seldom in touch come: next returns the day of the contact
// after one.
type rhythm struct {
	name  string
	pause float64 // in days, on average
	next  func(day int, chance *rand.Rand) int
	// asked is in how many usual pauses half of those who stop are told at a risk of one
	// account-year; 0 when nothing is asked.
	asked float64
}

// about is a pause of so many days, give or take, one in so many left out.
func about(days, off int, left float64) func(int, *rand.Rand) int {
	return func(day int, chance *rand.Rand) int {
		day += days - off + chance.IntN(2*off+1)
		for chance.Float64() < left {
			day += days
		}
		return day
	}
}

// firstOfMonth is the first working day of the next month, one in so many left out.
func firstOfMonth(left float64) func(int, *rand.Rand) int {
	return func(day int, chance *rand.Rand) int {
		at := hour(day, 0)
		for months := 1; ; months++ {
			first := time.Date(at.Year(), at.Month()+time.Month(months), 1, 0, 0, 0, 0, time.UTC)
			for first.Weekday() == time.Saturday || first.Weekday() == time.Sunday {
				first = first.AddDate(0, 0, 1)
			}
			if chance.Float64() >= left {
				return int(first.Sub(hour(0, 0)).Hours() / 24)
			}
		}
	}
}

// gammaPause is a pause of so many days on average whose evenness is a whole number.
func gammaPause(mean float64, evenness int) func(int, *rand.Rand) int {
	return func(day int, chance *rand.Rand) int {
		x := 0.0
		for range evenness {
			x += chance.ExpFloat64()
		}
		return day + max(1, int(math.Round(x*mean/float64(evenness))))
	}
}

var rhythms = []rhythm{
	{"every fortnight, a day or two off, 3 % left out", 14, about(14, 2, 0.03), 3},
	{"the same, 8 % left out", 14, about(14, 2, 0.08), 3},
	{"first working day of the month, 3 % left out", 30.4, firstOfMonth(0.03), 2},
	{"every 30 days, give or take 4", 30, about(30, 4, 0), 2},
	{"4 visits a month at uneven times (evenness 4)", 7.6, gammaPause(7.6, 4), 0},
	{"every fortnight on average, by chance", 14, gammaPause(14, 1), 0},
	{"0.8 a week, by chance", 8.75, gammaPause(8.75, 1), 0},
}

// Regular customers who stop are told after few missed times, and healthy ones raise at a risk
// of so many account-years at most about that rarely.
func TestQualityRhythm(t *testing.T) {
	simulated(t)
	n := sized(30, 120)
	scores, lasts := liveRhythms(t, n)
	const year = 365
	for k, r := range rhythms {
		healthy, stopped := scores[2*k*n:(2*k+1)*n], scores[(2*k+1)*n:(2*k+2)*n]
		yearly := func(at float64) float64 {
			raised := 0
			for _, s := range healthy {
				raised += len(raisings(s[year:], episodes.Threshold{Raise: at, Clear: at / 2}))
			}
			return float64(raised) / (float64(n) * float64(len(healthy[0])-year) / year)
		}
		var told []int
		for i, s := range stopped {
			last := lasts[(2*k+1)*n+i]
			told = append(told, never)
			if d := slices.IndexFunc(s[last:], func(x float32) bool { return x >= 1 }); d >= 0 {
				told[i] = d
			}
		}
		after := float64(median(told)) / r.pause
		t.Logf("%-48s at a risk of 1 told after %.1f usual pauses; false alerts a year at 1, 3, 10: %.2f %.2f %.2f", r.name, after, yearly(1), yearly(3), yearly(10))
		if r.asked > 0 && after > r.asked {
			t.Errorf("%s: told after %.1f usual pauses, asked for %g", r.name, after, r.asked)
		}
		for _, at := range []float64{1, 3} {
			if often := yearly(at); often > 1.5/at && full || often > 3/at {
				t.Errorf("%s: %.2f false alerts a year at a risk of %g", r.name, often, at)
			}
		}
	}
}

// liveRhythms runs, of each rhythm, n healthy customers and n who stop a year and some months
// on, all in one portfolio. It returns the risk after each day and when each came last.
func liveRhythms(t *testing.T, n int) (scores [][]float32, lasts []int) {
	t.Helper()
	const length, stop = 760, 425
	e := detector.NewEngine(0, 1, &detector.Rules{Location: time.UTC, Hash: "rhythm", Signals: []series.Signal{{Name: signalName(0)}}})
	e.Guests(func(account []byte) []byte {
		if bytes.IndexByte(account, '~') < 0 {
			return nil
		}
		return account
	})
	type customer struct {
		*rhythm
		id     string
		chance *rand.Rand
		next   int
		stops  bool
	}
	var customers []customer
	index := map[string]int{}
	for i := range 2 * n * len(rhythms) {
		c := customer{rhythm: &rhythms[i/(2*n)], chance: rand.New(rand.NewPCG(21, uint64(i))), stops: i/n%2 == 1}
		c.id = fmt.Sprint("healthy-", i)
		if c.stops {
			c.id = fmt.Sprint("stopped~", i)
		}
		c.next = c.chance.IntN(int(c.pause))
		index[c.id] = len(customers)
		customers = append(customers, c)
	}
	scores, lasts = make([][]float32, len(customers)), make([]int, len(customers))
	today := make([]float32, len(customers))
	e.OnScore(func(account string, _ signals.Day, score float64) { today[index[account]] = float32(score) })
	feed := feeder{t: t, engine: e, part: 1}
	feed.tick(hour(0, 0))
	for d := range length {
		for i := range customers {
			c := &customers[i]
			if c.next != d || c.stops && d >= stop {
				continue
			}
			lasts[i], c.next = d, c.rhythm.next(d, c.chance)
			feed.count(d, c.id, signalName(0), 1)
		}
		feed.tick(hour(d+1, 0))
		for i, x := range today {
			scores[i] = append(scores[i], x)
		}
	}
	return scores, lasts
}

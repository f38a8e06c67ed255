package detector_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"firstsign/accounts"
	"firstsign/detector/episodes"
)

// Eight signals, ten a week each with a variance of 1.5 times the mean, whose
// latent normal variables of a week have a correlation of 0.3. The yardstick
// is the best of several CUSUM charts, one for each signal, at the same false
// alarms: both say once a week what they think, both have a year to learn.
func TestQualityFusion(t *testing.T) {
	simulated(t)
	const history, weeks, of = 52, 104, 8
	n := sized(60, 400)
	habit := resident{perWeek: 10, spread: 1.5}
	sd := math.Sqrt(habit.perWeek * habit.spread)
	lower := func(signals int, by float64) resident {
		r := habit
		r.level = func(w, k int) float64 {
			if w < history || k >= signals {
				return 1
			}
			return 1 - by*sd/habit.perWeek
		}
		return r
	}
	w := world{
		residents: slices.Concat(residentsOf(n, "healthy-%d", habit), residentsOf(n, "all~%d", lower(of, 0.5)), residentsOf(n, "one~%d", lower(1, 1.5))),
		signals:   of, alike: 0.3, weeks: weeks, seed: 14,
	}
	l := w.live(t)
	ours := weekEnds(l.scores)
	for _, c := range []struct {
		what        string
		from        int
		asked, most float64 // most: in a small run
	}{
		{"8 signals, all down half a sd", n, 0.80, 1.1},
		{"8 signals, one down 1.5 sd", 2 * n, 1.20, 2},
	} {
		best, at := l.bestChart(n, c.from, history, false, habit.perWeek, sd)
		ideal, idealAt := l.bestChart(n, c.from, history, true, habit.perWeek, sd)
		d := delaysOf(ours, n, c.from, history)
		lo, hi := ratio(d, best)
		r := d.mean() / best.mean()
		t.Logf("%-62s %.2f (%.2f-%.2f) of the time of the best chart, asked at most %.2f %s", c.what, r, lo, hi, c.asked, Mark(r <= c.asked))
		t.Logf("%62s ours %s; best chart %s (%s); best that knows the truth %s (%s)", "", d, best, at, ideal, idealAt)
		if full && r > c.asked {
			t.Errorf("%s: %.2f of the time of the best chart, asked for at most %.2f", c.what, r, c.asked)
		}
		if !full && lo > c.most {
			t.Errorf("%s: %.2f of the time of the best chart, expected at most %.2f", c.what, r, c.most)
		}
	}
}

// bestChart is the CUSUM that finds soonest. Who looks for a shift of d sd
// looks best with an allowance of d/2 (Page 1954; Montgomery, "Introduction to
// Statistical Quality Control", 9.1), were nothing to be learned: all are tried.
func (l *lived) bestChart(healthy, from, history int, known bool, mean, sd float64) (best waits, at string) {
	for _, allowance := range []float64{0.125, 0.25, 0.375, 0.5, 0.75, 1} {
		chart := l.cusums(allowance, history, known, mean, sd)
		if d := delaysOf(chart, healthy, from, history); best == nil || d.mean() < best.mean() {
			best, at = d, fmt.Sprintf("allowance %.3g sd", allowance)
		}
	}
	return best, at
}

// weekEnds are the scores on Sundays.
func weekEnds(scores [][]float32) (weekly [][]float32) {
	for _, s := range scores {
		var w []float32
		for d := 6; d < len(s); d += 7 {
			w = append(w, s[d])
		}
		weekly = append(weekly, w)
	}
	return weekly
}

// cusums are, for each resident and week, the highest of the lower CUSUMs of
// its signals, standardised by what the history says, or by the truth.
func (l *lived) cusums(allowance float64, history int, known bool, mean, sd float64) (highest [][]float32) {
	for _, c := range l.counts {
		weeks := len(c) / l.signals
		out := make([]float32, weeks)
		for k := range l.signals {
			m, s := mean, sd
			if !known {
				m, s = moments(c, l.signals, k, history)
			}
			sum := 0.0
			for w := history; w < weeks; w++ {
				sum = max(0, sum+(m-float64(c[w*l.signals+k]))/s-allowance)
				out[w] = max(out[w], float32(sum))
			}
		}
		highest = append(highest, out)
	}
	return highest
}

func moments(counts []uint16, signals, k, weeks int) (mean, sd float64) {
	for w := range weeks {
		mean += float64(counts[w*signals+k]) / float64(weeks)
	}
	for w := range weeks {
		d := float64(counts[w*signals+k]) - mean
		sd += d * d / float64(weeks-1)
	}
	return mean, math.Sqrt(sd)
}

// waits are delays in weeks, those not found in the year counting as a year.
type waits []float64

func delaysOf(weekly [][]float32, healthy, from, history int) (d waits) {
	weeks := len(weekly[0])
	th := threshold(weekly[:healthy], yearly, history, weeks)
	for _, x := range delays(weekly[from:from+healthy], th, history, weeks-history) {
		d = append(d, float64(min(x, weeks-history)))
	}
	return d
}

func (w waits) mean() (m float64) {
	for _, x := range w {
		m += x / float64(len(w))
	}
	return m
}

func (w waits) String() string {
	s := slices.Sorted(slices.Values(w))
	return fmt.Sprintf("mean %.1f median %.0f weeks", w.mean(), s[len(s)/2])
}

// ratio is the 90 % interval of a's mean over b's: a bootstrap over accounts.
func ratio(a, b waits) (lo, hi float64) {
	chance := rand.New(rand.NewPCG(1, 1))
	var drawn []float64
	for range 1000 {
		var x, y float64
		for range a {
			i := chance.IntN(len(a))
			x, y = x+a[i], y+b[i]
		}
		drawn = append(drawn, x/y)
	}
	slices.Sort(drawn)
	return drawn[50], drawn[949]
}

// Accounts in which nothing changes raise about as many alerts whether they
// have 1, 4 or 16 series: at the default threshold when enough come to tell,
// and at the risks that an account with one series reaches so many times a year.
func TestQualityNullSeries(t *testing.T) {
	simulated(t)
	const learning = 26
	n, weeks := sized(40, 300), sized(78, 260)
	years := float64(n*(weeks-learning)) * 7 / 365.25
	for _, c := range []struct {
		what     string
		alike    float64
		restless bool
		asked    bool
	}{
		{"independent", 0, false, true},
		{"correlation 0.3", 0.3, false, false},
		{"correlation 0.3, restless people", 0.3, true, false},
	} {
		t.Run(c.what, func(t *testing.T) {
			t.Parallel()
			var lives [3]*lived
			for i, series := range nullSeries {
				people := residentsOf(n, "a%d", resident{perWeek: 5, spread: 2})
				for k := range people {
					if c.restless {
						people[k] = restless(people[k], weeks, uint64(k))
					}
				}
				w := world{residents: people, signals: series, alike: c.alike, weeks: weeks, seed: 15}
				lives[i] = w.live(t)
			}
			var rows []string
			compare := func(what string, th episodes.Threshold) {
				var raised [3]int
				for i, l := range lives {
					raised[i] = l.raised(th, 7*learning)
				}
				rows = append(rows, compareNull(t, what, raised, years, c.asked))
			}
			compare("at a key account's default threshold", episodes.DefaultThresholds()[accounts.Key])
			for _, rate := range []float64{1, 0.3} {
				compare(fmt.Sprintf("where one series raises %.1f a year", rate), lives[0].atRate(rate*years, 7*learning))
			}
			t.Logf("null series, %s: alerts a year of an account with 1, 4, 16\n%s", c.what, strings.Join(rows, "\n"))
		})
	}
}

var nullSeries = [3]int{1, 4, 16}

// raised counts the alerts from a day on.
func (l *lived) raised(th episodes.Threshold, from int) (n int) {
	for _, s := range l.scores {
		for _, d := range raisings(s, th) {
			if d >= from {
				n++
			}
		}
	}
	return n
}

// atRate is the highest threshold at which so many alerts come. Far below it
// fewer come again, because episodes do not end.
func (l *lived) atRate(alerts float64, from int) (th episodes.Threshold) {
	for x := 7.0; x > -3; x -= 0.01 {
		th = episodes.Threshold{Raise: math.Exp(x), Clear: 0.8 * math.Exp(x)}
		if float64(l.raised(th, from)) >= alerts {
			break
		}
	}
	return th
}

// restless is a person with moods and pauses: a level that wanders by a third
// within a month or so (lognormal, first-order autoregressive by the week,
// correlation 0.8), and a week or two away every 20 weeks or so.
func restless(r resident, weeks int, seed uint64) resident {
	chance := rand.New(rand.NewPCG(seed, 7))
	levels := make([]float64, weeks)
	mood, away := 0.0, 0
	for w := range levels {
		mood = 0.8*mood + 0.6*0.35*chance.NormFloat64()
		if levels[w] = math.Exp(mood); away > 0 {
			levels[w] = 0
			away--
		} else if chance.Float64() < 0.05 {
			away = 1 + chance.IntN(2)
		}
	}
	r.level = func(week, _ int) float64 { return levels[week] }
	return r
}

// compareNull states how far apart the rates are, with the interval that
// chance leaves: they are Poisson.
func compareNull(t *testing.T, what string, raised [3]int, years float64, asked bool) string {
	t.Helper()
	lo, hi := float64(slices.Min(raised[:])), float64(slices.Max(raised[:]))
	row := fmt.Sprintf("%-62s", what)
	for _, n := range raised {
		row += fmt.Sprintf(" %.3f", float64(n)/years)
	}
	if lo+hi < 20 {
		return fmt.Sprintf("%s: too few to tell %v", row, raised)
	}
	lo = max(lo, 0.5)
	apart, noise := hi/lo, math.Exp(1.645*math.Sqrt(1/lo+1/hi))
	row += fmt.Sprintf(": %.2f apart (%.2f-%.2f)", apart, apart/noise, apart*noise)
	if !asked {
		return row
	}
	if full && apart > 1.25 || !full && apart/noise > 3 {
		t.Errorf("%s: %.2f apart", what, apart)
	}
	return row + ", asked at most 1.25 " + Mark(apart <= 1.25)
}

package calibrate

import (
	"math"
	"sort"

	"firstsign/backtest"
	"firstsign/detector/stats"
	"firstsign/signals"
)

// evidenceTrace is the evidence of one account over time: one point for each
// change.
type evidenceTrace []tracePoint

// tracePoint is the evidence in nats from a day on.
type tracePoint struct {
	day      signals.Day
	evidence float64
}

// tracesOf are the traces of an outcome, by account. Scores were made from evidence
// with a curve; here it is inverted.
func tracesOf(o *backtest.Outcome, curve stats.Exceedance) map[string]evidenceTrace {
	traces := map[string]evidenceTrace{}
	for from := 0; from < len(o.Scores); {
		to := from
		for to < len(o.Scores) && o.Scores[to].Account == o.Scores[from].Account {
			to++
		}
		c := make(evidenceTrace, 0, to-from)
		for _, s := range o.Scores[from:to] {
			c = append(c, tracePoint{s.Day, curve.Evidence(s.Score)})
		}
		traces[o.Scores[from].Account] = c
		from = to
	}
	return traces
}

// episodes calls begun with the first day of each episode at a level, up to the day
// end. An episode ends after QuietDays below the level.
func (c evidenceTrace) episodes(level float64, end signals.Day, begun func(signals.Day)) {
	last := signals.Day(math.MinInt32 / 2) // last day at the level
	for i, s := range c {
		if s.evidence < level || s.day > end {
			continue
		}
		if s.day-last > backtest.QuietDays {
			begun(s.day)
		}
		last = end
		if i+1 < len(c) {
			last = c[i+1].day - 1
		}
	}
}

// first is the first day in [from, until] with evidence at a level; found is false
// when there is none. raised tells that an episode was open before.
func (c evidenceTrace) first(level float64, from, until signals.Day) (day signals.Day, found, raised bool) {
	i := sort.Search(len(c), func(i int) bool { return c[i].day > from-backtest.QuietDays }) - 1
	for i = max(i, 0); i < len(c) && c[i].day <= until; i++ {
		if c[i].evidence < level {
			continue
		}
		if c[i].day < from {
			return 0, false, true
		}
		return c[i].day, true, false
	}
	return 0, false, false
}

// at is the evidence at the end of a day.
func (c evidenceTrace) at(d signals.Day) float64 {
	i := sort.Search(len(c), func(i int) bool { return c[i].day > d })
	if i == 0 {
		return 0
	}
	return c[i-1].evidence
}

// highest is the highest evidence on the days from to until.
func (c evidenceTrace) highest(from, until signals.Day) (most float64) {
	most = c.at(from)
	for _, s := range c {
		if s.day > from && s.day <= until {
			most = max(most, s.evidence)
		}
	}
	return most
}

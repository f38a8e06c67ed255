package assessment

import (
	"math"

	"firstsign/detector/evidence"
	"firstsign/detector/finding"
	"firstsign/detector/series"
	"firstsign/detector/stats"
	"firstsign/signals"
)

// InspectedWeeks is how many whole weeks the judged days are.
const InspectedWeeks = series.JudgedDays / 7

// inspectWeeks compares the weeks of the series that was judged last with its habit. The
// habit is what was known before the window of the strongest term, as the term itself
// takes it; with a window of 0 it is all but the last days. rests is how many normal days,
// or of a score days with one, the habit rests on; 0: it has none yet.
func (j *Assessment) inspectWeeks(s *series.Series, r *series.Rule, window int) (weeks []finding.Week, rests float64) {
	v, known := &j.view, j.by.Today.KnownOf(s)
	usual := func(int) (expected, low, high float64) { return 0, 0, 0 }
	switch {
	case s.Level() != nil:
		usual, rests = j.usualMeans(s, window)
	case r.Kind != series.Event: // bad news has a rate, and no habit
		usual, rests = usualSums(&s.Baseline, v, r.Kind, window)
	}
	for from := 1; from < series.ViewDays; from += 7 {
		w := finding.Week{First: v.Lo + signals.Day(from)}
		var sum, observed float64
		for i := from; i < from+7; i++ {
			day := v.Lo + signals.Day(i)
			if known>>i&1 == 1 && day >= s.First {
				w.Known++
			}
			if v.Seen>>i&1 == 1 && known>>i&1 == 1 {
				w.Seen++
			}
			sum += v.N[i]
			if s.Level() != nil && v.Seen>>i&1 == 1 {
				observed += float64(s.Seen(series.Slot(day)))
			}
		}
		if s.Level() != nil && observed > 0 {
			sum /= observed
		}
		w.Actual = sum * r.Resolution
		if rests > 0 {
			expected, low, high := usual(from)
			w.Expected, w.Low, w.High = expected*r.Resolution, low*r.Resolution, high*r.Resolution
		}
		weeks = append(weeks, w)
	}
	return weeks, rests
}

// usualSums returns what is usual of a week that begins at an index, of counts and amounts.
// An amount is counted in what a day with any usually brings, as its evidence is.
func usualSums(p *series.Baseline, v *series.View, kind series.Kind, window int) (usual func(int) (expected, low, high float64), rests float64) {
	total, days, exposure := p.Reference(v, window)
	if exposure < series.Enough || total <= 0 {
		return nil, 0
	}
	unit := 1.0
	if kind == series.Amount && days > 0 {
		unit = total / days
	}
	return func(from int) (expected, low, high float64) {
		expected = total / exposure * v.Exposure(from, from+7)
		dispersion := p.OwnDispersion(7, expected)
		if kind == series.Amount {
			dispersion = p.Unevenness(7, expected)
		}
		low, high = stats.UsualCount(expected/unit, dispersion)
		return expected, low * unit, high * unit
	}, exposure
}

// usualMeans returns what is usual of a score's week: the level before, and how far the
// mean of as many observations strays from it.
func (j *Assessment) usualMeans(s *series.Series, window int) (usual func(int) (expected, low, high float64), rests float64) {
	before := evidence.LevelBefore(s, &j.view, window)
	if before.Days < 2 {
		return nil, 0
	}
	one := (before.Spread + 1) / (before.Days - 1) // the variance of one observation
	each := before.Weight / before.Days
	return func(from int) (expected, low, high float64) {
		n := 0.0
		for i := from; i < from+7; i++ {
			if j.view.Seen>>i&1 == 1 {
				n += float64(s.Seen(series.Slot(j.view.Lo + signals.Day(i))))
			}
		}
		low, high = stats.UsualMean(before.Mean, math.Sqrt(one/max(n, each)))
		return before.Mean, low, high
	}, before.Days
}

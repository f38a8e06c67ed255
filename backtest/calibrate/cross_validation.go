package calibrate

import (
	"firstsign/accounts"
	"firstsign/backtest"
	"firstsign/detector"
	"firstsign/detector/stats"
	"firstsign/signals"
)

// Cross-validation by blocks of accounts and time. Each block is measured with a
// curve that was fitted on other accounts in the other half of the time.
const (
	folds  = 5
	halves = 2
)

// blocks count the episodes of healthy accounts in each block, by grade.
type blocks struct {
	accounts int
	of       [folds][halves]map[accounts.Grade]*episodeCounts
}

// blocks counts the episodes of an index by block. An account's fold depends on its
// id only, so that one more account moves no other.
func (c *ActivityIndex) blocks(traces map[string]evidenceTrace, losses backtest.Losses) *blocks {
	b := &blocks{}
	for f := range folds {
		for h := range halves {
			b.of[f][h] = map[accounts.Grade]*episodeCounts{}
		}
	}
	middle := c.middle(losses)
	for _, l := range c.Accounts {
		from, to := l.judgedDays(losses)
		if to <= from {
			continue
		}
		b.accounts++
		cut := min(max(middle, from), to)
		f := chance(0, l.Account) % folds
		for h, part := range [halves][2]signals.Day{{from, cut}, {cut, to}} {
			for from, to := range l.withoutSaved(part[0], part[1]) {
				b.add(int(f), h, l.Grade, traces[l.Account].count(from, to))
			}
		}
	}
	return b
}

// middle is the day that halves the account-days that are judged.
func (c *ActivityIndex) middle(losses backtest.Losses) signals.Day {
	change := make([]int, c.Last-c.First+backtest.SettlingDays+2) // change of the number of judged accounts, by day
	total := 0
	for _, l := range c.Accounts {
		if from, to := l.judgedDays(losses); to > from {
			change[from-c.First]++
			change[to-c.First]--
			total += int(to - from)
		}
	}
	watched, passed := 0, 0
	for i := range change {
		if watched += change[i]; 2*passed >= total {
			return c.First + signals.Day(i)
		}
		passed += watched
	}
	return c.Last
}

func (b *blocks) add(f, h int, grade accounts.Grade, w *episodeCounts) {
	if b.of[f][h][grade] == nil {
		b.of[f][h][grade] = &episodeCounts{}
	}
	b.of[f][h][grade].add(w)
}

// sum adds the blocks for which of is true.
func (b *blocks) sum(of func(fold, half int) bool) *episodeCounts {
	sum := &episodeCounts{}
	for f := range folds {
		for h := range halves {
			if of(f, h) {
				for _, grade := range accounts.Grades {
					if w := b.of[f][h][grade]; w != nil {
						sum.add(w)
					}
				}
			}
		}
	}
	return sum
}

// FalseAlerts are the alerts on blocks that had no part in the fit.
type FalseAlerts struct {
	Alerts         int            `json:"alerts"`
	AccountYears   float64        `json:"account_years"`
	PerAccountYear stats.Interval `json:"per_account_year"`
	// PerManagerMonth is for the portfolio that the budget is spent on.
	PerManagerMonth stats.Interval `json:"per_manager_month"`
	// Ratio is the realised number divided by the budgeted one.
	Ratio   stats.Interval                  `json:"ratio"`
	ByGrade map[accounts.Grade]GradedAlerts `json:"by_grade"`
}

// GradedAlerts are the false alerts about one grade.
type GradedAlerts struct {
	Alerts         int            `json:"alerts"`
	AccountYears   float64        `json:"account_years"`
	PerAccountYear stats.Interval `json:"per_account_year"`
}

// validate measures each block with a curve fitted on other accounts in the other
// half of the time.
func (b *blocks) validate(budget float64, thresholds map[accounts.Grade]detector.Threshold) FalseAlerts {
	alerts, years, budgeted := map[accounts.Grade]float64{}, map[accounts.Grade]float64{}, 0.0
	for f := range folds {
		for h := range halves {
			curve := fitCurve(b.sum(func(fold, half int) bool { return fold != f && half != h }))
			for _, grade := range accounts.Grades {
				if w := b.of[f][h][grade]; w != nil {
					alerts[grade] += w.at(curve.Evidence(thresholds[grade].Raise))
					years[grade] += w.years
					budgeted += w.years / thresholds[grade].Raise
				}
			}
		}
	}
	r := FalseAlerts{ByGrade: map[accounts.Grade]GradedAlerts{}}
	for _, grade := range accounts.Grades {
		y := years[grade]
		n := int(alerts[grade] + 0.5)
		r.Alerts += n
		r.AccountYears += y
		if y > 0 {
			r.ByGrade[grade] = GradedAlerts{n, y, stats.CountInterval(n).Times(1 / y)}
		}
	}
	seen := stats.CountInterval(r.Alerts)
	if r.AccountYears > 0 {
		r.PerAccountYear = seen.Times(1 / r.AccountYears)
		r.Ratio = seen.Times(1 / budgeted)
		r.PerManagerMonth = r.Ratio.Times(budget)
	}
	return r
}

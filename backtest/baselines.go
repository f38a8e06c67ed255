package backtest

import (
	"math"

	"firstsign/signals"
)

// method is one way to judge an account: a score for each day, and the thresholds
// at which it could alert. The simple methods are what a company has without us.
// Ours is measured beside them by the same rules.
type method struct {
	name       MethodName
	thresholds []float64
	// judge fills in the score of each morning, from the day first on. It uses the
	// days before that morning only.
	judge func(p *AccountLog, first signals.Day, scores []float64)
}

// MethodName is the name of a method in reports.
type MethodName string

// The methods.
const (
	Ours       MethodName = "firstsign"
	AsManyDays MethodName = "days of silence"
	ThirtyDays MethodName = "30 days of silence"
	RollingZ   MethodName = "rolling z, 28 days against 84"
	AtRandom   MethodName = "at random"
)

// silenceMethod alerts after a fixed number of days without contact.
func silenceMethod(name MethodName, thresholds []float64) method {
	return method{name: name, thresholds: thresholds, judge: func(p *AccountLog, first signals.Day, scores []float64) {
		at := p.indexFrom(first)
		for i := range scores {
			d := first + signals.Day(i)
			for at < len(p.Days) && p.Days[at] < d {
				at++
			}
			scores[i] = 0
			if at > 0 {
				scores[i] = float64(d - 1 - p.Days[at-1])
			}
		}
	}}
}

// Windows of the rolling z, in days.
const (
	zWindow    = 28
	zReference = 84
)

// rollingZ compares the last 28 days with the 84 days before them: z = (expected -
// seen) / standard deviation of 28 days.
func rollingZ() method {
	thresholds := make([]float64, 0, 240)
	for z := 0.5; z < 24; z += 0.1 {
		thresholds = append(thresholds, math.Round(z*10)/10)
	}
	return method{name: RollingZ, thresholds: thresholds, judge: judgeZ}
}

func judgeZ(p *AccountLog, first signals.Day, scores []float64) {
	// Running sums of the counts and of their squares. They begin one window and
	// one reference before the first day.
	back := signals.Day(zWindow + zReference)
	sums, squares := make([]float64, len(scores)+int(back)+1), make([]float64, len(scores)+int(back)+1)
	lo := first - back
	at := p.indexFrom(lo)
	for i := 1; i < len(sums); i++ {
		sums[i], squares[i] = sums[i-1], squares[i-1]
		if at < len(p.Days) && p.Days[at] == lo+signals.Day(i-1) {
			n := p.Counts[at]
			sums[i] += n
			squares[i] += n * n
			at++
		}
	}
	for i := range scores {
		now := i + int(back) // sums[now] covers all days before the one that is judged
		born := max(i, int(p.First()-lo))
		from, to := born, now-zWindow
		scores[i] = 0
		n := float64(to - from)
		if n < zWindow {
			continue // too few days for a reference
		}
		mean := (sums[to] - sums[from]) / n
		variance := (squares[to]-squares[from])/n - mean*mean
		if variance > 0 {
			scores[i] = (zWindow*mean - (sums[now] - sums[to])) / math.Sqrt(zWindow*variance)
		}
	}
}

// oursMethod is the risk divided by the threshold of the account's grade: an
// episode opens at 1. Two things are left out: bad news that alerts on arrival, and
// that an episode ends only well below its threshold.
func oursMethod(o *Outcome, raise func(account string) float64, thresholds []float64) method {
	byAccount := ScoresByAccount(o)
	return method{name: Ours, thresholds: thresholds, judge: func(p *AccountLog, first signals.Day, scores []float64) {
		trace, unit := byAccount[p.Account], raise(p.Account)
		at, now := 0, 0.0
		for i := range scores {
			d := first + signals.Day(i)
			for at < len(trace) && trace[at].Day < d {
				now = trace[at].Score / unit
				at++
			}
			scores[i] = now
		}
	}}
}

// crossings calls episode for each episode of a series of scores. It is told when
// the threshold is reached, and ends after QuietDays below it.
func crossings(scores []float64, first signals.Day, threshold float64, episode func(told, ended signals.Day)) {
	told, quiet := signals.Day(0), 0
	open := false
	for i, s := range scores {
		switch {
		case !open && s >= threshold:
			open, told, quiet = true, first+signals.Day(i), 0
		case open && s < threshold:
			if quiet++; quiet == QuietDays {
				open = false
				episode(told, first+signals.Day(i))
			}
		default:
			quiet = 0
		}
	}
	if open {
		episode(told, 0)
	}
}

// daysFromAWeek are the days of silence that somebody might choose as a threshold.
// Below a week, nearly every account would always be alerting.
func daysFromAWeek(most int) []float64 {
	list := []float64{7}
	for days := 8; days <= most; days++ {
		list = append(list, float64(days))
	}
	return list
}

// geometric lists values from lo to hi with equal ratios, perTenfold of them for
// each factor of 10.
func geometric(lo, hi float64, perTenfold int) (list []float64) {
	for i := 0; ; i++ {
		x := lo * math.Pow(10, float64(i)/float64(perTenfold))
		if x > hi*1.0001 {
			return list
		}
		list = append(list, x)
	}
}

package backtest

import (
	"math"

	"firstsign/signals"
)

// method is one way to judge an account: a number for each day, and the numbers
// at which it could be made to alert. The simple ones are what a company has
// without us; ours is measured beside them by the same rules.
type method struct {
	name       MethodName
	thresholds []float64
	// judge fills in what is known on the morning of each day from a first one
	// on: from the days before it only.
	judge func(p *AccountLog, first signals.Day, scores []float64)
}

// MethodName names a way to judge.
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

// Days of the rolling z.
const (
	zWindow    = 28
	zReference = 84
)

// rollingZ is how far the count of the last 28 days lies below what the 84 days
// before let expect, in their standard deviations.
func rollingZ() method {
	thresholds := make([]float64, 0, 240)
	for z := 0.5; z < 24; z += 0.1 {
		thresholds = append(thresholds, math.Round(z*10)/10)
	}
	return method{name: RollingZ, thresholds: thresholds, judge: judgeZ}
}

func judgeZ(p *AccountLog, first signals.Day, scores []float64) {
	// Running sums of the counts and their squares from so far before the first
	// day on.
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
		now := i + int(back) // sums[now] is of all days before the one judged
		born := max(i, int(p.First()-lo))
		from, to := born, now-zWindow
		scores[i] = 0
		n := float64(to - from)
		if n < zWindow {
			continue // too little to compare with
		}
		mean := (sums[to] - sums[from]) / n
		variance := (squares[to]-squares[from])/n - mean*mean
		if variance > 0 {
			scores[i] = (zWindow*mean - (sums[now] - sums[to])) / math.Sqrt(zWindow*variance)
		}
	}
}

// oursMethod is the risk beside the threshold of the account's grade: 1 is
// where an episode opens. Bad news that alerts on arrival is not in it, nor that
// our episodes end only when the risk is well below the threshold.
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

// crossings are the episodes of scores: told when a threshold is reached, ended
// after quietDays below it.
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

// daysFromAWeek are the days of silence that somebody might choose. Fewer would
// nearly always alert, and so be one alert that never ends.
func daysFromAWeek(most int) []float64 {
	list := []float64{7}
	for days := 8; days <= most; days++ {
		list = append(list, float64(days))
	}
	return list
}

// geometric is a row from lo to hi, so many to each tenfold.
func geometric(lo, hi float64, perTenfold int) (list []float64) {
	for i := 0; ; i++ {
		x := lo * math.Pow(10, float64(i)/float64(perTenfold))
		if x > hi*1.0001 {
			return list
		}
		list = append(list, x)
	}
}

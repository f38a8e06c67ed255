package backtest

import (
	"slices"
	"sort"

	"firstsign/signals"
)

// DayLog is on which days there was contact, and how much.
type DayLog struct {
	Days   []signals.Day // in order
	Counts []float64     // on each of Days
}

func (p *DayLog) add(day signals.Day, n float64) {
	if n <= 0 {
		return
	}
	if last := len(p.Days) - 1; last >= 0 && p.Days[last] == day {
		p.Counts[last] += n
		return
	}
	at, found := slices.BinarySearch(p.Days, day)
	if found {
		p.Counts[at] += n
		return
	}
	p.Days = slices.Insert(p.Days, at, day)
	p.Counts = slices.Insert(p.Counts, at, n)
}

// First is the first day of contact.
func (p *DayLog) First() signals.Day { return p.Days[0] }

// Last is the last day of contact.
func (p *DayLog) Last() signals.Day { return p.Days[len(p.Days)-1] }

// indexFrom is the index of the first day with contact on d or later.
func (p *DayLog) indexFrom(d signals.Day) int {
	return sort.Search(len(p.Days), func(i int) bool { return p.Days[i] >= d })
}

// LastBefore is the last day with contact before d. It is false when there is none.
func (p *DayLog) LastBefore(d signals.Day) (signals.Day, bool) {
	i := p.indexFrom(d)
	if i == 0 {
		return 0, false
	}
	return p.Days[i-1], true
}

// NextFrom is the first day with contact on d or later. It is false when there is
// none.
func (p *DayLog) NextFrom(d signals.Day) (signals.Day, bool) {
	i := p.indexFrom(d)
	if i == len(p.Days) {
		return 0, false
	}
	return p.Days[i], true
}

// Between is how much contact there was in [from, to), and on how many days.
func (p *DayLog) Between(from, to signals.Day) (count float64, days int) {
	for i := p.indexFrom(from); i < len(p.Days) && p.Days[i] < to; i++ {
		count += p.Counts[i]
		days++
	}
	return count, days
}

// LongestPause is the longest time between two contacts, in days, up to and
// including day d.
func (p *DayLog) LongestPause(d signals.Day) (pause signals.Day) {
	for i := 1; i < len(p.Days) && p.Days[i] <= d; i++ {
		pause = max(pause, p.Days[i]-p.Days[i-1])
	}
	return pause
}

// PerWeek is how much contact there was a week in [from, to). The time before the
// first contact is left out.
func (p *DayLog) PerWeek(from, to signals.Day) float64 {
	from = max(from, p.First())
	if from >= to {
		return 0
	}
	n, _ := p.Between(from, to)
	return 7 * n / float64(to-from)
}

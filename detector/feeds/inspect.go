package feeds

import (
	"slices"
	"strings"

	"firstsign/detector/series"
	"firstsign/signals"
)

// Inspected is what is kept of one source, for people.
type Inspected struct {
	Source string
	State  State
	Since  signals.Day // first day of a failure; 0 when it does not fail
	// Last is the newest kept day with a record or a heartbeat; 0: there is none. Days
	// is on how many kept days there was one.
	Last signals.Day
	Days int
	// Gap is the median of the days from one such day to the next, and Longest the
	// longest; 0 with fewer than two such days.
	Gap, Longest int
}

// Inspect tells of every source, by name. closed is the last closed day.
func (s *Sources) Inspect(j *Judgement, closed signals.Day) []Inspected {
	all := make([]Inspected, 0, len(s.names))
	for number, name := range s.names {
		x := Inspected{Source: name, State: Unknown}
		if f := j.Find(name); f != nil {
			x.State = f.State
			if f.fails() || f.IsRetired() {
				x.Since = f.Since
			}
		}
		var received receipts
		if number < len(s.receipts) {
			received = s.receipts[number]
		}
		x.fill(&received, s.beats[name], closed)
		if x.Days > 0 || j.Find(name) != nil {
			all = append(all, x)
		}
	}
	slices.SortFunc(all, func(a, b Inspected) int { return strings.Compare(a.Source, b.Source) })
	return all
}

// fill goes through the days that are kept.
func (x *Inspected) fill(received *receipts, beats *heartbeats, closed signals.Day) {
	var gaps []int
	for d := closed - series.JudgedDays + 1; d <= closed+series.ForwardDays; d++ {
		if received[series.Slot(d)] == 0 && !beats.on(d) {
			continue
		}
		if x.Days > 0 {
			gaps = append(gaps, int(d-x.Last))
		}
		x.Last = d
		x.Days++
	}
	if len(gaps) > 0 {
		slices.Sort(gaps)
		x.Gap, x.Longest = gaps[len(gaps)/2], gaps[len(gaps)-1]
	}
}

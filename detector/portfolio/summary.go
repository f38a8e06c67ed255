package portfolio

import (
	"math"
	"slices"
	"strings"

	"firstsign/accounts"
	"firstsign/detector/series"
	"firstsign/signals"
)

// Close is what a summary at the close of a day rests on.
type Close struct {
	Day      signals.Day // the closed day
	Blind    uint64      // bit i: nothing is known of day lo+i, where lo is Day - series.JudgedDays
	Calendar *series.Calendar
	Signals  *series.Table
	Cover    []uint64        // known days of each source, by its number
	Volumes  *series.Volumes // of all days, as far as they were summed up; may be nil
	// Accounts are all without guests, in parts that may be gone through side by side, more
	// than once.
	Accounts []series.Members
	Grade    func(int) accounts.Grade // of the account with a number
}

func (c *Close) lo() signals.Day { return c.Day - series.JudgedDays }

// Summary is what all accounts of the partition say together about the days up to a
// closed one. It is computed once at the close and kept with the state, because in a
// replay after a crash some accounts are ahead of it.
//
// Everything in it is summed up in whole numbers: floats would depend on the order of
// the accounts.
type Summary struct {
	Day    signals.Day // the closed day
	Blind  uint64      // bit i: nothing is known of day lo+i
	Began  signals.Day // first day of any account
	shapes []shape     // by signal name
	peers  []Peer      // by signal and grade
}

// shape is how much of a normal day each day was for a signal.
type shape struct {
	signal   string
	exposure [series.ViewDays]uint8 // in exposureSteps
	learned  [LearnedDays]uint8     // the same of the oldest days, as they are learned
	rate     float32                // of an event signal: occurrences per account and day
}

// LearnedDays are the oldest days of a view, by which the leaving day is learned. The
// days since do not touch it. So a dead source leaves nothing behind when its records
// come within four weeks.
const LearnedDays = 28

// exposureSteps make 1: exposures are kept to 2 %, up to 5.1.
const exposureSteps = 50

// Summarise sums up the accounts at the close of a day.
func Summarise(c *Close) Summary {
	s := Summary{Day: c.Day, Blind: c.Blind}
	t := c.takeCensuses()
	for id, rule := range c.Signals.Rules {
		if rule.On {
			s.shapes = append(s.shapes, t.shapeOf(id, &rule))
		}
	}
	slices.SortFunc(s.shapes, func(a, b shape) int { return strings.Compare(a.signal, b.signal) })
	s.findPeers(c)
	return s
}

// shapeOf a signal, by the census of all days and that of the oldest.
func (c *censuses) shapeOf(id int, rule *series.Rule) shape {
	s := shape{signal: rule.Name}
	for i := range series.ViewDays {
		if c.Blind>>i&1 == 1 {
			continue
		}
		s.exposure[i] = quantise(c.now.exposure(id, i))
		if i < LearnedDays {
			s.learned[i] = quantise(c.then.exposure(id, i))
		}
	}
	if rule.Kind == series.Event {
		// A portfolio without any event is taken to have half an event in one
		// account-year.
		s.rate = float32((float64(c.events[id])/series.Whole + 0.5) / (float64(c.accountDays) + 365))
	}
	return s
}

func quantise(x float64) uint8 { return uint8(min(255, math.Round(x*exposureSteps))) }

// Exposure unpacks the exposure of all days, by the numbers of signals and sources.
func (s *Summary) Exposure(table *series.Table, cover []uint64) series.Exposure {
	return s.unpack(table, cover, 1<<series.ViewDays-1, func(s *shape) []uint8 { return s.exposure[:] })
}

// Learned unpacks the exposure of the oldest days alone.
func (s *Summary) Learned(table *series.Table, cover []uint64) series.Exposure {
	return s.unpack(table, cover, 1<<LearnedDays-1, func(s *shape) []uint8 { return s.learned[:] })
}

func (s *Summary) unpack(table *series.Table, cover []uint64, days uint64, exposures func(*shape) []uint8) series.Exposure {
	x := series.Exposure{Lo: s.Day - series.JudgedDays, Known: days &^ s.Blind, Cover: cover, BySignal: make([]series.Shape, len(table.Rules))}
	for i := range s.shapes {
		id, ok := table.Index[s.shapes[i].signal]
		if !ok {
			continue
		}
		l := &x.BySignal[id]
		l.Rate = float64(s.shapes[i].rate)
		for k, part := range exposures(&s.shapes[i]) {
			l.X[k] = float64(part) / exposureSteps
			if k > 0 {
				l.Weekdays[x.Weekday(k)] += l.X[k]
				l.Total += l.X[k]
			}
		}
	}
	return x
}

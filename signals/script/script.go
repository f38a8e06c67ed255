// Package script answers: what happens in a history that somebody makes up?
//
// A script is what a case of `firstsign test` plays: habits, single events and
// feeds that die, between two days. It becomes a history like any other.
package script

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"firstsign/signals"
	"firstsign/signals/history"
)

// Script is what happens from one day to another. The same script gives the
// same history.
type Script struct {
	Start signals.Day `yaml:"start"`
	End   signals.Day `yaml:"end"` // the last day
	// Habits come evenly, from Monday to Friday.
	Habits []Habit `yaml:"habits"`
	Events []Event `yaml:"events"`
	// DeadFeeds lose all that their source would have told.
	DeadFeeds []Outage `yaml:"dead_feeds"`
	// Pauses are days without habits, of anybody: a holiday, whatever the calendar says.
	Pauses []Span `yaml:"pauses"`
	// Background is how many other accounts there are. Each has all kinds of the
	// habits, twice on every working day: the portfolio that one is judged against.
	Background int `yaml:"background"`
	// Seed makes habits uneven, as those of people are: each day's number is drawn
	// (Poisson), except of what is planned. 0: they are even.
	Seed int `yaml:"seed"`
}

// Deed is what an account does, or we do with it.
type Deed struct {
	Account string `yaml:"account"`
	Signal  string `yaml:"signal"`
	Contact string `yaml:"contact"`
	Source  string `yaml:"source"`
	// Value of the record. Default 1.
	Value      *float64          `yaml:"value"`
	Attributes map[string]string `yaml:"attributes"`
}

// Habit is a deed that is done again and again.
type Habit struct {
	Deed `yaml:",inline"`
	// AWeek is how often in a week, which need not be whole.
	AWeek float64 `yaml:"a_week"`
	// Span is when; by default all the time.
	Span `yaml:",inline"`
	// Weekends are as other days. Default false: then nothing comes on them.
	Weekends bool `yaml:"weekends"`
	// Planned habits come evenly, whatever the seed: visits of ours, say.
	Planned bool `yaml:"planned"`
}

// Event is a deed that is done once, at noon.
type Event struct {
	Deed `yaml:",inline"`
	On   signals.Day `yaml:"on"`
	Text string      `yaml:"text"`
}

// Outage is a source that gives nothing.
type Outage struct {
	Source string `yaml:"source"`
	Span   `yaml:",inline"`
}

// Span is from one day to another, both included. 0 is where the script begins,
// or ends.
type Span struct {
	From  signals.Day `yaml:"from"`
	Until signals.Day `yaml:"until"`
}

func (s Span) holds(d signals.Day) bool { return d >= s.From && (s.Until == 0 || d <= s.Until) }

// Extras are the ids of the accounts in the background.
func (s *Script) Extras() []string {
	ids := make([]string, s.Background)
	for i := range ids {
		ids[i] = fmt.Sprintf("background-%02d", i+1)
	}
	return ids
}

// extraWeekly is how often those in the background have each habit. Twice on a
// working day, so that drawn by chance most still come on every day.
const extraWeekly = 10

// extraHabits are those of the background: one of each kind.
func (s *Script) extraHabits() []Habit {
	var kinds []Habit
	for _, h := range s.Habits {
		h.Contact, h.AWeek, h.Span = "", extraWeekly, Span{}
		same := func(k Habit) bool {
			return k.Signal == h.Signal && k.Source == h.Source && maps.Equal(k.Attributes, h.Attributes)
		}
		if !slices.ContainsFunc(kinds, same) {
			kinds = append(kinds, h)
		}
	}
	all := make([]Habit, 0, len(kinds)*s.Background)
	for _, id := range s.Extras() {
		for _, h := range kinds {
			h.Account = id
			all = append(all, h)
		}
	}
	return all
}

// done is a deed at its time.
type done struct {
	*Deed
	at   int64
	text string
}

// History is what happens, in order of time. Location is where days begin.
func (s *Script) History(location *time.Location) history.Stream {
	stage := stage{Script: s, location: location}
	for i, h := range slices.Concat(s.Habits, s.extraHabits()) {
		stage.habit(&h, rand.New(rand.NewPCG(uint64(s.Seed), uint64(i))))
	}
	for i := range s.Events {
		e := &s.Events[i]
		stage.add(&e.Deed, e.On, 12*time.Hour, e.Text)
	}
	slices.SortStableFunc(stage.all, func(a, b done) int { return cmp.Compare(a.at, b.at) })
	return &stream{all: stage.all}
}

type stage struct {
	*Script
	location *time.Location
	all      []done
}

// A habit's deeds of a day are spread over the working hours.
const (
	opens  = 9 * time.Hour
	closes = 17 * time.Hour
)

// tiny is more than the rounding error of a sum of days.
const tiny = 1e-9

// habit plays a habit. Even ones come whenever their sum reaches the next whole
// number; what falls into a pause is not made up for.
func (s *stage) habit(h *Habit, rng *rand.Rand) {
	daily := h.AWeek / 5
	if h.Weekends {
		daily = h.AWeek / 7
	}
	days := 0.0
	for d := max(h.From, s.Start); d <= s.End && h.holds(d); d++ {
		if w := d.Weekday(); !h.Weekends && (w == time.Saturday || w == time.Sunday) {
			continue
		}
		before := math.Floor(days*daily + tiny)
		days++
		n := int(math.Floor(days*daily+tiny) - before)
		if s.Seed != 0 && !h.Planned {
			n = Poisson(rng, daily)
		}
		if slices.ContainsFunc(s.Pauses, func(p Span) bool { return p.holds(d) }) {
			continue
		}
		for i := range n {
			s.add(&h.Deed, d, opens+(closes-opens)*time.Duration(2*i+1)/time.Duration(2*n), "")
		}
	}
}

// Poisson draws by multiplication, in one go for the small means of single habits
// and in steps for large ones (Knuth 1969, The Art of Computer Programming 2, 3.4.1).
func Poisson(rng *rand.Rand, mean float64) (n int) {
	for ; mean > 16; mean -= 16 {
		n += Poisson(rng, 16)
	}
	if mean <= 0 {
		return n
	}
	limit := math.Exp(-mean)
	for p := rng.Float64(); p > limit; p *= rng.Float64() {
		n++
	}
	return n
}

func (s *stage) add(d *Deed, day signals.Day, after time.Duration, text string) {
	if slices.ContainsFunc(s.DeadFeeds, func(o Outage) bool { return o.Source == d.Source && o.holds(day) }) {
		return
	}
	midnight := time.Unix(int64(day)*24*60*60, 0).UTC()
	at := time.Date(midnight.Year(), midnight.Month(), midnight.Day(), 0, 0, int(after/time.Second), 0, s.location)
	s.all = append(s.all, done{d, at.UnixNano(), text})
}

// stream implements history.Stream.
type stream struct {
	all   []done
	taken int
	line  history.Line
}

// Next implements history.Stream.
func (s *stream) Next() (*history.Line, error) {
	if s.taken == len(s.all) {
		return nil, io.EOF
	}
	d := &s.all[s.taken]
	s.taken++
	in := &s.line.Interaction
	*in = signals.Interaction{
		Time: d.at, Value: 1, Account: []byte(d.Account), Signal: []byte(d.Signal), Contact: []byte(d.Contact),
		Source: []byte(d.Source), Text: []byte(d.text), Attributes: in.Attributes[:0],
	}
	if d.Value != nil {
		in.Value = *d.Value
	}
	for _, key := range slices.Sorted(maps.Keys(d.Attributes)) {
		in.Attributes = append(in.Attributes, signals.Attribute{Key: []byte(key), Value: []byte(d.Attributes[key])})
	}
	s.line.File, s.line.Number = "script", s.taken
	s.line.Value = signals.Append(s.line.Value[:0], in)
	return &s.line, nil
}

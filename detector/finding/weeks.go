package finding

import (
	"slices"

	"firstsign/detector/series"
	"firstsign/signals"
)

// Week is seven days of a series beside its habit.
type Week struct {
	First signals.Day `json:"first_day"`
	Known int         `json:"known_days"` // of which something is known
	Seen  int         `json:"days_with_contact"`
	// Actual is what was counted; of a score the mean. Expected is the habit from before
	// the change, for as much of normal days as these were. Four of five weeks of the
	// habit lie between Low and High. All three are 0 without a habit.
	Actual   float64 `json:"actual"`
	Expected float64 `json:"expected"`
	Low      float64 `json:"low"`
	High     float64 `json:"high"`
}

// PastWeek is a week of a series before those that it is judged by: from Monday to Sunday,
// or less where the series began in it or a judged week follows. What was usual then is not
// kept.
type PastWeek struct {
	First signals.Day `json:"first_day"`
	Last  signals.Day `json:"last_day"`
	Known bool        `json:"known"` // something is known of it; otherwise actual means nothing
	Whole bool        `json:"whole"` // no day of it was blind
	// Actual is what was counted; of a score the mean. Up to 255 steps of the signal's
	// resolution it is exact. With greater ones in the half year it is rounded, by less than
	// a hundredth of the greatest.
	Actual float64 `json:"actual"`
}

// HalfYear is a series by weeks.
type HalfYear struct {
	// Weeks are those that the series is judged by, beside what was usual before the change.
	// Habit is how many normal days that rests on; 0: there is no habit yet.
	Weeks []Week     `json:"weeks"`
	Habit float64    `json:"habit_days"`
	Past  []PastWeek `json:"past_weeks"` // before them, up to half a year in all
	// Blind are the days of which nothing is known, though the series had begun.
	Blind []signals.Day `json:"blind_days,omitempty"`
	// ChangedOn is the first day of the strongest evidence, where that is more than
	// chance: of what fell, or the one after the last contact.
	ChangedOn *signals.Day `json:"changed_on,omitempty"`
}

// Pictured is the series that a finding is about, as it was when it was found: what a
// picture of it shows. Its weeks are kept in columns: 469 bytes instead of
// 2,727, for a series of calls over half a year.
type Pictured struct {
	Signal  string      `json:"signal"`
	Contact string      `json:"contact,omitempty"` // whose series; empty: the account's
	Side    series.Side `json:"side"`
	Kind    series.Kind `json:"kind"`
	Last    signals.Day `json:"last_day"` // of the judged weeks
	// Known are the days of each judged week of which something is known, the oldest week
	// first. So are the next five: days with contact, what was counted, what was expected,
	// and the bounds of the usual.
	Known    []int     `json:"known_days"`
	Seen     []int     `json:"days_with_contact"`
	Actual   []float32 `json:"actual"`
	Expected []float32 `json:"expected,omitempty"`
	Low      []float32 `json:"low,omitempty"`
	High     []float32 `json:"high,omitempty"`
	Habit    float32   `json:"habit_days,omitempty"` // on how many normal days the usual rests
	// PastFirst is the first day of the calendar weeks before them. Past is what was counted
	// in each.
	PastFirst  signals.Day `json:"past_first_day,omitzero"`
	Past       []float32   `json:"past_actual,omitempty"`
	PastBlind  []int       `json:"past_blind,omitempty"`  // the numbers of those of which nothing is known
	PastPartly []int       `json:"past_partly,omitempty"` // and of those with blind days
	// Blind and Holidays are days of the half year.
	Blind     []signals.Day `json:"blind_days,omitempty"`
	Holidays  []signals.Day `json:"holidays,omitempty"`
	ChangedOn *signals.Day  `json:"changed_on,omitempty"` // where the change begins
}

// First is the first day of what was kept.
func (p *Pictured) First() signals.Day {
	if len(p.Past) > 0 {
		return p.PastFirst
	}
	return p.Last + 1 - signals.Day(7*len(p.Actual))
}

// Keep keeps the weeks of a half year up to a day. It reports whether all of them are numbers
// that JSON can hold: a finding that cannot be written would stop its partition.
func (p *Pictured) Keep(h *HalfYear, last signals.Day) bool {
	p.Last, p.Habit, p.Blind, p.ChangedOn = last, float32(h.Habit), h.Blind, h.ChangedOn
	for i := range h.Weeks {
		w := &h.Weeks[i]
		p.Known, p.Seen, p.Actual = append(p.Known, w.Known), append(p.Seen, w.Seen), append(p.Actual, float32(w.Actual))
		if h.Habit > 0 {
			p.Expected, p.Low, p.High = append(p.Expected, float32(w.Expected)), append(p.Low, float32(w.Low)), append(p.High, float32(w.High))
		}
	}
	for i := range h.Past {
		w := &h.Past[i]
		if i == 0 {
			p.PastFirst = w.First
		}
		p.Past = append(p.Past, float32(w.Actual))
		switch {
		case !w.Known:
			p.PastBlind = append(p.PastBlind, i)
		case !w.Whole:
			p.PastPartly = append(p.PastPartly, i)
		}
	}
	return finite(p.Actual) && finite(p.Expected) && finite(p.Low) && finite(p.High) && finite(p.Past) && finite([]float32{p.Habit})
}

func finite(list []float32) bool {
	return !slices.ContainsFunc(list, func(x float32) bool { return x-x != 0 }) // infinite, or no number
}

// HalfYear returns the weeks that were kept. Columns of different lengths, which nobody
// writes, give none.
func (p *Pictured) HalfYear() *HalfYear {
	n := len(p.Actual)
	h := &HalfYear{Habit: float64(p.Habit), Blind: p.Blind, ChangedOn: p.ChangedOn}
	if len(p.Known) != n || len(p.Seen) != n || h.Habit > 0 && (len(p.Expected) != n || len(p.Low) != n || len(p.High) != n) {
		return &HalfYear{}
	}
	first := p.Last + 1 - signals.Day(7*n)
	for i := range n {
		w := Week{First: first + signals.Day(7*i), Known: p.Known[i], Seen: p.Seen[i], Actual: float64(p.Actual[i])}
		if h.Habit > 0 {
			w.Expected, w.Low, w.High = float64(p.Expected[i]), float64(p.Low[i]), float64(p.High[i])
		}
		h.Weeks = append(h.Weeks, w)
	}
	from := p.PastFirst
	for _, actual := range p.Past {
		sunday := from + signals.Day((7-from.Weekday())%7)
		h.Past = append(h.Past, PastWeek{First: from, Last: min(sunday, first-1), Known: true, Whole: true, Actual: float64(actual)})
		from = sunday + 1
	}
	for _, i := range p.PastBlind {
		if i >= 0 && i < len(h.Past) {
			h.Past[i].Known, h.Past[i].Whole, h.Past[i].Actual = false, false, 0
		}
	}
	for _, i := range p.PastPartly {
		if i >= 0 && i < len(h.Past) {
			h.Past[i].Whole = false
		}
	}
	return h
}

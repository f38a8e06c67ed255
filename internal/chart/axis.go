package chart

import "time"

// Axis is a stretch of days that charts share. A day D is a number of days since 1970-01-01.
type Axis[D ~int32] struct {
	First D
	Weeks float64
	Ticks []Tick // the first of each month
}

// NewAxis goes from a day to another, both included. month writes the month that begins on a
// day; with nil the axis has no ticks.
func NewAxis[D ~int32](first, last D, month func(time.Time) string) *Axis[D] {
	a := &Axis[D]{First: first, Weeks: float64(last+1-first) / 7}
	for day := first; month != nil && day <= last; day++ {
		if date := dateOf(day); date.Day() == 1 {
			a.Ticks = append(a.Ticks, Tick{At: a.At(day), Text: month(date)})
		}
	}
	return a
}

// At is where a day begins, in weeks from the left.
func (a *Axis[D]) At(day D) float64 { return float64(day-a.First) / 7 }

// Shades are stretches of days that follow each other, as far as they are on the axis.
func (a *Axis[D]) Shades(days []D, kind ShadeKind, text string) (all []Shade) {
	for i := 0; i < len(days); {
		last := i
		for last+1 < len(days) && days[last+1] == days[last]+1 {
			last++
		}
		one := Shade{From: max(0, a.At(days[i])), To: min(a.Weeks, a.At(days[last]+1)), Kind: kind, Text: text}
		if one.From < one.To {
			all = append(all, one)
		}
		i = last + 1
	}
	return all
}

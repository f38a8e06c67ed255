package backtest

import (
	"firstsign/signals"
)

// This file says what lost and silent mean in every report, and which alerts count
// for a loss or a silence.
//
// Lost is an account that somebody named as lost, with a day. Silent is an account
// with a habit, and without contact for longer than its SilentLimit.

// Days around a loss in which an alert counts for it.
const (
	LossBefore = 60 // an alert counts from so many days before the last contact before a loss
	LossAfter  = 30 // to so many days after the loss
	// SameDay is by how many days the date of a loss and the last contact may differ
	// and still be the same event: records of a day are often booked the day after.
	SameDay = 2
)

const (
	// SilentDays is the limit of a pause: so many days, and SilentPauses times the longest
	// pause before.
	SilentDays = 60
	// SilentPauses is so many times the longest pause before, see SilentDays.
	SilentPauses = 2
	// HabitDays with contact are needed before an account counts as silent. One that
	// bought twice has no habit to break.
	HabitDays = 8
)

// SilentLimit is for how many days without contact an account does not count as
// silent yet. longest is its longest pause before, in days.
func SilentLimit(longest signals.Day) signals.Day {
	return max(SilentDays, SilentPauses*longest)
}

// ContactDays are the days on which an account was in touch. DayLog is one.
type ContactDays interface {
	LastBefore(signals.Day) (signals.Day, bool)
	NextFrom(signals.Day) (signals.Day, bool)
	LongestPause(signals.Day) signals.Day
}

// LossWindow are the days on which an alert counts for a loss or a silence: those on
// which it was told or still open.
type LossWindow struct {
	Last     signals.Day // last contact before it
	From, To signals.Day // both included
	// Limit is the SilentLimit of the account after Last, in days.
	Limit signals.Day
	// DateIsLast: the date of the loss is the last contact. Nobody could know of the
	// loss on that day, so alerts count until the account is silent. From then on,
	// any list of silent accounts shows it as well.
	DateIsLast bool
}

// WindowOfLoss is the window of a loss on a day. It is false when there was no contact
// by then.
func WindowOfLoss(days ContactDays, loss signals.Day) (LossWindow, bool) {
	if last, ok := days.LastBefore(loss + SameDay + 1); ok && loss-last <= SameDay {
		w := WindowOfSilence(days, last)
		if next, ok := days.NextFrom(last + 1); !ok || next > w.To+1 {
			w.DateIsLast = true
			return w, true
		}
	}
	last, ok := days.LastBefore(loss + 1)
	if !ok {
		return LossWindow{}, false
	}
	w := WindowOfSilence(days, last)
	w.To = loss + LossAfter
	return w, true
}

// WindowOfSilence is the window of a silence that began after a last contact.
func WindowOfSilence(days ContactDays, last signals.Day) LossWindow {
	limit := SilentLimit(days.LongestPause(last))
	return LossWindow{Last: last, From: last - LossBefore, To: last + limit, Limit: limit}
}

// Silences are the silences of an account up to and including day end, by day. An
// account may come back after one.
func (p *DayLog) Silences(end signals.Day) (list []LossWindow) {
	longest := signals.Day(0)
	for i, day := range p.Days {
		next := end + 1
		if i+1 < len(p.Days) {
			next = p.Days[i+1]
		}
		limit := SilentLimit(longest)
		w := LossWindow{Last: day, From: day - LossBefore, To: day + limit, Limit: limit}
		if i+1 >= HabitDays && next > w.To+1 { // the day before next had no contact yet
			list = append(list, w)
		}
		longest = max(longest, next-day)
	}
	return list
}

// SilentOn tells whether the account is silent on a day after its last contact.
func (p *DayLog) SilentOn(day signals.Day) bool {
	list := p.Silences(day)
	return len(list) > 0 && list[len(list)-1].Last == p.Last()
}

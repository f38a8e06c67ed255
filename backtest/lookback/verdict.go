package lookback

import (
	"cmp"
	"slices"

	"firstsign/backtest"
	"firstsign/detector"
	"firstsign/signals"
)

// PastAlert is an alert and what happened after it.
type PastAlert struct {
	backtest.Episode
	Outcome Outcome
	// Loss is the window of the loss or the silence that the alert is about, Day the
	// date of the loss. Both are zero when it is about none.
	Loss backtest.LossWindow
	Day  signals.Day
	// Part is the reason whose signal or person decided; nil when the contact of the
	// whole account did.
	Part *detector.Reason
	// Back is how many days after the alert there was contact again, -1 when there
	// was none. Quiet is then how many days the history goes on after the last contact.
	// Waited is how many days of history followed the alert.
	Back, Quiet, Waited int
	// Before and After are contacts a week, or the mean of a score: in the twelve weeks
	// before it began, and in the eight weeks after it was told or, after a pause,
	// after contact came back.
	Before, After float64
}

// Outcome is what the history shows after an alert.
type Outcome int

// The outcomes of an alert.
const (
	CannotSay  Outcome = iota // too few days followed
	WasLost                   // named as lost, and the alert counts for it
	FellSilent                // silent, and the alert counts for it
	StayedDown                // contact stayed at half or less for eight weeks
	WentOn                    // contact went on, or came back
	LateLost                  // told after the window of a loss
	LateSilent                // told when the account was silent already
)

// Verdict is whether an alert was right.
type Verdict int

// The verdicts.
const (
	Right Verdict = iota
	Wrong
	TooLate
	Undecided
)

// Verdict sums up the outcome.
func (o Outcome) Verdict() Verdict {
	switch o {
	case WasLost, FellSilent, StayedDown:
		return Right
	case WentOn:
		return Wrong
	case LateLost, LateSilent:
		return TooLate
	}
	return Undecided
}

// tally counts the verdicts of alerts.
func tally(alerts []PastAlert) (n [Undecided + 1]int) {
	for i := range alerts {
		n[alerts[i].Outcome.Verdict()]++
	}
	return n
}

const (
	// followedDays must follow an alert before its contact counts: eight weeks.
	followedDays = 56
	// pauseDays without contact after an alert are a pause. What comes after it is
	// measured from its end.
	pauseDays = 7
	// stayedDown is the part of the usual contact at which, or below which, an account
	// stayed down.
	stayedDown = 0.5
)

// alerts are those of the past year about accounts.
func (p *replayedHistory) alerts(episodes []backtest.Episode) (list []PastAlert) {
	for i := range episodes {
		e := &episodes[i]
		if log := p.log.Account(e.Account); log != nil && e.Told > p.log.Last-365 {
			list = append(list, p.past(e, log))
		}
	}
	slices.SortStableFunc(list, func(a, b PastAlert) int {
		return cmp.Or(cmp.Compare(b.Risk, a.Risk), cmp.Compare(a.Told, b.Told), cmp.Compare(a.Account, b.Account))
	})
	return list
}

// past is an alert with what happened after it.
func (p *replayedHistory) past(e *backtest.Episode, log *backtest.AccountLog) PastAlert {
	a := PastAlert{Episode: *e, Waited: max(0, int(p.log.Last-e.Told))}
	if p.departed(&a, log) {
		return a
	}
	whole := p.follow(&log.DayLog, e.Told, sinceReason(e))
	a.follow(&whole)
	r := partReason(e)
	if a.Outcome == StayedDown || r == nil {
		return a
	}
	part, ok := p.followPart(log, e, r)
	if ok && (part.outcome == StayedDown || part.outcome == CannotSay && a.Outcome == WentOn) {
		a.Part = r
		a.follow(&part)
	}
	return a
}

func (a *PastAlert) follow(f *followed) {
	a.Outcome, a.Back, a.Quiet, a.Before, a.After = f.outcome, f.back, f.quiet, f.before, f.after
}

// departed tells whether an alert is about a loss or a silence, in time or late.
func (p *replayedHistory) departed(a *PastAlert, log *backtest.AccountLog) bool {
	for _, l := range p.losses[a.Account] {
		w, ok := backtest.WindowOfLoss(log, l.Day)
		if ok && a.concerns(log, w, WasLost, LateLost) {
			a.Day = l.Day
			return true
		}
	}
	for _, w := range log.Silences(p.log.Last) {
		if a.concerns(log, w, FellSilent, LateSilent) {
			return true
		}
	}
	return false
}

// concerns tells whether an alert was open in a window, or was told after it and before
// contact came back.
func (a *PastAlert) concerns(log *backtest.AccountLog, w backtest.LossWindow, inTime, late Outcome) bool {
	next, back := log.NextFrom(w.Last + 1)
	switch {
	case a.OpenOn(w.From, w.To):
		a.Outcome = inTime
	case a.Told > w.To && (!back || next >= a.Told):
		a.Outcome = late
	default:
		return false
	}
	a.Loss, a.Back = w, -1
	if back {
		a.Back = int(next - a.Told)
	}
	return true
}

// followed is what contact did after an alert.
type followed struct {
	outcome       Outcome
	back, quiet   int
	before, after float64
}

// follow tells what became of the contact of an account, or of a part of it, after the
// day on which an alert was told. began is the first day of what the alert is about.
func (p *replayedHistory) follow(log *backtest.DayLog, told, began signals.Day) followed {
	f := followed{back: -1}
	last, ok := log.LastBefore(told)
	if ok {
		f.quiet = int(p.log.Last - last)
		began = min(began, last+1) // a reason's window may begin within the silence
	}
	f.before = log.PerWeek(began-backtest.SettlingDays, began)
	from := told
	next, back := log.NextFrom(told)
	if back {
		f.back = int(next - told)
	} else if ok && signals.Day(f.quiet) > backtest.SilentLimit(log.LongestPause(last)) {
		f.outcome = StayedDown
		return f
	}
	if f.back > pauseDays {
		from = next
	}
	f.after = log.PerWeek(from, min(from+followedDays, p.log.Last+1))
	switch {
	case !back || from+followedDays > p.log.Last+1:
	case f.after <= stayedDown*f.before:
		f.outcome = StayedDown
	default:
		f.outcome = WentOn
	}
	return f
}

// followPart tells what became of the signal or person of a reason. It is false when the
// history has too little of it.
func (p *replayedHistory) followPart(log *backtest.AccountLog, e *backtest.Episode, r *detector.Reason) (followed, bool) {
	part := log.Part(r.Signal, r.Contact)
	switch {
	case len(part.Days) == 0:
		return followed{}, false
	case r.Term != detector.Shift:
		return p.follow(part.Values(), e.Told, r.Since), true
	}
	f := followed{before: r.From}
	var ok bool
	if f.after, ok = part.Mean(e.Told, e.Told+followedDays); !ok {
		return f, false
	}
	switch {
	case e.Told+followedDays > p.log.Last+1:
	case f.after <= (r.From+r.To)/2:
		f.outcome = StayedDown
	default:
		f.outcome = WentOn
	}
	return f, true
}

// partReason is the first thing the account did, when that is about one signal or one
// person and contact tells whether it lasted; else nil.
func partReason(e *backtest.Episode) *detector.Reason {
	signs := e.Signs()
	if len(signs) == 0 {
		return nil
	}
	switch r := signs[0]; r.Term {
	case detector.Drop, detector.Gap, detector.Shrink, detector.Shift:
		if r.Signal != detector.AnyContact || r.Contact != "" {
			return r
		}
	}
	return nil
}

// sinceReason is the first day of what the account did to raise an alert.
func sinceReason(e *backtest.Episode) signals.Day {
	since := e.Since
	for _, r := range e.Signs() {
		if r.Term != detector.Incident {
			since = min(since, r.Since)
		}
	}
	return since
}

package detector

import (
	"strings"

	"firstsign/detector/series"
	"firstsign/signals"
)

// A source that fails and will not come back is retired by a person, who labels
// its alert as expected: until then its accounts are blind and its alert is open.
// A retired source is none: its series are not judged, and where another source
// brings the same signal, they are that one's alone. When it brings anything
// again, it begins anew.

// sameFailure in days: partitions do not notice a failure on the same day, and
// what is said of one's alert holds for all.
const sameFailure = 7

// retire takes down what a person says of a failing source.
func (e *Engine) retire(c *signals.Control) {
	source, since, ok := feedOf(c.Alert)
	if !ok || e.today == nil {
		return
	}
	f := findFeed(e.today.feeds, source)
	switch {
	case !f.fails() || f.since < since-sameFailure || f.since > since+sameFailure:
	case c.Label == signals.Expected:
		e.givenUp[source] = f.since
	default:
		delete(e.givenUp, source)
	}
}

// feedOf reads what feedID wrote.
func feedOf(alert string) (source string, since signals.Day, ok bool) {
	name, isFeed := strings.CutPrefix(alert, "feed:")
	at := strings.LastIndexByte(name, ':')
	if !isFeed || at < 0 {
		return "", 0, false
	}
	since, err := signals.ParseDay(name[at+1:])
	return name[:at], since, err == nil
}

// stayRetired tells whether a source is retired at a close, and makes it so: from
// what was said while it failed on, as long as nothing comes after the close
// before.
func (e *Engine) stayRetired(f *feed, flow *flow, lo signals.Day) bool {
	before := e.feedBefore(f.source)
	switch {
	case before.retired() && (flow.anyAfter(e.today.day-lo) || e.beatSince(f.source, lo+series.ViewDays-1)):
		f.move(lo + series.ViewDays - 1)
		return false
	case before.retired(), before.fails() && f.fails() && e.givenUp[f.source] == before.since:
		since := before.since
		f.move(0)
		f.state, f.since, f.cover = FeedIsRetired, since, 0
		return true
	}
	return false
}

// forgetGivenUp takes away what was said of failures that are over.
func (e *Engine) forgetGivenUp() {
	for name, since := range e.givenUp {
		if f := findFeed(e.today.feeds, name); !f.fails() || f.since != since {
			delete(e.givenUp, name)
		}
	}
}

// beatSince tells whether a source has sent a heartbeat on a day after the close
// before, up to a day.
func (e *Engine) beatSince(source string, until signals.Day) bool {
	b := e.beats[source]
	for d := e.today.day + 1; b != nil && d <= until; d++ {
		if b.days>>series.Slot(d)&1 == 1 {
			return true
		}
	}
	return false
}

// handBack gives series of retired sources to the other source that they came
// from as well.
func (a *account) handBack(retired []bool) {
	is := func(source uint16) bool { return int(source) < len(retired) && retired[source] }
	for i := range a.Series {
		if s := &a.Series[i]; is(s.Source) && !is(s.Other) {
			s.Source, s.Other = s.Other, s.Source
		}
	}
}

// anyAfter tells whether anything came on the days of a view after one of them.
func (f *flow) anyAfter(day signals.Day) bool {
	for i := max(0, day+1); i < series.ViewDays; i++ {
		if f.active[i] > 0 || f.records[i] > 0 {
			return true
		}
	}
	return false
}

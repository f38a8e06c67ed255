package detector

import (
	"maps"

	"firstsign/detector/account"
	"firstsign/detector/feeds"
	"firstsign/detector/finding"
	"firstsign/detector/idchange"
)

// Stats are the engine's plain counters since it was made, and what is.
type Stats struct {
	Events     int64 // counted
	Duplicates int64
	Skipped    int64 // were in the state of their account already
	Internal   int64 // among people of one side: of no account's doing
	Late       int64 // came after their day had closed
	DaysClosed int64

	Accounts     int64
	Series       int64
	EpisodesOpen int64
	Dormant      int64 // accounts, at the last close
	Replaced     int64 // accounts that were silent when a change of ids was found that goes on

	Findings map[finding.Kind]int64 // since the engine was made
	Sources  map[feeds.State]int64  // at the last close
}

func newStats() Stats {
	return Stats{Findings: map[finding.Kind]int64{}, Sources: map[feeds.State]int64{}}
}

// Stats returns the counters. They are the engine's own and change with it.
func (e *Engine) Stats() *Stats { return &e.stats }

// Clone returns a copy that no longer changes with the engine.
func (s *Stats) Clone() *Stats {
	c := *s
	c.Findings, c.Sources = maps.Clone(s.Findings), maps.Clone(s.Sources)
	return &c
}

func (s *Stats) countReplaced(c *idchange.Change) {
	if s.Replaced = 0; c.Found() && !c.Over {
		s.Replaced = int64(c.Held)
	}
}

func (s *Stats) countSources(list []feeds.Feed) {
	clear(s.Sources)
	for i := range list {
		s.Sources[list[i].State]++
	}
}

// dormantCount of an account is 1 when it is dormant.
func dormantCount(a *account.Account) int64 {
	if a.Dormant {
		return 1
	}
	return 0
}

// wasDormant tells whether an account was dormant at the last close, which its state does
// not say. Only the few that have long been quiet are weighed. With no day of contact in
// the ring an account is as dormant as it can be.
func wasDormant(e *Engine, a *account.Account) bool {
	if e.summary == nil || !a.Activity.Dormant(0) {
		return false
	}
	j := e.assess(a)
	j.Weigh(e.closed, false, nil)
	return j.Dormant()
}

// ClosedUntil is the end of the last closed day in Unix nanoseconds, false
// before any day was closed.
func (e *Engine) ClosedUntil() (int64, bool) {
	if !e.started {
		return 0, false
	}
	return e.zone.Start(e.closed + 1), true
}

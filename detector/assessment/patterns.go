package assessment

import (
	"firstsign/detector/evidence"
	"firstsign/detector/series"
	"firstsign/signals"
)

// match is a pattern that holds of an account.
type match = evidence.Match

// MatchClosed finds the patterns that hold at a day's close.
func (j *Assessment) MatchClosed(d signals.Day) {
	for i := range j.by.Patterns {
		j.match(i, d)
	}
}

// MatchArrival finds the patterns that hold now that an interaction of a day has come.
// It tells whether one of them is new to the open episode.
func (j *Assessment) MatchArrival(r *series.Rule, d signals.Day) bool {
	if !r.Watched {
		return false
	}
	for i := range j.by.Patterns {
		if j.by.Patterns.Arrival(i, r.ID) {
			j.match(i, max(d, j.closed+1))
		}
	}
	return j.NewMatch()
}

// match notes that a pattern holds of an account, by its days up to end.
func (j *Assessment) match(number int, end signals.Day) {
	in := evidence.Account{Table: j.by.Signals, Set: &j.account.Set}
	if j.by.Today != nil {
		in.Exposure = &j.by.Today.Exposure
	}
	if m, ok := j.by.Patterns.Match(number, &in, end); ok {
		j.matches = append(j.matches, m)
	}
}

// Matched returns the set of the patterns that hold.
func (j *Assessment) Matched() (set uint32) {
	for i := range j.matches {
		set |= 1 << j.matches[i].Pattern
	}
	return set
}

// NewMatch tells whether one of the patterns that hold is new to the open episode.
func (j *Assessment) NewMatch() bool { return j.Matched()&^j.account.Episode.Told != 0 }

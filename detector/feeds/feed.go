package feeds

import (
	"slices"
	"strings"

	"firstsign/detector/series"
	"firstsign/signals"
)

// State is what is known of a source.
type State string

// The states of a source.
const (
	Alive   State = "alive"
	Unknown State = "unknown" // too sparse to judge, and without heartbeats
	Low     State = "low"     // much less than usual, while other sources bring more
	Dead    State = "dead"
	// Retired: a person said that the source will not come back. Nothing is known of
	// what it brought, and nobody waits for it.
	Retired State = "retired"
)

// States lists every state.
var States = []State{Alive, Unknown, Low, Dead, Retired}

// Feed is the judgement of one source at a close.
type Feed struct {
	Source string
	State  State
	Since  signals.Day // first day of the failure
	Told   bool        // the failure is certain enough to tell
	Cover  uint64      // bit i: day lo+i is known

	// usual is how many accounts are active on each weekday, volume how much they
	// do, in volumeSteps, and records how many records come. All three are kept
	// while the source fails, because it may begin to share series meanwhile.
	usual, volume, records [7]uint32
	shared                 bool        // it is judged by its records
	level                  signals.Day // first day that counts for what is usual; 0 is always
}

// IsRetired tells whether a person retired the source; false for nil.
func (f *Feed) IsRetired() bool { return f != nil && f.State == Retired }

func (f *Feed) fails() bool { return f != nil && (f.State == Dead || f.State == Low) }

// fail sets a failure. A failure keeps its first day when a backfill shortens it,
// and when it gets worse or better without ending.
func (f *Feed) fail(state State, since signals.Day, before *Feed) {
	f.State, f.Since = state, since
	if before.fails() {
		f.Since, f.Told = before.Since, before.Told
	}
}

// restart lets a source begin anew on a day: nothing is expected of it.
func (f *Feed) restart(day signals.Day) {
	f.State, f.Since, f.Told, f.level = Unknown, 0, false, day
	f.usual, f.volume, f.records = [7]uint32{}, [7]uint32{}, [7]uint32{}
}

// sinceLevel are the days of a view that count for what is usual.
func (f *Feed) sinceLevel(lo signals.Day) uint64 {
	return ^uint64(0) << max(0, min(series.ViewDays, f.level-lo))
}

// dense tells whether a source is judged by the number of its active accounts, or
// of its records.
func (f *Feed) dense() bool { return slices.Max(f.active()[:]) >= series.FewestAccounts }

// active is the usual number of what the source is judged by.
func (f *Feed) active() *[7]uint32 {
	if f.shared {
		return &f.records
	}
	return &f.usual
}

// Judgement is what is known of all sources at the close of a day.
type Judgement struct {
	Day   signals.Day // the closed day
	Feeds []Feed      // by source name
	Quiet Quiet
}

// Find returns the judgement of a source; nil when there is none.
func (j *Judgement) Find(source string) *Feed {
	if j == nil {
		return nil
	}
	i, ok := slices.BinarySearchFunc(j.Feeds, source, func(f Feed, name string) int { return strings.Compare(f.Source, name) })
	if !ok {
		return nil
	}
	return &j.Feeds[i]
}

// Cover returns the known days of each source, by its number.
func (j *Judgement) Cover(s *Sources) []uint64 {
	cover := make([]uint64, len(s.names))
	for i := range cover {
		cover[i] = 1<<series.ViewDays - 1
	}
	for i := range j.Feeds {
		if id, ok := s.index[j.Feeds[i].Source]; ok {
			cover[id] = j.Feeds[i].Cover
		}
	}
	return cover
}

// Retired tells which sources are retired, by their numbers; nil when none is.
func (j *Judgement) Retired(s *Sources) (retired []bool) {
	for i := range j.Feeds {
		if id, ok := s.index[j.Feeds[i].Source]; ok && j.Feeds[i].IsRetired() {
			if retired == nil {
				retired = make([]bool, len(s.names))
			}
			retired[id] = true
		}
	}
	return retired
}

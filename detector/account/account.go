// Package account answers: what is kept of one account?
//
// An Account holds the series of one account, what was learned of them, and how far
// its episode is. The people in it are apart: most accounts name nobody and share that.
// A Numbering encodes it: in memory signals, sources and patterns are numbers, and in
// the state they are names.
package account

import (
	"slices"

	"firstsign/accounts"
	"firstsign/detector/activity"
	"firstsign/detector/episodes"
	"firstsign/detector/series"
	"firstsign/signals"
)

// Account is what is kept of one account. What every interaction reads stands first,
// side by side in a core's cache.
type Account struct {
	ID         string
	Next       int64             // records below it are in the state already
	Since      int64             // offset of the first record that counted
	series.Set                   // its series
	Listed     *accounts.Account // as the directory in force has it; nil until asked
	persons    *persons          // never nil
	Closed     signals.Day       // last day that was closed for it
	Dirty      bool              // changed since the last commit
	Dormant    bool              // at the last close; not in the state, found out when that is read
	Activity   activity.Activity
	Year       *series.Year    // nil before the first day was learned
	Any        series.Baseline // what was learned of contact of any kind

	// While an account is silent its evidence never falls below Floor, which was
	// reached when its last contact was on FloorDay.
	FloorDay signals.Day
	Floor    float32
	Evidence float32 // fused, at the last close
	raised   uint64  // ring days inside an episode; they are learned less
	Episode  episodes.Episode
	Weeks    series.Weeks // of half a year, for people
}

// New returns an account without interactions. closed is the last closed day, first the
// day of the first interaction.
func New(id []byte, closed, first signals.Day) *Account {
	return &Account{ID: string(id), Closed: closed, Set: series.Set{First: first}, persons: nobody}
}

// Weight returns how much a day of the ring counts when it is learned: less inside an
// episode.
func (a *Account) Weight(d signals.Day) float64 {
	if a.raised>>series.Slot(d)&1 == 1 {
		return series.EpisodeWeight
	}
	return 1
}

// MarkRaised notes that a day is inside an episode.
func (a *Account) MarkRaised(d signals.Day) { a.raised |= 1 << series.Slot(d) }

// LearnInFull lets all days of the ring be learned as if there had been no episode.
func (a *Account) LearnInFull() { a.raised = 0 }

// Prune drops the series of changed signals.
func (a *Account) Prune(changed []uint16) (some bool) {
	before := len(a.Series)
	a.remove(func(k series.Key) bool { return slices.Contains(changed, k.Signal) })
	if a.persons.rivals != nil {
		a.SetRivals(a.Rivals().Without(changed))
	}
	return len(a.Series) < before
}

// remove drops some series and their weeks.
func (a *Account) remove(some func(series.Key) bool) {
	for i := len(a.Keys) - 1; i >= 0; i-- {
		if some(a.Keys[i]) {
			a.Weeks.Remove(i)
		}
	}
	a.Remove(some)
}

// Leave forgets a day that leaves the ring. It must have been learned.
func (a *Account) Leave(leaving signals.Day) {
	a.raised &^= 1 << series.Slot(leaving)
	for i := range a.Series {
		a.Series[i].Drop(leaving)
	}
	if len(a.persons.contacts) > 0 {
		a.persons.contacts = a.persons.contacts.Pass(leaving)
	}
	if a.persons.rivals != nil {
		a.SetRivals(a.Rivals().Pass(leaving))
	}
}

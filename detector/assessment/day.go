package assessment

import (
	"firstsign/detector/account"
	"firstsign/detector/portfolio"
	"firstsign/detector/relations"
	"firstsign/detector/series"
	"firstsign/signals"
)

// DayContext is what is known of a closed day. It is the same for all accounts.
type DayContext struct {
	series.Exposure
	Care relations.CareDay // what our care is judged by

	learned series.Exposure        // of the oldest days alone, by which the leaving day is learned
	halves  [series.ViewDays]uint8 // which half month of the year each day is in
	before  uint8                  // the same of the day before
	began   signals.Day            // first day of any account
	peers   []portfolio.ByGrade
	windows [relations.Duties][relations.CaredDays]uint8
}

// Closing is what was summed up when a day closed.
type Closing struct {
	*portfolio.Summary
	Cover    []uint64                 // known days of each source, by its number
	Tended   [relations.Duties]uint64 // bit i: what we did on day lo+i is known
	Answered signals.Day              // first day of any answer to a complaint; 0 before
}

// JudgeBy makes a closed day the one that accounts are judged on. It turns the names of
// signals and sources into the numbers that they have in memory.
func (y *Yardstick) JudgeBy(c *Closing) {
	d := &DayContext{
		Exposure: c.Summary.Exposure(y.Signals, c.Cover), learned: c.Learned(y.Signals, c.Cover),
		began: c.Began, peers: c.Peers(y.Signals),
	}
	d.before = series.HalfMonth(d.Lo - 1)
	for i := range d.halves {
		d.halves[i] = series.HalfMonth(d.Lo + signals.Day(i))
	}
	d.windows = relations.Windows(c.Tended, d.Lo, y.Calendar)
	d.Care = relations.CareDay{Care: y.Care, Table: y.Signals, Exposure: &d.Exposure, Calendar: y.Calendar, Windows: &d.windows, Answered: c.Answered}
	y.Today = d
}

// peerOf is what a series is compared with while it has no habit of its own: a series
// of a new account, or one that has begun lately. Nil when it has a habit, or nothing
// is known of its peers.
func (y *Yardstick) peerOf(a *account.Account, s *series.Series, v *series.View) *portfolio.Peer {
	if !y.Signals.Unites(s.Key) || y.Today.peers == nil {
		return nil
	}
	known := float64(s.Baseline.Exposure) + float64(s.Baseline.Silent) + v.Exposure(1, series.ViewDays)
	if !y.Today.isNew(a) && known >= portfolio.PeersWorth {
		return nil
	}
	return y.Today.peers[s.Key.Signal].Of(y.GradeOf(a))
}

// newDays is how long an account is new.
const newDays = 84

// isNew tells whether an account came lately. Nobody knows the age of those that were
// there when the log began.
func (d *DayContext) isNew(a *account.Account) bool {
	return a.Closed-a.First <= newDays && a.First >= d.began+portfolio.PeersWorth
}

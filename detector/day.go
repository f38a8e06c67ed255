package detector

import (
	"firstsign/accounts"
	"firstsign/detector/account"
	"firstsign/detector/feeds"
	"firstsign/detector/portfolio"
	"firstsign/detector/relations"
	"firstsign/detector/series"
	"firstsign/signals"
)

// summary is what is known of a closed day beside the accounts: it is the same for all
// of them, and kept with the state.
type summary struct {
	portfolio.Summary
	sources  feeds.Judgement
	tended   [relations.Duties]uint64 // bit i: what we did on day lo+i is known
	answered signals.Day              // first day of any answer to a complaint; 0 before
}

// summarise computes the summary at the close of a day.
func (e *Engine) summarise(day signals.Day) *summary {
	blind := e.blindness(day - series.JudgedDays)
	s := &summary{sources: feeds.Judge(&feeds.Close{
		Day: day, Blind: blind, Calendar: &e.rules.Calendar, Signals: &e.signals, Sources: &e.sources,
		Accounts: e.accounts.members, Before: e.sourcesBefore(),
	})}
	cover := s.sources.Cover(&e.sources)
	s.Summary = portfolio.Summarise(&portfolio.Close{
		Day: day, Blind: blind, Calendar: &e.rules.Calendar, Signals: &e.signals, Cover: cover,
		Accounts: e.accounts.numbered, Grade: func(n int) accounts.Grade { return e.gradeOf(e.accounts[n]) },
	})
	s.tended = e.attention(s, cover)
	s.answered = e.answered()
	return s
}

// dayContext is a summary unpacked for judging: by the engine's numbers of signals and
// sources instead of names.
type dayContext struct {
	*summary
	series.Exposure
	past    series.Exposure        // of the oldest days alone, by which the leaving day is learned
	halves  [series.ViewDays]uint8 // which half month of the year each day is in
	before  uint8                  // the same of the day before
	retired []bool                 // retired sources, by number; nil when there are none
	peers   []portfolio.ByGrade
	care    relations.CareDay
	windows [relations.Duties][relations.CaredDays]uint8
}

// unpack makes a summary ready for judging, and for learning.
func (e *Engine) unpack(s *summary) *dayContext {
	cover := s.sources.Cover(&e.sources)
	d := &dayContext{summary: s, Exposure: s.Summary.Exposure(&e.signals, cover), past: s.Summary.Learned(&e.signals, cover)}
	d.before = series.HalfMonth(d.Lo - 1)
	for i := range d.halves {
		d.halves[i] = series.HalfMonth(d.Lo + signals.Day(i))
	}
	d.peers = s.Peers(&e.signals)
	d.windows = relations.Windows(s.tended, d.Lo, &e.rules.Calendar)
	d.care = relations.CareDay{Care: &e.rules.Care, Table: &e.signals, Exposure: &d.Exposure, Calendar: &e.rules.Calendar, Windows: &d.windows, Answered: s.answered}
	d.retired = s.sources.Retired(&e.sources)
	return d
}

// peerOf is what a series is compared with while it has no habit of its own: a series
// of a new account, or one that has begun lately. Nil when it has a habit, or nothing
// is known of its peers.
func (y *yardstick) peerOf(a *account.Account, s *series.Series, v *series.View) *portfolio.Peer {
	if !y.signals.Unites(s.Key) || y.today.peers == nil {
		return nil
	}
	known := float64(s.Baseline.Exposure) + float64(s.Baseline.Silent) + v.Exposure(1, series.ViewDays)
	if !y.today.isNew(a) && known >= portfolio.PeersWorth {
		return nil
	}
	return y.today.peers[s.Key.Signal].Of(y.gradeOf(a))
}

// newDays is how long an account is new.
const newDays = 84

// isNew tells whether an account came lately. Nobody knows the age of those that were
// there when the log began.
func (d *dayContext) isNew(a *account.Account) bool {
	return a.Closed-a.First <= newDays && a.First >= d.Began+portfolio.PeersWorth
}

// encode appends a summary to the state.
func (s *summary) encode(w *series.Writer) {
	w.Day(s.Day)
	w.Bits(s.Blind)
	s.sources.Quiet.Encode(w)
	s.EncodeShapes(w)
	feeds.EncodeFeeds(w, s.sources.Feeds)
	s.EncodePeers(w)
	for _, days := range s.tended {
		w.Bits(days)
	}
	w.Day(s.answered)
}

// decodeSummary reads what encode wrote. It stops where the state is damaged.
func decodeSummary(r *series.Reader) *summary {
	s := &summary{Summary: portfolio.Summary{Day: r.Day(), Blind: r.Bits()}}
	s.sources.Day, s.sources.Quiet = s.Day, feeds.DecodeQuiet(r)
	s.DecodeShapes(r)
	s.sources.Feeds = feeds.DecodeFeeds(r)
	s.DecodePeers(r)
	for d := range s.tended {
		s.tended[d] = r.Bits()
	}
	s.answered = r.Day()
	return s
}

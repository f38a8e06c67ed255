package detector

import (
	"sync"

	"firstsign/accounts"
	"firstsign/detector/assessment"
	"firstsign/detector/feeds"
	"firstsign/detector/idchange"
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
	ids      idchange.Change
	retired  []bool // retired sources, by number; nil when there are none, and until judgeBy
}

// summarise computes the summary at the close of a day.
func (e *Engine) summarise(day signals.Day) *summary {
	blind := e.blindness(day - series.JudgedDays)
	volumes := series.NewVolumes(len(e.signals.Rules), day-series.JudgedDays, portfolio.LearnedDays)
	return e.summariseBy(day, blind, volumes, feeds.Judge(&feeds.Close{
		Day: day, Blind: blind, Calendar: &e.rules.Calendar, Signals: &e.signals, Sources: &e.sources,
		Accounts: e.accounts.members(), Before: e.sourcesBefore(), Volumes: volumes,
	}))
}

// summariseBy computes the summary of a closed day of which the sources are judged. volumes
// are what they were judged by, nil when that was another time.
func (e *Engine) summariseBy(day signals.Day, blind uint64, volumes *series.Volumes, sources feeds.Judgement) *summary {
	s := &summary{sources: sources}
	cover := s.sources.Cover(&e.sources)
	var counting sync.WaitGroup
	counting.Go(func() { // all of it only reads the accounts
		s.tended = e.attention(day, blind, cover)
		s.answered = e.answered()
		s.ids = e.idChange(day, blind)
	})
	s.Summary = portfolio.Summarise(&portfolio.Close{
		Day: day, Blind: blind, Calendar: &e.rules.Calendar, Signals: &e.signals, Cover: cover, Volumes: volumes,
		Accounts: e.accounts.members(), Grade: func(n int) accounts.Grade { return e.yardstick.GradeOf(e.accounts[n]) },
	})
	counting.Wait()
	return s
}

// judgeBy has accounts judged by a summary from now on: by the engine's numbers of
// signals and sources instead of names.
func (e *Engine) judgeBy(s *summary) {
	e.summary = s
	e.yardstick.JudgeBy(&assessment.Closing{Summary: &s.Summary, Cover: s.sources.Cover(&e.sources), Tended: s.tended, Answered: s.answered})
	s.retired = s.sources.Retired(&e.sources)
	e.stats.countSources(s.sources.Feeds)
	e.stats.countReplaced(&s.ids)
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
	s.ids.Encode(w)
}

// idsVersion is the first version of the state that knows of changed ids.
const idsVersion = 5

// decodeSummary reads what encode wrote. It stops where the state is damaged.
func decodeSummary(r *series.Reader, version byte) *summary {
	s := &summary{Summary: portfolio.Summary{Day: r.Day(), Blind: r.Bits()}}
	s.sources.Day, s.sources.Quiet = s.Day, feeds.DecodeQuiet(r)
	s.DecodeShapes(r)
	s.sources.Feeds = feeds.DecodeFeeds(r)
	s.DecodePeers(r)
	for d := range s.tended {
		s.tended[d] = r.Bits()
	}
	s.answered = r.Day()
	if version >= idsVersion {
		s.ids = idchange.Decode(r)
	}
	return s
}

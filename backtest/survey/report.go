package survey

import (
	"cmp"
	"slices"
	"time"

	"firstsign/detector"
	"firstsign/internal/notation"
	"firstsign/internal/table"
	"firstsign/signals"
	"firstsign/signals/history"
)

// Report is what was read of a history.
type Report struct {
	File  string
	Shape *table.Shape // nil: of no file
	Zone  Zone
	*history.Summary
	Sorted  bool // it was not in order of time
	Signals []Signal
}

// Zone is the time zone in which times without an offset were read, and why.
type Zone struct {
	Name string
	Why  ZoneReason
}

// ZoneReason is why a zone was taken.
type ZoneReason string

// The reasons for a zone.
const (
	ZoneAsked    ZoneReason = "asked"    // --time-zone
	ZoneCalendar ZoneReason = "calendar" // of the configuration
	ZoneDefault  ZoneReason = "default"  // nobody named one
	ZoneWritten  ZoneReason = "written"  // every time has its offset
)

// Signal is what a history holds of one signal.
type Signal struct {
	history.NameCount
	Ours       int64 // lines of what we did
	Undirected int64 // lines without a direction, where it says who acted
	// Strange are directions that are not understood, most lines first.
	Strange []Direction
	Scored  bool // its values are scores, whose sum says nothing
	Known   bool // the rules know it
}

// Direction is a word for who acted, and how many lines have it.
type Direction struct {
	Word  string
	Lines int64
}

// New says what was read, by the signals of the rules.
func New(file string, s *history.Summary, rules []detector.Signal) *Report {
	r, known := &Report{File: file, Summary: s}, detector.NewByName(rules)
	words, more := s.Words()
	for _, n := range s.Signals() {
		r.Signals = append(r.Signals, signalOf(n, known.Find([]byte(n.Name)), words, more[n.Name]))
	}
	return r
}

// signalOf says whose the lines of a signal are, as the detector reads them; rule
// is nil when the rules do not know it. more are lines with words beyond those kept.
func signalOf(n history.NameCount, rule *detector.Signal, words []history.WordCount, more int64) Signal {
	s := Signal{NameCount: n}
	if rule == nil {
		return s
	}
	s.Known, s.Scored = true, rule.Kind == detector.Score
	switch rule.Side {
	case detector.Ours:
		s.Ours = n.Lines
	case detector.ByDirection:
		s.Undirected = n.Lines - more
		for _, w := range words {
			if w.Signal != n.Name || w.Field != history.DirectionField {
				continue
			}
			s.Undirected -= w.Lines
			in := signals.Interaction{Attributes: []signals.Attribute{{Key: []byte(w.Field), Value: []byte(w.Word)}}}
			switch rule.Act(&in) {
			case detector.OurAct:
				s.Ours += w.Lines
			case detector.UnknownAct:
				s.Strange = append(s.Strange, Direction{w.Word, w.Lines})
			}
		}
		if more > 0 {
			s.Strange = append(s.Strange, Direction{"...", more})
		}
		slices.SortFunc(s.Strange, func(a, b Direction) int {
			return cmp.Or(cmp.Compare(b.Lines, a.Lines), cmp.Compare(a.Word, b.Word))
		})
	}
	return s
}

// location is that of the zone, for printing times.
func (r *Report) location() *time.Location {
	if loc, err := time.LoadLocation(r.Zone.Name); err == nil {
		return loc
	}
	if loc, err := notation.Zone(r.Zone.Name); err == nil { // a fixed offset, such as UTC+8
		return loc
	}
	return time.UTC
}

// day and moment of a time, for people.
func (r *Report) day(at int64) string { return time.Unix(0, at).In(r.location()).Format(time.DateOnly) }

func (r *Report) moment(at int64) string {
	return time.Unix(0, at).In(r.location()).Format("2006-01-02 15:04")
}

// biggest account, when it has more than half of the lines of several.
func (r *Report) biggest() (history.NameCount, bool) {
	all := r.Accounts()
	if len(all) < 2 || 2*all[0].Lines <= r.Lines {
		return history.NameCount{}, false
	}
	return all[0], true
}

// having counts the accounts with such an id, and returns the first of them.
func having(accounts []history.NameCount, is func(id string) bool) (first history.NameCount, ids int64) {
	for i := range accounts {
		if !is(accounts[i].Name) {
			continue
		}
		if ids++; ids == 1 {
			first = accounts[i]
		}
	}
	return first, ids
}

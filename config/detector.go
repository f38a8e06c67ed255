package config

import (
	"strings"
	"time"
	"unicode"

	"firstsign/accounts"
	"firstsign/config/document"
	"firstsign/detector"
	"firstsign/internal/spelling"
)

// Detector is signals.yaml: what is judged, and how strictly.
type Detector struct {
	// Lateness is how long a day stays open for late records after its end. It should
	// cover the slowest feed. Every judgement comes that much later. Default 2h.
	Lateness time.Duration `yaml:"lateness"`
	// Signals that are judged. A record of another signal is rejected.
	Signals []detector.Signal `yaml:"signals"`
	// Patterns are rules beside the statistics, useful from the first hour. Default: the
	// standard rules whose signals exist.
	Patterns []detector.Pattern `yaml:"rules"`
	// Care is what we owe the accounts. Default: three visits in four weeks for key
	// accounts and fewer for lower grades, if their signals exist. When the file gives
	// care, what it leaves out is not owed.
	Care detector.Care `yaml:"care"`
	// Budget is how many false alerts a manager may get in a month. firstsign calibrate
	// turns it into thresholds; by itself it changes nothing. Default 1. A higher budget
	// warns earlier and gives more false alerts.
	Budget float64 `yaml:"budget"`
	// Grades say how rare the evidence must be to open an episode. A grade that is left
	// out keeps the thresholds of calibration.yaml, or the defaults. Default of clear:
	// nine tenths of raise.
	Grades map[accounts.Grade]detector.Threshold `yaml:"grades"`
	// ByHand are the thresholds of signals.yaml. No calibration changes them.
	ByHand map[accounts.Grade]detector.Threshold `yaml:"-"`
}

// maxLateness is how long the engine can keep days open: eight days from the clock on,
// without the current and the next one.
const maxLateness = 6 * 24 * time.Hour

// clearPart is the part of the raise threshold below which an episode ends, after two
// weeks. A lower one would let an old episode hide the next.
const clearPart = 0.9

var (
	kinds = []string{string(detector.Count), string(detector.Score), string(detector.Event), string(detector.Amount)}
	sides = []string{string(detector.Theirs), string(detector.Ours), string(detector.ByDirection)}

	meanings = []string{string(detector.Purchases), string(detector.Share)}

	directions = []string{string(detector.Down), string(detector.Up)}

	whose   = []string{string(detector.KeyContact)}
	sequels = []string{string(detector.Silence)}
)

func (c *Detector) read(d *document.Document, text []byte) {
	c.Signals, c.Patterns, c.Care = nil, nil, detector.Care{} // the file's lists replace the built-in ones
	standard := c.Grades
	c.Grades = nil
	if !d.Read(text, c) {
		return
	}
	if c.Lateness < 0 || c.Lateness > maxLateness {
		d.Note("lateness", "must be between 0s and 6d")
	}
	if c.Budget <= 0 {
		d.Note("budget", "must be above 0 false alerts a manager and month")
	}
	c.checkSignals(d)
	c.checkPatterns(d)
	c.checkCare(d)
	c.checkGrades(d, standard)
}

func (c *Detector) checkSignals(d *document.Document) {
	if len(c.Signals) == 0 {
		d.Note("signals", "at least one signal is needed")
	}
	first := make(map[string]string) // field where a name was given first
	for i := range c.Signals {
		s, at := &c.Signals[i], document.Item("signals", i)
		d.Once(first, at+".name", "signal", s.Name)
		checkSignal(d, at, s)
		completeSignal(s)
	}
}

func checkSignal(d *document.Document, at string, s *detector.Signal) {
	switch {
	case s.Name == "" && !d.Has(at+".name"):
		d.Note(at, "a signal needs a name")
	case s.Name == "" || len(s.Name) > 64 || s.Name != strings.TrimSpace(s.Name) || strings.ContainsFunc(s.Name, unicode.IsControl):
		d.Note(at+".name", "%q is no name: 1 to 64 bytes, without spaces around it", s.Name)
	}
	if !d.Has(at + ".kind") {
		d.Note(at, "signal %q needs a kind: %s", s.Name, strings.Join(kinds, ", "))
	} else {
		d.OneOf(at+".kind", string(s.Kind), kinds)
	}
	if d.Has(at + ".side") {
		d.OneOf(at+".side", string(s.Side), sides)
	}
	checkDirections(d, at+".directions", s)
	if d.Has(at + ".means") {
		d.OneOf(at+".means", string(s.Means), meanings)
		switch {
		case s.Means == detector.Purchases && (s.Kind != detector.Amount && s.Kind != detector.Count || s.Side == detector.Ours):
			d.Note(at+".means", "purchases are an amount or a count of theirs")
		case s.Means == detector.Share && s.Kind != detector.Score:
			d.Note(at+".means", "a share is a score from 0 to 1")
		}
	}
	if d.Has(at + ".worse") {
		d.OneOf(at+".worse", string(s.Worse), directions)
		if s.Kind != detector.Score {
			d.Note(at+".worse", "only a score has a worse direction")
		}
	}
	if s.Weight != nil && (*s.Weight < 0 || *s.Weight > 10) {
		d.Note(at+".weight", "must be between 0 and 10")
	}
	if d.Has(at + ".resolution") {
		switch {
		case s.Kind != detector.Score && s.Kind != detector.Amount:
			d.Note(at+".resolution", "only a score or an amount has a resolution")
		case s.Resolution <= 0:
			d.Note(at+".resolution", "must be above 0")
		}
	}
}

// checkDirections checks the direction words of a source: each word has one meaning.
func checkDirections(d *document.Document, at string, s *detector.Signal) {
	if !d.Has(at) {
		return
	}
	if s.Side != detector.ByDirection {
		d.Note(at, "only a signal with side: direction looks at who acted")
	}
	first := make(map[string]string)
	for _, list := range []struct {
		name  string
		words []string
	}{{"inbound", s.Directions.Inbound}, {"outbound", s.Directions.Outbound}, {"internal", s.Directions.Internal}} {
		for i, word := range list.words {
			path := document.Item(document.Join(at, list.name), i)
			if spelling.Fold(word) == "" {
				d.Note(path, "%q is no word", word)
			}
			d.Once(first, path, "word", spelling.Fold(word))
		}
	}
}

func isSpaceOrControl(c rune) bool { return unicode.IsSpace(c) || unicode.IsControl(c) }

// completeSignal fills in what a signal leaves out.
func completeSignal(s *detector.Signal) {
	if s.Side == "" {
		s.Side = detector.Theirs
	}
	if s.Weight == nil {
		s.Weight = new(1.0)
	}
	if s.Resolution == 0 {
		switch s.Kind {
		case detector.Score:
			s.Resolution = 0.001
		case detector.Amount:
			s.Resolution = 0.01
		}
	}
}

// checkGrades completes the file's thresholds with those of the calibration, or the
// defaults without one.
func (c *Detector) checkGrades(d *document.Document, standard map[accounts.Grade]detector.Threshold) {
	for g, t := range c.Grades {
		if !d.Has(document.Join("grades", string(g)) + ".raise") {
			t.Raise = standard[g].Raise
			c.Grades[g] = t
		}
	}
	checkThresholds(d, c.Grades)
	c.ByHand = make(map[accounts.Grade]detector.Threshold)
	for g, t := range c.Grades {
		if d.Has(document.Join("grades", string(g)) + ".raise") {
			c.ByHand[g] = t
		}
	}
	if c.Grades == nil {
		c.Grades = make(map[accounts.Grade]detector.Threshold)
	}
	for g, t := range standard {
		if _, ok := c.Grades[g]; !ok {
			c.Grades[g] = t
		}
	}
}

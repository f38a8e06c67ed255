package config

import (
	"slices"
	"time"

	"firstsign/accounts"
	"firstsign/alerting"
	"firstsign/detector"
	"firstsign/signals"
	"firstsign/signals/words"
)

// Default returns the configuration that is used where none is given: the
// built-in signals, days of UTC, nobody but the log to tell, all accounts.
func Default() *Config {
	c := &Config{
		Service:  defaultService(),
		Detector: Detector{Lateness: 2 * time.Hour, Signals: builtIn(), Patterns: standardPatterns(builtIn()), Care: standardCare(builtIn()), Budget: 1, Grades: detector.DefaultThresholds()},
		Routing:  alerting.Routing{}.WithDefaults(),
		Calendar: Calendar{
			Location: time.UTC,
			Holidays: map[signals.Day]float64{},
			MakeUp:   map[signals.Day]bool{},
		},
		Grading: accounts.DefaultGrading(),
	}
	c.Grading.Keep = true // until grading.yaml says that they are graded anew
	return c
}

// FromHistory returns the default configuration for the signals that a history
// holds: what is not built in is taken as a count of the customer's doing.
// Those are returned as well, to be shown: somebody should say what they are.
func FromHistory(names []string) (c *Config, assumed []string) {
	c = Default()
	for _, name := range slices.Compact(slices.Sorted(slices.Values(names))) {
		if slices.ContainsFunc(c.Detector.Signals, func(s detector.Signal) bool { return s.Name == name }) {
			continue
		}
		assumed = append(assumed, name)
		s := detector.Signal{Name: name, Kind: detector.Count}
		completeSignal(&s)
		c.Detector.Signals = append(c.Detector.Signals, s)
	}
	c.Detector.Patterns = standardPatterns(c.Detector.Signals)
	c.Detector.Care = standardCare(c.Detector.Signals)
	return c, assumed
}

// builtIn are the signals that most companies can name. The weights are
// judgement, not measurement: a complaint by itself is healthy (who complains
// still wants something), an ultimatum is not.
func builtIn() []detector.Signal {
	list := []detector.Signal{
		{Name: "call", Kind: detector.Count, Side: detector.ByDirection, PerContact: true},
		{Name: "meeting", Kind: detector.Count},
		{Name: "message", Kind: detector.Count, Side: detector.ByDirection},
		{Name: "meeting_declined", Kind: detector.Event, PerContact: true},
		{Name: "meeting_shortened", Kind: detector.Event, Weight: new(0.5), PerContact: true},
		{Name: "meeting_postponed", Kind: detector.Event, Weight: new(0.5), PerContact: true},
		{Name: detector.ContactLeft, Kind: detector.Event, Weight: new(0.3), PerContact: true},
		{Name: detector.ContactPromoted, Kind: detector.Event, Weight: new(0.0), PerContact: true},
		{Name: "forwarding", Kind: detector.Event, PerContact: true},
		// Where to: the change itself is counted above.
		{Name: string(words.ForwardingCompetitor), Kind: detector.Event, Weight: new(2.0), PerContact: true},
		{Name: string(words.ForwardingOutside), Kind: detector.Event, Weight: new(0.0), PerContact: true},
		{Name: string(words.ForwardingVoicemail), Kind: detector.Count, Weight: new(0.0), PerContact: true},
		{Name: string(words.ForwardingColleague), Kind: detector.Count, Weight: new(0.0), PerContact: true},
		{Name: string(words.ForwardingCleared), Kind: detector.Count, Weight: new(0.0), PerContact: true},
		{Name: "competitor_praise", Kind: detector.Event, PerContact: true},
		{Name: string(words.CompetitorOffer), Kind: detector.Event, Weight: new(0.5), PerContact: true},
		{Name: "complaint", Kind: detector.Event, Weight: new(0.2)},
		{Name: "ultimatum", Kind: detector.Event, Weight: new(2.0)},
		{Name: "sentiment", Kind: detector.Score},
		{Name: "order", Kind: detector.Count},
		{Name: "spend", Kind: detector.Amount},
		{Name: "response_hours", Kind: detector.Score, Worse: detector.Up, Weight: new(0.5), Resolution: 0.1},
		{Name: "share_of_wallet", Kind: detector.Score},
		{Name: "visit", Kind: detector.Count, Side: detector.Ours},
		{Name: complaintResolved, Kind: detector.Count, Side: detector.Ours},
		{Name: "event_invited", Kind: detector.Count, Side: detector.Ours},
		{Name: "event_attended", Kind: detector.Count, Weight: new(0.0)},
	}
	for i := range list {
		completeSignal(&list[i])
	}
	return list
}

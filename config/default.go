package config

import (
	"time"

	"firstsign/accounts"
	"firstsign/alerting"
	"firstsign/config/calendar"
	"firstsign/detector"
	"firstsign/signals"
	"firstsign/signals/history"
	"firstsign/signals/text"
)

// Default returns the configuration that is used where none is given: the
// built-in signals, days of UTC, nobody but the log to tell, all accounts.
func Default() *Config {
	c := &Config{
		Service:  defaultService(),
		Detector: Detector{Lateness: 2 * time.Hour, Signals: builtIn(), Patterns: standardPatterns(builtIn()), Care: standardCare(builtIn()), Budget: 1, Grades: detector.DefaultThresholds()},
		Routing:  alerting.Routing{}.WithDefaults(),
		Calendar: calendar.Calendar{
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
// holds: what is not built in is something that the customer does, of the kind
// that its values look like. Those are returned as well, to be shown: somebody
// should say what they are. A built-in signal may have another spelling (Call,
// 电话) where its values can be those of the built-in one.
func FromHistory(held []history.NameCount) (c *Config, assumed []detector.Signal) {
	c = Default()
	known := detector.NewByName(c.Detector.Signals)
	assume := func(n *history.NameCount) {
		s := detector.Signal{Name: n.Name, Kind: kindOf(n)}
		completeSignal(&s)
		assumed = append(assumed, s)
		c.Detector.Signals = append(c.Detector.Signals, s)
	}
	for i := range held {
		s := known.Find([]byte(held[i].Name))
		if s == nil || s.Name != held[i].Name && !canBe(s.Kind, &held[i]) {
			assume(&held[i])
		}
	}
	// A spelling of two signals is neither: one is built in, one was assumed above.
	known = detector.NewByName(c.Detector.Signals)
	for i := range held {
		if known.Find([]byte(held[i].Name)) == nil {
			assume(&held[i])
		}
	}
	c.Detector.Patterns = standardPatterns(c.Detector.Signals)
	c.Detector.Care = standardCare(c.Detector.Signals)
	return c, assumed
}

// canBe tells whether values can be those of a signal of a kind.
func canBe(k detector.Kind, n *history.NameCount) bool {
	switch k {
	case detector.Count, detector.Event:
		return !n.Fractions && n.Least >= 0 && n.Most <= 1e6
	case detector.Amount:
		return n.Least >= 0
	}
	return true
}

// manyCounted is more than anybody sums up of calls or visits in one record;
// money soon is.
const manyCounted = 1000

// kindOf a signal of which nothing is known but its values: whole numbers are
// counted, what lies around zero is rated, and anything else is how much.
func kindOf(n *history.NameCount) detector.Kind {
	switch {
	case !n.Fractions && n.Least >= 0 && n.Most <= manyCounted:
		return detector.Count
	case n.Least >= -1 && n.Most <= 1:
		return detector.Score
	}
	return detector.Amount
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
		{Name: string(text.ForwardingCompetitor), Kind: detector.Event, Weight: new(2.0), PerContact: true},
		{Name: string(text.ForwardingOutside), Kind: detector.Event, Weight: new(0.0), PerContact: true},
		{Name: string(text.ForwardingVoicemail), Kind: detector.Count, Weight: new(0.0), PerContact: true},
		{Name: string(text.ForwardingColleague), Kind: detector.Count, Weight: new(0.0), PerContact: true},
		{Name: string(text.ForwardingCleared), Kind: detector.Count, Weight: new(0.0), PerContact: true},
		{Name: "competitor_praise", Kind: detector.Event, PerContact: true},
		{Name: string(text.CompetitorOffer), Kind: detector.Event, Weight: new(0.5), PerContact: true},
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

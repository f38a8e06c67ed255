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

// Default returns the configuration that is used when none is given: the built-in
// signals, days of UTC, all accounts, and messages to the log only.
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
	c.Grading.Keep = true // until grading.yaml says how to grade
	return c
}

// FromHistory returns the default configuration for the signals of a history. A signal
// that is not built in counts as an act of the customer, of the kind that its values look
// like. assumed holds these signals, so that a person can check them. A built-in signal
// may be spelt in another way (Call, 电话) if its values fit.
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
	// A spelling that fits two signals is neither of them.
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

// canBe reports whether values fit a signal of a kind.
func canBe(k detector.Kind, n *history.NameCount) bool {
	switch k {
	case detector.Count, detector.Event:
		return !n.Fractions && n.Least >= 0 && n.Most <= 1e6
	case detector.Amount:
		return n.Least >= 0
	}
	return true
}

// manyCounted is more calls or visits than one record sums up. Amounts of money soon
// exceed it.
const manyCounted = 1000

// kindOf guesses the kind of a signal from its values: whole numbers are counts, values
// around zero are scores, everything else is an amount.
func kindOf(n *history.NameCount) detector.Kind {
	switch {
	case !n.Fractions && n.Least >= 0 && n.Most <= manyCounted:
		return detector.Count
	case n.Least >= -1 && n.Most <= 1:
		return detector.Score
	}
	return detector.Amount
}

// builtIn are the signals that most companies have. The weights are judgement, not
// measurement. A complaint by itself is healthy, because a customer who complains still
// wants something; an ultimatum is not.
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
		// Where calls are forwarded to. The change itself is counted above.
		{Name: string(text.ForwardingCompetitor), Kind: detector.Event, Weight: new(2.0), PerContact: true},
		{Name: string(text.ForwardingOutside), Kind: detector.Event, Weight: new(0.0), PerContact: true},
		{Name: string(text.ForwardingVoicemail), Kind: detector.Count, Weight: new(0.0), PerContact: true},
		{Name: string(text.ForwardingColleague), Kind: detector.Count, Weight: new(0.0), PerContact: true},
		{Name: string(text.ForwardingCleared), Kind: detector.Count, Weight: new(0.0), PerContact: true},
		{Name: "competitor_praise", Kind: detector.Event, PerContact: true},
		{Name: string(text.CompetitorOffer), Kind: detector.Event, Weight: new(0.5), PerContact: true},
		{Name: "complaint", Kind: detector.Event, Weight: new(0.2)},
		{Name: "ultimatum", Kind: detector.Event, Weight: new(2.0)},
		{Name: string(text.InHouse), Kind: detector.Event, Weight: new(1.5)},
		{Name: string(text.SecondSource), Kind: detector.Event},
		{Name: string(text.ReferenceWithdrawn), Kind: detector.Event, PerContact: true},
		{Name: string(text.PricePressure), Kind: detector.Event, Weight: new(0.3)},
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

package messagecheck

import (
	"context"
	"math/rand/v2"
	"testing"
	"time"

	"firstsign/accounts"
	"firstsign/alerting"
	"firstsign/alerting/message"
	"firstsign/backtest"
	"firstsign/backtest/simulate"
	"firstsign/config"
	"firstsign/detector"
	"firstsign/signals"
	"firstsign/signals/history"
)

// told is one message as people read it, and what it is about.
type told struct {
	account *accounts.Account
	record  *record
	finding *detector.Finding
	day     signals.Day // on which it is read
	texts   map[message.Language]message.Text
	before  *told // the message about the same alert before this one; nil for the first
}

const (
	portfolioSize = 16
	// daysAfter the plan's end go on, so that what began near the end is told of.
	daysAfter = 70
)

// simulated is every message about the accounts of one simulated portfolio.
func simulated(t *testing.T, seed uint64) []*told {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, 77))
	location, err := time.LoadLocation([]string{"Asia/Shanghai", "UTC", "America/New_York"}[seed%3])
	if err != nil {
		t.Fatal(err)
	}
	start, err := signals.ParseDay("2023-01-02")
	if err != nil {
		t.Fatal(err)
	}
	plan := simulate.Plan{
		Seed: seed, Accounts: portfolioSize, Start: start + signals.Day(rng.IntN(900)), Days: 110 + rng.IntN(190), Location: location,
		Declines: 0.4, Story: seed%2 == 0, Personas: seed%3 != 1,
	}
	portfolio := simulate.New(plan)
	rules := rulesOf(&plan, portfolio.Accounts())
	zone := signals.NewZone(location)
	stream := newStream(portfolio, &plan, rules, rng)
	replay := backtest.Replay{Rules: rules, Partitions: 1, First: zone.Start(plan.Start), Until: plan.Start + signals.Day(plan.Days+daysAfter)}
	outcome, err := replay.Run(context.Background(), stream)
	if err != nil {
		t.Fatal(err)
	}
	for _, example := range outcome.Examples {
		t.Fatalf("seed %d: rejected: %+v", seed, example)
	}
	return messages(t, outcome.Findings, stream.records, rules, zone)
}

// rulesOf are all signals that are built in, and proposals beside them, with
// messages and meetings by person.
func rulesOf(plan *simulate.Plan, list []accounts.Account) *detector.Rules {
	c := config.Default()
	c.Calendar.Location = plan.Location
	c.Calendar.Holidays, c.Calendar.MakeUp = simulate.Holidays(plan.Start, plan.Start+signals.Day(plan.Days+daysAfter))
	c.Accounts = accounts.NewDirectory(list)
	c.Words.Competitors = []string{simulate.StoryCompetitor}
	c.Words.Numbers.Competitor = []string{simulate.StoryCompetitorNumber}
	for i := range c.Detector.Signals {
		if s := &c.Detector.Signals[i]; s.Name == "meeting" || s.Name == "message" || s.Name == "sentiment" {
			s.PerContact = true
		}
	}
	c.Detector.Signals = append(c.Detector.Signals,
		detector.Signal{Name: "proposal", Kind: detector.Count, Side: detector.Ours, Weight: new(1.0)},
		detector.Signal{Name: "proposal_answer", Kind: detector.Count, Side: detector.Theirs, Weight: new(1.0)})
	c.Detector.Patterns = append(c.Detector.Patterns, detector.Pattern{
		Name: "a proposal without an answer", Signal: "proposal", Times: 1, Days: 20, Without: "proposal_answer", Own: true})
	return c.Rules()
}

// messages writes what people read of each finding about an account.
func messages(t *testing.T, findings []detector.Finding, records map[string]*record, rules *detector.Rules, zone *signals.Zone) (list []*told) {
	t.Helper()
	store := alerting.NewMemoryStore()
	snapshot := &alerting.RoutingSnapshot{Routing: alerting.Routing{}.WithDefaults(), Accounts: rules.Accounts, Location: rules.Location}
	last := map[string]*told{}
	for i := range findings {
		f := &findings[i]
		if f.Account == "" {
			continue
		}
		alert, isNew, err := alerting.StoreFinding(context.Background(), store, 0, f, snapshot, time.Unix(0, f.Time))
		if err != nil || !isNew {
			t.Fatalf("finding %s of %v: new %v, %v", f.ID, f.Kind, isNew, err)
		}
		m := &told{
			account: rules.Accounts.Get(f.Account), record: records[f.Account], finding: f,
			day: zone.Day(f.Time), texts: map[message.Language]message.Text{}, before: last[f.ID],
		}
		for _, l := range message.Languages {
			text := alerting.Render(l, alert, f.Kind, m.account)
			m.texts[l] = message.Text{Title: text.Title, Body: text.Text}
		}
		last[f.ID] = m
		list = append(list, m)
	}
	return list
}

// stream is a simulation from which some of what happened is taken out: people who
// fall silent, orders that end, complaints that nobody answers. It keeps a record of
// the rest.
type stream struct {
	from    history.Stream
	zone    *signals.Zone
	rules   *detector.Rules
	cuts    map[string][]cut
	records map[string]*record
	signs   []signals.Sign
}

// cut takes what fits out of an account's history from a day on.
type cut struct {
	from signals.Day
	fits func(*event) bool
}

func newStream(portfolio *simulate.Portfolio, plan *simulate.Plan, rules *detector.Rules, rng *rand.Rand) *stream {
	zone := signals.NewZone(plan.Location)
	s := &stream{
		from: portfolio.Until(zone.Start(plan.Start + signals.Day(plan.Days+daysAfter))), zone: zone,
		rules: rules, cuts: map[string][]cut{}, records: map[string]*record{},
	}
	for _, a := range portfolio.Truth().Accounts {
		r := &record{}
		s.records[a.Account] = r
		if a.From != "" && a.Kind != simulate.Handover {
			r.fell, _ = signals.ParseDay(a.From)
		}
		from := plan.Start + signals.Day(plan.Days/2+rng.IntN(plan.Days/2))
		choice, wait := rng.IntN(14), signals.Day(10+rng.IntN(30))
		contacts := rules.Accounts.Get(a.Account).Contacts
		if a.Kind == simulate.Handover { // the successor falls silent in turn, in two of three portfolios
			began, _ := signals.ParseDay(a.From)
			if choice < 9 {
				s.cut(a.Account, began+wait, func(e *event) bool { return e.contact == contacts[1].ID })
			}
			continue
		}
		if choice == 0 {
			s.cut(a.Account, from, func(e *event) bool { return e.signal == "complaint_resolved" })
		}
		if a.Kind != "" || a.Scenario != "" {
			continue
		}
		switch choice {
		case 1: // orders end, and nobody knows of the rest
			s.fall(a.Account, from, func(e *event) bool {
				return e.signal == "order" || e.signal == "spend" || e.signal == "share_of_wallet"
			})
		case 2: // orders end, while the share is noted as before
			s.fall(a.Account, from, func(e *event) bool { return e.signal == "order" || e.signal == "spend" })
		case 3: // nothing but the share goes on
			s.fall(a.Account, from, func(e *event) bool { return !e.ours && e.signal != "share_of_wallet" })
		case 4:
			s.fall(a.Account, from, func(e *event) bool { return e.contact == contacts[0].ID })
		case 5: // everybody but the orders
			s.fall(a.Account, from, func(e *event) bool { return e.contact != "" })
		case 6:
			s.fall(a.Account, from, func(e *event) bool { return e.signal == "call" && !e.ours || e.signal == "meeting" })
		}
	}
	return s
}

func (s *stream) cut(account string, from signals.Day, fits func(*event) bool) {
	s.cuts[account] = append(s.cuts[account], cut{from, fits})
}

func (s *stream) fall(account string, from signals.Day, fits func(*event) bool) {
	s.cut(account, from, fits)
	s.records[account].fell = from
}

// Next returns the next interaction that is left.
func (s *stream) Next() (*history.Line, error) {
	for {
		line, err := s.from.Next()
		if err != nil {
			return nil, err
		}
		if s.keep(&line.Interaction) {
			return line, nil
		}
	}
}

func (s *stream) keep(in *signals.Interaction) bool {
	e := event{signal: string(in.Signal), contact: string(in.Contact), day: s.zone.Day(in.Time), time: in.Time}
	switch e.signal {
	case "visit", "complaint_resolved", "event_invited", "proposal":
		e.ours = true
	case "call":
		e.ours = string(in.Attribute("direction")) == "outbound"
	}
	for _, c := range s.cuts[string(in.Account)] {
		if e.day >= c.from && c.fits(&e) {
			return false
		}
	}
	r := s.records[string(in.Account)]
	if r.first == 0 {
		r.first = e.day
	}
	r.events = append(r.events, e)
	s.signs = s.rules.Reader.Signs(in, s.signs[:0])
	for _, sign := range s.signs {
		if sign.Signal != e.signal {
			r.events = append(r.events, event{signal: sign.Signal, contact: e.contact, day: e.day, time: e.time})
		}
	}
	return true
}

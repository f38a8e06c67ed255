package alerting_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"firstsign/accounts"
	"firstsign/alerting"
	"firstsign/alerting/links"
	"firstsign/alerting/message"
	"firstsign/detector"
)

// lines is a topic of alerts; it fails when it is told to.
type lines struct {
	all [][]byte
	err error
}

func (l *lines) Publish(_ context.Context, records []alerting.Record) error {
	if l.err == nil {
		l.all = append(l.all, records[0].Value)
	}
	return l.err
}

// worked is an alert of acme's on which people work.
func worked(t *testing.T) (*alerting.AnswerHandler, *lines, func(by string, change func(*alerting.Answer)) (*alerting.Alert, error)) {
	t.Helper()
	store, topic, now := alerting.NewMemoryStore(), new(lines), time.Date(2026, 3, 2, 17, 0, 0, 0, time.UTC)
	f := &detector.Finding{ID: "acme-1", Account: "acme", Kind: detector.Raised, Time: now.Add(-time.Hour).UnixNano(), Risk: 9}
	if _, _, err := alerting.StoreFinding(t.Context(), store, 0, f, &alerting.RoutingSnapshot{Routing: alerting.Routing{}.WithDefaults()}, now); err != nil {
		t.Fatal(err)
	}
	h := &alerting.AnswerHandler{Store: store, Publisher: topic, Metrics: alerting.NewMetrics(prometheus.NewRegistry())}
	return h, topic, func(by string, change func(*alerting.Answer)) (*alerting.Alert, error) {
		now = now.Add(time.Minute)
		n := alerting.Answer{Alert: "acme-1", By: by}
		change(&n)
		return h.Handle(t.Context(), n, now)
	}
}

func acknowledge(*alerting.Answer)            {}
func undo(n *alerting.Answer)                 { n.Undo = true }
func snooze(n *alerting.Answer)               { n.Until = time.Date(2026, 3, 9, 17, 0, 0, 0, time.UTC) }
func note(text string) func(*alerting.Answer) { return func(n *alerting.Answer) { n.Note = text } }
func assign(to, held string) func(*alerting.Answer) {
	return func(n *alerting.Answer) { n.Assign = &alerting.Assignment{To: to, Held: held} }
}

// Each step of people who work on one alert, and what it leaves.
func TestWorkingOnAnAlert(t *testing.T) {
	_, topic, do := worked(t)
	for i, step := range []struct {
		by       string
		change   func(*alerting.Answer)
		want     error
		state    alerting.State
		assignee string
		notes    int
	}{
		{"anna", undo, alerting.ErrNotYours, alerting.Open, "", 0},
		{"anna", assign("bert", ""), nil, alerting.Open, "bert", 0},
		{"chen", assign("dora", ""), alerting.ErrAssigned, alerting.Open, "bert", 0}, // had not seen it
		{"chen", assign("bert", "bert"), alerting.ErrAssigned, alerting.Open, "bert", 0},
		{"chen", assign("dora", "bert"), nil, alerting.Open, "dora", 0},
		{"dora", acknowledge, nil, alerting.Acknowledged, "dora", 0},
		{"dora", note("called Li Wei\nhe is away"), nil, alerting.Acknowledged, "dora", 1},
		{"dora", note("called Li Wei\nhe is away"), alerting.ErrNoted, alerting.Acknowledged, "dora", 1},
		{"anna", note("called Li Wei\nhe is away"), nil, alerting.Acknowledged, "dora", 2},
		{"anna", undo, alerting.ErrNotYours, alerting.Acknowledged, "dora", 2}, // it is dora's
		{"anna", snooze, nil, alerting.Snoozed, "dora", 2},
		{"anna", undo, nil, alerting.Acknowledged, "dora", 2}, // dora's answer holds again
		{"anna", undo, alerting.ErrNotYours, alerting.Acknowledged, "dora", 2},
		{"dora", undo, nil, alerting.Open, "dora", 2},
		{"dora", acknowledge, nil, alerting.Acknowledged, "dora", 2},
		{"dora", assign("", "dora"), nil, alerting.Acknowledged, "", 2},
		{"dora", note(strings.Repeat("长", alerting.MaxNote)), nil, alerting.Acknowledged, "", 3},
		{"dora", note(strings.Repeat("长", alerting.MaxNote+1)), alerting.ErrNote, alerting.Acknowledged, "", 3},
		{"dora", note("\xff"), alerting.ErrNote, alerting.Acknowledged, "", 3},
	} {
		a, err := do(step.by, step.change)
		if !errors.Is(err, step.want) || a.State != step.state || a.Assignee != step.assignee || len(a.Notes()) != step.notes {
			t.Fatalf("step %d: %v, %s, assigned to %q, %d notes; want %+v", i, err, a.State, a.Assignee, len(a.Notes()), step)
		}
	}
	if len(topic.all) != 11 {
		t.Errorf("%d lines on the topic", len(topic.all))
	}
}

// An alert that was raised again refuses what was meant for the earlier raise; one that is
// closed takes notes only.
func TestActionsCompare(t *testing.T) {
	h, _, do := worked(t)
	stale := func(change func(*alerting.Answer)) func(*alerting.Answer) {
		return func(n *alerting.Answer) { change(n); n.Of = time.Unix(1, 0) }
	}
	for name, change := range map[string]func(*alerting.Answer){"assign": assign("bert", ""), "note": note("x"), "undo": undo} {
		if _, err := do("anna", stale(change)); !errors.Is(err, alerting.ErrGrown) {
			t.Errorf("%s: %v", name, err)
		}
	}
	end := &detector.Finding{ID: "acme-1", Account: "acme", Kind: detector.Closed, Time: time.Date(2026, 3, 4, 0, 0, 0, 0, time.UTC).UnixNano()}
	if _, _, err := alerting.StoreFinding(t.Context(), h.Store, 0, end, &alerting.RoutingSnapshot{Routing: alerting.Routing{}.WithDefaults()}, time.Unix(end.Time/1e9, 0)); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		change func(*alerting.Answer)
		want   error
	}{"assign": {assign("bert", ""), alerting.ErrOver}, "note": {note("x"), nil}, "undo": {undo, alerting.ErrOver}} {
		if _, err := do("anna", c.change); !errors.Is(err, c.want) {
			t.Errorf("%s of a closed one: %v", name, err)
		}
	}
}

// What the topic may not have yet is published again when it is repeated, and is there once.
func TestActionsRepeat(t *testing.T) {
	for name, change := range map[string]func(*alerting.Answer){"assign": assign("bert", ""), "note": note("x"), "undo": undo} {
		_, topic, do := worked(t)
		if name == "undo" {
			if _, err := do("anna", acknowledge); err != nil {
				t.Fatal(err)
			}
		}
		before := len(topic.all)
		topic.err = errors.New("no brokers")
		if _, err := do("anna", change); !errors.Is(err, topic.err) {
			t.Fatalf("%s: %v", name, err)
		}
		topic.err = nil
		a, err := do("anna", change)
		if err != nil || len(topic.all) != before+1 || len(a.History) != before+2 {
			t.Errorf("%s: %v, %d lines, %d events", name, err, len(topic.all), len(a.History))
		}
	}
}

// Who is assigned an alert by somebody else hears of it, in both languages, unless it is
// somebody else's by the time of delivery.
func TestAssigneeHears(t *testing.T) {
	_, _, do := worked(t)
	a, err := do("anna", assign("bert", ""))
	if err != nil {
		t.Fatal(err)
	}
	for language, want := range map[message.Language][2]string{
		message.English: {"Assigned to you: ", "anna assigned this to you."}, message.Chinese: {"指派给您：", "anna 将此预警指派给您。"},
	} {
		s := &alerting.RoutingSnapshot{
			Routing:  alerting.Routing{Language: language, Owners: map[string][]string{"bert": {"mail-of-bert"}}, Default: []string{"room"}}.WithDefaults(),
			Accounts: accounts.NewDirectory([]accounts.Account{{ID: "acme", Owner: "anna"}}),
			Links:    links.New("http://x", 0, []byte("one-key-of-thirty-two-characters")),
		}
		e := a.LastAction("anna")
		to := s.Destinations(a, e)
		if len(to) != 1 || to[0] != (alerting.Destination{Channel: "mail-of-bert", To: "bert", Role: alerting.Assignee}) || !e.Pending() {
			t.Fatalf("it goes to %+v", to)
		}
		m := s.EventMessage(alerting.AlertEvent{Alert: a, Event: *e}, to[0], time.Now())
		if !strings.HasPrefix(m.Title, want[0]) || !strings.Contains(m.Text, want[1]) || !strings.Contains(m.Answer, "to=bert") {
			t.Errorf("%s: %s\n%s\n%s", language, m.Title, m.Text, m.Answer)
		}
	}
	if a, err = do("anna", assign("anna", "bert")); err != nil {
		t.Fatal(err)
	}
	s := &alerting.RoutingSnapshot{Routing: alerting.Routing{Default: []string{"room"}}.WithDefaults()}
	for i := range a.History {
		if e := &a.History[i]; e.Assigns() && e.Pending() && len(s.Destinations(a, e)) > 0 {
			t.Errorf("the message to %s is still sent", e.To)
		}
	}
}

// Everything that people did comes back from the topic after the store went back in time.
func TestActionsSurviveTheStore(t *testing.T) {
	_, topic, do := worked(t)
	var want *alerting.Alert
	for i, change := range []func(*alerting.Answer){assign("bert", ""), note("first"), acknowledge, note("second"), undo, snooze, assign("", "bert"), assign("dora", "")} {
		var err error
		if want, err = do("anna", change); err != nil {
			t.Fatal(i, err)
		}
	}
	lost, _, _ := worked(t)
	var answers []*alerting.PublishedAnswer
	for _, line := range topic.all {
		answers = append(answers, alerting.ReadAnswer(line))
	}
	for range 2 { // again changes nothing
		if _, _, err := alerting.RestoreAnswers(t.Context(), lost.Store, answers); err != nil {
			t.Fatal(err)
		}
	}
	got, err := lost.Store.Get(t.Context(), "acme-1")
	if err != nil {
		t.Fatal(err)
	}
	say := func(a *alerting.Alert) (all string) {
		for _, e := range a.History {
			all += fmt.Sprint(e.Kind, e.Time, e.By, e.To, e.Text, "\n")
		}
		return all + fmt.Sprint(a.State, a.Assignee, a.Until)
	}
	if say(got) != say(want) {
		t.Errorf("read back:\n%s\nwas:\n%s", say(got), say(want))
	}
}

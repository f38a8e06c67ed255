package alerting

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"pgregory.net/rapid"

	"firstsign/alerting/message"
	"firstsign/detector"
	"firstsign/signals"
)

func answerHandler(store AlertStore, p Publisher) *AnswerHandler {
	return &AnswerHandler{Store: store, Publisher: p, Metrics: NewMetrics(prometheus.NewRegistry())}
}

// storeOf holds acme's episode as findings made it.
func storeOf(t *testing.T, findings ...*detector.Finding) AlertStore {
	t.Helper()
	b := NewMemoryStore()
	for _, f := range findings {
		storeFinding(t, b, f)
	}
	return b
}

func storeFinding(t *testing.T, store AlertStore, f *detector.Finding) *Alert {
	t.Helper()
	a, _, err := StoreFinding(t.Context(), store, 0, f, testSnapshot(), at(f))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestAnAnswerIsInForceUntilTheEvidenceGrows(t *testing.T) {
	raised := at(story())
	week := raised.Add(8 * 24 * time.Hour)
	store, lines := storeOf(t, finding(detector.Raised, 0)), new(topic)
	h := answerHandler(store, lines)
	take := func(n Answer, now time.Time) (*Alert, error) {
		n.Alert = story().ID
		return h.Handle(t.Context(), n, now)
	}
	a, err := take(Answer{By: "anna"}, raised.Add(time.Hour))
	if err != nil || a.State != Acknowledged || len(a.History) != 2 || a.History[1].By != "anna" || !a.History[1].Published {
		t.Fatalf("acknowledged: %+v, %v", a, err)
	}
	if _, err := take(Answer{By: "bert"}, raised.Add(2*time.Hour)); !errors.Is(err, ErrAnswered) {
		t.Errorf("acknowledged twice: %v", err)
	}
	if a, err = take(Answer{By: "bert", Until: week}, raised.Add(3*time.Hour)); err != nil || a.State != Snoozed || !a.Until.Equal(week) {
		t.Errorf("snoozed: %+v, %v", a, err)
	}

	// Found at the end of a day that ended before the answer, but told after it.
	grown := finding(detector.RaisedAgain, 7)
	if a = storeFinding(t, store, grown); a.State != Open || a.Until != nil || a.History[len(a.History)-1].Delivery != ByMessage {
		t.Errorf("grown: %+v", a)
	}
	if _, err := take(Answer{By: "anna", Of: raised}, week); !errors.Is(err, ErrGrown) {
		t.Errorf("an answer to what it was before: %v", err)
	}
	if a, err = take(Answer{By: "anna", Of: at(grown)}, week); err != nil || a.State != Acknowledged {
		t.Errorf("acknowledged again: %+v, %v", a, err)
	}
	if a = storeFinding(t, store, finding(detector.Closed, 30)); a.State != Closed {
		t.Errorf("closed: %+v", a)
	}
	if _, err := take(Answer{By: "anna"}, week); !errors.Is(err, ErrOver) {
		t.Errorf("an answer to what is over: %v", err)
	}
	if _, err := h.Handle(t.Context(), Answer{Alert: "nobody", By: "anna"}, week); !errors.Is(err, ErrNoAlert) {
		t.Errorf("an unknown alert: %v", err)
	}
	want := []string{
		`acme {"time":"2026-03-02T17:00:00Z","account":"acme","id":"acme@2026-02-03","kind":"acknowledged","by":"anna","of":"2026-03-02T16:00:00Z"}`,
		`acme {"time":"2026-03-02T19:00:00Z","account":"acme","id":"acme@2026-02-03","kind":"snoozed","by":"bert","until":"2026-03-10T16:00:00Z","of":"2026-03-02T16:00:00Z"}`,
		`acme {"time":"2026-03-10T16:00:00Z","account":"acme","id":"acme@2026-02-03","kind":"acknowledged","by":"anna","of":"2026-03-09T16:00:00Z"}`,
	}
	if got := strings.Join(lines.lines, "\n"); got != strings.Join(want, "\n") {
		t.Errorf("published\n%s\nwant\n%s", got, strings.Join(want, "\n"))
	}
	if got := testutil.ToFloat64(h.Metrics.changes.WithLabelValues("acknowledged")); got != 2 {
		t.Errorf("%v acknowledged", got)
	}
}

// What was raised before the answered raise, and came late, wakes nobody.
func TestALateOlderFindingDoesNotWake(t *testing.T) {
	store := storeOf(t, finding(detector.RaisedAgain, 7))
	h := answerHandler(store, nil)
	if _, err := h.Handle(t.Context(), Answer{Alert: story().ID, By: "anna"}, at(story())); err != nil {
		t.Fatal(err)
	}
	if a := storeFinding(t, store, finding(detector.Raised, 0)); a.State != Acknowledged || len(a.History) != 3 {
		t.Errorf("%+v", a)
	}
}

// away is a topic that cannot be written for some times.
type away struct {
	topic
	times int
}

func (p *away) Publish(ctx context.Context, records []Record) error {
	if p.times > 0 {
		p.times--
		return errors.New("no leader")
	}
	return p.topic.Publish(ctx, records)
}

func TestAnAnswerThatCouldNotBePublishedIsTakenAgain(t *testing.T) {
	p := &away{times: 1}
	h := answerHandler(storeOf(t, finding(detector.Raised, 0)), p)
	n := Answer{Alert: story().ID, By: "anna"}
	if _, err := h.Handle(t.Context(), n, at(story())); err == nil {
		t.Fatal("taken although the topic did not have it")
	}
	a, err := h.Handle(t.Context(), n, at(story()).Add(time.Minute))
	if err != nil || len(a.History) != 2 || len(p.lines) != 1 || !a.History[1].Published {
		t.Errorf("%+v, %v, %q", a, err, p.lines)
	}
}

// Clocks of two instances differ; what is said later is later.
func TestAnswersOfAClockThatIsBehind(t *testing.T) {
	store, raised := storeOf(t, finding(detector.Raised, 0)), at(story())
	h := answerHandler(store, nil)
	if _, err := h.Handle(t.Context(), Answer{Alert: story().ID, By: "anna", Until: raised.Add(8 * 24 * time.Hour)}, raised.Add(2*time.Second)); err != nil {
		t.Fatal(err)
	}
	a, err := h.Handle(t.Context(), Answer{Alert: story().ID, By: "bert"}, raised.Add(time.Second))
	if err != nil || a.State != Acknowledged || a.Answer().By != "bert" {
		t.Errorf("%+v, %v", a, err)
	}
}

// Whatever is found and said, in whichever order: the alert is open exactly
// when its newest raise has no answer in force, and closed when its episode is.
func TestStates(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b, now := NewMemoryStore(), at(story())
		h := answerHandler(b, new(topic))
		snapshot := testSnapshot()
		enter := func(kind detector.FindingKind) {
			f := story()
			f.Kind, f.Time = kind, now.UnixNano()
			if _, _, err := StoreFinding(context.Background(), b, 0, f, snapshot, now); err != nil {
				t.Fatal(err)
			}
		}
		enter(detector.Raised)
		want, until := Open, time.Time{}
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			now = now.Add(time.Duration(rapid.IntRange(1, 20*24).Draw(t, "hours")) * time.Hour)
			switch step := rapid.SampledFrom([]string{"grow", "close", "acknowledge", "snooze", "time"}).Draw(t, "step"); step {
			case "grow":
				enter(detector.RaisedAgain)
				want = Open
			case "close":
				enter(detector.Closed)
				want = Closed
			case "time":
				if _, err := Update(context.Background(), b, story().ID, func(a *Alert) bool {
					_, changed := a.applyTime(snapshot, now)
					return changed
				}); err != nil {
					t.Fatal(err)
				}
				if want == Snoozed && !now.Before(until) {
					want = Open
				}
			default:
				n := Answer{Alert: story().ID, By: "anna"}
				if step == "snooze" {
					n.Until = now.Add(7 * 24 * time.Hour)
				}
				var refusal error
				switch {
				case want == Closed:
					refusal = ErrOver
				case step == "snooze":
					want, until = Snoozed, n.Until
				case want == Acknowledged:
					refusal = ErrAnswered
				default:
					want = Acknowledged
				}
				if _, err := h.Handle(context.Background(), n, now); !errors.Is(err, refusal) {
					t.Fatalf("%s: %v, want %v", step, err, refusal)
				}
			}
			a, err := b.Get(context.Background(), story().ID)
			if err != nil || a.State != want || (a.Until != nil) != (want == Snoozed) || (a.Closed != nil) != (want == Closed) {
				t.Fatalf("%s, want %s: %+v, %v", a.State, want, a, err)
			}
		}
	})
}

// feedback keeps what the detector is told.
type feedback []string

func (f *feedback) Feedback(_ context.Context, c signals.Control) error {
	*f = append(*f, strings.Join([]string{c.Account, c.Source, c.Alert, c.Owner, string(c.Label)}, " "))
	return nil
}

// What it was: which labels there are depends on what the alert is about; a label
// answers, one that is taken back does not.
func TestLabels(t *testing.T) {
	feed := &detector.Finding{ID: "feed:pbx:2026-02-03", Kind: detector.FeedDead, Source: "pbx", Time: story().Time, Since: story().Since}
	quiet := &detector.Finding{ID: "feed:*:2026-02-03", Kind: detector.AllQuiet, Source: detector.AllSources, Time: story().Time, Since: story().Since}
	over := &detector.Finding{ID: feed.ID, Kind: detector.FeedBack, Source: "pbx", Time: story().Time, Since: story().Since}
	neglect := finding(detector.Neglected, 0)
	for _, c := range []struct {
		of    *detector.Finding
		label signals.Label
		want  error
	}{
		{story(), signals.FalseAlarm, nil}, {story(), signals.Expected, nil}, {story(), signals.ActedSaved, nil},
		{story(), signals.ActedLost, nil}, {story(), signals.NotKnown, nil}, {story(), "meh", ErrLabel},
		{feed, signals.Expected, nil}, {feed, signals.NotKnown, nil}, {feed, signals.FalseAlarm, ErrLabel},
		{quiet, signals.Expected, ErrLabel}, {quiet, signals.NotKnown, ErrLabel}, {over, signals.Expected, ErrLabel}, {neglect, signals.FalseAlarm, ErrLabel},
	} {
		told := new(feedback)
		h := answerHandler(storeOf(t, c.of), nil)
		h.Feedback = told
		a, err := h.Handle(t.Context(), Answer{Alert: c.of.ID, By: "anna", Label: c.label}, at(story()).Add(time.Hour))
		if !errors.Is(err, c.want) || (err == nil) != (c.want == nil) {
			t.Errorf("%s as %s: %v, want %v", c.of.ID, c.label, err, c.want)
			continue
		}
		wantState := Acknowledged
		if c.want != nil || c.label == signals.NotKnown {
			wantState = Open
		}
		if c.of == over {
			wantState = Closed
		}
		if a.State != wantState || c.want == nil && (a.Label != c.label || len(*told) != 1 || !strings.HasSuffix((*told)[0], c.of.ID+" anna "+string(c.label))) {
			t.Errorf("%s as %s: %s, %q; told %q", c.of.ID, c.label, a.State, a.Label, *told)
		}
	}
}

// A label does not survive what grows, and the message then names it.
func TestALabelledAlertThatGrows(t *testing.T) {
	store := storeOf(t, finding(detector.Raised, 0))
	h := answerHandler(store, nil)
	if _, err := h.Handle(t.Context(), Answer{Alert: story().ID, By: "anna", Label: signals.FalseAlarm}, at(story())); err != nil {
		t.Fatal(err)
	}
	a := storeFinding(t, store, finding(detector.RaisedAgain, 30))
	if a.State != Open || a.Label != signals.FalseAlarm || a.answerBefore(&a.History[len(a.History)-1]).Label != signals.FalseAlarm {
		t.Errorf("%+v", a)
	}
	for language, want := range map[message.Language]string{message.English: "anna said on 2 Mar 2026: a false alarm. It has grown since.", message.Chinese: "anna 于 2026年3月2日标记为“误报”，此后情况加重。"} {
		snapshot := testSnapshot()
		snapshot.Routing.Language = language
		if got := snapshot.grownSince(&a.History[1]); got != want {
			t.Errorf("%s: %q, want %q", language, got, want)
		}
	}
}

// A label that the log did not take is completed by whoever says it again, also
// after the alert grew; one that was taken back answers nothing.
func TestALabelThatWasNotHeard(t *testing.T) {
	for _, between := range []string{"nothing", "growth", "another answer"} {
		store := storeOf(t, finding(detector.Raised, 0))
		told, lines := new(feedback), &away{times: 1}
		h := answerHandler(store, lines)
		h.Feedback = told
		say := func(n Answer, days int) error {
			n.Alert = story().ID
			_, err := h.Handle(t.Context(), n, at(story()).AddDate(0, 0, days))
			return err
		}
		if err := say(Answer{By: "anna", Label: signals.FalseAlarm}, 0); err == nil {
			t.Fatal("taken although the topic did not have it")
		}
		switch between {
		case "growth":
			storeFinding(t, store, finding(detector.RaisedAgain, 7))
		case "another answer":
			if err := say(Answer{By: "anna", Until: at(story()).AddDate(0, 0, 20)}, 1); err != nil {
				t.Fatal(err)
			}
		}
		if err := say(Answer{By: "bert", Label: signals.FalseAlarm}, 8); err != nil || len(*told) != 2 {
			t.Errorf("after %s: %v, told %q", between, err, *told)
		}
		if err := say(Answer{By: "bert", Label: signals.FalseAlarm}, 9); !errors.Is(err, ErrLabelled) {
			t.Errorf("said a third time: %v", err)
		}
		if err := say(Answer{By: "bert", Label: signals.NotKnown}, 10); err != nil {
			t.Fatal(err)
		}
		a := storeFinding(t, store, finding(detector.RaisedAgain, 30))
		if e := a.answerBefore(&a.History[len(a.History)-1]); e != nil && e.Kind == labelled {
			t.Errorf("after %s: what was taken back is still said: %+v", between, e)
		}
	}
	store := storeOf(t, finding(detector.Raised, 0))
	h := answerHandler(store, nil)
	for _, l := range []signals.Label{signals.FalseAlarm, signals.NotKnown} {
		a, err := h.Handle(t.Context(), Answer{Alert: story().ID, By: "anna", Label: l}, at(story()))
		if err != nil || (a.State == Open) != (l == signals.NotKnown) {
			t.Errorf("%s: %s, %v", l, a.State, err)
		}
	}
}

package delivery_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"firstsign/accounts"
	"firstsign/alerting"
	"firstsign/alerting/delivery"
	"firstsign/detector"
)

// branch is an office whose accounts have a stand-in (bert), a superior (the
// operator's phone is chief's) and a team.
func branch() *office {
	o := newOffice()
	o.snapshot.Routing.Owners["chief"], o.snapshot.Routing.Operator = []string{"ops"}, nil
	o.snapshot.Routing.Teams = map[string][]string{"east": {"bert"}}
	o.snapshot.Accounts = accounts.NewDirectory([]accounts.Account{
		{ID: "a0", Name: "Account 0", Owner: "anna", StandIn: "bert", Superior: "chief", Grade: accounts.Key},
		{ID: "a2", Name: "Account 2", Owner: "anna", StandIn: "bert", Superior: "chief", Grade: accounts.Key},
		{ID: "own", Name: "Own", Owner: "anna", StandIn: "anna", Superior: "anna"},
		{ID: "east", Name: "East", Owner: "carl", Team: "east"},
	})
	return o
}

func (o *office) answers(t *testing.T, account string, until time.Duration) {
	t.Helper()
	n := alerting.Answer{Alert: account + "@x", By: "anna"}
	if until > 0 {
		n.Until = time.Now().Add(until)
	}
	h := &alerting.AnswerHandler{Store: o.store, Metrics: alerting.NewMetrics(prometheus.NewRegistry())}
	if _, err := h.Handle(t.Context(), n, time.Now()); err != nil {
		t.Fatal(err)
	}
}

func secondLine(p *phone, i int) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if i >= len(p.got) {
		return ""
	}
	return strings.Split(p.got[i].Text, "\n")[1]
}

// lets time pass, and then a notifier do what is due.
func lets(t *testing.T, n *delivery.Notifier, pass time.Duration) {
	t.Helper()
	runs(t, n, time.Minute)
	time.Sleep(pass)
	runs(t, n, time.Minute)
}

const aDay = 24 * time.Hour

func TestTheStandInHearsWhatNobodyAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := branch()
		o.happens(t, detector.Raised, 0, "a0", "a2", "own")
		o.answers(t, "a2", 0)
		lets(t, o.notifier(), 47*time.Hour)
		expect(t, "anna", o.anna, "Account 0", "Account 2", "Own")
		expect(t, "bert", o.bert)
		lets(t, o.notifier(), 3*aDay)
		expect(t, "bert", o.bert, "Not answered: Account 0 is drifting away")
		if got, want := secondLine(o.bert, 0), "anna has not answered this for 2 days, so it comes to you as the stand-in."; got != want {
			t.Errorf("the stand-in reads %q, want %q", got, want)
		}
		expect(t, "anna", o.anna, "Account 0", "Account 2", "Own") // hears nothing new
		a, _ := o.store.Get(t.Context(), "a0@x")
		if last := a.History[len(a.History)-1]; last.Kind != "escalated" || len(last.Sent) != 2 || last.Sent[1].Role != alerting.StandIn || last.Sent[1].To != "bert" || a.State != alerting.Open {
			t.Errorf("%+v", a)
		}

		// What was answered and grows has to be answered again.
		o.happens(t, detector.RaisedAgain, 0, "a2")
		lets(t, o.notifier(), aDay)
		expect(t, "anna", o.anna, "Account 0", "Account 2", "Own", "Account 2 is drifting further")
		if got := secondLine(o.anna, 3); !strings.HasPrefix(got, "anna acknowledged this on ") || !strings.HasSuffix(got, ". It has grown since.") {
			t.Errorf("anna reads %q", got)
		}
		lets(t, o.notifier(), 2*aDay)
		expect(t, "bert", o.bert, "Account 0", "Account 2 is drifting further")

		// Who was asked to help hears that it is over.
		o.happens(t, detector.Closed, 0, "a0", "own")
		runs(t, o.notifier(), time.Minute)
		expect(t, "bert", o.bert, "Account 0", "Account 2", "Account 0: the alert is closed")
		if got := secondLine(o.bert, 2); !strings.HasPrefix(got, "What began on ") {
			t.Errorf("bert reads %q", got)
		}
	})
}

func TestNobodyStandsIn(t *testing.T) {
	for name, change := range map[string]func(o *office){
		"it is turned off":            func(o *office) { o.snapshot.Routing.EscalateAfter = new(time.Duration(0)) },
		"the account has no stand-in": func(o *office) { o.snapshot.Accounts = newOffice().snapshot.Accounts },
		"it closes before":            func(o *office) { o.happens(t, detector.Closed, 0, "a0") },
		"it closes after the stand-in was due and before anybody could tell": func(o *office) {
			later := *o.snapshot
			later.Routing.EscalateAfter = new(time.Duration(1))
			a, err := o.store.Get(t.Context(), "a0@x")
			if err != nil {
				t.Fatal(err)
			}
			if err := alerting.ApplyTime(t.Context(), o.store, alerting.NewMetrics(prometheus.NewRegistry()), &later, a, time.Now().Add(time.Minute)); err != nil {
				t.Fatal(err)
			}
			o.answers(t, "a0", 0)
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o := branch()
				o.happens(t, detector.Raised, 0, "a0")
				change(o)
				lets(t, o.notifier(), 5*aDay)
				expect(t, "bert", o.bert)
				if pending, _ := pendingOf(t.Context(), o.store); len(pending) != 0 {
					t.Errorf("%d pending", len(pending))
				}
			})
		})
	}
}

// A digest that nobody answers comes to the stand-in as one, too.
func TestTheStandInGetsADigestOfADigest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := branch()
		o.happens(t, detector.Raised, 10*aDay, "a0", "a2")
		n := o.notifier()
		lets(t, n, 5*aDay) // not caught up: nobody has heard of it, nobody can answer
		expect(t, "bert", o.bert)
		_ = o.store.SetCaughtUp(t.Context(), 0, true)
		lets(t, n, 5*aDay)
		expect(t, "anna", o.anna, "2 of your accounts")
		expect(t, "bert", o.bert, "2 of your accounts")
		if got := secondLine(o.bert, 0); !strings.HasPrefix(got, "anna has not answered this for 2 days") {
			t.Errorf("bert reads %q", got)
		}
	})
}

func TestASleepEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := branch()
		o.happens(t, detector.Raised, 0, "a0")
		runs(t, o.notifier(), time.Minute)
		o.answers(t, "a0", 7*aDay)
		lets(t, o.notifier(), 7*aDay-time.Hour)
		expect(t, "anna", o.anna, "Account 0")
		lets(t, o.notifier(), aDay)
		expect(t, "anna", o.anna, "Account 0 is drifting away", "It goes on: Account 0 is drifting away")
		if got := secondLine(o.anna, 1); !strings.HasPrefix(got, "anna snoozed this until ") || !strings.HasSuffix(got, ". It goes on.") {
			t.Errorf("anna reads %q", got)
		}
		expect(t, "bert", o.bert)
		lets(t, o.notifier(), 2*aDay) // and nobody answers that
		expect(t, "bert", o.bert, "Account 0")
	})
}

func TestTheSuperiorHearsOfNeglectAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := branch()
		o.happens(t, detector.Raised, 0, "a0")
		o.happens(t, detector.Neglected, 0, "a2", "own")
		runs(t, o.notifier(), time.Minute)
		if got := o.operator.titles(); len(got) != 1 || !strings.Contains(got[0], "Account 2") {
			t.Errorf("the superior got %q", got)
		}
		if got, want := secondLine(o.operator, 0), "You get a copy as the superior of anna, because the neglect is ours, not theirs."; got != want {
			t.Errorf("the superior reads %q, want %q", got, want)
		}
		for _, m := range o.anna.got {
			if told := strings.Contains(m.Text, "chief has a copy, because the neglect is ours."); told != strings.Contains(m.Title, "Account 2") {
				t.Errorf("anna reads %s", m.Text)
			}
		}
		a, _ := o.store.Get(t.Context(), "a2@x")
		if a.Severity != alerting.Warning || !a.History[0].Delivered || len(a.History[0].Sent) != 3 {
			t.Errorf("%+v", a)
		}
		o.happens(t, detector.CaredFor, 0, "a2")
		runs(t, o.notifier(), time.Minute)
		if a, _ = o.store.Get(t.Context(), "a2@x"); a.State != alerting.Closed || len(o.operator.titles()) != 1 || len(o.anna.titles()) != 4 {
			t.Errorf("%+v; the superior got %q", a, o.operator.titles())
		}
	})
}

// One chat group of the owner and the superior reads it once.
func TestACopyGoesNowhereTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := branch()
		o.snapshot.Routing.Owners["chief"] = []string{"anna", "ops"}
		o.happens(t, detector.Neglected, 0, "a0")
		runs(t, o.notifier(), time.Minute)
		expect(t, "anna", o.anna, "Account 0")
		expect(t, "chief", o.operator, "Account 0")
		expect(t, "log", o.log, "Account 0")
	})
}

func TestATeamHearsWhereItsOwnersHaveNoChannel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := branch()
		o.happens(t, detector.Raised, 0, "east")
		runs(t, o.notifier(), time.Minute)
		expect(t, "bert", o.bert, "East")
		expect(t, "anna", o.anna)
	})
}

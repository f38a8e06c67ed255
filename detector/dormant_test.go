package detector

import (
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"firstsign/detector/activity"
	"firstsign/detector/finding"
	"firstsign/detector/idchange"
	"firstsign/detector/series"
)

// fading writes a history of an account, acme, among a crowd, up to the first stop: on
// the days for which calls says so it calls.
func fading(t *testing.T, days int, calls func(day int) bool, more func(l *written, day int)) (*Engine, []finding.Finding) {
	t.Helper()
	rng := rand.New(rand.NewPCG(3, 9))
	var l written
	l.tick(at(0, 0))
	for d := range days {
		l.crowd(rng, d, 30, 0.6, "")
		if calls(d) {
			l.event(at(d, 10), "acme", "call")
		}
		if more != nil {
			more(&l, d)
		}
		l.tick(at(d+1, 0))
	}
	e, found := run(t, testRules(), &l)
	return e, about(found, "acme")
}

// dormantAfter so many days without an active one an account is dormant.
const dormantAfter = 84

// quietly is daily contact for a while, and then one call in five weeks.
func quietly(until int) func(day int) bool {
	return func(d int) bool { return d < until || d%35 == 0 }
}

func dormant(t *testing.T, e *Engine) bool {
	t.Helper()
	x, ok := e.Inspect("acme", 0)
	if !ok {
		t.Fatal("no such account")
	}
	return x.Dormant
}

// Who has become quiet is told of while it falls, and then not for every pause.
func TestQuietAccountIsNotJudgedAgainAndAgain(t *testing.T) {
	e, found := fading(t, 200+500, quietly(200), nil)
	if !dormant(t, e) {
		t.Error("not dormant after 500 quiet days")
	}
	told := 0
	for _, f := range found {
		if f.Kind.Raises() {
			told++
			if f.Time > at(200+series.JudgedDays+dormantAfter+14, 0).UnixNano() {
				t.Errorf("told again on day %v", f.Time)
			}
		}
	}
	if told == 0 {
		t.Error("its fall was never told")
	}
}

// It is not dormant before its fall has been judged for months, and contact wakes it.
func TestDormantFromWhenTillWhen(t *testing.T) {
	for _, c := range []struct {
		name  string
		days  int
		calls func(int) bool
		want  bool
	}{
		{"lively", 300, quietly(300), false},
		{"silent for four months", 200 + 110, func(d int) bool { return d < 200 }, false},
		{"silent for half a year", 200 + 180, func(d int) bool { return d < 200 }, true},
		{"a call in two weeks, always", 600, func(d int) bool { return d%14 == 0 }, false},
		{"a call in two weeks, after daily ones: its new level", 200 + 300, func(d int) bool { return d < 200 || d%14 == 0 }, false},
		{"a call in five weeks, after daily ones", 200 + 300, quietly(200), true},
		{"in weekly contact, after daily ones", 200 + 300, func(d int) bool { return d < 200 || d%7 == 0 }, false},
		{"awake again", 200 + 300 + 60, func(d int) bool { return d < 200 || d > 500 && d%6 == 0 }, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			e, _ := fading(t, c.days, c.calls, nil)
			if dormant(t, e) != c.want {
				t.Errorf("dormant is %v, want %v", !c.want, c.want)
			}
			if n := e.Stats().Dormant; n != 1 && c.want || n != 0 && !c.want {
				t.Errorf("%d accounts counted", n)
			}
			if n := readBack(t, e).Stats().Dormant; n != e.Stats().Dormant {
				t.Errorf("%d counted in the state that was read back", n)
			}
		})
	}
}

// readBack is an engine with what another one's state says.
func readBack(t *testing.T, e *Engine) *Engine {
	t.Helper()
	fresh := NewEngine(0, 1, e.rules)
	if err := fresh.decodeLog(e.encodeLog()); err != nil {
		t.Fatal(err)
	}
	for _, a := range e.accounts {
		w := &series.Writer{}
		e.yardstick.Encode(w, a)
		for range 2 { // a store may give an account twice
			if err := fresh.RestoreAccount(AccountState{ID: a.ID, State: w.Bytes}); err != nil {
				t.Fatal(err)
			}
		}
	}
	return fresh
}

// One piece of bad news can still be enough, and does not stay when it is over.
func TestBadNewsOfDormantAccount(t *testing.T) {
	rules := testRules()
	if i := slices.IndexFunc(rules.Signals, func(s series.Signal) bool { return s.Name == "forwarding" }); i < 0 {
		t.Fatal("no event among the signals")
	}
	const news = 200 + 300
	e, found := fading(t, news+130, quietly(200), func(l *written, d int) {
		if d == news {
			l.event(at(d, 12), "acme", "forwarding")
		}
	})
	if !dormant(t, e) {
		t.Fatal("not dormant")
	}
	raised := slices.ContainsFunc(found, func(f finding.Finding) bool {
		return f.Kind.Raises() && f.Time == at(news, 12).UnixNano()
	})
	open := e.index.of("acme").Episode.IsOpen()
	if before := openOn(found, at(news, 0).UnixNano()); !raised && !before {
		t.Errorf("not told of: %+v", found)
	} else if !before && open {
		t.Error("still open 130 days later")
	}
}

// openOn tells whether an episode was open at a time.
func openOn(found []finding.Finding, at int64) (open bool) {
	for _, f := range found {
		if f.Time <= at {
			open = f.Kind != finding.Closed
		}
	}
	return open
}

// Days of which nothing is known make nobody dormant.
func TestDeadFeedMakesNobodyDormant(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 9))
	var l written
	l.tick(at(0, 0))
	for d := range 200 + 250 {
		for i := range 80 {
			if d < 200 && rng.Float64() < 0.6 {
				l.event(at(d, 9), fmt.Sprint("crowd-", i), "call", "source", "pbx")
			}
			l.event(at(d, 9), fmt.Sprint("writer-", i), "mail", "source", "mail", "direction", "in")
		}
		if d < 200 {
			l.event(at(d, 10), "acme", "call", "source", "pbx")
		}
		l.tick(at(d+1, 0))
	}
	if e, _ := run(t, testRules(), &l); dormant(t, e) {
		t.Error("dormant because its feed is dead")
	}
}

// States of before, which say nothing of activity or of changed ids, are read.
func TestReadsStatesOfBefore(t *testing.T) {
	for _, version := range []int{3, 4, 5} {
		golden, err := os.ReadFile(fmt.Sprintf("testdata/state-%d.golden", version))
		if err != nil {
			t.Fatal(err)
		}
		e := NewEngine(0, 1, storied(t).rules)
		for line := range strings.Lines(string(golden)) {
			name, text, _ := strings.Cut(strings.TrimSpace(line), " ")
			state, err := hex.DecodeString(text)
			if err != nil {
				t.Fatal(err)
			}
			switch name {
			case "log":
				err = e.decodeLog(state)
			case "closings":
				err = e.dayCloses.decode(state, 0)
			default:
				err = e.RestoreAccount(AccountState{ID: name, State: state})
			}
			if err != nil {
				t.Errorf("version %d, %s: %v", version, name, err)
			}
		}
		a := e.index.of("acme")
		if a == nil || a.First != dayN(0) || len(a.Series) != 4 || a.Tended().Neglected == 0 || a.Activity.Dormant(0) {
			t.Errorf("version %d, acme: %+v", version, a)
		}
		if a.Activity == (activity.Activity{}) != (version == 3) || (version < 5) == (e.summary.ids.Found() || e.strangers != (idchange.Strangers{})) {
			t.Errorf("version %d: activity %+v, ids %+v", version, a.Activity, e.summary.ids)
		}
	}
}

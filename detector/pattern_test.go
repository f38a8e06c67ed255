package detector

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"firstsign/accounts"
	"firstsign/detector/evidence"
	"firstsign/detector/finding"
	"firstsign/detector/series"
	"firstsign/signals"
)

// houseRules are the signals and the patterns of these tests.
func houseRules() *Rules {
	rules := testRules()
	rules.Signals = append(rules.Signals,
		series.Signal{Name: "ultimatum", Kind: series.Event}, series.Signal{Name: "complaint", Kind: series.Event, Weight: new(0.2)},
		series.Signal{Name: "proposal", Side: series.Ours}, series.Signal{Name: "answer"})
	rules.Signals[4].PerContact = true // forwarding
	rules.Patterns = []Pattern{
		{Name: "ultimatum", Signal: "ultimatum", Days: 28},
		{Name: "forwarding of a key person", Signal: "forwarding", Of: KeyContact, Times: 2, Days: 14},
		{Name: "proposal without an answer", Signal: "proposal", Without: "answer", Days: 20},
		{Name: "complaint, then silence", Signal: "complaint", FollowedBy: Silence, Days: 14},
	}
	list := []accounts.Account{{ID: "acme", Grade: accounts.Key, Contacts: []accounts.Contact{{ID: "li-wei", Key: true}}}}
	for i := range 30 {
		list = append(list, accounts.Account{ID: fmt.Sprint("crowd-", i)})
	}
	rules.Accounts = accounts.NewDirectory(list)
	return rules
}

// ruled are the findings about acme that a pattern made, as "day kind rule n".
func ruled(found []finding.Finding) (of []string) {
	for _, f := range about(found, "acme") {
		for _, r := range f.Reasons {
			if r.Term == evidence.Rule && f.Kind != finding.Closed {
				day := signals.Day((f.Time - 1) / oneDay) // what is found at a close is of the day before
				of = append(of, fmt.Sprintf("%d %s %s %g since %d", day-dayN(0), f.Kind, r.Rule, r.To, r.Since-dayN(0)))
			}
		}
	}
	return of
}

func TestPatterns(t *testing.T) {
	type day = map[int][]string // signals of acme on a day
	for name, tt := range map[string]struct {
		days day
		want []string
	}{
		"an ultimatum on the first day, before anything is closed": {
			day{0: {"ultimatum"}}, []string{"0 raised ultimatum 1 since 0"}},
		"again in the same episode: told once": {
			day{3: {"ultimatum"}, 9: {"ultimatum"}, 33: {"ultimatum"}}, []string{"3 raised ultimatum 1 since 3"}},
		"again when the episode is over: 28 days and a quiet fortnight": {
			day{3: {"ultimatum"}, 10: {"call"}, 35: {"call"}, 59: {"call"}, 60: {"ultimatum"}}, []string{"3 raised ultimatum 1 since 3", "60 raised ultimatum 1 since 60"}},
		"one change of forwarding is not two": {day{3: {"forwarding"}}, nil},
		"two within a fortnight": {
			day{3: {"forwarding"}, 16: {"forwarding"}}, []string{"16 raised forwarding of a key person 2 since 3"}},
		"two in 15 days are not within a fortnight": {day{3: {"forwarding"}, 17: {"forwarding"}}, nil},
		"another pattern in the same episode is told once as well": {
			day{3: {"ultimatum"}, 5: {"forwarding", "forwarding"}, 6: {"forwarding"}},
			[]string{"3 raised ultimatum 1 since 3", "5 raised_again forwarding of a key person 2 since 5"}},
		"no answer for 20 days": {
			day{2: {"proposal"}, 10: {"call"}}, []string{"22 raised proposal without an answer 21 since 2"}},
		"an answer on the last day":     {day{2: {"proposal"}, 22: {"answer"}}, nil},
		"an answer on the same day":     {day{2: {"proposal", "answer"}}, nil},
		"an answer to another proposal": {day{2: {"proposal"}, 8: {"answer"}, 12: {"proposal"}}, []string{"32 raised proposal without an answer 21 since 12"}},
		"a complaint, and 14 days of silence": {
			day{1: {"call"}, 5: {"complaint", "call"}}, []string{"19 raised complaint, then silence 15 since 5"}},
		"the silence begins a few days later": {
			day{5: {"complaint"}, 9: {"call"}}, []string{"23 raised complaint, then silence 15 since 5"}},
		"a complaint is healthy while there is contact": {
			day{5: {"complaint"}, 9: {"call"}, 20: {"call"}, 33: {"call"}, 46: {"call"}, 59: {"call"}}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			var l written
			for d := range 75 {
				l.tick(at(d, 0))
				for i, signal := range tt.days[d] {
					l.event(at(d, 9+float64(i)), "acme", signal, "contact", "li-wei")
				}
			}
			_, found := run(t, houseRules(), &l)
			if got := ruled(found); !slices.Equal(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			for _, f := range about(found, "acme") {
				if f.Kind == finding.Raised && (f.Risk < 1 || f.Reasons[0].Term != evidence.Rule || f.Reasons[0].Evidence != 0) {
					t.Errorf("%+v: want a rule first, and what raises a key account", f)
				}
			}
		})
	}
}

// A pattern about silence waits while the feed is dead.
func TestPatternsDoNotBlameADeadFeed(t *testing.T) {
	silentUntil := func(dead bool) int {
		rng := rand.New(rand.NewPCG(5, 5))
		var l written
		for d := range 90 {
			l.tick(at(d, 0))
			if !dead || d < 61 || d > 70 {
				for i := range 30 {
					if rng.Float64() < 0.8 {
						l.event(at(d, 9), fmt.Sprint("crowd-", i), "call", "source", "pbx")
					}
				}
			}
			if d == 60 {
				l.event(at(d, 10), "acme", "complaint", "source", "crm")
				l.event(at(d, 10), "acme", "call", "source", "pbx")
			}
		}
		_, found := run(t, houseRules(), &l)
		for _, f := range about(found, "acme") {
			if slices.ContainsFunc(f.Reasons, func(r finding.Reason) bool { return r.Term == evidence.Rule }) {
				return int(signals.Day((f.Time-1)/oneDay) - dayN(0))
			}
		}
		return -1
	}
	alive, dead := silentUntil(false), silentUntil(true)
	if alive < 72 || alive > 76 {
		t.Errorf("raised on day %d, want 14 days after day 60", alive)
	}
	if dead < alive+8 || dead > alive+12 {
		t.Errorf("raised on day %d with a feed that was dead for 10 days, and on %d without", dead, alive)
	}
}

// What was told is remembered by name, over new rules and a restart.
func TestPatternsAreRememberedByName(t *testing.T) {
	rules := houseRules()
	var l written
	l.tick(at(0, 0))
	l.event(at(0, 9), "acme", "ultimatum")
	l.tick(at(1, 0))
	e, _ := run(t, rules, &l)
	told := func(e *Engine) []string { return e.yardstick.Patterns.Names(e.index.of("acme").Episode.Told) }
	fewer := houseRules()
	fewer.Patterns = append(fewer.Patterns[:1:1], Pattern{Name: "a new one", Signal: "call", Times: 5, Days: 1})
	e.SetRules(fewer)
	e.Apply(tickAt(e.Next(), at(2, 0)))
	if got := told(e); len(e.yardstick.Patterns) != 2 || !slices.Equal(got, []string{"ultimatum"}) {
		t.Errorf("%d patterns, told of %q", len(e.yardstick.Patterns), got)
	}
	w := &series.Writer{}
	e.yardstick.Encode(w, e.index.of("acme"))
	again := NewEngine(0, 1, rules)
	if err := again.RestoreAccount(AccountState{ID: "acme", State: w.Bytes}); err != nil {
		t.Fatal(err)
	}
	if got := told(again); !slices.Equal(got, []string{"ultimatum"}) {
		t.Errorf("read back: told of %q", got)
	}
}

// The same log gives the same findings whenever the ticks come.
func TestPatternsDoNotDependOnTicks(t *testing.T) {
	findings := func(every time.Duration) []string {
		rng := rand.New(rand.NewPCG(3, 3))
		var l written
		for now := at(0, 0); now.Before(at(80, 0)); now = now.Add(time.Hour) {
			if now.Sub(at(0, 0))%every == 0 {
				l.tick(now)
			}
			if rng.IntN(60) == 0 {
				l.event(now, "acme", []string{"ultimatum", "forwarding", "proposal", "answer", "complaint", "call"}[rng.IntN(6)], "contact", "li-wei")
			}
		}
		l.tick(at(80, 0))
		_, found := run(t, houseRules(), &l)
		return ruled(found)
	}
	hourly, daily := findings(time.Hour), findings(24*time.Hour)
	if len(hourly) < 3 || !slices.Equal(hourly, daily) {
		t.Errorf("hourly %q, daily %q", hourly, daily)
	}
}

// Where the account's own answers take long, twice that is waited for; where they
// are quick, or none is known, as long as the rule says.
func TestPatternWaitsAsTheAccountDoes(t *testing.T) {
	for name, tt := range map[string]struct {
		answers map[int]int // proposals by day, and how many days until their answer
		asked   int
		want    int // the day it is raised
		usual   float64
	}{
		"no answer known": {nil, 40, 60, 0},
		"quick answers":   {map[int]int{20: 3, 30: 5}, 40, 60, 4},
		"slow answers":    {map[int]int{10: 13, 25: 15}, 41, 71, 15}, // the first has left the kept days
		"one slow answer": {map[int]int{25: 14}, 41, 69, 14},
	} {
		t.Run(name, func(t *testing.T) {
			rules := houseRules()
			rules.Patterns[2].Own = true
			var l written
			for d := range 90 {
				l.tick(at(d, 0))
				for asked, wait := range tt.answers {
					switch d {
					case asked:
						l.event(at(d, 9), "acme", "proposal")
					case asked + wait:
						l.event(at(d, 9), "acme", "answer")
					}
				}
				if d == tt.asked {
					l.event(at(d, 10), "acme", "proposal")
				}
			}
			_, found := run(t, rules, &l)
			want := []string{fmt.Sprintf("%d raised proposal without an answer %d since %d", tt.want, tt.want+1-tt.asked, tt.asked)} // told at the day's end, read on the next
			if got := ruled(found); !slices.Equal(got, want) {
				t.Fatalf("got %q, want %q", got, want)
			}
			if r := about(found, "acme")[0].Reasons[0]; math.Abs(r.From-tt.usual) > 0.6 {
				t.Errorf("usual %g, want about %g", r.From, tt.usual)
			}
		})
	}
}

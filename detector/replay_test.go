package detector

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"firstsign/accounts"
	"firstsign/detector/episodes"
	"firstsign/detector/feeds"
	"firstsign/internal/racetest"
	"firstsign/signals"
)

// shelf is the least that a store does: it takes chunks as they come.
type shelf struct {
	accounts  map[string][]byte
	portfolio []byte
	position  *Position
	findings  []string
}

func (k *shelf) take(c *Changes) {
	for _, a := range c.Accounts {
		k.accounts[a.ID] = bytes.Clone(a.State)
	}
	for _, f := range c.Findings {
		k.findings = append(k.findings, string(f))
	}
	if c.Portfolio != nil {
		k.portfolio = bytes.Clone(c.Portfolio)
	}
	if c.Position != nil {
		p := *c.Position
		p.Log = bytes.Clone(p.Log)
		k.position = &p
	}
}

// reopen makes an engine of what is kept, as a claim does.
func (k *shelf) reopen(t interface{ Fatal(...any) }, rules *Rules, log []signals.Record, rng *rand.Rand) *Engine {
	e := NewEngine(0, 1, rules)
	if err := e.Restore(k.position, k.portfolio); err != nil {
		t.Fatal(err)
	}
	ids := slices.Sorted(maps.Keys(k.accounts))
	if rng != nil {
		rng.Shuffle(len(ids), func(i, j int) { ids[i], ids[j] = ids[j], ids[i] })
	}
	for _, id := range ids {
		if err := e.RestoreAccount(AccountState{ID: id, State: k.accounts[id]}); err != nil {
			t.Fatal(err)
		}
	}
	for o := e.RestoreIDsFrom(); o < e.Next(); o++ {
		e.RestoreID(&log[o], nil)
	}
	return e
}

var errCrash = errors.New("crash")

// undisturbed is the result of a log read in one go and committed once.
func undisturbed(t *rapid.T, rules *Rules, log []signals.Record) *shelf {
	k := &shelf{accounts: map[string][]byte{}}
	e := NewEngine(0, 1, rules)
	for i := range log {
		e.Apply(&log[i])
	}
	if err := e.Commit(1000, 0, 0, func(c *Changes) error { k.take(c); return nil }); err != nil {
		t.Fatal(err)
	}
	return k
}

// disturbed reads the same log with commits at random places, of which some
// break off after some of their chunks.
func disturbed(t *rapid.T, rules *Rules, log []signals.Record, rng *rand.Rand) *shelf {
	k := &shelf{accounts: map[string][]byte{}}
	e := NewEngine(0, 1, rules)
	every := 1 + len(log)/100 + rng.IntN(len(log)/3+1)
	for e.Next() < int64(len(log)) {
		e.Apply(&log[e.Next()])
		if rng.IntN(every) > 0 && e.Next() < int64(len(log)) {
			continue
		}
		left := rng.IntN(8) // chunks until the crash; many commits are whole
		err := e.Commit(1+rng.IntN(5), 0, 0, func(c *Changes) error {
			if left--; left == 0 && e.Next() < int64(len(log)) {
				return errCrash
			}
			k.take(c)
			return nil
		})
		if err != nil || rng.IntN(10) == 0 {
			e = k.reopen(t, rules, log, rng)
		}
	}
	return k
}

// randomLog is a history with everything that may come in one: duplicates,
// late and far events, old and repeated ticks, loads, heartbeats, faults.
func randomLog(rng *rand.Rand) []signals.Record {
	var l written
	sources := []string{"", "pbx", "crm"}
	signalNames := []string{"call", "call", "call", "mail", "visit", "mood", "spend", "forwarding", "unknown"}
	n, length := 3+rng.IntN(8), 20+rng.IntN(100)
	if rng.IntN(6) == 0 {
		n += 24 // enough for a portfolio and a dead feed
	}
	loaded := 0
	if rng.IntN(2) == 0 {
		loaded = rng.IntN(length)
		l.control(signals.Control{Kind: signals.LoadBegin, Time: at(0, 0).UnixNano(), Load: "x"})
	}
	dead := rng.IntN(length)
	for d := range length {
		for a := range n {
			name := fmt.Sprintf("a%d", a)
			if a == n-1 {
				name += "~drop"
			}
			if rng.Float64() > 0.4+0.5*float64(a%3)/2 || a == 0 && d > length/2 {
				continue
			}
			when := at(d, 24*rng.Float64())
			switch rng.IntN(40) {
			case 0:
				when = when.AddDate(0, 0, -rng.IntN(70))
			case 1:
				when = when.AddDate(0, 0, rng.IntN(12))
			}
			source := sources[a%3]
			if source == "pbx" && d >= dead && d < dead+10 {
				continue
			}
			l.value(when, name, signalNames[rng.IntN(len(signalNames))], float64(rng.IntN(3)), "source", source,
				"id", fmt.Sprint(rng.IntN(2000)), "contact", fmt.Sprint("p", rng.IntN(3)), "direction", []string{"inbound", "outbound"}[rng.IntN(2)])
		}
		if rng.IntN(3) == 0 {
			l.control(signals.Control{Kind: signals.Heartbeat, Time: at(d, 12).UnixNano(), Source: "crm"})
		}
		for range rng.IntN(3) {
			tick := signals.Control{Kind: signals.Tick, Time: at(d+1, 0).Add(time.Duration(rng.IntN(10)-5) * time.Hour).UnixNano()}
			if d < loaded && rng.IntN(10) > 0 {
				tick.Load = "x"
			}
			l.control(tick)
		}
		if d == loaded && loaded > 0 {
			l.control(signals.Control{Kind: signals.LoadEnd, Time: at(d+1, 0).UnixNano(), Load: "x"})
		}
		if rng.IntN(20) == 0 {
			l.control(signals.Control{Kind: signals.Erase, Time: at(d, 13).UnixNano(), Contact: fmt.Sprint("p", rng.IntN(3)), Account: []string{"", "a1"}[rng.IntN(2)]})
		}
		if rng.IntN(4) == 0 { // as an alert that may be there
			account := fmt.Sprint("a", rng.IntN(4))
			since := dayN(d - rng.IntN(8))
			c := signals.Control{Kind: signals.Feedback, Time: at(d, 13).UnixNano(), Account: account, Alert: fmt.Sprintf("%s-%s", account, since)}
			if rng.IntN(3) == 0 {
				c.Account, c.Alert = "", feeds.FailureID("pbx", since)
			}
			c.Label = signals.Labels[rng.IntN(len(signals.Labels))]
			l.control(c)
		}
		if rng.IntN(30) == 0 {
			l.add(signals.Record{Value: []byte("{"), Key: []byte("a1")})
		}
	}
	l.tick(at(length+1, 0))
	return l.records
}

// The state and the findings are a function of the log: however it is cut
// into commits, wherever one breaks off, and in whatever order the accounts
// come back.
func TestReplayGivesTheSame(t *testing.T) {
	racetest.Arithmetic(t)
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.Uint64().Draw(t, "seed")
		rng := rand.New(rand.NewPCG(seed, 1))
		rules := testRules()
		rules.Signals[0].PerContact = true
		rules.Patterns = []Pattern{
			{Name: "forwarding", Signal: "forwarding", Times: 1 + rng.IntN(2), Days: 9},
			{Name: "key person", Signal: "call", Of: KeyContact, Times: 4, Days: 5},
			{Name: "no answer", Signal: "visit", Without: "mail", Days: 9},
			{Name: "silence", Signal: "mail", FollowedBy: Silence, Days: 3},
		}
		rules.Lateness = time.Duration(rng.IntN(40)) * time.Hour
		rules.Thresholds = map[accounts.Grade]episodes.Threshold{accounts.Ordinary: {Raise: 0.1, Clear: 0.05}}
		var list []accounts.Account
		for i := range 40 {
			list = append(list, accounts.Account{ID: fmt.Sprint("a", i), Contacts: []accounts.Contact{{ID: "p1", Key: true}}})
		}
		rules.Accounts = accounts.NewDirectory(list)
		if rng.IntN(2) == 0 {
			rules.Pseudonyms = signals.NewPseudonyms([]byte("key"))
			rules.Accounts = rules.Accounts.Rename(rules.Pseudonyms.Of)
		}
		log := randomLog(rng)

		want := undisturbed(t, rules, log)
		got := disturbed(t, rules, log, rng)
		if len(want.accounts) != len(got.accounts) {
			t.Fatalf("%d accounts, want %d", len(got.accounts), len(want.accounts))
		}
		for id, state := range want.accounts {
			if !bytes.Equal(state, got.accounts[id]) {
				t.Errorf("state of %s differs\n%x\n%x", id, state, got.accounts[id])
			}
		}
		slices.Sort(want.findings)
		slices.Sort(got.findings)
		if !slices.Equal(want.findings, got.findings) {
			t.Errorf("findings differ:\n%q\n%q", want.findings, got.findings)
		}
		if !bytes.Equal(want.position.Log, got.position.Log) {
			t.Errorf("log position differs\n%x\n%x", want.position.Log, got.position.Log)
		}
	})
}

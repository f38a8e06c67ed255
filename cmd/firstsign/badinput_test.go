package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"firstsign/accounts"
	"firstsign/backtest/simulate"
	"firstsign/cmd/firstsign/app"
	"firstsign/detector"
	"firstsign/signals"
)

// Ten thousand records of 29 wrong kinds among good ones change nothing in what
// is made of the good ones; each is in the dead-letter topic with its reason;
// and those that are repaired come in by replay, once.
func TestBadInput(t *testing.T) {
	t.Parallel()
	p := realParts(t)
	const days = 100
	// The last day closes two hours after its end: until then its tick is ahead of time.
	end := signals.NewZone(time.UTC).Day(time.Now().Add(-logLateness).UnixNano())
	plan := simulate.Plan{Seed: 7, Accounts: 60, Start: end - days, Days: days, Declines: 0.5}
	list := simulate.New(plan).Accounts()
	clean, good, _ := runOn(t, p, plan, list, false)
	dirty, service, log := runOn(t, p, plan, list, true)

	// Eventually: when a day closes just now, it does so in one of them first.
	eventually(t, "the states of the accounts are equal", func() error { return differ(clean.states(t), dirty.states(t)) })
	alerts := clean.alertsUntil(t, "9999")
	misrouted := 0
	compareLines(t, slices.DeleteFunc(dirty.alertsUntil(t, "9999"), func(line string) bool {
		if !strings.Contains(line, `"kind":"misrouted"`) {
			return false
		}
		misrouted++ // for the operator: a producer uses another partitioner
		return true
	}), alerts)
	if misrouted == 0 || misrouted > repairDays/7+1 {
		t.Errorf("%d alerts about the producer that misses the partition, want one a week", misrouted)
	}
	if len(alerts) == 0 {
		t.Error("no alerts: that says little")
	}
	if n := len(clean.records(t, clean.name+".dead")); n != 0 {
		t.Errorf("%d dead letters of good records", n)
	}
	checkLetters(t, dirty, log.bad)
	good.stop()
	if !t.Failed() {
		checkRepairs(t, dirty, service, log, list)
	}
}

// runOn runs the service on a log that is clean or dirty.
func runOn(t *testing.T, p parts, plan simulate.Plan, list []accounts.Account, dirty bool) (*deployment, *service, *writtenLog) {
	t.Helper()
	text, err := os.ReadFile("../../config/example/signals.yaml")
	if err != nil {
		t.Fatal(err)
	}
	ours := strings.Replace(string(text), "signals:\n", "signals:\n  - {name: "+repairable+", kind: count, weight: 0}\n", 1)
	d := deploy(t, p, badPartitions, map[string]string{"accounts.csv": accountsText(t, list), "signals.yaml": ours})
	d.program = shipped(t)
	d.removeAfter(t)
	log := writeLog(t, d, plan, dirty)
	s := d.start(t)
	s.caughtUp(d, badPartitions)
	return d, s, log
}

func accountsText(t *testing.T, list []accounts.Account) string {
	t.Helper()
	var b bytes.Buffer
	if err := accounts.WriteCSV(&b, list); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// states of all accounts, without the offsets that they begin with: bad records
// move those.
func (d *deployment) states(t *testing.T) map[string]string {
	t.Helper()
	store, states := d.store(t), map[string]string{}
	for p := range badPartitions {
		err := store.Accounts(t.Context(), p, func(a detector.AccountState) error {
			_, next := binary.Varint(a.State[1:])
			_, since := binary.Varint(a.State[1+next:])
			states[a.ID] = string(a.State[:1]) + string(a.State[1+next+since:])
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return states
}

func differ(want, got map[string]string) error {
	if len(want) == 0 || len(want) != len(got) {
		return fmt.Errorf("%d accounts, want %d", len(got), len(want))
	}
	for id, state := range want {
		if got[id] != state {
			return fmt.Errorf("account %s: %x, want %x", id, got[id], state)
		}
	}
	return nil
}

// checkLetters compares the dead letters with the bad records.
func checkLetters(t *testing.T, d *deployment, bad map[place]signals.Reason) {
	t.Helper()
	found := map[place]bool{}
	for _, r := range d.records(t, d.name+".dead") {
		headers := map[string]string{}
		for _, h := range r.Headers {
			headers[h.Key] = string(h.Value)
		}
		partition, _ := strconv.Atoi(headers["firstsign-partition"])
		offset, _ := strconv.ParseInt(headers["firstsign-offset"], 10, 64)
		at := place{int32(partition), offset}
		if want := bad[at]; string(want) != headers["firstsign-reason"] || headers["firstsign-topic"] != d.name+".interactions" || found[at] {
			t.Errorf("a letter of %v says %v, want the reason %q, once", at, headers, want)
		}
		if cut := headers["firstsign-cut"]; (cut != "") != (bad[at] == signals.Oversized) {
			t.Errorf("a letter of %v (%s) is cut: %q", at, bad[at], cut)
		}
		found[at] = true
	}
	if len(found) != len(bad) || len(bad) != 10_000 {
		t.Errorf("%d letters of %d bad records, want 10,000", len(found), len(bad))
	}
}

// checkRepairs repairs what can be, replays it, and looks for it in the state.
func checkRepairs(t *testing.T, d *deployment, s *service, log *writtenLog, list []accounts.Account) {
	t.Helper()
	s.stop()
	for n := range newcomers {
		list = append(list, accounts.Account{ID: fmt.Sprintf("newcomer-%d", n), Name: "Newcomer", Grade: accounts.Ordinary})
	}
	d.write(t, "accounts.csv", accountsText(t, list))
	s = d.start(t)
	s.caughtUp(d, badPartitions)
	if n := d.repairedOf(t, list); len(n) != 0 {
		t.Fatalf("repaired before it was replayed: %v", n)
	}
	for _, reason := range repairs {
		out := d.program.run(t, "replay", "--config", d.dir, "--reason", string(reason))
		if !regexp.MustCompile(`^` + string(reason) + ` +357 put back, 0 were before`).MatchString(out) {
			t.Errorf("replay said %q", out)
		}
	}
	d.reach(t, d.ends(t, d.name+".interactions"))
	counted := d.repairedOf(t, list)
	for id, want := range log.repaired {
		if counted[id] != want {
			t.Errorf("%s: %d repaired records are counted, want %d", id, counted[id], want)
		}
	}

	// Again, with everything else: what was wrong is still wrong, what was taken
	// back stays so, and what was repaired is not put back a second time.
	before := d.states(t)
	out := d.program.run(t, "replay", "--config", d.dir)
	for _, reason := range repairs {
		if !regexp.MustCompile(`(?m)^` + string(reason) + ` +0 put back, 357 were before`).MatchString(out) {
			t.Errorf("replay said %q", out)
		}
	}
	d.reach(t, d.ends(t, d.name+".interactions"))
	if !equalCounts(counted, d.repairedOf(t, list)) {
		t.Error("a second replay changed the counts")
	}
	if err := differ(before, d.states(t)); err != nil {
		t.Errorf("a second replay changed the state: %v", err)
	}
	s.stop()
}

func equalCounts(a, b map[string]int) bool {
	for id, n := range a {
		if b[id] != n {
			return false
		}
	}
	return len(a) == len(b)
}

// repairedOf counts the repaired records in the state of each account.
func (d *deployment) repairedOf(t *testing.T, list []accounts.Account) map[string]int {
	t.Helper()
	store, rules, counts := d.store(t), d.config(t).Rules(), map[string]int{}
	for _, a := range list {
		found, err := app.Inspect(t.Context(), store, rules, a.ID, 0)
		if err != nil {
			continue // a newcomer of whom nothing is known yet
		}
		for _, series := range found.Series {
			if series.Signal != repairable {
				continue
			}
			for _, n := range series.Days {
				counts[a.ID] += int(n)
			}
		}
	}
	return counts
}

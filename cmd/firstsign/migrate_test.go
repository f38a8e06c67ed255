package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"
	"github.com/twmb/franz-go/pkg/kgo"

	"firstsign/alerting"
	alertredis "firstsign/alerting/redis"
	"firstsign/detector"
	"firstsign/detector/series"
	"firstsign/detector/worker"
	"firstsign/signals"
)

// A deployment moves to another number of partitions: every account is what it was, byte
// for byte, and so is every alert with its answers, also when the move was killed again
// and again. The one that moved and the one that stayed go on alike.
func TestMigrate(t *testing.T) {
	t.Parallel()
	t.Run("real", func(t *testing.T) {
		t.Parallel()
		testMigrate(t, realParts(t), shipped(t), 240, 200, 7)
	})
	t.Run("embedded", func(t *testing.T) {
		skipLong(t)
		t.Parallel()
		testMigrate(t, embeddedParts(t), instrumented, 60, 90, 3)
	})
}

func testMigrate(t *testing.T, p parts, binary program, accounts, days, partitions int) {
	zone, location := farFromMidnight(t)
	old := deploy(t, p, 4, map[string]string{"calendar.yaml": "timezone: " + zone + "\n"})
	old.program = binary
	old.removeAfter(t)
	old.signs(t)
	history := filepath.Join(t.TempDir(), "history.jsonl")
	old.program.run(t, "simulate", "--accounts", fmt.Sprint(accounts), "--days", fmt.Sprint(days), "--start", time.Now().In(location).AddDate(0, 0, -days).Format(time.DateOnly),
		"--time-zone", zone, "--declines", "0.4", "--story", "--events", history, "--accounts-out", filepath.Join(old.dir, "accounts.csv"))
	old.program.run(t, "load", "--config", old.dir, history)
	lines := linesOf(t, history)

	s := old.start(t)
	s.caughtUp(old, 4)
	old.answers(t)
	old.produce(t, warnings(t, lines, "early", 5), true)
	old.produce(t, [][]byte{[]byte(`{"account":"nobody","time":"once"}`)}, true)
	old.reach(t, old.ends(t, old.name+".interactions"))
	s.caughtUp(old, 4)

	moved := old.elsewhere(t, partitions)
	moved.signs(t)
	if said := moved.refuses(t, old); !strings.Contains(said, "stop the service first") {
		t.Errorf("while the service runs: %s", said)
	}
	s.stop()
	states, alerts := old.learned(t, 4), old.told(t)
	old.produce(t, warnings(t, lines, "ahead", 3), true)
	if len(alerts) < 10 || len(states) < accounts {
		t.Fatalf("%d alerts, %d accounts: that says little", len(alerts), len(states))
	}

	if moved.moved(t) {
		t.Error("it has moved before it was moved")
	}
	t.Log(old.moveTo(t, moved))
	if !moved.moved(t) {
		t.Error("the new state is not there, or still held")
	}
	same(t, "accounts", moved.learned(t, partitions), states)
	same(t, "alerts", moved.told(t), alerts)
	same(t, "lines of the topic of alerts", moved.published(t), old.published(t))
	if said := moved.refuses(t, old); !strings.Contains(said, "not empty") {
		t.Errorf("once more: %s", said)
	}

	// What had not been read and what comes now is found by both.
	late := warnings(t, lines, "late", 7)
	for _, d := range []*deployment{old, moved} {
		d.produce(t, late, true)
		s := d.start(t)
		d.reach(t, d.ends(t, d.name+".interactions"))
		s.caughtUp(d, map[*deployment]int{old: 4, moved: partitions}[d])
		s.stop()
	}
	same(t, "alerts after all", moved.outline(t), old.outline(t))
	after := len(old.outline(t))
	t.Logf("%d accounts and %d alerts on 4 and on %d partitions, then %d alerts", len(states), len(alerts), partitions, after)
	if after <= len(alerts) {
		t.Error("nothing was found after the move")
	}
}

// signs has the deployment sign what it writes.
func (d *deployment) signs(t *testing.T) {
	t.Helper()
	d.write(t, "control.keys", strings.Repeat("k", 40)+"\n")
	d.write(t, "service.yaml", contentOf(t, filepath.Join(d.dir, "service.yaml"))+"control: {keys_file: control.keys}\n")
}

// answers some alerts, each in another way.
func (d *deployment) answers(t *testing.T) {
	t.Helper()
	var open []string
	for id, doc := range d.told(t) {
		if strings.Contains(doc, `"state":"open"`) && !strings.HasPrefix(id, "feed:") && !strings.HasSuffix(id, "-care") {
			open = append(open, id)
		}
	}
	slices.Sort(open)
	if len(open) < 4 {
		t.Fatalf("%d open alerts: that says little", len(open))
	}
	for i, args := range [][]string{{"ack"}, {"snooze", "--days", "3"}, {"feedback", "false"}, {"feedback", "expected"}} {
		d.program.run(t, slices.Concat([]string{"alerts", args[0], "--config", d.dir, open[i]}, args[1:])...)
	}
}

// warnings are ultimatums of the accounts of some lines, written now.
func warnings(t *testing.T, lines [][]byte, name string, n int) (records [][]byte) {
	t.Helper()
	for i := range n {
		var in struct{ Account string }
		if err := json.Unmarshal(lines[len(lines)-1-10*i-len(name)], &in); err != nil {
			t.Fatal(err)
		}
		records = append(records, fmt.Appendf(nil, `{"time":%q,"account":%q,"signal":"ultimatum","id":"%s-%d"}`, time.Now().Format(time.RFC3339), in.Account, name, i))
	}
	return records
}

// moveTo runs migrate, kills it again and again, and returns what the last run says.
func (d *deployment) moveTo(t *testing.T, to *deployment) string {
	t.Helper()
	killed, tried := 0, false
	patience := 100 * time.Millisecond
	if d.program == instrumented { // it is several times as slow
		patience = time.Second
	}
	for ; ; patience += patience / 2 {
		var said strings.Builder
		cmd := exec.Command(string(d.program), "migrate", "--config", d.dir, "--to", to.dir)
		cmd.Stdout, cmd.Stderr = &said, &said
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		timer := time.AfterFunc(patience, func() { _ = cmd.Process.Kill() })
		err := cmd.Wait()
		timer.Stop()
		if err == nil {
			t.Logf("migrate was killed %d times", killed)
			return said.String()
		}
		if status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); !ok || !status.Signaled() {
			if killed > 0 && to.moved(t) && strings.Contains(said.String(), "if a migrate to them has ended") {
				t.Logf("migrate was killed %d times, the last time when it had ended", killed)
				return said.String()
			}
			t.Fatalf("migrate: %v: %s", err, &said)
		}
		killed++
		if held, err := to.store(t).Held(t.Context()); err == nil && held != "" && !tried {
			tried = true // a service that is started too early does nothing
			s := to.start(t)
			s.tells("group", "migrate has not ended")
			s.stop()
		}
	}
}

// moved tells whether every partition has a state, and nobody holds it: the last that migrate does.
func (d *deployment) moved(t *testing.T) bool {
	t.Helper()
	store := d.store(t)
	held, err := store.Held(t.Context())
	for p, n := 0, 1; err == nil && p < n; p++ {
		var of worker.Identity
		if of, _, err = store.Inspect(t.Context(), p); of.Topic != d.name+".interactions" {
			return false
		}
		n = of.Partitions
	}
	return err == nil && held == ""
}

// refuses is what migrate says that does nothing.
func (d *deployment) refuses(t *testing.T, from *deployment) string {
	t.Helper()
	out, err := exec.Command(string(d.program), "migrate", "--config", from.dir, "--to", d.dir).CombinedOutput()
	if exit := (*exec.ExitError)(nil); !errors.As(err, &exit) {
		t.Errorf("migrate: %v", err)
	}
	return string(out)
}

// learned are the states of the accounts, without the offsets of the log that they are of.
func (d *deployment) learned(t *testing.T, partitions int) map[string]string {
	t.Helper()
	states, store := map[string]string{}, d.store(t)
	for p := range partitions {
		err := store.Accounts(t.Context(), p, func(a detector.AccountState) error {
			r := series.Reader{Rest: a.State}
			r.Version()
			r.Int()
			r.Int()
			if signals.PartitionOf([]byte(a.ID), partitions) != p {
				t.Errorf("%s is in partition %d", a.ID, p)
			}
			states[a.ID] = string(r.Rest)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return states
}

// told are the alerts as they are stored, but for how often and by which partition they
// were written.
func (d *deployment) told(t *testing.T) map[string]string {
	t.Helper()
	client := goredis.NewClient(&goredis.Options{Addr: d.redis})
	defer client.Close()
	list, err := alertredis.New(client, d.name).List(t.Context(), alerting.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	docs := map[string]string{}
	for _, a := range list {
		a.Version = 0
		for i := range a.History {
			a.History[i].Partition = 0
		}
		b, err := json.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		docs[a.ID] = string(b)
	}
	return docs
}

// outline is what happened to each alert and who answered what, without the figures,
// which another portfolio makes others.
func (d *deployment) outline(t *testing.T) map[string]string {
	t.Helper()
	lines := map[string]string{}
	for id, doc := range d.told(t) {
		var a alerting.Alert
		if err := json.Unmarshal([]byte(doc), &a); err != nil {
			t.Fatal(err)
		}
		lines[id] = fmt.Sprint(a.State, a.Label)
		for _, e := range a.History {
			lines[id] += fmt.Sprint(" ", e.Kind, e.By)
		}
	}
	return lines
}

// published are the lines of the topic of alerts, with their time and whether they are
// signed.
func (d *deployment) published(t *testing.T) map[string]string {
	t.Helper()
	lines := map[string]string{}
	for _, r := range d.records(t, d.name+".alerts") {
		signed := slices.ContainsFunc(r.Headers, func(h kgo.RecordHeader) bool { return h.Key == signals.SignatureHeader })
		lines[string(r.Value)] = fmt.Sprint(string(r.Key), r.Timestamp.UnixMilli(), signed)
	}
	return lines
}

// same fails unless two maps hold the same.
func same(t *testing.T, what string, got, want map[string]string) {
	t.Helper()
	missing, other := 0, 0
	for name, w := range want {
		g, ok := got[name]
		switch {
		case !ok:
			missing++
			t.Logf("%s: %s is missing", what, name)
		case g != w:
			other++
			t.Logf("%s: %s is\n%.1500q, want\n%.1500q", what, name, g, w)
		}
	}
	if missing+other > 0 || len(got) != len(want) {
		t.Errorf("%s: %d, want %d; %d are missing and %d are others", what, len(got), len(want), missing, other)
	}
}

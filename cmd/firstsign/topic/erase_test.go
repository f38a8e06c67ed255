package topic

import (
	"slices"
	"strings"
	"testing"
	"time"

	"firstsign/accounts"
	"firstsign/backtest/simulate"
	"firstsign/signals"
	"firstsign/signals/decode"
	"firstsign/signals/history"
	"firstsign/signals/kafka"
)

// erasures are the erase records of a topic, by partition.
func erasures(t *testing.T, client *kafka.Client) map[int][]signals.Control {
	t.Helper()
	all := map[int][]signals.Control{}
	for id := range 3 {
		p := client.Partition(id)
		r, err := NewReader(t.Context(), p)
		if err != nil {
			t.Fatal(err)
		}
		for {
			rec, err := r.Record(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if rec == nil {
				break
			}
			if c, control, bad := decode.Control(rec); control && bad == nil && c.Kind == signals.Erase {
				all[id] = append(all[id], c)
			}
		}
		p.Close()
	}
	return all
}

// The record goes to the partition of the account, or to all; with a key it
// holds no id either.
func TestErase(t *testing.T) {
	client, cfg := loadTopic(t)
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	if n, err := Erase(t.Context(), client, cfg, "acme", "li-wei", at); err != nil || n != 1 {
		t.Fatal(n, err)
	}
	want := signals.Control{Kind: signals.Erase, Time: at.UnixNano(), Account: "acme", Contact: "li-wei"}
	if got := erasures(t, client); len(got) != 1 || len(got[signals.PartitionOf([]byte("acme"), 3)]) != 1 || got[signals.PartitionOf([]byte("acme"), 3)][0] != want {
		t.Errorf("%+v", got)
	}
	cfg.Pseudonyms = signals.NewPseudonyms([]byte("key"))
	if n, err := Erase(t.Context(), client, cfg, "", "li-wei", at); err != nil || n != 3 {
		t.Fatal(n, err)
	}
	for p, list := range erasures(t, client) {
		if last := list[len(list)-1]; last.Contact != cfg.Pseudonyms.Of("li-wei") || last.Account != "" {
			t.Errorf("partition %d: %+v", p, last)
		}
	}
}

// What was learned under a former id is a state of its own, and what comes again under it
// is of the account: whichever id is named, the person is gone from all of them.
func TestEraseUnderFormerIDs(t *testing.T) {
	client, cfg := loadTopic(t)
	former := &accounts.Builder{}
	former.ReadAliases([]byte("old,new\nK-17,acme\n0017,acme\n"), "aliases.csv")
	cfg.FormerIDs = former.Aliases()
	for _, id := range []string{"acme", "K-17"} {
		before := erasures(t, client)
		if n, err := Erase(t.Context(), client, cfg, id, "li-wei", time.Now()); err != nil || n != 3 {
			t.Fatal(n, err)
		}
		for _, name := range []string{"acme", "K-17", "0017"} {
			p := signals.PartitionOf([]byte(name), 3)
			told := slices.ContainsFunc(erasures(t, client)[p][len(before[p]):], func(c signals.Control) bool { return c.Account == name })
			if !told {
				t.Errorf("erased of %s: %s is not told", id, name)
			}
		}
	}
}

// What was refused before the person was erased does not bring the person back, wherever
// it was refused; what came later is of a new person.
func TestErasuresForget(t *testing.T) {
	client, cfg := loadTopic(t)
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	home := signals.PartitionOf([]byte("acme"), 3)
	for range 2 { // so that offset 0 is before it, and offset 2 after
		if _, err := client.Control(t.Context(), signals.Control{Kind: signals.Tick, Time: at.UnixNano(), Account: "acme"}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := Erase(t.Context(), client, cfg, "acme", "li-wei", at); err != nil {
		t.Fatal(err)
	}
	erasures, err := ReadErasures(t.Context(), client, cfg)
	if err != nil {
		t.Fatal(err)
	}
	letter := func(topic string, partition int, offset int64, after time.Duration) *kafka.DeadLetter {
		return &kafka.DeadLetter{Topic: topic, Partition: partition, Record: signals.Record{Offset: offset, Time: at.Add(after).UnixNano()}}
	}
	ours := cfg.Service.Kafka.Topic
	for name, c := range map[string]struct {
		of               *Erasures
		l                *kafka.DeadLetter
		account, contact string
		forgotten        bool
	}{
		"before":                       {erasures, letter(ours, home, 0, time.Hour), "acme", "li-wei", true},
		"after":                        {erasures, letter(ours, home, 3, -time.Hour), "acme", "li-wei", false},
		"on the wrong partition":       {erasures, letter(ours, (home+1)%3, 0, -time.Hour), "acme", "li-wei", true},
		"of a mapped topic":            {erasures, letter("crm", home, 9, -time.Hour), "acme", "li-wei", true},
		"of a mapped topic, after":     {erasures, letter("crm", home, 0, time.Hour), "acme", "li-wei", false},
		"of another account":           {erasures, letter(ours, home, 0, -time.Hour), "beta", "li-wei", false},
		"another person":               {erasures, letter(ours, home, 0, -time.Hour), "acme", "wang", false},
		"nobody":                       {erasures, letter(ours, home, 0, -time.Hour), "acme", "", false},
		"when nothing of it was asked": {nil, letter(ours, home, 0, -time.Hour), "acme", "li-wei", false},
	} {
		in := signals.Interaction{Account: []byte(c.account), Contact: []byte(c.contact), Text: []byte("said")}
		if got := c.of.Forget(c.l, &in); got != c.forgotten || got && (in.Contact != nil || in.Text != nil) {
			t.Errorf("%s: forgotten is %v, and %+v is left", name, got, in)
		}
	}
}

// With a key, what load writes names nobody.
func TestLoadUnderPseudonyms(t *testing.T) {
	plan := simulate.Plan{Seed: 4, Accounts: 12, Start: signals.Day(20454), Days: 10}
	client, cfg := loadTopic(t)
	simulation := simulate.New(plan)
	names := signals.NewPseudonyms([]byte("key"))
	first := signals.NewZone(cfg.Calendar.Location).Start(plan.Start)
	if err := load(t, client, cfg, first, history.Pseudonymized(simulation.History(), names)); err != nil {
		t.Fatal(err)
	}
	all := strings.Join(content(t, client), "\n")
	named := 0
	for _, a := range simulation.Accounts() {
		for _, c := range a.Contacts {
			if strings.Contains(all, `"contact":"`+c.ID+`"`) {
				t.Errorf("%s of %s is named", c.ID, a.ID)
			}
			named += strings.Count(all, names.Of(c.ID))
		}
	}
	if named == 0 {
		t.Error("nobody is in it at all")
	}
}

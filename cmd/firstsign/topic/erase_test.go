package topic

import (
	"strings"
	"testing"
	"time"

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

// With a key, what load writes names nobody.
func TestLoadUnderPseudonyms(t *testing.T) {
	plan := simulate.Plan{Seed: 4, Accounts: 12, Start: signals.Day(20454), Days: 10}
	client, cfg := loadTopic(t)
	simulation := simulate.New(plan)
	names := signals.NewPseudonyms([]byte("key"))
	first := signals.NewZone(cfg.Calendar.Location).Start(plan.Start)
	if err := Load(t.Context(), client, cfg, first, 0, history.Pseudonymized(simulation.History(), names), nil); err != nil {
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

package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

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
		r := reading{partition: p}
		var err error
		if r.next, r.end, err = p.Bounds(t.Context()); err != nil {
			t.Fatal(err)
		}
		for {
			rec, err := r.record(t.Context())
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
	if n, err := erase(t.Context(), client, cfg, "acme", "li-wei", at); err != nil || n != 1 {
		t.Fatal(n, err)
	}
	want := signals.Control{Kind: signals.Erase, Time: at.UnixNano(), Account: "acme", Contact: "li-wei"}
	if got := erasures(t, client); len(got) != 1 || len(got[signals.PartitionOf([]byte("acme"), 3)]) != 1 || got[signals.PartitionOf([]byte("acme"), 3)][0] != want {
		t.Errorf("%+v", got)
	}
	cfg.Pseudonyms = signals.NewPseudonyms([]byte("key"))
	if n, err := erase(t.Context(), client, cfg, "", "li-wei", at); err != nil || n != 3 {
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
	if err := loadHistory(t.Context(), client, cfg, first, history.Pseudonymized(simulation.History(), names), nil); err != nil {
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

// Whoever is erased is gone from the state and from alerts that are open, with
// pseudonyms as well: then neither ever held the id.
func TestErasedPersonIsForgotten(t *testing.T) {
	for name, privacy := range map[string]string{"by id": "", "by pseudonym": "privacy: {contact_key_file: key}\n"} {
		t.Run(name, func(t *testing.T) {
			d := deploy(t, embeddedParts(t), 1, map[string]string{
				"accounts.csv": "id,name,owner,grade,contacts\nacme,Acme,anna,key,li-wei=Li Wei\n", "key": strings.Repeat("k", 40),
			})
			service, err := os.ReadFile(filepath.Join(d.dir, "service.yaml"))
			if err != nil {
				t.Fatal(err)
			}
			d.write(t, "service.yaml", string(service)+privacy)
			d.ensureTopics(t)
			person := d.config(t).Pseudonyms.Of("li-wei")
			s := d.start(t)
			cl := d.client(t, kgo.DefaultProduceTopic(d.name+".interactions"))
			// Forwarded twice: a rule raises at once.
			for i, signal := range []string{"call", "forwarding", "forwarding"} {
				value := fmt.Sprintf(`{"time":%q,"account":"acme","signal":%q,"contact":"li-wei","id":"%d"}`, time.Now().UTC().Format(time.RFC3339), signal, i)
				if err := cl.ProduceSync(t.Context(), &kgo.Record{Key: []byte("acme"), Value: []byte(value)}).FirstErr(); err != nil {
					t.Fatal(err)
				}
			}
			told := func() string {
				_, state, _ := s.get("/api/v1/accounts/acme")
				return firstsign(t, "alerts", "list", "--config", d.dir, "--state", "all", "--json") + firstsign(t, "inspect", "--config", d.dir, "acme") + state
			}
			eventually(t, "the person is named", func() error {
				list := firstsign(t, "alerts", "list", "--config", d.dir, "--json")
				if !strings.Contains(list, fmt.Sprintf(`"contact": %q`, person)) {
					return errors.New(list)
				}
				return nil
			})
			if all := told(); privacy != "" && strings.Contains(all, "li-wei") || strings.Count(all, person) < 3 {
				t.Errorf("before: %s", all)
			}
			out := firstsign(t, "erase", "--config", d.dir, "--contact", "li-wei", "--account", "acme")
			if !strings.Contains(out, "account acme still lists the person") {
				t.Errorf("erase says %s", out)
			}
			eventually(t, "the person is forgotten", func() error {
				if all := told(); strings.Contains(all, `"`+person+`"`) {
					return errors.New(all)
				}
				return nil
			})
		})
	}
}

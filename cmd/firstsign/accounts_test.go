package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"firstsign/accounts"
	"firstsign/alerting/message"
	"firstsign/cmd/firstsign/app"
	"firstsign/cmd/firstsign/reading"
	"firstsign/config"
)

var update = flag.Bool("update", false, "write the golden files anew")

const example = "../../config/example"

// The example's portfolio tells a story; what is printed of it is kept.
func TestAccountsGrade(t *testing.T) {
	cfg, err := config.Load(example)
	if err != nil {
		t.Fatal(err)
	}
	history := filepath.Join(t.TempDir(), "history.jsonl")
	if err := os.WriteFile(history, exampleHistory(cfg.Accounts), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, events := range map[string]string{"grade": "", "grade-events": history, "grade-zh": history} {
		cfg.Routing.Language = message.English
		if name == "grade-zh" {
			cfg.Routing.Language = message.Chinese
		}
		c := gradeCommand{ConfigFlag: app.ConfigFlag{Config: example}, OptionalEvents: reading.OptionalEvents{Events: events}}
		p, err := c.read(t.Context(), cfg)
		if err != nil {
			t.Fatal(err)
		}
		var text bytes.Buffer
		if err := p.WriteText(&text); err != nil {
			t.Fatal(err)
		}
		golden(t, name+".txt", text.Bytes())
		if name == "grade-zh" {
			continue
		}
		asJSON, err := json.MarshalIndent(p, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		golden(t, name+".json", append(asJSON, '\n'))
	}
}

// golden compares with a kept file.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", "accounts", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("%s: got\n%s\nwant\n%s", name, got, want)
	}
}

// exampleHistory is four months of the example's accounts: key persons call
// twice a week, others twice a month, and everybody with a key person is visited
// once a week. But Lanhai Shipping is forgotten by us in the last two months, and
// of three accounts only key persons are in touch.
func exampleHistory(d *accounts.Directory) []byte {
	var out bytes.Buffer
	start := time.Date(2026, 3, 2, 9, 0, 0, 0, time.FixedZone("", 8*3600))
	const days = 119
	event := func(day, minute int, account, signal, contact, direction string) {
		at := start.AddDate(0, 0, day).Add(time.Duration(minute) * time.Minute).Format(time.RFC3339)
		fmt.Fprintf(&out, `{"time":%q,"account":%q,"signal":%q,"contact":%q,"source":"crm","attributes":{"direction":%q}}`+"\n", at, account, signal, contact, direction)
	}
	for day := range days {
		if day%7 > 4 {
			continue // weekends
		}
		i := 0
		for a := range d.All() {
			i++
			for k, c := range a.Contacts {
				often := 3
				if !c.Key {
					often = 11
				}
				if (day+i+2*k)%often == 0 && (c.Key || !slices.Contains([]string{"donghai-chem", "globex", "acme"}, a.ID)) {
					event(day, i, a.ID, "call", c.ID, "inbound")
				}
			}
			if key := a.KeyPerson(); key != nil && day%7 == i%5 && (a.ID != "lanhai-shipping" || day < 60) {
				event(day, 100+i, a.ID, "visit", key.ID, "outbound")
			}
		}
	}
	return out.Bytes()
}

// An account that has become quiet is listed as such, and no other.
func TestAccountsGradeListsTheDormant(t *testing.T) {
	cfg, err := config.Load(example)
	if err != nil {
		t.Fatal(err)
	}
	var events bytes.Buffer
	events.WriteString("time,account,signal\n")
	start := time.Date(2025, 1, 1, 10, 0, 0, 0, time.UTC)
	for day := range 400 {
		for _, id := range []string{"acme", "globex", "donghai-chem", "huaxin-logistics"} {
			if id != "acme" || day < 150 || day%35 == 0 {
				fmt.Fprintf(&events, "%s,%s,call\n", start.AddDate(0, 0, day).Format(time.RFC3339), id)
			}
		}
	}
	history := filepath.Join(t.TempDir(), "history.csv")
	if err := os.WriteFile(history, events.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	c := gradeCommand{ConfigFlag: app.ConfigFlag{Config: example}, OptionalEvents: reading.OptionalEvents{Events: history}}
	p, err := c.read(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	if got := p.Seen.Dormant; !slices.Equal(got, []string{"acme"}) {
		t.Errorf("dormant: %q", got)
	}
	var text bytes.Buffer
	if err := p.WriteText(&text); err != nil || !strings.Contains(text.String(), "(1)\n  acme ") {
		t.Errorf("%v\n%s", err, &text)
	}
}

// --write gives the sheet back with other grades, and nothing else changed.
func TestAccountsGradeWrites(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(example)); err != nil {
		t.Fatal(err)
	}
	sheet := filepath.Join(dir, "accounts.csv")
	c := gradeCommand{ConfigFlag: app.ConfigFlag{Config: dir}, Write: filepath.Join(dir, "new.csv~")}
	if err := c.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	old, err := os.ReadFile(sheet)
	if err != nil {
		t.Fatal(err)
	}
	next, err := os.ReadFile(c.Write)
	if err != nil {
		t.Fatal(err)
	}
	before, after := strings.Split(string(old), "\n"), strings.Split(string(next), "\n")
	if len(before) != len(after) {
		t.Fatalf("%d lines became %d", len(before), len(after))
	}
	changed, grade := 0, slices.Index(strings.Split(before[0], ","), "grade")
	for i := range before {
		if before[i] == after[i] {
			continue
		}
		changed++
		x, y := strings.Split(before[i], ","), strings.Split(after[i], ",")
		for k := range x {
			if k != grade && x[k] != y[k] {
				t.Errorf("line %d: %q became %q", i+1, x[k], y[k])
			}
		}
	}
	if changed != 8 {
		t.Errorf("%d lines changed, want the 8 accounts that the example tells of", changed)
	}
	if err := os.Rename(c.Write, sheet); err != nil {
		t.Fatal(err)
	}
	cfg, err := config.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range cfg.Grading.Assess(cfg.Accounts) {
		if a.Moved() {
			t.Errorf("%+v moves again", a)
		}
	}
}

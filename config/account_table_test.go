package config

import (
	"bytes"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"firstsign/accounts"
)

// What is published is read again as it was, whatever is known.
func TestAccountRecord(t *testing.T) {
	d, err := readAccounts([]byte(fullAccount+"  - {id: \"007\"}\n  - {id: 'a\"b', name: '\U00020BB7野家', margin: -1.5, contacts: {x: {name: 42}}}\n"), "accounts.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for a := range d.All() {
		record := AccountRecord(a)
		got, err := readAccount([]byte(a.ID), record, "record")
		if err != nil {
			t.Fatalf("%s: %v", record, err)
		}
		if again := accounts.NewDirectory([]accounts.Account{got}); !reflect.DeepEqual(again.Get(a.ID), a) {
			t.Errorf("%s is read as\n%+v\nand was\n%+v", record, again.Get(a.ID), a)
		}
	}
	const want = `{"id":"hengda","name":"恒达钢铁","industry":"钢铁","owner":"wang","stand_in":"chen","project_manager":"wu","expert":"lin","superior":"zhao","team":"east","grade":"key",` +
		`"potential":12000000,"sales":4800000,"sales_before":4000000,"margin":1200000,"cost_to_serve":300000,"complaints":2,"renewal":"2026-03-31",` +
		`"rank":"strategic","stage":"招标","proposals":1,"contacts":{"li-wei":{"name":"李伟","key":true},"wu":{"name":"wu","role":"technical_screener","key":false},` +
		`"zhang":{"name":"张敏","role":"purchaser","power":3,"stance":"leaning","key":true}}}`
	if got := string(AccountRecord(d.Get("hengda"))); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := string(AccountRecord(d.Get("007"))); got != `{"id":"007","name":"007"}` {
		t.Errorf("who has no grade in the file has %s", got)
	}
}

// What other programs write: escapes, nulls, numbers as text, and no id.
func TestAccountRecordOfOthers(t *testing.T) {
	got, err := readAccount([]byte("acme"), []byte(`{"name":"\u6052\u8fbe \ud842\udfb7","owner":null,"potential":1.25e6,"sales":"30万","renewal":"2026/3/31","contacts":{"li":"Li","wu":{"power":4,"key":false}}}`), "r")
	if err != nil {
		t.Fatal(err)
	}
	if got.ID != "acme" || got.Name != "恒达 𠮷" || got.Owner != "" || got.Potential != 1.25e6 || got.Sales != 3e5 || len(got.Contacts) != 2 || got.Renewal.Month() != 3 {
		t.Errorf("got %+v", got)
	}
	for text, want := range map[string]string{
		``:                         `r: not JSON: it ends too early`,
		`{"id":"acme"`:             `r: not JSON: it ends too early`,
		`{"id":"acme"} {}`:         `r: not JSON: there is more behind the value`,
		`[]`:                       `r: want a mapping (key: value), got a list`,
		`{"id":"beta"}`:            `r: id "beta" is not the record's key "acme"`,
		`{"ower":"x"}`:             `r: unknown key "ower" (did you mean "owner"?)`,
		`{"grade":"kye"}`:          `r: grade "kye" is none of key, potential, ordinary, marginal, problem (did you mean "key"?)`,
		`{"owner":"a","owner":""}`: `r: key "owner" is already on line 0`,
		strings.Repeat("[", 1000):  `r: not JSON: it is nested too deeply`,
	} {
		if _, err := readAccount([]byte("acme"), []byte(text), "r"); err == nil || err.Error() != want {
			t.Errorf("%.40s: got %v, want %s", text, err, want)
		}
	}
}

// A record that cannot be read is counted and told of, and leaves the account
// as it was.
func TestAccountTable(t *testing.T) {
	var log strings.Builder
	var now *accounts.Directory
	m := NewMetrics(prometheus.NewRegistry())
	r := &AccountTable{Topic: "firstsign.accounts", Log: slog.New(slog.NewTextHandler(&log, nil)), Metrics: m, Changed: func(d *accounts.Directory) { now = d }}
	put := func(offset int64, key, value string) { r.Put([]byte(key), []byte(value), 2, offset) }
	settled := func(want string) {
		t.Helper()
		r.Settled()
		var got []string
		for a := range now.All() {
			got = append(got, a.ID+" of "+a.Owner)
		}
		if strings.Join(got, ", ") != want {
			t.Errorf("got %v, want %s", got, want)
		}
	}
	if r.Settled(); now != nil || !strings.Contains(log.String(), "accounts publish") {
		t.Errorf("an empty topic gives %v; log: %s", now, log.String())
	}
	put(0, "acme", `{"owner":"li"}`)
	put(1, "beta", `{"owner":"wang"}`)
	settled("acme of li, beta of wang")
	put(2, "acme", `{"owner":"chen","grade":"kye"}`)
	put(3, "", `{}`)
	settled("acme of li, beta of wang")
	if !strings.Contains(log.String(), "offset=2") || !strings.Contains(log.String(), "firstsign.accounts/2@2: grade") {
		t.Error(log.String())
	}
	put(4, "acme", `{"owner":"chen"}`)
	r.Put([]byte("beta"), nil, 2, 5)
	settled("acme of chen")
	got := fmt.Sprint(testutil.ToFloat64(m.accounts.WithLabelValues("taken")), testutil.ToFloat64(m.accounts.WithLabelValues("refused")), testutil.ToFloat64(m.accounts.WithLabelValues("removed")))
	if got != "3 2 1" {
		t.Errorf("counted %s", got)
	}
	r.Clear()
	put(0, "gamma", `{}`)
	settled("gamma of ")
}

// Accounts of a topic are graded and handed on as those of files are, and stay
// when the files change.
func TestWatchTopicOfAccounts(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, sound)
	write(t, dir, map[string]string{
		serviceFile: strings.Replace(sound[serviceFile], "kafka:", "kafka:\n  accounts: firstsign.accounts", 1) + "privacy: {contact_key_file: secret}\n",
		"secret":    strings.Repeat("k", 32),
	})
	start := load(t, dir)
	if start.Service.Kafka.Accounts != "firstsign.accounts" {
		t.Fatalf("%+v", start.Service.Kafka)
	}
	var lists chan *accounts.Directory // of the bubble
	open := func(w *Watcher) {
		lists = make(chan *accounts.Directory)
		w.Accounts = lists
	}
	watchWith(t, dir, start, open, func(w *watched) {
		lists <- accounts.NewDirectory([]accounts.Account{{ID: "acme", Grade: accounts.Marginal, Potential: 200, Sales: 100, Contacts: []accounts.Contact{{ID: "li"}}}})
		synctest.Wait()
		w.expect(1, 1, 0)
		if got := w.changes[0].Accounts.Get("acme").Grade; got != accounts.Marginal {
			t.Errorf("acme is %s, and there is no grading.yaml", got)
		}
		w.write(gradingFile, "potential: 100\n")
		w.looks(2)
		w.expect(2, 1, 0)
		if got := w.changes[1].Accounts.Get("acme").Grade; got != accounts.Key {
			t.Errorf("acme is %s", got)
		}
		if got := w.changes[1].Accounts.Get("acme").Contacts[0].ID; got != w.start.Pseudonyms.Of("li") {
			t.Errorf("li is %s", got)
		}
		w.write(accountsCSVFile, "id\nbeta\n")
		w.looks(2)
		w.expect(2, 0, 0)
		if !strings.Contains(w.log.String(), "there is a file of accounts as well") {
			t.Error(w.log.String())
		}
	})
}

// FuzzReadAccount: whatever a record holds, it is an account of its key, or
// refused in words; and an account says the same when it is published again.
func FuzzReadAccount(f *testing.F) {
	for _, text := range []string{`{}`, `{"id":"acme","sales":1e3,"contacts":{"li":"Li","wu":{"power":3}}}`, `{"contacts":null,"proposals":"x"}`, `[1,{"a":[]}]`, `{"margin":-0}`} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		a, err := readAccount([]byte("acme"), text, "r")
		if err != nil {
			if err.Error() == "" {
				t.Fatal("refused without a word")
			}
			return
		}
		d := accounts.NewDirectory([]accounts.Account{a})
		record := AccountRecord(d.Get("acme"))
		again, err := readAccount([]byte("acme"), record, "r")
		if err != nil || !bytes.Equal(AccountRecord(accounts.NewDirectory([]accounts.Account{again}).Get("acme")), record) {
			t.Fatalf("%s is not read as it was written: %v", record, err)
		}
	})
}

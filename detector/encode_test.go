package detector

import (
	"bytes"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"firstsign/accounts"
	"firstsign/detector/idchange"
	"firstsign/detector/series"
	"firstsign/signals"
)

var update = flag.Bool("update", false, "write the golden files anew")

// storied is an engine with something in every field of its state.
func storied(t testing.TB) *Engine {
	rules := testRules()
	rules.Signals[0].PerContact = true
	rules.Patterns = []Pattern{{Name: "转移", Signal: "forwarding", Days: 28}}
	rules.Accounts = accounts.NewDirectory([]accounts.Account{{ID: "acme", Grade: accounts.Key, Owner: "王芳", Rank: accounts.Partner, Contacts: []accounts.Contact{{ID: "李伟", Key: true, Stance: accounts.Supporter}}}, {ID: "shop"}})
	rules.Signals = append(rules.Signals, series.Signal{Name: "complaint", Kind: series.Event}, series.Signal{Name: "complaint_resolved", Side: series.Ours})
	rules.Care = Care{Visits: []string{"visit"}, Owed: map[accounts.Grade]Owed{accounts.Key: {Visits: 3, Contacts: 84}}}
	rng := rand.New(rand.NewPCG(9, 9))
	var l written
	l.tick(at(0, 0))
	for d := range 140 {
		if d < 120 {
			l.event(at(d, 9), "acme", "call", "contact", "李伟", "source", "pbx")
		}
		l.event(at(d, 10), "shop", "mail", "direction", []string{"inbound", "outbound"}[d%2])
		l.event(at(d, 10), "acme", "visit", "id", string(rune('a'+d%26)))
		l.value(at(d, 11), "shop", "mood", rng.Float64()*2-1)
		l.value(at(d, 12), "shop", "spend", float64(rng.IntN(100000))/100)
		switch d {
		case 5:
			l.event(at(d, 13), "acme", "complaint_resolved")
		case 6:
			l.event(at(d, 13), "shop", "complaint")
		}
		if d == 130 {
			l.event(at(d, 13), "shop", "forwarding", "source", "pbx")
			l.feedback(d, "shop", "shop-2026-01-01", signals.FalseAlarm)
		}
		l.control(signals.Control{Kind: signals.Heartbeat, Time: at(d, 14).UnixNano(), Source: "crm"})
		l.tick(at(d+1, 0))
	}
	e := NewEngine(0, 1, rules)
	if rejects := applied(e, &l); len(rejects) > 0 {
		t.Fatal(rejects)
	}
	e.SkipLost(e.Next())
	w := &series.Writer{}
	w.Uint(1)
	w.Text("erp")
	w.Day(dayN(120))
	e.sources.DecodeAnswers(&series.Reader{Rest: w.Bytes})
	e.strangers.Note([]byte("K-17"))
	e.summary.ids = idchange.Change{Day: dayN(133), Ended: 12, Began: 11, Unlisted: 1, Held: 10}
	return e
}

// encodings are every kind of encoding of an engine, by name.
func encodings(e *Engine) map[string][]byte {
	few := *e
	few.dayCloses = e.dayCloses[:2]
	of := map[string][]byte{"log": e.encodeLog(), "closings": few.dayCloses.encode()}
	for _, a := range e.accounts {
		w := &series.Writer{}
		e.yardstick.Encode(w, a)
		of[a.ID] = w.Bytes
	}
	return of
}

// The golden file holds states as this version writes them. They are read
// and written again: when that changes a byte, a new version is needed and a
// decoder of the old.
func TestGoldenState(t *testing.T) {
	path := filepath.Join("testdata", fmt.Sprintf("state-%d.golden", series.StateVersion))
	e := storied(t)
	if *update {
		var b []byte
		for _, name := range []string{"acme", "shop", "log", "closings"} {
			b = fmt.Appendf(b, "%s %x\n", name, encodings(e)[name])
		}
		os.MkdirAll("testdata", 0o755)
		os.WriteFile(path, b, 0o644)
	}
	golden, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	fresh := NewEngine(0, 1, e.rules)
	for line := range strings.Lines(string(golden)) {
		name, text, _ := strings.Cut(strings.TrimSpace(line), " ")
		want, err := hex.DecodeString(text)
		if err != nil {
			t.Fatal(err)
		}
		var got []byte
		switch name {
		case "log":
			err = fresh.decodeLog(want)
			got = fresh.encodeLog()
		case "closings":
			err = fresh.dayCloses.decode(want, 0)
			got = fresh.dayCloses.encode()
		default:
			if err = fresh.RestoreAccount(AccountState{ID: name, State: want}); err != nil {
				t.Fatal(err)
			}
			w := &series.Writer{}
			fresh.yardstick.Encode(w, fresh.index.of(name))
			got = w.Bytes
		}
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s: %v\nread   %x\nwritten %x", name, err, want, got)
		}
	}
	if a := fresh.index.of("acme"); a == nil || a.First != dayN(0) || a.Closed != dayN(139) || len(a.Series) != 4 || a.KeyContact(1) != "李伟" || a.Tended().Neglected == 0 {
		t.Errorf("acme: %+v", a)
	}
	if a := fresh.index.of("shop"); a == nil || a.Tended().Waiting != dayN(6) {
		t.Errorf("shop: %+v", a)
	}
}

// What is read back is written the same.
func TestStateRoundTrip(t *testing.T) {
	e := storied(t)
	fresh := NewEngine(0, 1, e.rules)
	if err := fresh.decodeLog(e.encodeLog()); err != nil {
		t.Fatal(err)
	}
	if err := fresh.dayCloses.decode(e.dayCloses.encode(), 0); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(fresh.dayCloses.encode(), e.dayCloses.encode()) || !bytes.Equal(fresh.encodeLog(), e.encodeLog()) {
		t.Error("log or day closes differ")
	}
	for _, a := range e.accounts {
		w, v := &series.Writer{}, &series.Writer{}
		e.yardstick.Encode(w, a)
		for range 2 { // a store may give an account twice
			if err := fresh.RestoreAccount(AccountState{ID: a.ID, State: w.Bytes}); err != nil {
				t.Fatal(err)
			}
		}
		if fresh.yardstick.Encode(v, fresh.index.of(a.ID)); !bytes.Equal(w.Bytes, v.Bytes) {
			t.Errorf("%s differs", a.ID)
		}
	}
	if a, b := e.Stats(), fresh.Stats(); a.Accounts != b.Accounts || a.Series != b.Series || a.EpisodesOpen != b.EpisodesOpen || a.Dormant != b.Dormant {
		t.Errorf("stats %+v, read back %+v", a, b)
	}
}

// Other rules read the state of before: what they do not know is dropped.
func TestStateSurvivesRules(t *testing.T) {
	e := storied(t)
	rules := testRules()
	rules.Signals = []series.Signal{{Name: "mood", Kind: series.Score}, {Name: "spend", Kind: series.Count}, {Name: "new"}}
	fresh := NewEngine(0, 1, rules)
	w := &series.Writer{}
	e.yardstick.Encode(w, e.index.of("shop"))
	if err := fresh.RestoreAccount(AccountState{ID: "shop", State: w.Bytes}); err != nil {
		t.Fatal(err)
	}
	a := fresh.index.of("shop")
	if len(a.Series) != 1 || fresh.signals.Rules[a.Series[0].Key.Signal].Name != "mood" {
		t.Errorf("series %+v", a.Series)
	}
	// The same at a day's close.
	e.SetRules(rules)
	if len(e.index.of("shop").Series) < 3 {
		t.Error("dropped before the close")
	}
	e.Apply(tickAt(e.Next(), at(141, 0)))
	if n := len(e.index.of("shop").Series); n != 1 {
		t.Errorf("%d series after the close", n)
	}
}

func TestUnknownVersion(t *testing.T) {
	e := NewEngine(0, 1, testRules())
	if err := e.RestoreAccount(AccountState{ID: "a", State: []byte{99}}); !errors.Is(err, series.ErrState) {
		t.Errorf("%v", err)
	}
}

func FuzzDecodeState(f *testing.F) {
	e := storied(f)
	for _, b := range encodings(e) {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		fresh := NewEngine(0, 1, e.rules)
		if fresh.RestoreAccount(AccountState{ID: "a", State: b}) == nil {
			fresh.Apply(tickAt(0, at(200, 0)))
			fresh.Apply(tickAt(1, at(202, 0))) // a state that was accepted can be judged
			fresh.Inspect("a", 0)
			w, v := &series.Writer{}, &series.Writer{}
			fresh.yardstick.Encode(w, fresh.index.of("a"))
			again := NewEngine(0, 1, e.rules)
			if err := again.RestoreAccount(AccountState{ID: "a", State: w.Bytes}); err != nil {
				t.Fatal(err)
			}
			if again.yardstick.Encode(v, again.index.of("a")); !bytes.Equal(w.Bytes, v.Bytes) {
				t.Fatal("not the same when read back")
			}
		}
		fresh = NewEngine(0, 1, e.rules)
		if fresh.decodeLog(b) == nil {
			fresh.encodeLog()
		}
		_ = fresh.dayCloses.decode(b, 0)
	})
}

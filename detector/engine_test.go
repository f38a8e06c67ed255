package detector

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"firstsign/accounts"
	"firstsign/detector/finding"
	"firstsign/detector/series"
	"firstsign/signals"
)

// The tests write a log record by record and read the findings of the engine.

// written is a log being written, from 2026-01-05, a Monday.
type written struct {
	records []signals.Record
	lag     time.Duration // of the log's own timestamp behind the event's
}

var monday = time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)

// at is a time of day n.
func at(n int, hour float64) time.Time {
	return monday.AddDate(0, 0, n).Add(time.Duration(hour * float64(time.Hour)))
}

// dayN is the calendar day n.
func dayN(n int) signals.Day { return signals.Day(monday.Unix()/86400) + signals.Day(n) }

func (l *written) add(r signals.Record) {
	r.Offset = int64(len(l.records))
	l.records = append(l.records, r)
}

func (l *written) event(t time.Time, account, signal string, more ...string) {
	l.value(t, account, signal, 1, more...)
}

// value appends an interaction; more are pairs of field and value.
func (l *written) value(t time.Time, account, signal string, v float64, more ...string) {
	in := signals.Interaction{Time: t.UnixNano(), Account: []byte(account), Signal: []byte(signal), Value: v}
	for i := 0; i < len(more); i += 2 {
		switch value := []byte(more[i+1]); more[i] {
		case "id":
			in.ID = value
		case "source":
			in.Source = value
		case "contact":
			in.Contact = value
		case "text":
			in.Text = value
		default:
			in.Attributes = append(in.Attributes, signals.Attribute{Key: []byte(more[i]), Value: value})
		}
	}
	l.add(signals.Record{Time: t.Add(l.lag).UnixNano(), Key: []byte(account), Value: signals.Append(nil, &in)})
}

func (l *written) control(c signals.Control) {
	value, headers := c.Record()
	l.add(signals.Record{Time: c.Time, Value: value, Headers: headers})
}

func (l *written) tick(t time.Time) {
	l.control(signals.Control{Kind: signals.Tick, Time: t.UnixNano()})
}

// testRules has one signal of each kind.
func testRules() *Rules {
	return &Rules{
		Signals: []series.Signal{
			{Name: "call"}, {Name: "visit", Side: series.Ours}, {Name: "mail", Side: series.ByDirection},
			{Name: "mood", Kind: series.Score}, {Name: "forwarding", Kind: series.Event}, {Name: "spend", Kind: series.Amount},
		},
		Location: time.UTC, Hash: "test",
	}
}

// run applies a log to a fresh engine and fails on rejects.
func run(t testing.TB, rules *Rules, l *written) (*Engine, []finding.Finding) {
	t.Helper()
	e := NewEngine(0, 1, rules)
	for i := range l.records {
		if reject := e.Apply(&l.records[i]); reject != nil {
			t.Fatalf("record %d: %v", i, reject)
		}
	}
	return e, findingsOf(t, e)
}

// findingsOf commits and returns the findings in order of time.
func findingsOf(t testing.TB, e *Engine) (found []finding.Finding) {
	t.Helper()
	err := e.Commit(7, 0, 0, func(c *Changes) error {
		for _, b := range c.Findings {
			var f finding.Finding
			if err := json.Unmarshal(b, &f); err != nil {
				t.Fatal(err)
			}
			found = append(found, f)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.SortStableFunc(found, func(a, b finding.Finding) int {
		return cmp.Or(cmp.Compare(a.Time, b.Time), cmp.Compare(a.ID, b.ID))
	})
	return found
}

// crowd writes one day of a crowd: calls on weekdays by n accounts, each with
// a chance of p.
func (l *written) crowd(rng *rand.Rand, day, n int, p float64, source string) {
	if at(day, 0).Weekday() == time.Saturday || at(day, 0).Weekday() == time.Sunday {
		return
	}
	for i := range n {
		if rng.Float64() < p {
			l.event(at(day, 9), fmt.Sprintf("crowd-%d", i), "call", "source", source)
		}
	}
}

func about(found []finding.Finding, account string) (of []finding.Finding) {
	for _, f := range found {
		if f.Account == account {
			of = append(of, f)
		}
	}
	return of
}

func TestAbsenceIsFoundWithoutAnEvent(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	var l written
	l.tick(at(0, 0))
	for d := range 200 {
		l.crowd(rng, d, 40, 0.6, "pbx")
		if d < 150 && d%3 == 0 {
			l.event(at(d, 10), "acme", "call", "source", "pbx")
		}
		l.tick(at(d+1, 0))
	}
	e, found := run(t, testRules(), &l)
	acme := about(found, "acme")
	if len(acme) == 0 {
		t.Fatalf("no finding about acme; found %d others", len(found))
	}
	f := acme[0]
	silent := int(f.Since - dayN(147))
	if f.Kind != finding.Raised || silent < 3 || silent > 30 {
		t.Errorf("first finding %+v, %d days after the last call", f, silent)
	}
	if len(f.Reasons) == 0 || f.Reasons[0].Signal != "call" {
		t.Errorf("reasons %+v", f.Reasons)
	}
	if n := len(found) - len(acme); n > 4 {
		t.Errorf("%d findings about healthy accounts", n)
	}
	if e.stats.DaysClosed != 200 {
		t.Errorf("closed %d days", e.stats.DaysClosed)
	}
}

func TestKeyContactIsNamed(t *testing.T) {
	rules := testRules()
	rules.Signals[0].PerContact = true
	list := []accounts.Account{{ID: "acme", Grade: accounts.Key, Contacts: []accounts.Contact{{ID: "li-wei", Key: true}}}}
	for i := range 40 {
		list = append(list, accounts.Account{ID: fmt.Sprintf("crowd-%d", i)})
	}
	rules.Accounts = accounts.NewDirectory(list)
	rng := rand.New(rand.NewPCG(1, 2))
	var l written
	l.tick(at(0, 0))
	for d := range 200 {
		l.crowd(rng, d, 40, 0.6, "pbx")
		if d < 150 {
			l.event(at(d, 10), "acme", "call", "contact", "li-wei")
		}
		l.event(at(d, 11), "acme", "call", "contact", "zhao")
		l.tick(at(d+1, 0))
	}
	_, found := run(t, rules, &l)
	acme := about(found, "acme")
	if len(acme) == 0 || acme[0].Grade != accounts.Key {
		t.Fatalf("found %+v", acme)
	}
	if r := acme[0].Reasons[0]; r.Contact != "li-wei" {
		t.Errorf("strongest reason %+v", r)
	}
}

// An account that only came today is inspected with what it did, before any day
// of it has closed.
func TestInspectShowsTheOpenDay(t *testing.T) {
	var l written
	l.tick(at(0, 0))
	l.event(at(0, 10), "old", "call")
	l.tick(at(1, 0))
	l.event(at(1, 10), "acme", "call")
	e, _ := run(t, testRules(), &l)
	if x, ok := e.Inspect("acme", 0); !ok || len(x.Series) != 1 || x.Series[0].Signal != "call" {
		t.Errorf("inspected %+v", x)
	}
}

package migrate

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"firstsign/backtest/simulate"
	"firstsign/config"
	"firstsign/detector"
	"firstsign/detector/series"
	"firstsign/internal/racetest"
	"firstsign/signals"
	"firstsign/signals/history"
)

// topicOf is a topic as a load and then a service write it, in memory.
type topicOf struct {
	partitions [][]signals.Record
	authority  *signals.Authority
	now        int64
}

func (t *topicOf) add(p int, r signals.Record) {
	r.Time, r.Offset = t.now, int64(len(t.partitions[p]))
	t.partitions[p] = append(t.partitions[p], r.Clone())
}

func (t *topicOf) control(p int, c signals.Control) {
	value, headers := t.authority.Sign(p, &c, t.now)
	t.add(p, signals.Record{Value: value, Headers: headers})
}

func (t *topicOf) interaction(account, value []byte) {
	t.add(signals.PartitionOf(account, len(t.partitions)), signals.Record{Key: account, Value: value})
}

var (
	start   = signals.Day(20454)
	plan    = simulate.Plan{Seed: 4, Accounts: 40, Start: start, Days: 60, Declines: 0.5, Story: true}
	live    = start + 61 // when the service begins
	weekEnd = live + 7
	keys    = signals.NewAuthority([]byte("a key of the tests that is long enough"))
)

// story writes two months that are loaded, and a week in which a service ticks and
// events come, some late, some again, some that cannot be read. It is the same story for
// every number of partitions.
func story(t *testing.T, partitions int, authority *signals.Authority) *topicOf {
	t.Helper()
	zone := signals.NewZone(time.UTC)
	topic := &topicOf{partitions: make([][]signals.Record, partitions), authority: authority, now: zone.Start(live) - int64(time.Hour)}
	sequence := history.Log{Partitions: partitions, Zone: zone, Lateness: config.Default().Detector.Lateness, First: zone.Start(start), Load: "load"}
	for e, err := range sequence.All(simulate.New(plan).History()) {
		topic.now += int64(time.Millisecond)
		switch {
		case err != nil:
			t.Fatal(err)
		case e.Control != nil:
			topic.control(e.Partition, *e.Control)
		default:
			topic.interaction(e.Line.Interaction.Account, e.Line.Value)
		}
	}
	topic.serve(zone, arrivals(t, zone))
	return topic
}

// arrival is when an interaction comes to the topic.
type arrival struct {
	at             int64
	account, value []byte
}

// arrivals are those of the week, in order.
func arrivals(t *testing.T, zone *signals.Zone) (all []arrival) {
	t.Helper()
	events, rng := simulate.New(plan).Until(zone.Start(weekEnd)), rand.New(rand.NewPCG(1, 2))
	for n := 0; ; n++ {
		line, err := events.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		in := line.Interaction
		if in.Time < zone.Start(live) {
			continue
		}
		in.ID = fmt.Append(nil, n)
		late := time.Duration(rng.IntN(1000)) * time.Second
		if n%20 == 3 {
			late += time.Duration(rng.IntN(72)) * time.Hour
		}
		a := arrival{in.Time + int64(late), bytes.Clone(in.Account), signals.Append(nil, &in)}
		if string(in.Contact) == "chen-jianguo" && a.at >= erased(zone) { // the source was stopped first
			continue
		}
		all = append(all, a)
		if n%10 == 0 && len(in.Contact) == 0 { // again
			a.at += int64(30 * time.Hour)
			all = append(all, a)
		}
	}
	slices.SortStableFunc(all, func(a, b arrival) int { return cmp.Compare(a.at, b.at) })
	return all
}

// erased is when a person is erased.
func erased(zone *signals.Zone) int64 { return zone.Start(live) + int64(50*time.Hour) }

// serve writes the week.
func (t *topicOf) serve(zone *signals.Zone, all []arrival) {
	const step = int64(10 * time.Minute)
	for at := zone.Start(live); at < zone.Start(weekEnd); at += step {
		for p := range t.partitions {
			t.now = at + int64(p+1)*int64(time.Millisecond)
			t.control(p, signals.Control{Kind: signals.Tick, Time: t.now, Owner: "a"})
			t.control(p, signals.Control{Kind: signals.Heartbeat, Time: t.now, Source: "crm"})
		}
		if at == erased(zone) {
			t.control(signals.PartitionOf([]byte("shenzhen-xinghe"), len(t.partitions)), signals.Control{
				Kind: signals.Feedback, Time: at, Account: "shenzhen-xinghe", Alert: fmt.Sprint("shenzhen-xinghe-", start+50), Label: signals.FalseAlarm,
			})
			for p := range t.partitions {
				t.control(p, signals.Control{Kind: signals.Erase, Time: at, Contact: "chen-jianguo"})
			}
		}
		for n := 0; len(all) > 0 && all[0].at < at+step; n++ {
			a := all[0]
			all = all[1:]
			t.now = max(a.at, at+int64(100*time.Millisecond)) + int64(n)*int64(time.Millisecond)
			t.interaction(a.account, a.value)
			if p := signals.PartitionOf(a.account, len(t.partitions)); n%7 == 0 {
				t.add(p, signals.Record{Key: a.account, Value: []byte(`{"time":`)})
			}
		}
	}
}

// Record implements reader, of records that were cut out of a partition.
type cut struct{ records []signals.Record }

func (c *cut) Record(context.Context) (*signals.Record, error) {
	if len(c.records) == 0 {
		return nil, nil
	}
	r := &c.records[0]
	c.records = c.records[1:]
	return r, nil
}

// divide a topic anew, in pieces that end when some days of its week are over.
func divide(t *testing.T, from *topicOf, partitions int, ends ...int) (*topicOf, *division) {
	t.Helper()
	to := &topicOf{partitions: make([][]signals.Record, partitions)}
	d := &division{
		to: partitions, zone: signals.NewZone(time.UTC), lateness: config.Default().Detector.Lateness, doubt: from.authority, sign: from.authority,
		leftOut: func(int, int64) bool { return false },
		put: func(p int, r *signals.Record) error {
			to.now = r.Time
			to.add(p, *r)
			return nil
		},
	}
	d.newHeads(len(from.partitions))
	begun := make([]int, len(from.partitions))
	for _, end := range append(ends, 8) {
		until := signals.NewZone(time.UTC).Start(live+signals.Day(end)) + int64(5*time.Hour)
		readers := make([]reader, len(from.partitions))
		for p, records := range from.partitions {
			piece := records[begun[p]:]
			if n := slices.IndexFunc(piece, func(r signals.Record) bool { return r.Time >= until }); n >= 0 {
				piece = piece[:n]
			}
			readers[p] = &cut{piece}
			begun[p] += len(piece)
		}
		if err := d.run(t.Context(), readers); err != nil {
			t.Fatal(err)
		}
	}
	if load := d.openLoad(); load != "" {
		t.Errorf("the load %s is open", load)
	}
	return to, d
}

// judged is all that detectors make of a topic, in words.
func judged(t *testing.T, topic *topicOf) (accounts map[string]string, findings []string, rejected map[signals.Reason]int) {
	t.Helper()
	rules := config.Default().Rules()
	rules.Authority = topic.authority
	accounts, rejected = map[string]string{}, map[signals.Reason]int{}
	for p, records := range topic.partitions {
		e := detector.NewEngine(p, len(topic.partitions), rules)
		for i := range records {
			if reject := e.Apply(&records[i]); reject != nil {
				rejected[reject.Reason]++
			}
		}
		err := e.Commit(1000, 0, 0, func(c *detector.Changes) error {
			for _, a := range c.Accounts {
				r := series.Reader{Rest: a.State}
				r.Version()
				r.Int() // the offsets are the log's
				r.Int()
				accounts[a.ID] = string(r.Rest)
			}
			for _, f := range c.Findings {
				if !strings.Contains(string(f), "-erased-") { // named by its offset
					findings = append(findings, string(f))
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	slices.Sort(findings)
	return accounts, findings, rejected
}

// However a log is divided, detectors make of it what they make of one that had that
// number of partitions from the beginning: accounts byte for byte, findings, dead
// letters. Control records are signed for where they stand.
func TestDivision(t *testing.T) {
	racetest.Arithmetic(t)
	for _, authority := range []*signals.Authority{nil, keys} {
		old := story(t, 4, authority)
		for _, c := range []struct {
			partitions int
			ends       []int
		}{{7, nil}, {7, []int{0, 5}}, {4, nil}, {1, []int{6}}} {
			to, d := divide(t, old, c.partitions, c.ends...)
			to.authority = authority
			gotAccounts, got, gotRejected := judged(t, to)
			direct := story(t, c.partitions, authority)
			wantAccounts, want, wantRejected := judged(t, direct)
			if len(want) < 15 || len(wantAccounts) < 40 || wantRejected[signals.Malformed] == 0 {
				t.Fatalf("%d findings, %d accounts, %v: that says little", len(want), len(wantAccounts), wantRejected)
			}
			if !slices.Equal(got, want) {
				t.Errorf("%+v: %d findings, want %d", c, len(got), len(want))
			}
			if len(gotRejected) != len(wantRejected) || gotRejected[signals.Malformed] != wantRejected[signals.Malformed] {
				t.Errorf("%+v: rejected %v, want %v", c, gotRejected, wantRejected)
			}
			for id, want := range wantAccounts {
				if gotAccounts[id] != want {
					t.Errorf("%+v: %s is another account", c, id)
				}
			}
			if n := len(gotAccounts); n != len(wantAccounts) {
				t.Errorf("%+v: %d accounts, want %d", c, n, len(wantAccounts))
			}
			t.Logf("%+v: %+v, %d findings", c, d.counts, len(got))
		}
	}
}

// What did not count is not written anew, because it might count there: forged control
// records, aborted transactions, accounts on the wrong partition, what stands again.
func TestDivisionLeavesOut(t *testing.T) {
	old := &topicOf{partitions: make([][]signals.Record, 2), authority: keys, now: signals.NewZone(time.UTC).Start(live)}
	p := signals.PartitionOf([]byte("acme"), 2)
	value := []byte(`{"time":"2026-03-02T00:00:00Z","account":"acme","signal":"call"}`)
	old.control(p, signals.Control{Kind: signals.Tick, Time: old.now})
	old.add(p, signals.Record{Key: []byte("acme"), Value: value})
	forged, headers := signals.Control{Kind: signals.Erase, Time: old.now, Contact: "li-wei"}.Record()
	old.add(p, signals.Record{Value: forged, Headers: headers})
	old.control(p, signals.Control{Kind: signals.Tick, Time: old.now + int64(time.Hour)})
	old.add(p, signals.Record{Key: []byte("acme"), Value: value, Flaw: signals.AbortedTransaction})
	old.add(1-p, signals.Record{Key: []byte("acme"), Value: value})
	to, d := divide(t, old, 1)
	if want := (counts{Interactions: 1, Control: 1, LeftOut: 4}); d.counts != want || len(to.partitions[0]) != 2 {
		t.Errorf("%+v, want %+v; %d records", d.counts, want, len(to.partitions[0]))
	}
}

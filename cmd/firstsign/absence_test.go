package main

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"

	"firstsign/signals"
	"firstsign/signals/history"
)

// embeddedParts are a broker and a store inside the test's process.
func embeddedParts(t *testing.T) parts {
	t.Helper()
	broker, err := kfake.NewCluster(kfake.NumBrokers(1))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(broker.Close)
	return parts{broker.ListenAddrs()[0], miniredis.RunT(t).Addr()}
}

// habit is what an account does from one source on every day of a span.
type habit struct {
	account, signal, source string
	until                   int // the first day without; 0: it goes on
}

// Absence, end to end: what stops is noticed without any event of its own, and
// blamed on whom it is about.
func TestAbsence(t *testing.T) {
	t.Parallel()
	const days, stop = 120, 90
	callers := func(until int) (h []habit) {
		for i := range 30 {
			h = append(h, habit{fmt.Sprintf("caller-%02d", i), "call", "pbx", until})
		}
		return h
	}
	buyers := func(until int) (h []habit) { // too few to tell a dead feed by themselves
		for i := range 5 {
			h = append(h, habit{fmt.Sprintf("buyer-%02d", i), "order", "erp", until})
		}
		return h
	}
	tests := []struct {
		name   string
		habits []habit
		beats  int // the first day without a heartbeat of the erp; 0: there are none
		want   []string
	}{
		{"one account stops, the others go on", append(callers(0)[1:], habit{"caller-00", "call", "pbx", stop}), 0, []string{"caller-00"}},
		{"all of a source stop", append(callers(stop), buyers(0)...), 0, []string{"feed pbx"}},
		{"a sparse source stops and its heartbeat goes on", append(callers(0), buyers(stop)...), days,
			[]string{"buyer-00", "buyer-01", "buyer-02", "buyer-03", "buyer-04"}},
		{"a sparse source stops with its heartbeat", append(callers(0), buyers(stop)...), stop, []string{"feed erp"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			d := deploy(t, embeddedParts(t), 1, nil)
			log := &lived{habits: test.habits, days: days, random: rand.New(rand.NewPCG(1, 1))}
			log.write(t, d, test.beats)
			s := d.start(t)
			s.caughtUp(d, 1)
			s.stop()
			found := map[string]bool{}
			for _, a := range s.alertsOf(d) {
				found[a] = true
			}
			if got := slices.Sorted(maps.Keys(found)); !slices.Equal(got, test.want) {
				t.Errorf("alerts about %v, want %v", got, test.want)
			}
		})
	}
}

// alertsOf a deployment, by whom or what they are about.
func (s *service) alertsOf(d *deployment) (about []string) {
	for _, r := range d.records(s.t, d.name+".alerts") {
		name := string(r.Key)
		if isFeed(r.Value) {
			name = "feed " + name
		}
		about = append(about, name)
	}
	return about
}

func isFeed(line []byte) bool { return bytes.Contains(line, []byte(`"kind":"feed_dead"`)) }

// lived is the stream of what accounts with habits do.
type lived struct {
	habits []habit
	days   int
	random *rand.Rand
	queue  []signals.Interaction
	day    int
	line   history.Line
}

var livedFrom = time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)

// Next implements history.Stream: one to three interactions of each habit on
// each day.
func (l *lived) Next() (*history.Line, error) {
	for len(l.queue) == 0 {
		if l.day == l.days {
			return nil, io.EOF
		}
		for _, h := range l.habits {
			if h.until > 0 && l.day >= h.until {
				continue
			}
			for n := range 1 + l.random.IntN(3) {
				at := livedFrom.AddDate(0, 0, l.day).Add(8*time.Hour + time.Duration(l.random.IntN(36000))*time.Second)
				l.queue = append(l.queue, signals.Interaction{
					Time: at.UnixNano(), Account: []byte(h.account), Signal: []byte(h.signal), Source: []byte(h.source), Value: 1,
					ID: fmt.Appendf(nil, "%s-%d-%d", h.account, l.day, n), Attributes: []signals.Attribute{{Key: []byte("direction"), Value: []byte("inbound")}},
				})
			}
		}
		l.day++
	}
	l.line.Interaction = l.queue[0]
	l.line.Value = signals.Append(nil, &l.queue[0])
	l.queue = l.queue[1:]
	return &l.line, nil
}

// write puts the stream into the topic as load does, with a heartbeat of the
// erp on each day before the given one.
func (l *lived) write(t *testing.T, d *deployment, beats int) {
	t.Helper()
	topic := createTopic(t, d, 1)
	var records []*kgo.Record
	control := func(c signals.Control) {
		value, headers := c.Record()
		records = append(records, &kgo.Record{Topic: topic, Value: value, Headers: []kgo.RecordHeader{{Key: headers[0].Key, Value: headers[0].Value}}})
	}
	sequence := history.Log{Partitions: 1, Zone: signals.NewZone(time.UTC), Lateness: 2 * time.Hour, First: livedFrom.UnixNano(), Load: "x"}
	for e, err := range sequence.All(l) {
		switch {
		case err != nil:
			t.Fatal(err)
		case e.Control == nil:
			records = append(records, &kgo.Record{Topic: topic, Key: e.Line.Interaction.Account, Value: e.Line.Value})
			continue
		case e.Control.Kind == signals.Tick:
			if day := time.Unix(0, e.Control.Time).Sub(livedFrom).Hours()/24 - 1; day < float64(beats) {
				control(signals.Control{Kind: signals.Heartbeat, Source: "erp", Time: e.Control.Time - int64(12*time.Hour)})
			}
		}
		control(*e.Control)
	}
	if err := d.client(t).ProduceSync(t.Context(), records...).FirstErr(); err != nil {
		t.Fatal(err)
	}
}

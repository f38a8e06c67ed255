package main

import (
	"flag"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	deployed "firstsign/deploy/parts"
)

var (
	soakFor  = flag.Duration("soak", 0, "how long TestSoak lasts; 0 skips it")
	soakRate = flag.Int("soak.rate", 500, "events a second of TestSoak")
	soakIDs  = flag.Bool("soak.ids", false, "the events of TestSoak have ids, which take memory until the day closes")
)

const (
	soakPartitions = 4
	soakAccounts   = 2400
	soakProbes     = 10 * time.Second
)

// held is what a process holds: how much memory, how many goroutines and descriptors.
type held [3]float64

// holdings are the metrics of held, and their names.
var holdings = [len(held{})]struct{ metric, name string }{
	{"process_resident_memory_bytes", "bytes of memory"}, {"go_goroutines", "goroutines"}, {"process_open_fds", "descriptors"},
}

// One process under a steady load holds no more in the last third of the time than in
// the first, give or take a tenth.
func TestSoak(t *testing.T) {
	if *soakFor == 0 {
		t.Skip("takes long: run it with -args -soak=20m")
	}
	own := deployed.Start(t, filepath.Join(t.TempDir(), "services"), "384m")
	d := deploy(t, parts{own.Brokers, own.Redis}, soakPartitions, nil)
	d.program = shipped(t)
	d.ensureTopics(t)
	s := d.start(t)
	cl, err := kgo.NewClient(kgo.SeedBrokers(d.brokers), kgo.DefaultProduceTopic(d.name+".interactions"))
	if err != nil {
		t.Fatal(err)
	}
	defer cl.Close()
	var minute, all []held
	n, began := 0, time.Now()
	for probe := began.Add(soakProbes); time.Since(began) < *soakFor; {
		for due := int(time.Since(began).Seconds() * float64(*soakRate)); n < due; n++ {
			cl.Produce(t.Context(), soakEvent(n), func(_ *kgo.Record, err error) {
				if err != nil {
					t.Error(err)
				}
			})
		}
		time.Sleep(20 * time.Millisecond)
		if time.Now().Before(probe) {
			continue
		}
		probe = probe.Add(soakProbes)
		var now held
		for i, h := range holdings {
			now[i] = s.metric(h.metric)
		}
		minute, all = append(minute, now), append(all, now)
		if len(minute)*int(soakProbes) >= int(time.Minute) {
			m := mean(minute)
			t.Logf("%3.0f min: %5.1f MB, %4.0f goroutines, %3.0f descriptors, %d events", time.Since(began).Minutes(), m[0]/1e6, m[1], m[2], n)
			minute = nil
		}
	}
	if err := cl.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	eventually(t, "all events are counted", func() error {
		if counted := s.metric("firstsign_interactions_total"); int(counted) != n {
			return fmt.Errorf("%d events, %.0f counted", n, counted)
		}
		return nil
	})
	first, last := mean(all[:len(all)/3]), mean(all[len(all)-len(all)/3:])
	for i, h := range holdings {
		t.Logf("%s: %.0f in the first third, %.0f in the last", h.name, first[i], last[i])
		if last[i] > 1.1*first[i] {
			t.Errorf("%s grow", h.name)
		}
	}
}

// soakEvent is what one of the accounts does now.
func soakEvent(n int) *kgo.Record {
	account := fmt.Sprint("account-", n%soakAccounts)
	round, id := n/soakAccounts, ""
	if *soakIDs {
		id = fmt.Sprintf(`,"id":"event-%d"`, n)
	}
	return &kgo.Record{Key: []byte(account), Value: fmt.Appendf(nil, `{"time":%q,"account":%q,"signal":%q,"contact":"person-%d"%s}`,
		time.Now().Format(time.RFC3339), account, []string{"call", "visit", "order"}[round%3], round%4, id)}
}

// mean of some probes.
func mean(probes []held) (m held) {
	for _, p := range probes {
		for i := range p {
			m[i] += p[i] / float64(len(probes))
		}
	}
	return m
}

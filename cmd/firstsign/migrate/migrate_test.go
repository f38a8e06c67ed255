package migrate

import (
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"firstsign/cmd/firstsign/embedded"
	"firstsign/cmd/firstsign/topic"
	"firstsign/config"
	"firstsign/detector"
	"firstsign/detector/worker"
	"firstsign/signals"
	"firstsign/signals/kafka"
	"firstsign/signals/mapping"
)

// sides are the configurations of a move on one embedded broker and store.
func sides(t *testing.T) (old, anew *config.Config) {
	t.Helper()
	old = config.Default()
	parts, err := embedded.Start(old)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(parts.Close)
	old.Service.Kafka.Partitions = 2
	copied := *old
	k := &copied.Service.Kafka
	k.Topic, k.Alerts, k.DeadLetters, k.Partitions = "moved.interactions", "moved.alerts", "moved.dead", 3
	copied.Service.Redis.Namespace = "moved"
	return old, &copied
}

// service is the old side of a test: it reads what is in its topic, and stops.
func service(t *testing.T, c *config.Config) *deployment {
	t.Helper()
	d, err := open(t.Context(), c, slog.New(slog.DiscardHandler), func(k *kafka.Client) (kafka.Identity, error) { return k.EnsureTopics(t.Context()) })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.close)
	return d
}

// says writes a control record to all partitions.
func (d *deployment) says(t *testing.T, c signals.Control) {
	t.Helper()
	if _, err := d.client.Control(t.Context(), c); err != nil {
		t.Fatal(err)
	}
}

// judges all partitions up to their ends, and stores the state.
func (d *deployment) judges(t *testing.T) {
	t.Helper()
	for p := range d.partitions() {
		e := detector.NewEngine(p, d.partitions(), d.config.Rules())
		_, end, err := d.bounds(t.Context(), p)
		if err != nil {
			t.Fatal(err)
		}
		partition := d.client.Partition(p)
		for r := topic.Between(partition, 0, end); ; {
			rec, err := r.Record(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if rec == nil {
				break
			}
			e.Apply(rec)
		}
		partition.Close()
		meta, err := d.store.Claim(t.Context(), p, "test", d.owner())
		if err != nil {
			t.Fatal(err)
		}
		err = e.Commit(100, 0, 0, func(c *detector.Changes) error {
			meta.Seq++
			_, err := d.store.Commit(t.Context(), p, &worker.Chunk{Token: "test", Seq: meta.Seq, Changes: *c})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// What cannot be moved as it is is refused, with what to do, and nothing is written.
func TestRefusals(t *testing.T) {
	now := time.Now().UnixNano()
	tick := signals.Control{Kind: signals.Tick, Time: now - int64(100*time.Hour)}
	for _, c := range []struct {
		name   string
		change func(t *testing.T, old *deployment, anew *config.Config)
		want   string
	}{
		{"the same topics", func(_ *testing.T, d *deployment, anew *config.Config) {
			anew.Service.Kafka.Topic, anew.Service.Kafka.Partitions = d.identity.Topic, 2
		}, "name new ones under kafka.topic"},
		{"the same state", func(_ *testing.T, d *deployment, anew *config.Config) {
			anew.Service.Redis.Namespace = d.config.Service.Kafka.Group
		}, "under redis.namespace"},
		{"mapped topics that would be read anew", func(_ *testing.T, _ *deployment, anew *config.Config) {
			anew.Service.Kafka.Group, anew.Mappings = "another", []mapping.Config{{Name: "crm", Topic: "crm"}}
		}, "leave kafka.group as it is"},
		{"another time zone", func(_ *testing.T, _ *deployment, anew *config.Config) {
			anew.Calendar.Location = time.FixedZone("there", 3600)
		}, "its days are others"},
		{"another state", func(t *testing.T, d *deployment, _ *config.Config) {
			if err := errors.Join(d.store.Forget(t.Context(), 0), d.store.Forget(t.Context(), 1)); err != nil {
				t.Fatal(err)
			}
			other := *d
			other.identity.Topic = "x"
			other.judges(t)
		}, worker.ErrIdentity.Error()},
		{"a partition that was never read", func(t *testing.T, d *deployment, _ *config.Config) {
			if err := d.store.Forget(t.Context(), 1); err != nil {
				t.Fatal(err)
			}
		}, "partition 1 of firstsign.interactions was never read"},
		{"partitions that stopped on different days", func(t *testing.T, d *deployment, _ *config.Config) {
			p := d.client.Partition(1)
			defer p.Close()
			if err := p.Append(t.Context(), signals.Control{Kind: signals.Tick, Time: now}); err != nil {
				t.Fatal(err)
			}
			d.judges(t)
		}, "partition 1 has closed other days"},
		{"an open load", func(t *testing.T, d *deployment, _ *config.Config) {
			d.says(t, signals.Control{Kind: signals.LoadBegin, Time: now, Load: "x"})
			d.judges(t)
		}, "firstsign load --resume"},
		{"an attempt that began elsewhere", func(t *testing.T, d *deployment, anew *config.Config) {
			to := service(t, anew)
			stood, err := d.stands(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if err := (&move{from: d, to: to, stood: stood}).begin(t.Context(), true); err != nil {
				t.Fatal(err)
			}
			d.says(t, tick)
			d.judges(t)
		}, "has worked since"},
		{"a new topic that holds something", func(t *testing.T, _ *deployment, anew *config.Config) {
			service(t, anew).says(t, tick)
		}, "not empty"},
		{"a new state that holds something", func(t *testing.T, _ *deployment, anew *config.Config) {
			service(t, anew).judges(t)
		}, "not empty"},
	} {
		t.Run(c.name, func(t *testing.T) {
			old, anew := sides(t)
			d := service(t, old)
			d.says(t, tick)
			d.judges(t)
			c.change(t, d, anew)
			_, err := Run(t.Context(), old, anew, slog.New(slog.DiscardHandler))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("says %v, want %q", err, c.want)
			}
		})
	}
}

package readback

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"firstsign/alerting"
	"firstsign/detector"
	"firstsign/signals"
)

// topic is a log in memory, and the Publisher of an AnswerHandler.
type topic struct {
	start   int64
	records []signals.Record
}

func (l *topic) Publish(_ context.Context, records []alerting.Record) error {
	for _, r := range records {
		l.records = append(l.records, signals.Record{Offset: l.start + int64(len(l.records)), Value: r.Value})
	}
	return nil
}

func (l *topic) Bounds(context.Context) (start, end int64, err error) {
	return l.start, l.start + int64(len(l.records)), nil
}

func (l *topic) Read(_ context.Context, offset int64) (signals.Batch, error) {
	time.Sleep(time.Second)
	at := offset - l.start
	if at < 0 || at > int64(len(l.records)) {
		return signals.Batch{}, signals.ErrOutOfRange
	}
	return signals.Batch{Records: l.records[at:], Next: l.start + int64(len(l.records))}, nil
}

// place is a Place in memory.
type place struct {
	next  int64
	known bool
	mark  string
}

func (p *place) Mark(_ context.Context, _, mark string) (int64, bool, error) {
	p.mark = mark
	return p.next, p.known, nil
}

func (p *place) ReadTo(_ context.Context, _, mark string, next int64) error {
	if p.mark != mark {
		return ErrWentBack
	}
	p.next, p.known = next, true
	return nil
}

// desk is a store with its place, which can go back in time, and people who answer.
type desk struct {
	t      *testing.T
	store  *alerting.MemoryStore
	place  *place
	log    *topic
	reader *Reader
	said   strings.Builder
}

func newDesk(t *testing.T) *desk {
	d := &desk{t: t, store: alerting.NewMemoryStore(), place: &place{}, log: &topic{}}
	d.reader = &Reader{
		Name: "alerts/0", Log: d.log, Place: d.place, Store: d, Partitions: 1, Now: time.Now,
		Ours:      func(r *signals.Record) bool { return !strings.Contains(string(r.Value), "mallory") },
		Retention: func() time.Duration { return 400 * 24 * time.Hour },
		Metrics:   NewMetrics(prometheus.NewRegistry()), Logger: slog.New(slog.NewTextHandler(&d.said, nil)),
	}
	return d
}

// The reader's store is the one that the desk has now.
func (d *desk) Page(ctx context.Context, f alerting.Filter, after alerting.Cursor, limit int) (alerting.Page, error) {
	return d.store.Page(ctx, f, after, limit)
}

func (d *desk) Get(ctx context.Context, id string) (*alerting.Alert, error) {
	return d.store.Get(ctx, id)
}
func (d *desk) Put(ctx context.Context, a *alerting.Alert) error { return d.store.Put(ctx, a) }
func (d *desk) GetAll(ctx context.Context, ids []string) (map[string]*alerting.Alert, error) {
	return d.store.GetAll(ctx, ids)
}
func (d *desk) PutAll(ctx context.Context, all []*alerting.Alert) ([]*alerting.Alert, error) {
	return d.store.PutAll(ctx, all)
}
func (d *desk) List(ctx context.Context, f alerting.Filter) ([]*alerting.Alert, error) {
	return d.store.List(ctx, f)
}
func (d *desk) Follow() alerting.Follower { return d.store.Follow() }
func (d *desk) Expire(ctx context.Context, t time.Time) (int, error) {
	return d.store.Expire(ctx, t)
}
func (d *desk) SetCaughtUp(ctx context.Context, p int, yes bool) error {
	return d.store.SetCaughtUp(ctx, p, yes)
}
func (d *desk) CaughtUp(ctx context.Context) (map[int]bool, error) { return d.store.CaughtUp(ctx) }

// snapshot copies what is kept; restore goes back to it.
func (d *desk) snapshot() (restore func()) {
	all, _ := d.store.List(d.t.Context(), alerting.Filter{})
	place := *d.place
	return func() {
		d.store, *d.place = alerting.NewMemoryStore(), place
		for _, a := range all {
			c := *a
			for c.Version = 0; c.Version < a.Version; {
				if err := d.store.Put(d.t.Context(), &c); err != nil {
					d.t.Fatal(err)
				}
			}
		}
	}
}

func (d *desk) raise(id string) {
	d.t.Helper()
	f := &detector.Finding{ID: id, Account: id, Kind: detector.Raised, Time: time.Now().Add(-time.Hour).UnixNano(), Risk: 9}
	if _, _, err := alerting.StoreFinding(d.t.Context(), d.store, 0, f, &alerting.RoutingSnapshot{Routing: alerting.Routing{}.WithDefaults()}, time.Now()); err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) answer(n alerting.Answer) {
	d.t.Helper()
	h := &alerting.AnswerHandler{Store: d.store, Publisher: d.log, Metrics: alerting.NewMetrics(prometheus.NewRegistry())}
	if _, err := h.Handle(d.t.Context(), n, time.Now()); err != nil {
		d.t.Fatal(err)
	}
}

// runs reads for a while.
func (d *desk) runs(long time.Duration) {
	d.t.Helper()
	ctx, cancel := context.WithTimeout(d.t.Context(), long)
	defer cancel()
	if err := d.reader.Run(ctx); err != nil {
		d.t.Error(err)
	}
}

func (d *desk) check(id string, state alerting.State, answers, restored int) {
	d.t.Helper()
	a, err := d.store.Get(d.t.Context(), id)
	if err != nil {
		d.t.Fatal(err)
	}
	if got := testutil.ToFloat64(d.reader.Metrics.answers.WithLabelValues("restored")); a.State != state || len(a.History) != 1+answers || got != float64(restored) {
		d.t.Errorf("%s is %s with %d answers, %v were read back; want %s, %d, %d\n%s", id, a.State, len(a.History)-1, got, state, answers, restored, d.said.String())
	}
}

func TestAnswersComeBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		d.raise("acme")
		d.runs(5 * time.Second)
		restore := d.snapshot()
		d.answer(alerting.Answer{Alert: "acme", By: "wang"})
		d.runs(5 * time.Second)
		d.check("acme", alerting.Acknowledged, 1, 0) // nothing was missing
		restore()
		d.check("acme", alerting.Open, 0, 0)
		d.runs(5 * time.Second)
		d.check("acme", alerting.Acknowledged, 1, 1)
		d.runs(5 * time.Second)
		d.check("acme", alerting.Acknowledged, 1, 1) // once

		// Somebody answers again, after the store went back and before it is read: the
		// newer answer stays in force.
		restore()
		time.Sleep(time.Minute)
		d.answer(alerting.Answer{Alert: "acme", By: "li", Until: time.Now().Add(time.Hour)})
		d.runs(5 * time.Second)
		d.check("acme", alerting.Snoozed, 2, 2)

		// After a restart.
		restore()
		again := *d.reader
		d.reader = &Reader{Name: again.Name, Log: again.Log, Place: again.Place, Store: d, Partitions: 1, Now: time.Now, Ours: again.Ours,
			Retention: again.Retention, Metrics: again.Metrics, Logger: again.Logger}
		d.runs(5 * time.Second)
		d.check("acme", alerting.Snoozed, 2, 4)
	})
}

// The alert itself is gone: its answers wait until the detector brings it again.
func TestAnswersWaitForTheirAlert(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		restore := d.snapshot()
		found := time.Now()
		d.raise("acme")
		d.answer(alerting.Answer{Alert: "acme", By: "wang", Label: signals.Expected})
		d.runs(5 * time.Second)
		restore()
		d.runs(10 * time.Minute)
		if _, err := d.store.Get(t.Context(), "acme"); err == nil || d.place.next != 0 {
			t.Errorf("%v; the place is %d", err, d.place.next)
		}
		f := &detector.Finding{ID: "acme", Account: "acme", Kind: detector.Raised, Time: found.Add(-time.Hour).UnixNano(), Risk: 9}
		if _, _, err := alerting.StoreFinding(t.Context(), d.store, 0, f, &alerting.RoutingSnapshot{Routing: alerting.Routing{}.WithDefaults()}, time.Now()); err != nil {
			t.Fatal(err)
		}
		d.runs(10 * time.Second)
		d.check("acme", alerting.Acknowledged, 1, 1)
		if a, _ := d.store.Get(t.Context(), "acme"); a.Label != signals.Expected || d.place.next != 1 {
			t.Errorf("label %q, place %d", a.Label, d.place.next)
		}
	})
}

// An answer is given up when its alert cannot come any more, and that is counted.
func TestAnswersToWhatIsNotKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		lost := func() float64 { return testutil.ToFloat64(d.reader.Metrics.answers.WithLabelValues("no_alert")) }
		d.raise("acme")
		d.answer(alerting.Answer{Alert: "acme", By: "wang"})
		d.store = alerting.NewMemoryStore()
		d.runs(24 * time.Hour)
		if lost() != 0 || d.place.next != 0 {
			t.Errorf("given up while findings are still to come: place %d", d.place.next)
		}
		_ = d.store.SetCaughtUp(t.Context(), 0, true)
		d.runs(time.Minute)
		if lost() != 1 || d.place.next != 1 {
			t.Errorf("%v given up, place %d", lost(), d.place.next)
		}
	})
}

// The topic is another one than it was, or lost its beginning; lines that are no answers,
// and forged ones.
func TestOtherTopics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		d.raise("acme")
		d.place.next, d.place.known = 100, true
		for _, line := range []string{
			`{"time":"2026-03-02T16:00:00Z","account":"acme","id":"acme","kind":"raised","risk":9}`, `{"kind":"acknowledged"}`, `{`, ``,
			`{"time":"2026-03-02T16:00:00Z","account":"acme","id":"acme","kind":"snoozed","by":"wang"}`,
			`{"time":"2026-03-02T16:00:00Z","account":"acme","id":"acme","kind":"acknowledged","by":"mallory"}`,
			// Written by a Firstsign that did not name the raise.
			fmt.Sprintf(`{"time":%q,"account":"acme","id":"acme","kind":"acknowledged","by":"wang"}`, time.Now().Format(time.RFC3339Nano)),
		} {
			_ = d.log.Publish(t.Context(), []alerting.Record{{Value: []byte(line)}})
		}
		d.runs(10 * time.Second)
		d.check("acme", alerting.Acknowledged, 1, 1)
		if d.place.next != 7 || !strings.Contains(d.said.String(), "no signature of ours") {
			t.Errorf("place %d\n%s", d.place.next, d.said.String())
		}
	})
}

// The store goes back between the mark and the offset: the offset stays where it was.
func TestTheMarkIsGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		d.raise("acme")
		restore := d.snapshot()
		d.answer(alerting.Answer{Alert: "acme", By: "wang"})
		d.reader.Store = &goesBack{d, restore}
		d.runs(10 * time.Second)
		d.check("acme", alerting.Acknowledged, 1, 1)
	})
}

// goesBack is a store that goes back once, after it has said what it holds.
type goesBack struct {
	alerting.AlertStore
	restore func()
}

func (g *goesBack) GetAll(ctx context.Context, ids []string) (map[string]*alerting.Alert, error) {
	all, err := g.AlertStore.GetAll(ctx, ids)
	if g.restore != nil {
		g.restore()
		g.restore = nil
	}
	return all, err
}

package dispatch

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"pgregory.net/rapid"

	"firstsign/accounts"
	"firstsign/alerting"
	"firstsign/alerting/message/messagetest"
	"firstsign/detector"
	"firstsign/detector/worker"
)

// finding of acme's episode, so many days after its beginning.
func finding(kind detector.FindingKind, days int) *detector.Finding {
	f := messagetest.Story()
	f.Kind, f.Time = kind, f.Time+int64(days)*int64(24*time.Hour)
	f.Risk = 10 * float64(days+1)
	if kind == detector.Closed {
		f.Risk, f.Reasons = 0.1, nil
	}
	return f
}

func testSnapshot() *alerting.RoutingSnapshot {
	return &alerting.RoutingSnapshot{Routing: alerting.Routing{}.WithDefaults(), Accounts: accounts.NewDirectory([]accounts.Account{messagetest.Acme})}
}

// pendingOf are the alerts with a delivery to be made.
func pendingOf(ctx context.Context, store alerting.AlertStore) (pending []*alerting.Alert, err error) {
	err = store.Follow().Next(ctx, func() {}, func(a *alerting.Alert) {
		if a.Pending() {
			pending = append(pending, a)
		}
	})
	return pending, err
}

var _ Outbox = worker.Store(nil)

// outbox is a partition's outbox in memory.
type outbox struct {
	entries []worker.OutboxEntry
	read    int // entries that were handed out
}

func (o *outbox) add(findings ...*detector.Finding) {
	for _, f := range findings {
		b, _ := json.Marshal(f)
		o.entries = append(o.entries, worker.OutboxEntry{ID: fmt.Sprint(len(o.entries)), Finding: b})
	}
}

func (o *outbox) Outbox(_ context.Context, _ int, after string, limit int) ([]worker.OutboxEntry, error) {
	from := 1 + slices.IndexFunc(o.entries, func(e worker.OutboxEntry) bool { return e.ID == after })
	o.read += min(limit, len(o.entries)-from)
	return o.entries[from:min(from+limit, len(o.entries))], nil
}

func (o *outbox) Settle(ctx context.Context, _ int, ids []string, there func(context.Context) error) error {
	if err := there(ctx); err != nil {
		return err
	}
	o.entries = o.entries[len(ids):]
	return nil
}

// topic is the topic of alerts in memory.
type topic struct{ lines []string }

func (p *topic) Publish(_ context.Context, records []alerting.Record) error {
	for _, r := range records {
		p.lines = append(p.lines, r.Key+" "+string(r.Value))
	}
	return nil
}

func testDispatcher(o Outbox, store alerting.AlertStore, p alerting.Publisher) *Dispatcher {
	return &Dispatcher{
		Outbox: o, Store: store, Publisher: p, Snapshot: testSnapshot,
		Metrics: NewMetrics(prometheus.NewRegistry()), Log: slog.New(slog.DiscardHandler),
	}
}

func at(f *detector.Finding) time.Time { return time.Unix(0, f.Time) }

func TestDispatch(t *testing.T) {
	o, store, lines := new(outbox), alerting.NewMemoryStore(), new(topic)
	d := testDispatcher(o, store, lines)
	dead := &detector.Finding{ID: "pbx@2026-03-06", Kind: detector.FeedDead, Time: messagetest.Story().Time, Source: "pbx"}
	o.add(finding(detector.Raised, 0), dead, finding(detector.Raised, 0), finding(detector.Closed, 9))
	o.entries = append(o.entries, worker.OutboxEntry{ID: "x", Finding: []byte("{")}, worker.OutboxEntry{ID: "y", Finding: []byte("{}")})
	if n, err := d.Dispatch(t.Context(), 0, at(messagetest.Story())); n != 6 || err != nil {
		t.Fatalf("%d, %v", n, err)
	}
	// The repeat inside one batch is published again: at least once.
	if len(lines.lines) < 2 || !strings.HasPrefix(lines.lines[0], `acme {"time":"2026-03-02T16:00:00Z"`) || !strings.HasPrefix(lines.lines[1], "pbx {") {
		t.Errorf("published %q", lines.lines)
	}
	a, err := store.Get(t.Context(), messagetest.Story().ID)
	if err != nil || a.State != alerting.Closed || len(a.History) != 2 || !a.History[0].Published || a.History[1].Published {
		t.Errorf("%+v, %v", a, err)
	}
	if feed, err := store.Get(t.Context(), dead.ID); err != nil || feed.Owner != alerting.Operator {
		t.Errorf("%+v, %v", feed, err)
	}
	before := len(lines.lines)
	o.add(finding(detector.Raised, 0)) // from a log that was replayed
	if n, err := d.Dispatch(t.Context(), 0, at(messagetest.Story())); n != 1 || err != nil || len(lines.lines) != before {
		t.Errorf("a finding that is known: %d, %v, %d lines", n, err, len(lines.lines)-before)
	}
	if got := testutil.ToFloat64(d.Metrics.raised.WithLabelValues("key", "warning")); got != 1 {
		t.Errorf("raised: %v", got)
	}
	if got := testutil.ToFloat64(d.Metrics.unreadable); got != 2 {
		t.Errorf("unreadable: %v", got)
	}
}

// On a first start with a long history closed alerts leave the store at once:
// their findings leave the outbox all the same, and are not published again. A
// younger one that is not in the store is brought anew.
func TestDispatchOfWhatLeavesTheBook(t *testing.T) {
	const day = 24 * time.Hour
	for age, settled := range map[time.Duration]bool{(alerting.DefaultRetentionDays + 10) * day: true, (alerting.DefaultRetentionDays - 10) * day: false} {
		o, store, lines := new(outbox), alerting.NewMemoryStore(), new(topic)
		d := testDispatcher(o, store, lines)
		raised, closed := finding(detector.Raised, 0), finding(detector.Closed, 9)
		now := at(raised).Add(age)
		err := d.confirmStored(t.Context(), []*detector.Finding{raised, closed}, now)
		if settled != (err == nil) {
			t.Errorf("%s old and not in the store: %v", age, err)
		}
		o.add(raised, closed)
		if n, err := d.Dispatch(t.Context(), 0, now); n != 2 || err != nil || len(lines.lines) == 0 {
			t.Errorf("%d, %v, %d lines", n, err, len(lines.lines))
		}
	}
}

// A person who is erased goes from what was found before, in the same batch and
// in earlier ones; that itself is no alert and no line.
func TestDispatchOfAnErasure(t *testing.T) {
	o, store, lines := new(outbox), alerting.NewMemoryStore(), new(topic)
	d := testDispatcher(o, store, lines)
	erased := &detector.Finding{ID: "acme/erased", Kind: detector.Erased, Time: messagetest.Story().Time + 1, Account: "acme", Contact: "li-wei"}
	o.add(finding(detector.Raised, 0), erased, erased)
	if n, err := d.Dispatch(t.Context(), 0, at(messagetest.Story())); n != 3 || err != nil {
		t.Fatalf("%d, %v", n, err)
	}
	all, err := store.List(t.Context(), alerting.Filter{})
	if err != nil || len(all) != 1 || len(all[0].Reasons) != 4 || strings.Contains(fmt.Sprint(all[0].Reasons), "li-wei") {
		t.Errorf("%+v, %v", all, err)
	}
	if len(lines.lines) != 1 || strings.Contains(lines.lines[0], "erased") {
		t.Errorf("published %q", lines.lines)
	}
	// A store that went back in time still names the person: the outbox keeps the finding.
	back := *all[0]
	back.Reasons = messagetest.Story().Reasons
	if err := store.Put(t.Context(), &back); err != nil {
		t.Fatal(err)
	}
	if err := d.confirmStored(t.Context(), []*detector.Finding{erased}, at(messagetest.Story())); err == nil {
		t.Error("settled although the store names the person")
	}
}

var errCut = errors.New("cut")

// cuts fails calls at random, before or after they had their effect: what a
// crash or a lost reply looks like from outside.
type cuts struct {
	t *rapid.T
	n int // still to come
}

func (c *cuts) call(do func() error) error {
	how := 0
	if c.n > 0 {
		how = rapid.IntRange(0, 5).Draw(c.t, "cut")
	}
	switch how {
	case 1:
		c.n--
		return errCut
	case 2:
		c.n--
		if err := do(); err != nil {
			return err
		}
		return errCut
	}
	return do()
}

type cutOutbox struct {
	*outbox
	*cuts
}

func (o cutOutbox) Settle(ctx context.Context, p int, ids []string, there func(context.Context) error) error {
	return o.call(func() error { return o.outbox.Settle(ctx, p, ids, there) })
}

type cutBook struct {
	alerting.AlertStore
	*cuts
}

func (b cutBook) Put(ctx context.Context, a *alerting.Alert) error {
	return b.call(func() error { return b.AlertStore.Put(ctx, a) })
}

type cutTopic struct {
	*topic
	*cuts
}

func (p cutTopic) Publish(ctx context.Context, r []alerting.Record) error {
	return p.call(func() error { return p.topic.Publish(ctx, r) })
}

// lossy is a store that goes back to having nothing, once, when a line is
// published: a fail-over between the entry in the store and the outbox.
type lossy struct {
	*topic
	d *Dispatcher
}

func (p *lossy) Publish(ctx context.Context, r []alerting.Record) error {
	if len(p.lines) == 0 {
		p.d.Store = alerting.NewMemoryStore()
	}
	return p.topic.Publish(ctx, r)
}

// The store went back in time after a finding had been entered: the outbox
// keeps the finding, and the next try enters it again.
func TestBookThatGoesBackGetsItsFindingsAgain(t *testing.T) {
	o := new(outbox)
	o.add(finding(detector.Raised, 0))
	lines := &lossy{topic: new(topic)}
	d := testDispatcher(o, alerting.NewMemoryStore(), lines)
	lines.d = d
	if _, err := d.Dispatch(t.Context(), 0, at(messagetest.Story())); !errors.Is(err, alerting.ErrNoAlert) || len(o.entries) != 1 {
		t.Fatalf("%v, %d findings in the outbox", err, len(o.entries))
	}
	if n, err := d.Dispatch(t.Context(), 0, at(messagetest.Story())); n != 1 || err != nil || len(o.entries) != 0 {
		t.Fatalf("%d, %v", n, err)
	}
	if _, err := d.Store.Get(t.Context(), messagetest.Story().ID); err != nil {
		t.Error(err)
	}
}

// Wherever it is cut: no finding is missing in the store, no line in the topic,
// nobody is told twice, and what was noted as published is not published again.
func TestCutsLoseNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		faults := &cuts{t, rapid.IntRange(0, 12).Draw(t, "cuts")}
		o, store, lines := new(outbox), alerting.NewMemoryStore(), new(topic)
		var want []*detector.Finding
		for i := range rapid.IntRange(1, 6).Draw(t, "findings") {
			f := finding(detector.Raised, i)
			f.ID, f.Account, f.Reasons = fmt.Sprint("e", i), fmt.Sprint("a", i), nil
			again := *f
			again.Kind, again.Time = detector.RaisedAgain, f.Time+1
			want = append(want, f, &again)
		}
		o.add(want...)
		d := testDispatcher(cutOutbox{o, faults}, cutBook{store, faults}, cutTopic{lines, faults})
		for {
			_, err := d.Dispatch(context.Background(), 0, at(messagetest.Story()))
			if err == nil {
				break
			}
			if !errors.Is(err, errCut) {
				t.Fatal(err)
			}
		}
		published := map[string]int{}
		for _, l := range lines.lines {
			published[l]++
		}
		if len(o.entries) != 0 || len(published) != len(want) {
			t.Fatalf("%d left, %d of %d lines", len(o.entries), len(published), len(want))
		}
		all, err := store.List(context.Background(), alerting.Filter{})
		if err != nil || len(all) != len(want)/2 {
			t.Fatalf("%d alerts, %v", len(all), err)
		}
		for _, a := range all {
			if len(a.History) != 2 || !a.History[0].Published || !a.History[1].Published {
				t.Fatalf("%+v", a.History)
			}
		}
	})
}

func TestPeopleHearWhileTheTopicIsAway(t *testing.T) {
	o, store := new(outbox), alerting.NewMemoryStore()
	o.add(finding(detector.Raised, 0))
	away := publisherFunc(func(context.Context, []alerting.Record) error { return errors.New("no broker") })
	if _, err := testDispatcher(o, store, away).Dispatch(t.Context(), 0, at(messagetest.Story())); err == nil {
		t.Error("no error although nothing was published")
	}
	if pending, err := pendingOf(t.Context(), store); err != nil || len(pending) != 1 {
		t.Errorf("%d pending, %v", len(pending), err)
	}
	if len(o.entries) != 1 {
		t.Error("the entry was settled although nothing was published")
	}
	lines := new(topic)
	if _, err := testDispatcher(o, store, lines).Dispatch(t.Context(), 0, at(messagetest.Story())); err != nil || len(lines.lines) != 1 || len(o.entries) != 0 {
		t.Errorf("later: %v, %d lines, %d entries", err, len(lines.lines), len(o.entries))
	}
}

// flood adds a finding of each of n accounts.
func (o *outbox) flood(n int) {
	for i := range n {
		f := finding(detector.Raised, 0)
		f.Account = fmt.Sprint("account-", i)
		f.ID = f.Account + "-2026-03-02"
		o.add(f)
	}
}

// A topic that does not answer holds up lines and nobody's message: what waits behind
// is stored as well, digests do not wait, and the failure is counted.
func TestPeopleHearWhileTheTopicHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const findings = 2*batchSize + 50
		o, store := new(outbox), alerting.NewMemoryStore()
		o.flood(findings)
		hangs := publisherFunc(func(ctx context.Context, _ []alerting.Record) error { <-ctx.Done(); return ctx.Err() })
		d := testDispatcher(o, store, hangs)
		ctx, stop := context.WithCancel(t.Context())
		go d.Run(ctx, 0, func() bool { return true })
		time.Sleep(publishPatience + time.Second)
		pending, err := pendingOf(t.Context(), store)
		if err != nil || len(pending) != findings {
			t.Errorf("%d of %d are to be told, %v", len(pending), findings, err)
		}
		if caught, err := store.CaughtUp(t.Context()); err != nil || !caught[0] {
			t.Errorf("digests wait: %v, %v", caught, err)
		}
		if n := testutil.ToFloat64(d.Metrics.failures); n == 0 {
			t.Error("no failure is counted")
		}
		if len(o.entries) != findings {
			t.Errorf("%d entries are left of %d that nothing was published of", len(o.entries), findings)
		}
		stop()
		synctest.Wait()
	})
}

// While the topic is away a retry goes on from where the last one came to, and begins
// anew when the store went back in time.
func TestWaitingFindingsAreReadOnce(t *testing.T) {
	const findings = 4 * batchSize
	o, store := new(outbox), alerting.NewMemoryStore()
	o.flood(findings)
	away := publisherFunc(func(context.Context, []alerting.Record) error { return errors.New("no broker") })
	r := partitionDispatch{Dispatcher: testDispatcher(o, store, away)}
	retry := func(when string, want int) {
		t.Helper()
		o.read = 0
		if _, err := r.dispatch(t.Context(), at(messagetest.Story())); !errors.Is(err, errUnpublished) {
			t.Error(err)
		}
		if pending, err := pendingOf(t.Context(), r.Store); err != nil || len(pending) != findings || o.read != want {
			t.Errorf("%s: %d are to be told, %d entries read, want %d; %v", when, len(pending), o.read, want, err)
		}
	}
	retry("at first", findings)
	retry("again", batchSize)
	f := finding(detector.RaisedAgain, 1)
	f.Account, f.ID = "account-7", "account-7-2026-03-02"
	o.add(f)
	retry("one more", batchSize+1)
	r.Dispatcher.Store = alerting.NewMemoryStore()
	retry("with a store that went back", findings+1)
}

// Several partitions notice one dead feed, at the same time: the first to enter
// it publishes it, however long that takes, and the others leave it alone.
func TestOneLineForAFeedOfManyPartitions(t *testing.T) {
	store, lines := alerting.NewMemoryStore(), new(topic)
	dead := &detector.Finding{ID: "pbx@2026-03-06", Kind: detector.FeedDead, Time: messagetest.Story().Time, Source: "pbx"}
	first, second := new(outbox), new(outbox)
	first.add(dead)
	second.add(dead)
	away := publisherFunc(func(context.Context, []alerting.Record) error { return errors.New("no broker") })
	if _, err := testDispatcher(first, store, away).Dispatch(t.Context(), 2, at(messagetest.Story())); err == nil {
		t.Error("no error although nothing was published")
	}
	if _, err := testDispatcher(second, store, lines).Dispatch(t.Context(), 1, at(messagetest.Story())); err != nil || len(lines.lines) != 0 {
		t.Errorf("the second: %v, %d lines", err, len(lines.lines))
	}
	if _, err := testDispatcher(first, store, lines).Dispatch(t.Context(), 2, at(messagetest.Story())); err != nil || len(lines.lines) != 1 {
		t.Errorf("the first: %v, %d lines", err, len(lines.lines))
	}
}

type publisherFunc func(context.Context, []alerting.Record) error

func (f publisherFunc) Publish(ctx context.Context, r []alerting.Record) error { return f(ctx, r) }

// awayOutbox cannot be read while it is away.
type awayOutbox struct {
	*outbox
	away *atomic.Bool
}

func (o awayOutbox) Outbox(ctx context.Context, p int, after string, limit int) ([]worker.OutboxEntry, error) {
	if o.away.Load() {
		return nil, errors.New("no store")
	}
	return o.outbox.Outbox(ctx, p, after, limit)
}

// A partition is caught up once a dispatch after its log's end has succeeded,
// and is behind again when it is claimed anew.
func TestRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, store := new(outbox), alerting.NewMemoryStore()
		o.add(finding(detector.Raised, 0))
		var live, away atomic.Bool
		away.Store(true)
		d := testDispatcher(awayOutbox{o, &away}, store, new(topic))
		_ = store.SetCaughtUp(t.Context(), 3, true) // by the owner before us
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- d.Run(ctx, 3, live.Load) }()
		check := func(when string, want bool) {
			t.Helper()
			time.Sleep(time.Minute)
			synctest.Wait()
			if caught, _ := store.CaughtUp(t.Context()); caught[3] != want {
				t.Errorf("%s: caught up %v", when, caught[3])
			}
		}
		check("at the claim", false)
		live.Store(true)
		check("while its findings cannot be dispatched", false)
		live.Store(false)
		away.Store(false)
		check("while the log's end is not reached", false)
		live.Store(true)
		check("when all is dispatched", true)
		if got := testutil.ToFloat64(d.Metrics.failures); got < 3 || got > 12 {
			t.Errorf("%v failures in two minutes", got)
		}
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

// A dispatcher goes on with an alert that was answered.
func TestFindingsOfAnAnsweredAlert(t *testing.T) {
	o, b, lines := new(outbox), alerting.NewMemoryStore(), new(topic)
	d := testDispatcher(o, b, lines)
	d.Log = slog.New(slog.DiscardHandler)
	o.add(finding(detector.Raised, 0))
	if _, err := d.Dispatch(t.Context(), 0, at(messagetest.Story())); err != nil {
		t.Fatal(err)
	}
	if _, err := (&alerting.AnswerHandler{Store: b, Publisher: lines, Metrics: alerting.NewMetrics(prometheus.NewRegistry())}).Handle(t.Context(), alerting.Answer{Alert: messagetest.Story().ID, By: "anna"}, at(messagetest.Story())); err != nil {
		t.Fatal(err)
	}
	o.add(finding(detector.Raised, 0), finding(detector.RaisedAgain, 20))
	if _, err := d.Dispatch(t.Context(), 0, at(messagetest.Story())); err != nil {
		t.Fatal(err)
	}
	if a, err := b.Get(t.Context(), messagetest.Story().ID); err != nil || a.State != alerting.Open || len(a.History) != 3 || len(lines.lines) != 3 {
		t.Errorf("%+v, %v, %q", a, err, lines.lines)
	}
}

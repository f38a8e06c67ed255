package delivery_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"firstsign/accounts"
	"firstsign/alerting"
	"firstsign/alerting/delivery"
	"firstsign/alerting/message/messagetest"
	"firstsign/detector"
	"firstsign/signals"
)

// phone is a channel that remembers.
type phone struct {
	mu    sync.Mutex
	send  func(m alerting.Message) error // nil: takes all
	tried []time.Time
	got   []alerting.Message
}

func (p *phone) Service() string { return "generic" }

func (p *phone) Send(_ context.Context, m alerting.Message) error {
	p.mu.Lock()
	p.tried = append(p.tried, time.Now())
	send := p.send
	p.mu.Unlock()
	if send != nil {
		if err := send(m); err != nil {
			return err
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.got = append(p.got, m)
	return nil
}

func (p *phone) titles() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var titles []string
	for _, m := range p.got {
		titles = append(titles, m.Title)
	}
	return titles
}

// office has two managers, an operator, the log, and accounts a0, a2 .. of anna
// and a1, a3 .. of bert; "lone" has no owner.
type office struct {
	store                     alerting.AlertStore
	anna, bert, operator, log *phone
	snapshot                  *alerting.RoutingSnapshot
	metrics                   map[*delivery.Notifier]*prometheus.Registry
}

func newOffice() *office {
	o := &office{alerting.NewMemoryStore(), new(phone), new(phone), new(phone), new(phone), nil, map[*delivery.Notifier]*prometheus.Registry{}}
	var list []accounts.Account
	for i := range 10 {
		list = append(list, accounts.Account{ID: fmt.Sprint("a", i), Name: fmt.Sprint("Account ", i), Owner: [...]string{"anna", "bert"}[i%2], Grade: accounts.Key})
	}
	list = append(list, accounts.Account{ID: "lone", Name: "Lone"})
	o.snapshot = &alerting.RoutingSnapshot{
		Routing: alerting.Routing{
			Channels: map[string]alerting.ChannelConfig{"anna": {}, "bert": {}, "ops": {}},
			Owners:   map[string][]string{"anna": {"anna"}, "bert": {"bert"}}, Operator: []string{"ops"},
		}.WithDefaults(),
		Channels: map[string]alerting.Channel{"anna": o.anna, "bert": o.bert, "ops": o.operator, alerting.LogChannel: o.log},
		Accounts: accounts.NewDirectory(list),
	}
	return o
}

func (o *office) notifier() *delivery.Notifier {
	registry := prometheus.NewRegistry()
	n := &delivery.Notifier{
		Store: o.store, Snapshot: func() *alerting.RoutingSnapshot { return o.snapshot }, Partitions: 1,
		Metrics: delivery.NewMetrics(registry), Changes: alerting.NewMetrics(registry), Log: slog.New(slog.DiscardHandler),
	}
	o.metrics[n] = registry
	return n
}

// metric is what a notifier's metric shows, by the values of its labels.
func (o *office) metric(t *testing.T, n *delivery.Notifier, name string, labels ...string) float64 {
	t.Helper()
	families, err := o.metrics[n].Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		for _, m := range f.GetMetric() {
			var values []string
			for _, l := range m.GetLabel() {
				values = append(values, l.GetValue())
			}
			if f.GetName() == name && slices.Equal(values, labels) {
				return m.GetGauge().GetValue() + m.GetCounter().GetValue() // of which it has one
			}
		}
	}
	t.Fatalf("there is no metric %s%q", name, labels)
	return 0
}

// happens enters findings now. Their time is age ago.
func (o *office) happens(t *testing.T, kind detector.FindingKind, age time.Duration, names ...string) {
	t.Helper()
	for _, name := range names {
		f := messagetest.Story()
		f.ID, f.Kind, f.Account, f.Time = name+"@x", kind, name, time.Now().Add(-age).UnixNano()
		f.Reasons = f.Reasons[:1]
		if kind == detector.FeedDead || kind == detector.FeedBack {
			f.Account, f.Source, f.Grade, f.Reasons = "", name, "", nil
		}
		if _, _, err := alerting.StoreFinding(t.Context(), o.store, 0, f, o.snapshot, time.Now()); err != nil {
			t.Fatal(err)
		}
	}
}

// Whoever lets time pass step by step finds every message attempted when DeliverDue
// returns.
func TestDeliverDue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice()
		o.anna.send = func(alerting.Message) error { time.Sleep(time.Minute); return nil }
		n := o.notifier()
		o.happens(t, detector.Raised, 0, "a0", "a2")
		if err := n.DeliverDue(t.Context()); err != nil {
			t.Fatal(err)
		}
		pending, err := pendingOf(t.Context(), o.store)
		if got := o.anna.titles(); len(got) != 2 || len(pending) > 0 || err != nil {
			t.Errorf("told %q, %d wait, %v", got, len(pending), err)
		}
	})
}

// runs lets a notifier run for a while, in the bubble's time.
func runs(t *testing.T, n *delivery.Notifier, d time.Duration) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	defer cancel()
	if err := n.Run(ctx); err != nil {
		t.Error(err)
	}
}

func expect(t *testing.T, who string, p *phone, parts ...string) {
	t.Helper()
	titles := p.titles()
	left := slices.Clone(titles)
	for _, part := range parts { // several alerts are told at once
		if i := slices.IndexFunc(left, func(title string) bool { return strings.Contains(title, part) }); i >= 0 {
			left = slices.Delete(left, i, i+1)
		}
	}
	if len(left) > 0 || len(titles) != len(parts) {
		t.Errorf("%s got %q, want %q", who, titles, parts)
	}
}

func TestEveryoneHearsTheirOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice()
		o.happens(t, detector.Raised, time.Hour, "a0", "a1", "lone")
		o.happens(t, detector.FeedDead, time.Hour, "pbx")
		n := o.notifier()
		runs(t, n, 10*time.Second)
		expect(t, "anna", o.anna, "Account 0 is drifting away")
		expect(t, "bert", o.bert, "Account 1 is drifting away")
		expect(t, "operator", o.operator, "No data from pbx")
		if got := o.log.titles(); len(got) != 4 {
			t.Errorf("the log got %q", got)
		}
		if pending, _ := pendingOf(t.Context(), o.store); len(pending) != 0 {
			t.Errorf("%d still pending", len(pending))
		}
		o.happens(t, detector.Closed, 0, "a0")
		o.happens(t, detector.FeedBack, 0, "pbx")
		runs(t, o.notifier(), 10*time.Second) // after a restart, too, nobody hears twice
		expect(t, "anna", o.anna, "Account 0", "the alert is closed")
		expect(t, "bert", o.bert, "Account 1")
		expect(t, "operator", o.operator, "No data", "delivers data again")
		a, _ := o.store.Get(t.Context(), "a0@x")
		if sent := a.History[0].Sent; len(sent) != 2 || sent[0].To != "anna" || sent[0].At.IsZero() {
			t.Errorf("sent %+v", sent)
		}
		if got := o.metric(t, n, "firstsign_alerts_open", "key", "critical"); got != 3 {
			t.Errorf("%v open key alerts, want 3", got)
		}
		if got := o.metric(t, n, "firstsign_deliveries_total", "generic", "ok"); got != 7 {
			t.Errorf("%v deliveries", got)
		}
	})
}

func TestAFailingChannelHoldsUpNobodyElse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice()
		began := time.Now()
		o.anna.send = func(alerting.Message) error {
			if time.Since(began) < 10*time.Minute {
				return errors.New("away")
			}
			return nil
		}
		o.bert.send = func(alerting.Message) error { time.Sleep(5 * time.Minute); return nil } // slow
		o.happens(t, detector.Raised, 0, "a0", "a2", "a1")
		o.happens(t, detector.FeedDead, 0, "pbx")
		n := o.notifier()
		runs(t, n, 20*time.Second)
		expect(t, "operator", o.operator, "No data from pbx")
		if pending, oldest := o.metric(t, n, "firstsign_deliveries_pending"), o.metric(t, n, "firstsign_deliveries_oldest_pending_seconds"); pending != 3 || oldest < 15 {
			t.Errorf("%v pending, the oldest %v s", pending, oldest)
		}
		tried := slices.Compact(o.anna.tried) // the first two were tried at once
		if len(tried) < 5 {                   // at 0, 1, 3, 7 and 15 s at the latest
			t.Errorf("tried %d times: %v", len(tried), tried)
		}
		for i, reach := 1, time.Second; i < len(tried); i, reach = i+1, 2*reach {
			if pause := tried[i].Sub(tried[i-1]); pause < reach/2 || pause > reach {
				t.Errorf("pause %d is %s, want %s to %s", i, pause, reach/2, reach)
			}
		}
		runs(t, o.notifier(), 20*time.Minute)
		if got := o.anna.titles(); len(got) != 2 || got[0] == got[1] {
			t.Errorf("anna got %q", got)
		}
		expect(t, "bert", o.bert, "Account 1")
		if tries := len(o.anna.tried); tries < 10 || tries > 30 {
			t.Errorf("%d tries", tries)
		}
	})
}

func TestOneMessageNobodyTakesHoldsUpNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice()
		o.anna.send = func(m alerting.Message) error {
			if strings.Contains(m.Title, "Account 0") {
				return errors.New("cannot read this")
			}
			return nil
		}
		o.happens(t, detector.Raised, 2*time.Hour, "a0")
		o.happens(t, detector.Raised, time.Hour, "a2", "a4")
		runs(t, o.notifier(), time.Minute)
		expect(t, "anna", o.anna, "Account 2", "Account 4")
		if pending, _ := pendingOf(t.Context(), o.store); len(pending) != 1 {
			t.Errorf("%d pending", len(pending))
		}
	})
}

func TestOneDigestOnceAllCaughtUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice()
		year := 365 * 24 * time.Hour
		for days := 364; days > 10; days-- { // a year of alerts that came and went
			age := time.Duration(days) * 24 * time.Hour
			f := messagetest.Story()
			f.ID, f.Account, f.Time = fmt.Sprint("a", days%10, "@", days), fmt.Sprint("a", days%10), time.Now().Add(-age).UnixNano()
			end := *f
			end.Kind, end.Time = detector.Closed, f.Time+int64(24*time.Hour)
			for _, f := range []*detector.Finding{f, &end} {
				if _, _, err := alerting.StoreFinding(t.Context(), o.store, 0, f, o.snapshot, time.Now()); err != nil {
					t.Fatal(err)
				}
			}
		}
		o.happens(t, detector.Raised, year/12, "a0", "a2", "a4", "a1")
		o.happens(t, detector.FeedDead, year/12, "pbx")
		n := o.notifier()
		n.Partitions = 2
		runs(t, n, time.Minute)
		_ = o.store.SetCaughtUp(t.Context(), 1, true)
		runs(t, n, time.Minute)
		for who, p := range map[string]*phone{"anna": o.anna, "bert": o.bert, "operator": o.operator, "log": o.log} {
			expect(t, who, p)
		}
		if got := o.metric(t, n, "firstsign_digest_alerts_waiting"); got != 5 {
			t.Errorf("%v wait for a digest, want 5", got)
		}
		o.happens(t, detector.Closed, 0, "a4") // over before it could be told
		_ = o.store.SetCaughtUp(t.Context(), 0, true)
		runs(t, n, time.Minute)
		runs(t, o.notifier(), time.Minute)
		expect(t, "anna", o.anna, "2 of your accounts are drifting away")
		expect(t, "bert", o.bert, "1 of your accounts is drifting away")
		expect(t, "operator", o.operator, "1 feed gives no data")
		if text := o.anna.got[0].Text; !strings.Contains(text, "Account 0") || !strings.Contains(text, "Account 2") || strings.Contains(text, "Account 4") {
			t.Error(text)
		}
		if len(o.log.titles()) != 3 {
			t.Errorf("the log got %q", o.log.titles())
		}
		o.happens(t, detector.Raised, 0, "a6")
		runs(t, o.notifier(), time.Minute)
		expect(t, "anna", o.anna, "2 of your", "Account 6")
		if got := o.metric(t, n, "firstsign_digests_sent_total"); got != 6 {
			t.Errorf("%v digests", got)
		}
	})
}

func TestAnInstanceTellsItsOwnManagers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice()
		o.happens(t, detector.Raised, 0, "a0", "a1")
		o.happens(t, detector.FeedDead, 0, "pbx")
		const partitions = 8
		for p := range partitions {
			n := o.notifier()
			n.Partitions, n.Owns = partitions, func(q int) bool { return q == p }
			before := len(o.anna.titles()) + len(o.bert.titles()) + len(o.operator.titles())
			runs(t, n, 5*time.Second)
			want := 0
			for _, owner := range []string{"anna", "bert", alerting.Operator} {
				if signals.PartitionOf([]byte(owner), partitions) == p {
					want++
				}
			}
			if got := len(o.anna.titles()) + len(o.bert.titles()) + len(o.operator.titles()) - before; got != want {
				t.Errorf("partition %d told %d, want %d", p, got, want)
			}
		}
		expect(t, "anna", o.anna, "Account 0")
		expect(t, "bert", o.bert, "Account 1")
		expect(t, "operator", o.operator, "pbx")
	})
}

// forgetful is a store whose writes fail for a while.
type forgetful struct {
	alerting.AlertStore
	until time.Time
}

func (f *forgetful) Put(ctx context.Context, a *alerting.Alert) error {
	if time.Now().Before(f.until) {
		return errors.New("away")
	}
	return f.AlertStore.Put(ctx, a)
}

func TestWhatWasTakenIsNotSentAgainWhileTheBookIsAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice()
		o.happens(t, detector.Raised, 0, "a0", "a2")
		o.store = &forgetful{o.store, time.Now().Add(time.Minute)}
		runs(t, o.notifier(), 2*time.Minute)
		expect(t, "anna", o.anna, "Account 0", "Account 2")
		if pending, _ := pendingOf(t.Context(), o.store); len(pending) != 0 {
			t.Errorf("%d pending", len(pending))
		}
	})
}

func TestRoutingIsLookedUpAtDelivery(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice()
		o.anna.send = func(alerting.Message) error { return errors.New("away") }
		o.happens(t, detector.Raised, 0, "a0", "a2")
		n := o.notifier()
		runs(t, n, 5*time.Second)
		next := *o.snapshot
		next.Accounts = accounts.NewDirectory([]accounts.Account{{ID: "a0", Name: "Renamed", Owner: "bert"}, {ID: "a2", Owner: "carl"}})
		o.snapshot = &next
		runs(t, n, time.Minute)
		expect(t, "bert", o.bert, "Renamed")
		expect(t, "anna", o.anna)
		if pending, _ := pendingOf(t.Context(), o.store); len(pending) != 0 { // carl has no channel: the log has it
			t.Errorf("%d pending", len(pending))
		}
	})
}

// Not before every partition has read its log: one that is behind may still
// bring a feed's failure that another has told.
func TestOldAlertsLeaveTheBook(t *testing.T) {
	for behind, want := range map[bool][]string{false: {"a1", "a2"}, true: {"a0", "a1", "a2"}} {
		leavesTheBook(t, behind, want)
	}
}

func leavesTheBook(t *testing.T, behind bool, want []string) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice()
		n := o.notifier()
		for p := range n.Partitions {
			if err := o.store.SetCaughtUp(t.Context(), p, !behind || p > 0); err != nil {
				t.Fatal(err)
			}
		}
		day := 24 * time.Hour
		o.happens(t, detector.Raised, 500*day, "a0", "a1", "a2")
		o.happens(t, detector.Closed, 401*day, "a0")
		o.happens(t, detector.Closed, 399*day, "a1")
		runs(t, n, 5*time.Second)
		all, err := o.store.List(t.Context(), alerting.Filter{})
		if err != nil {
			t.Fatal(err)
		}
		var left []string
		for _, a := range all {
			left = append(left, a.Account)
		}
		if slices.Sort(left); !slices.Equal(left, want) {
			t.Errorf("a partition is behind: %v, left: %q, want %q", behind, left, want)
		}
	})
}

// A digest that a channel refuses for hours is seen: in the metrics of its kind, and
// under the channel's name.
func TestAChannelThatRefusesForHoursIsSeen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice()
		o.anna.send = func(alerting.Message) error { return errors.New("no such robot") }
		o.happens(t, detector.Raised, 300*time.Hour, "a0", "a2", "a1")
		if err := o.store.SetCaughtUp(t.Context(), 0, true); err != nil {
			t.Fatal(err)
		}
		n := o.notifier()
		began := time.Now()
		runs(t, n, 2*time.Hour)
		gauges := func(pending, failing float64, oldest time.Duration) {
			t.Helper()
			for name, want := range map[string]float64{"firstsign_channel_pending": pending, "firstsign_channels_failing": failing, "firstsign_channel_oldest_pending_seconds": oldest.Seconds()} {
				if got := o.metric(t, n, name, "generic"); got > want || got < want-10 {
					t.Errorf("%s is %v, want %v", name, got, want)
				}
			}
		}
		gauges(1, 1, 2*time.Hour)
		var anna delivery.ChannelHealth
		for _, h := range n.Channels() {
			if h.Failures > 0 {
				anna = h
			}
		}
		if anna.Name != "anna" || anna.Waits != 1 || anna.Since.Sub(began) > time.Minute || anna.Failures < 2*12 || anna.Failures > 2*30 {
			t.Errorf("%+v", anna)
		}
		expect(t, "bert", o.bert, "1 of your accounts")
		o.anna.send = nil
		runs(t, n, 10*time.Minute)
		gauges(0, 0, 0)
		expect(t, "anna", o.anna, "2 of your accounts")
	})
}

// One channel gets several messages at once, and those about one alert in their order.
func TestSeveralMessagesAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice()
		now, most := 0, 0
		o.anna.send = func(m alerting.Message) error {
			o.anna.mu.Lock()
			now++
			most = max(most, now)
			o.anna.mu.Unlock()
			time.Sleep(time.Second)
			o.anna.mu.Lock()
			defer o.anna.mu.Unlock()
			now--
			return nil
		}
		names := []string{"a0", "a2", "a4", "a6", "a8"}
		o.happens(t, detector.Raised, time.Hour, names...)
		o.happens(t, detector.Closed, 0, names...)
		runs(t, o.notifier(), 2500*time.Millisecond)
		if most != len(names) {
			t.Errorf("%d at once", most)
		}
		expect(t, "anna", o.anna, "Account 0", "Account 2", "Account 4", "Account 6", "Account 8", "0: the alert is closed", "2: the alert is closed", "4: the alert is closed", "6: the alert is closed", "8: the alert is closed")
		for i, title := range o.anna.titles() {
			if closes := strings.Contains(title, "closed"); closes != (i >= len(names)) {
				t.Errorf("%q is message %d", title, i)
			}
		}
	})
}

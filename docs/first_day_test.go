// Package docs holds the tests of what the pages say.
package docs

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"firstsign/accounts"
	"firstsign/alerting"
	"firstsign/alerting/delivery"
	"firstsign/alerting/links"
	"firstsign/alerting/message"
	"firstsign/alerting/notify"
	"firstsign/config"
	"firstsign/detector"
	"firstsign/detector/series"
	"firstsign/signals"
)

var update = flag.Bool("update", false, "write the messages of the pages anew")

// The messages stand on a page for each language, the configuration on the operators' page.
var messagePages = []string{"manager/messages.md", "manager/messages.zh.md"}

const configurationPage = "operator/alerting.md"

var messageBlock = regexp.MustCompile("(?s)<!-- ([a-z_]+) (en|zh) -->\n```text\n(.*?)```\n")

// The messages on the pages are those that a notifier sends.
func TestFirstDayShowsWhatIsSent(t *testing.T) {
	sent, shown := map[string]string{}, map[string]bool{}
	for _, l := range message.Languages {
		for name, text := range firstDayMessages(t, l) {
			sent[name+" "+string(l)] = text
		}
	}
	for _, file := range messagePages {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		next := messageBlock.ReplaceAllStringFunc(string(text), func(block string) string {
			m := messageBlock.FindStringSubmatch(block)
			key := m[1] + " " + m[2]
			shown[key] = true
			if sent[key] == "" {
				t.Errorf("%s shows %q, which is not sent", file, key)
			}
			return fmt.Sprintf("<!-- %s -->\n```text\n%s\n```\n", key, sent[key])
		})
		if *update {
			if err := os.WriteFile(file, []byte(next), 0o644); err != nil {
				t.Fatal(err)
			}
		} else if next != string(text) {
			t.Errorf("%s does not show what is sent: go test ./docs -update", file)
		}
	}
	for key := range sent {
		if !shown[key] {
			t.Errorf("%q is sent and not on a page", key)
		}
	}
}

// phone is a channel that remembers what came last.
type phone struct {
	mu   sync.Mutex
	last string
}

func (*phone) Service() string { return "generic" }

func (p *phone) Send(_ context.Context, m alerting.Message) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.last = m.Text
	if m.Answer != "" {
		p.last += "\n\n" + m.Answer
	}
	return nil
}

func (p *phone) read() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	defer func() { p.last = "" }()
	return p.last
}

// story is the page's: two accounts of wang.fang, whose stand-in is chen.jie
// and whose superior zhao.qiang.
type story struct {
	t                      *testing.T
	store                  *alerting.MemoryStore
	snapshot               *alerting.RoutingSnapshot
	now                    func() time.Time
	wang, chen, zhao       *phone
	calls, forward, visits detector.Reason
}

func dayOf(t *testing.T, s string) signals.Day {
	d, err := signals.ParseDay(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func newStory(t *testing.T, l message.Language) *story {
	shanghai, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	began, first := time.Now(), time.Date(2026, 3, 3, 6, 0, 0, 0, shanghai)
	s := &story{
		t: t, store: alerting.NewMemoryStore(), wang: new(phone), chen: new(phone), zhao: new(phone),
		now: func() time.Time { return first.Add(time.Since(began)) },
		calls: detector.Reason{Signal: "call", Contact: "li-wei", Side: series.Theirs, Term: detector.Drop,
			Window: 28, From: 3.5, To: 0.75, Since: dayOf(t, "2026-02-03")},
		forward: detector.Reason{Signal: "forwarding", Contact: "li-wei", Side: series.Theirs, Term: detector.Incident,
			Window: 28, From: 0.03, To: 1, History: 394, Since: dayOf(t, "2026-02-24")},
		visits: detector.Reason{Signal: "visit", Side: series.Ours, Term: detector.Norm, Window: 28, From: 3, To: 1, Since: dayOf(t, "2026-02-03")},
	}
	account := func(id, en, zh string) accounts.Account {
		a := accounts.Account{
			ID: id, Name: en, Owner: "wang.fang", StandIn: "chen.jie", Superior: "zhao.qiang", Grade: accounts.Key,
			Contacts: []accounts.Contact{{ID: "li-wei", Name: "Li Wei", Key: true}},
		}
		if l == message.Chinese {
			a.Name, a.Contacts[0].Name = zh, "李伟"
		}
		return a
	}
	s.snapshot = &alerting.RoutingSnapshot{
		Routing: alerting.Routing{
			Language: l, Channels: map[string]alerting.ChannelConfig{"wang": {}, "chen": {}, "zhao": {}},
			Owners: map[string][]string{"wang.fang": {"wang"}, "chen.jie": {"chen"}, "zhao.qiang": {"zhao"}},
		}.WithDefaults(),
		Channels: map[string]alerting.Channel{"wang": s.wang, "chen": s.chen, "zhao": s.zhao},
		Accounts: accounts.NewDirectory([]accounts.Account{account("hengda", "Hengda Steel", "恒达钢铁"), account("huaxin", "Huaxin Logistics", "华信物流")}),
		Links:    links.New("https://firstsign.example.com", 0, []byte("the key of a page is no secret, is it")),
		Location: shanghai,
	}
	return s
}

// finds enters a finding of so many days ago, of an episode named after its
// account and beginning, and lets the notifier tell of it.
func (s *story) finds(kind detector.FindingKind, id string, daysAgo int, risk float64, reasons ...detector.Reason) *story {
	s.t.Helper()
	account, since, _ := strings.Cut(strings.TrimSuffix(id, "-care"), "-")
	f := &detector.Finding{
		ID: id, Kind: kind, Account: account, Grade: accounts.Key, Time: s.now().Add(-time.Duration(daysAgo)*24*time.Hour - 6*time.Hour).UnixNano(),
		Since: dayOf(s.t, since), Risk: risk, History: 400, Reasons: reasons,
	}
	if _, _, err := alerting.StoreFinding(s.t.Context(), s.store, 0, f, s.snapshot, s.now()); err != nil {
		s.t.Fatal(err)
	}
	return s.tells()
}

// tells lets a notifier do what is due.
func (s *story) tells() *story {
	ctx, cancel := context.WithTimeout(s.t.Context(), time.Minute)
	defer cancel()
	registry := prometheus.NewRegistry()
	n := &delivery.Notifier{
		Store: s.store, Snapshot: func() *alerting.RoutingSnapshot { return s.snapshot }, Partitions: 1, Now: s.now,
		Metrics: delivery.NewMetrics(registry), Changes: alerting.NewMetrics(registry), Log: slog.New(slog.DiscardHandler),
	}
	if err := n.Run(ctx); err != nil {
		s.t.Error(err)
	}
	return s
}

func (s *story) pass(days int) *story {
	time.Sleep(time.Duration(days) * 24 * time.Hour)
	return s
}

// firstDayMessages are the page's messages, as their readers get them.
func firstDayMessages(t *testing.T, l message.Language) map[string]string {
	texts := map[string]string{}
	synctest.Test(t, func(t *testing.T) {
		s := newStory(t, l)
		s.finds(detector.Raised, "hengda-2026-02-10", 20, 4.2, s.calls).finds(detector.Raised, "huaxin-2026-02-16", 12, 1.05, s.forward)
		_ = s.store.SetCaughtUp(t.Context(), 0, true)
		texts["digest"] = s.tells().wang.read()
	})
	synctest.Test(t, func(t *testing.T) {
		s := newStory(t, l)
		const id = "hengda-2026-02-10"
		texts["raised"] = s.finds(detector.Raised, id, 0, 4.2, s.calls, s.forward, s.visits).wang.read()
		texts["stand_in"] = s.pass(2).tells().chen.read()
		answer := alerting.Answer{Alert: id, By: "wang.fang"}
		if _, err := (&alerting.AnswerHandler{Store: s.store, Metrics: alerting.NewMetrics(prometheus.NewRegistry())}).Handle(t.Context(), answer, s.now()); err != nil {
			t.Fatal(err)
		}
		texts["raised_again"] = s.pass(14).finds(detector.RaisedAgain, id, 0, 45, s.forward, s.calls).wang.read()
		texts["closed"] = s.pass(20).finds(detector.Closed, id, 0, 0.2).wang.read()
		texts["returned"] = s.pass(9).finds(detector.Raised, "hengda-2026-04-10", 0, 2.5, s.calls,
			detector.Reason{Signal: "meeting", Contact: "li-wei", Side: series.Theirs, Term: detector.Gap, Window: 33, From: 6, To: 33, Since: dayOf(t, "2026-03-14")}).wang.read()
	})
	synctest.Test(t, func(t *testing.T) {
		s := newStory(t, l)
		texts["neglected"] = s.finds(detector.Neglected, "huaxin-2026-02-10-care", 0, 0, s.visits).wang.read()
		texts["superior"] = s.zhao.read()
	})
	return texts
}

var routingBlock = regexp.MustCompile("(?s)<!-- routing -->\n```yaml\n(.*?)```\n")

// The configuration on the page is one, and its URLs lead to channels.
func TestFirstDaysConfiguration(t *testing.T) {
	page, err := os.ReadFile(configurationPage)
	if err != nil {
		t.Fatal(err)
	}
	dir, routing := t.TempDir(), ""
	for _, m := range routingBlock.FindAllStringSubmatch(string(page), -1) {
		routing += m[1]
	}
	for name, text := range map[string]string{
		"routing.yaml": routing, "calendar.yaml": "timezone: Asia/Shanghai\n", "signals.yaml": "signals:\n  - {name: call, kind: count}\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c, err := config.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	urls := regexp.MustCompile("`([a-z]+://[^`]+)`").FindAllStringSubmatch(string(page), -1)
	services := map[string]bool{}
	for _, m := range urls {
		for _, channel := range c.Routing.Channels {
			if channel.URLEnv != "" {
				t.Setenv(channel.URLEnv, m[1])
			}
		}
		channels, err := notify.Open(c.Routing.Channels, dir, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Errorf("%s: %v", m[1], err)
			continue
		}
		services[channels["wang-mail"].Service()] = true
	}
	for _, want := range strings.Fields("smtp lark wecom dingtalk") {
		if !services[want] {
			t.Errorf("the page shows no URL of %s", want)
		}
	}
}

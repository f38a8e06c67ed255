package web

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"firstsign/accounts"
	"firstsign/alerting"
	"firstsign/alerting/links"
	"firstsign/alerting/message"
	"firstsign/detector"
	"firstsign/signals"
)

var found = time.Date(2026, 3, 2, 16, 0, 0, 0, time.UTC)

// counter is a page over one raised alert of anna's.
type counter struct {
	t        *testing.T
	store    alerting.AlertStore
	snapshot *alerting.RoutingSnapshot
	now      time.Time
	handler  http.Handler
	topic    topic
	answers  *alerting.AnswerHandler
}

// topic counts lines, and fails when it is told to.
type topic struct {
	lines    []string
	err      error
	feedback []signals.Control
}

func (p *topic) Feedback(_ context.Context, c signals.Control) error {
	if p.err == nil {
		p.feedback = append(p.feedback, c)
	}
	return p.err
}

func (p *topic) Publish(_ context.Context, records []alerting.Record) error {
	if p.err == nil {
		p.lines = append(p.lines, string(records[0].Value))
	}
	return p.err
}

func newCounter(t *testing.T, l message.Language) *counter {
	c := &counter{t: t, store: alerting.NewMemoryStore(), now: found.Add(time.Hour)}
	c.snapshot = &alerting.RoutingSnapshot{
		Routing: alerting.Routing{Language: l}.WithDefaults(),
		Accounts: accounts.NewDirectory([]accounts.Account{{
			ID: "acme", Name: "Acme <Telecom>", Owner: "anna", StandIn: "bert",
			Contacts: []accounts.Contact{{ID: "li-wei", Name: "Li Wei"}},
		}}),
		Links: links.New("http://x", 0, []byte("one-key-of-thirty-two-characters")),
	}
	c.answers = &alerting.AnswerHandler{Store: c.store, Publisher: &c.topic, Feedback: &c.topic, Metrics: alerting.NewMetrics(prometheus.NewRegistry())}
	c.handler = Handler(Parts{Answers: &Answers{
		Snapshot: func() *alerting.RoutingSnapshot { return c.snapshot }, Store: c.store, Now: func() time.Time { return c.now }, Handler: c.answers,
	}}, quiet())
	c.happens(detector.Raised, 0)
	return c
}

// pages are those without a link, over the same store. Nobody may answer there.
func (c *counter) pages() *Pages {
	return &Pages{Snapshot: func() *alerting.RoutingSnapshot { return c.snapshot }, Store: c.store, Now: func() time.Time { return c.now }}
}

func (c *counter) happens(kind detector.FindingKind, days int) {
	c.t.Helper()
	f := &detector.Finding{
		ID: "acme-2026-02-03", Account: "acme", Kind: kind, Time: found.Add(time.Duration(days) * 24 * time.Hour).UnixNano(), Risk: 9, Since: 20487,
		Reasons: []detector.Reason{
			{Signal: "call", Contact: "li-wei", Side: detector.Theirs, Term: detector.Drop, Window: 28, From: 3.5, To: 1, Since: 20487},
			{Signal: "visit", Contact: "li-wei", Side: detector.Ours, Term: detector.Drop, Window: 28, From: 0.9, To: 0.25, Since: 20487},
		},
	}
	if _, _, err := alerting.StoreFinding(c.t.Context(), c.store, 0, f, c.snapshot, c.now); err != nil {
		c.t.Fatal(err)
	}
}

func (c *counter) link(action links.Action) string {
	u := c.snapshot.Links.URL(links.Link{Action: action, Alert: "acme-2026-02-03", To: "anna", Raised: found}, c.now)
	return strings.TrimPrefix(u, "http://x")
}

func (c *counter) ask(method, target string, form url.Values) (int, string) {
	c.t.Helper()
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	r := httptest.NewRequest(method, target, body)
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	w := httptest.NewRecorder()
	c.handler.ServeHTTP(w, r)
	policy := "no-referrer" // an address with a signature goes nowhere
	if !strings.HasPrefix(target, "/ack") {
		policy = formReferrer
	}
	if h := w.Header(); !strings.Contains(h.Get("Content-Security-Policy"), "default-src 'none'; style-src 'self'") || h.Get("Cache-Control") != "no-store" || h.Get("Referrer-Policy") != policy {
		c.t.Errorf("%s: headers %v", method, h)
	}
	return w.Code, w.Body.String()
}

func form(do string, of time.Time) url.Values {
	return url.Values{"do": {do}, "of": {strconv.FormatInt(of.UnixNano(), 10)}}
}

func (c *counter) alert() *alerting.Alert {
	c.t.Helper()
	a, err := c.store.Get(c.t.Context(), "acme-2026-02-03")
	if err != nil {
		c.t.Fatal(err)
	}
	return a
}

func (c *counter) expect(what string, code int, body string, want int, parts ...string) {
	c.t.Helper()
	if code != want {
		c.t.Errorf("%s: code %d, want %d", what, code, want)
	}
	for _, part := range parts {
		if absent, no := strings.CutPrefix(part, "!"); no == strings.Contains(body, strings.TrimPrefix(part, "!")) {
			c.t.Errorf("%s: %q is there: %v\n%s", what, absent, !no, body)
		}
	}
}

func TestReadingChangesNothing(t *testing.T) {
	c := newCounter(t, message.English)
	before := c.alert().Version
	for _, method := range []string{"GET", "GET", "HEAD"} {
		code, body := c.ask(method, c.link(links.ToAnswer), nil)
		c.expect(method, code, body, 200, `<html lang="en">`, "<h1>Acme &lt;Telecom&gt; is drifting away: Li Wei&#39;s calls fell",
			"<li>Our visits to Li Wei fell", "You answer as anna", `value="acknowledge"`, `value="snooze"`, "!<script", "!src=")
	}
	if a := c.alert(); a.Version != before || a.State != alerting.Open || len(c.topic.lines) != 0 {
		t.Errorf("after reading: %+v", a)
	}
}

func TestAnswering(t *testing.T) {
	c := newCounter(t, message.English)
	link := c.link(links.ToAnswer)
	code, body := c.ask("POST", link, form("snooze", found))
	c.expect("snooze", code, body, 200, "Your answer is recorded.", "anna snoozed this until 9 Mar 2026", `value="acknowledge"`, `!value="snooze"`)
	if a := c.alert(); a.State != alerting.Snoozed || !a.Until.Equal(c.now.Add(snoozeDays*24*time.Hour)) {
		t.Errorf("snoozed: %+v", a)
	}
	code, body = c.ask("POST", link, form("acknowledge", found))
	c.expect("acknowledge", code, body, 200, "Your answer is recorded.", "anna acknowledged this on 2 Mar 2026", `!name="do"`)
	code, body = c.ask("POST", link, form("acknowledge", found))
	c.expect("a link that was used", code, body, 409, "!recorded", "anna acknowledged this on 2 Mar 2026", `!name="do"`)
	code, body = c.ask("GET", link, nil)
	c.expect("reading it then", code, body, 200, "anna acknowledged this on", `!name="do"`)

	c.happens(detector.RaisedAgain, 7)
	code, body = c.ask("POST", link, form("acknowledge", found))
	c.expect("an answer to what it was", code, body, 409, "was not taken", `value="acknowledge"`)
	code, body = c.ask("GET", link, nil)
	c.expect("the old message", code, body, 200, "Your message is outdated: the alert was raised again on 9 Mar 2026", `value="acknowledge"`)

	c.happens(detector.Closed, 9)
	code, body = c.ask("GET", link, nil)
	c.expect("closed", code, body, 200, "This alert is closed", `!name="do"`)
	code, body = c.ask("POST", link, form("acknowledge", found.Add(7*24*time.Hour)))
	c.expect("an answer to what is closed", code, body, 409, "This alert is closed", `!name="do"`)
	if len(c.topic.lines) != 2 {
		t.Errorf("published %q", c.topic.lines)
	}
}

// What it was can be said while it lives and when it is over; the detector hears
// of it, and of nothing else that is answered.
func TestLabelling(t *testing.T) {
	c := newCounter(t, message.English)
	link := c.link(links.ToAnswer)
	say := func(label string, of time.Time) (int, string) {
		f := form("", of)
		f.Set("label", label)
		return c.ask("POST", link, f)
	}
	code, body := c.ask("GET", link, nil)
	c.expect("offered", code, body, 200, "What was it?", `value="false">A false alarm<small>`, `value="acted-lost"`, `!value="unknown"`)
	code, body = say("rubbish", found)
	c.expect("no label", code, body, 400, "did not arrive complete")
	code, body = say("false", found)
	c.expect("a false alarm", code, body, 200, "Your answer is recorded.", "what it was: a false alarm.", `!name="do"`, `!value="false"`, `value="expected"`)
	code, body = say("false", found)
	c.expect("said again", code, body, 409, "!recorded", "what it was: a false alarm.")
	c.topic.err = errors.New("no leader")
	code, body = say("acted-saved", found)
	c.expect("the log is away", code, body, 503, "may not be recorded")
	c.topic.err = nil
	code, body = say("acted-saved", found)
	c.expect("said once more", code, body, 200, "what it was: acted, and the account stays.")
	code, body = c.ask("POST", link, form("acknowledge", found))
	c.expect("acknowledged as well", code, body, 409, "!recorded")

	c.happens(detector.RaisedAgain, 7)
	code, body = say("expected", found)
	c.expect("a label of what it was", code, body, 409, "was not taken")
	c.happens(detector.Closed, 9)
	code, body = say("acted-lost", found.Add(7*24*time.Hour))
	c.expect("after its end", code, body, 200, "This alert is closed", "what it was: acted, and the account is lost.")
	if a := c.alert(); a.Label != signals.ActedLost || a.State != alerting.Closed {
		t.Errorf("%+v", a)
	}
	var got []string
	for _, f := range c.topic.feedback {
		got = append(got, string(f.Kind)+" "+f.Account+" "+f.Alert+" "+f.Owner+" "+string(f.Label))
	}
	want := []string{"false", "acted-saved", "acted-lost"}
	for i := range want {
		want[i] = "feedback acme acme-2026-02-03 anna " + want[i]
	}
	if !slices.Equal(got, want) || len(c.topic.lines) != 3 || !strings.Contains(c.topic.lines[2], `"kind":"labelled","by":"anna","of":"2026-03-09T16:00:00Z","label":"acted-lost"`) {
		t.Errorf("the detector heard %q, the topic has %q", got, c.topic.lines)
	}

	c = newCounter(t, message.Chinese)
	code, body = c.ask("GET", c.link(links.ToAnswer), nil)
	c.expect("in Chinese", code, body, 200, "实际情况是？", `value="expected">预料之中<small>`)
}

func TestLinksThatOpenNothing(t *testing.T) {
	c := newCounter(t, message.English)
	link := c.link(links.ToAnswer)
	for name, bad := range map[string]string{
		"another addressee": strings.Replace(link, "to=anna", "to=bert", 1), "another action": strings.Replace(link, "do=answer", "do=list", 1),
		"cut off": link[:len(link)-30], "nothing at all": "/ack", "a list is no answer": c.link(links.ToList),
	} {
		code, body := c.ask("POST", bad, form("acknowledge", found))
		c.expect(name, code, body, 403, "incomplete or was changed", "!Li Wei", "!<form")
	}
	for name, bad := range map[string]url.Values{"no form": {}, "no raise": {"do": {"snooze"}}, "no answer": form("close", found)} {
		code, body := c.ask("POST", link, bad)
		c.expect(name, code, body, 400, "did not arrive complete", `value="acknowledge"`)
	}
	if code, body := ask(t, c.handler, "PUT", link); code != 405 {
		t.Errorf("PUT: %d %s", code, body)
	}
	if a := c.alert(); a.State != alerting.Open || len(a.History) != 1 {
		t.Errorf("%+v", a)
	}
	c.now = c.now.Add(14 * 24 * time.Hour)
	code, body := c.ask("POST", link, form("acknowledge", found))
	c.expect("expired", code, body, 410, "expired on 16 Mar 2026", "!Li Wei", "!<form")
	if _, err := c.store.Expire(t.Context(), c.now); err != nil {
		t.Fatal(err)
	}
	gone := c.snapshot.Links.URL(links.Link{Action: links.ToAnswer, Alert: "gone", To: "anna"}, c.now)
	code, body = c.ask("GET", strings.TrimPrefix(gone, "http://x"), nil)
	c.expect("not kept", code, body, 410, "no longer kept")
	c.snapshot.Links = nil
	if code, _ := ask(t, c.handler, "GET", link); code != 404 {
		t.Errorf("without links: %d", code)
	}
}

func TestAnAnswerThatMayBeLostSaysSo(t *testing.T) {
	c := newCounter(t, message.Chinese)
	c.topic.err = errors.New("no leader")
	code, body := c.ask("POST", c.link(links.ToAnswer), form("acknowledge", found))
	c.expect("the topic is away", code, body, 503, "可能未被记录", "!no leader", "!<form")
	c.topic.err = nil
	code, body = c.ask("POST", c.link(links.ToAnswer), form("acknowledge", found))
	c.expect("again", code, body, 200, `<html lang="zh-CN">`, "已记录您的回应", "anna 已于 2026年3月2日确认")
	if len(c.topic.lines) != 1 {
		t.Errorf("published %q", c.topic.lines)
	}
}

func TestTheListOfAPerson(t *testing.T) {
	c := newCounter(t, message.Chinese)
	code, body := c.ask("GET", c.link(links.ToList), nil)
	c.expect("one alert", code, body, 200, "anna 的 1 条预警", "未回应", "/ack?a=acme-2026-02-03", "Acme &lt;Telecom&gt; 正在疏远")
	_, rest, _ := strings.Cut(body, `href="http://x`)
	link, _, _ := strings.Cut(rest, `"`)
	code, body = c.ask("POST", strings.ReplaceAll(link, "&amp;", "&"), form("acknowledge", found))
	c.expect("a link of the list", code, body, 200, "已记录您的回应")
	code, body = c.ask("GET", c.link(links.ToList), nil)
	c.expect("afterwards", code, body, 200, "已确认")
	other := c.snapshot.Links.URL(links.Link{Action: links.ToList, To: "bert"}, c.now)
	code, body = c.ask("GET", strings.TrimPrefix(other, "http://x"), nil)
	c.expect("somebody else's", code, body, 200, "bert 目前没有预警", "!Acme")
}

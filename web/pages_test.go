package web

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"firstsign/accounts"
	"firstsign/alerting"
	"firstsign/alerting/links"
	"firstsign/alerting/message"
	"firstsign/detector"
)

// manyAlerts is a handler over n drifting accounts and one neglected, one closed
// and one feed.
func manyAlerts(t *testing.T, n int) (http.Handler, *counter) {
	t.Helper()
	c := newCounter(t, message.English)
	store := alerting.NewMemoryStore()
	put := func(a alerting.Alert) {
		a.Raised, a.Updated = found, found
		a.History = []alerting.Event{{Kind: a.Kind, Time: found}}
		if err := store.Put(t.Context(), &a); err != nil {
			t.Fatal(err)
		}
	}
	for i := range n {
		account := fmt.Sprintf("account-%03d", i)
		put(alerting.Alert{
			ID: account + "-1", Account: account, Name: "Name " + account, Owner: []string{"anna", "bert"}[i%2], Kind: detector.Raised,
			State: alerting.Open, Severity: alerting.Severities[i%3%2], AtRisk: float64(1000 - i),
		})
	}
	put(alerting.Alert{ID: "neat-1", Account: "neat", Owner: "anna", Kind: detector.Neglected, State: alerting.Acknowledged, Severity: alerting.Warning})
	put(alerting.Alert{ID: "old-1", Account: "old", Owner: "bert", Kind: detector.Closed, State: alerting.Closed, Severity: alerting.Warning, Closed: &found})
	put(alerting.Alert{ID: "pbx-1", Source: "pbx", Owner: alerting.Operator, Kind: detector.FeedDead, State: alerting.Open, Severity: alerting.Warning})
	c.store = store
	p := c.pages()
	return Handler(Parts{Alerts: store, Pages: p, Answers: &Answers{Snapshot: p.Snapshot, Store: store, Now: p.Now}}, quiet()), c
}

var cards = regexp.MustCompile(`(?m)^<article`)

func TestFirstPageIsBounded(t *testing.T) {
	h, _ := manyAlerts(t, 130)
	next := regexp.MustCompile(`href="(\?[^"]*)" rel="next"`)
	for _, c := range []struct {
		address string
		cards   []int // on each page
		holds   string
		lacks   string
	}{
		{"/", []int{23, 50, 50, 10}, "130 alerts need you", "account-020"},
		{"/?owner=bert", []int{21, 45}, "Some of the alerts", "account-000"},
		{"/?owner=bert&state=closed&severity=&account=", []int{1}, "old: the alert is closed", "account-"},
		{"/?owner=nobody", []int{0}, "No alert is like that.", "<article"},
		{"/?account=account-007", []int{1}, "account-007", "account-008"},
		{"/?severity=critical&section=drift", []int{43}, "account-001", "account-000"},
		{"/?kind=neglected", []int{1}, "Answered", "Drifting"},
		{"/?state=acknowledged", []int{1}, "Answered", "Drifting"},
		{"/?state=open&section=answered", []int{0}, "No alert is like that.", "neat"},
		{"/?section=feeds", []int{1}, "pbx", "account-"},
		{"/?state=living&section=closed", []int{0}, "No alert is like that.", ">old"},
	} {
		address := c.address
		for i, want := range c.cards {
			code, page := ask(t, h, http.MethodGet, address)
			if n := len(cards.FindAllString(page, -1)); code != http.StatusOK || n != want {
				t.Errorf("%s, page %d: %d, %d alerts, want %d", c.address, i, code, n, want)
			}
			if i == 0 && (!strings.Contains(page, c.holds) || strings.Contains(page, c.lacks)) {
				t.Errorf("%s: no %q, or %q, in %s", c.address, c.holds, c.lacks, page)
			}
			link := next.FindStringSubmatch(page)
			if last := i == len(c.cards)-1; last != (link == nil) {
				t.Fatalf("%s, page %d: next page %q", c.address, i, link)
			} else if !last {
				address = "/" + strings.ReplaceAll(link[1], "&amp;", "&")
			}
		}
	}
}

// What an address asks for wrongly is refused, and never shows everything.
func TestWrongAddressIsRefused(t *testing.T) {
	h, _ := manyAlerts(t, 3)
	for query, want := range map[string]string{
		"ownr=anna": "unknown field", "state=opened": "state is", "severity=high": "severity is", "kind=x": "kind is",
		"owner=a&owner=b": "owner is given 2 times", "after=x": "no such place",
	} {
		for _, path := range []string{"/", "/api/v1/alerts"} {
			if code, body := ask(t, h, http.MethodGet, path+"?"+query); code != http.StatusBadRequest || !strings.Contains(body, want) || strings.Contains(body, "account-") {
				t.Errorf("%s?%s: %d %s", path, query, code, body)
			}
		}
	}
	for _, address := range []string{"/?limit=5", "/?section=x", "/api/v1/alerts?limit=0", "/api/v1/alerts?limit=501", "/api/v1/alerts?section=drift"} {
		if code, body := ask(t, h, http.MethodGet, address); code != http.StatusBadRequest {
			t.Errorf("%s: %d %s", address, code, body)
		}
	}
}

func TestAPIPages(t *testing.T) {
	h, _ := manyAlerts(t, 130)
	for query, want := range map[string][]int{ // total, then the alerts of each page
		"":                               {133, 100, 33},
		"limit=500":                      {133, 133},
		"owner=anna&state=open":          {65, 65},
		"state=living&limit=130":         {132, 130, 2},
		"kind=closed":                    {1, 1},
		"account=account-001&limit=1":    {1, 1},
		"state=closed&severity=critical": {0, 0},
	} {
		values, _ := url.ParseQuery(query)
		for i, n := range want[1:] {
			code, body := ask(t, h, http.MethodGet, "/api/v1/alerts?"+values.Encode())
			var page struct {
				Alerts []alerting.Alert
				Total  int
				Next   string
			}
			if err := json.Unmarshal([]byte(body), &page); err != nil || code != http.StatusOK {
				t.Fatal(code, err)
			}
			if len(page.Alerts) != n || page.Total != want[0] || (page.Next == "") != (i == len(want)-2) || page.Alerts == nil {
				t.Errorf("%s, page %d: %d of %d alerts, next %q", query, i, len(page.Alerts), page.Total, page.Next)
			}
			values.Set("after", page.Next)
		}
	}
}

// The list behind a digest's link has pages, and only the person's alerts.
func TestPersonalListHasPages(t *testing.T) {
	h, c := manyAlerts(t, 130)
	address := strings.TrimPrefix(c.snapshot.Links.URL(links.Link{Action: links.ToList, To: "anna"}, c.now), "http://x")
	_, first := ask(t, h, http.MethodGet, address)
	next := regexp.MustCompile(`<a href="(\?[^"]*)" rel="next">`).FindStringSubmatch(first)
	if next == nil || !strings.Contains(first, "66 alerts of anna") || strings.Count(first, "<li>") != sectionPage {
		t.Fatalf("first page: %s", first)
	}
	address = "/ack" + strings.ReplaceAll(next[1], "&amp;", "&")
	_, second := ask(t, h, http.MethodGet, address)
	if strings.Count(second, "<li>") != 16 || strings.Contains(second, `rel="next"`) {
		t.Errorf("second page: %s", second)
	}
	if code, _ := ask(t, h, http.MethodGet, address+"!"); code != http.StatusForbidden && code != http.StatusOK {
		t.Errorf("a changed place: %d", code)
	}
}

// Marks of writing direction in a name turn nothing on a page, and are escaped in
// JSON.
func TestNamesTurnNothing(t *testing.T) {
	c := newCounter(t, message.English)
	c.snapshot.Accounts = accounts.NewDirectory([]accounts.Account{{ID: "acme", Name: "Ac\u202eme\u2066", Owner: "an\u200fna"}})
	c.happens(detector.RaisedAgain, 1)
	h := Handler(Parts{Alerts: c.store, Pages: c.pages()}, quiet())
	code, page := ask(t, h, http.MethodGet, "/")
	_, answer := c.ask(http.MethodGet, strings.TrimPrefix(c.snapshot.Links.URL(links.Link{Action: links.ToAnswer, Alert: "acme-2026-02-03", To: "an\u200fna", Raised: found}, c.now), "http://x"), nil)
	_, text := ask(t, h, http.MethodGet, "/api/v1/alerts")
	if code != http.StatusOK || !strings.Contains(page, "Acme") || !strings.Contains(answer, "You answer as anna") {
		t.Errorf("page %d %s, %s", code, page, answer)
	}
	if strings.ContainsAny(page+answer+text, "\u202e\u2066\u200f") || !strings.Contains(text, `"name": "Ac\u202eme\u2066"`) {
		t.Errorf("a mark is shown: %s", text)
	}
}

// Who reads and who answers is in the audit log, and nothing of the text.
func TestAudit(t *testing.T) {
	c := newCounter(t, message.English)
	var log strings.Builder
	snapshot := func() *alerting.RoutingSnapshot { return c.snapshot }
	parts := Parts{
		Alerts: c.store, Pages: c.pages(), Accounts: inspectFunc(func(context.Context, string) (*detector.Inspection, error) { return nil, ErrUnknownAccount }),
		Answers: &Answers{Snapshot: snapshot, Store: c.store, Handler: c.answers, Now: func() time.Time { return c.now }},
		Audit: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey {
				return slog.Attr{}
			}
			return a
		}})),
	}
	c.handler = Handler(parts, quiet())
	ask(t, c.handler, http.MethodGet, "/?owner=anna")
	ask(t, c.handler, http.MethodGet, "/api/v1/alerts?state=opened")
	ask(t, c.handler, http.MethodGet, "/api/v1/accounts/acme")
	ask(t, c.handler, http.MethodGet, "/-/healthy")
	link := c.link(links.ToAnswer)
	c.ask(http.MethodGet, link, nil)
	c.ask(http.MethodPost, link, url.Values{"do": {"acknowledge"}, "of": {fmt.Sprint(found.UnixNano())}})
	c.ask(http.MethodPost, link, url.Values{"label": {"false"}, "of": {fmt.Sprint(found.UnixNano())}})
	c.ask(http.MethodGet, link+"x", nil)
	want := []string{
		`action=read_alerts user="" by="" target="owner=anna" source=192.0.2.1 status=200`,
		`action=read_alerts user="" by="" target="state=opened" source=192.0.2.1 status=400`,
		`action=read_account user="" by="" target=acme source=192.0.2.1 status=404`,
		`action=open_link user="" by=anna target=acme-2026-02-03 source=192.0.2.1 status=200`,
		`action=answer user="" by=anna target=acme-2026-02-03 answer=acknowledge source=192.0.2.1 status=200`,
		`action=answer user="" by=anna target=acme-2026-02-03 answer=false source=192.0.2.1 status=200`,
		`action=open_link user="" by="" target="" source=192.0.2.1 status=403`,
	}
	for i, line := range strings.Split(strings.TrimSpace(log.String()), "\n") {
		if i >= len(want) || line != "level=INFO msg=audit "+want[i] {
			t.Errorf("line %d: %s", i, line)
		}
	}
	if n := strings.Count(log.String(), "\n"); n != len(want) {
		t.Errorf("%d lines, want %d", n, len(want))
	}
}

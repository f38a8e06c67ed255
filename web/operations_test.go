package web

import (
	"context"
	"image/color"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"firstsign/alerting"
	"firstsign/alerting/message"
	"firstsign/detector"
	"firstsign/detector/survey"
	"firstsign/web/operations"
	"firstsign/web/tuning"
)

// calm is a service in which nothing is wrong.
type calm struct{ now time.Time }

func (c calm) Process() operations.Process {
	return operations.Process{
		Instance: "host/1", Parts: map[string]string{"kafka": "ready", "partition 0": "live"},
		Owned: map[int]operations.Owned{0: {Words: "live", Ready: true, Committed: c.now}}, Configuration: operations.Configuration{Rules: "a1b2c3"},
	}
}

func (c calm) Kept(context.Context) ([]operations.Kept, error) {
	return []operations.Kept{{Claims: 1, Next: 7, Clock: c.now, Closed: judged, Feeds: []detector.InspectedFeed{{Source: "pbx", State: detector.FeedAlive, Last: judged, Days: 50, Gap: 1, Longest: 3}}}}, nil
}

func (calm) Survey(context.Context) (*survey.Survey, error)      { return survey.New(), nil }
func (calm) Letters(context.Context) (operations.Letters, error) { return operations.Letters{}, nil }

func (calm) Rules() tuning.Rules { return tuning.Rules{Hash: "a1b2c3"} }

func operationsOf(c *counter) *operations.Operations {
	return &operations.Operations{
		Source: calm{c.now}, Snapshot: func() *alerting.RoutingSnapshot { return c.snapshot }, Alerts: c.store, Now: func() time.Time { return c.now },
	}
}

// The pages of operators stand in the server's frame: its header, its style and its policy.
func TestOperationsInTheFrame(t *testing.T) {
	c := newCounter(t, message.English).acme()
	parts := c.withState()
	parts.Operations = operationsOf(c)
	c.handler = Handler(parts, quiet())
	r, w := httptest.NewRequest(http.MethodGet, "/operations", nil), httptest.NewRecorder()
	c.handler.ServeHTTP(w, r)
	page := w.Body.String()
	for _, want := range []string{"Nothing is wrong", styleName, `href="/"`, "pbx"} {
		if !strings.Contains(page, want) {
			t.Errorf("there is no %q in\n%s", want, page)
		}
	}
	if policy := w.Header().Get("Content-Security-Policy"); !strings.Contains(policy, "default-src 'none'") || w.Code != http.StatusOK {
		t.Errorf("%d, policy %q", w.Code, policy)
	}
}

// failing is a service with a dead feed and 400 accounts.
type failing struct{ calm }

func (s failing) Kept(ctx context.Context) ([]operations.Kept, error) {
	kept, err := s.calm.Kept(ctx)
	kept[0].Feeds[0].State, kept[0].Feeds[0].Since = detector.FeedIsDead, judged-2
	return kept, err
}

func (failing) Rules() tuning.Rules {
	return tuning.Rules{Hash: "a1b2c3", Budget: 1, Thresholds: detector.DefaultThresholds()}
}

func (failing) Survey(context.Context) (*survey.Survey, error) {
	counted := survey.New()
	for i := range 400 {
		counted.Accounts = append(counted.Accounts, survey.Account{ID: strconv.Itoa(i), Known: 400, Rates: []survey.Rate{{Signal: "call", PerWeek: 3}}})
	}
	return counted, nil
}

// A real browser shows both pages with their style, light and dark, wide and narrow, and
// finds nothing in them that the policy forbids.
func TestOperationsInABrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a browser several times")
	}
	c := newCounter(t, message.English).acme()
	parts := c.withState()
	parts.Operations = operationsOf(c)
	parts.Operations.Source = failing{calm{c.now}}
	parts.Tuning = &tuning.Tuning{Source: failing{}, Snapshot: parts.Operations.Snapshot, Alerts: c.store, Now: parts.Operations.Now}
	light, dark := color.RGBA{0xf5, 0xf5, 0xf7, 0xff}, color.RGBA{0x14, 0x14, 0x16, 0xff}
	for _, page := range []struct {
		path     string
		language message.Language
		width    int
		flags    []string
		corner   color.RGBA
		holds    []string
	}{
		{"/operations", message.English, 1200, nil, light, []string{"No data comes from pbx since 2 Mar 2026", "firstsignfeeddead", ">dead<", "this instance"}},
		{"/operations", message.Chinese, 400, []string{"--blink-settings=preferredColorScheme=0"}, dark, []string{"没有收到 pbx 的数据", ">中断<"}},
		{"/tuning", message.English, 400, nil, light, []string{"No alert has a label yet", "account-years", "<svg", "shipped with the program"}},
		{"/tuning", message.Chinese, 1200, []string{"--blink-settings=preferredColorScheme=0"}, dark, []string{"还没有预警得到标注", "客户年"}},
		{"/", message.English, 1200, nil, light, []string{`href="/operations"`, `href="/tuning"`}},
	} {
		c.snapshot.Routing.Language = page.language
		server := httptest.NewServer(Handler(parts, quiet()))
		document, refused, corner := visit(t, server.URL+page.path, page.width, page.flags...)
		server.Close()
		if refused != "" || corner != page.corner {
			t.Errorf("%s: corner %v, want %v; refused %q", page.path, corner, page.corner, refused)
		}
		for _, text := range page.holds {
			if !strings.Contains(document, text) {
				t.Errorf("%s: there is no %q in\n%s", page.path, text, document)
			}
		}
	}
}

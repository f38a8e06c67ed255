package web

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"firstsign/alerting"
	"firstsign/alerting/message"
	"firstsign/detector"
	"firstsign/detector/survey"
	"firstsign/web/operations"
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

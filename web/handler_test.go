package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"firstsign/alerting"
	"firstsign/detector"
)

// hashOfSecret is bcrypt of "secret" at the lowest cost.
const hashOfSecret = "$2a$04$zXUYE/ZB.EOhny.c2sLpROZTELzBSDvoOdHwMnVlnElmoLz7mN31a"

func ask(t *testing.T, h http.Handler, method, target string) (int, string) {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(method, target, nil))
	if got := w.Header().Get("X-Content-Type-Options"); got != "nosniff" {
		t.Errorf("%s %s: X-Content-Type-Options %q", method, target, got)
	}
	return w.Code, w.Body.String()
}

func TestHandler(t *testing.T) {
	store := alerting.NewMemoryStore()
	if err := store.Put(t.Context(), &alerting.Alert{ID: "acme/2026-03-02", State: alerting.Open}); err != nil {
		t.Fatal(err)
	}
	parts := Parts{
		Metrics: prometheus.NewRegistry(),
		Alerts:  store,
		Accounts: inspectFunc(func(_ context.Context, id string) (*detector.Inspection, error) {
			switch id {
			case "acme", "a/b 客户":
				return &detector.Inspection{Account: id, AsOf: judged}, nil
			case "odd":
				return &detector.Inspection{Risk: math.NaN()}, nil
			}
			return nil, fmt.Errorf("inspect %s: %w", id, ErrUnknownAccount)
		}),
	}
	full, empty := Handler(parts, quiet()), Handler(Parts{}, quiet())
	tests := []struct {
		handler        http.Handler
		method, target string
		code           int
		body           string
	}{
		{full, "GET", "/", 200, `href="/api/v1/alerts"`},
		{full, "GET", "/-/healthy", 200, `"healthy": true`},
		{full, "GET", "/-/ready", 503, `"parts": {}`},
		{full, "GET", "/metrics", 200, ""},
		{full, "GET", "/api/v1/alerts", 200, `"id": "acme/2026-03-02"`},
		{full, "GET", "/api/v1/alerts/acme%2F2026-03-02", 200, `"id": "acme/2026-03-02"`},
		{full, "GET", "/api/v1/alerts/nobody", 404, `"error": "no such alert"`},
		{full, "POST", "/api/v1/alerts/acme%2F2026-03-02/answers", 404, ""}, // there are no pages
		{full, "GET", "/api/v1/openapi.json", 200, `"openapi"`},
		{full, "GET", "/api/v1/schemas/interactions.json", 200, "a record of firstsign.interactions"},
		{full, "GET", "/api/v1/schemas/alerts.json", 200, "a record of firstsign.alerts"},
		{full, "GET", "/static/" + styleName, 200, "--ground"},
		{full, "GET", "/static/style-of-another-release.css", 200, "--ground"},
		{full, "GET", "/static/handler.go", 404, ""},
		{full, "GET", "/api/v1/accounts/acme", 200, `"account": "acme"`},
		{full, "GET", "/api/v1/accounts/acme/series", 200, `"last_closed_day": "2026-03-04"`},
		{full, "GET", "/api/v1/accounts/nobody/series", 404, `"error": "unknown account"`},
		{full, "GET", "/api/v1/accounts/a%2Fb%20%E5%AE%A2%E6%88%B7", 200, `"account": "a/b 客户"`},
		{full, "GET", "/api/v1/accounts/nobody", 404, `"error": "unknown account"`},
		{full, "GET", "/api/v1/accounts/odd", 500, "cannot be encoded"},
		{full, "GET", "/nowhere", 404, ""},
		{full, "POST", "/api/v1/alerts", 405, ""},
		{full, "DELETE", "/api/v1/accounts/acme", 405, ""},
		{empty, "GET", "/metrics", 404, ""},
		{empty, "GET", "/api/v1/alerts", 404, ""},
		{empty, "GET", "/api/v1/accounts/acme", 404, ""},
	}
	for _, test := range tests {
		code, body := ask(t, test.handler, test.method, test.target)
		if code != test.code || !strings.Contains(body, test.body) {
			t.Errorf("%s %s: %d %s, want %d with %q", test.method, test.target, code, body, test.code, test.body)
		}
	}
}

// moving reports as the workers of partitions do.
type moving struct {
	parts map[string]string
	ready bool
}

func (m moving) Ready() (map[string]string, bool) { return m.parts, m.ready }

func TestReady(t *testing.T) {
	const refused = "waits for Redis at 127.0.0.1:6379: connection refused"
	ok := func() error { return nil }
	waiting := func() error { return errors.New(refused) }
	claiming := moving{map[string]string{"partition 0": "live", "partition 3": "claiming"}, false}
	live := moving{map[string]string{"partition 0": "live"}, true}
	tests := []struct {
		name      string
		reporters []Reporter
		want      Status
	}{
		{"nothing started yet", nil, Status{false, map[string]string{}}},
		{"no partition is ours, which is no fault", []Reporter{moving{nil, true}}, Status{true, map[string]string{}}},
		{"all ready", []Reporter{Checks{"kafka": ok, "alerting": ok}, live},
			Status{true, map[string]string{"alerting": "ready", "kafka": "ready", "partition 0": "live"}}},
		{"a check fails", []Reporter{Checks{"kafka": ok, "alerting": waiting}, live},
			Status{false, map[string]string{"alerting": refused, "kafka": "ready", "partition 0": "live"}}},
		{"a partition claims", []Reporter{claiming, Checks{"kafka": ok}},
			Status{false, map[string]string{"kafka": "ready", "partition 0": "live", "partition 3": "claiming"}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			code, body := ask(t, Handler(Parts{Ready: test.reporters}, quiet()), "GET", "/-/ready")
			if want := map[bool]int{true: 200, false: 503}[test.want.Ready]; code != want {
				t.Errorf("code %d, want %d", code, want)
			}
			var got Status
			if err := json.Unmarshal([]byte(body), &got); err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, test.want) {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
		})
	}
}

func TestReadyAsMetric(t *testing.T) {
	fault := errors.New("refused")
	checks := Checks{"redis": func() error { return fault }}
	registry := prometheus.NewRegistry()
	RegisterReady(registry, checks)
	metrics := Handler(Parts{Metrics: registry}, quiet())
	if _, body := ask(t, metrics, "GET", "/metrics"); !strings.Contains(body, "\nfirstsign_ready 0\n") {
		t.Errorf("while Redis refuses: %s", body)
	}
	fault = nil
	if _, body := ask(t, metrics, "GET", "/metrics"); !strings.Contains(body, "\nfirstsign_ready 1\n") {
		t.Errorf("when it is back: %s", body)
	}
}

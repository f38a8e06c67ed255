package web

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"firstsign/accounts"
	"firstsign/alerting"
	"firstsign/alerting/message"
	"firstsign/detector"
	"firstsign/web/access"
	"firstsign/web/tuning"
)

// two managers of whom neither may see the other's account.
var twoManagers = access.Policy{People: map[string]access.Person{
	"anna": {Role: access.Manager}, "bert": {Role: access.Manager}, "vera": {Role: access.Viewer}, "root": {Role: access.Admin},
}}

// withTwo is a counter with an account of anna's and one of bert's, each with an alert, and
// all that a server can serve. signedIn is who asks.
func withTwo(t *testing.T, signedIn *string) (*counter, Parts) {
	t.Helper()
	c := newCounter(t, message.English).acme()
	c.snapshot.Accounts = accounts.NewDirectory([]accounts.Account{
		{ID: "acme", Name: "Acme of Anna", Owner: "anna", Margin: 1e6},
		{ID: "bolt", Name: "Hidden of Bert", Owner: "bert", Team: "north", Margin: 2e6, Contacts: []accounts.Contact{{ID: "li-wei", Name: "Hidden Person"}}},
		{ID: "listed", Name: "Hidden without State", Owner: "bert"},
	})
	f := &detector.Finding{ID: "bolt-1", Account: "bolt", Kind: detector.Raised, Time: found.UnixNano(), Risk: 9, Since: 20487, Reasons: c.alert().Reasons}
	if _, _, err := alerting.StoreFinding(t.Context(), c.store, 0, f, c.snapshot, c.now); err != nil {
		t.Fatal(err)
	}
	parts := c.withPortfolio()
	parts.Operations = operationsOf(c)
	parts.Tuning = &tuning.Tuning{Source: calm{c.now}, Snapshot: parts.Operations.Snapshot, Alerts: c.store, Now: parts.Operations.Now}
	known := inspectFunc(func(_ context.Context, id string) (*detector.Inspection, error) {
		former := map[string]string{"acme": "acme", "bolt": "bolt", "bolt-of-old": "bolt"}
		if former[id] == "" {
			return nil, ErrUnknownAccount
		}
		x := stateOfAcme(c.snapshot.Day(c.now))
		x.Account, x.Risks = former[id], []detector.RiskWeek{}
		for i := range x.Series { // an account of the detector has them
			x.Series[i].First, x.Series[i].Days, x.Series[i].Normal, x.Series[i].Past = judged.String(), []float64{}, []float64{}, []detector.PastWeek{}
		}
		return x, nil
	})
	parts.Accounts, parts.Pages.Accounts, parts.Pages.Handler = known, known, c.answers
	parts.Metrics = prometheus.NewRegistry()
	policy := twoManagers
	if problems := policy.Validate(); problems != nil {
		t.Fatal(problems)
	}
	parts.Guard = access.NewGuard(func(*http.Request) string { return *signedIn },
		func() *access.Policy { return &policy }, func() *accounts.Directory { return c.snapshot.Accounts })
	return c, parts
}

// open are the routes that need no role. None of them answers with an account or a person.
var open = []string{
	"GET /static/{name}", "GET /-/healthy", "GET /-/ready", "GET /metrics", "GET /api/v1/openapi.json", "GET /ack", "POST /ack",
	"GET /api/v1/schemas/interactions.json", "GET /api/v1/schemas/alerts.json",
}

// No route answers a manager with anything of another's account. A new route is asked as
// well, and has to say for whom it is.
func TestNoRouteShowsAnothersAccount(t *testing.T) {
	who := ""
	c, parts := withTwo(t, &who)
	routes := routesOf(parts, quiet())
	seen := 0
	for _, route := range routes.All() {
		method, path, _ := strings.Cut(route.Pattern, " ")
		if (route.Who == access.Everybody || route.Who == access.LinkHolders) != slices.Contains(open, route.Pattern) {
			t.Errorf("%s is for %d; whoever opens a route to everybody names it in this test", route.Pattern, route.Who)
			continue
		}
		for _, id := range []string{"bolt", "bolt-of-old", "listed", "bolt-1"} {
			for i, query := range []string{"", "?q=hidden", "?q=bolt", "?q=bolt-of-old", "?owner=bert", "?account=bolt", "?state=living", "?section=drift", "?team=north"} {
				if i > 0 && strings.Contains(path, "{id}") {
					break
				}
				address := strings.ReplaceAll(strings.ReplaceAll(path, "{id}", id), "{$}", "") + query
				for _, who = range []string{"anna", "", "zoe", "root"} {
					code, body := send(routes, method, address)
					mayRead := strings.Contains(body, "Hidden") || strings.Contains(body, `"account": "bolt"`)
					switch {
					case who == "root" && mayRead:
						seen++
					case who != "root" && mayRead:
						t.Errorf("%s shows %q: %d %s", address, who, code, body)
					case who == "anna" && strings.Contains(path, "{id}") && code < 400:
						t.Errorf("%s answers %q with %d", address, who, code)
					case who != "anna" && who != "root" && !slices.Contains(open, route.Pattern) && code != http.StatusForbidden:
						t.Errorf("%s answers %q with %d", address, who, code)
					}
				}
			}
		}
	}
	if seen < 20 {
		t.Errorf("only %d answers show the other account to an admin: the test looks at nothing", seen)
	}
	a, err := c.store.Get(t.Context(), "bolt-1")
	if err != nil || slices.ContainsFunc(a.History, func(e alerting.Event) bool { return e.By != "" && e.By != "root" }) {
		t.Errorf("it was answered: %+v %v", a, err)
	}
}

// send asks, and answers whatever can be answered where the method is POST.
func send(h http.Handler, method, address string) (int, string) {
	var r *http.Request
	switch {
	case method == http.MethodPost && strings.HasPrefix(address, "/api/"):
		r = httptest.NewRequest(method, address, strings.NewReader(`{"do": "acknowledge"}`))
		r.Header.Set("Content-Type", "application/json")
	case method == http.MethodPost:
		r = httptest.NewRequest(method, address, strings.NewReader(url.Values{"do": {"acknowledge"}, "of": {fmt.Sprint(found.UnixNano())}}.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	default:
		r = httptest.NewRequest(method, address, nil)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Code, w.Body.String()
}

// What is hidden looks like what is not there, but for its own id.
func TestHiddenLooksAbsent(t *testing.T) {
	who := "anna"
	_, parts := withTwo(t, &who)
	h := Handler(parts, quiet())
	for _, path := range []string{"/accounts/%s", "/api/v1/accounts/%s", "/api/v1/accounts/%s/series", "/api/v1/alerts/%s"} {
		for _, id := range []string{"bolt", "listed", "bolt-1"} {
			code, body := ask(t, h, http.MethodGet, fmt.Sprintf(path, id))
			none, nothing := ask(t, h, http.MethodGet, fmt.Sprintf(path, "nobody"))
			if code != none || strings.ReplaceAll(body, id, "nobody") != nothing {
				t.Errorf(path+": %d %s, and of nobody: %d %s", id, code, body, none, nothing)
			}
		}
	}
	code, page := ask(t, h, http.MethodGet, "/")
	for _, part := range []string{"1 alert needs you", "1 account watched", "Acme of Anna"} {
		if code != http.StatusOK || !strings.Contains(page, part) {
			t.Errorf("no %q in %d %s", part, code, page)
		}
	}
}

// A viewer reads everything and answers nothing, and finds no buttons.
func TestViewersAnswerNothing(t *testing.T) {
	who := "vera"
	c, parts := withTwo(t, &who)
	h := Handler(parts, quiet())
	if _, page := ask(t, h, http.MethodGet, "/"); !strings.Contains(page, "Hidden of Bert") || strings.Contains(page, `class="reply"`) {
		t.Errorf("a viewer sees %s", page)
	}
	for _, path := range []string{"/alerts/acme-2026-02-03/answers", "/api/v1/alerts/acme-2026-02-03/answers"} {
		if code, body := send(h, http.MethodPost, path); code != http.StatusForbidden || !strings.Contains(body, "Your role does not include this") {
			t.Errorf("%s: %d %s", path, code, body)
		}
	}
	if who = "anna"; len(c.alert().History) != 1 {
		t.Error("a viewer answered")
	}
	if code, body := send(h, http.MethodPost, "/api/v1/alerts/acme-2026-02-03/answers"); code != http.StatusOK || c.alert().State != alerting.Acknowledged {
		t.Errorf("its manager: %d %s", code, body)
	}
}

// Who may not open the pages of operators is not sent there.
func TestOnlyOverseersAreSentToOperations(t *testing.T) {
	who := ""
	_, parts := withTwo(t, &who)
	routes := routesOf(parts, quiet())
	for person, want := range map[string]bool{"anna": false, "root": true} {
		who = person
		for _, address := range []string{"/", "/portfolio", "/accounts", "/accounts/acme"} {
			code, page := send(routes, http.MethodGet, address)
			if code != http.StatusOK || strings.Contains(page, `href="/operations"`) != want || strings.Contains(page, `href="/tuning"`) != want {
				t.Errorf("%s of %s answers %d; it leads to the pages of operators: %t", address, person, code, !want)
			}
		}
		for _, address := range []string{"/operations", "/tuning"} {
			code, page := send(routes, http.MethodGet, address)
			if (code == http.StatusOK) != want || want && strings.Count(page, `aria-current="page"`) != 1 || want && !strings.Contains(page, `href="`+address+`" aria-current="page"`) {
				t.Errorf("%s answers %s with %d, or its head does not say that one is there", address, person, code)
			}
		}
	}
}

package web

import (
	"context"
	"crypto/rand"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"firstsign/accounts"
	"firstsign/alerting"
	"firstsign/alerting/links"
	"firstsign/alerting/message"
	alertredis "firstsign/alerting/redis"
	"firstsign/detector"
	"firstsign/internal/racetest"
	"firstsign/web/access"
)

// fewAlerts are enough to see that every list is bounded, while other tests run.
const fewAlerts = 2000

var loadAlerts = flag.Int("web.alerts", fewAlerts, "open alerts of TestManyOpenAlerts")

// What a page may take with any number of open alerts, and what the process may
// hold.
const (
	medianAllowed = 100 * time.Millisecond
	memoryAllowed = 300 << 20
)

// Lists cost what they show: with many open alerts in a real Redis the page and the
// API answer at once, and the process stays small.
func TestManyOpenAlerts(t *testing.T) {
	addr := os.Getenv("REDIS_ADDR")
	if addr == "" {
		t.Skip("REDIS_ADDR is not set")
	}
	client := redis.NewClient(&redis.Options{Addr: addr})
	namespace := "test-" + rand.Text()
	store := alertredis.New(client, namespace)
	t.Cleanup(func() {
		if err := store.Forget(context.Background()); err != nil {
			t.Error(err)
		}
		_ = client.Close()
	})
	began := time.Now()
	putMany(t, store, *loadAlerts)
	t.Logf("%d alerts written in %s", *loadAlerts, time.Since(began).Round(time.Millisecond))

	c := newCounter(t, message.English)
	c.store = store
	p := c.pages()
	h := Handler(Parts{Alerts: store, Pages: p, Answers: &Answers{Snapshot: p.Snapshot, Store: store, Now: p.Now}}, quiet())
	personal := strings.TrimPrefix(c.snapshot.Links.URL(links.Link{Action: links.ToList, To: "manager-7"}, c.now), "http://x")
	middle, err := store.Page(t.Context(), alerting.Filter{Living: true}, "", *loadAlerts/2)
	if err != nil {
		t.Fatal(err)
	}
	after := "after=" + string(middle.Next)
	// A manager sees one account in 50, a superior one in 25.
	who, policy := "", &access.Policy{People: map[string]access.Person{"manager-7": {Role: access.Manager}, "boss-1": {Role: access.Superior}}}
	if problems := policy.Validate(); problems != nil {
		t.Fatal(problems)
	}
	list := make([]accounts.Account, *loadAlerts)
	for i := range list {
		list[i] = accounts.Account{ID: "account-" + strconv.Itoa(i), Owner: "manager-" + strconv.Itoa(i%50), Superior: "boss-" + strconv.Itoa(i%25), Team: "team"}
	}
	c.snapshot.Accounts = accounts.NewDirectory(list)
	guard := access.NewGuard(func(*http.Request) string { return who }, func() *access.Policy { return policy }, func() *accounts.Directory { return c.snapshot.Accounts })
	guard.ShowAssigned(access.AssignedIn(store))
	everybody, somebody := h, Handler(Parts{Alerts: store, Pages: p, Guard: guard}, quiet())
	for _, address := range []string{
		"manager-7 /", "manager-7 /?whose=mine", "manager-7 /?whose=team", "boss-1 /", "boss-1 /?owner=manager-7", "boss-1 /api/v1/alerts",
		"/", "/?owner=manager-7", "/?severity=critical&state=open", "/?section=drift&" + after,
		"/api/v1/alerts", "/api/v1/alerts?owner=manager-7", "/api/v1/alerts?state=open&limit=500", "/api/v1/alerts?" + after, "/api/v1/alerts?account=account-77", personal,
	} {
		asks := address
		h = everybody
		if name, rest, is := strings.Cut(address, " "); is {
			h, who, asks = somebody, name, rest
		}
		var took []time.Duration
		bytes := 0
		for range 21 {
			began := time.Now()
			w := httptest.NewRecorder()
			h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, asks, nil))
			took = append(took, time.Since(began))
			if bytes = w.Body.Len(); w.Code != http.StatusOK || bytes > 4<<20 {
				t.Fatalf("%s: %d, %d bytes", address, w.Code, bytes)
			}
		}
		slices.Sort(took)
		t.Logf("%-45.45s median %6.1f ms, slowest %6.1f ms, %4d kB", address, took[10].Seconds()*1e3, took[20].Seconds()*1e3, bytes>>10)
		if took[10] > medianAllowed && !racetest.Enabled && *loadAlerts > fewAlerts { // beside other tests the machine is not free
			t.Errorf("%s takes %s at the median, more than %s", address, took[10], medianAllowed)
		}
	}
	middle = alerting.Page{}
	runtime.GC()
	if peak := peakMemory(t); peak > memoryAllowed && !racetest.Enabled {
		t.Errorf("the process held %d MB, more than %d", peak>>20, memoryAllowed>>20)
	} else {
		t.Logf("the process held at most %d MB", peak>>20)
	}
}

// putMany writes n open alerts of 50 managers, a tenth of them critical.
func putMany(t *testing.T, store alerting.AlertStore, n int) {
	t.Helper()
	reasons := []detector.Reason{
		{Signal: "call", Contact: "li-wei", Side: detector.Theirs, Term: detector.Drop, Window: 28, From: 3.5, To: 1, Since: 20487},
		{Signal: "visit", Contact: "li-wei", Side: detector.Ours, Term: detector.Drop, Window: 28, From: 0.9, To: 0.25, Since: 20487},
	}
	for i := range n {
		account := "account-" + strconv.Itoa(i)
		a := &alerting.Alert{
			ID: account + "-2026-02-03", Account: account, Name: fmt.Sprint("Account ", i), Owner: "manager-" + strconv.Itoa(i%50),
			State: alerting.Open, Severity: alerting.Severities[min(1, i%10/9)], Kind: detector.Raised, Since: 20487, Raised: found, Updated: found,
			Risk: float64(i % 17), Worth: float64(i%1000) * 1e4, AtRisk: float64(i%1000) * 1e3, Reasons: reasons,
			History: []alerting.Event{{Kind: detector.Raised, Time: found, Entered: found, Delivery: alerting.ByMessage, Delivered: true, Sent: []alerting.Sent{{Channel: "mail", To: "x", At: found}}}},
		}
		if err := store.Put(t.Context(), a); err != nil {
			t.Fatal(err)
		}
	}
}

// peakMemory is the most memory that the process has held, in bytes.
func peakMemory(t *testing.T) int {
	t.Helper()
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Skip("memory is told by Linux only")
	}
	_, rest, _ := strings.Cut(string(text), "VmHWM:")
	kilobytes, err := strconv.Atoi(strings.Fields(rest)[0])
	if err != nil {
		t.Fatal(err)
	}
	return kilobytes << 10
}

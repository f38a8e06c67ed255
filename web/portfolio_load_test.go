package web

import (
	"context"
	"crypto/rand"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"firstsign/accounts"
	"firstsign/alerting"
	"firstsign/alerting/message"
	alertredis "firstsign/alerting/redis"
	"firstsign/detector"
	"firstsign/detector/relations"
	"firstsign/internal/racetest"
	"firstsign/signals"
	"firstsign/web/portfolio"
)

var loadAccounts = flag.Int("web.accounts", fewAlerts, "accounts of TestPortfolioOfManyAccounts; a quarter has an open alert, a tenth one that closed")

// manyStates are the states of many accounts; a third is in touch through one person.
type manyStates int

func (n manyStates) Closed(context.Context) ([]signals.Day, error) {
	return []signals.Day{judged}, nil
}

func (n manyStates) Survey(_ context.Context, _ int, each func(*detector.Inspection)) error {
	for i := range int(n) {
		each(n.of("account-" + strconv.Itoa(i)))
	}
	return nil
}

func (n manyStates) of(id string) *detector.Inspection {
	i, _ := strconv.Atoi(id[len("account-"):])
	grades := []detector.GradedSince{{Grade: accounts.Grades[i%4]}}
	if i%20 == 0 {
		grades = []detector.GradedSince{{Grade: accounts.Key}, {Day: judged - signals.Day(i%180), Grade: accounts.Grades[i%4]}}
	}
	return &detector.Inspection{Account: id, AsOf: judged, First: judged - signals.Day(i%300), Grades: grades, Dormant: i%50 == 7, People: &relations.People{Only: []string{"li-wei", "", ""}[i%3]}}
}

func (n manyStates) Inspect(_ context.Context, id string) (*detector.Inspection, error) {
	return n.of(id), nil
}

func (n manyStates) InspectAll(_ context.Context, ids []string) (map[string]*detector.Inspection, error) {
	found := map[string]*detector.Inspection{}
	for _, id := range ids {
		found[id] = n.of(id)
	}
	return found, nil
}

func (n manyStates) Watched(context.Context) (Watched, error) {
	return Watched{Accounts: int(n), Judged: true, Closed: judged}, nil
}

// The page of the portfolio is made at once of many accounts and many open alerts in a real
// Redis, and stays small.
func TestPortfolioOfManyAccounts(t *testing.T) {
	addr := os.Getenv("REDIS_ADDR")
	if addr == "" {
		t.Skip("REDIS_ADDR is not set")
	}
	client := redis.NewClient(&redis.Options{Addr: addr})
	store := alertredis.New(client, "test-"+rand.Text())
	t.Cleanup(func() {
		if err := store.Forget(context.Background()); err != nil {
			t.Error(err)
		}
		_ = client.Close()
	})
	n := *loadAccounts
	putMany(t, store, n/4)
	putClosed(t, store, n/10)
	list := make([]accounts.Account, n)
	for i := range list {
		money := float64(1 + i%1000)
		list[i] = accounts.Account{
			ID: "account-" + strconv.Itoa(i), Name: fmt.Sprint("Account ", i), Owner: "manager-" + strconv.Itoa(i%50), Team: "team-" + strconv.Itoa(i%7),
			Grade: accounts.Grades[i%4], Potential: money * 2e4, Sales: money * 7e3, Margin: money * 1e3,
		}
	}
	grading := accounts.DefaultGrading()
	files := &portfolio.Files{Accounts: grading.Apply(accounts.NewDirectory(list)), Grading: grading}
	c := newCounter(t, message.English)
	c.store, c.snapshot.Accounts, c.now = nil, files.Accounts, found
	p := c.pages()
	p.Store, p.Accounts = store, manyStates(n)
	p.Portfolio = portfolio.New(func() *portfolio.Files { return files }, manyStates(n), store, quiet())
	if err := p.Portfolio.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	h := Handler(Parts{Alerts: store, Pages: p, Accounts: manyStates(n)}, quiet())
	for _, address := range []string{"/portfolio", "/portfolio?owner=manager-7", "/portfolio?team=team-3&grade=key", "/api/v1/portfolio"} {
		var took []time.Duration
		bytes, processor := 0, processorTime(t)
		for range 21 {
			began := time.Now()
			w := httptest.NewRecorder()
			h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, address, nil))
			took = append(took, time.Since(began))
			if bytes = w.Body.Len(); w.Code != http.StatusOK || bytes > 200<<10 {
				t.Fatalf("%s: %d, %d bytes", address, w.Code, bytes)
			}
		}
		slices.Sort(took)
		processor = (processorTime(t) - processor) / 21
		t.Logf("%-35s median %6.1f ms, slowest %6.1f ms, of the processor %6.1f ms, %4d kB", address, took[10].Seconds()*1e3, took[20].Seconds()*1e3, processor.Seconds()*1e3, bytes>>10)
		if processor > medianAllowed && !racetest.Enabled && n > fewAlerts { // few would always pass
			t.Errorf("%s takes %s of the processor, more than %s", address, processor, medianAllowed)
		}
	}
}

// putClosed writes n alerts that closed at some time within the last twelve weeks.
func putClosed(t *testing.T, store alerting.AlertStore, n int) {
	t.Helper()
	for i := range n {
		account, end := "account-"+strconv.Itoa(10*i), found.AddDate(0, 0, -i%84)
		a := &alerting.Alert{ID: account + "-closed", Account: account, State: alerting.Closed, Closed: &end, Kind: detector.Closed, Raised: end.AddDate(0, 0, -20), Updated: end}
		a.History = []alerting.Event{{Kind: detector.Raised, Time: a.Raised, Risk: float64(i % 17)}, {Kind: detector.Closed, Time: end}}
		if err := store.Put(t.Context(), a); err != nil {
			t.Fatal(err)
		}
	}
}

// processorTime is what the process has used. Other processes do not make it longer, as they
// do the time on the wall.
func processorTime(t *testing.T) time.Duration {
	t.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		t.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

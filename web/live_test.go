package web

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"firstsign/accounts"
	"firstsign/alerting"
	"firstsign/internal/chromium"
	"firstsign/internal/racetest"
	"firstsign/web/access"
	"firstsign/web/live"
)

// served is a running server behind a proxy that names the reader in X-User, with its
// stream of changes.
func served(t *testing.T) (*counter, *httptest.Server) {
	t.Helper()
	who := ""
	c, parts := withTwo(t, &who)
	list := []accounts.Account{}
	for a := range c.snapshot.Accounts.All() {
		one := *a
		if one.ID == "acme" {
			one.StandIn = "vera"
		}
		list = append(list, one)
	}
	c.snapshot.Accounts = accounts.NewDirectory(list)
	policy := &access.Policy{
		Proxy:  access.Proxy{Header: "X-User", From: []string{"127.0.0.1"}},
		People: map[string]access.Person{"anna": {Role: access.Manager}, "bert": {Role: access.Manager}, "vera": {Role: access.Manager}},
	}
	if problems := policy.Validate(); problems != nil {
		t.Fatal(problems)
	}
	parts.Guard = access.NewGuard(nil, func() *access.Policy { return policy }, func() *accounts.Directory { return c.snapshot.Accounts })
	parts.Guard.ShowAssigned(access.AssignedIn(c.store))
	parts.Live = live.New(c.store, parts.Guard.Visitor, quiet())
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- parts.Live.Run(ctx) }()
	s := httptest.NewServer(Handler(parts, quiet()))
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		s.Close()
	})
	return c, s
}

// events are the data lines of a reader's stream. The stream has begun when it returns.
func events(t *testing.T, address, who string) <-chan string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address+"/api/v1/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-User", who)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	if kind := answer.Header.Get("Content-Type"); answer.StatusCode != http.StatusOK || !strings.HasPrefix(kind, "text/event-stream") {
		t.Fatalf("%s: %d %s", who, answer.StatusCode, kind)
	}
	all := make(chan string, 100)
	go func() {
		defer close(all)
		defer answer.Body.Close()
		for lines := bufio.NewScanner(answer.Body); lines.Scan(); {
			if data, is := strings.CutPrefix(lines.Text(), "data: "); is {
				all <- data
			}
		}
	}()
	return all
}

// Everybody hears of the alerts that they may see, and of no other.
func TestEventsOfOwnAlertsOnly(t *testing.T) {
	c, s := served(t)
	anna, bert := events(t, s.URL, "anna"), events(t, s.URL, "bert")
	for _, of := range []<-chan string{anna, bert} {
		if got := <-of; got != "{}" { // the page may be older than the stream
			t.Fatalf("first comes %s", got)
		}
	}
	for _, id := range []string{"acme-2026-02-03", "bolt-1"} {
		if _, err := c.answers.Handle(t.Context(), alerting.Answer{Alert: id, By: "root"}, c.now); err != nil {
			t.Fatal(err)
		}
	}
	for name, of := range map[string]struct {
		from <-chan string
		want string
	}{"anna": {anna, `{"alert":"acme-2026-02-03","account":"acme"}`}, "bert": {bert, `{"alert":"bolt-1","account":"bolt"}`}} {
		select {
		case got := <-of.from:
			if got != of.want {
				t.Errorf("%s hears %s, want %s", name, got, of.want)
			}
		case <-time.After(2 * time.Second):
			t.Errorf("%s hears nothing within 2 s", name)
		}
	}
	time.Sleep(700 * time.Millisecond)
	for name, of := range map[string]<-chan string{"anna": anna, "bert": bert} {
		for len(of) > 0 {
			if got := <-of; name == "anna" != strings.Contains(got, "acme") {
				t.Errorf("%s hears %s", name, got)
			}
		}
	}
}

// A second browser sees an answer within two seconds, and what its reader types stays.
func TestTwoBrowsers(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a browser")
	}
	c, s := served(t)
	b := chromium.Start(t)
	anna, vera := b.Open(1200, 900), b.Open(1200, 900)
	for name, w := range map[string]*chromium.Window{"anna": anna, "vera": vera} {
		w.Headers(map[string]string{"X-User": name})
		w.Go(s.URL + "/")
		w.Wait(`document.documentElement.dataset.stream === "open"`, 5*time.Second)
	}
	const row = `section[data-key="drift"] article[data-key="acme-2026-02-03"] `
	note := row + `details:has(textarea)`
	vera.Click(note + ` summary`)
	vera.Click(note + ` textarea`)
	vera.Type("half a sen")

	anna.Click(row + `button[value="acknowledge"]`)
	within := 2 * time.Second
	if racetest.Enabled {
		within = 10 * time.Second // everything is slower
	}
	took := vera.Wait(`document.querySelector('section[data-key="answered"]')?.innerText.includes("acknowledged by anna") === true`, within)
	t.Logf("the second browser saw the answer after %s", took.Round(time.Millisecond))
	anna.Wait(`document.querySelector("[role=status]")?.innerText.includes("Acknowledged.") === true`, 5*time.Second)
	anna.Wait(`document.querySelector('section[data-key="drift"]') === null`, within)
	vera.Type("tence")
	if text := vera.Run(`document.querySelector("textarea:focus")?.value`); text != "half a sentence" {
		t.Errorf("what vera types became %v", text)
	}
	vera.Click(`textarea:focus ~ button`)
	vera.Wait(`document.querySelector("[role=status]")?.innerText.includes("Note saved.") === true`, 5*time.Second)
	anna.Wait(`document.body.innerText.includes("half a sentence")`, within)
	if notes := c.alert().Notes(); len(notes) != 1 || notes[0].By != "vera" {
		t.Errorf("notes %+v", notes)
	}
	// A page that nobody sees keeps no stream, and is up to date when it is seen again.
	show := func(is bool) {
		anna.Run(fmt.Sprintf(`Object.defineProperty(document, "hidden", {value: %t, configurable: true}); document.dispatchEvent(new Event("visibilitychange"))`, !is))
	}
	show(false)
	anna.Wait(`document.documentElement.dataset.stream === "away"`, within)
	if _, err := c.answers.Handle(t.Context(), alerting.Answer{Alert: "acme-2026-02-03", By: "vera", Note: "while nobody looked"}, c.now); err != nil {
		t.Fatal(err)
	}
	show(true)
	anna.Wait(`document.body.innerText.includes("while nobody looked")`, within)
	for name, w := range map[string]*chromium.Window{"anna": anna, "vera": vera} {
		if p := w.Problems(); len(p) > 0 {
			t.Errorf("%s: %s", name, strings.Join(p, "\n"))
		}
		if n := fmt.Sprint(w.Run(`document.querySelectorAll("article[data-key='acme-2026-02-03']").length`)); n != "1" {
			t.Errorf("%s sees %s rows", name, n)
		}
	}
}

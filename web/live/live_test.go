package live

import (
	"bufio"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"firstsign/alerting"
	"firstsign/web/access"
)

// written is what a stream writes.
type written struct {
	mu sync.Mutex
	httptest.ResponseRecorder
	text strings.Builder
}

func (w *written) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.Write(b)
}

func (w *written) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.String()
}

func put(t *testing.T, store alerting.AlertStore, ids ...string) {
	t.Helper()
	for _, id := range ids {
		a := &alerting.Alert{ID: id, Account: "acme", State: alerting.Open, History: []alerting.Event{{Kind: "raised"}}}
		if err := store.Put(t.Context(), a); err != nil {
			t.Fatal(err)
		}
	}
}

// A quiet stream has a heartbeat, ends by itself so that the login is checked again, and
// tells each change once.
func TestStream(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := alerting.NewMemoryStore()
		put(t, store, "old")
		s := New(store, func(*http.Request) (*access.Visitor, error) {
			return &access.Visitor{Role: access.Admin, Everything: true}, nil
		}, slog.New(slog.DiscardHandler))
		ctx, stop := context.WithCancel(t.Context())
		go func() { _ = s.Run(ctx) }()
		synctest.Wait()
		w, ended := &written{ResponseRecorder: *httptest.NewRecorder()}, make(chan struct{})
		go func() {
			defer close(ended)
			s.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
		}()
		time.Sleep(2 * time.Second)
		put(t, store, "new", "newer")
		time.Sleep(time.Second)
		const want = "retry: 2000\n\nevent: reset\ndata: {}\n\n"
		got, is := strings.CutPrefix(w.String(), want)
		if !is || strings.Count(got, `data: {"alert":"new","account":"acme"}`) != 1 || strings.Count(got, "event: ") != 2 {
			t.Errorf("written %q", w.String())
		}
		time.Sleep(heartbeat)
		if !strings.HasSuffix(w.String(), ": \n\n") {
			t.Errorf("no heartbeat in %q", w.String())
		}
		select {
		case <-ended:
			t.Error("it ended early")
		case <-time.After(lifetime - time.Minute):
			<-ended
		}
		if s.heard() {
			t.Error("it still listens")
		}
		stop()
	})
}

// Streams are bounded, per person and in all, and a stream that is not running has none.
func TestStreamsAreBounded(t *testing.T) {
	idle := New(alerting.NewMemoryStore(), nil, slog.New(slog.DiscardHandler))
	w := httptest.NewRecorder()
	idle.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
	if w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" {
		t.Errorf("not running: %d", w.Code)
	}
	idle.running = true
	var all []*listener
	join := func(login string, want error) {
		t.Helper()
		l, err := idle.join(login)
		if !errors.Is(err, want) {
			t.Errorf("%s, %d listen: %v, want %v", login, len(all), err, want)
		}
		if err == nil {
			all = append(all, l)
		}
	}
	for range maxPerPerson {
		join("anna", nil)
	}
	join("anna", errTooMany)
	for i := range maxStreams - maxPerPerson {
		join(strings.Repeat("b", i/maxPerPerson+1), nil)
	}
	join("carl", errTooMany)
	for i, l := range all {
		idle.leave(l, map[bool]string{true: "anna", false: strings.Repeat("b", (i-maxPerPerson)/maxPerPerson+1)}[i < maxPerPerson])
	}
	if len(idle.logins) != 0 || len(idle.listeners) != 0 {
		t.Errorf("left: %v", idle.logins)
	}
	join("carl", nil)
	for range maxPending + 1 {
		all[len(all)-1].add([]change{{&alerting.Alert{}}})
	}
	if some := idle.take(all[len(all)-1]); len(some) != 1 || some[0].alert != nil {
		t.Errorf("%d changes wait for a slow browser", len(some))
	}
}

// Stopping the service ends the streams, so that it does not wait for browsers.
func TestStreamsEndWithTheService(t *testing.T) {
	s := New(alerting.NewMemoryStore(), func(*http.Request) (*access.Visitor, error) { return &access.Visitor{}, nil }, slog.New(slog.DiscardHandler))
	ctx, stop := context.WithCancel(context.Background())
	ran := make(chan error, 1)
	go func() { ran <- s.Run(ctx) }()
	server := httptest.NewServer(s)
	defer server.Close()
	var answer *http.Response
	for answer == nil || answer.StatusCode != http.StatusOK {
		var err error
		if answer, err = http.Get(server.URL); err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
	}
	stop()
	for lines := bufio.NewScanner(answer.Body); lines.Scan(); {
		continue
	}
	if err := <-ran; err != nil {
		t.Error(err)
	}
}

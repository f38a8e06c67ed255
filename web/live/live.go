package live

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"sync"
	"time"

	"firstsign/alerting"
	"firstsign/web/access"
)

// The bounds of streams. A stream costs a goroutine and a connection.
const (
	maxStreams   = 500              // of one process
	maxPerPerson = 20               // of one login: a tab each
	lifetime     = 15 * time.Minute // then the browser connects anew, and its login is checked
	heartbeat    = 15 * time.Second // so that proxies keep the connection
	writeWithin  = 10 * time.Second // a browser that reads slower is cut off
	// maxPending changes wait for a browser; beyond it hears only that it should read anew.
	maxPending = 200
)

// interval is how often the store is asked what changed, while somebody listens. Other
// instances write there as well, so it is not enough to hear of the own answers.
const interval = 500 * time.Millisecond

// recentRounds is how many rounds of changes a new listener is told: they may have come
// after its page was made.
const recentRounds = 10

// Stream tells browsers which alerts changed. It may be used concurrently.
type Stream struct {
	store   alerting.AlertStore
	visitor func(*http.Request) (*access.Visitor, error)
	log     *slog.Logger

	mu        sync.Mutex
	running   bool
	ended     chan struct{} // closed when Run ends
	first     chan struct{} // a listener came
	listeners map[*listener]bool
	logins    map[string]int
	recent    [][]change // of the last rounds, the oldest first
}

// change is one alert that changed; nil: read everything anew.
type change struct{ alert *alerting.Alert }

// listener is one browser.
type listener struct {
	pending []change
	signal  chan struct{} // there is something pending
}

// New returns a stream of a store's changes. visitor says who sends a request.
func New(store alerting.AlertStore, visitor func(*http.Request) (*access.Visitor, error), log *slog.Logger) *Stream {
	return &Stream{
		store: store, visitor: visitor, log: log, ended: make(chan struct{}), first: make(chan struct{}, 1),
		listeners: map[*listener]bool{}, logins: map[string]int{},
	}
}

// Run follows the store until ctx ends, and then ends all streams. It is called once. While
// nobody listens, it asks nothing.
func (s *Stream) Run(ctx context.Context) error {
	s.mu.Lock()
	s.running = true
	s.mu.Unlock()
	defer close(s.ended)
	follower := s.store.Follow()
	for tick := time.NewTicker(interval); ; {
		select {
		case <-ctx.Done():
			tick.Stop()
			return nil
		case <-s.first:
		case <-tick.C:
		}
		if !s.heard() {
			continue
		}
		restarted, round := false, []change(nil)
		err := follower.Next(ctx, func() {
			restarted = true
		}, func(a *alerting.Alert) { round = append(round, change{a}) })
		switch {
		case ctx.Err() != nil:
		case err != nil:
			s.log.Warn("what changed cannot be told to browsers", "error", err)
		case restarted: // everything that is open was handed over, and pages may be older
			s.tell([]change{{}})
		default:
			s.tell(round)
		}
	}
}

// heard reports whether somebody listens.
func (s *Stream) heard() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.listeners) > 0
}

// tell hands a round of changes to all listeners.
func (s *Stream) tell(round []change) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.recent = append(s.recent, round); len(s.recent) > recentRounds {
		s.recent = s.recent[1:]
	}
	if len(round) == 0 {
		return
	}
	for l := range s.listeners {
		l.add(round)
	}
}

func (l *listener) add(round []change) {
	if l.pending = append(l.pending, round...); len(l.pending) > maxPending {
		l.pending = []change{{}}
	}
	select {
	case l.signal <- struct{}{}:
	default:
	}
}

// Why somebody cannot listen.
var (
	errNotRunning = errors.New("changes are not told now")
	errTooMany    = errors.New("too many pages are open")
)

// join adds a listener.
func (s *Stream) join(login string) (*listener, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case !s.running:
		return nil, errNotRunning
	case len(s.listeners) >= maxStreams, s.logins[login] >= maxPerPerson:
		return nil, errTooMany
	}
	l := &listener{signal: make(chan struct{}, 1)}
	for _, round := range s.recent {
		if len(round) > 0 {
			l.add(round)
		}
	}
	s.listeners[l] = true
	s.logins[login]++
	select {
	case s.first <- struct{}{}:
	default:
	}
	return l, nil
}

func (s *Stream) leave(l *listener, login string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.listeners, l)
	if s.logins[login]--; s.logins[login] == 0 {
		delete(s.logins, login)
	}
	if len(s.listeners) == 0 {
		s.recent = nil // nobody asks any more what changes
	}
}

// take returns what is pending.
func (s *Stream) take(l *listener) []change {
	s.mu.Lock()
	defer s.mu.Unlock()
	some := l.pending
	l.pending = nil
	return some
}

// ServeHTTP implements http.Handler: it answers with the changes that the visitor may see,
// until the browser goes away.
func (s *Stream) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	visitor := access.VisitorOf(r)
	l, err := s.join(visitor.Login)
	if err != nil {
		w.Header().Set("Retry-After", strconv.Itoa(int(heartbeat.Seconds())))
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.WriteHeader(http.StatusServiceUnavailable)
		fmt.Fprintf(w, "{\"error\": %q}\n", err)
		return
	}
	defer s.leave(l, visitor.Login)
	out := &writer{w, http.NewResponseController(w)}
	if out.begin() != nil {
		return
	}
	beat, end := time.NewTicker(heartbeat), time.NewTimer(lifetime)
	defer beat.Stop()
	defer end.Stop()
	for err == nil {
		select {
		case <-r.Context().Done():
			return
		case <-s.ended:
			return
		case <-end.C:
			return
		case <-beat.C:
			err = out.write(": \n\n")
		case <-l.signal:
			before := visitor
			if visitor, err = s.visitor(r); err != nil || visitor.Role == "" {
				return // the browser asks again, and is told why
			}
			err = out.send(s.take(l), before, visitor)
		}
	}
}

// writer writes events, each within a time.
type writer struct {
	w       http.ResponseWriter
	control *http.ResponseController
}

// begin sends the header. The server's own time limits are for pages.
func (o *writer) begin() error {
	h := o.w.Header()
	h.Set("Content-Type", "text/event-stream; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no") // nginx holds answers back otherwise
	_ = o.control.SetReadDeadline(time.Time{})
	return o.write("retry: 2000\n\n")
}

func (o *writer) write(text string) error {
	_ = o.control.SetWriteDeadline(time.Now().Add(writeWithin)) // a recorder of a test has none
	if _, err := o.w.Write([]byte(text)); err != nil {
		return err
	}
	return o.control.Flush()
}

// send writes the changes that the visitor may see, or could see before them.
func (o *writer) send(some []change, before, now *access.Visitor) error {
	text := ""
	for _, c := range some {
		switch {
		case c.alert == nil, len(c.alert.History) == 0: // removed: it is not known whose it was
			text += "event: reset\ndata: {}\n\n"
		case now.SeesAlert(c.alert) || before.SeesAlert(c.alert):
			data, err := json.Marshal(Event{c.alert.ID, c.alert.Account})
			if err != nil {
				return err
			}
			text += "event: alert\ndata: " + string(data) + "\n\n"
		}
	}
	if text == "" {
		return nil
	}
	return o.write(text)
}

// Event is the data of an event "alert": an alert was raised, answered or closed, or
// something else of it changed. An event "reset" says that anything may have changed.
type Event struct {
	Alert   string `json:"alert"`
	Account string `json:"account,omitempty"` // empty for a feed
}

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"firstsign/alerting"
	"firstsign/detector"
)

// The channels of both fleets, two webhooks of this process. One accepts every message.
// The other one has moods.
const (
	steady = "steady"
	moody  = "moody"
)

// mood is what a webhook does with a message.
type mood string

const (
	accepts mood = "accepts"
	busy    mood = "429 with Retry-After"
	broken  mood = "500"
	hangs   mood = "no answer"
	mute    mood = "accepted, and the answer is lost"
)

// The kinds that strike a channel.
var channelFaults = []faultKind{
	{name: "a channel asks for a pause (429)", strike: func(s *storm) error { return s.upset(busy) }},
	{name: "a channel fails (500)", strike: func(s *storm) error { return s.upset(broken) }},
	{name: "a channel hangs", strike: func(s *storm) error { return s.upset(hangs) }},
	{name: "answers of a channel are lost", strike: func(s *storm) error { return s.upset(mute) }},
	{name: "a channel is closed", strike: (*storm).closeChannel},
}

// upset gives the moody channel a mood for a while, and until a message has met it.
func (s *storm) upset(m mood) error {
	s.channelBusy.Lock()
	pause := s.between(2*time.Second, 6*time.Second)
	s.note("  for %s", pause)
	before := s.hooks.feel(m)
	s.goesOn(pause, func() error {
		defer s.channelBusy.Unlock()
		for end := time.Now().Add(10 * time.Second); s.hooks.met(m) == before && time.Now().Before(end); {
			time.Sleep(100 * time.Millisecond)
		}
		s.hooks.feel(accepts)
		return nil
	})
	return nil
}

// closeChannel has nobody listen where the moody channel was.
func (s *storm) closeChannel() error {
	s.channelBusy.Lock()
	pause := s.between(2*time.Second, 6*time.Second)
	s.note("  for %s", pause)
	s.hooks.close()
	s.goesOn(pause, func() error {
		defer s.channelBusy.Unlock()
		return s.hooks.listen()
	})
	return nil
}

// webhooks take the messages of all fleets.
type webhooks struct {
	addr string

	mu      sync.Mutex
	server  *http.Server
	mood    mood
	changed chan struct{}                    // closed when the mood changes
	told    map[string]map[string][]accepted // by fleet and channel, and by the message's id
	refused map[mood]int
}

// accepted is a message that a webhook has accepted.
type accepted struct {
	at              time.Time
	title, severity string
	mute            bool // its answer was lost
}

func newWebhooks(c *chaos) *webhooks {
	h := &webhooks{addr: "127.0.0.1:0", mood: accepts, changed: make(chan struct{}), told: map[string]map[string][]accepted{}, refused: map[mood]int{}}
	if err := h.listen(); err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(h.close)
	return h
}

// listen where it was before.
func (h *webhooks) listen() error {
	var l net.Listener
	var err error
	for range 50 {
		if l, err = new(net.ListenConfig).Listen(context.Background(), "tcp", h.addr); err == nil {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	if err != nil {
		return err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.addr = l.Addr().String()
	server := &http.Server{Handler: h, ReadHeaderTimeout: time.Minute}
	h.server = server
	go func() { _ = server.Serve(l) }()
	return nil
}

// close ends all connections.
func (h *webhooks) close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	_ = h.server.Close()
}

// feel sets the mood, and returns how many messages have met it before.
func (h *webhooks) feel(m mood) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.mood = m
	close(h.changed)
	h.changed = make(chan struct{})
	return h.refused[m]
}

// met is how many messages have met a mood.
func (h *webhooks) met(m mood) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.refused[m]
}

// ServeHTTP implements http.Handler.
func (h *webhooks) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	var m struct{ ID, Title, Severity string }
	if err != nil || json.Unmarshal(body, &m) != nil || m.ID == "" {
		http.Error(w, "what is that?", http.StatusBadRequest)
		return
	}
	to := strings.Trim(r.URL.Path, "/")
	h.mu.Lock()
	mood, changed := h.mood, h.changed
	if strings.HasSuffix(to, steady) {
		mood = accepts
	}
	if mood == accepts || mood == mute {
		if h.told[to] == nil {
			h.told[to] = map[string][]accepted{}
		}
		h.told[to][m.ID] = append(h.told[to][m.ID], accepted{time.Now(), m.Title, m.Severity, mood == mute})
	}
	if mood != accepts {
		h.refused[mood]++
	}
	h.mu.Unlock()
	switch mood {
	case busy:
		w.Header().Set("Retry-After", "2")
		w.WriteHeader(http.StatusTooManyRequests)
	case broken:
		w.WriteHeader(http.StatusInternalServerError)
	case hangs:
		select {
		case <-changed:
		case <-r.Context().Done():
		}
		w.WriteHeader(http.StatusServiceUnavailable)
	case mute:
		panic(http.ErrAbortHandler) // closes the connection
	}
}

// routing of a fleet: everybody hears of everything, in messages of their own.
func (h *webhooks) routing(fleet string) string {
	url := fmt.Sprintf("generic+http://%s/%s/", h.addr, fleet)
	return fmt.Sprintf(`channels:
  moody: {url: "%[1]smoody?template=json", timeout: 5s}
  steady: {url: "%[1]ssteady?template=json"}
default: [moody, steady]
operator: [steady]
notify_horizon: 2400h
escalate_after: 0s
`, url)
}

// event is what a message is about: its id holds the alert, the kind and the time.
type event struct {
	alert, kind string
	time        int64
}

func eventOf(id string) (e event, err error) {
	parts := strings.Split(id, "/")
	at := slices.IndexFunc(parts, func(p string) bool { return slices.Contains(detector.FindingKinds, detector.FindingKind(p)) })
	if at < 1 || at+1 >= len(parts) {
		return e, fmt.Errorf("a message has the id %q", id)
	}
	e.alert, e.kind = strings.Join(parts[:at], "/"), parts[at]
	e.time, err = strconv.ParseInt(parts[at+1], 10, 64)
	return e, err
}

// deliveries is what one fleet has told on both channels.
type deliveries struct {
	last   map[string]string // of the newest raise of each alert and of what followed: id and channel, and the severity
	all    map[string]event  // every message
	alerts map[string]string // of which a channel was told: channel and alert
}

// deliveriesOf a fleet. An older raise that has not gone out when a newer one comes is not
// told any more, so what must be told is the newest raise and what followed it.
func (c *chaos) deliveriesOf(f *fleet) deliveries {
	h := c.hooks
	h.mu.Lock()
	defer h.mu.Unlock()
	d := deliveries{map[string]string{}, map[string]event{}, map[string]string{}}
	for _, channel := range []string{moody, steady} {
		newest := map[string]int64{}
		told := h.told[f.name+"/"+channel]
		for id := range told {
			e, err := eventOf(id)
			if err != nil {
				c.t.Error(err)
			}
			d.all[channel+" "+id] = e
			d.alerts[channel+" "+e.alert] = ""
			if detector.FindingKind(e.kind).Raises() {
				newest[e.alert] = max(newest[e.alert], e.time)
			}
		}
		for id, times := range told {
			if e := d.all[channel+" "+id]; e.time >= newest[e.alert] {
				d.last[channel+" "+id] = times[0].severity
			}
		}
	}
	return d
}

// wentBack notes that Redis forgot what was recorded since a time.
func (c *chaos) wentBack(since time.Time) {
	c.forgotten = append(c.forgotten, [2]time.Time{since, time.Now()})
}

// thawed notes that members go on that had slept for longer than their sessions.
func (c *chaos) thawed() {
	c.hooks.mu.Lock()
	defer c.hooks.mu.Unlock()
	c.thaws = append(c.thaws, time.Now())
}

// The reasons for which a message may come again.
const (
	answerLost = "the answer was lost"
	redisBack  = "Redis forgot that it was accepted"
	handedOver = "its partition was handed over before that was recorded"
	overslept  = "a member that had lost its partitions in its sleep told it as well"
)

const (
	// recorded is how long it takes to record that a message was accepted, at most; if
	// Redis is away for longer, the process remembers it for itself.
	recorded = 5 * time.Second
	// handOver is how long it may take until the partitions of a process that has ended
	// are claimed by others: its session, and a Kafka that starts again.
	handOver = time.Minute
	// mostAtOnce is how many messages are on their way to a channel at the same time
	// (docs/operator/alerting.md). More cannot come again at a hand-over.
	mostAtOnce = 8
)

// explain says why a message that was accepted came again; empty when nothing did it.
func (c *chaos) explain(claims []time.Time, first, again accepted) string {
	if first.mute {
		return answerLost
	}
	for _, span := range c.forgotten {
		if first.at.After(span[0].Add(-recorded)) && first.at.Before(span[1].Add(time.Second)) {
			return redisBack
		}
	}
	for _, at := range c.thaws {
		if again.at.After(at.Add(-time.Second)) && again.at.Before(at.Add(recorded)) {
			return overslept
		}
	}
	for _, claim := range claims {
		if after := claim.Sub(first.at); after > -time.Second && after < handOver && claim.Before(again.at.Add(time.Second)) {
			return handedOver
		}
	}
	return ""
}

// claims are the times at which members of a fleet have claimed a partition.
func (f *fleet) claims() (times []time.Time) {
	line := regexp.MustCompile(`(?m)^time=(\S+) .*msg="partition claimed"`)
	for i := range f.joined {
		log, err := os.ReadFile(filepath.Join(f.chaos.dir, fmt.Sprintf("%s-%d.log", f.name, i+1)))
		if err != nil {
			f.t.Error(err)
		}
		for _, m := range line.FindAllSubmatch(log, -1) {
			at, err := time.Parse(time.RFC3339, string(m[1]))
			if err != nil {
				f.t.Error(err)
			}
			times = append(times, at)
		}
	}
	return times
}

// repeats counts the messages that came to a fleet's channels again, by reason. One
// without a reason is an error.
func (c *chaos) repeats(f *fleet) map[string]int {
	claims := f.claims()
	c.hooks.mu.Lock()
	defer c.hooks.mu.Unlock()
	reasons := map[string]int{}
	for _, channel := range []string{moody, steady} {
		for id, times := range c.hooks.told[f.name+"/"+channel] {
			for i := range times[1:] {
				why := c.explain(claims, times[i], times[i+1])
				if reasons[why]++; why == "" {
					c.t.Errorf("%s came to the %s channel at %s and again at %s, for no reason", id, channel, times[i].at, times[i+1].at)
				}
			}
		}
	}
	return reasons
}

// compareDeliveries fails unless the disturbed fleet has told everything that the other
// one has, nothing that was not found, and nothing again without a reason. It returns a
// row of the table.
func (c *chaos) compareDeliveries(stormy, calm *fleet) string {
	got, want := c.deliveriesOf(stormy), c.deliveriesOf(calm)
	differ := c.differ("deliveries of the newest raise and what followed", got.last, want.last)
	c.differ("alerts of which a channel was told", got.alerts, want.alerts)
	found := map[event]bool{}
	list, err := calm.alertStore.List(c.t.Context(), alerting.Filter{})
	if err != nil {
		c.t.Fatal(err)
	}
	for _, a := range list {
		for _, e := range a.History {
			found[event{a.ID, string(e.Kind), e.Time.UnixNano()}] = true
		}
	}
	for id, e := range got.all {
		if !found[e] {
			c.t.Errorf("told and not found: %s", id)
		}
	}
	if n := c.repeats(calm); len(n) > 0 {
		c.t.Errorf("messages came again though nothing was disturbed: %v", n)
	}
	repeats, handOvers := c.repeats(stormy), stormy.said("joined the consumer group")
	if n := repeats[handedOver]; n > mostAtOnce*handOvers {
		c.t.Errorf("%d messages came again after %d hand-overs", n, handOvers)
	}
	// Of each of the two channels, those on their way and those that follow until one of them
	// is refused to be recorded.
	if n := repeats[overslept]; n > 2*2*mostAtOnce*len(c.thaws) {
		c.t.Errorf("%d messages came again after %d sleeps", n, len(c.thaws))
	}
	total := 0
	for _, n := range repeats {
		total += n
	}
	if len(want.alerts) < c.plan.Accounts/4 {
		c.t.Error("too little was told for a comparison")
	}
	c.note("told of %d alerts on two channels in %d messages, undisturbed in %d; met by: %v; again because: %v", len(want.alerts), len(got.all), len(want.all), c.hooks.refused, repeats)
	return fmt.Sprintf("| deliveries | %d | %d | %d |\n", len(want.last), len(differ), total)
}

// untold is how many alerts of a fleet have a delivery to be made.
func (f *fleet) untold(ctx context.Context) (n int, err error) {
	list, err := f.alertStore.List(ctx, alerting.Filter{})
	for _, a := range list {
		if a.Pending() {
			n++
		}
	}
	return n, err
}

package config

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
)

// watched is a directory under watch in a bubble of test time.
type watched struct {
	*Watcher
	t       *testing.T
	dir     string
	changes []*Config
	log     strings.Builder
	hup     chan os.Signal
	reg     *prometheus.Registry
	start   *Config

	unusable error // of what is handed over

	// Time that passes in a bubble orders nothing for the race detector, so what
	// the watcher does and what a test looks at takes turns by this.
	turn sync.Mutex
}

// Write is where the watcher logs.
func (w *watched) Write(b []byte) (int, error) {
	w.turn.Lock()
	defer w.turn.Unlock()
	return w.log.Write(b)
}

const interval = 10 * time.Second

func load(t *testing.T, dir string) *Config {
	t.Helper()
	c, err := Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// watch runs steps while a Watcher runs.
func watch(t *testing.T, dir string, start *Config, steps func(w *watched)) {
	watchWith(t, dir, start, func(*Watcher) {}, steps)
}

// watchWith lets a test change the Watcher before it runs.
func watchWith(t *testing.T, dir string, start *Config, change func(*Watcher), steps func(w *watched)) {
	synctest.Test(t, func(t *testing.T) {
		w := &watched{t: t, dir: dir, hup: make(chan os.Signal), reg: prometheus.NewRegistry(), start: start}
		w.Watcher = &Watcher{
			Dir: dir, Interval: interval, Hangup: w.hup,
			Changed: func(c *Config) error {
				w.turn.Lock()
				defer w.turn.Unlock()
				if w.unusable != nil {
					return w.unusable
				}
				w.changes = append(w.changes, c)
				return nil
			},
			Log:     slog.New(slog.NewTextHandler(w, nil)),
			Metrics: NewMetrics(w.reg),
		}
		change(w.Watcher)
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- w.Run(ctx, start) }()
		synctest.Wait()
		steps(w)
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

// write changes a file.
func (w *watched) write(name, text string) {
	w.t.Helper()
	write(w.t, w.dir, map[string]string{name: text})
}

// looks lets the watcher look n times.
func (w *watched) looks(n int) {
	w.turn.Lock()   // what was read so far was read before
	w.turn.Unlock() //nolint:staticcheck // it waits for the end of a look
	time.Sleep(time.Duration(n) * interval)
	synctest.Wait()
}

// expect checks how many changes were handed on, and the metrics.
func (w *watched) expect(changes int, success, restart float64) {
	w.t.Helper()
	if len(w.changes) != changes {
		w.t.Fatalf("%d changes, want %d; log:\n%s", len(w.changes), changes, w.log.String())
	}
	if got := testutil.ToFloat64(w.Metrics.success); got != success {
		w.t.Errorf("reload_success is %v, want %v", got, success)
	}
	if got := testutil.ToFloat64(w.Metrics.restart); got != restart {
		w.t.Errorf("restart_needed is %v, want %v", got, restart)
	}
	force := w.start
	if changes > 0 {
		force = w.changes[changes-1]
	}
	if n := testutil.CollectAndCount(w.Metrics.rules); n != 1 {
		w.t.Errorf("%d rules are in force", n)
	}
	if got := testutil.ToFloat64(w.Metrics.rules.WithLabelValues(force.Rules().Hash)); got != 1 {
		w.t.Errorf("the metric does not name the rules in force")
	}
}

func soundDir(t *testing.T) string {
	dir := t.TempDir()
	write(t, dir, sound)
	write(t, dir, map[string]string{accountsCSVFile: "id,grade\nacme,key\n"})
	return dir
}

func TestWatchTakesChanges(t *testing.T) {
	dir := soundDir(t)
	watch(t, dir, load(t, dir), func(w *watched) {
		w.looks(5)
		w.expect(0, 1, 0)

		w.write(signalsFile, "lateness: 3h\n"+sound[signalsFile])
		w.looks(1)
		w.expect(0, 1, 0) // seen once: it may be half-written
		w.looks(1)
		w.expect(1, 1, 0)
		if got := w.changes[0].Rules(); got.Lateness != 3*time.Hour || got.Hash == w.start.Rules().Hash {
			t.Errorf("rules are %+v", got)
		}
		if got := testutil.ToFloat64(w.Metrics.timestamp); got != float64(time.Now().Unix()) {
			t.Errorf("timestamp is %v", got)
		}

		w.write(accountsCSVFile, "id,grade\nacme,key\nhengda,ordinary\n")
		w.write(routingFile, sound[routingFile]+"default: [mail]\n")
		w.write(calendarFile, sound[calendarFile]+"make_up: [2026-02-14]\n")
		w.looks(2)
		w.expect(2, 1, 0)
		if c := w.changes[1]; c.Accounts.Len() != 2 || len(c.Routing.Default) != 1 || len(c.Calendar.MakeUp) != 1 {
			t.Errorf("got %+v", c)
		}

		w.write(signalsFile, "# a comment\nlateness: 180m\n"+sound[signalsFile])
		w.looks(3)
		w.expect(2, 1, 0) // says the same
	})
}

func TestWatchKeepsTheLastGood(t *testing.T) {
	dir := soundDir(t)
	watch(t, dir, load(t, dir), func(w *watched) {
		began := time.Now()
		if s := w.Standing(); s.Rules != w.start.Rules().Hash || !s.Read.Equal(began) || s.Refused != "" || s.Restart {
			t.Errorf("at the start %+v", s)
		}
		w.write(signalsFile, "signals:\n  - {name: call, kind: cuont}\n")
		w.looks(5)
		w.expect(0, 0, 0)
		if s := w.Standing(); s.Rules != w.start.Rules().Hash || !s.Read.Equal(began) || !strings.Contains(s.Refused, "signals.yaml:2: signals[0].kind") || !s.RefusedAt.Equal(began.Add(2*interval)) {
			t.Errorf("with a mistake %+v", s)
		}
		if n := strings.Count(w.log.String(), `signals.yaml:2: signals[0].kind: \"cuont\" is none of`); n != 1 {
			t.Errorf("the log tells of it %d times:\n%s", n, w.log.String())
		}
		w.write(signalsFile, sound[signalsFile])
		w.looks(2)
		w.expect(0, 1, 0)
		if s := w.Standing(); s.Refused != "" || !s.RefusedAt.IsZero() || !s.Read.Equal(began.Add(7*interval)) {
			t.Errorf("repaired %+v", s)
		}

		hidden := w.dir + ".hidden"
		if err := os.Rename(w.dir, hidden); err != nil {
			t.Fatal(err)
		}
		w.looks(5)
		w.expect(0, 0, 0)
		if n := strings.Count(w.log.String(), "no such file"); n != 1 {
			t.Errorf("the log tells of the missing directory %d times:\n%s", n, w.log.String())
		}
		if err := os.Rename(hidden, w.dir); err != nil {
			t.Fatal(err)
		}
		w.looks(2)
		w.expect(0, 1, 0)
	})
}

// What reads well and cannot be used, such as a channel whose secret is missing, is
// refused like a mistake: the metric says so, and the last good one stays.
func TestWatchRefusesWhatCannotBeUsed(t *testing.T) {
	dir := soundDir(t)
	watch(t, dir, load(t, dir), func(w *watched) {
		w.unusable = errors.New("channels.chat: the variable CHAT is not set")
		w.write(signalsFile, sound[signalsFile]+"budget: 2\n")
		w.looks(3)
		w.expect(0, 0, 0)
		if !strings.Contains(w.log.String(), "CHAT is not set") {
			t.Errorf("log %s", w.log.String())
		}
		w.unusable = nil
		w.hup <- os.Interrupt
		synctest.Wait()
		w.expect(1, 1, 0)
	})
}

func TestWatchRefusesAnotherTimeZone(t *testing.T) {
	dir := soundDir(t)
	watch(t, dir, load(t, dir), func(w *watched) {
		w.write(calendarFile, "timezone: Asia/Tokyo\n")
		w.looks(2)
		w.expect(0, 0, 0)
		if !strings.Contains(w.log.String(), "timezone is part of the kept state: put "+w.current.Calendar.Location.String()+" back") {
			t.Error(w.log.String())
		}
	})
}

func TestWatchServiceNeedsRestart(t *testing.T) {
	dir := soundDir(t)
	watch(t, dir, load(t, dir), func(w *watched) {
		w.write(serviceFile, sound[serviceFile]+"tick_interval: 5m\n")
		w.looks(2)
		w.expect(0, 1, 1)
		w.write(signalsFile, "lateness: 3h\n"+sound[signalsFile])
		w.looks(2)
		w.expect(1, 1, 1)
		if got := w.changes[0].Service.TickInterval; got != time.Minute {
			t.Errorf("the service changed under way: tick_interval is %v", got)
		}
		w.write(serviceFile, sound[serviceFile])
		w.looks(2)
		w.expect(1, 1, 0)
	})
}

func TestWatchAtOnce(t *testing.T) {
	dir := soundDir(t)
	watch(t, dir, load(t, dir), func(w *watched) {
		w.write(accountsCSVFile, "id\nacme\nhengda\n")
		w.hup <- syscall.SIGHUP
		synctest.Wait()
		w.expect(1, 1, 0)
		w.hup <- syscall.SIGHUP // secrets may have changed, in files of their own
		synctest.Wait()
		w.expect(2, 1, 0)
		w.write(accountsCSVFile, "id\nacme\nacme\n")
		for range 2 {
			w.hup <- syscall.SIGHUP
			synctest.Wait()
		}
		w.expect(2, 0, 0)
		if n := strings.Count(w.log.String(), "already on line"); n != 2 {
			t.Errorf("who asks twice is told %d times", n)
		}
	})
}

// What changed between Load and Run is noticed.
func TestWatchFromAnOlderConfig(t *testing.T) {
	dir := soundDir(t)
	start := load(t, dir)
	write(t, dir, map[string]string{accountsCSVFile: "id\nacme\nhengda\n"})
	watch(t, dir, start, func(w *watched) {
		w.looks(2)
		w.expect(1, 1, 0)
	})
}

// A Kubernetes ConfigMap is a directory of links through ..data, which is
// swapped as a whole.
func TestWatchConfigMap(t *testing.T) {
	dir := t.TempDir()
	revision := func(name, lateness string) {
		texts := maps.Clone(sound)
		texts[signalsFile] = "lateness: " + lateness + "\n" + sound[signalsFile]
		if err := os.Mkdir(filepath.Join(dir, name), 0o700); err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(dir, name), texts)
		next := filepath.Join(dir, "..next")
		if err := os.Symlink(name, next); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(next, filepath.Join(dir, "..data")); err != nil {
			t.Fatal(err)
		}
	}
	revision("..1", "1h")
	for name := range sound {
		if err := os.Symlink(filepath.Join("..data", name), filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	watch(t, dir, load(t, dir), func(w *watched) {
		revision("..2", "5h")
		w.looks(2)
		w.expect(1, 1, 0)
		if got := w.changes[0].Detector.Lateness; got != 5*time.Hour {
			t.Errorf("lateness is %v", got)
		}
	})
}

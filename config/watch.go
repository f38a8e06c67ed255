package config

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"reflect"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"firstsign/accounts"
	"firstsign/internal/fault"
	"firstsign/signals"
)

// Watcher follows a directory while the service runs. It hands on a change of signals,
// routing, calendar or accounts. A change of service.yaml waits for a restart. A
// directory with mistakes changes nothing.
type Watcher struct {
	// Dir is read every Interval. Only its content counts, not its times, so the symbolic
	// links of a Kubernetes ConfigMap work. A change takes effect when two reads in a row
	// saw it, because the first may have met a half-written file.
	Dir      string
	Interval time.Duration
	// Hangup has the directory read at once: it is the channel of SIGHUP. It may be nil.
	Hangup <-chan os.Signal
	// Accounts replaces the accounts of the directory when it is not nil: see
	// AccountTable. They take effect at once.
	Accounts <-chan *accounts.Directory
	// Changed is called with every new configuration, and with the same one after Hangup,
	// from Run's goroutine. Its Service is the one with which the program started.
	Changed func(*Config) error
	Log     *slog.Logger
	Metrics *Metrics

	current *Config
	listed  *accounts.Directory // the newest from Accounts, unchanged
	seen    [sha256.Size]byte   // hash of the last read
	judged  [sha256.Size]byte   // hash of the last that was taken or refused
	refused string              // why the last read failed; empty when it did not
	stands  Standing
	mu      sync.Mutex // of stands
}

// Standing is what is in force, and whether the newest files are.
type Standing struct {
	Rules     string    // hash of the rules in force
	Read      time.Time // when files without a mistake were last read
	Refused   string    // what is wrong with the newest files; empty: they are in force
	RefusedAt time.Time
	Restart   bool // service.yaml has changed since the start
}

// Standing returns it. It may be called concurrently with Run.
func (w *Watcher) Standing() Standing {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.stands
}

func (w *Watcher) note(change func(*Standing)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	change(&w.stands)
}

// read notes that files without a mistake were read.
func (w *Watcher) read(at time.Time) {
	w.Metrics.reloaded(at)
	w.note(func(s *Standing) { s.Read, s.Refused, s.RefusedAt = at, "", time.Time{} })
}

// force notes which rules are in force.
func (w *Watcher) force(rules string) {
	w.Metrics.inForce(rules)
	w.note(func(s *Standing) { s.Rules = rules })
}

// Run watches until ctx ends. current is the configuration in force; a change since it
// was loaded is noticed as well.
func (w *Watcher) Run(ctx context.Context, current *Config) error {
	w.current = current
	w.force(current.Rules().Hash)
	w.graded(current)
	w.calendarOf(current)
	w.read(time.Now())
	ticker := time.NewTicker(w.Interval)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case at := <-ticker.C:
			w.look(at, false)
		case <-w.Hangup:
			w.look(time.Now(), true)
		case w.listed = <-w.Accounts:
			next := *w.current
			next.UseAccounts(w.listed)
			w.put(&next)
		}
	}
}

// look reads the directory and takes a change. With atOnce somebody asked for it, and
// even a refused configuration is checked again.
func (w *Watcher) look(at time.Time, atOnce bool) {
	if atOnce {
		w.refused = "" // so that it is logged again
	}
	files, err := readFiles(w.Dir)
	if err != nil {
		w.refuse(err)
		w.judged, w.seen = [sha256.Size]byte{}, [sha256.Size]byte{}
		return
	}
	content := files.fingerprint()
	settled := content == w.seen
	w.seen = content
	if !atOnce && (!settled || content == w.judged) {
		return
	}
	w.judged = content
	next, err := files.parse()
	if zone := w.current.Calendar.Location; err == nil && next.Calendar.Location.String() != zone.String() {
		err = fmt.Errorf("calendar.yaml: timezone is part of the kept state: put %s back, or start with a fresh kafka.group and load the history again", zone)
	}
	if err != nil {
		w.refuse(err)
		return
	}
	w.take(at, next, atOnce)
}

// refuse keeps the configuration in force. A directory that stays unreadable is logged
// once.
func (w *Watcher) refuse(err error) {
	w.Metrics.success.Set(0)
	if err.Error() == w.refused {
		return
	}
	w.refused = err.Error()
	text := err.Error()
	if faults, ok := errors.AsType[fault.List](err); ok {
		text = faults.Brief(100)
	}
	w.note(func(s *Standing) { s.Refused, s.RefusedAt = text, time.Now() })
	w.Log.Error("configuration not taken, the last good one stays in force", "dir", w.Dir, "err", text)
}

// take puts a configuration into force. When somebody asks for it the same one is taken
// again, because secrets in other files may have changed.
func (w *Watcher) take(at time.Time, next *Config, atOnce bool) {
	w.refused = ""
	w.read(at)
	w.Metrics.restart.Set(0)
	if w.Accounts != nil {
		next.UseAccounts(w.listed)
	}
	restart := !reflect.DeepEqual(next.Service, w.current.Service)
	w.note(func(s *Standing) { s.Restart = restart })
	if restart {
		w.Metrics.restart.Set(1)
		w.Log.Warn("service.yaml has changed: a restart is needed for it", "dir", w.Dir)
	}
	next.Service = w.current.Service
	if atOnce || !reflect.DeepEqual(next, w.current) {
		w.put(next)
	}
}

// put hands a configuration on.
func (w *Watcher) put(next *Config) {
	if err := w.Changed(next); err != nil {
		w.refuse(err)
		return
	}
	before, after := w.current.Rules().Hash, next.Rules().Hash
	w.current = next
	w.force(after)
	w.graded(next)
	w.calendarOf(next)
	w.Log.Info("configuration taken", "dir", w.Dir, "rules", after, "rules_before", before, "accounts", next.Accounts.Len())
}

// graded shows how steady the list of key accounts is.
func (w *Watcher) graded(c *Config) {
	list := c.TopList()
	w.Metrics.turnover.Set(list.Part)
	if list.TooMuch() {
		w.Log.Warn("much of the list of key accounts changes at once: firstsign accounts grade tells why",
			"part", list.Part, "joined", len(list.Joined), "left", len(list.Left))
	}
}

// calendarOf shows when the calendar ends, and warns in time. On a holiday that nobody
// listed, many accounts would seem to fall silent.
func (w *Watcher) calendarOf(c *Config) {
	zone := signals.NewZone(c.Calendar.Location)
	end, ok := c.Calendar.End()
	if !ok {
		w.Metrics.calendarEnd.Set(0)
		return
	}
	w.Metrics.calendarEnd.Set(float64(time.Unix(0, zone.Start(end+1)).Unix()))
	if text := c.Calendar.Ending(zone.Day(time.Now().UnixNano())); text != "" {
		w.Log.Warn(text, "dir", w.Dir) //nolint:sloglint // the whole sentence is the warning
	}
}

// Metrics of the configuration.
type Metrics struct {
	success, timestamp, restart prometheus.Gauge
	turnover                    prometheus.Gauge
	calendarEnd                 prometheus.Gauge
	rules                       *prometheus.GaugeVec
	accounts                    *prometheus.CounterVec
}

// NewMetrics registers the metrics.
func NewMetrics(reg prometheus.Registerer) *Metrics {
	gauge := func(name, help string) prometheus.Gauge {
		g := prometheus.NewGauge(prometheus.GaugeOpts{Name: name, Help: help})
		reg.MustRegister(g)
		return g
	}
	m := &Metrics{
		success:     gauge("firstsign_config_reload_success", "Whether the files, when last looked at, could be taken: 1, or 0 when an older configuration is in force."),
		timestamp:   gauge("firstsign_config_reload_timestamp_seconds", "When the files were last read without a mistake, in Unix seconds."),
		restart:     gauge("firstsign_config_restart_needed", "1 when service.yaml has changed since the start."),
		turnover:    gauge("firstsign_key_accounts_turnover_ratio", "Part of the list of key accounts that differs between the grades of the accounts' file and those that their money gives them."),
		calendarEnd: gauge("firstsign_calendar_end_timestamp_seconds", "End of the last year whose holidays the calendar knows, in Unix seconds; 0 when it has no holidays."),
		rules: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "firstsign_config_rules_info", Help: "Always 1; the label names the rules that the configuration gives."}, []string{"rules"}),
	}
	m.accounts = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "firstsign_account_records_total", Help: "Records of the topic of accounts that were read, by what became of them."}, []string{"result"})
	for _, result := range []recordResult{taken, removed, refused} {
		m.accounts.WithLabelValues(string(result))
	}
	reg.MustRegister(m.rules, m.accounts)
	return m
}

// recordResult is the result of reading an account's record.
type recordResult string

const (
	taken   recordResult = "taken"
	removed recordResult = "removed"
	refused recordResult = "refused"
)

func (m *Metrics) accountRecord(r recordResult) {
	if m != nil {
		m.accounts.WithLabelValues(string(r)).Inc()
	}
}

func (m *Metrics) reloaded(at time.Time) {
	m.success.Set(1)
	m.timestamp.Set(float64(at.UnixMilli()) / 1000)
}

// inForce shows one hash at a time: a new one removes the old.
func (m *Metrics) inForce(hash string) {
	m.rules.Reset()
	m.rules.WithLabelValues(hash).Set(1)
}

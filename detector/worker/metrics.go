package worker

import (
	"strconv"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"firstsign/detector"
	"firstsign/signals"
)

// Metrics of the workers of one process. Safe for concurrent use.
type Metrics struct {
	events, duplicates, skipped, late, lost prometheus.Counter
	rejects, findings                       *prometheus.CounterVec
	claims, commits, refusals               prometheus.Counter
	commitSeconds, closeSeconds             prometheus.Histogram
	clock, closed, lag                      *prometheus.GaugeVec // by partition
	skew                                    prometheus.Gauge
	accounts, series, episodes              prometheus.Gauge
	feeds                                   *prometheus.GaugeVec

	mu   sync.Mutex
	told map[int]*detector.Stats // by owned partition: what was exported of its engine
}

// NewMetrics registers the metrics.
func NewMetrics(reg prometheus.Registerer) *Metrics {
	counter := func(name, help string) prometheus.Counter {
		c := prometheus.NewCounter(prometheus.CounterOpts{Name: "firstsign_" + name, Help: help})
		reg.MustRegister(c)
		return c
	}
	gauge := func(name, help string) prometheus.Gauge {
		g := prometheus.NewGauge(prometheus.GaugeOpts{Name: "firstsign_" + name, Help: help})
		reg.MustRegister(g)
		return g
	}
	gauges := func(name, help, label string) *prometheus.GaugeVec {
		g := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "firstsign_" + name, Help: help}, []string{label})
		reg.MustRegister(g)
		return g
	}
	counters := func(name, help, label string) *prometheus.CounterVec {
		c := prometheus.NewCounterVec(prometheus.CounterOpts{Name: "firstsign_" + name, Help: help}, []string{label})
		reg.MustRegister(c)
		return c
	}
	seconds := func(name, help string) prometheus.Histogram {
		h := prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "firstsign_" + name, Help: help, Buckets: prometheus.ExponentialBuckets(0.001, 3, 10),
		})
		reg.MustRegister(h)
		return h
	}
	m := &Metrics{
		events:        counter("interactions_total", "Interactions counted into the state."),
		duplicates:    counter("duplicates_total", "Interactions dropped because source and id were seen while the day was open."),
		skipped:       counter("skipped_total", "Records read again that the state held already."),
		late:          counter("late_total", "Interactions of a day that was closed; they correct it."),
		lost:          counter("lost_records_total", "Offsets that retention removed before they were read."),
		rejects:       counters("rejects_total", "Records that do not count.", "reason"),
		findings:      counters("findings_total", "What the detector handed to alerting.", "kind"),
		claims:        counter("claims_total", "Partitions taken over."),
		commits:       counter("commits_total", "Complete commits to the store."),
		refusals:      counter("refusals_total", "Commits that the store refused."),
		commitSeconds: seconds("commit_seconds", "Duration of a complete commit."),
		closeSeconds:  seconds("dayclose_seconds", "Duration of judging all accounts of a partition at one day's close."),
		clock:         gauges("clock_timestamp_seconds", "The partition's clock: its newest tick.", "partition"),
		closed:        gauges("last_closed_day_timestamp_seconds", "End of the last closed day.", "partition"),
		lag:           gauges("event_lag_seconds", "How far the newest record read is behind the wall clock.", "partition"),
		skew:          gauge("clock_skew_seconds", "This machine's clock less the store's."),
		accounts:      gauge("accounts", "Accounts in the state of the owned partitions."),
		series:        gauge("series", "Series of these accounts."),
		episodes:      gauge("episodes_open", "Open episodes of accounts."),
		feeds:         gauges("feeds", "Sources by what is known about them.", "state"),
		told:          map[int]*detector.Stats{},
	}
	for _, r := range signals.Reasons {
		m.rejects.WithLabelValues(string(r))
	}
	for _, k := range detector.FindingKinds {
		m.findings.WithLabelValues(string(k))
	}
	for _, s := range detector.FeedStates {
		m.feeds.WithLabelValues(string(s))
	}
	return m
}

func (m *Metrics) reject(r signals.Reason) { m.rejects.WithLabelValues(string(r)).Inc() }

func (m *Metrics) committed(took time.Duration) {
	m.commits.Inc()
	m.commitSeconds.Observe(took.Seconds())
}

// claimed begins to count a partition's engine.
func (m *Metrics) claimed(partition int, e *detector.Engine) {
	m.claims.Inc()
	m.mu.Lock()
	m.told[partition] = e.Stats().Clone()
	m.mu.Unlock()
	m.sums()
}

// released forgets a partition that is no longer ours.
func (m *Metrics) released(partition int) {
	m.mu.Lock()
	delete(m.told, partition)
	m.mu.Unlock()
	label := strconv.Itoa(partition)
	for _, g := range []*prometheus.GaugeVec{m.clock, m.closed, m.lag} {
		g.DeleteLabelValues(label)
	}
	m.sums()
}

// progress exports what an engine has counted since it was told last.
func (m *Metrics) progress(partition int, e *detector.Engine) {
	now := e.Stats().Clone()
	m.mu.Lock()
	before := m.told[partition]
	m.told[partition] = now
	m.mu.Unlock()
	m.events.Add(float64(now.Events - before.Events))
	m.duplicates.Add(float64(now.Duplicates - before.Duplicates))
	m.skipped.Add(float64(now.Skipped - before.Skipped))
	m.late.Add(float64(now.Late - before.Late))
	for _, k := range detector.FindingKinds {
		m.findings.WithLabelValues(string(k)).Add(float64(now.Findings[k] - before.Findings[k]))
	}
	label := strconv.Itoa(partition)
	m.clock.WithLabelValues(label).Set(float64(e.Clock()) / 1e9)
	if end, ok := e.ClosedUntil(); ok {
		m.closed.WithLabelValues(label).Set(float64(end) / 1e9)
	}
	m.sums()
}

// behind says how old the newest record read is.
func (m *Metrics) behind(partition int, d time.Duration) {
	m.lag.WithLabelValues(strconv.Itoa(partition)).Set(max(d, 0).Seconds())
}

// sums exports what is, over all owned partitions.
func (m *Metrics) sums() {
	m.mu.Lock()
	defer m.mu.Unlock()
	var accounts, series, episodes int64
	feeds := map[detector.FeedState]int64{}
	for _, s := range m.told {
		accounts += s.Accounts
		series += s.Series
		episodes += s.EpisodesOpen
		for state, n := range s.Sources {
			feeds[state] += n
		}
	}
	m.accounts.Set(float64(accounts))
	m.series.Set(float64(series))
	m.episodes.Set(float64(episodes))
	for _, s := range detector.FeedStates {
		m.feeds.WithLabelValues(string(s)).Set(float64(feeds[s]))
	}
}

package worker

import (
	"strconv"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"

	"firstsign/detector"
	"firstsign/detector/finding"
	"firstsign/signals"
)

// Metrics of the workers of one process. Safe for concurrent use.
type Metrics struct {
	events, duplicates, internal, skipped, late, lost prometheus.Counter
	rejects, findings                                 *prometheus.CounterVec
	claims, commits, refusals                         prometheus.Counter
	commitSeconds, closeSeconds                       prometheus.Histogram
	clock, closed, lag                                *prometheus.GaugeVec // by partition
	skew                                              prometheus.Gauge
	accounts, dormant, replaced, series, episodes     prometheus.Gauge
	feeds                                             *prometheus.GaugeVec

	mu       sync.Mutex
	exported map[int]*detector.Stats // by owned partition: what its engine had counted at the last export
}

// NewMetrics registers the metrics.
func NewMetrics(reg prometheus.Registerer) *Metrics {
	with := promauto.With(reg)
	m := &Metrics{
		events:        with.NewCounter(counter("interactions_total", "Interactions counted into the state.")),
		duplicates:    with.NewCounter(counter("duplicates_total", "Interactions dropped as duplicates: same source and id while the day was open.")),
		internal:      with.NewCounter(counter("internal_total", "Interactions among people of one side, which count for nobody: direction internal.")),
		skipped:       with.NewCounter(counter("skipped_total", "Records read again that were already in the state.")),
		late:          with.NewCounter(counter("late_total", "Interactions that arrived after their day had closed, and correct it.")),
		lost:          with.NewCounter(counter("lost_records_total", "Offsets that retention removed before they were read.")),
		rejects:       with.NewCounterVec(counter("rejects_total", "Records rejected, by reason."), []string{"reason"}),
		findings:      with.NewCounterVec(counter("findings_total", "Findings handed to alerting, by kind."), []string{"kind"}),
		claims:        with.NewCounter(counter("claims_total", "Partitions taken over.")),
		commits:       with.NewCounter(counter("commits_total", "Complete commits to the store.")),
		refusals:      with.NewCounter(counter("refusals_total", "Commits that the store refused.")),
		commitSeconds: with.NewHistogram(seconds("commit_seconds", "Duration of a complete commit.")),
		closeSeconds:  with.NewHistogram(seconds("dayclose_seconds", "Duration of judging all accounts of a partition at one day's close.")),
		clock:         with.NewGaugeVec(gauge("clock_timestamp_seconds", "The partition's clock: its newest tick."), []string{"partition"}),
		closed:        with.NewGaugeVec(gauge("last_closed_day_timestamp_seconds", "End of the last closed day."), []string{"partition"}),
		lag:           with.NewGaugeVec(gauge("event_lag_seconds", "How far the newest record read is behind the wall clock."), []string{"partition"}),
		skew:          with.NewGauge(gauge("clock_skew_seconds", "This machine's clock minus the store's.")),
		accounts:      with.NewGauge(gauge("accounts", "Accounts in the state of the owned partitions.")),
		series:        with.NewGauge(gauge("series", "Series of these accounts.")),
		dormant:       with.NewGauge(gauge("accounts_dormant", "Accounts that have become quiet and are judged no longer.")),
		replaced:      with.NewGauge(gauge("accounts_replaced", "Accounts that fell silent when the ids of many were replaced, while that goes on.")),
		episodes:      with.NewGauge(gauge("episodes_open", "Accounts with an open episode.")),
		feeds:         with.NewGaugeVec(gauge("feeds", "Sources by state."), []string{"state"}),
		exported:      map[int]*detector.Stats{},
	}
	for _, r := range signals.Reasons {
		m.rejects.WithLabelValues(string(r))
	}
	for _, k := range finding.Kinds {
		m.findings.WithLabelValues(string(k))
	}
	for _, s := range detector.FeedStates {
		m.feeds.WithLabelValues(string(s))
	}
	return m
}

func counter(name, help string) prometheus.CounterOpts {
	return prometheus.CounterOpts{Name: "firstsign_" + name, Help: help}
}

func gauge(name, help string) prometheus.GaugeOpts {
	return prometheus.GaugeOpts{Name: "firstsign_" + name, Help: help}
}

// seconds are buckets from 1 ms to 20 s.
func seconds(name, help string) prometheus.HistogramOpts {
	return prometheus.HistogramOpts{Name: "firstsign_" + name, Help: help, Buckets: prometheus.ExponentialBuckets(0.001, 3, 10)}
}

func (m *Metrics) rejected(r signals.Reason) { m.rejects.WithLabelValues(string(r)).Inc() }

func (m *Metrics) committed(took time.Duration) {
	m.commits.Inc()
	m.commitSeconds.Observe(took.Seconds())
}

// claimed begins to count a partition's engine.
func (m *Metrics) claimed(partition int, e *detector.Engine) {
	m.claims.Inc()
	m.mu.Lock()
	m.exported[partition] = e.Stats().Clone()
	m.mu.Unlock()
	m.setTotals()
}

// released removes a partition that is no longer ours.
func (m *Metrics) released(partition int) {
	m.mu.Lock()
	delete(m.exported, partition)
	m.mu.Unlock()
	label := strconv.Itoa(partition)
	for _, g := range []*prometheus.GaugeVec{m.clock, m.closed, m.lag} {
		g.DeleteLabelValues(label)
	}
	m.setTotals()
}

// progress exports what an engine has counted since the last export.
func (m *Metrics) progress(partition int, e *detector.Engine) {
	now := e.Stats().Clone()
	m.mu.Lock()
	before := m.exported[partition]
	m.exported[partition] = now
	m.mu.Unlock()
	m.events.Add(float64(now.Events - before.Events))
	m.duplicates.Add(float64(now.Duplicates - before.Duplicates))
	m.internal.Add(float64(now.Internal - before.Internal))
	m.skipped.Add(float64(now.Skipped - before.Skipped))
	m.late.Add(float64(now.Late - before.Late))
	for _, k := range finding.Kinds {
		m.findings.WithLabelValues(string(k)).Add(float64(now.Findings[k] - before.Findings[k]))
	}
	label := strconv.Itoa(partition)
	m.clock.WithLabelValues(label).Set(float64(e.Clock()) / 1e9)
	if end, ok := e.ClosedUntil(); ok {
		m.closed.WithLabelValues(label).Set(float64(end) / 1e9)
	}
	m.setTotals()
}

// setLag exports how old the newest record read is.
func (m *Metrics) setLag(partition int, d time.Duration) {
	m.lag.WithLabelValues(strconv.Itoa(partition)).Set(max(d, 0).Seconds())
}

// setTotals exports the sizes that are summed over all owned partitions.
func (m *Metrics) setTotals() {
	m.mu.Lock()
	defer m.mu.Unlock()
	var accounts, dormant, replaced, series, episodes int64
	feeds := map[detector.FeedState]int64{}
	for _, s := range m.exported {
		accounts += s.Accounts
		dormant += s.Dormant
		replaced += s.Replaced
		series += s.Series
		episodes += s.EpisodesOpen
		for state, n := range s.Sources {
			feeds[state] += n
		}
	}
	m.accounts.Set(float64(accounts))
	m.dormant.Set(float64(dormant))
	m.replaced.Set(float64(replaced))
	m.series.Set(float64(series))
	m.episodes.Set(float64(episodes))
	for _, s := range detector.FeedStates {
		m.feeds.WithLabelValues(string(s)).Set(float64(feeds[s]))
	}
}

package kafka

import (
	"strconv"
	"sync"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"

	"firstsign/signals"
	"firstsign/signals/kafka/wire"
)

// Metrics of everything that goes to and comes from Kafka.
type Metrics struct {
	records     *prometheus.CounterVec
	bytes       *prometheus.CounterVec
	lag         *prometheus.GaugeVec
	fetchErrors prometheus.Counter
	rebalances  prometheus.Counter
	joined      prometheus.Gauge
	deadLetters *prometheus.CounterVec
	produced    prometheus.Histogram

	mapped, passed, empty, unmappable prometheus.Counter // records of mapped topics or items of them, by what a mapping made of them
	mappedLost                        prometheus.Counter
	mappedLag, mappedMissing          prometheus.Gauge

	mu         sync.Mutex
	partitions map[int]*partitionMetrics
}

// NewMetrics registers the metrics; the registry may be nil.
func NewMetrics(reg prometheus.Registerer) *Metrics { return newMetrics(reg) }

func newMetrics(reg prometheus.Registerer) *Metrics {
	opts := func(name, help string) prometheus.Opts {
		return prometheus.Opts{Namespace: "firstsign", Subsystem: "kafka", Name: name, Help: help}
	}
	with := promauto.With(reg)
	m := &Metrics{
		records:     with.NewCounterVec(prometheus.CounterOpts(opts("records_read_total", "Records read from the topic.")), []string{"partition"}),
		bytes:       with.NewCounterVec(prometheus.CounterOpts(opts("bytes_read_total", "Bytes of the batches read from the topic.")), []string{"partition"}),
		lag:         with.NewGaugeVec(prometheus.GaugeOpts(opts("lag_records", "Records between what was read last and the partition's end.")), []string{"partition"}),
		fetchErrors: with.NewCounter(prometheus.CounterOpts(opts("fetch_errors_total", "Fetches that failed and were repeated."))),
		rebalances:  with.NewCounter(prometheus.CounterOpts(opts("generations_total", "Generations of the consumer group that this member took part in."))),
		joined:      with.NewGauge(prometheus.GaugeOpts(opts("group_joined", "1 while this member belongs to the consumer group."))),
		deadLetters: with.NewCounterVec(prometheus.CounterOpts(opts("dead_letters_total", "Records written to the dead-letter topic.")), []string{"reason"}),
		produced: with.NewHistogram(prometheus.HistogramOpts{
			Namespace: "firstsign", Subsystem: "kafka", Name: "produce_seconds",
			Help: "Time until all in-sync replicas had a batch.", Buckets: prometheus.ExponentialBuckets(0.001, 3, 9),
		}),
		partitions: map[int]*partitionMetrics{},
	}
	for _, r := range signals.Reasons {
		m.deadLetters.WithLabelValues(string(r))
	}
	m.mappedTopics(with)
	return m
}

// mappedTopics creates the metrics of mapped topics.
func (m *Metrics) mappedTopics(with promauto.Factory) {
	opts := func(name, help string) prometheus.Opts {
		return prometheus.Opts{Namespace: "firstsign", Subsystem: "mapping", Name: name, Help: help}
	}
	records := with.NewCounterVec(prometheus.CounterOpts(opts("records_total", "Records of mapped topics, by what a mapping made of them.")), []string{"result"})
	m.mapped, m.passed = records.WithLabelValues("mapped"), records.WithLabelValues("passed")
	m.empty, m.unmappable = records.WithLabelValues("empty"), records.WithLabelValues("unmappable")
	m.mappedLost = with.NewCounter(prometheus.CounterOpts(opts("lost_records_total", "Offsets of mapped topics that were gone before they were read.")))
	m.mappedLag = with.NewGauge(prometheus.GaugeOpts(opts("lag_records", "Records of mapped topics between what was mapped last and the partitions' ends.")))
	m.mappedMissing = with.NewGauge(prometheus.GaugeOpts(opts("topics_missing", "Mapped topics that do not exist or may not be read.")))
}

// partitionMetrics are those of one partition; nil counts nothing.
type partitionMetrics struct {
	records, bytes, fetchErrors prometheus.Counter
	lag                         prometheus.Gauge
}

// partition creates the metrics of one partition of the topic; their number is
// that of the topic's partitions.
func (m *Metrics) partition(id int) *partitionMetrics {
	m.mu.Lock()
	defer m.mu.Unlock()
	if p := m.partitions[id]; p != nil {
		return p
	}
	label := strconv.Itoa(id)
	p := &partitionMetrics{
		records: m.records.WithLabelValues(label), bytes: m.bytes.WithLabelValues(label),
		lag: m.lag.WithLabelValues(label), fetchErrors: m.fetchErrors,
	}
	m.partitions[id] = p
	return p
}

func (p *partitionMetrics) read(c *wire.Answer) {
	if p == nil {
		return
	}
	p.records.Add(float64(len(c.Records)))
	p.bytes.Add(float64(c.Size))
}

// behind is how many records lie before the partition's end.
func (p *partitionMetrics) behind(records int64) {
	if p != nil {
		p.lag.Set(float64(max(records, 0)))
	}
}

func (p *partitionMetrics) failed() {
	if p != nil {
		p.fetchErrors.Inc()
	}
}

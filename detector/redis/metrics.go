package redis

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"

	"firstsign/detector/worker"
)

type metrics struct {
	seconds map[worker.Call]prometheus.Observer
	errors  map[worker.Call]prometheus.Counter
}

func newMetrics(reg prometheus.Registerer) *metrics {
	with := promauto.With(reg)
	seconds := with.NewHistogramVec(prometheus.HistogramOpts{
		Name:    "firstsign_redis_seconds",
		Help:    "Duration of one round trip to Redis for the state of a partition, with the client's own retries.",
		Buckets: prometheus.ExponentialBuckets(0.0005, 2, 14), // 0.5 ms to 4 s
	}, []string{"call"})
	failed := with.NewCounterVec(prometheus.CounterOpts{
		Name: "firstsign_redis_errors_total",
		Help: "Round trips to Redis without a usable answer. A refused commit is an answer.",
	}, []string{"call"})

	m := &metrics{make(map[worker.Call]prometheus.Observer), make(map[worker.Call]prometheus.Counter)}
	for _, call := range []worker.Call{
		worker.CallClaim, worker.CallAccounts, worker.CallCommit, worker.CallOutbox, worker.CallSettle,
	} {
		m.seconds[call] = seconds.WithLabelValues(string(call))
		m.errors[call] = failed.WithLabelValues(string(call))
	}
	return m
}

// call starts to measure one round trip. The function it returns ends the
// measurement.
func (m *metrics) call(call worker.Call) func(error) {
	timer := prometheus.NewTimer(m.seconds[call])
	return func(err error) {
		timer.ObserveDuration()
		if err != nil {
			m.errors[call].Inc()
		}
	}
}

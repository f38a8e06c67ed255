package dispatch

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"

	"firstsign/alerting"
)

// Metrics of a process's Dispatchers.
type Metrics struct {
	raised     *prometheus.CounterVec
	unreadable prometheus.Counter
	failures   prometheus.Counter
}

// NewMetrics registers the metrics of dispatching.
func NewMetrics(reg prometheus.Registerer) *Metrics {
	with := promauto.With(reg)
	m := &Metrics{
		raised: with.NewCounterVec(prometheus.CounterOpts{
			Name: "firstsign_alerts_raised_total", Help: "Alerts raised or raised again, by what they were then.",
		}, []string{"grade", "severity"}),
		unreadable: with.NewCounter(prometheus.CounterOpts{
			Name: "firstsign_outbox_unreadable_total", Help: "Findings in an outbox that could not be read and were dropped.",
		}),
		failures: with.NewCounter(prometheus.CounterOpts{
			Name: "firstsign_dispatch_failures_total", Help: "Times that an outbox could not be emptied. It is retried.",
		}),
	}
	for _, g := range alerting.GradeLabels {
		for _, s := range alerting.Severities {
			m.raised.WithLabelValues(string(g), string(s))
		}
	}
	return m
}

func (m *Metrics) entered(s *alerting.StoredFinding) {
	if s.Finding.Kind.Raises() {
		m.raised.WithLabelValues(alerting.GradeLabel(s.Alert), alerting.SeverityLabel(s.Severity)).Inc()
	}
}

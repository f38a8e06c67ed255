package stall

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

// NewGauge registers firstsign_stalled, with 0 for every reason.
func NewGauge(reg prometheus.Registerer) *prometheus.GaugeVec {
	gauge := promauto.With(reg).NewGaugeVec(prometheus.GaugeOpts{
		Name: "firstsign_stalled", Help: "1 while something stands still for this reason; /-/ready and the log say what.",
	}, []string{"reason"})
	for _, r := range Reasons {
		gauge.WithLabelValues(string(r)).Set(0)
	}
	return gauge
}

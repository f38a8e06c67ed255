package alerting

import (
	"slices"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"

	"firstsign/accounts"
	"firstsign/signals"
)

// GradeLabels are those of metrics: a feed has none.
var GradeLabels = append(slices.Clone(accounts.Grades), "feed")

// Metrics of what people and timers do to the alerts of a process.
type Metrics struct {
	changes *prometheus.CounterVec
	labels  *prometheus.CounterVec
}

// NewMetrics registers the metrics of alerting.
func NewMetrics(reg prometheus.Registerer) *Metrics {
	with := promauto.With(reg)
	m := &Metrics{
		changes: with.NewCounterVec(prometheus.CounterOpts{
			Name: "firstsign_alert_changes_total", Help: "Answers and timers of alerts: acknowledged, snoozed, labelled, woken after a snooze, escalated to the stand-in, assigned, noted, withdrawn.",
		}, []string{"change"}),
		labels: with.NewCounterVec(prometheus.CounterOpts{
			Name: "firstsign_alert_labels_total", Help: "Labels that people gave to alerts: false, expected, acted-saved, acted-lost; unknown takes one back.",
		}, []string{"label"}),
	}
	for _, kind := range ownKinds {
		m.changes.WithLabelValues(string(kind))
	}
	for _, l := range signals.Labels {
		m.labels.WithLabelValues(string(l))
	}
	return m
}

// GradeLabel keeps the labels a closed set, whatever the store holds.
func GradeLabel(a *Alert) string {
	switch {
	case a.Account == "":
		return "feed"
	case slices.Contains(accounts.Grades, a.Grade):
		return string(a.Grade)
	}
	return string(accounts.Ordinary)
}

// SeverityLabel is the severity as a label.
func SeverityLabel(s Severity) string {
	if s == Critical {
		return string(Critical)
	}
	return string(Warning)
}

// changed counts an event that a person or a timer brought.
func (m *Metrics) changed(e *Event) {
	m.changes.WithLabelValues(string(e.Kind)).Inc()
	if e.Label != "" {
		m.labels.WithLabelValues(string(e.Label)).Inc()
	}
}

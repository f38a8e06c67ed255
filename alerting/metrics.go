package alerting

import (
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"

	"firstsign/accounts"
	"firstsign/signals"
)

// Services are the kinds of channels that have a metric label of their own. All
// others count as "other".
var Services = []string{
	"log", "smtp", "lark", "wecom", "dingtalk", "slack", "teams", "discord", "googlechat", "mattermost",
	"ntfy", "pagerduty", "opsgenie", "generic", "other",
}

// GradeLabels are those of metrics: a feed has none.
var GradeLabels = append(slices.Clone(accounts.Grades), "feed")

// Metrics of a process's Notifier and AnswerHandler.
type Metrics struct {
	open       *prometheus.GaugeVec
	changes    *prometheus.CounterVec
	labels     *prometheus.CounterVec
	deliveries *prometheus.CounterVec
	pending    prometheus.Gauge
	oldest     prometheus.Gauge
	// By kind of channel: messages and digests that wait, the age of the oldest in
	// seconds, and how many channels refuse them.
	channelPending, channelOldest, channelFailing *prometheus.GaugeVec

	digests prometheus.Counter
	waiting prometheus.Gauge
}

// NewMetrics registers the metrics of alerting.
func NewMetrics(reg prometheus.Registerer) *Metrics {
	with := promauto.With(reg)
	m := &Metrics{
		open: with.NewGaugeVec(prometheus.GaugeOpts{
			Name: "firstsign_alerts_open", Help: "Alerts in the store that are not closed. Every instance shows the whole store.",
		}, []string{"grade", "severity"}),
		changes: with.NewCounterVec(prometheus.CounterOpts{
			Name: "firstsign_alert_changes_total", Help: "Answers and timers of alerts: acknowledged, snoozed, labelled, woken after a snooze, escalated to the stand-in.",
		}, []string{"change"}),
		labels: with.NewCounterVec(prometheus.CounterOpts{
			Name: "firstsign_alert_labels_total", Help: "Labels that people gave to alerts: false, expected, acted-saved, acted-lost; unknown takes one back.",
		}, []string{"label"}),
		deliveries: with.NewCounterVec(prometheus.CounterOpts{
			Name: "firstsign_deliveries_total", Help: "Attempts to deliver a message, by kind of channel and result.",
		}, []string{"channel", "result"}),
		pending: with.NewGauge(prometheus.GaugeOpts{
			Name: "firstsign_deliveries_pending", Help: "Messages of this instance's managers that not every channel has accepted.",
		}),
		oldest: with.NewGauge(prometheus.GaugeOpts{
			Name: "firstsign_deliveries_oldest_pending_seconds", Help: "Age of the oldest pending message, since its finding; 0 when there is none.",
		}),
		channelPending: with.NewGaugeVec(prometheus.GaugeOpts{
			Name: "firstsign_channel_pending", Help: "Messages and digests that channels of this kind have not accepted yet.",
		}, []string{"channel"}),
		channelOldest: with.NewGaugeVec(prometheus.GaugeOpts{
			Name: "firstsign_channel_oldest_pending_seconds", Help: "Age of the oldest message or digest that a channel of this kind has not accepted; 0 when there is none.",
		}, []string{"channel"}),
		channelFailing: with.NewGaugeVec(prometheus.GaugeOpts{
			Name: "firstsign_channels_failing", Help: "Channels of this kind that did not accept the last message; /-/ready names them.",
		}, []string{"channel"}),
		digests: with.NewCounter(prometheus.CounterOpts{
			Name: "firstsign_digests_sent_total", Help: "Digests that a channel accepted.",
		}),
		waiting: with.NewGauge(prometheus.GaugeOpts{
			Name: "firstsign_digest_alerts_waiting", Help: "Alerts of this instance's managers that wait for a digest.",
		}),
	}
	for _, g := range GradeLabels {
		for _, s := range Severities {
			m.open.WithLabelValues(string(g), string(s))
		}
	}
	for _, kind := range ownKinds {
		m.changes.WithLabelValues(string(kind))
	}
	for _, l := range signals.Labels {
		m.labels.WithLabelValues(string(l))
	}
	for _, s := range Services {
		m.deliveries.WithLabelValues(s, "ok")
		m.deliveries.WithLabelValues(s, "failed")
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

func (m *Metrics) showOpen(alerts map[string]*Alert) {
	m.open.Reset()
	for _, g := range GradeLabels {
		for _, s := range Severities {
			m.open.WithLabelValues(string(g), string(s))
		}
	}
	for _, a := range alerts {
		if a.State == Closed {
			continue
		}
		m.open.WithLabelValues(GradeLabel(a), SeverityLabel(a.Severity)).Inc()
	}
}

func (m *Metrics) delivered(service string, err error) {
	result := "ok"
	if err != nil {
		result = "failed"
	}
	m.deliveries.WithLabelValues(serviceLabel(service), result).Inc()
}

// service is the label of a kind of channel.
func serviceLabel(service string) string {
	if slices.Contains(Services, service) {
		return service
	}
	return "other"
}

// channelLoad is what waits for the channels of one kind.
type channelLoad struct {
	messages, failing int
	oldest            time.Duration
}

func (m *Metrics) showChannels(load map[string]channelLoad) {
	for _, s := range Services {
		l := load[s]
		m.channelPending.WithLabelValues(s).Set(float64(l.messages))
		m.channelOldest.WithLabelValues(s).Set(l.oldest.Seconds())
		m.channelFailing.WithLabelValues(s).Set(float64(l.failing))
	}
}

func (m *Metrics) showPending(messages, waiting int, oldest time.Duration) {
	m.pending.Set(float64(messages))
	m.waiting.Set(float64(waiting))
	m.oldest.Set(max(0, oldest.Seconds()))
}

// answered counts an answer.
func (m *Metrics) answered(e *Event) {
	m.changes.WithLabelValues(string(e.Kind)).Inc()
	if e.Label != "" {
		m.labels.WithLabelValues(string(e.Label)).Inc()
	}
}

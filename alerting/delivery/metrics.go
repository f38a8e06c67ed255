package delivery

import (
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"

	"firstsign/alerting"
)

// services are the kinds of channels that have a metric label of their own. All
// others count as "other".
var services = []string{
	"log", "smtp", "lark", "wecom", "dingtalk", "slack", "teams", "discord", "googlechat", "mattermost",
	"ntfy", "pagerduty", "opsgenie", "generic", "other",
}

// Metrics of a process's Notifier.
type Metrics struct {
	open       *prometheus.GaugeVec
	deliveries *prometheus.CounterVec
	pending    prometheus.Gauge
	oldest     prometheus.Gauge
	// By kind of channel: messages and digests that wait, the age of the oldest in
	// seconds, and how many channels refuse them.
	channelPending, channelOldest, channelFailing *prometheus.GaugeVec

	digests prometheus.Counter
	waiting prometheus.Gauge
}

// NewMetrics registers the metrics of delivery.
func NewMetrics(reg prometheus.Registerer) *Metrics {
	with := promauto.With(reg)
	m := &Metrics{
		open: with.NewGaugeVec(prometheus.GaugeOpts{
			Name: "firstsign_alerts_open", Help: "Alerts in the store that are not closed. Every instance shows the whole store.",
		}, []string{"grade", "severity"}),
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
	m.resetOpen()
	for _, s := range services {
		m.deliveries.WithLabelValues(s, "ok")
		m.deliveries.WithLabelValues(s, "failed")
	}
	return m
}

// resetOpen sets every open gauge to 0.
func (m *Metrics) resetOpen() {
	m.open.Reset()
	for _, g := range alerting.GradeLabels {
		for _, s := range alerting.Severities {
			m.open.WithLabelValues(string(g), string(s))
		}
	}
}

func (m *Metrics) showOpen(alerts map[string]*alerting.Alert) {
	m.resetOpen()
	for _, a := range alerts {
		if a.State == alerting.Closed {
			continue
		}
		m.open.WithLabelValues(alerting.GradeLabel(a), alerting.SeverityLabel(a.Severity)).Inc()
	}
}

func (m *Metrics) delivered(service string, err error) {
	result := "ok"
	if err != nil {
		result = "failed"
	}
	m.deliveries.WithLabelValues(serviceLabel(service), result).Inc()
}

// serviceLabel is the label of a kind of channel.
func serviceLabel(service string) string {
	if slices.Contains(services, service) {
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
	for _, s := range services {
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

package deploy

import (
	"regexp"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"firstsign/alerting"
	"firstsign/alerting/delivery"
	"firstsign/alerting/dispatch"
	"firstsign/alerting/readback"
	"firstsign/config"
	"firstsign/detector/redis"
	"firstsign/detector/worker"
	"firstsign/internal/stall"
	"firstsign/signals/kafka"
	"firstsign/web"
)

// recorder is a registry that keeps names, types and labels, also of metrics
// whose labels have no value yet.
type recorder struct{ metrics map[string]metric }

type metric struct{ kind, labels string }

func (r recorder) Register(c prometheus.Collector) error {
	kind := "unknown"
	switch c.(type) {
	case *prometheus.CounterVec:
		kind = "counter"
	case *prometheus.GaugeVec, prometheus.Gauge:
		kind = "gauge"
	case *prometheus.HistogramVec, prometheus.Histogram:
		kind = "histogram"
	case prometheus.Counter:
		kind = "counter"
	case prometheus.GaugeFunc: // as an interface the same as a CounterFunc
		kind = "gauge"
	}
	descriptions := make(chan *prometheus.Desc, 100)
	c.Describe(descriptions)
	close(descriptions)
	for d := range descriptions {
		m := described.FindStringSubmatch(d.String())
		r.metrics[m[1]] = metric{kind, strings.ReplaceAll(m[2], ",", ", ")}
	}
	return nil
}

var described = regexp.MustCompile(`fqName: "([^"]*)".*variableLabels: \{([^}]*)\}`)

func (r recorder) MustRegister(all ...prometheus.Collector) {
	for _, c := range all {
		_ = r.Register(c)
	}
}

func (r recorder) Unregister(prometheus.Collector) bool { return false }

// docs/operator/metrics.md and the program name the same metrics, with the same type
// and labels.
func TestDocumentedMetricsAreTheProgram(t *testing.T) {
	program := recorder{map[string]metric{}}
	alerting.NewMetrics(program)
	delivery.NewMetrics(program)
	dispatch.NewMetrics(program)
	readback.NewMetrics(program)
	config.NewMetrics(program)
	worker.NewMetrics(program)
	kafka.NewMetrics(program)
	web.RegisterReady(program)
	stall.NewGauge(program)
	if _, err := redis.New(nil, "test", program); err != nil {
		t.Fatal(err)
	}
	documented := map[string]metric{}
	for _, m := range metricRow.FindAllStringSubmatch(read(t, "../docs/operator/metrics.md"), -1) {
		documented[m[1]] = metric{m[2], m[3]}
	}
	for name, m := range program.metrics {
		if d, ok := documented[name]; !ok {
			t.Errorf("docs/operator/metrics.md lacks %s (%s, labels %q)", name, m.kind, m.labels)
		} else if d != m {
			t.Errorf("docs/operator/metrics.md says of %s %q, the program %q", name, d, m)
		}
	}
	for name := range documented {
		if _, ok := program.metrics[name]; !ok {
			t.Errorf("docs/operator/metrics.md has %s, which the program does not", name)
		}
	}
}

// Whoever is on call sees every metric without writing a query.
func TestEveryMetricHasAPanel(t *testing.T) {
	board := read(t, "grafana/dashboards/firstsign.json")
	shown := map[string]bool{}
	for _, name := range regexp.MustCompile(`firstsign_[a-z_]+`).FindAllString(board, -1) {
		shown[strings.TrimSuffix(name, "_bucket")] = true
	}
	for _, m := range metricRow.FindAllStringSubmatch(read(t, "../docs/operator/metrics.md"), -1) {
		if !shown[m[1]] {
			t.Errorf("no panel of the dashboard shows %s", m[1])
		}
	}
}

// Package deploy answers: how is Firstsign run, and does what is deployed with
// it fit the program? It holds files and their tests.
package deploy

import (
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"firstsign/internal/stall"
)

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

var metricName = regexp.MustCompile(`\bfirstsign_[a-z_]+[a-z]\b`)

// metrics returns the metrics that a text names. A histogram's parts count as
// the histogram.
func metrics(text string, histogram map[string]bool) []string {
	names := map[string]bool{}
	for _, name := range metricName.FindAllString(text, -1) {
		for _, part := range []string{"_bucket", "_count", "_sum"} {
			if whole, ok := strings.CutSuffix(name, part); ok && histogram[whole] {
				name = whole
			}
		}
		names[name] = true
	}
	return slices.Sorted(maps.Keys(names))
}

// metricRow is a row of docs/operator/metrics.md: name, type, labels.
var metricRow = regexp.MustCompile("(?m)^\\| `(firstsign_[a-z_]+)` \\| (counter|gauge|histogram) \\| ([a-z_, ]*?) ?\\|")

// documented returns the metrics of docs/operator/metrics.md, with their type.
func documented(t *testing.T) map[string]string {
	t.Helper()
	types := map[string]string{}
	for _, m := range metricRow.FindAllStringSubmatch(read(t, "../docs/operator/metrics.md"), -1) {
		types[m[1]] = m[2]
	}
	if len(types) < 30 {
		t.Fatalf("only %d metrics found in docs/operator/metrics.md: has its table changed?", len(types))
	}
	return types
}

func TestMetricsAreDocumented(t *testing.T) {
	types := documented(t)
	histogram := map[string]bool{}
	for name, kind := range types {
		histogram[name] = kind == "histogram"
		if counter := strings.HasSuffix(name, "_total"); counter != (kind == "counter") {
			t.Errorf("docs/operator/metrics.md: %s is a %s; counters, and only they, end in _total", name, kind)
		}
	}
	for _, file := range []string{"prometheus/rules.yaml", "prometheus/rules_test.yaml", "prometheus/stalls_test.yaml", "grafana/dashboards/firstsign.json"} {
		used := metrics(read(t, file), histogram)
		if len(used) == 0 {
			t.Errorf("%s names no metric", file)
		}
		for _, name := range used {
			if types[name] == "" {
				t.Errorf("%s: %s does not stand in docs/operator/metrics.md", file, name)
			}
		}
	}
}

func TestMetricsFinder(t *testing.T) {
	got := metrics(`rate(firstsign_a_seconds_bucket[5m]) / firstsign_b_total{x="firstsign_cc"} + firstsign_a_seconds_sum + firstsign_d_count`,
		map[string]bool{"firstsign_a_seconds": true})
	want := []string{"firstsign_a_seconds", "firstsign_b_total", "firstsign_cc", "firstsign_d_count"}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// Every rule says what is wrong and what to do, and has a test that it fires
// and one that it does not. That the tests hold is promtool's to say.
func TestRules(t *testing.T) {
	var rules struct {
		Groups []struct {
			Rules []struct {
				Alert, Expr, For    string
				Labels, Annotations map[string]string
			}
		}
	}
	type cases struct {
		Tests []struct {
			Cases []struct {
				Alert    string `yaml:"alertname"`
				Expected []any  `yaml:"exp_alerts"`
			} `yaml:"alert_rule_test"`
		}
	}
	decode(t, "prometheus/rules.yaml", &rules)
	var tests, ofStalls cases
	decode(t, "prometheus/rules_test.yaml", &tests)
	decode(t, "prometheus/stalls_test.yaml", &ofStalls)
	fires, silent := map[string]bool{}, map[string]bool{}
	for _, test := range append(tests.Tests, ofStalls.Tests...) {
		for _, c := range test.Cases {
			if len(c.Expected) > 0 {
				fires[c.Alert] = true
			} else {
				silent[c.Alert] = true
			}
		}
	}
	sections := map[string]string{} // the page of each rule
	for _, page := range []string{"runbook.md", "stalls.md"} {
		for _, m := range regexp.MustCompile(`(?m)^## (Firstsign\w+)$`).FindAllStringSubmatch(read(t, "../docs/operator/"+page), -1) {
			sections[m[1]] = page
		}
	}
	stalls := map[string]bool{}
	for _, r := range stall.Reasons {
		stalls[`firstsign_stalled{reason="`+string(r)+`"} == 1`] = true
	}
	for _, group := range rules.Groups {
		for _, r := range group.Rules {
			delete(stalls, r.Expr)
			if url, want := r.Annotations["runbook_url"], runbooks+sections[r.Alert]+"#"+strings.ToLower(r.Alert); url != want || sections[r.Alert] == "" {
				t.Errorf("%s: runbook_url is %q, want %q", r.Alert, url, want)
			}
			delete(sections, r.Alert)
			if !fires[r.Alert] || !silent[r.Alert] {
				t.Errorf("%s: tested that it fires: %v, that it is silent: %v", r.Alert, fires[r.Alert], silent[r.Alert])
			}
			if r.For == "" || r.Annotations["summary"] == "" || r.Annotations["action"] == "" {
				t.Errorf("%s needs for, summary and action", r.Alert)
			}
			if s := r.Labels["severity"]; s != "page" && s != "ticket" {
				t.Errorf("%s: severity %q", r.Alert, s)
			}
		}
	}
	for expr := range stalls {
		t.Errorf("no rule for %s", expr)
	}
	for name, page := range sections {
		t.Errorf("docs/operator/%s has a section %s, and there is no such rule", page, name)
	}
}

// runbooks is what every runbook_url begins with; the anchor of a heading is its
// name in lower case.
const runbooks = "https://docs.firstsign.example.com/operator/"

func decode(t *testing.T, file string, into any) {
	t.Helper()
	if err := yaml.Unmarshal([]byte(read(t, file)), into); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
}

func TestDashboard(t *testing.T) {
	type panel struct {
		ID      int
		Type    string
		Title   string
		GridPos struct{ X, Y, W, H int }
		Targets []struct {
			Expr       string
			Datasource struct{ UID string }
		}
	}
	var board struct {
		UID    string
		Panels []panel
	}
	if err := json.Unmarshal([]byte(read(t, "grafana/dashboards/firstsign.json")), &board); err != nil {
		t.Fatal(err)
	}
	var sources struct {
		Datasources []struct{ UID string }
	}
	decode(t, "grafana/provisioning/datasources/prometheus.yaml", &sources)
	ids := map[int]bool{}
	taken := map[[2]int]string{}
	for _, p := range board.Panels {
		if ids[p.ID] {
			t.Errorf("%s: id %d twice", p.Title, p.ID)
		}
		ids[p.ID] = true
		if p.Type != "row" && len(p.Targets) == 0 {
			t.Errorf("%s shows nothing", p.Title)
		}
		for _, target := range p.Targets {
			if target.Expr == "" || target.Datasource.UID != sources.Datasources[0].UID {
				t.Errorf("%s: %+v", p.Title, target)
			}
		}
		for x := p.GridPos.X; x < p.GridPos.X+p.GridPos.W; x++ {
			for y := p.GridPos.Y; y < p.GridPos.Y+p.GridPos.H; y++ {
				if other, ok := taken[[2]int{x, y}]; ok || x >= 24 {
					t.Fatalf("%s lies over %q or beyond the edge", p.Title, other)
				}
				taken[[2]int{x, y}] = p.Title
			}
		}
	}
}

// promtool parses the dashboard's expressions as rules, with Grafana's own
// variables filled in.
func TestDashboardExpressions(t *testing.T) {
	promtool, err := exec.LookPath("promtool")
	if err != nil {
		t.Skip("no promtool on this machine's path")
	}
	expr := regexp.MustCompile(`"expr": ("(?:[^"\\]|\\.)*")`)
	type rule struct{ Record, Expr string }
	var rules []rule
	for _, m := range expr.FindAllStringSubmatch(read(t, "grafana/dashboards/firstsign.json"), -1) {
		var e string
		if err := json.Unmarshal([]byte(m[1]), &e); err != nil {
			t.Fatal(err)
		}
		rules = append(rules, rule{"panel", strings.ReplaceAll(e, "$__rate_interval", "1m")})
	}
	if len(rules) < 30 {
		t.Fatalf("only %d expressions found", len(rules))
	}
	text, err := yaml.Marshal(map[string]any{"groups": []any{map[string]any{"name": "dashboard", "rules": rules}}})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "rules.yaml")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(promtool, "check", "rules", "--lint=none", file).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// What `docker compose config` cannot see: that mounted files exist, that
// images are pinned, that ports stay on this machine, and that its Kafka is
// the one the tests run against.
func TestCompose(t *testing.T) {
	var compose struct {
		Services map[string]struct {
			Image       string
			Ports       []string
			Volumes     []string
			Healthcheck any
		}
		Volumes map[string]any
	}
	decode(t, "compose.yaml", &compose)
	for _, name := range []string{"kafka", "redis", "prometheus", "grafana", "firstsign"} {
		if _, ok := compose.Services[name]; !ok {
			t.Errorf("no service %s", name)
		}
	}
	for name, s := range compose.Services {
		if name != "firstsign" && s.Healthcheck == nil { // its image has no shell to ask with
			t.Errorf("%s has no healthcheck", name)
		}
		if _, tag, ok := strings.Cut(s.Image, ":"); !ok || tag == "latest" {
			t.Errorf("%s: image %q is not pinned", name, s.Image)
		}
		for _, p := range s.Ports {
			if !strings.HasPrefix(p, "127.0.0.1:") {
				t.Errorf("%s: port %s is open to everybody", name, p)
			}
		}
		for _, v := range s.Volumes {
			from, _, _ := strings.Cut(v, ":")
			if strings.HasPrefix(from, ".") {
				if _, err := os.Stat(from); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			} else if _, ok := compose.Volumes[from]; !ok {
				t.Errorf("%s: volume %s is not declared", name, from)
			}
		}
	}
	version := regexp.MustCompile(`<kafka.version>(.*)</kafka.version>`).FindStringSubmatch(read(t, "kafka/pom.xml"))
	if version == nil || compose.Services["kafka"].Image != "apache/kafka:"+version[1] {
		t.Errorf("compose runs %s, the tests run against %v", compose.Services["kafka"].Image, version)
	}
}

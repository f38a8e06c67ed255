package main

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"firstsign/alerting"
	"firstsign/alerting/links"
	alertredis "firstsign/alerting/redis"
	"firstsign/cmd/firstsign/console"
	"firstsign/detector"
	state "firstsign/detector/redis"
	"firstsign/signals"
	"firstsign/signals/decode"
	"firstsign/signals/kafka"
)

// raisedAlert puts an alert into a deployment's book, as its dispatcher would.
func raisedAlert(t *testing.T, d *deployment, account string) *alerting.Alert {
	t.Helper()
	client, err := state.Open(state.Config{Addr: d.redis})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close() })
	c := d.config(t)
	f := &detector.Finding{
		ID: account + "-2026-02-03", Kind: detector.Raised, Time: time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC).UnixNano(),
		Account: account, Risk: 3, Reasons: []detector.Reason{{Signal: "call", Term: detector.Drop, Window: 28, From: 3, To: 1}},
	}
	a, _, err := alerting.StoreFinding(t.Context(), alertredis.New(client, d.name), 0, f, &alerting.RoutingSnapshot{Routing: c.Routing, Accounts: c.Accounts}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// ensureTopics makes them as a service does at its start.
func (d *deployment) ensureTopics(t *testing.T) {
	t.Helper()
	client, err := kafka.Open(d.config(t).Service.Kafka, slog.New(slog.DiscardHandler), kafka.NewMetrics(prometheus.NewRegistry()))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	if _, err := client.EnsureTopics(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestAlertsCommand(t *testing.T) {
	t.Parallel()
	key := strings.Repeat("k", 32)
	d := deploy(t, embeddedParts(t), 1, map[string]string{
		"accounts.csv": "id,name,owner,grade\nacme,Ac\u202eme,anna,key\n", "keys": key,
		"routing.yaml": "links: {base_url: https://firstsign.example.com, key_file: keys}\n",
	})
	link := func(to string) string {
		return "--link=" + links.New("https://firstsign.example.com", 0, []byte(key)).URL(links.Link{Action: links.ToList, To: to}, time.Now())
	}
	me, err := console.User()
	if err != nil {
		t.Fatal(err)
	}
	d.ensureTopics(t)
	raisedAlert(t, d, "acme")
	raisedAlert(t, d, "bolt")
	alerts := func(args ...string) string {
		return firstsign(t, append([]string{"alerts", args[0], "--config", d.dir}, args[1:]...)...)
	}
	want := "Acme is drifting away: calls fell from 3 to 1 a week\n  acme-2026-02-03, open, since 1970-01-01, of anna\n"
	if got := alerts("list"); !strings.Contains(got, want) || !strings.HasSuffix(got, "\n2 alerts\n") {
		t.Errorf("list: %s", got)
	}
	if got := alerts("ack", "acme-2026-02-03", link("anna")); !strings.Contains(got, "acme-2026-02-03, acknowledged, ") || !strings.Contains(got, "answered by anna on ") {
		t.Errorf("ack: %s", got)
	}
	if got := alerts("snooze", "bolt-2026-02-03", link("bert"), "--days", "3", "--json"); !strings.Contains(got, `"state": "snoozed"`) {
		t.Errorf("snooze: %s", got)
	}
	for filter, want := range map[string]string{
		"--state=open": "0 alerts", "--state=acknowledged": "1 alert", "--state=all": "2 alerts", "--owner=anna": "1 alert", "--account=bolt": "1 alert",
	} {
		if got := alerts("list", filter); !strings.HasSuffix(got, want+"\n") {
			t.Errorf("list %s: %s", filter, got)
		}
	}
	if got := alerts("list", "--state=all", "--json"); !strings.Contains(got, `"name": "Ac\u202eme"`) {
		t.Errorf("a mark of direction in JSON: %s", got)
	}
	if got := alerts("list", "--state=open", "--json"); got != "[]\n" {
		t.Errorf("no alerts as JSON: %s", got)
	}
	lines := d.records(t, d.name+".alerts")
	if len(lines) != 2 || !strings.Contains(string(lines[0].Value), `"kind":"acknowledged","by":"anna"`) {
		t.Errorf("on the topic: %d lines", len(lines))
	}
	if got := alerts("feedback", "bolt-2026-02-03", "expected", link("bert")); !strings.Contains(got, "bolt-2026-02-03, acknowledged, ") || !strings.Contains(got, ", expected") {
		t.Errorf("feedback: %s", got)
	}
	if got := alerts("list"); !strings.HasSuffix(got, "\n2 alerts, 1 labelled: 1 expected\n") {
		t.Errorf("list: %s", got)
	}
	if got := alerts("labels"); !regexp.MustCompile(`^account,date,label,since,alert,by\nbolt,20\d\d-\d\d-\d\d,expected,1970-01-01,bolt-2026-02-03,bert\n$`).MatchString(got) {
		t.Errorf("labels: %s", got)
	}
	heard := d.records(t, d.name+".interactions")
	if c, _, bad := decode.Control(&signals.Record{Value: heard[0].Value, Headers: []signals.Header{{Key: heard[0].Headers[0].Key, Value: heard[0].Headers[0].Value}}}); len(heard) != 1 || bad != nil ||
		c.Kind != signals.Feedback || c.Account != "bolt" || c.Alert != "bolt-2026-02-03" || c.Label != signals.Expected || c.Owner != "bert" {
		t.Errorf("the detector hears %+v, %v", c, bad)
	}
	// Nobody answers in the name of another without that person's link.
	forged := exec.CommandContext(t.Context(), "firstsign", "alerts", "feedback", "--config", d.dir, "bolt-2026-02-03", "false")
	forged.Env = append(os.Environ(), "USER=somebody-else")
	if got, err := forged.CombinedOutput(); err != nil || !strings.Contains(string(got), "answered by "+me+" on ") {
		t.Errorf("feedback as oneself: %s, %v", got, err)
	}
	of := links.New("https://firstsign.example.com", 0, []byte(key)).URL(links.Link{Action: links.ToAnswer, Alert: "bolt-2026-02-03", To: "bert"}, time.Now())
	if got := alerts("list", "--max=1"); strings.Count(got, ", since ") != 1 || !strings.Contains(got, "\n1 alert") {
		t.Errorf("one alert: %s", got)
	}
	out, err := exec.CommandContext(t.Context(), "firstsign", "alerts", "list", "--config", d.dir, "--max=1", "--json").Output()
	var one []alerting.Alert
	if err != nil || json.Unmarshal(out, &one) != nil || len(one) != 1 {
		t.Fatalf("one alert as JSON: %v, %s", err, out)
	}
	if got := alerts("list", "--after", string(one[0].Cursor())); !strings.HasPrefix(got[strings.LastIndex(strings.TrimSpace(got), "\n"):], "\n1 alert") || strings.Contains(got, one[0].ID) {
		t.Errorf("the second page: %s", got)
	}
	for _, c := range []struct{ args, want string }{
		{"ack acme-2026-02-03 --by bert", "unknown flag --by"},
		{"ack acme-2026-02-03 --link=" + of, "it is the link of alert bolt-2026-02-03"},
		{"ack acme-2026-02-03 --link=" + of + "x", "the link was not made here, or was changed"},
		{"list --after=nonsense", "no such place in the list"},
		{"list --kind=nonsense", "--kind is"},
		{"feedback bolt-2026-02-03 false", "the alert is labelled so already"},
		{"feedback bolt-2026-02-03 nonsense", "must be one of"},
		{"ack acme-2026-02-03", "alert acme-2026-02-03: the alert is acknowledged already"},
		{"ack nobody", "alert nobody: no such alert"},
		{"snooze acme-2026-02-03 --days 365", "an alert sleeps 1 to 90 days"},
	} {
		words := strings.Fields(c.args)
		out, err := exec.CommandContext(t.Context(), "firstsign", append([]string{"alerts", words[0], "--config", d.dir}, words[1:]...)...).CombinedOutput()
		if err == nil || !strings.Contains(string(out), c.want) {
			t.Errorf("%s: %v, %s", c.args, err, out)
		}
	}
}

// A trial message arrives, or the command says why not.
func TestAlertsTry(t *testing.T) {
	sent := make(chan map[string]any, 10)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var body map[string]any
		_ = json.NewDecoder(r.Body).Decode(&body)
		sent <- body
	}))
	defer server.Close()
	hook := "generic+" + server.URL + "/in?template=json"
	d := deploy(t, parts{"127.0.0.1:1", "127.0.0.1:1"}, 1, map[string]string{
		"accounts.csv": "id,name,owner,grade,team\nacme,Acme,anna,key,east\nbolt,Bolt,bert,key,\n",
		"keys":         strings.Repeat("k", 32),
		"routing.yaml": "language: zh\nlinks: {base_url: https://firstsign.example.com, key_file: keys}\n" +
			"channels:\n  hook: {url: \"" + hook + "\"}\n  away: {url: \"generic+http://127.0.0.1:1/in\"}\n" +
			"owners:\n  bert: [hook, away]\n  nobody: []\nteams: {east: [hook]}\n",
	})
	if out := firstsign(t, "alerts", "try", "--config", d.dir, "anna"); out != "hook: sent\n" {
		t.Errorf("anna: %s", out)
	}
	if len(sent) != 1 {
		t.Fatalf("%d messages were sent", len(sent))
	}
	got := <-sent
	if got["title"] != "Firstsign 试发消息" || !strings.Contains(fmt.Sprint(got["message"]), "anna 的预警将发送到这里") ||
		!strings.Contains(fmt.Sprint(got["message"]), "https://firstsign.example.com/ack?do=list&") {
		t.Errorf("got %v", got)
	}
	for name, want := range map[string]string{"bert": "hook: sent\naway: failed: ", "nobody": "nobody has no channel: name one in routing.yaml"} {
		out, err := exec.CommandContext(t.Context(), "firstsign", "alerts", "try", "--config", d.dir, name).CombinedOutput()
		if err == nil || !strings.Contains(string(out), want) {
			t.Errorf("%s: %v, %s", name, err, out)
		}
	}
}

package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"firstsign/alerting"
	alertredis "firstsign/alerting/redis"
	"firstsign/detector"
	state "firstsign/detector/redis"
)

var openAlerts = flag.Int("alerts.open", 2000, "open alerts of TestServiceWithManyAlerts")

// With many open alerts a whole service stays small, and pages and the API answer
// at once. `make nightly` asks for 50,000.
func TestServiceWithManyAlerts(t *testing.T) {
	t.Parallel()
	d := deploy(t, realParts(t), 1, nil)
	d.program = shipped(t)
	d.removeAfter(t)
	d.ensureTopics(t)
	client, err := state.Open(state.Config{Addr: d.redis})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	store := alertredis.New(client, d.name)
	raised := time.Now().Add(-time.Hour)
	for i := range *openAlerts {
		id := "account-" + strconv.Itoa(i)
		a := &alerting.Alert{
			ID: id + "-1", Account: id, Name: fmt.Sprint("Account ", i), Owner: "manager-" + strconv.Itoa(i%50), State: alerting.Open,
			Severity: alerting.Warning, Kind: detector.Raised, Raised: raised, Updated: raised, Risk: 3, AtRisk: float64(i % 1000),
			Reasons: []detector.Reason{{Signal: "call", Contact: "li-wei", Term: detector.Drop, Window: 28, From: 3, To: 1}, {Signal: "visit", Term: detector.Drop, Window: 28, From: 3, To: 1}},
			History: []alerting.Event{{Kind: detector.Raised, Time: raised, Entered: raised, Delivery: alerting.ByMessage, Delivered: true}},
		}
		if err := store.Put(t.Context(), a); err != nil {
			t.Fatal(err)
		}
	}
	s := d.start(t)
	eventually(t, "all open alerts are counted", func() error {
		if n := s.metric("firstsign_alerts_open"); int(n) != *openAlerts {
			return fmt.Errorf("%g", n)
		}
		return nil
	})
	for _, path := range []string{"/", "/api/v1/alerts", "/?owner=manager-7"} {
		var took []time.Duration
		for range 21 {
			began := time.Now()
			code, body, err := s.get(path)
			took = append(took, time.Since(began))
			if code != 200 || len(body) > 1<<20 {
				t.Fatalf("%s: %d, %d bytes, %v", path, code, len(body), err)
			}
		}
		slices.Sort(took)
		t.Logf("%-20s median %s, slowest %s", path, took[10].Round(time.Millisecond), took[20].Round(time.Millisecond))
		if took[10] > 100*time.Millisecond && *openAlerts > 2000 { // beside other tests the machine is not free
			t.Errorf("%s takes %s at the median", path, took[10])
		}
	}
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if errors.Is(err, os.ErrNotExist) {
		t.Skip("memory is told by Linux only")
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	kilobytes, err := strconv.Atoi(strings.Fields(rest)[0])
	t.Logf("the service held at most %d MB", kilobytes>>10)
	if err != nil || kilobytes>>10 > 300 {
		t.Errorf("the service held %d MB, %v", kilobytes>>10, err)
	}
}

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"firstsign/alerting"
	"firstsign/cmd/firstsign/demo"
	"firstsign/detector"
	"firstsign/internal/locked"
	"firstsign/signals"
)

// startDemo starts the demo of a program on a free port and waits until it prints that the
// history is loaded. When another takes the port meanwhile, it starts on the next.
func startDemo(t *testing.T, p program, args ...string) (s *service, screen *locked.Buffer) {
	t.Helper()
	for {
		s, screen = demoOnFreePort(t, p, args...)
		taken := false
		eventually(t, "the history is loaded", func() error {
			if taken = strings.Contains(s.log.String(), "address already in use"); taken {
				return nil
			}
			if !strings.Contains(screen.String(), "Page: http://"+s.addr+"/") {
				return errors.New(screen.String())
			}
			_, _, err := s.get("/-/healthy")
			return err
		})
		if !taken {
			return s, screen
		}
	}
}

func demoOnFreePort(t *testing.T, p program, args ...string) (s *service, screen *locked.Buffer) {
	t.Helper()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s = &service{t: t, log: &locked.Buffer{}, addr: free.Addr().String()}
	_ = free.Close()
	screen = &locked.Buffer{}
	s.cmd = exec.Command(string(p), append([]string{"demo", "--listen", s.addr}, args...)...)
	s.cmd.Stdout, s.cmd.Stderr = screen, s.log
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if s.cmd.ProcessState == nil {
			_ = s.cmd.Process.Kill()
			_ = s.cmd.Wait()
		}
		if t.Failed() {
			t.Logf("the demo's screen:\n%s\n%s", screen, s.log)
		}
	})
	return s, screen
}

// alerts of the running service.
func (s *service) alerts() (list []alerting.Alert) {
	s.t.Helper()
	for after := ""; ; {
		code, body, err := s.get("/api/v1/alerts?limit=500&after=" + url.QueryEscape(after))
		if err != nil || code != 200 {
			return nil // not there yet
		}
		var page struct {
			Alerts []alerting.Alert
			Next   string
		}
		if err := json.Unmarshal([]byte(body), &page); err != nil {
			s.t.Fatal(err)
		}
		list = append(list, page.Alerts...)
		if after = page.Next; after == "" {
			return list
		}
	}
}

// clock of the only partition, up to a step before which all is told.
func (s *service) clock() time.Time {
	return time.Unix(int64(s.metric("firstsign_clock_timestamp_seconds")), 0)
}

// The demo as the README shows it: within a minute every member of the cast is
// told of as its part asks for, and hardly anybody else.
func TestDemo(t *testing.T) {
	skipLong(t)
	t.Parallel()
	s, screen := startDemo(t, instrumented, "--pace", "2s")
	// A day takes ten seconds unless a test has no time: the first minute is six
	// days. Nothing goes on before all that happened is told.
	start, err := signals.ParseDay(demo.Start)
	if err != nil {
		t.Fatal(err)
	}
	minute := time.Unix(int64(start+182+6)*86400, 0)
	eventually(t, "six days pass", func() error {
		if clock := s.clock(); !clock.After(minute.Add(demo.Step)) {
			return fmt.Errorf("the clock is at %s", clock)
		}
		return nil
	})
	forgotten := regexp.MustCompile(`- (.+) is well, and our side has forgotten it`).FindStringSubmatch(screen.String())
	if forgotten == nil {
		t.Fatalf("the demo does not say whom we have forgotten: %s", screen)
	}
	cast := demoCast(forgotten[1])
	for name, part := range cast {
		if missing := untold(screen.String(), name, part); missing != "" {
			t.Errorf("nothing of %s says %q after a minute", name, missing)
		}
	}
	healthy, neglected := map[string]bool{}, map[string]bool{}
	for _, a := range s.alerts() {
		_, played := cast[a.Name]
		switch care := a.Kind == detector.Neglected || a.Kind == detector.CaredFor; {
		case a.Raised.After(minute): // a slow machine asks later
		case a.Account == "":
			t.Errorf("an alert about the feed %s, which is alive", a.Source)
		case care:
			neglected[a.Name] = true
		case !played || a.Name == forgotten[1] || a.Name == "Redwood Harbour Shipping Ltd":
			healthy[a.Name] = true
		}
	}
	if len(healthy) > 4 || healthy["Redwood Harbour Shipping Ltd"] {
		t.Errorf("%d healthy accounts are alerted: %v", len(healthy), healthy)
	}
	if !neglected[forgotten[1]] || len(neglected) > 3 {
		t.Errorf("neglected are %v, and it should be %v", neglected, forgotten[1])
	}
	eventually(t, "who asked to be forgotten is", func() error {
		_, body, err := s.get("/api/v1/accounts/redwood-harbour")
		if err == nil && (strings.Contains(body, "margaret-hill") || !strings.Contains(body, "oliver-stone")) {
			err = errors.New("the state still knows margaret-hill, or nobody")
		}
		return err
	})
	s.interrupt()
}

// The demo says the same in the same order however fast it is, and whatever
// else the machine does.
func TestDemoRepeats(t *testing.T) {
	skipLong(t)
	t.Parallel()
	chance := regexp.MustCompile(`in [0-9.]+ s\. Page: \S+|a day takes \S+|http://\S+`) // speeds, addresses and signatures
	last := "has asked to be forgotten"
	said := func(pace string) string {
		s, screen := startDemo(t, shipped(t), "--pace", pace)
		eventually(t, "six days pass", func() error {
			if !strings.Contains(screen.String(), last) {
				return errors.New("not yet")
			}
			return nil
		})
		s.interrupt()
		text, _, _ := strings.Cut(screen.String(), last)
		return chance.ReplaceAllString(text, "")
	}
	hasty, slow := strings.Split(said("1ms"), "\n"), strings.Split(said("1s"), "\n")
	for i := range min(len(hasty), len(slow)) {
		if hasty[i] != slow[i] {
			t.Fatalf("line %d is %q in haste, %q slowly", i+1, hasty[i], slow[i])
		}
	}
	if len(hasty) != len(slow) {
		t.Errorf("%d lines in haste, %d slowly", len(hasty), len(slow))
	}
}

// demoCast is what messages say of each member of the cast, as regular
// expressions; nothing is said of a hand-over.
func demoCast(forgotten string) map[string][]string {
	return map[string][]string{
		"星河通信技术（深圳）有限公司": {
			"陈建国's calls fell|[Nn]o calls from 陈建国", "陈建国 changed the call forwarding", "陈建国 forwarded the calls to a competitor",
			"陈建国 declined a meeting", "陈建国 put off a meeting", "陈建国 cut a meeting short", "陈建国 praised a competitor", "They set an ultimatum",
			"Share of wallet fell", "It looks like defection", "value at risk", "contract ends on",
		},
		"青岛海滨纺织有限公司":                   {"It looks like a downturn", "check their credit"},
		"成都锦程物流有限公司":                   {"周文彬's calls fell|[Nn]o calls from 周文彬", "Invited to 2 key events in about a year, came to 0"},
		"宁波海川电子有限公司":                   {"Only 方敏 talks with us", "[Cc]omplaint since .* not resolved", "[Nn]o contact for [0-9]+ days after complaints"},
		"Bluestone Mill Medical Inc":   {"Our rank fell from strategic supplier to general supplier", "Rachel Adams's stance changed from supporter to leaning to a competitor", "no answer to our proposal", "[Oo]n our side the owner changed"},
		forgotten:                      {"We neglect", "han.xuemei has a copy, because the neglect is ours"},
		"Redwood Harbour Shipping Ltd": nil,
	}
}

// untold is the first of some expressions that no message about somebody holds.
func untold(screen, name string, expressions []string) string {
	var about strings.Builder
	for _, part := range strings.Split(screen, "Answer, or say what it was: ") {
		if headline := strings.Index(part, name); headline >= 0 {
			about.WriteString(part[headline:])
		}
	}
	for _, x := range expressions {
		if !regexp.MustCompile(x).MatchString(about.String()) && (x != "We neglect" || !strings.Contains(screen, "We neglect "+name)) {
			return x
		}
	}
	return ""
}

// interrupt is Ctrl-C.
func (s *service) interrupt() {
	s.t.Helper()
	_ = s.cmd.Process.Signal(syscall.SIGINT)
	if err := s.cmd.Wait(); err != nil {
		s.t.Errorf("after Ctrl-C: %v", err)
	}
}

// The demo on a history of one's own.
func TestDemoOfOwnHistory(t *testing.T) {
	t.Parallel()
	history := filepath.Join(t.TempDir(), "history.jsonl.gz")
	shipped(t).run(t, "simulate", "--accounts", "20", "--days", "120", "--story", "--declines", "0", "--events", history)
	s, screen := startDemo(t, shipped(t), "--events", history)
	if !regexp.MustCompile(`(?m)^[0-9]+ interactions loaded in `).MatchString(screen.String()) {
		t.Errorf("screen: %s", screen)
	}
	eventually(t, "it is judged up to its end", func() error {
		if ok, parts := s.ready(); !ok || parts["partition 0"] != "live" {
			return fmt.Errorf("%v", parts)
		}
		if s.metric("firstsign_interactions_total") == 0 {
			return errors.New("nothing is counted")
		}
		return nil
	})
	s.interrupt()
}

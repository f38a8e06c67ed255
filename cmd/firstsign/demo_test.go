package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"firstsign/alerting"
	"firstsign/detector"
	"firstsign/signals"
)

// startDemo starts the demo on a free port and waits until it prints that the
// history is loaded.
func startDemo(t *testing.T, args ...string) (s *service, screen *lines) {
	t.Helper()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s = &service{t: t, log: &lines{}, addr: free.Addr().String()}
	_ = free.Close()
	screen = &lines{}
	s.cmd = exec.Command("firstsign", append([]string{"demo", "--listen", s.addr}, args...)...)
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
	eventually(t, "the history is loaded", func() error {
		if !strings.Contains(screen.String(), "Page: http://"+s.addr+"/") {
			return errors.New(screen.String())
		}
		_, _, err := s.get("/-/healthy")
		return err
	})
	return s, screen
}

// alerts of the running service.
func (s *service) alerts() (list []alerting.Alert) {
	s.t.Helper()
	code, body, err := s.get("/api/v1/alerts")
	if err != nil || code != 200 {
		return nil // not there yet
	}
	if err := json.Unmarshal([]byte(body), &list); err != nil {
		s.t.Fatal(err)
	}
	return list
}

// The demo as the README shows it: the account of the story is raised within a
// minute, with the reasons of the story, and hardly anybody else.
func TestDemo(t *testing.T) {
	s, screen := startDemo(t, "--pace", "2s")
	named := regexp.MustCompile(`about to leave: (.+), whose key person is (.+)\. Firstsign`).FindStringSubmatch(screen.String())
	if named == nil {
		t.Fatalf("the demo does not say whom to look at: %s", screen)
	}
	// A day takes ten seconds unless a test has no time: the first minute is six
	// days, and the clock of the partition says when they are over.
	start, err := signals.ParseDay(demoStart)
	if err != nil {
		t.Fatal(err)
	}
	minute := start + 182 + 6
	eventually(t, "six days pass", func() error {
		if clock := s.metric("firstsign_clock_timestamp_seconds"); clock < float64(minute)*86400 {
			return fmt.Errorf("the clock is at %s", time.Unix(int64(clock), 0))
		}
		return nil
	})
	eventually(t, "the story is raised", func() error {
		var missing []string
		for _, a := range s.alerts() {
			if a.Name != named[1] {
				continue
			}
			if missing = storyMissing(&a); len(missing) == 0 {
				return nil
			}
		}
		if s.metric("firstsign_clock_timestamp_seconds") > float64(minute+6)*86400 {
			t.Fatalf("nothing about %v after a minute, and not after two", missing)
		}
		return fmt.Errorf("nothing about %v yet", missing)
	})
	forgotten := regexp.MustCompile(`our side has forgotten it: (.+)\.`).FindStringSubmatch(screen.String())
	healthy, neglected := map[string]bool{}, map[string]bool{}
	for _, a := range s.alerts() {
		switch care := a.Kind == detector.Neglected || a.Kind == detector.CaredFor; {
		case care:
			neglected[a.Name] = true
		case a.Account != "" && a.Name != named[1]:
			healthy[a.Account] = true
		}
		if a.Account == "" {
			t.Errorf("an alert about the feed %s, which is alive", a.Source)
		}
	}
	if len(healthy) > 4 {
		t.Errorf("%d healthy accounts are alerted: %v", len(healthy), healthy)
	}
	if forgotten == nil || !neglected[forgotten[1]] || len(neglected) > 3 {
		t.Errorf("neglected are %v, and it should be %v", neglected, forgotten)
	}
	if !regexp.MustCompile(`(?m)^.*\b(called|calls|Calls)\b.*` + named[2] + `|` + named[2] + `.*\b(called|calls|Calls)\b`).MatchString(screen.String()) {
		t.Errorf("no message names %s and his calls", named[2])
	}
	s.interrupt()
}

// interrupt is Ctrl-C.
func (s *service) interrupt() {
	s.t.Helper()
	_ = s.cmd.Process.Signal(syscall.SIGINT)
	if err := s.cmd.Wait(); err != nil {
		s.t.Errorf("after Ctrl-C: %v", err)
	}
}

// storyMissing is what the reasons of an alert do not name of the story: the
// calls of the key person, forwarding, and meetings.
func storyMissing(a *alerting.Alert) (missing []string) {
	has := func(what string, is func(r *detector.Reason) bool) {
		if !slices.ContainsFunc(a.Reasons, func(r detector.Reason) bool { return is(&r) }) {
			missing = append(missing, what)
		}
	}
	has("the key person's calls", func(r *detector.Reason) bool { return r.Signal == "call" && r.Contact != "" })
	has("forwarding", func(r *detector.Reason) bool { return r.Signal == "forwarding" })
	has("meetings", func(r *detector.Reason) bool { return strings.HasPrefix(r.Signal, "meeting") })
	return missing
}

// The demo on a history of one's own.
func TestDemoOfOwnHistory(t *testing.T) {
	history := filepath.Join(t.TempDir(), "history.jsonl.gz")
	firstsign(t, "simulate", "--accounts", "20", "--days", "120", "--story", "--declines", "0", "--events", history)
	s, screen := startDemo(t, "--events", history)
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

package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"firstsign/internal/chromium"
)

var axeFile = flag.String("axe", "", "axe-core's axe.min.js, with which TestAxe looks at the pages; deploy/axe fetches it")

// seriousFaults asks axe for what is wrong with a page; a line each, with the first element.
const seriousFaults = `axe.run(document, {resultTypes: ["violations"]}).then(r => r.violations.
	filter(v => v.impact === "serious" || v.impact === "critical").map(v => v.id + ": " + v.help + ": " + v.nodes[0].html).join("\n"))`

// inspector looks at pages with axe-core.
type inspector struct {
	t      *testing.T
	w      *chromium.Window
	axe    string
	keep   screenshots
	looked int
}

// look looks at an address light and dark, on a desk and on a phone, and keeps pictures.
func (i *inspector) look(name, address string) {
	i.t.Helper()
	for _, width := range []int{1280, 390} {
		for _, colours := range []string{"light", "dark"} {
			i.w.Resize(width, 900)
			i.w.Dark(colours == "dark")
			i.w.Go(address)
			view := fmt.Sprintf("%s-%d-%s", name, width, colours)
			i.keep.take(i.w, view, true)
			if wide, _ := i.w.Run(`document.documentElement.scrollWidth`).(float64); int(wide) > width {
				i.t.Errorf("%s: the page is %v wide and scrolls sideways", view, wide)
			}
			if faults := i.faults(); faults != "" {
				i.t.Errorf("%s:\n%s", view, faults)
			}
			i.looked++
		}
	}
}

// faults of the page in the window. The browser runs axe for us: the policy of the pages lets
// no script in that is not ours.
func (i *inspector) faults() string {
	i.t.Helper()
	i.w.Run(i.axe + "; true")
	faults, ok := i.w.Run(seriousFaults).(string)
	if !ok {
		i.t.Fatal("axe says nothing")
	}
	return faults
}

// Everybody can read the pages and the reports: axe-core finds nothing serious, and no page
// scrolls sideways, light and dark, on a desk and on a phone, in both languages.
func TestAxe(t *testing.T) {
	if *axeFile == "" {
		t.Skip("no -axe=FILE; deploy/axe fetches axe-core and runs this")
	}
	axe, err := os.ReadFile(*axeFile)
	if err != nil {
		t.Fatal(err)
	}
	i := &inspector{t: t, w: chromium.Start(t).Open(1280, 900), axe: string(axe), keep: screenshots{t, "axe"}}
	i.w.Go(`data:text/html,<html lang="en"><title>x</title><img src="x">`)
	if faults := i.faults(); !strings.Contains(faults, "image-alt") {
		t.Fatalf("a picture without a text is no fault: %q", faults)
	}
	i.pages("en", thePast)
	i.pages("zh", thePastChinese)
	i.reports()
	t.Logf("%d views", i.looked)
}

// pages looks at those of a demo, whose screen says past when its history is told.
func (i *inspector) pages(language, past string) {
	t := i.t
	t.Helper()
	s, screen := demoOnFreePort(t, shipped(t), "--pace", "1h", "--language", language)
	loaded(t, screen, past)
	surveyed(t, s)
	answers := regexp.MustCompile(`http://\S+/ack\?\S+`).FindAllString(screen.String(), -1)
	if answers == nil {
		t.Fatalf("no message has a link: %s", screen)
	}
	i.look(language+"-answer", answers[len(answers)-1])
	i.look(language+"-answer-forged", answers[0]+"x")
	for name, path := range map[string]string{
		"inbox": "/", "inbox-filtered": "/?state=acknowledged&owner=nobody", "account": "/accounts/shenzhen-xinghe", "unknown": "/accounts/nobody",
		"find": "/accounts?q=a", "portfolio": "/portfolio", "operations": "/operations", "tuning": "/tuning",
	} {
		i.look(language+"-"+name, "http://"+s.addr+path)
	}
	s.interrupt()
}

// reports looks at all that commands write as pages.
func (i *inspector) reports() {
	t := i.t
	t.Helper()
	folder := t.TempDir()
	in := func(name string) string { return filepath.Join(folder, name) }
	program := shipped(t)
	program.run(t, "simulate", "--accounts", "60", "--days", "400", "--declines", "0.3", "--story", "--events", in("history.jsonl"), "--accounts-out", in("accounts.csv"))
	for _, language := range []string{"en", "zh"} {
		text := map[string]string{"accounts.csv": contentOf(t, in("accounts.csv")), "routing.yaml": "language: " + language + "\n"}
		nowhere := parts{"127.0.0.1:1", "127.0.0.1:1"}
		present, stricter := deploy(t, nowhere, 1, text).dir, deploy(t, nowhere, 1, text).dir
		program.run(t, "calibrate", "--config", stricter, "--events", in("history.jsonl"), "--budget", "0.2",
			"--out", filepath.Join(stricter, "calibration.yaml"), "--report", in("calibrate.html"))
		program.run(t, "compare", "--config", present, "--with", stricter, "--events", in("history.jsonl"), "--out", in("compare.html"))
		program.run(t, "backtest", "--config", present, "--events", in("history.jsonl"), "--report", in("backtest.html"))
		program.run(t, "lookback", "--config", present, "--events", in("history.jsonl"), "--out", in("lookback.html"))
		for _, name := range []string{"calibrate", "compare", "backtest", "lookback"} {
			i.look(language+"-report-"+name, "file://"+in(name+".html"))
		}
	}
}

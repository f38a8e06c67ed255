package main

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"firstsign/internal/chromium"
)

var axeFile = flag.String("axe", "", "axe-core's axe.min.js, with which TestAxe looks at the pages; deploy/axe fetches it")

// seriousFaults asks axe for what is wrong with a page; a line each, with the first element.
const seriousFaults = `axe.run(document, {resultTypes: ["violations"]}).then(r => r.violations.
	filter(v => v.impact === "serious" || v.impact === "critical").map(v => v.id + ": " + v.help + ": " + v.nodes[0].html).join("\n"))`

// Everybody can read the pages and the reports: axe-core finds nothing serious, light and dark,
// on a desk and on a phone, in both languages.
func TestAxe(t *testing.T) {
	if *axeFile == "" {
		t.Skip("no -axe=FILE; deploy/axe fetches axe-core and runs this")
	}
	axe, err := os.ReadFile(*axeFile)
	if err != nil {
		t.Fatal(err)
	}
	looked := 0
	look := func(w *chromium.Window, addresses ...string) {
		t.Helper()
		for _, address := range addresses {
			for _, width := range []int{1280, 390} {
				for _, dark := range []bool{false, true} {
					w.Resize(width, 900)
					w.Dark(dark)
					w.Go(address)
					w.Run(string(axe) + "; true")
					if faults, _ := w.Run(seriousFaults).(string); faults != "" {
						t.Errorf("%s, %d wide, dark %t:\n%s", address, width, dark, faults)
					}
					looked++
				}
			}
		}
	}
	w := chromium.Start(t).Open(1280, 900)
	w.Go(`data:text/html,<html lang="en"><title>x</title><img src="x">`)
	w.Run(string(axe) + "; true")
	if faults, _ := w.Run(seriousFaults).(string); !strings.Contains(faults, "image-alt") {
		t.Fatalf("a picture without a text is no fault: %q", faults)
	}
	for _, language := range []string{"en", "zh"} {
		s, screen := demoOnFreePort(t, shipped(t), "--pace", "1h", "--language", language)
		past := map[string]string{"en": "That was the past", "zh": "以上是历史"}[language]
		eventually(t, "the past is told", func() error {
			if !strings.Contains(screen.String(), past) {
				return os.ErrNotExist
			}
			return nil
		})
		base := "http://" + s.addr
		look(w, base+"/", base+"/accounts/shenzhen-xinghe", base+"/accounts?q=a", base+"/accounts/nobody", base+"/portfolio", base+"/operations", base+"/tuning")
		s.interrupt()
	}
	folder := t.TempDir()
	history, roll := filepath.Join(folder, "history.jsonl"), filepath.Join(folder, "accounts.csv")
	firstsign(t, "simulate", "--accounts", "30", "--days", "300", "--declines", "0.3", "--story", "--events", history, "--accounts-out", roll)
	for _, language := range []string{"en", "zh"} {
		backtest, lookback := filepath.Join(folder, language+"-backtest.html"), filepath.Join(folder, language+"-lookback.html")
		firstsign(t, "backtest", "--accounts", roll, "--events", history, "--language", language, "--report", backtest)
		firstsign(t, "lookback", "--accounts", roll, "--events", history, "--language", language, "--out", lookback)
		look(w, "file://"+backtest, "file://"+lookback)
	}
	t.Logf("%d views", looked)
}

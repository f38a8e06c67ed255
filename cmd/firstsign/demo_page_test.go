package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"firstsign/internal/chromium"
	"firstsign/internal/locked"
	"firstsign/internal/racetest"
)

// screenshots are pictures of pages, kept in the folder that FIRSTSIGN_SHOTS names. of begins
// their names: tests that run at once keep theirs apart.
type screenshots struct {
	t  *testing.T
	of string
}

func (s screenshots) take(w *chromium.Window, name string, full bool) {
	s.t.Helper()
	folder := os.Getenv("FIRSTSIGN_SHOTS")
	if folder == "" {
		folder = s.t.TempDir() // they are made all the same, so that making them is tested
	}
	w.Shot(filepath.Join(folder, s.of+"-"+name+".png"), full)
}

// What a demo says at the end of its past.
const (
	thePast        = "That was the past"
	thePastChinese = "以上是历史"
)

// loaded waits until a demo says that it has told its past.
func loaded(t *testing.T, screen *locked.Buffer, said string) {
	t.Helper()
	eventually(t, "the past is told", func() error {
		if !strings.Contains(screen.String(), said) {
			return errors.New(screen.String())
		}
		return nil
	})
}

// people are two with browsers of their own. What the first one does, the second one sees.
type people struct {
	t             *testing.T
	first, second *chromium.Window
	list, theirs  string // addresses of the lists of both
	keep          screenshots
}

// lookAt has both look at lists of the same alerts, which may be those of two instances. of
// begins the names of their pictures.
func lookAt(t *testing.T, of string, first, second *service) *people {
	t.Helper()
	b := chromium.Start(t)
	p := &people{t, b.Open(1280, 900), b.Open(1280, 900), "http://" + first.addr + "/", "http://" + second.addr + "/", screenshots{t, of}}
	for w, s := range map[*chromium.Window]*service{p.first: first, p.second: second} {
		w.Go("http://" + s.addr + "/")
		w.Wait(`document.documentElement.dataset.stream === "open"`, 10*time.Second)
	}
	return p
}

// within is the time in which the other one sees what somebody does.
func within() time.Duration {
	if racetest.Enabled {
		return 10 * time.Second // everything is slower
	}
	return 2 * time.Second
}

func (p *people) sees(what, condition string) {
	p.t.Helper()
	p.t.Logf("the other sees %s after %s", what, p.second.Wait(condition, within()).Round(time.Millisecond))
}

func (p *people) done(text string) {
	p.t.Helper()
	p.first.Wait(`document.querySelector("[role=status]")?.innerText.includes("`+text+`") === true`, 10*time.Second)
}

// drifting is the article of an account that needs somebody.
func drifting(account string) string {
	return `section[data-key="drift"] article[data-key^="` + account + `"]`
}

// answered is that an account is among the answered ones, and only there.
func answered(account, say string) string {
	return `[...document.querySelectorAll('section[data-key="answered"] article[data-key^="` + account + `"]')].some(a => a.innerText.includes("` + say + `")) &&
		document.querySelector('` + drifting(account) + `') === null`
}

// work does all that can be done with an alert: on the page of the story's account, whose key
// person's calls fell below the band, then in the list, with two other accounts.
func (p *people) work(other, third string) {
	p.t.Helper()
	const story, person = "shenzhen-xinghe", "陈建国"
	first, sees, done := p.first, p.sees, p.done
	p.keep.take(first, "inbox-desk", true)
	first.Click(`article a[href="/accounts/` + story + `"]`)
	first.Wait(`location.pathname === "/accounts/`+story+`" && document.readyState === "complete"`, 10*time.Second)
	first.Wait(`[...document.querySelectorAll("#series figure")].some(f => f.innerText.includes("`+person+`'s calls") && f.querySelector(".value.below") && f.querySelector(".band"))`, within())
	first.Click(`article.now details:has(textarea) summary`)
	first.Click(`article.now textarea`)
	first.Type("Met him on Tuesday: the price is the issue")
	p.keep.take(first, "account-note", false)
	first.Click(`article.now button[value="note"]`)
	done("Note saved.")
	sees("the note", `document.querySelector('article[data-key^="`+story+`"]')?.innerText.includes("the price is the issue") === true`)

	first.Click(`article.now button[value="acknowledge"]`)
	done("Acknowledged.")
	p.keep.take(first, "account-done", true)
	sees("the acknowledgement", answered(story, "acknowledged by localhost"))

	// In the list: snooze one, and undo that; label another.
	first.Go(p.list)
	first.Click(drifting(other) + ` button[value="snooze"]`)
	done("Snoozed until")
	p.keep.take(first, "inbox-snoozed", false)
	sees("the snooze", answered(other, "snoozed by localhost"))
	first.Click(`[role=status] button[value="undo"]`)
	done("Taken back.")
	sees("that it was taken back", `document.querySelector('`+drifting(other)+`') !== null`)
	first.Click(drifting(third) + ` details.menu summary`)
	p.keep.take(first, "inbox-label", false)
	first.Click(drifting(third) + ` button[value="acted-saved"]`)
	done("Recorded: acted, and the account stays.")
	sees("the label", answered(third, "acted, and the account stays"))

	for name, w := range map[string]*chromium.Window{"first": first, "second": p.second} {
		if list := w.Problems(); len(list) > 0 {
			p.t.Errorf("%s: %s", name, strings.Join(list, "\n"))
		}
	}
	p.second.Resize(390, 844)
	p.second.Dark(true)
	p.second.Go(p.theirs)
	p.keep.take(p.second, "inbox-phone-dark", true)
	p.second.Go(p.theirs + "accounts/" + story)
	p.keep.take(p.second, "account-phone-dark", true)
}

// Two people with browsers of their own work on the demo's alerts: what one of them does, the
// other sees within two seconds.
func TestDemoInTwoBrowsers(t *testing.T) {
	skipLong(t)
	t.Parallel()
	chromium.Path(t)
	s, screen := startDemo(t, shipped(t), "--pace", "1h")
	loaded(t, screen, thePast)
	lookAt(t, "demo", s, s).work("ningbo-haichuan", "chengdu-jincheng")
	s.interrupt()
}

// hear has both look on while a customer's call forwarding is changed twice: a rule raises an
// alert at once, and it comes into both lists by itself.
func (p *people) hear(d *deployment) {
	t := p.t
	t.Helper()
	account, person := calmKeyPerson(t, d, p.first)
	lines := make([][]byte, 2)
	for i := range lines {
		lines[i] = fmt.Appendf(nil, `{"time":%q,"account":%q,"contact":%q,"signal":"forwarding","id":"live-%d"}`, time.Now().UTC().Format(time.RFC3339), account, person, i)
	}
	d.produce(t, lines, true)
	begun := time.Now()
	for name, w := range map[string]*chromium.Window{"first": p.first, "second": p.second} {
		w.Wait(`document.querySelector('`+drifting(account)+`') !== null`, 20*time.Second)
		t.Logf("the alert about a live record is in the list of the %s after %s", name, time.Since(begun).Round(time.Millisecond))
	}
}

// calmKeyPerson is somebody whose calls count, of an account about which there is no alert.
func calmKeyPerson(t *testing.T, d *deployment, w *chromium.Window) (account, person string) {
	t.Helper()
	for a := range d.config(t).Accounts.All() {
		for _, c := range a.Contacts {
			if c.Key && w.Run(`document.querySelector('article[data-key^="`+a.ID+`"]') === null`) == true {
				return a.ID, c.ID
			}
		}
	}
	t.Fatal("every account with a key person has an alert")
	return "", ""
}

// The same with a service on a real Kafka and Redis, at two instances of it. They go on with
// live records where the history ends.
func TestServiceInTwoBrowsers(t *testing.T) {
	skipLong(t)
	t.Parallel()
	chromium.Path(t)
	d := deploy(t, realParts(t), 2, nil)
	d.program = shipped(t)
	d.removeAfter(t)
	history := filepath.Join(t.TempDir(), "history.jsonl.gz")
	const days = 240
	start := time.Now().UTC().AddDate(0, 0, -days-1).Format(time.DateOnly)
	d.program.run(t, "simulate", "--accounts", "40", "--days", strconv.Itoa(days), "--start", start, "--declines", "0.3", "--story",
		"--events", history, "--accounts-out", filepath.Join(d.dir, "accounts.csv"))
	d.program.run(t, "load", "--config", d.dir, history)
	one := d.start(t)
	one.caughtUp(d, 2)
	two := d.start(t)
	eventually(t, "each has a partition", func() error {
		for _, s := range []*service{one, two} {
			if _, parts := s.ready(); (parts["partition 0"] == "live") == (parts["partition 1"] == "live") {
				return fmt.Errorf("one has %v", parts)
			}
		}
		return nil
	})
	p := lookAt(t, "service", one, two)
	others := p.first.Run(`[...document.querySelectorAll('section[data-key="drift"] article a[href^="/accounts/"]')].map(a => a.getAttribute("href").slice(10)).filter(id => id !== "shenzhen-xinghe").slice(0, 2).join()`)
	other, third, ok := strings.Cut(others.(string), ",") //nolint:forcetypeassert // joined
	if !ok {
		t.Fatalf("these accounts drift away: %q", others)
	}
	p.hear(d)
	p.work(other, third)
	two.interrupt()
	one.interrupt()
}

// The same pages in Chinese, for who looks at them.
func TestDemoPageInChinese(t *testing.T) {
	skipLong(t)
	t.Parallel()
	chromium.Path(t)
	s, screen := demoOnFreePort(t, shipped(t), "--pace", "1h", "--language", "zh")
	loaded(t, screen, thePastChinese)
	w, keep := chromium.Start(t).Open(390, 844), screenshots{t, "demo"}
	w.Go("http://" + s.addr + "/")
	w.Click(`section article button[value="acknowledge"]`)
	w.Wait(`document.querySelector("[role=status]")?.innerText.includes("已确认。") === true`, 10*time.Second)
	keep.take(w, "inbox-phone-chinese", true)
	w.Click(`section article details:has(textarea) summary`)
	if right := w.Run(`document.querySelector("textarea").getBoundingClientRect().right`); right.(float64) > 390 { //nolint:forcetypeassert // a number
		t.Errorf("the note's field ends at %v of 390", right)
	}
	keep.take(w, "inbox-phone-note", false)
	w.Resize(1280, 900)
	keep.take(w, "inbox-desk-chinese", false)
	if p := w.Problems(); len(p) > 0 {
		t.Error(strings.Join(p, "\n"))
	}
	s.interrupt()
}

package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"firstsign/internal/chromium"
	"firstsign/internal/locked"
	"firstsign/internal/racetest"
)

// screenshots are pictures of pages, kept in the folder that FIRSTSIGN_SHOTS names.
type screenshots struct{ t *testing.T }

func (s screenshots) take(w *chromium.Window, name string, full bool) {
	s.t.Helper()
	folder := os.Getenv("FIRSTSIGN_SHOTS")
	if folder == "" {
		folder = s.t.TempDir() // they are made all the same, so that making them is tested
	}
	w.Shot(filepath.Join(folder, name+".png"), full)
}

// loaded waits for the end of a demo's past.
func loaded(t *testing.T, screen *locked.Buffer) {
	t.Helper()
	eventually(t, "the past is told", func() error {
		if !strings.Contains(screen.String(), "That was the past") {
			return errors.New("not yet")
		}
		return nil
	})
}

// Two people with browsers of their own work on the demo's alerts: what one of them does, the
// other sees within two seconds.
func TestDemoInTwoBrowsers(t *testing.T) {
	skipLong(t)
	t.Parallel()
	chromium.Path(t)
	s, screen := startDemo(t, shipped(t), "--pace", "1h")
	loaded(t, screen)
	b, keep := chromium.Start(t), screenshots{t}
	first, second := b.Open(1280, 900), b.Open(1280, 900)
	base := "http://" + s.addr
	for _, w := range []*chromium.Window{first, second} {
		w.Go(base + "/")
		w.Wait(`document.documentElement.dataset.stream === "open"`, 10*time.Second)
	}
	keep.take(first, "inbox-desk", true)
	within := 2 * time.Second
	if racetest.Enabled {
		within = 10 * time.Second // everything is slower
	}
	sees := func(what, condition string) {
		t.Helper()
		t.Logf("the other sees %s after %s", what, second.Wait(condition, within).Round(time.Millisecond))
	}
	done := func(text string) {
		t.Helper()
		first.Wait(`document.querySelector("[role=status]")?.innerText.includes("`+text+`") === true`, 10*time.Second)
	}

	// The story's account: its key person's calls fell below the band.
	first.Click(`article a[href="/accounts/shenzhen-xinghe"]`)
	first.Wait(`location.pathname === "/accounts/shenzhen-xinghe" && document.readyState === "complete"`, 10*time.Second)
	first.Wait(`[...document.querySelectorAll("#series figure")].some(f => f.innerText.includes("陈建国's calls") && f.querySelector(".value.below") && f.querySelector(".band"))`, within)
	first.Click(`article.now details:has(textarea) summary`)
	first.Click(`article.now textarea`)
	first.Type("Met him on Tuesday: the price is the issue")
	keep.take(first, "account-note", false)
	first.Click(`article.now button[value="note"]`)
	done("Note saved.")
	sees("the note", `document.querySelector('article[data-key^="shenzhen-xinghe"]')?.innerText.includes("the price is the issue") === true`)

	first.Click(`article.now button[value="acknowledge"]`)
	done("Acknowledged.")
	keep.take(first, "account-done", true)
	answered := func(account, say string) string {
		return `[...document.querySelectorAll('section[data-key="answered"] article[data-key^="` + account + `"]')].some(a => a.innerText.includes("` + say + `")) &&
			document.querySelector('section[data-key="drift"] article[data-key^="` + account + `"]') === null`
	}
	sees("the acknowledgement", answered("shenzhen-xinghe", "acknowledged by localhost"))

	// In the list: snooze one, and undo that; label another.
	first.Go(base + "/")
	first.Click(`section[data-key="drift"] article[data-key^="ningbo-haichuan"] button[value="snooze"]`)
	done("Snoozed until")
	keep.take(first, "inbox-snoozed", false)
	sees("the snooze", answered("ningbo-haichuan", "snoozed by localhost"))
	first.Click(`[role=status] button[value="undo"]`)
	done("Taken back.")
	sees("that it was taken back", `document.querySelector('section[data-key="drift"] article[data-key^="ningbo-haichuan"]') !== null`)
	first.Click(`section[data-key="drift"] article[data-key^="chengdu-jincheng"] details.menu summary`)
	keep.take(first, "inbox-label", false)
	first.Click(`section[data-key="drift"] article[data-key^="chengdu-jincheng"] button[value="acted-saved"]`)
	done("Recorded: acted, and the account stays.")
	sees("the label", answered("chengdu-jincheng", "acted, and the account stays"))

	for name, w := range map[string]*chromium.Window{"first": first, "second": second} {
		if p := w.Problems(); len(p) > 0 {
			t.Errorf("%s: %s", name, strings.Join(p, "\n"))
		}
	}
	second.Resize(390, 844)
	second.Dark(true)
	second.Go(base + "/")
	keep.take(second, "inbox-phone-dark", true)
	second.Go(base + "/accounts/shenzhen-xinghe")
	keep.take(second, "account-phone-dark", true)
	s.interrupt()
}

// The same pages in Chinese, for who looks at them.
func TestDemoPageInChinese(t *testing.T) {
	skipLong(t)
	t.Parallel()
	chromium.Path(t)
	s, screen := demoOnFreePort(t, shipped(t), "--pace", "1h", "--language", "zh")
	eventually(t, "the past is told", func() error {
		if !strings.Contains(screen.String(), "以上是历史") {
			return errors.New(screen.String())
		}
		return nil
	})
	w, keep := chromium.Start(t).Open(390, 844), screenshots{t}
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

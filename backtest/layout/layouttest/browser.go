package layouttest

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"firstsign/internal/chromium"
)

// faults are what a reader would stumble over, as the browser sees it: something wider than
// the window, and texts of charts that are cut off, lie on each other or are too small to read.
const faults = `(() => {
	const found = [], root = document.documentElement;
	if (root.scrollWidth > root.clientWidth) {
		const wide = [...document.querySelectorAll('main *')].filter(e => e.getBoundingClientRect().right > root.clientWidth + 1);
		found.push('wider than the window: ' + wide.slice(0, 3).map(e => e.tagName + '.' + (e.className.baseVal ?? e.className)).join(' '));
	}
	for (const svg of document.querySelectorAll('svg.chart')) {
		const frame = svg.getBoundingClientRect(), seen = [];
		if (frame.width === 0) continue; // folded away
		for (const text of svg.querySelectorAll('text')) {
			const r = text.getBoundingClientRect(), name = text.textContent;
			if (!name) continue;
			if (r.left < frame.left - 1 || r.right > frame.right + 1 || r.top < frame.top - 1 || r.bottom > frame.bottom + 1) found.push('cut off: ' + name);
			if (parseFloat(getComputedStyle(text).fontSize) * frame.width / svg.viewBox.baseVal.width < 8.5) found.push('too small: ' + name);
			for (const o of seen) {
				if (r.left < o.r.right - 1 && o.r.left < r.right - 1 && r.top < o.r.bottom - 3 && o.r.top < r.bottom - 3) found.push('on each other: ' + o.name + ', ' + name);
			}
			seen.push({r, name});
		}
	}
	return found.slice(0, 8).join('; ');
})()`

// InBrowser opens reports from a disk in a real browser: on a desk, a tablet and a phone, light
// and dark.
// It fails when the browser complains, when something is too wide, cut off or unreadable, or
// when the colours are not those asked for. With FIRSTSIGN_SHOTS it keeps pictures there.
func InBrowser(t *testing.T, pages map[string]string) {
	t.Helper()
	if testing.Short() {
		t.Skip("starts a browser")
	}
	browser := chromium.Start(t)
	for name, page := range pages {
		file := filepath.Join(t.TempDir(), "report.html")
		if err := os.WriteFile(file, []byte(page), 0o644); err != nil {
			t.Fatal(err)
		}
		for _, width := range []int{1200, 760, 400} {
			for dark, ground := range map[bool]string{false: "rgb(245, 245, 247)", true: "rgb(20, 20, 22)"} {
				w := browser.Open(width, 900)
				w.Dark(dark)
				w.Go("file://" + file)
				look := fmt.Sprintf("%s-%d-%s", name, width, map[bool]string{false: "light", true: "dark"}[dark])
				if dir := os.Getenv("FIRSTSIGN_SHOTS"); dir != "" {
					w.Shot(filepath.Join(dir, look+".png"), true)
				}
				if got := w.Run("getComputedStyle(document.body).backgroundColor"); got != ground {
					t.Errorf("%s: the ground is %v, want %s", look, got, ground)
				}
				if got := w.Run("document.querySelectorAll('svg.chart').length"); got == float64(0) {
					t.Errorf("%s: no chart", look)
				}
				if got := w.Run(faults); got != "" {
					t.Errorf("%s: %v", look, got)
				}
				if problems := w.Problems(); len(problems) > 0 {
					t.Errorf("%s: the browser complains: %v", look, problems)
				}
			}
		}
	}
}

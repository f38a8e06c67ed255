package web

import (
	"bytes"
	"fmt"
	"image/color"
	"image/png"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"firstsign/alerting/links"
	"firstsign/alerting/message"
	"firstsign/internal/chromium"
)

// visit opens a page in a window of a width and returns the document, what the console says
// of refusals, and the colour of the page's corner.
func visit(t *testing.T, address string, width int, flags ...string) (document, refused string, corner color.RGBA) {
	t.Helper()
	shot, profile := filepath.Join(t.TempDir(), "page.png"), t.TempDir()
	args := []string{"--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars", "--enable-logging=stderr",
		"--user-data-dir=" + profile, fmt.Sprintf("--window-size=%d,900", width), "--screenshot=" + shot, "--dump-dom"}
	var out, log bytes.Buffer
	c := exec.CommandContext(t.Context(), chromium.Path(t), append(append(args, flags...), address)...)
	c.Stdout, c.Stderr = &out, &log
	if err := c.Run(); err != nil {
		t.Fatalf("browser: %v\n%s", err, log.String())
	}
	for line := range strings.Lines(log.String()) {
		if strings.Contains(line, "CONSOLE") {
			refused += line
		}
	}
	file, err := os.Open(shot)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	picture, err := png.Decode(file)
	if err != nil {
		t.Fatal(err)
	}
	corner, _ = color.RGBAModel.Convert(picture.At(2, picture.Bounds().Dy()-3)).(color.RGBA)
	return out.String(), refused, corner
}

// A real browser shows every page with its style, light and dark, and finds nothing in it
// that the policy forbids.
func TestPagesInABrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a browser several times")
	}
	c := answering(t, "anna")
	parts := c.withPortfolio()
	parts.Pages.Handler = c.answers
	light, dark := color.RGBA{0xf5, 0xf5, 0xf7, 0xff}, color.RGBA{0x14, 0x14, 0x16, 0xff}
	link := strings.Replace(c.snapshot.Links.URL(links.Link{Action: links.ToAnswer, Alert: "acme-2026-02-03", To: "anna", Raised: found}, c.now), "http://x", "", 1)
	for _, page := range []struct {
		path     string
		language message.Language
		width    int
		flags    []string
		corner   color.RGBA
		holds    string
	}{
		{"/", message.English, 1200, nil, light, "no calls from Li Wei for 18 days"},
		{"/accounts/acme", message.English, 400, nil, light, "went quiet"},
		{"/accounts/acme", message.Chinese, 1200, []string{"--blink-settings=preferredColorScheme=0"}, dark, "已沉默"},
		{"/portfolio", message.English, 1200, nil, light, "1 of 2 accounts is drifting away"},
		{"/portfolio", message.Chinese, 400, []string{"--blink-settings=preferredColorScheme=0"}, dark, "此人已沉默"},
		{link, message.English, 400, []string{"--blink-settings=preferredColorScheme=0"}, dark, "You answer as anna"},
	} {
		c.snapshot.Routing.Language = page.language
		server := httptest.NewServer(Handler(parts, quiet())) // of this language alone
		document, refused, corner := visit(t, server.URL+page.path, page.width, page.flags...)
		server.Close()
		if !strings.Contains(document, page.holds) || refused != "" || corner != page.corner {
			t.Errorf("%s: corner %v, want %v; refused %q; %q is there: %v", page.path, corner, page.corner, refused, page.holds, strings.Contains(document, page.holds))
		}
	}
}

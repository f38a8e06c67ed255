package notify

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"html"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"firstsign/accounts"
	"firstsign/alerting"
	"firstsign/alerting/links"
	words "firstsign/alerting/message"
	"firstsign/alerting/message/messagetest"
	"firstsign/detector"
	"firstsign/internal/chromium"
)

// pictured is the story's message, as it is sent.
func pictured() alerting.Message { return picturedIn(words.English) }

func picturedIn(l words.Language) alerting.Message {
	story, at := messagetest.Story(), time.Unix(0, messagetest.Story().Time)
	account := messagetest.Acme
	if l == words.Chinese {
		account.Name, account.Contacts = "恒达通信", []accounts.Contact{{ID: "li-wei", Name: "李伟", Key: true}}
	}
	snapshot := &alerting.RoutingSnapshot{
		Routing: alerting.Routing{Language: l}.WithDefaults(), Accounts: accounts.NewDirectory([]accounts.Account{account}),
		Links: links.New("https://firstsign.example.com", 0, []byte("one-key-of-thirty-two-characters")),
	}
	raised := alerting.Event{Kind: detector.Raised, Time: at, Risk: story.Risk}
	a := &alerting.Alert{
		ID: story.ID, Account: story.Account, Grade: story.Grade, Severity: alerting.Critical, Since: story.Since, Risk: story.Risk, HistoryDays: 440,
		Reasons: story.Reasons, Pictured: story.Pictured, History: []alerting.Event{raised},
	}
	return snapshot.EventMessage(alerting.AlertEvent{Alert: a, Event: raised}, alerting.Destination{Channel: "mail", To: "anna"}, at)
}

// A browser shows a mail as mail programs do: on a desk and a phone nothing is too wide, and
// the picture is there. With FIRSTSIGN_SHOTS it keeps what it saw there.
func TestMailInABrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a browser")
	}
	browser := chromium.Start(t)
	for _, l := range words.Languages {
		server := new(mailServer).start(t)
		if err := open(t, mailURL(server, "")).Send(t.Context(), picturedIn(l)); err != nil {
			t.Fatal(err)
		}
		got := server.letters()[0]
		page := strings.Replace(got.page, "cid:"+pictureID, "data:image/png;base64,"+base64.StdEncoding.EncodeToString(got.pictures[pictureID]), 1)
		file := filepath.Join(t.TempDir(), "mail.html")
		if err := os.WriteFile(file, []byte(page), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, width := range []int{680, 360} {
			w := browser.Open(width, 800)
			w.Go("file://" + file)
			if dir := os.Getenv("FIRSTSIGN_SHOTS"); dir != "" {
				w.Shot(filepath.Join(dir, fmt.Sprintf("mail-%s-%d.png", l, width)), true)
			}
			if wide := w.Run("document.documentElement.scrollWidth - document.documentElement.clientWidth"); wide != 0.0 {
				t.Errorf("%s, %d wide: %v too wide", l, width, wide)
			}
			if seen := w.Run("document.images.length === 1 && document.images[0].naturalWidth > 0 && document.images[0].getBoundingClientRect().width > 300"); seen != true {
				t.Errorf("%s, %d wide: the picture is not seen", l, width)
			}
		}
	}
}

// A mail shows the picture inside the page, with its words. The text is the same as without.
func TestMailWithAPicture(t *testing.T) {
	server := new(mailServer).start(t)
	m := pictured()
	if err := open(t, mailURL(server, "")).Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	got := server.letters()[0]
	if want := []string{"multipart/related", "multipart/alternative", "text/plain", "text/html", "image/png"}; !slices.Equal(got.parts, want) {
		t.Errorf("parts %q, want %q", got.parts, want)
	}
	drawn := got.pictures[pictureID]
	if _, err := png.Decode(bytes.NewReader(drawn)); err != nil || len(got.pictures) != 1 {
		t.Errorf("%d pictures: %v", len(got.pictures), err)
	}
	if strings.Count(got.page, "<img ") != 1 || !strings.Contains(got.page, `src="cid:`+pictureID+`"`) || strings.Contains(got.page, `src="http`) {
		t.Errorf("the page does not show it:\n%s", got.page)
	}
	for _, text := range []string{`alt="` + html.EscapeString(m.Picture.Alt) + `"`, html.EscapeString(m.Picture.Legend)} {
		if !strings.Contains(got.page, text) {
			t.Errorf("the page lacks %s:\n%s", text, got.page)
		}
	}
	if want := m.Text + "\n\n" + m.Answer; strings.TrimSpace(got.plain) != want {
		t.Errorf("plain:\n%s\nwant\n%s", got.plain, want)
	}
	if want := append([]string{m.Title}, sentencesOf(&m)...); !slices.Equal(sentencesOfPage(got.page), want) {
		t.Errorf("page says %q, want %q", sentencesOfPage(got.page), want)
	}
	if size := len(got.page) + len(drawn)*4/3; size > 60_000 {
		t.Errorf("the mail has %d bytes", size)
	}
}

// A server that does not answer has refused nothing: it may have taken the mail, and gets no
// second one without the picture.
func TestMailWithoutAnAnswer(t *testing.T) {
	server := &mailServer{mailServerSettings: mailServerSettings{thinks: 700 * time.Millisecond}}
	server.start(t)
	err := open(t, mailURL(server, "")+"&timeout=500ms").Send(t.Context(), pictured())
	if err == nil || !strings.Contains(err.Error(), "timeout") || len(server.letters()) != 1 {
		t.Errorf("%d mails: %v", len(server.letters()), err)
	}
}

// A picture that cannot be drawn, or that the server refuses, leaves the text as it is.
func TestMailWithoutItsPicture(t *testing.T) {
	broken := pictured()
	broken.Picture.Series = &detector.Pictured{Actual: []float32{1}}
	none := pictured()
	none.Picture.Series = nil
	for name, c := range map[string]struct {
		server mailServerSettings
		m      alerting.Message
	}{
		"columns that do not fit": {m: broken},
		"no columns":              {m: none},
		"a server with no room":   {server: mailServerSettings{mostBytes: 12_000}, m: pictured()},
	} {
		t.Run(name, func(t *testing.T) {
			server := &mailServer{mailServerSettings: c.server}
			server.start(t)
			if err := open(t, mailURL(server, ",ben@example.com")).Send(t.Context(), c.m); err != nil {
				t.Fatal(err)
			}
			all := server.letters()
			if len(all) != 2 {
				t.Fatalf("%d mails arrived", len(all))
			}
			for _, got := range all {
				if len(got.pictures) != 0 || strings.Contains(got.page, "<img") || strings.TrimSpace(got.plain) != c.m.Text+"\n\n"+c.m.Answer {
					t.Errorf("to %s: %d pictures, page\n%s", got.to, len(got.pictures), got.page)
				}
			}
		})
	}
}

// Nothing in the words of a picture acts.
func TestHostilePicture(t *testing.T) {
	server := new(mailServer).start(t)
	m := pictured()
	m.Picture.Alt, m.Picture.Legend = `"><script>alert(1)</script>`, `<img src="https://evil.example/p.png">`
	if err := open(t, mailURL(server, "")).Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	if page := server.letters()[0].page; strings.Contains(page, "<script") || strings.Count(page, "<img ") != 1 {
		t.Errorf("page:\n%s", page)
	}
}

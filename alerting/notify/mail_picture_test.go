package notify

import (
	"bytes"
	"html"
	"image/png"
	"slices"
	"strings"
	"testing"

	"firstsign/alerting"
	words "firstsign/alerting/message"
	"firstsign/alerting/message/messagetest"
	"firstsign/detector"
)

// pictured is the story's message, as it is sent.
func pictured() alerting.Message {
	story := messagetest.Story()
	a := &alerting.Alert{ID: story.ID, Account: story.Account, Reasons: story.Reasons, Pictured: story.Pictured, History: []alerting.Event{{Kind: detector.Raised}}}
	m := alerting.Render(words.English, a, detector.Raised, &messagetest.Acme)
	m.Button, m.Answer = answer, answer.Text+": "+answer.URL
	return m
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

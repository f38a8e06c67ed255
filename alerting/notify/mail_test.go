package notify

import (
	"html"
	"mime"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"firstsign/alerting"
)

// mailURL leads to a server; more are other settings.
func mailURL(s *mailServer, more string) string {
	return "smtp://" + s.addr + "/?from=firstsign@example.com&to=anna@example.com" + more
}

var (
	tag       = regexp.MustCompile(`<[^>]*>`)
	shownText = regexp.MustCompile(`(?s)<(h1|p|li)\b[^>]*>(.*?)</(?:h1|p|li)>`)
)

// sentencesOfPage are what a mail program shows of a page, without pictures and buttons.
func sentencesOfPage(page string) (lines []string) {
	for _, m := range shownText.FindAllStringSubmatch(page, -1) {
		if text := html.UnescapeString(tag.ReplaceAllString(m[2], "")); text != "" && !strings.Contains(m[2], "<a ") {
			lines = append(lines, text)
		}
	}
	return lines
}

func TestMail(t *testing.T) {
	server := new(mailServer).start(t)
	m := message
	m.Text += "\n\n变化：\n- 来电减少\n- 会面减少\n\n建议：致电。\n自动解除。"
	m.Button = answer
	m.Answer = answer.Text + "：" + answer.URL
	if err := open(t, mailURL(server, "&fromname=预警")).Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	got := server.letters()[0]
	raw := got.header.Get("Subject")
	subject, err := new(mime.WordDecoder).DecodeHeader(raw)
	if err != nil || subject != m.Title || strings.ContainsFunc(raw, func(r rune) bool { return r > 126 }) {
		t.Errorf("subject %q reads %q, %v", raw, subject, err)
	}
	from, err := got.header.AddressList("From")
	if err != nil || len(from) != 1 || from[0].Name != "预警" || from[0].Address != "firstsign@example.com" || got.from != from[0].Address || got.to != "anna@example.com" {
		t.Errorf("from %v, %s to %s, %v", from, got.from, got.to, err)
	}
	if id := got.header.Get("Message-Id"); !strings.HasSuffix(id, "@example.com>") || got.header.Get("User-Agent")+got.header.Get("X-Mailer") != "" {
		t.Errorf("the mail tells of its maker: %v", got.header)
	}
	if want := []string{"multipart/alternative", "text/plain", "text/html"}; !slices.Equal(got.parts, want) {
		t.Errorf("parts %q, want %q", got.parts, want)
	}
	if want := m.Text + "\n\n" + m.Answer; strings.TrimSpace(got.plain) != want {
		t.Errorf("plain:\n%s\nwant\n%s", got.plain, want)
	}
	if want := append([]string{m.Title}, sentencesOf(&m)...); !slices.Equal(sentencesOfPage(got.page), want) {
		t.Errorf("page says %q, want %q", sentencesOfPage(got.page), want)
	}
	if strings.Count(got.page, "<a ") != 1 || !strings.Contains(got.page, `href="`+html.EscapeString(answer.URL)+`"`) || !strings.Contains(got.page, ">"+answer.Text+"</a>") {
		t.Errorf("the button is not in\n%s", got.page)
	}
	if !strings.Contains(got.page, "<strong>变化：</strong>") {
		t.Errorf("the head of the list is not in\n%s", got.page)
	}
}

func TestMailWithoutALink(t *testing.T) {
	server := new(mailServer).start(t)
	if err := open(t, mailURL(server, "")).Send(t.Context(), message); err != nil {
		t.Fatal(err)
	}
	if got := server.letters()[0]; strings.Contains(got.page, "<a ") || strings.TrimSpace(got.plain) != message.Text {
		t.Errorf("plain:\n%s\npage:\n%s", got.plain, got.page)
	}
}

// Every setting of the URL that is documented does what it says.
func TestMailSettings(t *testing.T) {
	for name, c := range map[string]struct {
		server mailServerSettings
		user   string
		query  string
		signed string // how the client signed in; empty: not at all
		fails  string // part of the error; empty: it arrives
	}{
		"nothing":                         {},
		"STARTTLS where it is offered":    {server: mailServerSettings{startTLS: true, ways: "PLAIN"}, user: "user:s3cret-password@", query: "&skiptlsverify=yes", signed: "PLAIN true"},
		"a certificate nobody knows":      {server: mailServerSettings{startTLS: true}, fails: "certificate"},
		"STARTTLS unwanted":               {server: mailServerSettings{startTLS: true}, query: "&starttls=no"},
		"STARTTLS demanded":               {server: mailServerSettings{}, query: "&requirestarttls=yes", fails: "STARTTLS"},
		"TLS":                             {server: mailServerSettings{implicit: true, ways: "PLAIN"}, user: "user:s3cret-password@", query: "&encryption=ImplicitTLS&skiptlsverify=yes", signed: "PLAIN true"},
		"TLS, a certificate nobody knows": {server: mailServerSettings{implicit: true}, query: "&encryption=ImplicitTLS", fails: "certificate"},
		"CRAM-MD5":                        {server: mailServerSettings{ways: "CRAM-MD5"}, user: "user:s3cret-password@", query: "&auth=CRAMMD5", signed: "CRAM-MD5 false"},
		"OAuth2":                          {server: mailServerSettings{startTLS: true, ways: "XOAUTH2"}, user: "user:s3cret-password@", query: "&auth=OAuth2&skiptlsverify=yes", signed: "XOAUTH2 true"},
		"no sign-in":                      {server: mailServerSettings{ways: "PLAIN"}, user: "user:s3cret-password@", query: "&auth=None"},
		"a wrong password":                {server: mailServerSettings{ways: "PLAIN"}, user: "user:wr0ng-password@", signed: "PLAIN false", fails: "535"},
		"a name of its own":               {query: "&clienthost=auto"},
		"a page, as everybody gets":       {query: "&usehtml=yes"},
		"its own subject":                 {query: "&subject=Alert"},
		"no farewell":                     {server: mailServerSettings{abrupt: true}},
	} {
		t.Run(name, func(t *testing.T) {
			server := &mailServer{mailServerSettings: c.server}
			server.start(t)
			url := strings.Replace(mailURL(server, c.query), "smtp://", "smtp://"+c.user, 1)
			err := open(t, url).Send(t.Context(), message)
			if c.fails == "" && err != nil || c.fails != "" && (err == nil || !strings.Contains(err.Error(), c.fails) || strings.Contains(err.Error(), "password")) {
				t.Fatalf("%v, want %q", err, c.fails)
			}
			if got := len(server.letters()); (got == 1) != (c.fails == "") {
				t.Errorf("%d mails arrived", got)
			}
			if strings.Join(server.signed, ", ") != c.signed {
				t.Errorf("signed in: %q, want %q", server.signed, c.signed)
			}
		})
	}
}

// Each recipient gets a mail, and one that is refused keeps none from the others.
func TestMailToSeveral(t *testing.T) {
	server := (&mailServer{mailServerSettings: mailServerSettings{refuse: "nobody@example.com"}}).start(t)
	err := open(t, mailURL(server, ",nobody@example.com,ben%2Balerts@example.com")).Send(t.Context(), message)
	if err == nil || !strings.Contains(err.Error(), "550") {
		t.Errorf("a refused recipient: %v", err)
	}
	var to []string
	for _, l := range server.letters() {
		to = append(to, l.to+" "+l.header.Get("To"))
	}
	if want := []string{"anna@example.com <anna@example.com>", "ben+alerts@example.com <ben+alerts@example.com>"}; !slices.Equal(to, want) {
		t.Errorf("arrived at %q, want %q", to, want)
	}
}

// Whatever a message says, the two forms of a mail say the same, and nothing of it acts.
func TestMailSaysTheSame(t *testing.T) {
	server := new(mailServer).start(t)
	c := open(t, mailURL(server, ""))
	piece := rapid.OneOf(rapid.SampledFrom(hostile), rapid.StringOfN(rapid.RuneFrom([]rune("abc .:-_*[]()<>@&;#客户来电，。1'\"")), 0, 40, -1))
	rapid.Check(t, func(r *rapid.T) {
		lines := []string{piece.Draw(r, "title") + "!"}
		for range rapid.IntRange(0, 20).Draw(r, "lines") {
			text := strings.Join(strings.Fields(piece.Draw(r, "text")), " ")
			lines = append(lines, rapid.SampledFrom([]string{"", bullet}).Draw(r, "bullet")+strings.TrimPrefix(text, bullet))
		}
		m := alerting.Message{Title: lines[0], Text: strings.Join(lines, "\n")}
		if err := c.Send(t.Context(), m); err != nil {
			r.Fatal(err)
		}
		all := server.letters()
		got := all[len(all)-1]
		if strings.TrimRight(got.plain, "\n") != strings.TrimRight(m.Text, "\n") {
			r.Errorf("plain %q, want %q", got.plain, m.Text)
		}
		if want := append([]string{m.Title}, sentencesOf(&m)...); !slices.Equal(sentencesOfPage(got.page), want) {
			r.Errorf("page says %q, want %q", sentencesOfPage(got.page), want)
		}
		for _, tag := range tag.FindAllString(got.page, -1) {
			if name := strings.Trim(strings.Fields(tag)[0], "</>"); !slices.Contains([]string{"!DOCTYPE", "html", "head", "meta", "title", "body", "div", "h1", "p", "strong", "ul", "li"}, name) {
				r.Errorf("a name made %s", tag)
			}
		}
	})
}

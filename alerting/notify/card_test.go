package notify

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"firstsign/alerting"
)

// card is what a reader of a chat sees.
type card struct {
	title, text       string // the text as markdown
	button, buttonURL string
	bytes             int // of what the service bounds
}

// chat is a robot that takes exactly what its service documents.
type chat struct {
	url     string
	most    int // bytes
	read    func(r *http.Request, body []byte) (card, error)
	accepts string
	unmark  func(text string) string // the characters that it stands for
}

// reads are lines as sentences returns them: of a chat that shows full widths, no width counts.
func (c *chat) reads(lines ...string) []string {
	if c.unmark("！") == "!" {
		for i := range lines {
			lines[i] = unwide(lines[i])
		}
	}
	return lines
}

// strictly decodes a JSON that has no other fields than those of v.
func strictly(body []byte, v any) error {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.DisallowUnknownFields()
	return decoder.Decode(v)
}

func unwide(text string) string {
	return strings.Map(func(c rune) rune {
		if c >= '！' && c <= '～' {
			return c - '！' + '!'
		}
		return c
	}, text)
}

var chats = map[string]chat{
	"DingTalk": {"dingtalk://0a1b2c3d", 20000, readDingTalk, `{"errcode":0,"errmsg":"ok"}`, unwide},
	"Feishu":   {"lark://open.feishu.cn/token-123456?secret=topsecret", 20 << 10, readFeishu, `{"StatusCode":0,"StatusMessage":"success","code":0,"data":{},"msg":"success"}`, html.UnescapeString},
	"Lark":     {"lark://open.larksuite.com/token-123456", 20 << 10, readFeishu, `{"code":0,"msg":"success"}`, html.UnescapeString},
	"WeCom":    {"wecom://693a-key", 4096, readWeCom, `{"errcode":0,"errmsg":"ok"}`, unwide},
}

func readDingTalk(_ *http.Request, body []byte) (card, error) {
	var m struct {
		Type string `json:"msgtype"`
		Card *struct{ Title, Text, SingleTitle, SingleURL string }
		Text *struct{ Title, Text string } `json:"markdown"`
	}
	body = bytes.Replace(body, []byte(`"actionCard":{`), []byte(`"card":{`), 1)
	if err := strictly(body, &m); err != nil {
		return card{}, err
	}
	var c card
	switch {
	case m.Type == "actionCard" && m.Card != nil && m.Text == nil:
		c = card{m.Card.Title, m.Card.Text, m.Card.SingleTitle, m.Card.SingleURL, len(body)}
		if c.button == "" || c.buttonURL == "" {
			return c, fmt.Errorf("a card without its button")
		}
	case m.Type == "markdown" && m.Text != nil && m.Card == nil:
		c = card{title: m.Text.Title, text: m.Text.Text, bytes: len(body)}
	default:
		return c, fmt.Errorf("type %q", m.Type)
	}
	head, text, _ := strings.Cut(c.text, "\n\n")
	if shown := strings.TrimPrefix(head, "### "); unwide(shown) != unwide(c.title) || shown == head {
		return c, fmt.Errorf("the title %q is not in the text: %q", c.title, head)
	}
	c.text = strings.ReplaceAll(text, "  \n", "\n")
	return c, nil
}

func readFeishu(r *http.Request, body []byte) (c card, err error) {
	type text struct{ Tag, Content string }
	var m struct {
		Timestamp, Sign string
		Type            string `json:"msg_type"`
		Card            struct {
			Config struct {
				Wide bool `json:"wide_screen_mode"`
			}
			Header   struct{ Title text }
			Elements []struct {
				Tag, Content string
				Actions      []struct {
					Tag, URL, Type string
					Text           text
				}
			}
		}
	}
	if err := strictly(body, &m); err != nil {
		return c, err
	}
	if strings.HasPrefix(r.Header.Get("X-Host"), "open.feishu") { // the one whose URL has a secret
		h := hmac.New(sha256.New, []byte(m.Timestamp+"\ntopsecret"))
		if m.Sign != base64.StdEncoding.EncodeToString(h.Sum(nil)) {
			return c, fmt.Errorf("sign %q of %q", m.Sign, m.Timestamp)
		}
	} else if m.Sign != "" || m.Timestamp != "" {
		return c, fmt.Errorf("signed without a secret")
	}
	if m.Type != "interactive" || m.Card.Header.Title.Tag != "plain_text" || m.Card.Header.Title.Content == "" {
		return c, fmt.Errorf("no card: %s", body)
	}
	c.title, c.bytes = m.Card.Header.Title.Content, len(body)
	for _, e := range m.Card.Elements {
		switch {
		case e.Tag == "markdown" && e.Content != "" && c.text == "":
			c.text = e.Content
		case e.Tag == "action" && len(e.Actions) == 1 && c.button == "":
			b := e.Actions[0]
			if b.Tag != "button" || b.Type != "primary" || b.Text.Tag != "plain_text" {
				return c, fmt.Errorf("no button: %s", body)
			}
			c.button, c.buttonURL = b.Text.Content, b.URL
		default:
			return c, fmt.Errorf("an element %q: %s", e.Tag, body)
		}
	}
	return c, nil
}

func readWeCom(_ *http.Request, body []byte) (c card, err error) {
	var m struct {
		Type     string `json:"msgtype"`
		Markdown struct{ Content string }
	}
	if err := strictly(body, &m); err != nil {
		return c, err
	}
	if m.Type != "markdown" {
		return c, fmt.Errorf("type %q", m.Type)
	}
	c.bytes = len(m.Markdown.Content)
	head, text, _ := strings.Cut(m.Markdown.Content, "\n")
	c.title = strings.TrimSuffix(strings.TrimPrefix(head, "**"), "**")
	if text, link, ok := strings.Cut(text, "\n\n["); ok {
		c.text = text
		c.button, c.buttonURL, _ = strings.Cut(strings.TrimSuffix(link, ")"), "](")
		return c, nil
	}
	c.text = text
	return c, nil
}

// readers returns what sends a message to a chat and tells what its readers see.
func readers(t *testing.T) func(c chat, m alerting.Message) card {
	var to chat
	var got card
	var err error
	redirect(t, func(w http.ResponseWriter, r *http.Request) {
		var body []byte
		if body, err = io.ReadAll(r.Body); err == nil {
			got, err = to.read(r, body)
		}
		if r.Method != http.MethodPost || !strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
			err = fmt.Errorf("%s of %s", r.Method, r.Header.Get("Content-Type"))
		}
		_, _ = io.WriteString(w, to.accepts)
	})
	return func(c chat, m alerting.Message) card {
		to, got = c, card{}
		if sent := open(t, c.url).Send(t.Context(), m); sent != nil || err != nil {
			t.Fatal(sent, err)
		}
		if got.bytes > c.most {
			t.Errorf("%d bytes, the service takes %d", got.bytes, c.most)
		}
		return got
	}
}

// sentences are the lines of a card without syntax.
func (c *chat) sentences(text string) (lines []string) {
	for l := range strings.SplitSeq(text, "\n") {
		l = strings.TrimPrefix(l, bullet)
		if len(l) > 4 && strings.HasPrefix(l, "**") && strings.HasSuffix(l, "**") {
			l = l[2 : len(l)-2]
		}
		if l = c.unmark(l); l != "" {
			lines = append(lines, l)
		}
	}
	return lines
}

// sentencesOf are those of a message below its headline.
func sentencesOf(m *alerting.Message) (lines []string) {
	for _, l := range linesOf(m) {
		if l.Text != "" {
			lines = append(lines, l.Text)
		}
	}
	return lines
}

var answer = alerting.Button{Text: "回应，或说明实际情况", URL: "https://firstsign.example.com/ack?a=acme-2026-02-03&do=answer&s=x_-y&to=wang.fang"}

func TestCards(t *testing.T) {
	m := alerting.Message{
		Title: "恒达钢铁正在疏远：李伟来电从每周 3.5 次降至 0.8 次", Severity: alerting.Warning,
		Text:   "恒达钢铁正在疏远：李伟来电从每周 3.5 次降至 0.8 次\n关键客户 · 预警\n\n变化：\n- 李伟来电从每周 3.5 次降至 0.8 次\n- 呼叫转移变更 1 次\n\n建议：本周致电李伟。",
		Answer: answer.Text + "：" + answer.URL, Button: answer,
	}
	for name, c := range chats {
		t.Run(name, func(t *testing.T) {
			sees := readers(t)
			got := sees(c, m)
			if unwide(got.title) != unwide(m.Title) || got.button != answer.Text || got.buttonURL != answer.URL {
				t.Errorf("shows %+v", got)
			}
			if want := c.reads(sentencesOf(&m)...); !slices.Equal(c.sentences(got.text), want) {
				t.Errorf("says %q, want %q", c.sentences(got.text), want)
			}
			if !strings.Contains(got.text, "\n**变化：**\n- 李伟") || strings.Contains(got.text, "http") {
				t.Errorf("markdown:\n%s", got.text)
			}
			plain := m
			plain.Answer, plain.Button = "", alerting.Button{}
			if got := sees(c, plain); got.button != "" || got.buttonURL != "" || unwide(got.title) != unwide(m.Title) {
				t.Errorf("without a link it shows %+v", got)
			}
			bare := alerting.Message{Title: m.Title, Text: m.Title}
			if got := sees(c, bare); unwide(got.title) != unwide(m.Title) || got.text != "" {
				t.Errorf("a headline alone shows %+v", got)
			}
		})
	}
}

// hostile names try to be a link, a picture, a mention, a heading, code, a colour, an emoji.
var hostile = []string{
	"[pay here](http://evil.example)", "![x](https://evil.example/p.png)", "<at id=all></at>", "<at user_id=\"all\">all</at>", "<@all>", "<@wang.fang>",
	"**Acme**", "*Acme*", "~~Acme~~", "`rm -rf`", "```code", "# Acme", "> Acme", "- Acme", "+ Acme", "1. Acme", "2) Acme", "-", "===", "---",
	"<font color=\"warning\">Acme</font>", "<a href='http://evil.example'>x</a>", "&#60;at id=all&#62;", ":OK: Acme", "__Acme__", "$x$", "a|b", "\\*a\\*",
	"https://evil.example/login", "AT&T", "a](http://evil.example)", "\"}],\"at\":{\"isAtAll\":true}",
}

var numbers = regexp.MustCompile(`&#\d+;`)

// Nothing in a name acts: what is shown are its characters.
func TestHostileNamesInCards(t *testing.T) {
	for name, c := range chats {
		t.Run(name, func(t *testing.T) {
			sees, entities, head := readers(t), c.unmark("&#42;") == "*", "What changed:"
			if entities {
				head = "What changed&#58;"
			}
			for _, h := range hostile {
				title := h + " is drifting away"
				m := alerting.Message{Title: title, Text: title + "\n" + h + " has a copy.\n\nWhat changed:\n- " + h + " calls less\n- " + h, Button: answer}
				got := sees(c, m)
				if unwide(got.title) != unwide(title) || got.buttonURL != answer.URL {
					t.Errorf("%s: title %q, button %q", h, got.title, got.buttonURL)
				}
				if want := c.reads(sentencesOf(&m)...); !slices.Equal(c.sentences(got.text), want) {
					t.Errorf("%s: says %q", h, c.sentences(got.text))
				}
				for l := range strings.SplitSeq(strings.ReplaceAll(got.text, "**"+head+"**", ""), "\n") {
					rest := strings.TrimPrefix(l, bullet)
					if entities {
						rest = numbers.ReplaceAllString(rest, "x")
					}
					if strings.ContainsAny(rest, "<>*`[]()!~\\|$") || strings.Contains(rest, "://") || listed.MatchString(rest) || entities && strings.ContainsAny(rest, "&#:_") {
						t.Errorf("%s: syntax is left in %q", h, l)
					}
				}
			}
		})
	}
}

// Whatever a message says, a card says the same, and of a text that is too long its
// beginning, that it was cut, and the whole link.
func TestCardsSayTheSame(t *testing.T) {
	piece := rapid.OneOf(rapid.SampledFrom(hostile), rapid.StringOfN(rapid.RuneFrom([]rune("abc .:-_*[]()<>@&;#客户来电，。1")), 0, 40, -1))
	sees := readers(t)
	rapid.Check(t, func(r *rapid.T) {
		lines := []string{"Acme"}
		for range rapid.SampledFrom([]int{1, 5, 20, 400}).Draw(r, "lines") {
			text := strings.TrimSpace(piece.Draw(r, "text"))
			lines = append(lines, rapid.SampledFrom([]string{"", bullet}).Draw(r, "bullet")+strings.TrimPrefix(text, bullet))
		}
		m := alerting.Message{Title: "Acme", Text: strings.Join(lines, "\n"), Button: answer, Cut: "… (cut here)"}
		for name, c := range chats {
			got := sees(c, m)
			said, want := c.sentences(got.text), c.reads(sentencesOf(&m)...)
			if len(said) > 0 && len(said) <= len(want) && said[len(said)-1] == m.Cut {
				said = said[:len(said)-1]
				if len(got.text) < c.most/2 {
					r.Errorf("%s: cut after %d bytes", name, len(got.text))
				}
				want = want[:min(len(want), len(said))]
			}
			if !slices.Equal(said, want) || got.buttonURL != answer.URL {
				r.Fatalf("%s: %q says\n%q, want\n%q", name, got.text, said, want)
			}
		}
	})
}

func TestRobotRefusals(t *testing.T) {
	for name, refusal := range map[string]string{
		"DingTalk": `{"errcode":310000,"errmsg":"sign not match"}`, "WeCom": `{"errcode":93000,"errmsg":"invalid webhook url"}`,
		"Feishu": `{"code":19021,"msg":"sign match fail or timestamp is not within one hour from current time"}`,
	} {
		for _, answer := range []string{refusal, `{}`, `<html>`, `[]`, `null`, ``} {
			t.Run(name+" "+answer, func(t *testing.T) {
				redirect(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, answer) })
				if err := open(t, chats[name].url).Send(t.Context(), message); err == nil {
					t.Error("counts as taken")
				}
			})
		}
	}
}

// What a service refuses as a card arrives as the plain text that it was before.
func TestRefusedCardsArriveAsTexts(t *testing.T) {
	larkText := func(m map[string]any) any { return m["content"].(map[string]any)["text"] }
	for name, c := range map[string]struct {
		status  int
		refuses string
		text    func(m map[string]any) any
	}{
		"DingTalk":                   {200, `{"errcode":400105,"errmsg":"unsupported msgtype"}`, func(m map[string]any) any { return m["text"].(map[string]any)["content"] }},
		"WeCom":                      {200, `{"errcode":40008,"errmsg":"invalid message type"}`, func(m map[string]any) any { return m["text"].(map[string]any)["content"] }},
		"Lark":                       {200, `{"code":11246,"msg":"card content is invalid"}`, larkText},
		"Lark, as it cannot read it": {200, `{"code":9499,"msg":"Bad Request","data":{}}`, larkText},
		"Lark, by the status":        {400, `{"code":9499,"msg":"Bad Request","data":{}}`, larkText},
		"Lark, before its robot":     {413, `<html>`, larkText},
	} {
		service, _, _ := strings.Cut(name, ",")
		t.Run(name, func(t *testing.T) {
			var texts []any
			redirect(t, func(w http.ResponseWriter, r *http.Request) {
				var m map[string]any
				if err := json.NewDecoder(r.Body).Decode(&m); err != nil {
					t.Error(err)
				}
				if m["msgtype"] != "text" && m["msg_type"] != "text" {
					w.WriteHeader(c.status)
					_, _ = io.WriteString(w, c.refuses)
					return
				}
				texts = append(texts, c.text(m))
				_, _ = io.WriteString(w, chats[service].accepts)
			})
			m := message
			m.Answer, m.Button = answer.Text+"："+answer.URL, answer
			if err := open(t, chats[service].url).Send(t.Context(), m); err != nil {
				t.Fatal(err)
			}
			if len(texts) != 1 || texts[0] != m.Text+"\n\n"+m.Answer {
				t.Errorf("arrived: %q", texts)
			}
		})
	}
}

// As Feishu's own example computes it:
//
//	python3 -c "import hmac,hashlib,base64;t='1599360473';s='demo'
//	print(base64.b64encode(hmac.new((t+chr(10)+s).encode(),b'',hashlib.sha256).digest()).decode())"
func TestFeishuSignature(t *testing.T) {
	if got, want := feishuSign("1599360473", "demo"), "l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8="; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

package notify

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"firstsign/alerting"
	"firstsign/alerting/sending"
)

var message = alerting.Message{
	ID: "acme@2026-02-03/raised/1/mail", Title: "Acme 正在疏远", Text: "Acme 正在疏远\n- 来电减少", Severity: alerting.Critical,
}

// redirect sends all requests of shoutrrr's services, whose hosts are fixed, to
// a server of ours.
func redirect(t *testing.T, handler http.HandlerFunc) {
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	to, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	before := http.DefaultTransport
	t.Cleanup(func() { http.DefaultTransport = before })
	http.DefaultTransport = roundTrip(func(r *http.Request) (*http.Response, error) {
		r = r.Clone(r.Context())
		r.Header.Set("X-Host", r.URL.Host)
		r.URL.Scheme, r.URL.Host = to.Scheme, to.Host
		return before.RoundTrip(r)
	})
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func open(t *testing.T, url string) alerting.Channel {
	t.Helper()
	channels, err := Open(map[string]alerting.ChannelConfig{"c": {URL: url}}, "", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return channels["c"]
}

func TestServices(t *testing.T) {
	for _, c := range []struct {
		url, host, path, answer string
		text                    func(body map[string]any) any
	}{
		{"generic+https://hooks.example.com/in?template=json", "hooks.example.com", "/in", "",
			func(b map[string]any) any { return b["message"] }},
		{"generic+https://api.telegram.org/bot1:x/sendMessage?template=json&messagekey=text&$chat_id=@room", "api.telegram.org", "/bot1:x/sendMessage", `{"ok":true}`,
			func(b map[string]any) any {
				if b["chat_id"] != "@room" {
					return b
				}
				return b["text"]
			}},
		// What a card cannot do goes out as a text, as before.
		{"lark://open.feishu.cn/token-123456?title=Alerts", "open.feishu.cn", "/open-apis/bot/v2/hook/token-123456", `{"code":0}`,
			func(b map[string]any) any {
				post := b["content"].(map[string]any)["post"].(map[string]any)["en_us"].(map[string]any)
				return post["content"].([]any)[0].([]any)[0].(map[string]any)["text"]
			}},
		{"wecom://693a-key?mentioned_list=@all", "qyapi.weixin.qq.com", "/cgi-bin/webhook/send", `{"errcode":0}`,
			func(b map[string]any) any { return b["text"].(map[string]any)["content"] }},
	} {
		t.Run(c.url, func(t *testing.T) {
			var body map[string]any
			redirect(t, func(w http.ResponseWriter, r *http.Request) {
				if r.Header.Get("X-Host") != c.host || r.URL.Path != c.path {
					t.Errorf("sent to %s%s", r.Header.Get("X-Host"), r.URL.Path)
				}
				if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
					t.Error(err)
				}
				_, _ = io.WriteString(w, c.answer)
			})
			if err := open(t, c.url).Send(t.Context(), message); err != nil {
				t.Fatal(err)
			}
			if got := c.text(body); got != message.Text {
				t.Errorf("sent %v", body)
			}
			if strings.HasPrefix(c.host, "hooks") &&
				(body["id"] != message.ID || body["title"] != message.Title || body["severity"] != "critical") {
				t.Errorf("sent %v", body)
			}
		})
	}
}

func TestRefusedThenTaken(t *testing.T) {
	status := http.StatusServiceUnavailable
	redirect(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) })
	c := open(t, "generic://hooks.example.com/in")
	if err := c.Send(t.Context(), message); err == nil {
		t.Error("a refused message counts as sent")
	}
	status = http.StatusOK
	if err := c.Send(t.Context(), message); err != nil {
		t.Error(err)
	}
}

func TestLarkRefusal(t *testing.T) {
	redirect(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"code":19001,"msg":"param invalid: incoming webhook access token invalid"}`)
	})
	if err := open(t, "lark://open.feishu.cn/token-123456").Send(t.Context(), message); err == nil {
		t.Error("a refusal inside a good answer counts as sent")
	}
}

// token is in every place of these URLs where a service may keep one.
const token = "s3cr3tT0ken"

var secretURLs = []string{
	"generic+https://user:" + token + "@127.0.0.1:1/" + token + "/in?key=" + token,
	"generic://hooks.invalid/in?template=json&@Authorization=Bearer%20" + token,
	"lark://open.feishu.cn/" + token + "?secret=" + token,
	"wecom://" + token,
	"dingtalk://" + token + "?secret=" + token,
	"slack://hook:T00000000-B00000000-" + token + "1234567890123@webhook",
	"discord://" + token + "@123456789",
	"telegram://110201543:" + token + "AAHdqTcvCH1vGWJxfSeofSA@telegram?chats=@room",
	"smtp://user:" + token + "@127.0.0.1:1/?from=a@b.invalid&to=c@d.invalid",
	"ntfy://user:" + token + "@127.0.0.1:1/topic",
	"gotify://127.0.0.1:1/A" + token + "xyz",
	"matrix://user:" + token + "@127.0.0.1:1/?rooms=a",
	"teams://" + token,
	"nosuch://" + token + "/" + token,
	"generic+https://x/%zz" + token,
	"://" + token,
}

func TestNoSecretsInErrors(t *testing.T) {
	redirect(t, func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusBadRequest)
		_, _ = fmt.Fprintf(w, "no such hook: %s", r.URL) // some repeat what they got
	})
	failed := 0
	for _, raw := range secretURLs {
		var log bytes.Buffer
		channels, err := Open(map[string]alerting.ChannelConfig{"c": {URL: raw, Timeout: 3 * time.Second}}, "",
			slog.New(slog.NewTextHandler(&log, nil)))
		if err == nil {
			err = channels["c"].Send(t.Context(), message)
		}
		if err == nil {
			t.Errorf("%s: no error", raw)
			continue
		}
		failed++
		for e := err; e != nil; e = unwrap(e) {
			if strings.Contains(fmt.Sprintf("%v %+v %#v", e, e, e), token) {
				t.Errorf("%s: the error shows the secret: %v", raw, e)
			}
		}
		if strings.Contains(log.String(), token) {
			t.Errorf("%s: the log shows the secret: %s", raw, log.String())
		}
	}
	if failed != len(secretURLs) {
		t.Errorf("%d of %d failed", failed, len(secretURLs))
	}
}

func unwrap(err error) error {
	u, ok := err.(interface{ Unwrap() error })
	if !ok {
		return nil
	}
	return u.Unwrap()
}

// TestNothingIsLost holds shoutrrr to its word: whoever cannot be reached, or
// answers with an error, gives an error.
func TestNothingIsLost(t *testing.T) {
	answers := map[string]roundTrip{
		"cut": func(*http.Request) (*http.Response, error) { return nil, io.ErrUnexpectedEOF },
	}
	for _, status := range []int{http.StatusNotFound, http.StatusForbidden} { // on 5xx some try again for a while
		answers[http.StatusText(status)] = func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: status, Status: http.StatusText(status), Header: http.Header{},
				Body: io.NopCloser(strings.NewReader("<html>sorry</html>"))}, nil
		}
	}
	before := http.DefaultTransport
	t.Cleanup(func() { http.DefaultTransport = before })
	for name, answer := range answers {
		http.DefaultTransport = answer
		for _, raw := range []string{
			"bark://key@bark.example.com/", "discord://token@123456789", "generic://a.example.com/c",
			"googlechat://chat.googleapis.com/v1/spaces/FOO/messages?key=bar&token=baz",
			"ifttt://webhook/?events=event1&value1=a", "join://shoutrrr:apikey@join/?devices=d1",
			"lark://open.feishu.cn/token", "notifiarr://apikey123",
			"opsgenie://api.opsgenie.com/eb243592-faa2-4ba2-a551q-1afdf565c889",
			"pushbullet://o.abcdefghijklmnopqrstuvwxyz123456/device", "pushover://shoutrrr:apptoken@userkey/",
			"rocketchat://user@rocket.example.com/tokenA/tokenB",
			"signal://user:pass@signal.example.com:8080/+1234567890/+0987654321",
			"slack://hook:T00000000-B00000000-XXXXXXXXXXXXXXXXXXXXXXXX@webhook", "wecom://693a",
			"teams://11111111-4444-4444-8444-cccccccccccc@22222222-4444-4444-8444-cccccccccccc/33333333012222222222333333333344/44444444-4444-4444-8444-cccccccccccc/V2ESyij_gAljSoUQHvZoZYzlpAoAXExyOl26dlf1xHEx05?host=test.webhook.office.com",
		} {
			if err := open(t, raw).Send(t.Context(), message); err == nil {
				t.Errorf("%s: %s: the message is lost", name, raw)
			}
		}
	}
}

func TestRedactor(t *testing.T) {
	r := newRedactor("slack://hook:T0000-B0000-" + token + "@webhook")
	for in, want := range map[string]string{
		`Post "https://hooks.slack.com/services/derived": EOF`: `Post "https://***": EOF`, // built from ours in a way we do not know
		"token " + token + " refused":                          "token *** refused",
		"bad\n\nrequest":                                       "bad request",
		strings.Repeat("x", 400):                               strings.Repeat("x", maxError) + "…",
	} {
		if got := r.error(errors.New(in)).Error(); got != want {
			t.Errorf("%q reads %q, want %q", in, got, want)
		}
	}
}

func TestConnectionErrorHidesURL(t *testing.T) {
	before := http.DefaultTransport
	t.Cleanup(func() { http.DefaultTransport = before })
	http.DefaultTransport = roundTrip(func(*http.Request) (*http.Response, error) { return nil, io.ErrUnexpectedEOF })
	for _, raw := range secretURLs[:4] {
		err := open(t, raw).Send(t.Context(), message)
		if err == nil || strings.Contains(err.Error(), token) {
			t.Errorf("%s: %v", raw, err)
		}
		if err != nil && !strings.Contains(err.Error(), "unexpected EOF") {
			t.Errorf("%s: the cause is gone as well: %v", raw, err)
		}
	}
}

func TestTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		before := http.DefaultTransport
		defer func() { http.DefaultTransport = before }()
		http.DefaultTransport = roundTrip(func(*http.Request) (*http.Response, error) {
			<-release
			return nil, io.EOF
		})
		c, err := newChannel("lark://open.feishu.cn/token-123456", 10*time.Second)
		if err != nil {
			t.Fatal(err)
		}
		for range maxHanging {
			began := time.Now()
			if err := c.Send(t.Context(), message); err == nil || !strings.Contains(err.Error(), "no answer within 10s") {
				t.Error(err)
			}
			if took := time.Since(began); took != 10*time.Second {
				t.Errorf("gave up after %s", took)
			}
		}
		if err := c.Send(t.Context(), message); err == nil || !strings.Contains(err.Error(), "still hang") {
			t.Errorf("one try too many: %v", err)
		}
		close(release)
		synctest.Wait()
		if err := c.Send(t.Context(), message); err == nil || strings.Contains(err.Error(), "hang") {
			t.Errorf("after they ended: %v", err)
		}
	})
}

func TestEndingWaitsForWhatIsUnderWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		before := http.DefaultTransport
		defer func() { http.DefaultTransport = before }()
		http.DefaultTransport = roundTrip(func(*http.Request) (*http.Response, error) {
			time.Sleep(time.Second)
			return &http.Response{StatusCode: http.StatusOK, Status: "200 OK", Body: io.NopCloser(strings.NewReader(`{"code":0}`))}, nil
		})
		c, err := newChannel("lark://open.feishu.cn/token-123456", 10*time.Second)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(100*time.Millisecond, cancel)
		if err := c.Send(ctx, message); err != nil {
			t.Errorf("a message that went out counts as failed: %v", err)
		}
		if err := c.Send(ctx, message); err == nil {
			t.Error("sent after the end")
		}
	})
}

func TestAddresses(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "url"), []byte("generic://a.invalid/x\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "empty"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("HOOK", "generic://b.invalid/x")
	for _, c := range []struct {
		config alerting.ChannelConfig
		want   string // in the error; empty: none
	}{
		{alerting.ChannelConfig{URL: "generic://c.invalid/x"}, ""},
		{alerting.ChannelConfig{URLFile: "url"}, ""},
		{alerting.ChannelConfig{URLFile: filepath.Join(dir, "url")}, ""},
		{alerting.ChannelConfig{URLEnv: "HOOK"}, ""},
		{alerting.ChannelConfig{URLEnv: "NONE"}, "channels.c: read the URL: the environment variable NONE is not set"},
		{alerting.ChannelConfig{URLFile: "empty"}, "channels.c: empty is empty"},
		{alerting.ChannelConfig{URLFile: "missing"}, "channels.c: read the URL:"},
		{alerting.ChannelConfig{}, "channels.c: has no URL"},
		{alerting.ChannelConfig{URL: "nosuch://x"}, "channels.c: unknown service"},
	} {
		channels, err := Open(map[string]alerting.ChannelConfig{"c": c.config}, dir, slog.New(slog.DiscardHandler))
		switch {
		case c.want == "" && (err != nil || channels["c"] == nil || channels[alerting.LogChannel] == nil):
			t.Errorf("%+v: %v, %v", c.config, channels, err)
		case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%+v: %v; want %q", c.config, err, c.want)
		}
	}
}

func TestAllProblemsAtOnce(t *testing.T) {
	_, err := Open(map[string]alerting.ChannelConfig{"a": {}, "b": {URL: "nosuch://x"}, "c": {URL: "generic://x.invalid"}},
		"", slog.New(slog.DiscardHandler))
	if err == nil || strings.Count(err.Error(), "channels.") != 2 {
		t.Error(err)
	}
}

func TestLogChannel(t *testing.T) {
	var out bytes.Buffer
	if err := Log(slog.New(slog.NewJSONHandler(&out, nil))).Send(t.Context(), message); err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if got["msg"] != message.Title || got["alert"] != message.ID || got["severity"] != "critical" || got["text"] != message.Text {
		t.Errorf("logged %v", got)
	}
}

func TestCut(t *testing.T) {
	for _, c := range []struct {
		text string
		most int
		want string
	}{
		{"short", 0, "short"}, {"short", 5, "short"},
		{"one\ntwo\nthree", 12, "one\ntwo\n…"}, {"疏远疏远", 9, "疏\n…"}, {"疏远疏远", 12, "疏远疏远"},
	} {
		got := cut(c.text, "…", c.most)
		if got != c.want || !utf8.ValidString(got) || c.most > 0 && len(got) > c.most {
			t.Errorf("cut(%q, %d) = %q, want %q", c.text, c.most, got, c.want)
		}
	}
}

// Whatever has to go, the link stays whole.
func TestTheLinkIsNeverCut(t *testing.T) {
	m := alerting.Message{Text: strings.Repeat("来电减少\n", 400), Answer: "确认或推迟：https://firstsign.example.com/ack?s=" + strings.Repeat("x", 43)}
	for _, most := range []int{0, 2048, 300, 20} {
		got := body(&m, most)
		if !strings.HasSuffix(got, "\n\n"+m.Answer) || !utf8.ValidString(got) || most >= 300 && len(got) > most {
			t.Errorf("within %d: %d bytes, %q", most, len(got), got[max(0, len(got)-150):])
		}
	}
	if got := body(&alerting.Message{Text: "a"}, 0); got != "a" {
		t.Errorf("without a link: %q", got)
	}
}

// A service that asks for a pause is left alone as long as it says, and one that only
// says "too fast" for a minute.
func TestPauses(t *testing.T) {
	date := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		status      int
		after, body string
		want        time.Duration
	}{
		{429, "90", "", 90 * time.Second},
		{503, "120", "", 2 * time.Minute},
		{503, date.Add(time.Hour).Format(http.TimeFormat), "", time.Hour},
		{429, "", "", time.Minute},
		{429, "soon", "", time.Minute},
		{503, "", "", 0},
		{500, "90", "", 0},
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Date", date.Format(http.TimeFormat))
			w.Header().Set("Retry-After", c.after)
			w.WriteHeader(c.status)
		}))
		err := open(t, "generic+"+server.URL+"/secret-token").Send(t.Context(), message)
		server.Close()
		busy, asks := (*sending.Busy)(nil), false
		if asks = errors.As(err, &busy); asks != (c.want > 0) || asks && busy.Pause != c.want || err == nil || strings.Contains(err.Error(), "secret-token") {
			t.Errorf("status %d, Retry-After %q: %v, %+v; want %s", c.status, c.after, err, busy, c.want)
		}
	}
	redirect(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"errcode":45009,"errmsg":"api freq out of limit"}`)
	})
	busy := (*sending.Busy)(nil)
	if err := open(t, "wecom://693a-key-12345").Send(t.Context(), message); !errors.As(err, &busy) || busy.Pause != time.Minute {
		t.Errorf("WeCom: %v", err)
	}
}

package notify

import (
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"firstsign/alerting"
)

func TestDingTalk(t *testing.T) {
	var asked url.Values
	var host, path string
	var body map[string]any
	redirect(t, func(w http.ResponseWriter, r *http.Request) {
		asked, host, path = r.URL.Query(), r.Header.Get("X-Host"), r.URL.Path
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			t.Error(err)
		}
		_, _ = io.WriteString(w, `{"errcode":0,"errmsg":"ok"}`)
	})
	c := open(t, "dingtalk://0a1b2c3d?secret=SECabc")
	if err := c.Send(t.Context(), message); err != nil {
		t.Fatal(err)
	}
	if host != "oapi.dingtalk.com" || path != "/robot/send" || asked.Get("access_token") != "0a1b2c3d" || c.Service() != "dingtalk" {
		t.Errorf("sent to %s%s with %v", host, path, asked)
	}
	if text, _ := body["markdown"].(map[string]any); body["msgtype"] != "markdown" || text["title"] != message.Title {
		t.Errorf("sent %v", body)
	}
	if got, want := asked.Get("sign"), (&dingtalk{secret: "SECabc"}).sign(asked.Get("timestamp")); got != want {
		t.Errorf("sign %q, want %q", got, want)
	}
	if err := open(t, "dingtalk://0a1b2c3d").Send(t.Context(), message); err != nil || asked.Has("sign") {
		t.Errorf("a robot that does not sign: %v, %v", err, asked)
	}
}

// As DingTalk's own example computes it:
//
//	python3 -c "import hmac,hashlib,base64;t='1772467200000';s='this is secret'
//	print(base64.b64encode(hmac.new(s.encode(),(t+chr(10)+s).encode(),hashlib.sha256).digest()).decode())"
func TestDingTalkSignature(t *testing.T) {
	d := &dingtalk{secret: "this is secret", now: func() time.Time { return time.UnixMilli(1772467200000) }}
	if got, want := d.sign("1772467200000"), "z9TrBTroHPzwwLLkByxN6ztbDxuRKpLA/jtLV80zE1w="; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestDingTalkRefusals(t *testing.T) {
	var answer string
	redirect(t, func(w http.ResponseWriter, _ *http.Request) {
		if answer == "503" {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		_, _ = io.WriteString(w, answer)
	})
	for reply, want := range map[string]string{
		`{"errcode":310000,"errmsg":"sign not match"}`: "refuses with code 310000: sign not match",
		`{}`: "cannot be read", `<html>`: "cannot be read", "503": "answers 503",
	} {
		answer = reply
		err := open(t, "dingtalk://0a1b2c3d?secret=SECabcdef").Send(t.Context(), message)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", reply, err, want)
		}
	}
}

func TestDingTalkURLs(t *testing.T) {
	for _, bad := range []string{
		"dingtalk://", "dingtalk://oapi.dingtalk.com/robot/send?access_token=0a1b2c3d", "dingtalk://0a1b2c3d?sign=x", "dingtalk://u:p@0a1b2c3d",
	} {
		_, err := Open(map[string]alerting.ChannelConfig{"c": {URL: bad}}, "", slog.New(slog.DiscardHandler))
		if err == nil || !strings.Contains(err.Error(), "dingtalk://TOKEN?secret=SEC") || strings.Contains(err.Error(), "0a1b2c3d") {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

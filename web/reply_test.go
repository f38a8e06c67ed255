package web

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"firstsign/alerting"
	"firstsign/alerting/message"
	"firstsign/detector"
	"firstsign/signals"
	"firstsign/web/access"
)

// answering is a counter whose pages take answers of a person.
func answering(t *testing.T, person string) *counter {
	c := newCounter(t, message.English).acme()
	parts := c.withState()
	parts.Pages.Handler, parts.Guard = c.answers, access.NewGuard(func(*http.Request) string { return person }, nil, nil)
	c.handler = Handler(parts, quiet())
	return c
}

// fields are the hidden fields of the first form of a page.
func fields(t *testing.T, page string) url.Values {
	t.Helper()
	form := regexp.MustCompile(`(?s)<form class="reply" method="post" action="([^"]+)">(.*?)</form>`).FindStringSubmatch(page)
	if form == nil {
		t.Fatalf("no form in %s", page)
	}
	v := url.Values{"action": {form[1]}}
	for _, f := range regexp.MustCompile(`name="(of|token|back|held)" value="([^"]*)"`).FindAllStringSubmatch(form[2], -1) {
		v.Set(f[1], strings.ReplaceAll(f[2], "&amp;", "&"))
	}
	return v
}

// send posts a form as a browser does.
func (c *counter) send(v url.Values, header ...string) *httptest.ResponseRecorder {
	c.t.Helper()
	action := v.Get("action")
	r := httptest.NewRequest(http.MethodPost, action, strings.NewReader(v.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	c.handler.ServeHTTP(w, r)
	return w
}

func TestAnsweringInTheRow(t *testing.T) {
	c := answering(t, "anna")
	_, page := c.ask(http.MethodGet, "/?owner=anna", nil)
	c.expect("the row", 200, page, 200, `value="acknowledge"`, `value="snooze"`, "What was it?")
	v := fields(t, page)
	v.Set("do", "snooze")
	if w := c.send(v, "Sec-Fetch-Site", "same-origin"); w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/?done=acme-2026-02-03&owner=anna" {
		t.Fatalf("snooze: %d to %q %s", w.Code, w.Header().Get("Location"), w.Body)
	}
	if a := c.alert(); a.State != alerting.Snoozed || a.Answer().By != "anna" || !a.Until.Equal(c.now.AddDate(0, 0, snoozeDays)) {
		t.Errorf("snoozed: %+v", a)
	}
	_, page = c.ask(http.MethodGet, "/", nil)
	c.expect("then", 200, page, 200, "No alert needs you", `<a href="/?whose=mine">Mine</a>`, "snoozed by anna", "<h2>Answered", `value="acknowledge"`, `!value="snooze"`)

	_, page = c.ask(http.MethodGet, "/accounts/acme", nil)
	v = fields(t, page)
	v.Set("label", "expected")
	if w := c.send(v); w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/accounts/acme?done=acme-2026-02-03" {
		t.Fatalf("label: %d to %q", w.Code, w.Header().Get("Location"))
	}
	if a := c.alert(); a.Label != signals.Expected || len(c.topic.feedback) != 1 || len(c.topic.lines) != 2 {
		t.Errorf("labelled: %+v, %d lines", a, len(c.topic.lines))
	}
	_, page = c.ask(http.MethodGet, "/accounts/acme", nil)
	c.expect("its history", 200, page, 200, "5 Mar 2026 labelled by anna: expected", "snoozed by anna until 12 Mar 2026")

	w := c.send(v) // the same again
	c.expect("again", w.Code, w.Body.String(), 409, "said on 5 Mar 2026 what it was", `href="/accounts/acme"`)
	c.happens(detector.RaisedAgain, 4)
	w = c.send(v)
	c.expect("it grew meanwhile", w.Code, w.Body.String(), 409, "was not taken")
	if n := len(c.topic.lines); n != 2 {
		t.Errorf("%d lines", n)
	}
}

// Only whoever may answer finds a form, and only a form of that person is taken.
func TestFormsOfOthersAreRefused(t *testing.T) {
	c := answering(t, "anna")
	_, page := c.ask(http.MethodGet, "/", nil)
	right := fields(t, page)
	right.Set("do", "acknowledge")
	for name, change := range map[string]func(url.Values){
		"no token":        func(v url.Values) { v.Del("token") },
		"another's token": func(v url.Values) { v.Set("token", access.OwnFormKey.Token("bert", c.now)) },
		"another key":     func(v url.Values) { v.Set("token", access.FormKey("x").Token("anna", c.now)) },
		"too old": func(v url.Values) {
			v.Set("token", access.FormKey(c.snapshot.Links.FormKey()).Token("anna", c.now.Add(-26*time.Hour)))
		},
		"of the future": func(v url.Values) {
			v.Set("token", access.FormKey(c.snapshot.Links.FormKey()).Token("anna", c.now.Add(2*time.Hour)))
		},
		"no raise":           func(v url.Values) { v.Del("of") },
		"no answer":          func(v url.Values) { v.Del("do") },
		"two answers":        func(v url.Values) { v.Set("label", "false") },
		"an unknown answer":  func(v url.Values) { v.Set("do", "delete") },
		"an alert of nobody": func(v url.Values) { v.Set("action", "/alerts/nobody/answers") },
	} {
		v := url.Values{}
		for k := range right {
			v.Set(k, right.Get(k))
		}
		change(v)
		if w := c.send(v); w.Code < 400 {
			t.Errorf("%s: %d", name, w.Code)
		}
	}
	if w := c.send(right, "Sec-Fetch-Site", "cross-site"); w.Code != http.StatusForbidden {
		t.Errorf("from another site: %d", w.Code)
	}
	for _, origin := range []string{"https://evil.example", "null"} {
		if w := c.send(right, "Origin", origin); w.Code != http.StatusForbidden {
			t.Errorf("from %s: %d", origin, w.Code)
		}
	}
	if a := c.alert(); a.State != alerting.Open || len(c.topic.lines) != 0 {
		t.Errorf("something was answered: %+v", a)
	}
	if w := c.send(right, "Origin", "http://example.com"); w.Code != http.StatusSeeOther { // as httptest calls the host
		t.Errorf("from here over plain HTTP: %d", w.Code)
	}

	nobody := answering(t, "")
	_, page = nobody.ask(http.MethodGet, "/", nil)
	nobody.expect("nobody", 200, page, 200, "!<form class=\"reply\"")
	if w := nobody.send(right); w.Code != http.StatusForbidden {
		t.Errorf("nobody answers: %d", w.Code)
	}
}

func TestFormsLeadBackToOurPagesOnly(t *testing.T) {
	for path, want := range map[string]string{
		"/": "/", "/?owner=anna&section=drift": "/?owner=anna&section=drift", "/accounts/acme": "/accounts/acme", "/accounts/a%2Fb?series=12": "/accounts/a%2Fb?series=12",
		"": "/", "//evil.example": "/", "https://evil.example": "/", "/\\evil.example": "/", "/accounts/x\r\nSet-Cookie: a": "/", "/api/v1/alerts": "/", "/?\\": "/",
	} {
		if got := backTo(path); got != want {
			t.Errorf("%q leads to %q, want %q", path, got, want)
		}
	}
}

func TestAnsweringByProgram(t *testing.T) {
	c := answering(t, "anna")
	post := func(id, kind, body string) (int, string) {
		r := httptest.NewRequest(http.MethodPost, "/api/v1/alerts/"+id+"/answers", strings.NewReader(body))
		r.Header.Set("Content-Type", kind)
		w := httptest.NewRecorder()
		c.handler.ServeHTTP(w, r)
		return w.Code, w.Body.String()
	}
	const id, asJSON = "acme-2026-02-03", "application/json; charset=utf-8"
	for _, try := range []struct {
		id, kind, body string
		want           int
	}{
		{id, "text/plain", `{"do":"acknowledge"}`, 415},
		{id, asJSON, `{}`, 400},
		{id, asJSON, `{"do":"acknowledge","x":1}`, 400},
		{id, asJSON, `{"do":"snooze","days":1000}`, 400},
		{id, asJSON, `{"do":"snooze","days":-1}`, 400},
		{id, asJSON, `{"label":"good"}`, 400},
		{id, asJSON, `[`, 400},
		{id, asJSON, `null`, 400},
		{id, asJSON, `{"do":"acknowledge","raised":null}`, 400},
		{id, asJSON, `{"do":"","label":"false"}`, 400},
		{id, asJSON, `{"do":"acknowledge","days":7}`, 400},
		{id, asJSON, `{"do":"snooze","days":0}`, 400},
		{id, asJSON, `{"do":"acknowledge","raised":"2026-01-01T00:00:00Z"}`, 409},
		{"nobody", asJSON, `{"do":"acknowledge"}`, 404},
		{id, asJSON, `{"do":"snooze","days":1.5}`, 400},
		{id, asJSON, `{"do":"snooze","days":14.0}`, 200},
		{id, asJSON, fmt.Sprintf(`{"do":"acknowledge","raised":%q}`, found.Format(time.RFC3339Nano)), 200},
		{id, asJSON, `{"do":"acknowledge"}`, 409},
		{id, asJSON, `{"label":"acted-saved"}`, 200},
	} {
		code, body := post(try.id, try.kind, try.body)
		if code != try.want {
			t.Errorf("%s: %d %s, want %d", try.body, code, body, try.want)
		}
		if code == 200 {
			var a alerting.Alert
			if err := json.Unmarshal([]byte(body), &a); err != nil || a.ID != id {
				t.Errorf("%s: %v %s", try.body, err, body)
			}
		}
	}
	if a := c.alert(); a.Label != signals.ActedSaved || len(c.topic.lines) != 3 {
		t.Errorf("after: %+v", a)
	}
	c = answering(t, "")
	if code, _ := post(id, asJSON, `{"do":"acknowledge"}`); code != http.StatusForbidden {
		t.Errorf("nobody: %d", code)
	}
}

// Answers without a link are in the audit log like the others.
func TestAuditOfForms(t *testing.T) {
	c := answering(t, "anna")
	var log strings.Builder
	parts := c.withState()
	parts.Pages.Handler, parts.Guard = c.answers, access.NewGuard(func(*http.Request) string { return "anna" }, nil, nil)
	parts.Audit = slog.New(slog.NewTextHandler(&log, nil))
	c.handler = Handler(parts, quiet())
	_, page := c.ask(http.MethodGet, "/accounts/acme", nil)
	v := fields(t, page)
	v.Set("do", "acknowledge")
	c.send(v)
	v.Del("token")
	c.send(v)
	for _, want := range []string{
		`action=read_account user=anna by="" target=acme source=192.0.2.1 status=200`,
		`action=answer user=anna by=anna target=acme-2026-02-03 answer=acknowledge source=192.0.2.1 status=303`,
		`action=answer user=anna by=anna target=acme-2026-02-03 source=192.0.2.1 status=403`,
	} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("no %s in %s", want, log.String())
		}
	}
}

package main

import (
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"firstsign/alerting"
)

// The link on the demo's screen opens its alert, and its button answers it.
func TestDemoAnswer(t *testing.T) {
	t.Parallel()
	s, screen := startDemo(t, shipped(t), "--pace", "1h")
	links := regexp.MustCompile(`Answer, or say what it was: (http://\S+)`)
	open := func() (link string, a alerting.Alert) {
		for _, a := range s.alerts() {
			for _, m := range links.FindAllStringSubmatch(screen.String(), -1) {
				if a.State == alerting.Open && strings.Contains(m[1], "a="+url.QueryEscape(a.ID)+"&") {
					return m[1], a
				}
			}
		}
		return "", a
	}
	loaded(t, screen, thePast)
	link, a := open()
	if link == "" {
		t.Fatal("no open alert is on the screen")
	}
	page := read(t, link, nil)
	of := regexp.MustCompile(`name="of" value="(\d+)"`).FindStringSubmatch(page)
	if of == nil {
		t.Fatalf("the page has no button: %s", page)
	}
	if got := read(t, link, url.Values{"do": {"acknowledge"}, "of": {of[1]}}); !strings.Contains(got, "Your answer is recorded.") {
		t.Errorf("after the answer: %s", got)
	}
	for _, b := range s.alerts() {
		if b.ID == a.ID && (b.State != alerting.Acknowledged || b.Answer().By != a.Owner) {
			t.Errorf("in the list: %+v", b)
		}
	}
	answerOnPages(t, "http://"+s.addr, a.ID)
	s.interrupt()
}

// answerOnPages answers another alert as a manager does in front of the demo: from the list to
// the page of its account, and there by the form.
func answerOnPages(t *testing.T, base, answered string) {
	t.Helper()
	list := read(t, base+"/?section=drift", nil)
	account := regexp.MustCompile(`<a href="(/accounts/[^"]+)">`).FindStringSubmatch(list)
	if account == nil || !strings.Contains(list, `class="spark"`) || !strings.Contains(list, "60 accounts watched, judged up to") {
		t.Fatalf("the list is not whole: %s", list)
	}
	page := read(t, base+account[1], nil)
	for _, part := range []string{`class="chart"`, `class="band"`, `class="change"`, "What to do:", "key person", "What was told before"} {
		if !strings.Contains(page, part) {
			t.Errorf("%s has no %s", account[1], part)
		}
	}
	form := url.Values{"do": {"acknowledge"}}
	action := regexp.MustCompile(`<form class="reply" method="post" action="([^"]+)">`).FindStringSubmatch(page)
	for _, m := range regexp.MustCompile(`name="(of|token|back)" value="([^"]*)"`).FindAllStringSubmatch(page, 3) {
		form.Set(m[1], m[2])
	}
	if action == nil || strings.Contains(action[1], url.PathEscape(answered)) {
		t.Fatalf("no other alert can be answered: %v", action)
	}
	after := read(t, base+action[1], form) // which leads back to the page
	if !strings.Contains(after, "acknowledged by localhost") {
		t.Errorf("after the answer: %s", after)
	}
	if list := read(t, base+"/", nil); !strings.Contains(list, "<h2>Answered") {
		t.Errorf("the list has no answered ones: %s", list)
	}
}

// read a page, or post a form to it.
func read(t *testing.T, link string, form url.Values) string {
	t.Helper()
	ask := func() (*http.Response, error) { return http.Get(link) }
	if form != nil {
		ask = func() (*http.Response, error) { return http.PostForm(link, form) }
	}
	resp, err := ask()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

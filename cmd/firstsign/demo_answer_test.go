package main

import (
	"errors"
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
	eventually(t, "the past is told", func() error {
		if !strings.Contains(screen.String(), "That was the past") {
			return errors.New("not yet")
		}
		return nil
	})
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
	s.interrupt()
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

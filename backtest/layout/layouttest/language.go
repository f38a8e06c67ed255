// Package layouttest answers, in tests: does a report speak one language, and does it ask for
// nothing else?
package layouttest

import (
	"html"
	"regexp"
	"strings"
	"testing"

	"firstsign/alerting/message"
)

var (
	styles  = regexp.MustCompile(`(?s)<style>.*?</style>`)
	spoken  = regexp.MustCompile(`>([^<]+)<|(?:aria-label|data-label)="([^"]*)"`)
	han     = regexp.MustCompile(`\p{Han}`)
	english = regexp.MustCompile(`[A-Za-z]{2,}(?:[ ,:;]+[A-Za-z]{2,}){2,}`) // three words in a row
	word    = regexp.MustCompile(`[A-Za-z]{2,}`)
	foreign = regexp.MustCompile(`(?:src|href|url)\s*[=(]|<script|\son[a-z]+=|style="`)
)

// Speaks fails the test when a page has a sentence of another language. names, ids and terms
// may be of any.
func Speaks(t testing.TB, page string, l message.Language, names ...string) {
	t.Helper()
	texts := spoken.FindAllStringSubmatch(styles.ReplaceAllString(page, ""), -1)
	if len(texts) < 10 {
		t.Fatalf("%d texts on the page", len(texts))
	}
	for _, m := range texts {
		text := strings.TrimSpace(html.UnescapeString(m[1] + m[2]))
		bare := text
		for _, name := range names {
			bare = strings.ReplaceAll(bare, name, "")
		}
		switch {
		case l == message.English && han.MatchString(bare):
			t.Errorf("Chinese in an English report: %s", text)
		case l == message.Chinese && (english.MatchString(bare) || !han.MatchString(bare) && len(word.FindAllString(bare, -1)) > 0):
			t.Errorf("English in a Chinese report: %s", text)
		}
	}
}

// SelfContained fails the test when a page asks for another file, runs something or has a
// style of its own.
func SelfContained(t testing.TB, page string) {
	t.Helper()
	if found := foreign.FindString(page); found != "" {
		t.Errorf("the page has %q", found)
	}
	for _, wrong := range []string{"NaN", "Inf", "%!", "ZgotmplZ"} {
		if strings.Contains(page, wrong) {
			t.Errorf("the page shows %s", wrong)
		}
	}
}

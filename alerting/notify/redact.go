package notify

import (
	"cmp"
	"errors"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// redactor removes a URL's secrets from texts. Services keep their token in the
// user, password, host, path or query, so every part that could be one is removed.
type redactor struct {
	replace *strings.Replacer
}

// anyURL finds URLs. Services build them from ours, with the token in them.
var anyURL = regexp.MustCompile(`[A-Za-z][A-Za-z0-9+.-]*://[^\s"']+`)

// minSecret is the least length of a part that is hidden. Hiding shorter ones, like
// "yes" or "hook", would only garble errors. A password is hidden at any length.
const minSecret = 6

const hidden = "***"

// maxError bounds the text of an error: some services return a whole page.
const maxError = 300

func newRedactor(raw string) *redactor {
	secrets := map[string]bool{}
	add := func(s string, least int) {
		for _, form := range []string{s, url.QueryEscape(s), url.PathEscape(s)} {
			if len(form) >= least && form != "" {
				secrets[form] = true
			}
		}
	}
	parts := func(s string) {
		add(s, minSecret)
		for _, part := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune("/:@,&=+-", r) }) {
			add(part, minSecret)
		}
	}
	add(strings.TrimSpace(raw), minSecret)
	if u, err := url.Parse(raw); err == nil {
		password, _ := u.User.Password()
		add(password, 1)
		parts(u.User.Username())
		parts(password)
		parts(u.Path)
		parts(u.Fragment)
		if !strings.Contains(u.Hostname(), ".") && u.Hostname() != "localhost" {
			parts(u.Hostname()) // a token: real hosts have dots
		}
		for _, values := range u.Query() {
			for _, v := range values {
				parts(v)
			}
		}
	} else {
		parts(raw)
	}
	return &redactor{replacer(secrets)}
}

// replacer hides longer secrets first, so that no part of one remains.
func replacer(secrets map[string]bool) *strings.Replacer {
	var sorted []string
	for s := range secrets {
		sorted = append(sorted, s)
	}
	slices.SortFunc(sorted, func(a, b string) int {
		return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b))
	})
	var pairs []string
	for _, s := range sorted {
		pairs = append(pairs, s, hidden)
	}
	return strings.NewReplacer(pairs...)
}

// error is the text of an error without secrets. It does not wrap it, so that
// nothing can print the original.
func (r *redactor) error(err error) error {
	s := anyURL.ReplaceAllStringFunc(err.Error(), func(u string) string {
		scheme, _, _ := strings.Cut(u, "://")
		return scheme + "://" + hidden
	})
	s = strings.Join(strings.Fields(r.replace.Replace(s)), " ")
	if len(s) > maxError {
		s = s[:maxError]
		for !utf8.ValidString(s) {
			s = s[:len(s)-1]
		}
		s += "…"
	}
	return errors.New(s)
}

package text

import (
	"testing"
	"unicode/utf8"
)

// Whatever stands in a text, it is read: marks lie within its tokens, and the mood
// is one.
func FuzzRead(f *testing.F) {
	for _, text := range []string{"", "\xff\xfe", "“", "\"a\" \"b", "Northlink's", "'s", ":-", ":'(", "1.2.3", "华讯比你们快", "Unless you", "ＡＢ　Ｃ！？", "💔 :(", "a\u0301"} {
		f.Add(text)
	}
	r := listener()
	f.Fuzz(func(t *testing.T, text string) {
		tokens := tokenize([]byte(text), nil)
		if len(tokens) > utf8.RuneCountInString(text) {
			t.Errorf("%d tokens of %q", len(tokens), text)
		}
		at := 0
		var d draft
		r.find(tokens, &d)
		for _, m := range d.marks {
			if m.at < at || m.end < m.at || m.end > len(tokens) {
				t.Errorf("%q: %+v after %d of %d", text, m, at, len(tokens))
			}
			at = m.end
		}
		r.Explain([]byte(text))
		if mood, _, _, _ := r.read([]byte(text)); mood < -1 || mood > 1 {
			t.Errorf("%q: %g", text, mood)
		}
	})
}

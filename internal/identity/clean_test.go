package identity_test

import (
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"firstsign/internal/identity"
)

func TestClean(t *testing.T) {
	for _, c := range []struct{ name, id, want string }{
		{"plain", "acme", "acme"},
		{"empty", "", ""},
		{"only white space", " \t\u00a0\u3000", ""},
		{"letter and accent are one letter", "Cafe\u0301", "Café"},
		{"Hangul from its parts", "\u1112\u1161\u11ab", "한"},
		{"the Ångström sign is a letter", "\u212b", "Å"},
		{"spaces around it", "  acme ", "acme"},
		{"no-break space behind", "acme\u00a0", "acme"},
		{"ideographic space in front", "\u3000华泰", "华泰"},
		{"line break at the end of a cell", "acme\r\n", "acme"},
		{"two spaces within", "acme  corp", "acme corp"},
		{"a no-break space within", "acme\u00a0corp", "acme corp"},
		{"an ideographic space within", "华泰\u3000证券", "华泰 证券"},
		{"a thin space beside a space", "acme \u2009corp", "acme corp"},
		{"byte order mark", "\ufeffacme", "acme"},
		{"zero-width space", "ac\u200bme", "acme"},
		{"marks of direction, as telephone books give them", "\u202a+861390\u202c", "+861390"},
		{"soft hyphen", "ac\u00adme", "acme"},
		{"white space and invisible at the end", "acme \u200b\u00a0", "acme"},
		{"line break within stays, to be refused", "li\nwei", "li\nwei"},
		{"another control character stays", "a\x00b", "a\x00b"},
		{"case stays", "ACME", "ACME"},
		{"width stays", "ＡＣＭＥ（上海）", "ＡＣＭＥ（上海）"},
		{"tilde stays", "1000~acc00", "1000~acc00"},
		{"a joiner stays", "نامه\u200cای", "نامه\u200cای"},
		{"not UTF-8 stays", "a\xffb", "a\xffb"},
	} {
		if got := identity.CleanString(c.id); got != c.want {
			t.Errorf("%s: %q became %q, want %q", c.name, c.id, got, c.want)
		}
	}
}

// What is clean stays as it is, and looks the same to everybody.
func TestCleanIsSettled(t *testing.T) {
	letters := []rune{'a', 'é', '\u0301', ' ', '\t', '\u00a0', '\u3000', '\u200b', '\ufeff', '华', '~', '\u1161', '\u212b', '\u0344'}
	of := rapid.OneOf(rapid.String(), rapid.StringOf(rapid.SampledFrom(letters)))
	rapid.Check(t, func(t *rapid.T) {
		id := of.Draw(t, "id")
		once := identity.CleanString(id)
		if again := identity.CleanString(once); again != once {
			t.Fatalf("%q became %q and then %q", id, once, again)
		}
		if !norm.NFC.IsNormalString(once) {
			t.Fatalf("%q became %q, which is not in normal form C", id, once)
		}
		if r := []rune(once); len(r) > 0 && (unicode.IsSpace(r[0]) || unicode.IsSpace(r[len(r)-1])) {
			t.Fatalf("%q became %q, with white space at its ends", id, once)
		}
		for _, other := range []string{norm.NFD.String(id), " " + id + "\u00a0", "\ufeff" + id} {
			if got := identity.CleanString(other); got != once {
				t.Fatalf("%q became %q, but %q became %q", id, once, other, got)
			}
		}
	})
}

func TestCleanAllocatesNothing(t *testing.T) {
	scratch := make([]byte, 0, 1024)
	for _, id := range []string{"customer-0000012345", "华为技术有限公司", "acme corp", "Café", " acme  corp\u00a0"} {
		raw := []byte(id)
		if n := testing.AllocsPerRun(100, func() { _, scratch = identity.Clean(raw, scratch[:0]) }); n != 0 {
			t.Errorf("%q: %g allocations", id, n)
		}
	}
}

func TestIsNone(t *testing.T) {
	for _, id := range []string{
		"", "-", "--", "NA", "na", "N/A", "n/a", "n.a.", "#N/A", "NULL", "null", "None", "NONE", "NaN", "(null)", `\N`, "无", "未知", "空", "#REF!", "...",
	} {
		if !identity.IsNone([]byte(id)) {
			t.Errorf("%q is taken for an account", id)
		}
	}
	for _, id := range []string{"0", "1", "NAB", "acme", "N-A", "Nullius", "none-such", "华泰", "无锡", "unknown-soldier", "-1"} {
		if identity.IsNone([]byte(id)) {
			t.Errorf("%q is taken for nobody", id)
		}
	}
}

func BenchmarkClean(b *testing.B) {
	for _, id := range []string{"customer-0000012345", "华为技术有限公司", "Cafe\u0301 Paris"} {
		b.Run(id, func(b *testing.B) {
			raw, scratch := []byte(id), make([]byte, 0, 1024)
			for b.Loop() {
				_, scratch = identity.Clean(raw, scratch[:0])
			}
		})
	}
}

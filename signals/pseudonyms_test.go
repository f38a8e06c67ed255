package signals

import (
	"crypto/hmac"
	"crypto/sha256"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestPseudonyms(t *testing.T) {
	p, other := NewPseudonyms([]byte(strings.Repeat("k", 32))), NewPseudonyms([]byte(strings.Repeat("o", 32)))
	// By hand: the first ten bytes of the HMAC.
	h := hmac.New(sha256.New, []byte(strings.Repeat("k", 32)))
	h.Write([]byte("li-wei"))
	if got, want := p.Of("li-wei"), "p."+pseudonymCode.EncodeToString(h.Sum(nil)[:10]); got != want || len(got) != pseudonymSize {
		t.Errorf("%q, want %q", got, want)
	}
	if p.Of("li-wei") == other.Of("li-wei") || p.Hash() == other.Hash() || strings.Contains(p.Hash(), "k") {
		t.Error("the key says nothing")
	}
	var none *Pseudonyms
	if none.Of("li-wei") != "li-wei" || none.Hash() != "" || p.Of("") != "" {
		t.Error("without a key, or without an id, nothing is replaced")
	}
	rapid.Check(t, func(t *rapid.T) {
		id := rapid.String().Draw(t, "id")
		once := p.Of(id)
		if p.Of(once) != once || id != "" && !isPseudonym(once) {
			t.Fatalf("%q became %q and then %q", id, once, p.Of(once))
		}
	})
}

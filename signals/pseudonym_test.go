package signals

import (
	"crypto/hmac"
	"crypto/sha256"
	"io"
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

func TestPseudonymousStream(t *testing.T) {
	const text = `{"time":"2026-03-02T09:30:11Z","account":"acme","signal":"call","contact":"li-wei","id":"1"}
{"time":"2026-03-02T09:31:11Z","account":"acme","signal":"call"}
not a line
`
	h, err := NewHistory(strings.NewReader(text), "h", Layout{})
	if err != nil {
		t.Fatal(err)
	}
	p := NewPseudonyms([]byte("key"))
	s := p.Stream(h)
	line, err := s.Next()
	if err != nil {
		t.Fatal(err)
	}
	var in Interaction
	if reject := new(Decoder).DecodeValue(line.Value, &in); reject != nil || string(in.Contact) != p.Of("li-wei") || string(in.ID) != "1" || strings.Contains(string(line.Value), "li-wei") {
		t.Errorf("%s, %v", line.Value, reject)
	}
	if line, err = s.Next(); err != nil || string(line.Value) != strings.Split(text, "\n")[1] {
		t.Errorf("a line that names nobody became %s", line.Value)
	}
	if _, err = s.Next(); err == nil || err == io.EOF {
		t.Errorf("a bad line gave %v", err)
	}
}

package links

import (
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var (
	keyOne = []byte("one-key-of-thirty-two-characters")
	keyTwo = []byte("two-key-of-thirty-two-characters")
)

func query(t interface{ Fatal(...any) }, link string) url.Values {
	u, err := url.Parse(link)
	if err != nil {
		t.Fatal(err)
	}
	return u.Query()
}

// The signature by hand: HMAC-SHA256, each field with its length before it.
//
//	python3 -c "import hmac,base64;f=lambda s:len(s).to_bytes(4,'big')+s;print(base64.urlsafe_b64encode(hmac.new(
//	b'one-key-of-thirty-two-characters',b'firstsign link 1\n'+b''.join(map(f,[b'answer',b'acme-2026-02-03',
//	'王芳'.encode(),b'1772467200',b'1773680400'])),'sha256').digest()).rstrip(b'=').decode())"
func TestLink(t *testing.T) {
	now := time.Date(2026, 3, 2, 17, 0, 0, 0, time.UTC)
	l := New("https://firstsign.example.com/", 0, keyOne)
	got := l.URL(Link{Action: ToAnswer, Alert: "acme-2026-02-03", To: "王芳", Raised: now.Add(-time.Hour)}, now)
	const want = "https://firstsign.example.com/ack?a=acme-2026-02-03&do=answer&r=1772467200&s=-lQDLR17QXFWIG3kYiTOKBer37RfliV53xUo0IWgSRs&to=%E7%8E%8B%E8%8A%B3&x=1773680400"
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	k, err := l.Open(query(t, got), now)
	if err != nil || k.Alert != "acme-2026-02-03" || k.To != "王芳" || k.Action != ToAnswer || !k.Raised.Equal(now.Add(-time.Hour)) {
		t.Errorf("%+v, %v", k, err)
	}
}

func TestLinksOpenAsTheyWereMade(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now := time.Unix(rapid.Int64Range(1, 4e9).Draw(t, "now"), 0)
		k := Link{Action: ToAnswer, Alert: rapid.String().Draw(t, "alert"), To: rapid.String().Draw(t, "to"), Raised: now.Add(-time.Hour).UTC()}
		old, rotated := New("http://x", time.Hour, keyOne), New("http://x", time.Hour, keyTwo, keyOne)
		q := query(t, old.URL(k, now))
		for _, l := range []*Signer{old, rotated} {
			got, err := l.Open(q, now.Add(time.Hour-time.Second))
			if err != nil || got.Alert != k.Alert || got.To != k.To || !got.Raised.Equal(k.Raised) {
				t.Fatalf("%+v, %v", got, err)
			}
			if _, err := l.Open(q, now.Add(time.Hour)); !errors.Is(err, ErrExpired) {
				t.Fatalf("after its time: %v", err)
			}
		}
		if _, err := New("http://x", time.Hour, keyTwo).Open(q, now); !errors.Is(err, ErrForged) {
			t.Fatalf("with another key: %v", err)
		}
		field := rapid.SampledFrom(append([]string{"s"}, linkFields...)).Draw(t, "field")
		other := rapid.String().Filter(func(s string) bool { return s != q.Get(field) }).Draw(t, "other")
		q.Set(field, other)
		if _, err := old.Open(q, now); !errors.Is(err, ErrForged) {
			t.Fatalf("with another %s: %v", field, err)
		}
	})
}

// A letter that moves from one field to the next is another link.
func TestFieldsDoNotReachIntoEachOther(t *testing.T) {
	l, now := New("http://x", 0, keyOne), time.Unix(1e9, 0)
	q := query(t, l.URL(Link{Action: ToAnswer, Alert: "acmeb", To: "ert", Raised: now}, now))
	q.Set("a", "acme")
	q.Set("to", "bert")
	if _, err := l.Open(q, now); !errors.Is(err, ErrForged) {
		t.Error(err)
	}
}

func TestOpenLinks(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("keys", string(keyTwo)+"\n"+string(keyOne)+"\r\n")
	write("short", string(keyTwo)+"\nsesame\n")
	write("empty", "\n")
	t.Setenv("KEYS", string(keyOne)+","+string(keyTwo))
	for _, c := range []struct {
		config Config
		first  string // the key that signs
		want   string // the error
	}{
		{config: Config{}},
		{config: Config{BaseURL: "http://x", KeyFile: "keys"}, first: string(keyTwo)},
		{config: Config{BaseURL: "http://x", KeyEnv: "KEYS"}, first: string(keyOne)},
		{config: Config{BaseURL: "http://x", KeyFile: "short"}, want: "key 2 of short has 6 characters, at least 32 are needed"},
		{config: Config{BaseURL: "http://x", KeyFile: "empty"}, want: "empty holds no key"},
		{config: Config{BaseURL: "http://x", KeyFile: "nowhere"}, want: "read the key"},
		{config: Config{BaseURL: "http://x", KeyEnv: "NOTHING"}, want: "read the key: the environment variable NOTHING is not set"},
	} {
		l, err := Open(c.config, dir)
		switch {
		case c.want != "":
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "sesame") {
				t.Errorf("%+v: %v", c.config, err)
			}
		case err != nil || (l == nil) != (c.first == "") || l != nil && (string(l.keys[0]) != c.first || len(l.keys) != 2):
			t.Errorf("%+v: %+v, %v", c.config, l, err)
		}
	}
}

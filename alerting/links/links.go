package links

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"firstsign/internal/secret"
)

// Config says where the links of messages lead, and holds the key that signs
// them. Without it messages have no links.
type Config struct {
	// BaseURL is where browsers reach the service: https://firstsign.example.com
	BaseURL string `yaml:"base_url"`
	// KeyFile holds one key a line. KeyEnv names a variable with one or more keys,
	// separated by spaces or commas. The first signs; links of the others still open.
	// So put a new key before the old one, and keep the old one for valid_for.
	KeyFile string `yaml:"key_file"`
	KeyEnv  string `yaml:"key_env"`
	// ValidFor is how long a link works. Default 14d. Raising it also gives whoever
	// has a forwarded message more time.
	ValidFor time.Duration `yaml:"valid_for"`
}

// Bounds of Config.
const (
	DefaultValidFor = 14 * 24 * time.Hour
	maxValidFor     = 90 * 24 * time.Hour
	// minKey is the length of what openssl rand -base64 24 prints.
	minKey = 32
)

// Signer makes and verifies the links of messages.
type Signer struct {
	base     string
	validFor time.Duration
	keys     [][]byte // the first signs
}

// Action is what a link lets its reader do.
type Action string

// The actions.
const (
	ToAnswer Action = "answer" // read one alert and answer it
	ToList   Action = "list"   // see all of one's alerts and answer each
)

// Link is the content of a link.
type Link struct {
	Action  Action
	Alert   string    // its id; empty in a list
	To      string    // in whose name it is answered
	Raised  time.Time // the raise that the message told of, to the second
	Expires time.Time // to the second
}

// Why a link does not open.
var (
	ErrForged  = errors.New("the link was not made here, or was changed")
	ErrExpired = errors.New("the link has expired")
)

// Open reads the keys. Relative file names are in dir. It returns nil when
// there is no base_url.
func Open(c Config, dir string) (*Signer, error) {
	if c.BaseURL == "" {
		return nil, nil
	}
	from := secret.Source{File: c.KeyFile, Env: c.KeyEnv}
	text, err := from.Read(dir, "key")
	if err != nil {
		return nil, fmt.Errorf("links: %w", err)
	}
	var keys [][]byte
	for _, key := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r <= ' ' }) {
		if len(key) < minKey {
			return nil, fmt.Errorf("links: key %d of %s has %d characters, at least %d are needed: openssl rand -base64 32", len(keys)+1, from, len(key), minKey)
		}
		keys = append(keys, []byte(key))
	}
	if keys == nil {
		return nil, fmt.Errorf("links: %s holds no key", from)
	}
	return New(c.BaseURL, c.ValidFor, keys...), nil
}

// New returns links to a base URL, signed with the first key.
func New(base string, validFor time.Duration, keys ...[]byte) *Signer {
	return &Signer{strings.TrimRight(base, "/"), cmp.Or(validFor, DefaultValidFor), keys}
}

// URL of a link. It is valid from now on, until Expires if that is given.
func (l *Signer) URL(k Link, now time.Time) string {
	if k.Expires.IsZero() {
		k.Expires = now.Add(l.validFor)
	}
	q := url.Values{"do": {string(k.Action)}, "to": {k.To}, "x": {strconv.FormatInt(k.Expires.Unix(), 10)}}
	if k.Action == ToAnswer {
		q.Set("a", k.Alert)
		q.Set("r", strconv.FormatInt(k.Raised.Unix(), 10))
	}
	q.Set("s", base64.RawURLEncoding.EncodeToString(sign(l.keys[0], q)))
	return l.base + "/ack?" + q.Encode()
}

// linkFields are signed in this order.
var linkFields = []string{"do", "a", "to", "r", "x"}

// sign is the HMAC-SHA256 of a link's fields, each preceded by its length, so that
// no two links have the same bytes.
func sign(key []byte, q url.Values) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte("firstsign link 1\n"))
	for _, field := range linkFields {
		value := q.Get(field)
		h.Write(binary.BigEndian.AppendUint32(nil, uint32(len(value))))
		h.Write([]byte(value))
	}
	return h.Sum(nil)
}

// Open verifies the query of a link. With ErrExpired the link is returned too; with
// ErrForged it is not.
func (l *Signer) Open(q url.Values, now time.Time) (Link, error) {
	given, err := base64.RawURLEncoding.DecodeString(q.Get("s"))
	if err != nil || !l.signed(q, given) {
		return Link{}, ErrForged
	}
	raised, _ := strconv.ParseInt(q.Get("r"), 10, 64) // signed, so they parse
	expires, _ := strconv.ParseInt(q.Get("x"), 10, 64)
	k := Link{Action(q.Get("do")), q.Get("a"), q.Get("to"), time.Unix(raised, 0).UTC(), time.Unix(expires, 0).UTC()}
	if !now.Before(k.Expires) {
		return k, ErrExpired
	}
	return k, nil
}

// FormKey is a key for the forms of pages, which all instances with the same links share.
// It is nil without links.
func (l *Signer) FormKey() []byte {
	if l == nil {
		return nil
	}
	h := hmac.New(sha256.New, l.keys[0])
	h.Write([]byte("firstsign forms 1\n"))
	return h.Sum(nil)
}

// signed compares with all keys, in constant time.
func (l *Signer) signed(q url.Values, given []byte) bool {
	ok := false
	for _, key := range l.keys {
		ok = hmac.Equal(sign(key, q), given) || ok
	}
	return ok
}

// Validate notes all that is wrong with the configuration.
func (c *Config) Validate(note func(field, text string, args ...any)) {
	if *c == (Config{}) {
		return
	}
	u, err := url.Parse(c.BaseURL)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		note("links.base_url", "is %q; it is the address at which browsers reach the service, like https://firstsign.example.com", c.BaseURL)
	}
	if (c.KeyFile == "") == (c.KeyEnv == "") {
		note("links", "needs exactly one of key_file and key_env")
	}
	if c.ValidFor < 0 || c.ValidFor > maxValidFor {
		note("links.valid_for", "is %s; it must be at most %d days", c.ValidFor, maxValidFor/(24*time.Hour))
	}
}

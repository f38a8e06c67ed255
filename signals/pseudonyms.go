package signals

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"strings"
)

// Pseudonyms replaces the ids of persons by names that only who holds the key
// can make again: the first 80 bits of HMAC-SHA-256 of the id, in base32 behind
// "p.". The same id has the same pseudonym, and a pseudonym is its own. It is
// used by several goroutines at once. Nil replaces nothing.
type Pseudonyms struct{ key []byte }

// NewPseudonyms returns those of a key.
func NewPseudonyms(key []byte) *Pseudonyms { return &Pseudonyms{key} }

const (
	pseudonymMark = "p."
	pseudonymSize = len(pseudonymMark) + 16
)

var pseudonymCode = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// Of returns the pseudonym of an id.
func (p *Pseudonyms) Of(id string) string {
	if p == nil || id == "" || isPseudonym(id) {
		return id
	}
	return pseudonymMark + pseudonymCode.EncodeToString(p.sum(id)[:10])
}

// Hash names the key without telling it. Empty for nil.
func (p *Pseudonyms) Hash() string {
	if p == nil {
		return ""
	}
	return hex.EncodeToString(p.sum("")[:6])
}

func (p *Pseudonyms) sum(id string) []byte {
	h := hmac.New(sha256.New, p.key)
	h.Write([]byte(id))
	return h.Sum(nil)
}

// PseudonymCache remembers pseudonyms, so that an event costs a look-up only. It is
// used by one goroutine at a time. Nil replaces nothing.
type PseudonymCache struct {
	names *Pseudonyms
	known map[string][]byte
}

// NewPseudonymCache remembers those of names; nil for nil.
func NewPseudonymCache(names *Pseudonyms) *PseudonymCache {
	if names == nil {
		return nil
	}
	return &PseudonymCache{names, map[string][]byte{}}
}

// mostPseudonyms are remembered at once.
const mostPseudonyms = 1 << 16

// Of a contact, its pseudonym.
func (c *PseudonymCache) Of(contact []byte) []byte {
	if c == nil || len(contact) == 0 {
		return contact
	}
	if name, ok := c.known[string(contact)]; ok {
		return name
	}
	if len(c.known) >= mostPseudonyms {
		clear(c.known)
	}
	name := []byte(c.names.Of(string(contact)))
	c.known[string(contact)] = name
	return name
}

func isPseudonym(id string) bool {
	return len(id) == pseudonymSize && strings.HasPrefix(id, pseudonymMark) &&
		strings.Trim(id[len(pseudonymMark):], "abcdefghijklmnopqrstuvwxyz234567") == ""
}

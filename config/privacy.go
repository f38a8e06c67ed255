package config

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"firstsign/config/document"
	"firstsign/signals"
)

// Privacy says whether persons are known by their own ids. With a key they are
// known by pseudonyms: in the state, in findings and alerts, and in what load
// writes. Whoever holds the key and the id can make the pseudonym again; nobody
// else can tell the person. Another key makes other persons of all of them.
type Privacy struct {
	// ContactKeyFile holds the key, ContactKeyEnv names the variable that holds it.
	ContactKeyFile string `yaml:"contact_key_file"`
	ContactKeyEnv  string `yaml:"contact_key_env"`
}

// leastKey is what openssl rand -base64 24 prints.
const leastKey = 32

// pseudonyms reads the key; nil when there is none to be.
func (p *Privacy) pseudonyms(d *document.Document, dir string) *signals.Pseudonyms {
	if p.ContactKeyFile == "" && p.ContactKeyEnv == "" {
		return nil
	}
	if p.ContactKeyFile != "" && p.ContactKeyEnv != "" {
		d.Note("privacy", "needs only one of contact_key_file and contact_key_env")
		return nil
	}
	at, from := "privacy.contact_key_env", "environment variable "+p.ContactKeyEnv
	key := os.Getenv(p.ContactKeyEnv)
	if p.ContactKeyFile != "" {
		at, from = "privacy.contact_key_file", p.ContactKeyFile
		if !filepath.IsAbs(p.ContactKeyFile) {
			p.ContactKeyFile = filepath.Join(dir, p.ContactKeyFile)
		}
		text, err := os.ReadFile(p.ContactKeyFile)
		if err != nil {
			d.Note(at, "read the key: %s", err)
			return nil
		}
		key = string(text)
	}
	if key = strings.TrimSpace(key); len(key) < leastKey {
		d.Note(at, "%s holds %s, at least %d are needed: openssl rand -base64 32", from, characters(len(key)), leastKey)
		return nil
	}
	return signals.NewPseudonyms([]byte(key))
}

func characters(n int) string {
	if n == 0 {
		return "no key"
	}
	return fmt.Sprintf("a key of %d characters", n)
}

package config

import (
	"fmt"
	"strings"

	"firstsign/config/document"
	"firstsign/internal/secret"
	"firstsign/signals"
)

// Privacy says whether people are known by their own ids. With a key they have
// pseudonyms: in the state, in findings and alerts, and in what load writes. Only a
// person who has the key and the id can compute the pseudonym. A new key gives everybody
// a new pseudonym, so their history is lost.
type Privacy struct {
	// ContactKeyFile holds the key, ContactKeyEnv names the variable that holds it.
	ContactKeyFile string `yaml:"contact_key_file"`
	ContactKeyEnv  string `yaml:"contact_key_env"`
}

// leastKey is the length of what openssl rand -base64 24 prints.
const leastKey = 32

// pseudonyms reads the key. It returns nil when none is configured.
func (p *Privacy) pseudonyms(d *document.Document, dir string) *signals.Pseudonyms {
	key, at := keyText(d, dir, "privacy.contact_key", p.ContactKeyFile, p.ContactKeyEnv)
	if at == "" {
		return nil
	}
	if key = strings.TrimSpace(key); len(key) < leastKey {
		d.Note(at, "holds %s, at least %d are needed: openssl rand -base64 32", characters(len(key)), leastKey)
		return nil
	}
	return signals.NewPseudonyms([]byte(key))
}

// Control says who may write control records: ticks, loads, erasures, feedback. With
// keys, the service and its commands sign them. After the first signed record, a record
// without a good signature does not count (unsigned_control). Give the same keys to all
// instances and to the people who run commands.
type Control struct {
	// KeysFile holds the keys, one a line; KeysEnv names the variable that holds them.
	// The first one signs, all verify. To change keys, add the new one as the second,
	// then make it the first, then take the old one away.
	KeysFile string `yaml:"keys_file"`
	KeysEnv  string `yaml:"keys_env"`
}

// authority reads the keys. It returns nil when none are configured.
func (c *Control) authority(d *document.Document, dir string) *signals.Authority {
	text, at := keyText(d, dir, "control.keys", c.KeysFile, c.KeysEnv)
	if at == "" {
		return nil
	}
	var keys [][]byte
	for line := range strings.Lines(text) {
		key := strings.TrimSpace(line)
		if key == "" {
			continue
		}
		if len(key) < leastKey {
			d.Note(at, "holds %s, at least %d are needed: openssl rand -base64 32", characters(len(key)), leastKey)
			return nil
		}
		keys = append(keys, []byte(key))
	}
	if len(keys) == 0 {
		d.Note(at, "holds no key: openssl rand -base64 32")
	}
	return signals.NewAuthority(keys...)
}

// keyText reads a key from a file or a variable and names its source. Both are empty when
// neither is given or after a fault.
func keyText(d *document.Document, dir, name, file, env string) (text, at string) {
	switch {
	case file == "" && env == "":
		return "", ""
	case file != "" && env != "":
		section, key, _ := strings.Cut(name, ".")
		d.Note(section, "needs only one of %s_file and %[1]s_env", key)
		return "", ""
	case env != "":
		at = name + "_env"
	default:
		at = name + "_file"
	}
	text, err := secret.Source{File: file, Env: env}.Read(dir, "key")
	if err != nil {
		d.Note(at, "%s", err)
		return "", ""
	}
	return text, at
}

func characters(n int) string {
	if n == 0 {
		return "no key"
	}
	return fmt.Sprintf("a key of %d characters", n)
}

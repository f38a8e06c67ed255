package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A directory with a key knows persons by pseudonyms, and is another rule.
func TestPrivacy(t *testing.T) {
	key := strings.Repeat("k", 40)
	t.Setenv("CONTACT_KEY", key)
	write := func(dir, name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	load := func(service string) (*Config, error) {
		dir := t.TempDir()
		write(dir, serviceFile, service)
		write(dir, signalsFile, "signals: [{name: call, kind: count}]\n")
		write(dir, calendarFile, "timezone: UTC\n")
		write(dir, accountsCSVFile, "id,name,contacts\nacme,Acme,li-wei=Li Wei\n")
		write(dir, "secret", " "+key+"\n")
		write(dir, "short", "k3y")
		return Load(dir)
	}
	const kafka = "kafka: {brokers: [localhost:9092]}\n"
	plain, err := load(kafka)
	if err != nil {
		t.Fatal(err)
	}
	if plain.Pseudonyms != nil || plain.Accounts.Get("acme").Contacts[0].ID != "li-wei" {
		t.Errorf("without a key: %+v", plain.Accounts.Get("acme"))
	}
	for _, privacy := range []string{"privacy: {contact_key_file: secret}\n", "privacy: {contact_key_env: CONTACT_KEY}\n"} {
		c, err := load(kafka + privacy)
		if err != nil {
			t.Fatal(err)
		}
		person := c.Accounts.Get("acme").Contacts[0]
		if person.ID != c.Pseudonyms.Of("li-wei") || person.ID == "li-wei" || person.Name != "Li Wei" || !person.Key {
			t.Errorf("%s%+v", privacy, person)
		}
		if r := c.Rules(); r.Pseudonyms == nil || r.Hash == plain.Rules().Hash {
			t.Errorf("%s: rules %s, without %s", privacy, r.Hash, plain.Rules().Hash)
		}
	}
	for privacy, want := range map[string]string{
		"privacy: {contact_key_file: secret, contact_key_env: CONTACT_KEY}\n": "needs only one",
		"privacy: {contact_key_file: nowhere}\n":                              "service.yaml:2: privacy.contact_key_file: read the key",
		"privacy: {contact_key_file: short}\n":                                "a key of 3 characters",
		"privacy: {contact_key_env: NOT_SET_ANYWHERE}\n":                      "privacy.contact_key_env: read the key: the environment variable NOT_SET_ANYWHERE is not set",
		"privacy: {contact_key: abc}\n":                                       `unknown key "contact_key"`,
	} {
		if _, err := load(kafka + privacy); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want ...%s...", privacy, err, want)
		} else if strings.Contains(err.Error(), key) {
			t.Errorf("the error tells the key: %v", err)
		}
	}
}

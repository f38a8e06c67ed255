package config

import (
	"bytes"
	"os"
	"path/filepath"

	"firstsign/accounts"
)

// OpenAccounts reads a file of accounts: YAML when its name ends in .yaml or
// .yml, CSV otherwise.
func OpenAccounts(path string) (*accounts.Directory, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	switch filepath.Ext(path) {
	case ".yaml", ".yml":
		return readAccounts(text, path)
	}
	return accounts.ReadCSV(bytes.NewReader(text), path)
}

// accountEntry is an account as accounts.yaml gives it.
type accountEntry struct {
	ID       string            `yaml:"id"`
	Name     string            `yaml:"name"`
	Owner    string            `yaml:"owner"`
	Grade    accounts.Grade    `yaml:"grade"`
	Contacts map[string]string `yaml:"contacts"` // id: name
}

// accountsText is what accounts.yaml holds.
type accountsText struct {
	Accounts []accountEntry `yaml:"accounts"`
}

// readAccounts reads accounts.yaml: a list of accounts under "accounts".
func readAccounts(text []byte, name string) (*accounts.Directory, error) {
	var file accountsText
	d := &document{name: name}
	d.read(text, &file)
	roll := &accounts.Roll{File: name, Faults: d.faults}
	for i, e := range file.Accounts {
		a := accounts.Account{ID: e.ID, Name: e.Name, Owner: e.Owner, Grade: e.Grade}
		for id, name := range e.Contacts {
			a.Contacts = append(a.Contacts, accounts.Contact{ID: id, Name: name, Key: true})
		}
		roll.Add(d.lines[item("accounts", i)], a)
	}
	return roll.Directory()
}

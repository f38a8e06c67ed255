package config

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"

	"firstsign/accounts"
	"firstsign/config/document"
	"firstsign/internal/fault"
	"firstsign/internal/table"
)

// OpenAccounts reads a file of accounts: YAML when its name ends in .yaml or
// .yml, a table otherwise, whose encoding and sheet o names where they cannot be found
// out.
func OpenAccounts(path string, o table.Options) (*accounts.Directory, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	switch filepath.Ext(path) {
	case ".yaml", ".yml":
		return readAccounts(text, path)
	}
	builder := &accounts.Builder{Table: o}
	builder.ReadAccounts(text, path)
	return builder.Directory()
}

// Text that the file may give in more than one way; package accounts knows how.
type (
	amount string // 1200000, 1,200,000, 120万
	date   string // 2026-03-31
	digits string // a whole number
	grade  string
	rank   string
	role   string
	stance string
)

// accountEntry is an account as accounts.yaml gives it.
type accountEntry struct {
	ID             string                 `yaml:"id" json:"id,omitempty"`
	Name           string                 `yaml:"name" json:"name,omitempty"`
	Industry       string                 `yaml:"industry" json:"industry,omitempty"`
	Owner          string                 `yaml:"owner" json:"owner,omitempty"`
	StandIn        string                 `yaml:"stand_in" json:"stand_in,omitempty"`
	ProjectManager string                 `yaml:"project_manager" json:"project_manager,omitempty"`
	Expert         string                 `yaml:"expert" json:"expert,omitempty"`
	Superior       string                 `yaml:"superior" json:"superior,omitempty"`
	Team           string                 `yaml:"team" json:"team,omitempty"`
	Grade          grade                  `yaml:"grade" json:"grade,omitempty"`
	Potential      amount                 `yaml:"potential" json:"potential,omitempty"`
	Sales          amount                 `yaml:"sales" json:"sales,omitempty"`
	SalesBefore    amount                 `yaml:"sales_before" json:"sales_before,omitempty"`
	Margin         amount                 `yaml:"margin" json:"margin,omitempty"`
	CostToServe    amount                 `yaml:"cost_to_serve" json:"cost_to_serve,omitempty"`
	Complaints     digits                 `yaml:"complaints" json:"complaints,omitempty"`
	Renewal        date                   `yaml:"renewal" json:"renewal,omitempty"`
	Rank           rank                   `yaml:"rank" json:"rank,omitempty"`
	Stage          string                 `yaml:"stage" json:"stage,omitempty"`
	Proposals      digits                 `yaml:"proposals" json:"proposals,omitempty"`
	Contacts       map[string]personEntry `yaml:"contacts" json:"contacts,omitempty"` // by id
	Aliases        string                 `yaml:"aliases" json:"aliases,omitempty"`   // former ids, with semicolons between them
}

// personEntry is a contact: a mapping, or the name alone of a key person.
type personEntry struct {
	Name   string         `yaml:"name" json:"name,omitempty"`
	Role   role           `yaml:"role" json:"role,omitempty"`
	Power  digits         `yaml:"power" json:"power,omitempty"`
	Stance stance         `yaml:"stance" json:"stance,omitempty"`
	Key    document.YesNo `yaml:"key" json:"key,omitempty"`
}

var _ document.Shorthand = (*personEntry)(nil)

// FromWord implements document.Shorthand: a contact may be given by its name.
func (p *personEntry) FromWord(name string) { p.Name, p.Key = name, "yes" }

// accountsText is what accounts.yaml holds.
type accountsText struct {
	Accounts []accountEntry `yaml:"accounts"`
}

// readAccounts reads accounts.yaml: a list of accounts under "accounts".
func readAccounts(text []byte, name string) (*accounts.Directory, error) {
	return buildAccounts(text, name).Directory()
}

func buildAccounts(text []byte, name string) *accounts.Builder {
	var file accountsText
	d := &document.Document{Name: name}
	d.Read(text, &file)
	builder := &accounts.Builder{File: name, Faults: d.Faults}
	for i := range file.Accounts {
		at := document.Item("accounts", i)
		builder.Add(d.Lines[at], file.Accounts[i].account(builder, d, at))
	}
	return builder
}

// entryOf an account: the other way round.
func entryOf(a *accounts.Account) *accountEntry {
	e := &accountEntry{}
	document.Fields(reflect.ValueOf(e).Elem(), func(name string, field reflect.Value) {
		if field.Kind() == reflect.String {
			field.SetString(a.Text(name))
		}
	})
	for i := range a.Contacts {
		p := personEntry{}
		document.Fields(reflect.ValueOf(&p).Elem(), func(name string, field reflect.Value) { field.SetString(a.Contacts[i].Text(name)) })
		if e.Contacts == nil {
			e.Contacts = make(map[string]personEntry)
		}
		e.Contacts[a.Contacts[i].ID] = p
	}
	return e
}

// account turns an entry, that stands at a path, into an account.
func (e *accountEntry) account(builder *accounts.Builder, d *document.Document, at string) accounts.Account {
	var a accounts.Account
	texts(e, func(name, text string) { builder.Set(d.Lines[document.Join(at, name)], &a, name, text) })
	for id, p := range e.Contacts {
		c, at := accounts.Contact{ID: id}, document.Join(document.Join(at, "contacts"), id)
		texts(&p, func(name, text string) {
			builder.SetContact(max(d.Lines[document.Join(at, name)], d.Lines[at]), &c, name, text)
		})
		a.Contacts = append(a.Contacts, c)
	}
	slices.SortFunc(a.Contacts, func(x, y accounts.Contact) int {
		return d.Lines[document.Join(at, x.ID)] - d.Lines[document.Join(at, y.ID)]
	})
	return a
}

// texts yields the texts that an entry gives, by key.
func texts(entry any, yield func(name, text string)) {
	document.Fields(reflect.ValueOf(entry).Elem(), func(name string, field reflect.Value) {
		if field.Kind() == reflect.String && field.Len() > 0 {
			yield(name, field.String())
		}
	})
}

// accounts reads who the accounts are: from accounts.yaml, or accounts.csv with or without
// contacts.csv beside it, and which former ids they have. Nil when there is none of
// them.
func (f *files) accounts() (*accounts.Directory, *accounts.Aliases, fault.List) {
	inCSV, isCSV := f.texts[accountsCSVFile]
	inYAML, isYAML := f.texts[accountsYAMLFile]
	people, arePeople := f.texts[contactsCSVFile]
	builder := new(accounts.Builder)
	switch {
	case isCSV && isYAML:
		text := fmt.Sprintf("%s is there as well: keep one of them", accountsCSVFile)
		return nil, nil, fault.List{{File: f.path(accountsYAMLFile), Text: text}}
	case arePeople && !isCSV:
		text := fmt.Sprintf("belongs to %s, which is not there; %s holds the contacts itself", accountsCSVFile, accountsYAMLFile)
		return nil, nil, fault.List{{File: f.path(contactsCSVFile), Text: text}}
	case isCSV:
		builder.ReadAccounts(inCSV, f.path(accountsCSVFile))
		if arePeople {
			builder.ReadContacts(people, f.path(contactsCSVFile))
		}
	case isYAML:
		builder = buildAccounts(inYAML, f.path(accountsYAMLFile))
	}
	if isCSV {
		builder.File = f.path(accountsCSVFile) // contacts.csv was the last
	}
	if former, there := f.texts[aliasesFile]; there {
		builder.ReadAliases(former, f.path(aliasesFile))
	}
	directory, err := builder.Directory()
	if !isCSV && !isYAML {
		directory = nil
	}
	wrong, _ := errors.AsType[fault.List](err) // a file in memory cannot fail otherwise
	return directory, builder.Aliases(), wrong
}

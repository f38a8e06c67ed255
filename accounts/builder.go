package accounts

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"firstsign/internal/fault"
	"firstsign/internal/identity"
	"firstsign/internal/notation"
	"firstsign/internal/table"
)

// MaxID is the longest id of an account or a contact, in bytes.
const MaxID = 256

// Builder takes the accounts of one or two files and notes all that is wrong with
// them.
type Builder struct {
	File   string
	Faults fault.List
	// Table names the encoding and the sheet of the file that is read next, where they
	// cannot be found out.
	Table table.Options

	list     []Account
	at       map[string]entry  // by id
	units    map[string]string // powers of ten of the columns that carry one
	columns  columns
	currency string // the one that the file names
	strange  int    // contacts of unknown accounts
	broken   bool   // the accounts could not be read: who is unknown cannot be said
	aliases  map[string]formerID
}

// entry is where an account was given first.
type entry struct {
	line  int
	index int // in the list; -1 when the row was too broken
}

// Note adds a fault.
func (r *Builder) Note(line int, format string, args ...any) {
	r.Faults = append(r.Faults, fault.Fault{File: r.File, Line: line, Text: fmt.Sprintf(format, args...)})
}

// Set fills a field of an account from its text. Empty text leaves it as it is.
func (r *Builder) Set(line int, a *Account, name, text string) {
	fill(r, line, accountFields, a, name, text)
}

// SetContact fills a field of a contact from its text: any of ContactFields
// but account.
func (r *Builder) SetContact(line int, c *Contact, name, text string) {
	p := person{Contact: *c}
	fill(r, line, contactFields, &p, name, text)
	if *c = p.Contact; name == "key" {
		c.Key = p.key == "yes"
	}
}

func fill[T any](r *Builder, line int, fields []field[T], into *T, name, text string) {
	if text == "" {
		return
	}
	for i := range fields {
		if fields[i].Name == name {
			if fault := fields[i].set(r, into, text); fault != "" {
				r.Note(line, "%s %s", name, fault)
			}
			return
		}
	}
	panic("accounts: no field is called " + name)
}

// Add takes an account that begins on a line.
func (r *Builder) Add(line int, a Account) {
	a.ID = identity.CleanString(a.ID)
	for i := range a.Contacts {
		a.Contacts[i].ID = identity.CleanString(a.Contacts[i].ID)
	}
	if fault := idFault(a.ID); fault != "" {
		r.Note(line, "id %s", fault)
	} else if first, ok := r.at[a.ID]; ok {
		r.Note(line, "account %q is already on line %d", a.ID, first.line)
	} else {
		r.place(a.ID, entry{line, len(r.list)})
	}
	if a.StandIn != "" && a.StandIn == a.Owner {
		r.Note(line, "stand_in is the owner: name somebody else, or nobody")
	}
	seen := make(map[string]bool, len(a.Contacts))
	for _, c := range a.Contacts {
		if fault := idFault(c.ID); fault != "" {
			r.Note(line, "contact's id %s", fault)
		} else if seen[c.ID] {
			r.Note(line, "contact %q is given twice", c.ID)
		}
		seen[c.ID] = true
		if hasControl(c.Name) {
			r.Note(line, "name of contact %q holds a control character", c.ID)
		}
	}
	for _, old := range a.Aliases {
		r.addAlias(place{r.File, line}, old, a.ID)
	}
	r.list = append(r.list, a)
}

func (r *Builder) place(id string, e entry) {
	if r.at == nil {
		r.at = make(map[string]entry)
	}
	r.at[id] = e
}

// Directory returns the accounts, or Faults.
func (r *Builder) Directory() (*Directory, error) {
	r.Aliases()
	list, err := r.Accounts()
	if err != nil {
		return nil, err
	}
	d := NewDirectory(list)
	d.currency = r.currency
	return d, nil
}

// Accounts returns them as they were given, or Faults.
func (r *Builder) Accounts() ([]Account, error) {
	if err := r.Faults.Err(); err != nil {
		return nil, err
	}
	return r.list, nil
}

// money reads an amount. A file is of one currency: sums of two mean nothing.
func (r *Builder) money(name, text string) (float64, string) {
	if unknown(text) {
		return 0, ""
	}
	v, currency, err := r.columns.amount(name, text, r.units[name])
	switch {
	case strings.HasSuffix(text, "%") || strings.HasSuffix(text, "％"):
		return 0, fmt.Sprintf("%q is a part of something: an amount of money a year is wanted", text)
	case errors.Is(err, notation.ErrAmbiguous):
		could, _, _ := strings.Cut(err.Error(), "; give --decimal")
		return 0, could + ": write it without a sign between thousands"
	case err != nil && r.units[name] != "":
		return 0, fmt.Sprintf("%q is no number: its column names the unit already", text)
	case err != nil:
		return 0, fmt.Sprintf("%q is no amount of money: %s", text, asMoney)
	}
	return v, r.isOf(currency)
}

// isOf notes the currency of the file, and finds fault with another one.
func (r *Builder) isOf(currency string) (fault string) {
	if r.currency == "" {
		r.currency = currency
	}
	if currency != "" && currency != r.currency {
		return fmt.Sprintf("is in %s and others are in %s: amounts of one currency are wanted", currency, r.currency)
	}
	return ""
}

// idFault says what is wrong with an id, empty when nothing is.
func idFault(id string) string {
	switch {
	case id == "":
		return "is empty"
	case len(id) > MaxID:
		return fmt.Sprintf("is longer than %d bytes", MaxID)
	case !utf8.ValidString(id):
		return fmt.Sprintf("%q is not UTF-8", id)
	case hasControl(id):
		return fmt.Sprintf("%q holds a control character", id)
	case identity.IsShortened(id):
		return fmt.Sprintf("%q was shortened by a spreadsheet, and may stand for several: format the column as text there, and save it again", id)
	case strings.TrimSpace(id) != id:
		return fmt.Sprintf("%q begins or ends with a space", id)
	}
	return ""
}

// hasControl also finds the invisible characters that spreadsheets and web
// pages leave behind: with one of them an id never equals the one of the events.
func hasControl(s string) bool {
	return strings.ContainsFunc(s, func(c rune) bool {
		return unicode.IsControl(c) || c == '\ufeff' || c == '\u200b' || c == '\u2028' || c == '\u2029'
	})
}

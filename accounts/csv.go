package accounts

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"firstsign/internal/fault"
)

// ReadCSV reads accounts from CSV whose first line names the columns: id, and
// any of the other Fields, in any order, in English or Chinese. Contacts are
// written as id=name pairs with semicolons between them: "li-wei=Li Wei;zhang=张".
// The file is UTF-8, with or without a byte order mark. The error is Faults
// (of the file called name) or an error of r.
func ReadCSV(r io.Reader, name string) (*Directory, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	roll := &Builder{}
	roll.ReadAccounts(text, name)
	return roll.Directory()
}

// ReadAccounts takes the accounts of accounts.csv.
func (r *Builder) ReadAccounts(text []byte, name string) {
	r.File = name
	good := rows(r, text, accountFields, func(line int, columns []*field[Account], row []string) {
		var a Account
		for i, f := range columns {
			if f != nil {
				fill(r, line, accountFields, &a, f.name, strings.TrimSpace(row[i]))
			}
		}
		r.Add(line, a)
	})
	r.broken = !good
}

// ReadContacts takes the people of contacts.csv, who belong to accounts that
// were read before. Who stands in both files is one person: a key one, by the
// column of accounts.csv, with what contacts.csv adds.
func (r *Builder) ReadContacts(text []byte, name string) {
	accountsFile := r.File
	r.File = name
	first := map[[2]string]int{} // the line of each account's person
	rows(r, text, contactFields, func(line int, columns []*field[person], row []string) {
		var p person
		for i, f := range columns {
			if f != nil {
				fill(r, line, contactFields, &p, f.name, strings.TrimSpace(row[i]))
			}
		}
		key := [2]string{p.account, p.ID}
		at, known := r.at[p.account]
		switch fault := idFault(p.ID); {
		case p.account == "":
			r.Note(line, "account is empty")
		case fault != "":
			r.Note(line, "id %s", fault)
		case first[key] > 0:
			r.Note(line, "contact %q of account %q is already on line %d", p.ID, p.account, first[key])
		case !known && !r.broken:
			r.Note(line, "account %q is not in %s%s", p.account, accountsFile, r.nearest(p.account))
		case known && at.index >= 0:
			if !r.list[at.index].meet(p) {
				r.Note(line, "contact %q is a key person by line %d of %s, and is not by this one", p.ID, at.line, accountsFile)
			}
		}
		if first[key] == 0 {
			first[key] = line
		}
	})
}

// meet adds a person, or what is said of one that is there already. False means
// that the two contradict each other.
func (a *Account) meet(p person) bool {
	p.Key = p.key == "yes"
	for i := range a.Contacts {
		if c := &a.Contacts[i]; c.ID == p.ID {
			if p.Name == "" {
				p.Name = c.Name
			}
			p.Key = p.Key || c.Key
			*c = p.Contact
			return p.key != "no" || !p.Key
		}
	}
	a.Contacts = append(a.Contacts, p.Contact)
	return true
}

// nearest names the account that was most likely meant. Only for the first
// few: a file with other ids altogether must not take minutes.
func (r *Builder) nearest(id string) string {
	if r.strange++; r.strange > 20 {
		return ""
	}
	known := make([]string, len(r.list))
	for i := range r.list {
		known[i] = r.list[i].ID
	}
	slices.Sort(known)
	return fault.DidYouMean(id, known)
}

// rows reads a sheet whose first line names the columns, and hands over each
// line that has as many fields. False means that the sheet makes no sense.
func rows[T any](r *Builder, text []byte, fields []field[T], yield func(line int, columns []*field[T], row []string)) bool {
	if line, fault := encodingFault(text, r.File); fault != "" {
		r.Note(line, "%s", fault)
		return false
	}
	in := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(text, []byte("\ufeff"))))
	in.FieldsPerRecord = -1 // counted below, to go on after a problem
	in.ReuseRecord = true   // its strings are new with every record, and may be kept
	columns := header(r, in, fields)
	if columns == nil {
		return false
	}
	for {
		row, err := in.Read()
		if err == io.EOF {
			return true
		}
		if bad := (*csv.ParseError)(nil); errors.As(err, &bad) {
			r.Note(bad.StartLine, "%v", bad.Err)
			continue
		}
		line, _ := in.FieldPos(0)
		switch {
		case len(row) == len(columns):
			if strings.Join(row, "") != "" { // else an empty line of a spreadsheet
				yield(line, columns, row)
			}
		case len(row) > 1 || strings.TrimSpace(row[0]) != "":
			r.Note(line, "%d fields where the first line names %d columns", len(row), len(columns))
			r.remember(line, columns[0] != nil && columns[0].name == "id", row[0])
		}
	}
}

// remember the id of a row that was too broken to be taken: its people are not
// those of an unknown account.
func (r *Builder) remember(line int, isID bool, id string) {
	if _, ok := r.at[id]; isID && !ok {
		r.place(id, entry{line, -1})
	}
}

// header reads the names of the columns, nil when the rest makes no sense
// without them. A column with a fault is nil: its cells are not judged.
func header[T any](r *Builder, in *csv.Reader, fields []field[T]) []*field[T] {
	row, err := in.Read()
	if err == io.EOF {
		r.Note(1, "the file is empty; the first line names the columns: %s", strings.Join(names(fields), ","))
		return nil
	}
	if bad := (*csv.ParseError)(nil); errors.As(err, &bad) {
		r.Note(bad.StartLine, "%v", bad.Err)
		return nil
	}
	line, _ := in.FieldPos(0)
	if len(row) == 1 && strings.ContainsAny(row[0], ";\t，；") {
		r.Note(line, "the columns are not separated by commas: save the file with commas between them")
		return nil
	}
	columns := make([]*field[T], len(row))
	given := map[string]bool{}
	for i, c := range row {
		f := r.column(line, c, spellings(fields))
		if f >= 0 && given[fields[f].name] {
			r.Note(line, "column %q is given twice", fields[f].name)
		} else if f >= 0 {
			columns[i], given[fields[f].name] = &fields[f], true
		}
	}
	for _, need := range fields[:2] {
		if (need.name == "id" || need.name == "account") && !given[need.name] {
			r.Note(line, "there is no column %q", need.name)
			columns = nil
		}
	}
	return columns
}

// column finds the field that the head of a column names; -1 when there is none.
func (r *Builder) column(line int, head string, set []spelling) int {
	head = strings.TrimSpace(head)
	i := find(head, set)
	if i >= 0 {
		return i
	}
	name, currency, power, ok := unitOf(head)
	if i = find(name, set); i < 0 || !ok || !isMoney(set[i].name) {
		r.Note(line, "unknown column %q%s; the columns are %s", head, fault.DidYouMean(plain(head), words(set)), list(set))
		return -1
	}
	if fault := r.isOf(currency); fault != "" {
		r.Note(line, "column %q %s", head, fault)
	}
	if power != "" {
		if r.units == nil {
			r.units = make(map[string]string)
		}
		r.units[set[i].name] = power
	}
	return i
}

// setContacts reads the shorthand for key persons.
func setContacts(_ *Builder, a *Account, field string) string {
	if strings.ContainsAny(field, "；＝") {
		return fmt.Sprintf("%q: write the half-width signs ; and = between them", field)
	}
	for part := range strings.SplitSeq(field, ";") {
		if part = strings.TrimSpace(part); part == "" {
			continue // a semicolon at the end
		}
		id, name, _ := strings.Cut(part, "=")
		a.Contacts = append(a.Contacts, Contact{ID: strings.TrimSpace(id), Name: strings.TrimSpace(name), Key: true})
	}
	return ""
}

func keyContacts(a *Account) string {
	var people []string
	for _, p := range a.Contacts {
		if p.Key {
			people = append(people, p.ID+"="+p.Name)
		}
	}
	return strings.Join(people, ";")
}

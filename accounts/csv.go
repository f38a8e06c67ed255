package accounts

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"firstsign/internal/fault"
	"firstsign/internal/notation/number"
	"firstsign/internal/spelling"
	"firstsign/internal/table"
)

// ReadCSV reads accounts from a table with a line that names the columns: id, and
// any of the other Fields, in any order, in English or Chinese. Contacts are
// written as id=name pairs with semicolons between them: "li-wei=Li Wei;zhang=张".
// Package table tells which files are read. The error is Faults (of the file
// called name) or an error of r.
func ReadCSV(r io.Reader, name string) (*Directory, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	builder := &Builder{}
	builder.ReadAccounts(text, name)
	return builder.Directory()
}

// ReadAccounts takes the accounts of accounts.csv.
func (r *Builder) ReadAccounts(text []byte, name string) {
	r.File = name
	r.columns.survey(text, name, r.Table)
	good := rows(r, text, accountFields, func(line int, columns []*field[Account], row []string) {
		var a Account
		for i, f := range columns {
			if f != nil {
				fill(r, line, accountFields, &a, f.Name, strings.TrimSpace(row[i]))
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
				fill(r, line, contactFields, &p, f.Name, strings.TrimSpace(row[i]))
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

// rows reads a sheet in which a line names the columns, and hands over each line
// below it. False means that the sheet makes no sense.
func rows[T any](r *Builder, text []byte, fields []field[T], yield func(line int, columns []*field[T], row []string)) bool {
	o := r.Table
	o.IsHeader = func(cells []string) bool { return isHeader(fields, cells) }
	in, err := table.Open(bytes.NewReader(text), o)
	if err != nil {
		r.noteSheet(err, names(fields))
		return false
	}
	defer in.Close() // it was only read
	shape := in.Shape()
	columns := header(r, shape.HeaderLine, in.Header(), fields)
	noteUnit(r, shape, columns)
	for columns != nil {
		row, err := in.Next()
		if err == io.EOF {
			break
		}
		if bad, ok := errors.AsType[*table.RowError](err); ok {
			r.Note(bad.Line, "%s", bad.Text)
			if len(row.Cells) > 0 {
				r.remember(row.Line, columns[0] != nil && columns[0].Name == "id", row.Cells[0])
			}
			continue
		}
		if err != nil {
			r.noteSheet(err, nil)
			return false
		}
		yield(row.Line, columns, row.Cells)
	}
	if shape.EncodingBy == table.Guessed { // names would be wrong, and nobody might see it
		r.Note(0, "%s", shape.Warnings[0].Text)
	}
	for _, line := range shape.Totals.First {
		r.Note(line, "the row is a total of others and no account: take it out")
	}
	return columns != nil
}

// noteUnit refuses a unit such as 单位：万元 in a line above the header: which columns it is
// of must be said in their names.
func noteUnit[T any](r *Builder, shape *table.Shape, columns []*field[T]) {
	if len(r.units) > 0 || !slices.ContainsFunc(columns, func(f *field[T]) bool { return f != nil && isMoney(f.Name) }) {
		return
	}
	for _, title := range shape.Titles {
		if h, ok := number.HeadingOf(title); ok {
			r.Note(shape.HeaderLine, "a line above the names of the columns says %q: write the unit into the names of the columns that are in it, as in sales (%s)", title, h.Unit)
			return
		}
	}
}

// noteSheet says why a sheet cannot be read at all.
func (r *Builder) noteSheet(err error, names []string) {
	bad, ok := errors.AsType[*table.RowError](err)
	switch {
	case errors.Is(err, table.ErrEmpty):
		r.Note(1, "the file is empty; the first line names the columns: %s", strings.Join(names, ","))
	case ok:
		r.Note(bad.Line, "%s", bad.Text)
	default:
		r.Note(0, "%v", err)
	}
}

// isHeader recognises the line that names the columns below titles: it has the
// column without which there is no row, and half of its names are known.
func isHeader[T any](fields []field[T], cells []string) bool {
	set, known, given, required := spellings(fields), 0, 0, false
	for _, cell := range cells {
		head := strings.TrimSpace(cell)
		if head == "" {
			continue
		}
		given++
		i := set.Find(head)
		if i < 0 {
			name, _, _, _ := unitOf(head)
			i = set.Find(name)
		}
		if i >= 0 {
			known++
			required = required || fields[i].Name == "id" || fields[i].Name == "account"
		}
	}
	return required && 2*known >= given
}

// remember the id of a row that was too broken to be taken: its people are not
// those of an unknown account.
func (r *Builder) remember(line int, isID bool, id string) {
	if _, ok := r.at[id]; isID && !ok {
		r.place(id, entry{line, -1})
	}
}

// header finds the columns by their names, nil when the rest makes no sense
// without them. A column with a fault is nil: its cells are not judged.
func header[T any](r *Builder, line int, row []string, fields []field[T]) []*field[T] {
	columns := make([]*field[T], len(row))
	given := map[string]bool{}
	for i, c := range row {
		f := r.column(line, c, spellings(fields))
		if f >= 0 && given[fields[f].Name] {
			r.Note(line, "column %q is given twice", fields[f].Name)
		} else if f >= 0 {
			columns[i], given[fields[f].Name] = &fields[f], true
		}
	}
	for _, need := range fields[:2] {
		if (need.Name == "id" || need.Name == "account") && !given[need.Name] {
			r.Note(line, "there is no column %q", need.Name)
			columns = nil
		}
	}
	return columns
}

// column finds the field that the head of a column names; -1 when there is none.
func (r *Builder) column(line int, head string, set spelling.Set) int {
	head = strings.TrimSpace(head)
	i := set.Find(head)
	if i >= 0 {
		return i
	}
	name, currency, power, ok := unitOf(head)
	if i = set.Find(name); i < 0 || !ok || !isMoney(set[i].Name) {
		r.Note(line, "unknown column %q%s; the columns are %s", head, set.DidYouMean(head), set)
		return -1
	}
	if fault := r.isOf(currency); fault != "" {
		r.Note(line, "column %q %s", head, fault)
	}
	if power != "" {
		if r.units == nil {
			r.units = make(map[string]string)
		}
		r.units[set[i].Name] = power
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

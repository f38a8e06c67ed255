package accounts

import (
	"io"
	"slices"

	"firstsign/internal/shown"
)

// always are the columns that a written file has in any case.
var always = []string{"id", "name", "owner", "grade", "contacts"}

// WriteCSV writes accounts as ReadCSV reads them, with the columns that any of
// them fills. Of contacts it writes the key persons' ids and names; names with
// a semicolon or an equals sign lose what follows it. The others, and what else
// is known of a person, are for WriteContactsCSV.
func WriteCSV(w io.Writer, list []Account) error {
	var columns []*field[Account]
	for i := range accountFields {
		f := &accountFields[i]
		if slices.Contains(always, f.Name) || slices.ContainsFunc(list, func(a Account) bool { return f.get(&a) != "" }) {
			columns = append(columns, f)
		}
	}
	return write(w, columns, func(yield func(*Account)) {
		for i := range list {
			yield(&list[i])
		}
	})
}

// WriteContactsCSV writes the people of accounts as ReadContacts reads them.
func WriteContactsCSV(w io.Writer, list []Account) error {
	columns := make([]*field[person], len(contactFields))
	for i := range contactFields {
		columns[i] = &contactFields[i]
	}
	return write(w, columns, func(yield func(*person)) {
		for i := range list {
			for _, c := range list[i].Contacts {
				yield(personOf(list[i].ID, &c))
			}
		}
	})
}

func write[T any](w io.Writer, columns []*field[T], all func(yield func(*T))) error {
	out := shown.NewCSV(w)
	row := make([]string, len(columns))
	for i, f := range columns {
		row[i] = f.Name
	}
	err := out.Write(row)
	all(func(one *T) {
		for i, f := range columns {
			row[i] = f.get(one)
		}
		if err == nil {
			err = out.Write(row)
		}
	})
	out.Flush()
	if err == nil {
		err = out.Error()
	}
	return err
}

// Text of a field, as a file gives it; empty when nothing is known. The grade is
// the file's own.
func (a *Account) Text(name string) string {
	if name == "grade" {
		return string(a.given)
	}
	return textOf(accountFields, a, name)
}

// Text of a field, any of ContactFields but account.
func (c *Contact) Text(name string) string { return textOf(contactFields, personOf("", c), name) }

func textOf[T any](fields []field[T], of *T, name string) string {
	for i := range fields {
		if fields[i].Name == name {
			return fields[i].get(of)
		}
	}
	panic("accounts: no field is called " + name)
}

// personOf a contact, as a sheet has it.
func personOf(account string, c *Contact) *person {
	p := &person{Contact: *c, account: account, key: "no"}
	if c.Key {
		p.key = "yes"
	}
	return p
}

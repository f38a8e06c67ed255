package accounts

import (
	"encoding/csv"
	"io"
	"strings"
)

// WriteCSV writes accounts as ReadCSV reads them. Names with a semicolon or an
// equals sign lose what follows it in a contact; simulated ones have none.
func WriteCSV(w io.Writer, list []Account) error {
	c := csv.NewWriter(w)
	if err := c.Write(Fields); err != nil {
		return err
	}
	for _, a := range list {
		contacts := make([]string, len(a.Contacts))
		for i, p := range a.Contacts {
			contacts[i] = p.ID + "=" + p.Name
		}
		if err := c.Write([]string{a.ID, a.Name, a.Owner, string(a.Grade), strings.Join(contacts, ";")}); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}

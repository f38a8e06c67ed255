package accounts

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"

	"firstsign/internal/shown"
)

// Regrade writes a sheet of accounts, that ReadCSV takes, with the grades of a
// directory. Nothing else of it changes but the quotes around cells; where a
// column of grades is missing, it is the new last one. The grades are in the
// language of their column.
func Regrade(w io.Writer, text []byte, d *Directory) error {
	bare := bytes.TrimPrefix(text, []byte("\ufeff"))
	in := csv.NewReader(bytes.NewReader(bare))
	in.FieldsPerRecord = -1
	rows, err := in.ReadAll()
	if err != nil {
		return fmt.Errorf("read the sheet to grade: %w", err)
	}
	if len(bare) < len(text) {
		if _, err := io.WriteString(w, "\ufeff"); err != nil {
			return err
		}
	}
	out := shown.NewCSV(w)
	out.UseCRLF = bytes.Contains(text, []byte("\r\n"))
	id, grade := -1, -1
	for i, row := range rows {
		for j := range row {
			row[j] = shown.Value(row[j])
		}
		if i == 0 {
			id, grade = columnOf(row, "id"), columnOf(row, "grade")
			if grade < 0 {
				grade = len(row)
				row = append(row, "grade")
			}
			rows[0] = row
		} else if a := d.Get(at(row, id)); a != nil {
			for len(row) <= grade {
				row = append(row, "")
			}
			if a.Regraded() {
				row[grade] = spelled(a.Grade, rows[0][grade])
			}
		}
		if err := out.Write(row); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func columnOf(head []string, name string) int {
	return slices.IndexFunc(head, func(c string) bool {
		i := spellings(accountFields).Find(c)
		return i >= 0 && accountFields[i].Name == name
	})
}

func at(row []string, i int) string {
	if i < 0 || i >= len(row) {
		return ""
	}
	return strings.TrimSpace(row[i])
}

// spelled is a grade in the language of its column.
func spelled(g Grade, column string) string {
	if !strings.ContainsFunc(column, func(c rune) bool { return unicode.Is(unicode.Han, c) }) {
		return string(g)
	}
	i := grades.Find(string(g))
	return grades[i].Also[0]
}

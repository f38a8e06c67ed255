package accounts

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxID is the longest id of an account or a contact, in bytes.
const MaxID = 256

// Fields are the fields of an account in a file.
var Fields = []string{"id", "name", "owner", "grade", "contacts"}

// Roll takes the accounts of one file and notes all that is wrong with them.
type Roll struct {
	File   string
	Faults Faults

	list  []Account
	lines map[string]int // where an id was given first
}

// Note adds a fault.
func (r *Roll) Note(line int, format string, args ...any) {
	r.Faults = append(r.Faults, Fault{r.File, line, fmt.Sprintf(format, args...)})
}

// Add takes an account that stands on a line.
func (r *Roll) Add(line int, a Account) {
	if r.lines == nil {
		r.lines = make(map[string]int)
	}
	if fault := idFault(a.ID); fault != "" {
		r.Note(line, "id %s", fault)
	} else if first, ok := r.lines[a.ID]; ok {
		r.Note(line, "account %q is already on line %d", a.ID, first)
	} else {
		r.lines[a.ID] = line
	}
	if a.Grade != "" && !slices.Contains(Grades, a.Grade) {
		r.Note(line, "grade %q is none of %s%s", a.Grade, listGrades(), DidYouMean(string(a.Grade), gradeNames()))
	}
	if hasControl(a.Name) {
		r.Note(line, "name holds a control character")
	}
	if hasControl(a.Owner) {
		r.Note(line, "owner holds a control character")
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
	r.list = append(r.list, a)
}

// Directory returns the accounts, or Faults.
func (r *Roll) Directory() (*Directory, error) {
	if err := r.Faults.Err(); err != nil {
		return nil, err
	}
	return NewDirectory(r.list), nil
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

func gradeNames() []string {
	names := make([]string, len(Grades))
	for i, g := range Grades {
		names[i] = string(g)
	}
	return names
}

func listGrades() string { return strings.Join(gradeNames(), ", ") }

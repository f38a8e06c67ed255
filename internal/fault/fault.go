package fault

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Fault is one thing that is wrong with a file that a person wrote.
type Fault struct {
	File string
	Line int // from 1; 0 when it is about the file as a whole
	// Column from 1, where something longer stands on the line; 0 elsewhere.
	Column int
	Text   string
}

// String is file, line and text, as compilers write them: "accounts.csv:7: ...".
func (f Fault) String() string {
	if f.Line == 0 {
		return f.File + ": " + f.Text
	}
	if f.Column == 0 {
		return fmt.Sprintf("%s:%d: %s", f.File, f.Line, f.Text)
	}
	return fmt.Sprintf("%s:%d:%d: %s", f.File, f.Line, f.Column, f.Text)
}

// List are all that is wrong, as an error. Nil means that nothing is.
type List []Fault

// Error implements error: one fault a line.
func (fs List) Error() string {
	lines := make([]string, len(fs))
	for i, f := range fs {
		lines[i] = f.String()
	}
	return strings.Join(lines, "\n")
}

// Brief is the error of the first n faults, and how many more there are: one
// slip of a program that writes a sheet is in all of its lines.
func (fs List) Brief(n int) string {
	if len(fs) <= n {
		return fs.Error()
	}
	return fmt.Sprintf("%s\n... and %d more", fs[:n].Error(), len(fs)-n)
}

// Err is nil when there are no faults, and the faults by file and line
// otherwise.
func (fs List) Err() error {
	if len(fs) == 0 {
		return nil
	}
	slices.SortStableFunc(fs, func(a, b Fault) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column), cmp.Compare(a.Text, b.Text))
	})
	return fs
}

// DidYouMean returns ` (did you mean "x"?)` with the known word that a
// mistyped one most likely meant, empty when none is near.
func DidYouMean(word string, known []string) string {
	letters := []rune(strings.ToLower(word))
	best, least := "", min(3, 1+len(letters)/3) // about one slip in three letters
	for _, k := range known {
		if d := distance(letters, []rune(strings.ToLower(k))); d <= least && (best == "" || d < least) {
			best, least = k, d
		}
	}
	if best == "" || word == "" {
		return ""
	}
	return fmt.Sprintf(" (did you mean %q?)", best)
}

// distance is the number of letters to insert, delete, replace or swap with
// their neighbour that turn one word into the other (optimal string alignment).
func distance(a, b []rune) int {
	if max(len(a), len(b)) > 64 {
		return 64 // nobody mistypes a word as long as this
	}
	before, above, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range above {
		above[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(above[j]+1, row[j-1]+1, above[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, above, row = above, row, before
	}
	return above[len(b)]
}

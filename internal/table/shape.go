package table

import (
	"fmt"
	"strings"
)

// Shape is what was found out about a file while it was opened and read. Counts
// are complete once the reader has returned io.EOF.
type Shape struct {
	Format string // CSV, XLSX, JSON lines or JSON array
	Packed string // gzip, zip, zstd, or empty
	Member string // name of the file inside a zip

	Encoding   string         // UTF-8, GB18030, Big5 ...
	EncodingBy EncodingSource // how sure that is

	Delimiter rune // 0 for a workbook
	SepLine   bool // the first line said sep=;

	Sheet       string   // of a workbook
	OtherSheets []string // those that were not read

	TitleLines int      // rows above the header that were passed over
	Titles     []string // the first cells of those rows
	HeaderLine int      // line of the header, 0 when the file has none
	Columns    []string // names in the header, without spaces around them

	Rows   int   // rows that were handed out
	Totals Lines // rows such as "Total" that were left out

	Warnings []Warning // what a person should know; at most maxWarnings
}

// EncodingSource says why an encoding was taken.
type EncodingSource string

// From certain to uncertain.
const (
	ByMark  EncodingSource = "byte order mark"
	ByName  EncodingSource = "named"
	Valid   EncodingSource = "valid"   // every byte so far is valid UTF-8
	Likely  EncodingSource = "likely"  // the only encoding that makes sense of the bytes
	Guessed EncodingSource = "guessed" // another one would do nearly as well
)

// Lines are a count of lines and the numbers of the first of them.
type Lines struct {
	Count int
	First []int
}

func (l *Lines) add(line int) {
	if l.Count++; len(l.First) < 5 {
		l.First = append(l.First, line)
	}
}

// Warning is something that was taken for granted, or that looks odd.
type Warning struct {
	Line  int // 0: about the file as a whole
	Kind  WarningKind
	Other string // of OtherEncoding: the encoding that it could be as well
	// Column, Rows and Example say what it is about, where it is about a column.
	Column  string
	Rows    int
	Example string
	Text    string
}

// WarningKind is what a Warning is about, for whoever says it in another language.
type WarningKind string

// The kinds of warnings.
const (
	MoreSheets    WarningKind = "more sheets"    // than the one that was read
	OtherEncoding WarningKind = "other encoding" // would do nearly as well
	MorePages     WarningKind = "more pages"     // follow, as the file says
	NotHappened   WarningKind = "not happened"   // rows that say so, such as "cancelled"
	Since1904     WarningKind = "since 1904"     // may be what day numbers count from
	UnitOfTitle   WarningKind = "unit of title"  // a line above the header names a unit
)

const maxWarnings = 20

// Warn adds what a person should know.
func (s *Shape) Warn(w Warning) {
	if len(s.Warnings) < maxWarnings {
		s.Warnings = append(s.Warnings, w)
	}
}

// addTitle keeps the cells of a row above the header.
func (s *Shape) addTitle(cells []string) {
	const most, longest = 20, 100
	for _, cell := range cells {
		if cell = strings.TrimSpace(cell); cell != "" && len(cell) <= longest && len(s.Titles) < most {
			s.Titles = append(s.Titles, strings.Clone(cell))
		}
	}
}

// String describes the shape in one line: "CSV in GB18030 (likely), delimiter
// ;, header on line 4 below 2 title lines".
func (s *Shape) String() string {
	var b strings.Builder
	b.WriteString(s.Format)
	if s.Packed != "" {
		b.WriteString(" in " + s.Packed)
		if s.Member != "" {
			fmt.Fprintf(&b, " (%s)", s.Member)
		}
	}
	if s.Encoding != "" {
		b.WriteString(", " + s.Encoding)
		if s.EncodingBy == Likely || s.EncodingBy == Guessed {
			fmt.Fprintf(&b, " (%s)", s.EncodingBy)
		}
	}
	switch {
	case s.Sheet != "":
		fmt.Fprintf(&b, ", sheet %q", s.Sheet)
	case s.Delimiter == '\t':
		b.WriteString(", delimiter tab")
	case s.Delimiter != 0:
		fmt.Fprintf(&b, ", delimiter %c", s.Delimiter)
	}
	if s.HeaderLine > 1 {
		fmt.Fprintf(&b, ", header on line %d", s.HeaderLine)
	}
	if s.TitleLines > 0 {
		fmt.Fprintf(&b, ", title lines passed over: %d", s.TitleLines)
	}
	if s.Totals.Count > 0 {
		fmt.Fprintf(&b, ", totals left out: %d (line %s)", s.Totals.Count, strings.Trim(fmt.Sprint(s.Totals.First), "[]"))
	}
	return b.String()
}

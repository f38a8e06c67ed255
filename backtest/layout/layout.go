package layout

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"regexp"
	"slices"
	"unicode/utf8"

	"firstsign/alerting/message"
	"firstsign/internal/stylesheet"
)

// Page is a report in the words of one language.
type Page struct {
	Language        message.Language
	Title, Subtitle string
	Answers         []string // the first sentences; the first of all stands out
	Notes           []string // sentences below them
	Figures         []Figure
	Read            template.HTML // what was read, as a block
	Meanings        Meanings
	Sections        []Section
}

// Figure is one number that matters.
type Figure struct{ Value, What, Note string }

// Meanings are what words mean.
type Meanings struct {
	Title string
	Words []Meaning
}

// Meaning is what one word means.
type Meaning struct{ Word, Text string }

// Section is one part of a page. What it lacks is left out.
type Section struct {
	Title    string
	Text     []string
	Pictures []Picture
	Keys     []Key // of the pictures of all cards
	Cards    []Card
	Table    Table
	// Others are rows that are folded away, under OthersTitle.
	Others      Table
	OthersTitle string
	Points      []string
}

// Picture is a chart with what it shows.
type Picture struct {
	Title, Caption string
	Chart          template.HTML
	Keys           []Key
}

// Key is one line of a legend.
type Key struct {
	Sample template.HTML
	Text   string
}

// Card is one account.
type Card struct {
	Kind    string // a class of the style sheet
	Title   string
	Lines   []string
	Reasons []string // of the last line
	Picture Picture
}

// Table is rows under columns.
type Table struct {
	Columns []Column
	Rows    []Row
	// Boxes to be ticked by hand end each row, under BoxTitle.
	Boxes    []string
	BoxTitle string
}

// Column is the head of a column.
type Column struct {
	Head   string
	Means  string // empty where the head says it all
	Number bool
}

// Row of a table.
type Row struct {
	Cells  []string
	Strong bool // the row that the table is about
}

// Explained are the columns that say what they mean.
func (t Table) Explained() (list []Column) {
	for _, c := range t.Columns {
		if c.Means != "" {
			list = append(list, c)
		}
	}
	return list
}

// Plain are columns without their explanations, for a second table below the first.
func Plain(columns []Column) []Column {
	plain := slices.Clone(columns)
	for i := range plain {
		plain[i].Means = ""
	}
	return plain
}

// Heads are columns without a number or an explanation.
func Heads(heads ...string) (list []Column) {
	for _, h := range heads {
		list = append(list, Column{Head: h})
	}
	return list
}

//go:embed page.html.tmpl
var pageHTML string

// policy of a report: its style sheet and nothing else. A browser loads nothing and runs
// nothing for it, whatever a name in it holds.
var policy = "default-src 'none'; style-src " + stylesheet.Source()

var date = regexp.MustCompile(`^\d{4}-\d\d-\d\d( \*)?$`)

// mostShort is how many letters a short word has.
const mostShort = 6

// short tells whether a cell stays in one line: a date, or a word. A browser would break Chinese
// anywhere, and a date at its hyphens.
func short(cell string) bool {
	return utf8.RuneCountInString(cell) <= mostShort || date.MatchString(cell)
}

var pageTemplate = template.Must(template.New("page").Funcs(template.FuncMap{
	"style":  func() template.CSS { return template.CSS(stylesheet.CSS) }, //nolint:gosec // ours
	"policy": func() string { return policy },
	"short":  short,
}).Parse(pageHTML))

// Write writes a page as one self-contained file.
func (p *Page) Write(w io.Writer) error {
	if err := pageTemplate.Execute(w, p); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}

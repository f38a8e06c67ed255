package number

import (
	"fmt"
	"slices"
	"strings"
)

// Column gathers what the cells of one column say about how its numbers
// are written. The zero Column is empty. Its memory is bounded.
type Column struct{ verdict Verdict }

// Verdict is what a column of numbers says.
type Verdict struct {
	Cells      int // that were added
	Empty      int
	Unreadable int
	Unread     string // the first of them
	Negative   int
	BeyondOne  int // below -1 or above 1: such a column holds no ratings
	// Points and Commas are the cells that can be read with that decimal mark only,
	// and the first of each.
	Points, Commas             int
	PointExample, CommaExample string
	Ambiguous                  int    // cells such as 1,574, which only others can decide
	Example                    string // the first of them
	Currencies                 []string
	// Mark that reads all cells; Undecided when no cell tells, and when some tell one
	// and some the other.
	Mark Mark
}

// Add takes a cell.
func (c *Column) Add(text string) {
	v := &c.verdict
	v.Cells++
	f, err := figureOf(text)
	switch {
	case err == errEmpty:
		v.Empty++
		return
	case err != nil:
		if v.Unreadable++; v.Unreadable == 1 {
			v.Unread = strings.Clone(text)
		}
		return
	}
	if f.negative {
		v.Negative++
	}
	if n, err := f.value(); err == nil && (n < -1 || n > 1) {
		v.BeyondOne++
	}
	if f.currency != "" && len(v.Currencies) < len(currencies) && !slices.Contains(v.Currencies, f.currency) {
		v.Currencies = append(v.Currencies, f.currency)
	}
	switch {
	case f.mark == Point && strings.ContainsAny(f.text, ".,"):
		if v.Points++; v.Points == 1 {
			v.PointExample = strings.Clone(text)
		}
	case f.mark == Comma:
		if v.Commas++; v.Commas == 1 {
			v.CommaExample = strings.Clone(text)
		}
	case f.lone != 0:
		if v.Ambiguous++; v.Ambiguous == 1 {
			v.Example = strings.Clone(text)
		}
	}
}

// Verdict of all cells so far.
func (c *Column) Verdict() Verdict {
	v := c.verdict
	switch {
	case v.Points > 0 && v.Commas == 0:
		v.Mark = Point
	case v.Commas > 0 && v.Points == 0:
		v.Mark = Comma
	}
	return v
}

// Text says which decimal mark was taken and by what; empty when the column
// leaves nothing to decide.
func (v *Verdict) Text() string {
	example, n := v.PointExample, v.Points
	if v.Mark == Comma {
		example, n = v.CommaExample, v.Commas
	}
	switch {
	case v.Mark == Comma, v.Mark == Point && v.Ambiguous > 0:
		return fmt.Sprintf("numbers are read with a decimal %s: %q and %d more cells can be read in no other way", v.Mark, example, n-1)
	case v.Ambiguous > 0:
		return v.ambiguity(v.Example, nil)
	case v.Points > 0 && v.Commas > 0:
		return fmt.Sprintf("numbers are written in two ways, %q and %q; each can be read in one way only", v.PointExample, v.CommaExample)
	}
	return ""
}

// ambiguity says what a cell could be, and why nothing decides.
func (v *Verdict) ambiguity(text string, f *figure) string {
	if f == nil {
		g, err := figureOf(text)
		if err != nil {
			return ""
		}
		f = &g
	}
	thousands, fraction := *f, *f
	fraction.mark = Mark(f.lone)
	thousands.mark = fraction.mark.other()
	a, _ := thousands.value()
	b, _ := fraction.value()
	why := ""
	switch {
	case v.Points > 0 && v.Commas > 0:
		why = fmt.Sprintf("the column has both %q and %q; ", v.PointExample, v.CommaExample)
	case v.Cells > 1:
		why = "no cell of the column decides; "
	}
	return fmt.Sprintf("%q could be %v or %v; %sgive --decimal point or --decimal comma", text, a, b, why)
}

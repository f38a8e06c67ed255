package notation

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"firstsign/internal/notation/elsewhere"
)

// Column gathers what the cells of one column say about how its times are
// written. The zero Column is empty. Its memory is bounded.
type Column struct {
	verdict TimeVerdict
	forms   map[string]*Form
	times   *Times
	days    [3]int // the largest of each of the three numbers
}

// maxForms is how many ways of writing are kept of a column. Another one is
// counted only.
const maxForms = 24

// Form is one way in which cells are written.
type Form struct {
	// Layout in the notation of --time-layout. For an order that is not known it
	// is that of the first possible one.
	Layout  string
	Cells   int
	Example string // the first cell
	At      int    // its number in the column, from 1
}

// TimeVerdict is what a column of times says.
type TimeVerdict struct {
	Cells        int // that were added
	Empty        int
	Placeholders int // such as 1970-01-01
	Unreadable   int // in any order
	Ambiguous    int // cells whose order of day and month only others can decide
	Offsets      int // cells with an offset, Z or UTC
	Dates        int // cells without a time of day
	// Order of the dates of three numbers, when one is possible for all of them.
	// 0 when there are none, when nothing decides, and when cells contradict each
	// other.
	Order Order
	// Possible orders: those in which every such date is one. 0 and Ambiguous above 0:
	// the cells contradict each other.
	Possible Order
	Decided  map[Order]*Form // for each order, the first cell that allows no other
	Forms    []Form          // most cells first
	// First unreadable cell.
	Unread   string
	largest  int // the larger of the first two numbers
	Example  string
	threeAll int
	split    splitDates
}

// Add takes a cell.
func (c *Column) Add(text string) {
	v := &c.verdict
	v.Cells++
	plain := Narrow(text)
	if plain == "" {
		v.Empty++
		return
	}
	if c.times == nil {
		c.times, _ = NewTimes("", time.UTC) // fails for a layout only
		c.forms = map[string]*Form{}
		v.Possible = DayFirst | MonthFirst | YearFirst
		v.Decided = map[Order]*Form{}
	}
	if p, ok := isoParts(plain); ok {
		c.plainTime(text, &p, isoForm(plain))
		return
	}
	if isNumber(plain) {
		if _, err, is := c.times.number(plain); is {
			c.number(text, plain, err)
			return
		}
	}
	c.times.lexer.reset(plain)
	p := parser{lexer: &c.times.lexer}
	if !p.run() {
		if other := elsewhere.Rewritten(plain); other != "" && other != plain {
			v.Cells--
			c.Add(other)
			return
		}
		c.unread(text, placeholderText(plain))
		return
	}
	if p.orders == 0 {
		c.plainTime(text, &p.parts, string(p.form[:p.formN]))
		return
	}
	c.three(text, &p)
}

func (c *Column) unread(text string, placeholder bool) {
	if placeholder {
		c.verdict.Placeholders++
		return
	}
	if c.verdict.Unreadable++; c.verdict.Unreadable == 1 {
		c.verdict.Unread = strings.Clone(text)
	}
}

func (c *Column) plainTime(text string, p *parts, form string) {
	switch q := *p; {
	case placeholder(p.year, p.month, p.day):
		c.verdict.Placeholders++
	case p.year >= firstFarYear, q.complete() != nil:
		c.unread(text, false)
	default:
		if p.zoned {
			c.verdict.Offsets++
		}
		if !strings.ContainsAny(form, "Hhk") {
			c.verdict.Dates++
		}
		c.verdict.split.sure(p.month, p.day, text)
		c.form(form, text)
	}
}

// number notes a Unix time or a day of Excel.
func (c *Column) number(text, plain string, err error) {
	if err != nil {
		c.unread(text, isPlaceholder(err))
		return
	}
	form := "unixns"
	whole, _, fraction := strings.Cut(plain, ".")
	switch {
	case len(whole) == 5:
		form = "excel"
		f, _ := strconv.ParseFloat(plain, 64) // was read before
		month, day := excelDate(f)
		c.verdict.split.sure(month, day, text)
		if !fraction {
			c.verdict.Dates++
		}
	case len(whole) <= 11:
		form, c.verdict.Offsets = "unix", c.verdict.Offsets+1
	case len(whole) <= 14:
		form, c.verdict.Offsets = "unixms", c.verdict.Offsets+1
	case len(whole) <= 17:
		form, c.verdict.Offsets = "unixus", c.verdict.Offsets+1
	default:
		c.verdict.Offsets++
	}
	c.form(form, text)
}

// three notes a date of three numbers whose order they do not tell.
func (c *Column) three(text string, p *parser) {
	v := &c.verdict
	possible := p.possible()
	if possible == 0 {
		c.unread(text, placeholderText(text))
		return
	}
	v.threeAll++
	v.Possible &= possible
	if p.parts.zoned {
		v.Offsets++
	}
	if !p.clocked {
		v.Dates++
	}
	for i, n := range p.three {
		c.days[i] = max(c.days[i], n)
	}
	c.form(string(p.form[:p.formN]), text)
	if possible.one() {
		v.split.decided(p, text)
		if v.Decided[possible] == nil {
			v.Decided[possible] = &Form{Layout: ordered(string(p.form[:p.formN]), possible), Example: strings.Clone(text), At: v.Cells}
		}
		v.Decided[possible].Cells++
		return
	}
	if v.Ambiguous++; v.Ambiguous == 1 {
		v.Example = strings.Clone(text)
	}
}

// form counts a cell among those that are written alike.
func (c *Column) form(layout, text string) {
	f := c.forms[layout]
	if f == nil {
		if len(c.forms) == maxForms {
			layout = "..." // other ways
			if f = c.forms[layout]; f == nil {
				f = &Form{Layout: layout, Example: strings.Clone(text), At: c.verdict.Cells}
				c.forms[layout] = f
			}
		} else {
			f = &Form{Layout: layout, Example: strings.Clone(text), At: c.verdict.Cells}
			c.forms[f.Layout] = f
		}
	}
	f.Cells++
}

// Verdict of all cells so far.
func (c *Column) Verdict() TimeVerdict {
	v := c.verdict
	v.largest = max(c.days[0], c.days[1])
	if v.threeAll == 0 {
		v.Possible = 0
	} else if v.Possible.one() && v.exchanged() == "" {
		v.Order = v.Possible
	}
	for _, f := range c.forms {
		g := *f
		g.Layout = ordered(g.Layout, firstOf(v.Possible))
		v.Forms = append(v.Forms, g)
	}
	slices.SortFunc(v.Forms, func(a, b Form) int {
		if a.Cells != b.Cells {
			return b.Cells - a.Cells
		}
		return a.At - b.At
	})
	return v
}

func firstOf(o Order) Order {
	for _, one := range orders {
		if o&one != 0 {
			return one
		}
	}
	return DayFirst
}

// ordered is a form whose three numbers stand in an order; see threeNumbers.
func ordered(form string, o Order) string {
	of := map[Order][3]string{DayFirst: {"dd", "MM", "yy"}, MonthFirst: {"MM", "dd", "yy"}, YearFirst: {"yy", "MM", "dd"}}[o]
	var b strings.Builder
	for _, c := range form {
		switch {
		case c >= 1 && c <= 3:
			b.WriteString(of[c-1])
		case c >= 4 && c <= 6:
			if part := of[c-4]; part[0] == 'y' {
				b.WriteString(part)
			} else {
				b.WriteString(part[:1])
			}
		default:
			b.WriteRune(c)
		}
	}
	return b.String()
}

// Contradictory says that no order of day, month and year reads all cells.
func (v *TimeVerdict) Contradictory() bool { return v.threeAll > 0 && v.Possible == 0 }

// Layouts that read the dates of three numbers, when nothing decides: one for
// each order that is possible.
func (v *TimeVerdict) Layouts() []string {
	if v.threeAll == 0 || v.Possible == 0 || v.Possible.one() || v.Example == "" {
		return nil
	}
	var l lexer
	l.reset(Narrow(v.Example))
	p := parser{lexer: &l}
	if !p.run() {
		return nil
	}
	var list []string
	for _, o := range orders {
		if v.Possible&o != 0 {
			list = append(list, ordered(string(p.form[:p.formN]), o))
		}
	}
	return list
}

// Text says what was decided of day and month, and by what; empty when the
// column has no such dates.
func (v *TimeVerdict) Text() string {
	switch {
	case v.threeAll == 0:
		return ""
	case v.Order != 0:
		d := v.Decided[v.Order]
		if d == nil { // two cells leave one order together
			return fmt.Sprintf("dates are read %s: no other order fits all cells", v.Order)
		}
		return fmt.Sprintf("dates are read %s (%s): %q and %d more cells can be read in no other order", v.Order, d.Layout, d.Example, d.Cells-1)
	case v.exchanged() != "":
		return v.exchanged()
	case v.Example == "":
		return v.contradiction()
	}
	return v.ambiguity(v.Example, nil)
}

func (v *TimeVerdict) contradiction() string {
	var said []string
	for _, o := range orders {
		if d := v.Decided[o]; d != nil {
			said = append(said, fmt.Sprintf("%q only %s", d.Example, o))
		}
	}
	return "the column contradicts itself: " + strings.Join(said, ", ") + "; give --time-layout, or mend the file"
}

// ambiguity says what a cell could mean and why nothing decides; p is nil for
// a cell that must be read first.
func (v *TimeVerdict) ambiguity(text string, p *parser) string {
	if text := v.exchanged(); text != "" {
		return text
	}
	if v.Contradictory() {
		return v.contradiction()
	}
	if p == nil {
		var l lexer
		l.reset(Narrow(text))
		p = &parser{lexer: &l}
		if !p.run() {
			return ""
		}
	}
	var could, layouts []string
	possible := p.possible()
	for _, o := range orders {
		if possible&o == 0 {
			continue
		}
		p.inOrder(o)
		said := fmt.Sprintf("%d %s", p.parts.day, time.Month(p.parts.month))
		if p.yearDigits == 2 {
			said += fmt.Sprintf(" %d", p.parts.year)
		}
		if !slices.Contains(could, said) {
			could = append(could, said)
		}
		layouts = append(layouts, fmt.Sprintf("%q", ordered(string(p.form[:p.formN]), o)))
	}
	why := ""
	switch {
	case v.threeAll > 0 && v.largest < 13 && p.yearDigits == 4:
		why = "all days are below 13; "
	case v.threeAll > 1:
		why = "no cell of the column decides; "
	}
	if len(could) == 1 { // 04/04/2026, or 13/04/2026 where there is no column
		return fmt.Sprintf("%q can be read as %s, and its column does not say in which order dates stand; %sgive --time-layout %s", text, could[0], why, strings.Join(layouts, " or "))
	}
	return fmt.Sprintf("%s could be %s; %sgive --time-layout %s", strings.TrimSpace(text), strings.Join(could, " or "), why, strings.Join(layouts, " or "))
}

func isoForm(s string) string {
	form := "yyyy-MM-dd"
	if len(s) == 10 {
		return form
	}
	form += map[byte]string{' ': " HH:mm", 'T': "'T'HH:mm"}[s[10]]
	rest := s[16:]
	if strings.HasPrefix(rest, ":") {
		form += ":ss"
		rest = rest[3:]
	}
	n := 0
	if strings.HasPrefix(rest, ".") {
		for n = 1; n < len(rest) && isDigit(rest[n]); n++ {
		}
		form += "." + "SSSSSSSSS"[:n-1]
	}
	if rest[n:] != "" {
		form += "XXX"
	}
	return form
}

package survey

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"firstsign/internal/notation"
	"firstsign/internal/notation/number"
	"firstsign/internal/table"
)

// Proposal is how an unknown table may be read. Nothing of it is certain.
type Proposal struct {
	Columns []string // as --columns takes them
	// Layouts of the times, when the column leaves several orders of day and month
	// possible; one of them must be given.
	Layouts []string
	// Zoneless says that the times have no offset.
	Zoneless bool
	// Missing are the fields without which nothing can be read and for which no
	// column was found.
	Missing []string
	Notes   []string
	Shape   *table.Shape
}

// column is what the cells of one column are like.
type column struct {
	name     string // as --columns takes it
	plain    string
	filled   int
	distinct map[string]bool // at most closedWords+1 of them
	seen     map[string]bool // at most manySeen, to see whether they repeat
	times    notation.Column
	numbers  number.Column
	clocks   int // cells that are a time of day alone
}

const (
	closedWords = 24      // different words at most in a column of kinds
	manySeen    = 5_000   // cells of which repeats are looked for
	rowsSampled = 100_000 // rows that are looked at
)

func (c *column) add(cell string) {
	c.times.Add(cell)
	c.numbers.Add(cell)
	if cell == "" {
		return
	}
	c.filled++
	if len(c.distinct) <= closedWords {
		c.distinct[strings.Clone(cell)] = true
	}
	if c.filled <= manySeen {
		c.seen[strings.Clone(cell)] = true
	}
	if isClock(cell) {
		c.clocks++
	}
}

// isClock tells a time of day, 9:30 or 09:30:00 PM.
func isClock(cell string) bool {
	at := strings.IndexByte(cell, ':')
	return (at == 1 || at == 2) && len(cell) <= len("09:30:00 PM")
}

// isTime tells whether nearly all cells are times.
func (c *column) isTime() bool {
	v := c.times.Verdict()
	return c.filled > 0 && c.clocks*2 < c.filled && v.Unreadable*10 <= c.filled && v.Cells-v.Empty-v.Placeholders-v.Unreadable > 0
}

// isWritten tells whether they are written out: a number of ten digits may be a
// time, and is a telephone.
func (c *column) isWritten() bool {
	v := c.times.Verdict()
	return c.isTime() && !strings.HasPrefix(v.Forms[0].Layout, "unix") && v.Forms[0].Layout != "excel"
}

func (c *column) isNumber() bool {
	v := c.numbers.Verdict()
	return c.filled > 0 && v.Unreadable*10 <= c.filled
}

// closed tells whether few words fill the column.
func (c *column) closed(rows int) bool {
	return c.filled*2 > rows && len(c.distinct) <= closedWords && len(c.distinct) < max(2, c.filled)
}

// repeated is how often a cell stands on average.
func (c *column) repeated() float64 {
	return float64(min(c.filled, manySeen)) / float64(max(1, len(c.seen)))
}

// Propose looks at a table and says how it may be read. open opens it anew.
func Propose(open func() (io.ReadCloser, error), o table.Options) (*Proposal, error) {
	p, all, rows, err := look(open, o)
	if err != nil {
		return nil, err
	}
	p.choose(all, rows)
	return p, nil
}

// look reads the table; one whose header is data is read as one without names.
func look(open func() (io.ReadCloser, error), o table.Options) (*Proposal, []*column, int, error) {
	file, err := open()
	if err != nil {
		return nil, nil, 0, err
	}
	defer file.Close()
	r, err := table.Open(file, o)
	if err != nil {
		return nil, nil, 0, err
	}
	defer r.Close()
	header := r.Header()
	if !o.Headerless && isData(header) {
		o.Headerless = true
		return look(open, o)
	}
	var all []*column
	grow := func(n int) {
		for i := len(all); i < n; i++ {
			c := &column{name: fmt.Sprintf("#%d", i+1), distinct: map[string]bool{}, seen: map[string]bool{}}
			if !o.Headerless && i < len(header) && header[i] != "" {
				c.name, c.plain = quoted(header[i])+ordinal(header, i), plainName(header[i])
				if h, ok := number.HeadingOf(header[i]); ok { // Amount（万元）
					c.plain = plainName(h.Name)
				}
			}
			all = append(all, c)
		}
	}
	grow(len(header))
	rows := 0
	for rows < rowsSampled {
		row, err := r.Next()
		if err == io.EOF {
			break
		}
		if _, bad := errors.AsType[*table.RowError](err); bad {
			continue
		}
		if err != nil {
			return nil, nil, 0, err
		}
		rows++
		grow(len(row.Cells))
		for i, cell := range row.Cells {
			all[i].add(strings.TrimSpace(cell))
		}
	}
	return &Proposal{Shape: r.Shape()}, all, rows, nil
}

// isData tells whether a header is a row like the others: it holds a time, or two
// numbers.
func isData(header []string) bool {
	numbers := 0
	for _, cell := range header {
		var t notation.Column
		var n number.Column
		t.Add(cell)
		n.Add(cell)
		if tv := t.Verdict(); len(tv.Forms) > 0 && !isClock(cell) && len(cell) > 7 {
			return true
		}
		if nv := n.Verdict(); cell != "" && nv.Unreadable == 0 && nv.Empty == 0 {
			numbers++
		}
	}
	return numbers > 1
}

// ordinal tells a column from others of the same name, as --columns takes it.
func ordinal(header []string, at int) string {
	n, of := 1, 0
	for i, name := range header {
		if name != header[at] {
			continue
		}
		if of++; i < at {
			n++
		}
	}
	if of == 1 {
		return ""
	}
	return fmt.Sprintf("#%d", n)
}

// quoted is a name as --columns takes it.
func quoted(name string) string {
	if strings.ContainsAny(name, ",+\"#") || strings.HasPrefix(name, "#") {
		return `"` + strings.ReplaceAll(name, `"`, `\"`) + `"`
	}
	return name
}

// choose the columns of the fields.
func (p *Proposal) choose(all []*column, rows int) {
	taken := map[*column]bool{}
	find := func(field string, fits func(*column) bool) *column {
		c := best(all, names[field], func(c *column) bool { return !taken[c] && fits(c) })
		if c != nil {
			taken[c] = true
		}
		return c
	}
	when := find("time", (*column).isTime)
	if when == nil { // any column of times, the first
		if at := slices.IndexFunc(all, (*column).isWritten); at >= 0 {
			when = all[at]
			taken[when] = true
		}
	}
	if when == nil {
		p.unread(best(all, names["time"], func(c *column) bool { return c.filled > 0 }))
	}
	p.time(when, func() *column { return find("clock", func(c *column) bool { return c.clocks*2 > c.filled }) })

	account := find("account", func(c *column) bool { return c.filled*2 > rows && !c.isWritten() })
	if account == nil {
		account = callerOf(all, rows)
		taken[account] = account != nil
	}
	p.add("account", account)
	signal := find("signal", func(c *column) bool { return c.closed(rows) && !c.isNumber() })
	if signal != nil {
		p.add("signal", signal)
	} else {
		p.Columns = append(p.Columns, "signal:="+kindOf(all))
	}
	id := find("id", func(c *column) bool { return c.filled*2 > rows && len(c.seen) > closedWords/2 })
	if id == nil && all != nil && all[0].plain == "" {
		if id = asteriskID(all, rows); id == nil {
			id = uniqueOf(all, taken, rows)
		}
	}
	if id != nil {
		p.Columns = append(p.Columns, "id="+id.name)
	}
	if c := find("contact", func(c *column) bool { return c.filled*4 > rows && !c.isWritten() && len(c.seen) > 1 }); c != nil {
		p.Columns = append(p.Columns, "contact="+c.name)
	}
	if c := find("direction", func(c *column) bool { return c.closed(rows) }); c != nil {
		p.Columns = append(p.Columns, "attributes.direction="+c.name)
	}
	for _, c := range all {
		if name, of, again := strings.Cut(c.name, "#"); again && name != "" && name[0] != '"' && taken[c] {
			p.Notes = append(p.Notes, fmt.Sprintf("several columns are named %s; number %s is proposed", name, of))
		}
	}
	if signal == nil && kindOf(all) == "order" {
		p.spend(find("value.spend", (*column).isNumber), id)
	}
}

// unread says why a column that is called one of times is none.
func (p *Proposal) unread(c *column) {
	if c == nil {
		return
	}
	times, err := notation.NewTimes("", nil)
	if err == nil {
		_, err = times.Read(c.times.Verdict().Unread)
	}
	if err != nil {
		p.Notes = append(p.Notes, fmt.Sprintf("%s: %v", c.name, err))
	}
}

// time adds the column of times, and what is to be said of it.
func (p *Proposal) time(c *column, clock func() *column) {
	if c == nil {
		p.Missing = append(p.Missing, "time")
		return
	}
	v := c.times.Verdict()
	name := c.name
	if v.Dates == v.Cells-v.Empty-v.Placeholders {
		if of := clock(); of != nil {
			name += "+" + of.name
		}
	}
	p.Columns = append(p.Columns, "time="+name)
	p.Zoneless = v.Offsets == 0
	if p.Layouts = v.Layouts(); len(p.Layouts) > 0 || v.Contradictory() {
		p.Notes = append(p.Notes, v.Text())
	}
	if v.Placeholders > 0 {
		p.Notes = append(p.Notes, fmt.Sprintf("%d cells of %s stand for no time and are left out", v.Placeholders, c.name))
	}
}

func (p *Proposal) add(field string, c *column) {
	if c == nil {
		p.Missing = append(p.Missing, field)
		return
	}
	p.Columns = append(p.Columns, field+"="+c.name)
}

// summed is the sum of a column as --columns takes it.
func summed(name string) string {
	if inner, isQuoted := strings.CutPrefix(name, `"`); isQuoted {
		return `"sum(` + strings.TrimSuffix(inner, `"`) + `)"`
	}
	return "sum(" + name + ")"
}

// spend adds the amount of an invoice.
func (p *Proposal) spend(c, id *column) {
	if c == nil {
		return
	}
	name := c.name
	if id != nil && id.repeated() > 1.2 {
		if slices.Contains(wholeAmounts, c.plain) {
			p.Notes = append(p.Notes, fmt.Sprintf("%s repeats: these look like line items, and the first row of an id counts; if %s is the amount of one line, write %s", id.name, name, "value.spend="+summed(name)))
		} else {
			p.Notes = append(p.Notes, fmt.Sprintf("%s repeats: these look like line items, so %s is summed by it; if that is the amount of the whole invoice, write %s", id.name, name, "value.spend="+name))
			name = summed(name)
		}
	}
	p.Columns = append(p.Columns, "value.spend="+name)
	if v := c.numbers.Verdict(); v.Ambiguous > 0 && v.Mark == number.Undecided {
		p.Notes = append(p.Notes, v.Text())
	}
}

// best is the column whose name stands first in a list, and that fits.
func best(all []*column, list []string, fits func(*column) bool) *column {
	for _, name := range list {
		for _, c := range all {
			if c.plain == name && fits(c) {
				return c
			}
		}
	}
	return nil
}

// kindOf the rows: by what the names of columns have within them, or, without
// names, by the words of telephone systems.
func kindOf(all []*column) string {
	for _, kind := range kinds {
		for _, mark := range kind.marks {
			if slices.ContainsFunc(all, func(c *column) bool { return strings.Contains(c.plain, mark) }) {
				return kind.signal
			}
		}
	}
	return "call"
}

// callerOf is the column of who called, in a call detail record without names:
// the first whose cells are mostly filled and repeat among several.
func callerOf(all []*column, rows int) *column {
	for _, c := range all {
		if c.plain == "" && c.filled*10 > rows*9 && !c.isWritten() && len(c.seen) > 1 && c.repeated() > 1.2 {
			return c
		}
	}
	return nil
}

// asteriskID is the column of a Master.csv of Asterisk that names a call: linkedid
// where there is one, for a call to a group has a row for each telephone that
// rang, else uniqueid.
func asteriskID(all []*column, rows int) *column {
	const disposition, uniqueid, linkedid = 15, 17, 20
	if len(all) < uniqueid || !all[disposition-1].distinct["ANSWERED"] {
		return nil
	}
	for _, at := range []int{linkedid, uniqueid} {
		if len(all) >= at && all[at-1].filled == rows {
			return all[at-1]
		}
	}
	return nil
}

// uniqueOf is the column whose cells are all different, in a file without names.
func uniqueOf(all []*column, taken map[*column]bool, rows int) *column {
	for i := len(all) - 1; i >= 0; i-- {
		c := all[i]
		if !taken[c] && c.filled == rows && c.repeated() == 1 && !c.isWritten() {
			return c
		}
	}
	return nil
}

// Flags are the proposal as it is typed.
func (p *Proposal) Flags() string {
	text := "--columns '" + strings.ReplaceAll(strings.Join(p.Columns, ","), "'", `'\''`) + "'"
	if len(p.Layouts) > 0 {
		text += " --time-layout '" + p.Layouts[0] + "'"
	}
	if s := p.Shape; s != nil && s.EncodingBy == table.Guessed {
		text += " --encoding " + strings.ToLower(s.Encoding)
	}
	return text
}

// WriteText says how the file may be read.
func (p *Proposal) WriteText(w io.Writer, file string) error {
	var text strings.Builder
	fmt.Fprintf(&text, "%s: %s\n", file, p.Shape)
	switch {
	case len(p.Missing) > 0:
		fmt.Fprintf(&text, "no column looks like %s. Name them yourself: --columns time=...,account=...,signal=...\n", strings.Join(p.Missing, " or "))
		fmt.Fprintf(&text, "found: %s\n", strings.Join(p.Columns, ","))
	case len(p.Layouts) > 1:
		fmt.Fprintf(&text, "Proposed, but choose how dates are read:\n")
		for _, layout := range p.Layouts {
			one := *p
			one.Layouts = []string{layout}
			fmt.Fprintf(&text, "  %s\n", one.Flags())
		}
	default:
		fmt.Fprintf(&text, "Proposed:\n  %s\n", p.Flags())
	}
	for _, note := range p.Notes {
		fmt.Fprintf(&text, "  Look at this: %s\n", note)
	}
	if p.Zoneless {
		text.WriteString("  The times have no offset: name their zone with --time-zone, such as Asia/Shanghai.\n")
	}
	_, err := io.WriteString(w, text.String())
	return err
}

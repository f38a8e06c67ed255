package history

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"firstsign/internal/fault"
	"firstsign/internal/table"
)

// ParseColumns reads mappings as they stand on a command line, separated by
// commas: "time=Datum,account=Kunde,value=Menge,attributes.region=Gebiet",
// "signal:=order" for a constant, and "value.spend=Betrag" for a second
// interaction of the same row. A name that holds a comma stands in quotation
// marks, "account=\"Name, city\"", or has a backslash before it.
func ParseColumns(specs ...string) (Columns, error) {
	var columns Columns
	for _, spec := range splitSpecs(strings.Join(specs, ",")) {
		if spec = strings.TrimSpace(spec); spec == "" {
			continue
		}
		field, name, ok := strings.Cut(spec, "=")
		field, constant := strings.CutSuffix(field, ":")
		field, name = strings.TrimSpace(field), unquote(strings.TrimSpace(name))
		switch {
		case !ok || name == "":
			return nil, fmt.Errorf("column mapping %q: want field=column or field:=constant", spec)
		case !isField(field):
			return nil, fmt.Errorf("column mapping %q: no field %q; there are %s, attributes.NAME and value.SIGNAL", spec, field, strings.Join(fieldNames, ", "))
		case constant && strings.HasPrefix(field, amountPrefix):
			return nil, fmt.Errorf("column mapping %q: the value of a second signal comes from a column, as in %s=COLUMN", spec, field)
		case slices.ContainsFunc(columns, func(c Column) bool { return c.Field == field }):
			return nil, fmt.Errorf("column mapping %q: %s is mapped twice", spec, field)
		}
		c := Column{Field: field, Name: name, Constant: constant}
		if of, sum := sumOf(name); sum && !constant && (field == "value" || c.isSecond()) {
			c.Name, c.Sum = of, true
		}
		columns = append(columns, c)
	}
	return columns, columns.check()
}

// sumOf reads sum(COLUMN).
func sumOf(name string) (column string, ok bool) {
	column, ok = strings.CutPrefix(name, "sum(")
	if !ok {
		return "", false
	}
	column, ok = strings.CutSuffix(column, ")")
	column = strings.TrimSpace(column)
	return column, ok && column != ""
}

// check that what is required is there, and that no signal is given twice.
func (cs Columns) check() error {
	for _, required := range []string{"time", "account", "signal"} {
		if !slices.ContainsFunc(cs, func(c Column) bool { return c.Field == required }) {
			return fmt.Errorf("column mapping: %s is missing; it is required", required)
		}
	}
	for _, c := range cs {
		if c.Sum && !slices.ContainsFunc(cs, func(other Column) bool { return other.Field == "id" }) {
			return fmt.Errorf("column mapping: %s=sum(%s) needs id=COLUMN: rows that share account, signal and id are summed", c.Field, c.Name)
		}
		if c.Field == "signal" && c.Constant && slices.ContainsFunc(cs, func(other Column) bool { return other.Field == amountPrefix+c.Name }) {
			return fmt.Errorf("column mapping: signal:=%s and %s%[1]s are one signal: its value is value=COLUMN", c.Name, amountPrefix)
		}
	}
	return nil
}

// splitSpecs splits at commas that are neither within quotation marks behind a
// = nor behind a backslash.
func splitSpecs(text string) (specs []string) {
	from, quoted := 0, false
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			before := strings.TrimRight(text[from:i], " ")
			quoted = !quoted && strings.HasSuffix(before, "=") && strings.Count(before, "=") == 1
		case ',':
			if !quoted {
				specs, from = append(specs, text[from:i]), i+1
			}
		}
	}
	return append(specs, text[from:])
}

// unquote takes the quotation marks from around a name, and the backslashes from
// before commas and marks.
func unquote(name string) string {
	if len(name) > 1 && name[0] == '"' && name[len(name)-1] == '"' {
		name = name[1 : len(name)-1]
	}
	return strings.NewReplacer(`\,`, `,`, `\"`, `"`).Replace(name)
}

// ownNames are the columns of a header that are named like fields.
func ownNames(header []string) (Columns, error) {
	var columns Columns
	for _, name := range header {
		if isField(name) {
			columns = append(columns, Column{Field: name, Name: name})
		}
	}
	if err := columns.check(); err != nil {
		return nil, fmt.Errorf("%w; the columns are %q: map them, as in time=COLUMN", err, header)
	}
	return columns, nil
}

// areNamedIn tells whether a row is the header of the columns: it has all the
// names that are asked for, or those of the fields.
func (cs Columns) areNamedIn(cells []string) bool {
	names := make([]string, len(cells))
	for i, cell := range cells {
		names[i] = table.Name(cell)
	}
	if cs == nil {
		_, err := ownNames(names)
		return err == nil
	}
	_, _, err := cs.locate(names)
	return err == nil
}

// positional says that all columns are given by position, which only a file
// without names needs.
func positional(columns Columns) bool {
	given := false
	for _, c := range columns {
		if c.Constant {
			continue
		}
		for part := range strings.SplitSeq(c.Name, "+") {
			if _, ok := position(part); !ok {
				return false
			}
		}
		given = true
	}
	return given
}

// position reads #3, the third column.
func position(name string) (at int, ok bool) {
	digits, ok := strings.CutPrefix(name, "#")
	n, err := strconv.Atoi(digits)
	return n - 1, ok && err == nil && n > 0
}

// cellPlace is where a field is in a row: in one column, or a time in two. -1 is
// in none.
type cellPlace struct{ first, second int }

// locate finds the columns in a header; nil: there is none, and all are given
// by position. A column is given by its name, as Name#2 when several have it, or
// as #3, the third. A time may be in two: Date+Time. A header may have a column
// that is called sum(Amount): that one is meant then, and nothing is summed.
func (cs Columns) locate(header []string) (Columns, []cellPlace, error) {
	cs = slices.Clone(cs)
	places := make([]cellPlace, len(cs))
	for i, c := range cs {
		if whole := "sum(" + c.Name + ")"; c.Sum && slices.Contains(header, table.Name(whole)) {
			c = Column{Field: c.Field, Name: whole}
			cs[i] = c
		}
		at := cellPlace{-1, -1}
		if !c.Constant {
			var err error
			at.first, err = find(header, c)
			if day, clock, two := strings.Cut(c.Name, "+"); err != nil && two && c.Field == "time" {
				var lacks error
				if at.first, lacks = find(header, Column{Field: c.Field, Name: strings.TrimSpace(day)}); lacks == nil {
					at.second, lacks = find(header, Column{Field: c.Field, Name: strings.TrimSpace(clock)})
				}
				err = lacks
			}
			if err != nil {
				return nil, nil, err
			}
		}
		places[i] = at
	}
	return cs, places, nil
}

// find the column of a field in a header.
func find(header []string, c Column) (int, error) {
	name := table.Name(c.Name)
	at := slices.Index(header, name)
	if at >= 0 && !slices.Contains(header[at+1:], name) {
		return at, nil
	}
	if at >= 0 {
		return 0, fmt.Errorf("several columns are named %q: write %s#1 for the first and %[2]s#2 for the second", name, c.Name)
	}
	sign := max(strings.LastIndexByte(name, '#'), 0)
	base := name[:sign]
	n, err := strconv.Atoi(strings.TrimPrefix(name[sign:], "#"))
	switch isNumber := name[sign] == '#' && err == nil; {
	case isNumber && n < 1, header == nil && !isNumber:
		return 0, fmt.Errorf("column %q of %s: want # and a number from 1 on", c.Name, c.Field)
	case isNumber && base == "" && header != nil && n > len(header):
		return 0, fmt.Errorf("no column %s for %s: there are %d: %q", c.Name, c.Field, len(header), header)
	case isNumber && base == "":
		return n - 1, nil
	case isNumber:
		for i, h := range header {
			if h == base {
				if n--; n == 0 {
					return i, nil
				}
			}
		}
	}
	return 0, fmt.Errorf("no column %q for %s%s; the columns are %q", name, c.Field, fault.DidYouMean(name, header), header)
}

package number

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"firstsign/internal/notation"
)

// Mark is the sign before the fraction of a number.
type Mark byte

// The marks.
const (
	Undecided Mark = 0
	Point     Mark = '.'
	Comma     Mark = ','
)

// String names the mark in messages.
func (m Mark) String() string {
	switch m {
	case Point:
		return "point"
	case Comma:
		return "comma"
	}
	return "undecided"
}

func (m Mark) other() Mark {
	if m == Point {
		return Comma
	}
	return Point
}

// Reader reads the numbers of one column, or of one field of a record. Not
// safe for concurrent use.
type Reader struct {
	// Evidence, when not nil, is asked once, for the first number that its column
	// must decide, such as 1,574: what do all cells of the column say?
	Evidence func() (Verdict, error)

	mark     Mark
	given    bool // the mark, by a person
	machine  bool // a single point is decimal, unless a comma was
	asked    bool
	verdict  Verdict
	currency string
	unit     string // a power of ten; see In
}

// New reads numbers with a decimal mark; Undecided leaves it to the cells
// of the column.
func New(mark Mark) *Reader { return &Reader{mark: mark, given: mark != Undecided} }

// NewRecord reads numbers of the records of a system. They have no column
// to ask. A single point is decimal, because programs write it so, until one
// number has shown a decimal comma.
func NewRecord() *Reader { return &Reader{machine: true} }

// Read a number. The sign or code of a currency is passed; all numbers are of
// one currency.
func (n *Reader) Read(text string) (float64, error) {
	if n.unit == "" && n.isPlain(text) {
		if v, err := strconv.ParseFloat(text, 64); err == nil {
			return v, nil
		}
	}
	v, currency, err := n.Amount(text, n.unit)
	if err == nil && currency != "" {
		if n.currency == "" {
			n.currency = currency
		}
		if n.currency != currency {
			return 0, fmt.Errorf("%q is in %s, and others are in %s: numbers of one currency are wanted", text, currency, n.currency)
		}
	}
	return v, err
}

// isPlain says that a text is a number as programs write it, which nobody can
// read in another way: digits with at most one point, not before three digits.
func (n *Reader) isPlain(s string) bool {
	i := 0
	if s != "" && s[0] == '-' {
		i = 1
	}
	from, point := i, -1
	for ; i < len(s); i++ {
		if c := s[i]; c == '.' && point < 0 {
			point = i
		} else if !isDigit(c) {
			return false
		}
	}
	switch {
	case from == len(s):
		return false
	case point < 0:
		return true
	case n.given && n.mark == Comma || point == from:
		return false
	}
	return n.given || len(s)-point != 4 || point-from > 3 || s[from] == '0'
}

// Amount reads a number and its currency. The unit is that of its column, as a
// power of ten such as "e4"; empty when it has none.
func (n *Reader) Amount(text, unit string) (value float64, currency string, err error) {
	f, err := figureOf(text)
	if err != nil {
		return 0, "", err
	}
	if f.power != "" && unit != "" {
		return 0, "", fmt.Errorf("%q has a unit, and its column names one already", text)
	}
	if f.power == "" {
		f.power = unit
	}
	if err := n.decide(text, &f); err != nil {
		return 0, "", err
	}
	value, err = f.value()
	return value, f.currency, err
}

// decide the mark of a figure that does not tell it, and check it against what
// was given.
func (n *Reader) decide(text string, f *figure) error {
	if n.given {
		if f.mark != Undecided && f.mark != n.mark {
			return fmt.Errorf("%q is not written with a decimal %s: %s", text, n.mark, f.why())
		}
		f.mark = n.mark
		return nil
	}
	if f.mark != Undecided || f.lone == 0 {
		if n.machine && f.lone != 0 && f.mark == Comma {
			n.mark = Comma
		}
		return nil
	}
	if n.machine && f.lone == '.' && n.mark != Comma {
		f.mark = Point
		return nil
	}
	if !n.asked && n.Evidence != nil {
		v, err := n.Evidence()
		if err != nil {
			return err
		}
		n.verdict, n.asked = v, true
	}
	if f.mark = n.verdict.Mark; f.mark != Undecided {
		return nil
	}
	return notation.Ambiguous(n.verdict.ambiguity(text, f))
}

// figure is a number taken apart.
type figure struct {
	text     string // its digits and what stands between them
	negative bool
	currency string
	power    string
	mark     Mark // before the fraction, if the figure tells it
	lone     byte // the one point or comma that it has, if it has one; 0 else
}

var errEmpty = errors.New("the cell is empty")

// figureOf takes a text apart.
func figureOf(text string) (figure, error) {
	t := strings.ToLower(notation.Narrow(text))
	wrong := func() (figure, error) { return figure{}, fmt.Errorf("%.40q is not a number", text) }
	switch {
	case t == "":
		return figure{}, errEmpty
	case strings.HasSuffix(t, "%") || strings.HasPrefix(t, "%") || strings.HasSuffix(t, "‰"):
		return figure{}, fmt.Errorf("%q is a percentage, and a number is wanted", text)
	}
	var f figure
	if !f.strip(&t) {
		return wrong()
	}
	f.text = t
	if strings.Contains(t, "e") && f.power == "" {
		if !f.exponent() {
			return wrong()
		}
		return f, nil
	}
	if !f.separators() {
		return wrong()
	}
	if f.mark == Undecided && (f.currency == "¥" || f.currency == "£" || eastPower(f.power, text)) {
		f.mark = Point // as where these are used
	}
	return f, nil
}

// eastPower says that a unit is a Chinese one.
func eastPower(power, text string) bool {
	return power != "" && strings.ContainsAny(text, "万亿千百萬億")
}

// strip takes signs, brackets, currencies and units off the ends.
func (f *figure) strip(text *string) bool {
	t := *text
	signs := 0
	if inside, open := strings.CutPrefix(t, "("); open { // as accountants write it
		var closed bool
		if t, closed = strings.CutSuffix(inside, ")"); !closed {
			return false
		}
		f.negative, signs = true, 1
	}
	before, after := "", ""
	for range 3 {
		t = strings.TrimSpace(t)
		if rest, minus := strings.CutPrefix(t, "-"); minus {
			t, f.negative = rest, true
			signs++
		} else if rest, plus := strings.CutPrefix(t, "+"); plus {
			t = rest
			signs++
		} else if before == "" {
			t, before = cutCurrency(t, strings.CutPrefix)
		}
	}
	for range 4 {
		t = strings.TrimSpace(t)
		if rest, minus := strings.CutSuffix(t, "-"); minus {
			t, f.negative = rest, true
			signs++
			continue
		}
		if after == "" {
			if t, after = cutCurrency(t, strings.CutSuffix); after != "" {
				continue
			}
		}
		if f.power == "" {
			t, f.power = cutPower(t)
		}
	}
	if before != "" && after != "" && before != after || signs > 1 {
		return false
	}
	f.currency = before + after
	if before != "" && after != "" {
		f.currency = before
	}
	*text = strings.TrimSpace(t)
	return true
}

// exponent reads 1.2e+06, as Excel shows what is too wide for its column.
func (f *figure) exponent() bool {
	digits, power, _ := strings.Cut(f.text, "e")
	unsigned := strings.TrimLeft(power, "+-")
	if len(power)-len(unsigned) > 1 || unsigned == "" || len(unsigned) > 2 || strings.Trim(unsigned, "0123456789") != "" {
		return false
	}
	whole, fraction, sign := strings.Cut(strings.ReplaceAll(digits, ",", "."), ".")
	if whole == "" || len(whole) > 1 && sign || strings.Trim(whole+fraction, "0123456789") != "" {
		return false
	}
	f.text = digits
	if sign {
		f.lone = digits[len(whole)]
		f.mark = Mark(f.lone)
	}
	f.power = "e" + power
	return true
}

// separators finds out what the points, commas, spaces and apostrophes are.
func (f *figure) separators() bool {
	points, commas, lastPoint, lastComma := 0, 0, -1, -1
	group := "" // a space or an apostrophe
	digits := 0
	for i, c := range f.text {
		switch {
		case c >= '0' && c <= '9':
			digits++
		case c == '.':
			points++
			lastPoint = i
		case c == ',':
			commas++
			lastComma = i
		case c == ' ' || c == '\'' || c == '’':
			if group != "" && group != string(c) {
				return false
			}
			group = string(c)
		default:
			return false
		}
	}
	switch {
	case digits == 0:
		return false
	case group != "":
		if points+commas > 1 {
			return false
		}
		whole := f.text
		if points+commas == 1 {
			at := max(lastPoint, lastComma)
			f.lone, f.mark = f.text[at], Mark(f.text[at])
			whole = f.text[:at]
			if strings.Contains(f.text[at:], group) {
				return false
			}
		}
		return grouped(whole, group)
	case points > 0 && commas > 0:
		f.mark = Point
		if lastComma > lastPoint {
			f.mark = Comma
		}
		at := max(lastPoint, lastComma)
		return f.text[at+1:] != "" && strings.Count(f.text, string(rune(f.mark))) == 1 && grouped(f.text[:at], string(rune(f.mark.other())))
	case points+commas > 1: // thousands
		f.mark = Point
		if points > 1 {
			f.mark = Comma
		}
		return grouped(f.text, string(rune(f.mark.other())))
	case points+commas == 1:
		at := max(lastPoint, lastComma)
		f.lone = f.text[at]
		if whole, behind := f.text[:at], f.text[at+1:]; len(behind) != 3 || whole == "" || len(whole) > 3 || whole[0] == '0' {
			f.mark = Mark(f.lone)
		}
	}
	return true
}

// grouped says that a whole number is in groups of three digits, or, with
// commas, in those of India: 12,34,567.
func grouped(text, sign string) bool {
	groups := strings.Split(text, sign)
	if len(groups) == 1 {
		return strings.Trim(text, "0123456789") == "" && text != ""
	}
	last := len(groups) - 1
	size := len(groups[1])
	if size != 3 && (sign != "," || size != 2) || len(groups[0]) == 0 || len(groups[0]) > size || groups[0][0] == '0' || len(groups[last]) != 3 {
		return false
	}
	for i, g := range groups {
		if strings.Trim(g, "0123456789") != "" || i > 0 && i < last && len(g) != size {
			return false
		}
	}
	return true
}

// why a figure that tells its mark is not of the other one.
func (f *figure) why() string {
	return fmt.Sprintf("it has a %s that does not stand between thousands", f.wrongSign())
}

// wrongSign is the one that the other mark leaves no room for.
func (f *figure) wrongSign() Mark {
	if f.lone != 0 || strings.IndexByte(f.text, byte(f.mark)) >= 0 {
		return f.mark
	}
	return f.mark.other() // 1.574.000 with a decimal point
}

// value of the figure by its mark.
func (f *figure) value() (float64, error) {
	var b [64]byte
	text := b[:0]
	for i := range len(f.text) {
		switch c := f.text[i]; {
		case isDigit(c):
			text = append(text, c)
		case c == byte(f.mark):
			text = append(text, '.')
		}
	}
	text = append(text, f.power...) // 0.57e8 is exact where 0.57 times 1e8 is not
	v, err := strconv.ParseFloat(string(text), 64)
	if err != nil || math.IsInf(v, 0) || math.IsNaN(v) {
		return 0, fmt.Errorf("%.40q is too large for a number", f.text)
	}
	if f.negative {
		v = -v
	}
	return v, nil
}

func isDigit(c byte) bool { return c-'0' <= 9 }

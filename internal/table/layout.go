package table

import (
	"bufio"
	"bytes"
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// delimiters are those that are recognised, the most usual first.
var delimiters = []rune{',', ';', '\t', '|', '，', '；'}

// sampleRows is how many rows the layout is judged by.
const sampleRows = 200

// layout is how the rows of a file are laid out.
type layout struct {
	delim  rune
	eol    byte
	header int // line of the header, or of the first row where there is none; 0: no row
	titles int // rows above it
}

// layoutOf judges the beginning of a text. whole says that it is all of it.
func layoutOf(head []byte, whole bool, o *Options, shape *Shape) layout {
	l := layout{delim: o.Delimiter, eol: '\n'}
	if bytes.IndexByte(head, '\n') < 0 && bytes.IndexByte(head, '\r') >= 0 {
		l.eol = '\r'
	}
	skip := 0
	if d, n := sepLine(head, l.eol); n > 0 {
		shape.SepLine, skip = true, 1
		if l.delim == 0 {
			l.delim = d
		}
	}
	if at := bytes.LastIndexByte(head, l.eol); !whole && at > 0 {
		head = head[:at+1] // the last row is cut
	}
	var rows []Row
	if l.delim != 0 {
		rows = sample(head, l.delim, l.eol)
	} else {
		l.delim, rows = guess(head, l.eol, o)
	}
	rows = slices.DeleteFunc(rows, func(r Row) bool { return r.Line <= skip })
	if at := o.headerIn(rows); at < len(rows) {
		l.header, l.titles = rows[at].Line, at
	}
	return l
}

// sepLine recognises the first line by which Excel is told the delimiter.
func sepLine(head []byte, eol byte) (delim rune, n int) {
	line, _, whole := bytes.Cut(head, []byte{eol})
	text := strings.Trim(string(line[:min(len(line), 16)]), "\"\r \ufeff")
	if len(text) < 5 || !strings.EqualFold(text[:4], "sep=") {
		return 0, 0
	}
	delim, size := utf8.DecodeRuneInString(text[4:])
	if text[4:] == `\t` {
		delim, size = '\t', 2
	}
	if !whole || 4+size != len(text) || delim == utf8.RuneError {
		return 0, 0
	}
	return delim, len(line) + 1
}

// sample reads the first rows; those that cannot be read are left out.
func sample(head []byte, delim rune, eol byte) (rows []Row) {
	d := newDelimited(bufio.NewReaderSize(bytes.NewReader(head), len(head)+16), &Shape{}, string(delim), eol)
	for len(rows) < sampleRows {
		row, err := d.next()
		if err == io.EOF {
			break
		}
		if err == nil && !blank(row.Cells) {
			rows = append(rows, Row{row.Line, slices.Clone(row.Cells)})
		}
	}
	return rows
}

// guess takes the delimiter by which most rows have the same number of cells,
// and more than one. A header that the caller knows decides at once.
func guess(head []byte, eol byte, o *Options) (best rune, rows []Row) {
	best, bestShare, bestWidth := ',', 0.0, 1
	for _, delim := range delimiters {
		if !bytes.ContainsRune(head, delim) {
			continue
		}
		found := sample(head, delim, eol)
		if slices.ContainsFunc(found, o.isHeader) {
			return delim, found
		}
		width, share := usualWidth(found)
		if width < 2 {
			continue
		}
		if share > bestShare+0.1 || share > bestShare-0.1 && width > bestWidth {
			best, bestShare, bestWidth, rows = delim, share, width, found
		}
	}
	if rows == nil {
		rows = sample(head, best, eol)
	}
	return best, rows
}

// usualWidth is the number of cells that most rows have, and their share.
func usualWidth(rows []Row) (width int, share float64) {
	count := map[int]int{}
	for _, r := range rows {
		n := len(r.Cells)
		if count[n]++; count[n] > count[width] || count[n] == count[width] && n > width {
			width = n
		}
	}
	if len(rows) == 0 {
		return 0, 0
	}
	return width, float64(count[width]) / float64(len(rows))
}

// headerIn finds the row with the names, or the first row where there are none.
func (o *Options) headerIn(rows []Row) int {
	if o.HeaderLine > 0 {
		if at := slices.IndexFunc(rows, func(r Row) bool { return r.Line == o.HeaderLine }); at >= 0 {
			return at
		}
	}
	if at := slices.IndexFunc(rows, o.isHeader); at >= 0 {
		return at
	}
	width, share := usualWidth(rows)
	if share < 0.5 {
		return 0
	}
	least := usualFilled(rows, width)/2 + 1
	for i, r := range rows {
		if len(r.Cells) == width && (o.Headerless || filled(r.Cells) >= min(least, width)) {
			return i
		}
	}
	return 0
}

// usualFilled is the median of filled cells, of rows with so many cells.
func usualFilled(rows []Row, width int) int {
	var counts []int
	for _, r := range rows {
		if len(r.Cells) == width {
			counts = append(counts, filled(r.Cells))
		}
	}
	slices.Sort(counts)
	return counts[len(counts)/2]
}

// isHeader says whether a row is what the caller takes for a header.
func (o *Options) isHeader(r Row) bool {
	return o.IsHeader != nil && !o.Headerless && o.IsHeader(r.Cells)
}

// Name is a name in a header without what cannot be seen: spaces around it,
// several of them, line ends and marks of byte order.
func Name(cell string) string {
	plain := true
	for i := range len(cell) {
		if c := cell[i]; c >= utf8.RuneSelf || c <= ' ' && (c != ' ' || i == 0 || i == len(cell)-1 || cell[i-1] == ' ') {
			plain = false
			break
		}
	}
	if plain {
		return cell
	}
	return strings.Join(strings.FieldsFunc(cell, func(c rune) bool {
		return unicode.IsSpace(c) || c == '\ufeff' || c == '\u200b'
	}), " ")
}

func blank(cells []string) bool {
	return !slices.ContainsFunc(cells, func(c string) bool { return strings.TrimSpace(c) != "" })
}

func filled(cells []string) (n int) {
	for _, c := range cells {
		if strings.TrimSpace(c) != "" {
			n++
		}
	}
	return n
}

// totals begin a row that sums up the others.
var totals = []string{
	"grand total", "total", "totals", "subtotal", "sub total", "sub-total", "sum", "summe", "gesamt", "gesamtsumme",
	"合计", "总计", "小计", "共计", "总和", "合計", "總計", "小計", "共計",
}

// totalWord finds the first filled cell of a row if it is a word for a sum, with
// nothing but a number behind it; else -1.
func totalWord(cells []string) int {
	at := slices.IndexFunc(cells, func(c string) bool { return strings.TrimSpace(c) != "" })
	if at < 0 || len(cells[at]) > 64 {
		return -1
	}
	word := strings.TrimRight(strings.TrimSpace(cells[at]), " \u00a0:：=0123456789.,'")
	if word == "" || !slices.Contains(totals, strings.ToLower(Name(word))) {
		return -1
	}
	return at
}

// isText tells whether a cell holds more than a number.
func isText(cell string) bool {
	return strings.ContainsFunc(cell, unicode.IsLetter)
}

package survey

import (
	"fmt"
	"html/template"
	"io"
	"math"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"firstsign/alerting/message"
	"firstsign/internal/identity"
	"firstsign/signals/history"
)

const dayLength = int64(24 * time.Hour)

// row is a label and what is said.
type row struct{ Label, Text string }

// content is a Report in the words of one language.
type content struct {
	Title    string
	Rows     []row
	Warnings []string
}

// signalsShown are those with most lines.
const signalsShown = 12

func (r *Report) content(w *phrases) *content {
	c := &content{Title: w.title}
	add := func(label, text string) {
		if text != "" {
			c.Rows = append(c.Rows, row{label, text})
		}
	}
	file := r.File
	if r.Shape != nil {
		file += w.comma + w.shape(r.Shape)
	}
	add(w.file, file)
	add(w.rows, w.counted(r))
	if r.Lines > 0 {
		add(w.times, w.span(r)+w.comma+w.zone(r.Zone))
		add(w.accounts, w.clients(r))
	}
	for i := range r.Signals {
		s := &r.Signals[i]
		if i == signalsShown {
			add("...", fmt.Sprint("+", len(r.Signals)-i))
			break
		}
		text := w.signal(s)
		if s.Fractions || s.Least != 1 || s.Most != 1 {
			text += w.values(s)
		}
		add(s.Name, text)
	}
	if r.Lines > 0 {
		add(w.ids, w.idLine(&r.IDs))
	}
	for i := range r.Left {
		add(w.left, w.leftOut(&r.Left[i]))
	}
	if r.Bad > 0 {
		add(w.left, w.badRows(r.Bad))
	}
	switch {
	case r.Sorted && r.NewestFirst():
		add(w.sorted, w.newest)
	case r.Sorted:
		add(w.sorted, w.unordered(r.Summary))
	}
	c.Warnings = r.warnings(w)
	return c
}

// manyUndirected is the share of lines without a direction that is told, one in
// so many.
const manyUndirected = 20

// manyCopies is the share of lines without an id that repeat another in
// everything and are told, one in so many. A few calls in one minute are no copy.
const manyCopies = 100

// warnings are what looks wrong and may be right.
func (r *Report) warnings(w *phrases) (list []string) {
	if r.Shape != nil {
		for _, odd := range r.Shape.Warnings {
			text := w.odd(r.Shape, &odd)
			if odd.Line > 0 {
				text = w.line(odd.Line) + text
			}
			list = append(list, text)
		}
	}
	for _, g := range r.Gaps {
		list = append(list, w.gap(r, g))
	}
	list = append(list, w.renames(r.Changes())...)
	if from, lines := r.Thin(); from != 0 {
		list = append(list, w.thin(r, from, lines))
	}
	for _, left := range r.Left {
		if left.Reason == history.AfterEnd {
			list = append(list, w.planned(r, left.Rows))
		}
	}
	if n, ok := r.biggest(); ok {
		list = append(list, w.half(n, r.Lines))
	}
	accounts := r.Accounts()
	if n, ids := having(accounts, identity.IsShortened); ids > 0 {
		list = append(list, w.short(n, ids))
	}
	if n, ids := having(accounts, identity.IsGarbled); ids > 0 {
		list = append(list, w.garbled(n, ids))
	}
	if r.OnlyDays() {
		list = append(list, w.onlyDays)
	}
	for i := range r.Signals {
		s := &r.Signals[i]
		if len(s.Strange) > 0 {
			list = append(list, w.strange(s))
		}
		if s.Undirected*manyUndirected > s.Lines && s.Undirected > 0 {
			list = append(list, w.noWords(s))
		}
	}
	if r.IDs.Other > 0 {
		list = append(list, w.others(&r.IDs))
	}
	if r.IDs.Copies*manyCopies > r.IDs.Without {
		list = append(list, w.copies(&r.IDs))
	}
	if r.IDs.Sampled > 1 {
		list = append(list, w.sampled(r.IDs.Sampled))
	}
	if r.Unnamed > 0 {
		list = append(list, w.capped(r.Unnamed))
	}
	return list
}

// WriteText prints what was read.
func (r *Report) WriteText(out io.Writer, l message.Language) error {
	w := wordsOf(l)
	c := r.content(w)
	var text strings.Builder
	fmt.Fprintln(&text, c.Title)
	width := 0
	for _, row := range c.Rows {
		width = max(width, places(row.Label))
	}
	for _, row := range c.Rows {
		fmt.Fprintf(&text, "  %s%s  %s\n", row.Label, strings.Repeat(" ", width-places(row.Label)), row.Text)
	}
	for _, warning := range c.Warnings {
		fmt.Fprintf(&text, "  %s%s\n", w.warning, warning)
	}
	_, err := io.WriteString(out, text.String())
	return err
}

var block = template.Must(template.New("read").Parse(
	`<details class="fold"><summary>{{.Title}}</summary>
<table><tbody>
{{range .Rows}}<tr><th>{{.Label}}</th><td>{{.Text}}</td></tr>
{{end}}</tbody></table>
</details>
{{range .Warnings}}<p class="warning">{{.}}</p>
{{end}}`))

// HTML is what was read as a block of a page. Of the file it tells the name alone:
// a page goes to others, and where the file lies is nobody's business.
func (r *Report) HTML(l message.Language) template.HTML {
	named := *r
	named.File = filepath.Base(r.File)
	r = &named
	w := wordsOf(l)
	c := r.content(w)
	for i := range c.Warnings {
		c.Warnings[i] = w.warning + c.Warnings[i]
	}
	var text strings.Builder
	_ = block.Execute(&text, c)         // of strings only: cannot fail
	return template.HTML(text.String()) // escaped by the template
}

// places on the screen, where a Chinese character takes two.
func places(s string) (n int) {
	for _, c := range s {
		if n++; c >= 0x2e80 {
			n++
		}
	}
	return n
}

// percent of a part, never 0 or 100 for one that is not.
func percent(part, all int64) string { return share(part, all, "under 1 %", "over 99 %") }

func chinesePercent(part, all int64) string { return share(part, all, "不足 1 %", "超过 99 %") }

func share(part, all int64, under, over string) string {
	p := math.Round(100 * float64(part) / float64(all))
	switch {
	case part > 0 && p < 1:
		return under
	case part < all && p > 99:
		return over
	}
	return fmt.Sprintf("%.0f %%", p)
}

// figure writes a number with commas between thousands, and with two decimals where it has some.
func figure(v float64) string {
	decimals := 0
	if v != math.Trunc(v) {
		decimals = 2
	}
	digits := strconv.FormatFloat(math.Abs(v), 'f', decimals, 64)
	whole, fraction, _ := strings.Cut(digits, ".")
	for at := len(whole) - 3; at > 0; at -= 3 {
		whole = whole[:at] + "," + whole[at:]
	}
	if fraction != "" {
		whole += "." + fraction
	}
	if v < 0 {
		whole = "-" + whole
	}
	return whole
}

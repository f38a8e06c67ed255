package chart

import (
	"html"
	"html/template"
	"math"
	"strconv"
	"strings"
)

// Week is one step of a chart.
type Week struct {
	// From and To are where it stands, in weeks from the left. Both 0: it is a whole week, at
	// its place in the list.
	From, To float64
	Value    float64
	Seen     bool // there is a value; a sum has one even when it is 0
	Partly   bool // some of its days are missing in the value
	Past     bool // what was usual then is not known
	Expected float64
	// Four of five usual values lie between Low and High.
	Low, High float64
	Text      string // what a pointer over it shows
}

// Shade is a stretch that is to be read with care, in weeks from the left.
type Shade struct {
	From, To float64
	Kind     ShadeKind
	Text     string
}

// ShadeKind says why.
type ShadeKind string

// The kinds are classes of the style sheet.
const (
	Holiday ShadeKind = "holiday"
	Blind   ShadeKind = "blind"
)

// Chart is a series by weeks.
type Chart struct {
	Label       string // the chart in a sentence, for whoever does not see it
	Weeks       []Week
	Mean        bool // the values are means, drawn as points; else sums, drawn as bars
	Habit       bool // there is something to compare with
	Bad         bool // every value is bad news
	Shades      []Shade
	Span        float64 // in weeks; 0: as many as there are
	Ticks       []Tick  // instead of First and Last
	Change      float64 // where the change begins, in weeks from the left; below 0: nowhere
	ChangeText  string
	Moments     []Mark               // days that matter, as lines through the drawing
	First, Last string               // the days at both ends
	Number      func(float64) string // how the axis writes a number
}

// Tick is a place on the time axis that has a name.
type Tick struct {
	At   float64 // in weeks from the left
	Text string
}

// The drawing's size and the place of its axes, in its own units.
const (
	width, height            = 320.0, 132.0
	left, right, top, bottom = 34.0, 316.0, 14.0, 112.0
	sparkWidth, sparkHeight  = 96.0, 28.0
)

// scale turns values into places.
type scale struct {
	x0, dx     float64 // of week 0, and of one week
	y0, y1     float64 // of the lowest value, and of the highest
	least, top float64 // the values
}

func (s *scale) x(week float64) float64 { return s.x0 + week*s.dx }

func (s *scale) y(value float64) float64 {
	return s.y0 + (value-s.least)/(s.top-s.least)*(s.y1-s.y0)
}

// span is how many weeks the drawing is wide.
func (c *Chart) span() float64 {
	if c.Span > 0 {
		return c.Span
	}
	return float64(max(1, len(c.Weeks)))
}

// place is where a week stands.
func (c *Chart) place(i int) (from, to float64) {
	if w := &c.Weeks[i]; w.To > 0 {
		return w.From, w.To
	}
	return float64(i), float64(i + 1)
}

// judged are the weeks beside which a habit is drawn: those from a number on.
func (c *Chart) judged() (first int) {
	for first < len(c.Weeks) && (c.Weeks[first].Past || !c.Habit) {
		first++
	}
	return first
}

// bounds are the least and the greatest value to be drawn. Sums begin at 0.
func (c *Chart) bounds() (least, most float64) {
	least, most = math.Inf(1), math.Inf(-1)
	for i := range c.Weeks {
		w := &c.Weeks[i]
		if w.Seen {
			least, most = min(least, w.Value), max(most, w.Value)
		}
		if c.Habit && !w.Past {
			least, most = min(least, w.Low), max(most, w.High, w.Expected)
		}
	}
	switch {
	case least > most: // nothing at all
		return 0, 1
	case !c.Mean && most <= 0:
		return 0, 1
	case !c.Mean:
		return 0, nice(most)
	}
	space := max((most-least)/10, 1e-9)
	return least - space, most + space
}

// nice is the least of some round numbers, times a power of ten, that is not below x.
func nice(x float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(x)))
	for _, step := range []float64{1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8} {
		if x <= step*power {
			return step * power
		}
	}
	return 10 * power
}

// SVG draws the chart.
func (c *Chart) SVG() template.HTML {
	var d drawing
	d.open("chart", width, height, c.Label)
	c.draw(&d)
	return d.close()
}

// canvas is what a chart is drawn on. Classes say what a shape is, and texts what a pointer
// over it shows.
type canvas interface {
	rect(class string, x, y, w, h float64, text string)
	circle(class string, x, y, r float64, text string)
	path(class, path, text string) // of M, L, H, V, v and Z
	text(anchor string, x, y float64, text string)
}

func (c *Chart) draw(d canvas) {
	s := &scale{x0: left, dx: (right - left) / c.span(), y0: bottom, y1: top}
	s.least, s.top = c.bounds()
	judged := c.judged()
	if judged < len(c.Weeks) {
		d.path("band", c.band(s, judged), "")
	}
	for _, shade := range c.Shades {
		d.rect(string(shade.Kind), s.x(shade.From), top, s.x(shade.To)-s.x(shade.From), bottom-top, shade.Text)
	}
	d.path("axis", "M"+place(left)+" "+place(bottom)+"H"+place(right), "")
	if judged < len(c.Weeks) {
		d.path("expected", c.expected(s, judged), "")
	}
	c.values(d, s)
	if c.Change >= 0 {
		x := s.x(c.Change)
		d.path("change", "M"+place(x)+" "+place(top-6)+"V"+place(bottom), c.ChangeText)
	}
	for _, m := range c.Moments {
		x := s.x(m.At)
		d.path("moment "+string(m.Kind), "M"+place(x)+" "+place(top)+"V"+place(bottom), m.Text)
		drawMoment(d, m, x, top-5, 4)
	}
	c.axis(d, s)
}

// axis writes the numbers on the left and the days below.
func (c *Chart) axis(d canvas, s *scale) {
	if c.Number != nil && !math.IsNaN(s.top-s.least) && !math.IsInf(s.top-s.least, 0) {
		d.text("end", left-5, bottom+3, c.Number(s.least))
		d.text("end", left-5, top+4, c.Number(s.top))
	}
	if len(c.Ticks) > 0 {
		drawTicks(d, s, c.Ticks, right, bottom)
		return
	}
	d.text("start", left, height-5, c.First)
	d.text("end", right, height-5, c.Last)
}

// The room that the name of a tick needs: at least tickWidth, and so much for each of its
// letters. Text of phones is larger than that of a desk, see the style sheet; narrowLetter is
// that of a desk.
const (
	tickWidth       = 24.0
	tickLetter      = 8.5
	narrowLetter    = 5.6
	chineseOfLetter = 1.8 // a Chinese character is so many times as wide
)

// drawTicks draws the time axis below a drawing. A name that does not fit before the right
// end, or beside the one before it, is left out.
func drawTicks(d canvas, s *scale, ticks []Tick, right, bottom float64) {
	free := 0.0
	for _, t := range ticks {
		x := s.x(t.At)
		d.path("axis", "M"+place(x)+" "+place(bottom)+"v4", "")
		if x+max(tickWidth, widthOf(t.Text, narrowLetter)) <= right+4 && x >= free {
			d.text("start", x+2, bottom+15, t.Text)
			free = x + widthOf(t.Text, tickLetter)
		}
	}
}

// widthOf a text whose letters have a width.
func widthOf(text string, letter float64) (width float64) {
	for _, c := range text {
		if c >= 0x2e80 {
			width += (chineseOfLetter - 1) * letter
		}
		width += letter
	}
	return width
}

// values draws the bars or the points.
func (c *Chart) values(d canvas, s *scale) {
	line := ""
	for i := range c.Weeks {
		w := &c.Weeks[i]
		if !w.Seen {
			continue
		}
		class := "value" + c.standing(w)
		from, to := c.place(i)
		x, y, wide := s.x(from), s.y(w.Value), (to-from)*s.dx
		if c.Mean {
			x += wide / 2
			line += pen(line) + place(x) + " " + place(y)
			d.circle(class, x, y, min(3.2, s.dx/4), w.Text)
			continue
		}
		tall := max(bottom-y, 1.5) // none is shown as well
		d.rect(class, x+wide*0.2, bottom-tall, wide*0.6, tall, w.Text)
	}
	if line != "" {
		d.path("line", line, "")
	}
}

// standing is the class of a value that is out of the usual range.
func (c *Chart) standing(w *Week) string {
	switch {
	case c.Bad && w.Value > 0:
		return " bad"
	case w.Partly:
		return " partly"
	case w.Past:
		return " past"
	case c.Bad, !c.Habit:
		return ""
	case w.Value < w.Low:
		return " below"
	case w.Value > w.High:
		return " above"
	}
	return ""
}

// band is the outline of the usual range from a week on, in steps of weeks.
func (c *Chart) band(s *scale, first int) string {
	there, back := "", ""
	for i := first; i < len(c.Weeks); i++ {
		w := &c.Weeks[i]
		from, to := c.place(i)
		there += pen(there) + place(s.x(from)) + " " + place(s.y(w.High)) + "H" + place(s.x(to))
		back = "L" + place(s.x(to)) + " " + place(s.y(max(s.least, w.Low))) + "H" + place(s.x(from)) + back
	}
	return there + back + "Z"
}

// expected is the line of what was to be expected from a week on.
func (c *Chart) expected(s *scale, first int) string {
	line := ""
	for i := first; i < len(c.Weeks); i++ {
		from, to := c.place(i)
		line += pen(line) + place(s.x(from)) + " " + place(s.y(c.Weeks[i].Expected)) + "H" + place(s.x(to))
	}
	return line
}

// Spark draws the same small, without words: values and the usual range.
func (c *Chart) Spark() template.HTML {
	s := &scale{x0: 0, dx: sparkWidth / c.span(), y0: sparkHeight - 1, y1: 2}
	s.least, s.top = c.bounds()
	var d drawing
	d.open("spark", sparkWidth, sparkHeight, c.Label)
	if judged := c.judged(); judged < len(c.Weeks) {
		d.path("band", c.band(s, judged), "")
	}
	d.path("axis", "M0 "+place(s.y0)+"H"+place(sparkWidth), "")
	for i := range c.Weeks {
		w := &c.Weeks[i]
		if !w.Seen {
			continue
		}
		x, y := s.x(float64(i)), s.y(w.Value)
		if c.Mean {
			d.circle("value"+c.standing(w), x+s.dx/2, y, 2, "")
			continue
		}
		tall := max(s.y0-y, 1)
		d.rect("value"+c.standing(w), x+s.dx*0.18, s.y0-tall, s.dx*0.64, tall, "")
	}
	return d.close()
}

// drawing is the text of an SVG. All names and texts are escaped.
type drawing struct{ strings.Builder }

func (d *drawing) open(class string, w, h float64, label string) {
	d.WriteString(`<svg class="` + class + `" viewBox="0 0 ` + place(w) + " " + place(h) + `" role="img" aria-label="` + html.EscapeString(label) + `">`)
}

func (d *drawing) close() template.HTML {
	d.WriteString("</svg>")
	return template.HTML(d.String()) //nolint:gosec // all texts in it are escaped
}

// element ends an element that may have a text for the pointer.
func (d *drawing) element(name, text string) {
	if text == "" {
		d.WriteString("/>")
		return
	}
	d.WriteString("><title>" + html.EscapeString(text) + "</title></" + name + ">")
}

func (d *drawing) rect(class string, x, y, w, h float64, text string) {
	d.WriteString(`<rect class="` + class + `" x="` + place(x) + `" y="` + place(y) + `" width="` + place(max(0, w)) + `" height="` + place(max(0, h)) + `"`)
	d.element("rect", text)
}

func (d *drawing) circle(class string, x, y, r float64, text string) {
	d.WriteString(`<circle class="` + class + `" cx="` + place(x) + `" cy="` + place(y) + `" r="` + place(r) + `"`)
	d.element("circle", text)
}

func (d *drawing) path(class, path, text string) {
	d.WriteString(`<path class="` + class + `" d="` + path + `"`)
	d.element("path", text)
}

func (d *drawing) text(anchor string, x, y float64, text string) {
	d.WriteString(`<text text-anchor="` + anchor + `" x="` + place(x) + `" y="` + place(y) + `">` + html.EscapeString(text) + `</text>`)
}

// pen begins a path, or goes on with it in a straight line.
func pen(path string) string {
	if path == "" {
		return "M"
	}
	return "L"
}

// place writes a coordinate.
func place(x float64) string { return strconv.FormatFloat(drawn(x), 'f', -1, 64) }

// drawn is a coordinate to a tenth. What is no number is drawn at 0.
func drawn(x float64) float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return 0
	}
	return math.Round(x*10) / 10
}

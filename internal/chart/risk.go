package chart

import (
	"html/template"
	"math"
)

// Risk is how unusual an account was, over time. It is drawn by its logarithm: each step up
// is as many times rarer.
type Risk struct {
	Label       string // the chart in a sentence, for whoever does not see it
	Weeks       []RiskWeek
	Alert       float64 // the risk at which an alert is raised
	AlertText   string
	Rare, Usual string // what the upper and the lower end mean
	Episodes    []Shade
	Marks       []Mark
	Span        float64 // in weeks
	Ticks       []Tick
}

// RiskWeek is the risk of a week, in account-years.
type RiskWeek struct {
	From, To     float64 // in weeks from the left
	End, Highest float64
	Text         string // what a pointer over it shows
}

// Mark is something that happened at a time.
type Mark struct {
	At   float64 // in weeks from the left
	Kind MarkKind
	Text string
}

// MarkKind says what happened.
type MarkKind string

// The kinds are classes of the style sheet.
const (
	RaisedMark MarkKind = "raised"
	AnswerMark MarkKind = "answer"
	OverMark   MarkKind = "over"
	// LostMark is the day of a loss, or of a silence that lasted. SignMark is a first sign.
	LostMark MarkKind = "lost"
	SignMark MarkKind = "sign"
)

// rounding is by how much a risk that was kept may be too great: one that only reaches the
// alert's has probably not.
const rounding = 1.07

// Episode is a stretch in which an alert was open.
const Episode ShadeKind = "episode"

// The drawing's size and the places in it, in its own units.
const (
	riskWidth, riskHeight = 480.0, 146.0
	riskLeft, riskRight   = 62.0, 472.0
	riskTop, riskBottom   = 12.0, 108.0
	markLane              = 118.0
	riskAxis              = 127.0
	wordHeight            = 12.0 // between two words on the left
)

// scaleOf is where the least and the greatest logarithm are drawn.
func (c *Risk) scaleOf(x0, x1, y0, y1 float64) *scale {
	s := &scale{x0: x0, dx: (x1 - x0) / max(1, c.Span), y0: y0, y1: y1}
	s.least, s.top = ln(c.Alert), ln(c.Alert)
	for _, w := range c.Weeks {
		s.least, s.top = min(s.least, ln(w.End)), max(s.top, ln(w.Highest))
	}
	space := math.Ln2 / 2 // above and below
	s.least, s.top = s.least-space, s.top+space
	return s
}

// ln is the logarithm of a risk; of none it is far below.
func ln(years float64) float64 { return math.Log(max(years, 1e-3)) }

// SVG draws the chart.
func (c *Risk) SVG() template.HTML {
	s := c.scaleOf(riskLeft, riskRight, riskBottom, riskTop)
	var d drawing
	d.open("chart risk", riskWidth, riskHeight, c.Label)
	for _, e := range c.Episodes {
		d.rect(string(e.Kind), s.x(e.From), riskTop-6, s.x(e.To)-s.x(e.From), riskAxis-riskTop+6, e.Text)
	}
	if line := c.line(s); line != "" {
		d.path("area", line+"V"+place(riskBottom)+"H"+place(s.x(c.Weeks[0].To))+"Z", "")
		d.path("line", line, "")
	}
	alert := s.y(ln(c.Alert))
	d.path("alert", "M"+place(riskLeft)+" "+place(alert)+"H"+place(riskRight), "")
	d.path("axis", "M"+place(riskLeft)+" "+place(riskAxis)+"H"+place(riskRight), "")
	c.weeks(&d, s)
	for _, m := range c.Marks {
		drawMoment(&d, m, s.x(min(m.At, c.Span)), markLane, 5)
	}
	c.words(&d, alert)
	drawTicks(&d, s, c.Ticks, riskRight, riskAxis)
	return d.close()
}

// line goes through the ends of the weeks.
func (c *Risk) line(s *scale) (line string) {
	for _, w := range c.Weeks {
		line += pen(line) + place(s.x(w.To)) + " " + place(s.y(ln(w.End)))
	}
	return line
}

// weeks draws the end of each week and its highest day, and has a pointer anywhere over it
// say what it was.
func (c *Risk) weeks(d *drawing, s *scale) {
	for _, w := range c.Weeks {
		x, y := s.x(w.To), s.y(ln(w.End))
		if high := s.y(ln(w.Highest)); y-high > 1 {
			d.path("highest", "M"+place(x)+" "+place(y)+"V"+place(high), "")
		}
		d.circle(c.standing(w.End/rounding), x, y, 2.6, "")
	}
	for _, w := range c.Weeks {
		d.rect("pointed", s.x(w.From), riskTop, s.x(w.To)-s.x(w.From), riskBottom-riskTop, w.Text)
	}
}

func (c *Risk) standing(risk float64) string {
	if risk >= c.Alert {
		return "value bad"
	}
	return "value"
}

// words writes what the height means. Where two would meet, that of the alert stays.
func (c *Risk) words(d *drawing, alert float64) {
	d.text("end", riskLeft-6, alert+3, c.AlertText)
	if alert-riskTop > wordHeight {
		d.text("end", riskLeft-6, riskTop+3, c.Rare)
	}
	if riskBottom-alert > wordHeight {
		d.text("end", riskLeft-6, riskBottom+3, c.Usual)
	}
}

// drawMoment draws what happened: a triangle, a square, a cross, a diamond or a ring, so that
// kinds differ without colours. half is half of its height.
func drawMoment(d canvas, m Mark, x, y, half float64) {
	class := "mark " + string(m.Kind)
	at := "M" + place(x) + " " + place(y-half)
	switch m.Kind {
	case RaisedMark:
		d.path(class, at+"L"+place(x+half)+" "+place(y+half-1)+"H"+place(x-half)+"Z", m.Text)
	case AnswerMark:
		d.rect(class, x-half*0.7, y-half*0.7, half*1.4, half*1.4, m.Text)
	case LostMark:
		d.path(class, "M"+place(x-half+1)+" "+place(y-half+1)+"L"+place(x+half-1)+" "+place(y+half-1)+"M"+place(x+half-1)+" "+place(y-half+1)+"L"+place(x-half+1)+" "+place(y+half-1), m.Text)
	case SignMark:
		d.path(class, at+"L"+place(x+half)+" "+place(y)+"L"+place(x)+" "+place(y+half)+"L"+place(x-half)+" "+place(y)+"Z", m.Text)
	default:
		d.circle(class, x, y, half*0.8, m.Text)
	}
}

// Spark draws the same small, without words.
func (c *Risk) Spark() template.HTML {
	s := c.scaleOf(2, sparkWidth-4, sparkHeight-2, 3)
	var d drawing
	d.open("spark", sparkWidth, sparkHeight, c.Label)
	alert := place(s.y(ln(c.Alert)))
	d.path("alert", "M0 "+alert+"H"+place(sparkWidth), "")
	if line := c.line(s); line != "" {
		d.path("line", line, "")
		last := c.Weeks[len(c.Weeks)-1]
		d.circle(c.standing(last.End), s.x(last.To), s.y(ln(last.End)), 3, "")
	}
	return d.close()
}

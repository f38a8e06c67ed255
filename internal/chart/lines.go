package chart

import (
	"html/template"
	"math"
)

// Lines are curves over two plain axes.
type Lines struct {
	Label       string // the drawing in a sentence, for whoever does not see it
	Curves      []Curve
	Across, Up  string  // names of the axes
	Left, Right float64 // the ends of the axis across
	Top         float64 // the axis up goes from 0 to here
	NumberX     func(float64) string
	NumberY     func(float64) string
	Upright     float64 // a line across which something changes, such as the day of the loss
	UprightText string  // empty: there is no such line
}

// Curve is one line of Lines.
type Curve struct {
	Kind   string // a class of the style sheet
	Points []XY
	Dots   bool // single points instead of a line
	Text   string
}

// XY is a point.
type XY struct{ X, Y float64 }

// linesTop leaves room for the name of the axis above the drawing.
const linesTop = 26.0

// SVG draws the curves, the first one above the others.
func (l *Lines) SVG() template.HTML {
	s := &scale{x0: wideLeft, dx: (wideRight - wideLeft) / max(1e-9, l.Right-l.Left), y0: wideBottom, y1: linesTop, top: l.Top}
	x := func(v float64) float64 { return s.x(min(max(v, l.Left), l.Right) - l.Left) }
	y := func(v float64) float64 { return s.y(min(max(v, 0), l.Top)) }
	var d drawing
	d.open("chart broad", wideWidth, wideBottom+2*tickRoom-8, l.Label)
	d.levels(s, 0, l.NumberY)
	d.path("axis", "M"+place(wideLeft)+" "+place(wideBottom)+"H"+place(wideRight), "")
	for _, v := range levels(l.Left, l.Right, 0) {
		d.path("axis", "M"+place(x(v))+" "+place(wideBottom)+"v4", "")
		d.text(anchorOf(x(v)), x(v), wideBottom+15, l.NumberX(v))
	}
	if l.UprightText != "" {
		d.path("bound", "M"+place(x(l.Upright))+" "+place(linesTop)+"V"+place(wideBottom), l.UprightText)
	}
	for i := len(l.Curves) - 1; i >= 0; i-- {
		c := &l.Curves[i]
		path := ""
		for _, p := range c.Points {
			if math.IsNaN(p.X) || math.IsNaN(p.Y) {
				continue
			}
			if c.Dots {
				d.circle("dot "+c.Kind, x(p.X), y(p.Y), 4.5, c.Text)
				continue
			}
			path += pen(path) + place(x(p.X)) + " " + place(y(p.Y))
		}
		if path != "" {
			d.path("curve "+c.Kind, path, c.Text)
		}
	}
	d.text("end", wideRight, wideBottom+2*tickRoom-12, l.Across)
	d.text("start", 0, linesTop-12, l.Up)
	return d.close()
}

// anchorOf keeps the number at the right end inside the drawing.
func anchorOf(x float64) string {
	if x > wideRight-8 {
		return "end"
	}
	return "middle"
}

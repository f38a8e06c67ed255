package chart

import (
	"html/template"
	"math"
)

// Agreement compares what was promised with what was seen, both on a logarithmic axis. On
// the diagonal they are the same.
type Agreement struct {
	Label           string // the drawing in a sentence, for whoever does not see it
	Promised, Found string // what the axes show
	Points          []Agreed
	Number          func(float64) string
}

// Agreed is one point.
type Agreed struct {
	Promised  float64
	Found     float64 // infinite: nothing was seen
	Low, High float64 // interval of Found; High may be infinite
	Text      string  // what a pointer over it shows
}

// The square's size, in units of the drawing.
const (
	squareWidth, squareHeight                        = 340.0, 250.0
	squareLeft, squareRight, squareTop, squareBottom = 44.0, 330.0, 26.0, 206.0
)

// square places logarithms.
type square struct{ least, most float64 }

func (s *square) part(v float64) float64 {
	if math.IsInf(v, 1) {
		return 1
	}
	return min(1, max(0, math.Log(v/s.least)/math.Log(s.most/s.least)))
}

func (s *square) x(v float64) float64 { return squareLeft + s.part(v)*(squareRight-squareLeft) }
func (s *square) y(v float64) float64 { return squareBottom - s.part(v)*(squareBottom-squareTop) }

// SVG draws the points with their intervals.
func (a *Agreement) SVG() template.HTML {
	s := a.bounds()
	var d drawing
	d.open("chart agreement", squareWidth, squareHeight, a.Label)
	d.path("axis", "M"+place(squareLeft)+" "+place(squareTop)+"V"+place(squareBottom)+"H"+place(squareRight), "")
	d.path("expected", "M"+place(squareLeft)+" "+place(squareBottom)+"L"+place(squareRight)+" "+place(squareTop), "")
	for _, tick := range s.ticks() {
		d.text("middle", s.x(tick), squareBottom+14, a.Number(tick))
		d.text("end", squareLeft-6, s.y(tick)+4, a.Number(tick))
	}
	d.text("end", squareRight, squareHeight-10, a.Promised)
	d.text("start", 0, squareTop-14, a.Found)
	for _, p := range a.Points {
		class := "value"
		if p.High < p.Promised || p.Low > p.Promised {
			class += " bad"
		}
		x := s.x(p.Promised)
		d.path("line", "M"+place(x)+" "+place(s.y(p.Low))+"V"+place(s.y(p.High)), "")
		if !math.IsInf(p.Found, 1) {
			d.circle(class, x, s.y(p.Found), 4, p.Text)
		}
	}
	return d.close()
}

// bounds hold all that can be drawn: both axes are the same.
func (a *Agreement) bounds() *square {
	s := &square{math.Inf(1), 0}
	for _, p := range a.Points {
		for _, v := range []float64{p.Promised, p.Found, p.Low, p.High} {
			if v > 0 && !math.IsInf(v, 1) {
				s.least, s.most = min(s.least, v), max(s.most, v)
			}
		}
	}
	if s.least > s.most {
		return &square{1, 10}
	}
	s.least, s.most = s.least/1.3, s.most*1.3
	return s
}

// ticks are round numbers between the bounds: 1, 2 and 5 of each power of ten, or the powers
// alone where these are many.
func (s *square) ticks() (list []float64) {
	steps := []float64{1, 2, 5}
	if s.most/s.least > 1000 {
		steps = steps[:1]
	}
	for power := math.Pow(10, math.Floor(math.Log10(s.least))); power <= s.most && len(list) < 20; power *= 10 {
		for _, step := range steps {
			if v := step * power; v >= s.least && v <= s.most {
				list = append(list, v)
			}
		}
	}
	return list
}

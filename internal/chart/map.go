package chart

import (
	"html"
	"html/template"
	"math"
)

// Point is something on a Map.
type Point struct {
	Across, Up float64 // Across from 0 to 1; Up above 0
	Size       float64 // the area; 0 is drawn as a small one
	Kind       string  // a class of the style sheet
	Shape      Shape
	Link       string
	Name       string
	Named      bool   // the name is written beside it, where there is room; else only while it has the focus
	Text       string // what a pointer over it shows, and what a screen reader says
}

// Shape tells kinds of points apart without colours.
type Shape string

// The shapes.
const (
	Plain  Shape = ""
	Cross  Shape = "cross"  // an x in it
	Bar    Shape = "bar"    // a bar in it
	Ring   Shape = "ring"   // a ring around it
	Dashed Shape = "dashed" // a dashed outline
)

// Map shows points by two figures, with fields between two bounds.
type Map struct {
	Label        string
	Points       []Point // of which the first is drawn first
	Right, Above float64 // the bounds; Above 0: there are none
	// Fields are the names of the fields: above on the left and on the right, below on the
	// left and on the right.
	Fields     [4]string
	Across, Up string // names of the axes
	Number     func(float64) string
}

// The drawing's size and the place of its axes, in its own units. On a phone a unit is about
// one pixel, on a desk three; the style sheet sets the text for both.
const (
	mapWidth, mapHeight                = 400.0, 276.0
	mapLeft, mapRight, mapTop, mapFoot = 33.0, 394.0, 15.0, 254.0
	leastRadius, mostRadius            = 2.2, 13.0
	letterWidth, letterHeight          = 2.7, 6.0 // of a name, on a desk
)

// mapScale turns figures into places. The figure that goes up is drawn by its logarithm:
// what customers buy differs by factors, not by sums.
type mapScale struct {
	low, high float64 // logarithms, base 10
	most      float64 // the greatest size
}

func (m *Map) scale() mapScale {
	s := mapScale{low: math.Inf(1), high: math.Inf(-1)}
	for i := range m.Points {
		up := math.Log10(m.Points[i].Up)
		s.low, s.high, s.most = min(s.low, up), max(s.high, up), max(s.most, m.Points[i].Size)
	}
	if m.Above > 0 {
		s.low, s.high = min(s.low, math.Log10(m.Above)), max(s.high, math.Log10(m.Above))
	}
	if !(s.low <= s.high) || math.IsInf(s.low, 0) || math.IsInf(s.high, 0) {
		s.low, s.high = 0, 1
	}
	room := max(0.15, (s.high-s.low)/14)
	s.low, s.high = s.low-room, s.high+room
	return s
}

func (s *mapScale) x(across float64) float64 {
	return mapLeft + min(1, max(0, across))*(mapRight-mapLeft)
}

func (s *mapScale) y(up float64) float64 {
	return mapFoot - (math.Log10(up)-s.low)/(s.high-s.low)*(mapFoot-mapTop)
}

func (s *mapScale) radius(size float64) float64 {
	if !(size > 0) || s.most <= 0 {
		return leastRadius
	}
	return max(leastRadius, mostRadius*math.Sqrt(size/s.most))
}

// SVG draws the map. Every point with a link can be reached by the keyboard.
func (m *Map) SVG() template.HTML {
	s := m.scale()
	var d drawing
	d.WriteString(`<svg class="map" viewBox="0 0 ` + place(mapWidth) + " " + place(mapHeight) + `" role="group" aria-label="` + html.EscapeString(m.Label) + `">`)
	m.ground(&d, &s)
	var taken []box
	for i := range m.Points {
		p := &m.Points[i]
		m.point(&d, p, s.x(p.Across), s.y(p.Up), s.radius(p.Size))
	}
	for i := range m.Points { // names lie above all circles
		p := &m.Points[i]
		if p.Named {
			taken = writeName(&d, p.Name, s.x(p.Across), s.y(p.Up), s.radius(p.Size), taken)
		}
	}
	return d.close()
}

// ground draws axes, steps, bounds and the names of the fields.
func (m *Map) ground(d *drawing, s *mapScale) {
	for _, part := range []float64{0, 0.25, 0.5, 0.75, 1} {
		x := s.x(part)
		d.path("grid", "M"+place(x)+" "+place(mapTop)+"V"+place(mapFoot), "")
		anchor := map[float64]string{0: "start", 1: "end"}[part]
		if anchor == "" {
			anchor = "middle"
		}
		d.text(anchor, x, mapFoot+9, place(100*part)+" %")
	}
	for _, up := range steps(s.low, s.high) {
		y := s.y(up)
		d.path("grid", "M"+place(mapLeft)+" "+place(y)+"H"+place(mapRight), "")
		if m.Number != nil {
			d.text("end", mapLeft-2, y+2, m.Number(up))
		}
	}
	d.path("axis", "M"+place(mapLeft)+" "+place(mapTop)+"V"+place(mapFoot)+"H"+place(mapRight), "")
	d.text("end", mapRight, mapHeight-2, m.Across+" →")
	d.text("start", 1, mapTop-6, "↑ "+m.Up)
	if m.Above <= 0 {
		return
	}
	x, y := s.x(m.Right), s.y(m.Above)
	d.path("bound", "M"+place(mapLeft)+" "+place(y)+"H"+place(mapRight)+"M"+place(x)+" "+place(mapTop)+"V"+place(mapFoot), "")
	d.text("start", mapLeft+3, mapTop+8, m.Fields[0])
	d.text("end", mapRight-3, mapTop+8, m.Fields[1])
	d.text("start", mapLeft+3, mapFoot-3, m.Fields[2])
	d.text("end", mapRight-3, mapFoot-3, m.Fields[3])
}

// steps are round numbers between two logarithms, a factor of ten apart, or of two and a half
// and two where there would be few.
func steps(low, high float64) (list []float64) {
	round := []float64{1}
	if high-low < 2.5 {
		round = []float64{1, 2, 5}
	}
	for power := math.Floor(low); power <= high && len(list) < 12; power++ {
		for _, one := range round {
			if at := power + math.Log10(one); at >= low && at <= high {
				list = append(list, one*math.Pow(10, power))
			}
		}
	}
	return list
}

func (m *Map) point(d *drawing, p *Point, x, y, r float64) {
	if p.Link != "" {
		d.WriteString(`<a href="` + html.EscapeString(p.Link) + `" aria-label="` + html.EscapeString(p.Text) + `">`)
	}
	class := "spot " + p.Kind
	if p.Shape == Dashed {
		class += " dashed"
	}
	d.circle(class, x, y, r, p.Text)
	inner := max(1.3, r*0.45)
	switch p.Shape {
	case Cross:
		d.path("mark", "M"+place(x-inner)+" "+place(y-inner)+"l"+place(2*inner)+" "+place(2*inner)+"M"+place(x-inner)+" "+place(y+inner)+"l"+place(2*inner)+" "+place(-2*inner), "")
	case Bar:
		d.path("mark", "M"+place(x-inner)+" "+place(y)+"h"+place(2*inner), "")
	case Ring:
		d.circle("ring "+p.Kind, x, y, r+1.6, "")
	case Plain, Dashed:
	}
	if p.Link != "" {
		if !p.Named {
			anchor := map[bool]string{true: "end", false: "start"}[x > (mapLeft+mapRight)/2]
			d.WriteString(`<text class="name tip" text-anchor="` + anchor + `" x="` + place(x) + `" y="` + place(y-r-2) + `" aria-hidden="true">` + html.EscapeString(string(lettersOf(p.Name))) + `</text>`)
		}
		d.WriteString("</a>")
	}
}

// box is where a name stands.
type box struct{ x0, y0, x1, y1 float64 }

func (b box) meets(o box) bool { return b.x0 < o.x1 && o.x0 < b.x1 && b.y0 < o.y1 && o.y0 < b.y1 }

// longestName is how many letters of a name are written. The text of the point has all.
const longestName = 24

// writeName writes a name beside its circle, on the right or on the left, where no other name
// stands; nowhere when there is no room.
func writeName(d *drawing, name string, x, y, r float64, taken []box) []box {
	letters := lettersOf(name)
	width := 0.0
	for _, c := range letters {
		width += letterWidth
		if c >= 0x2e80 { // Chinese is twice as wide
			width += letterWidth
		}
	}
	for _, side := range []struct {
		anchor   string
		at, from float64
	}{{"start", x + r + 2, x + r + 2}, {"end", x - r - 2, x - r - 2 - width}} {
		b := box{side.from, y - letterHeight/2, side.from + width, y + letterHeight/2}
		if b.x0 < mapLeft || b.x1 > mapRight || meetsAny(b, taken) {
			continue
		}
		d.WriteString(`<text class="name" text-anchor="` + side.anchor + `" x="` + place(side.at) + `" y="` + place(y+letterHeight/3) + `" aria-hidden="true">` + html.EscapeString(string(letters)) + `</text>`)
		return append(taken, b)
	}
	return taken
}

// lettersOf a name, as many as are written.
func lettersOf(name string) []rune {
	letters := []rune(name)
	if len(letters) > longestName {
		letters = append(letters[:longestName-1], '…')
	}
	return letters
}

func meetsAny(b box, taken []box) bool {
	for _, o := range taken {
		if b.meets(o) {
			return true
		}
	}
	return false
}

// Sample draws one point of a kind, for a legend.
func Sample(kind string, shape Shape) template.HTML {
	var d drawing
	d.WriteString(`<svg class="sample" viewBox="0 0 16 16" aria-hidden="true">`)
	(&Map{}).point(&d, &Point{Kind: kind, Shape: shape}, 8, 8, 5)
	return d.close()
}

// Share draws a bar of a whole, of which a part is marked, and of that another part.
func Share(label string, part, ofPart float64) template.HTML {
	var d drawing
	d.WriteString(`<svg class="share" viewBox="0 0 200 8" preserveAspectRatio="none" role="img" aria-label="` + html.EscapeString(label) + `">`)
	width := func(x float64) float64 { return 200 * min(1, max(0, x)) }
	d.rect("whole", 0, 0, 200, 8, "")
	d.rect("part", 0, 0, width(part), 8, "")
	d.rect("risk", 0, 0, width(part*ofPart), 8, "")
	return d.close()
}

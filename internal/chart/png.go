package chart

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"math"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"
)

// pixels is how many pixels a unit of a drawing is: 960 in all, for mails show a picture up
// to 600 wide, and screens have more pixels than that.
const pixels = 3

// PNG draws the same chart, light, for programs that show no SVG. Names of days and numbers
// are written in Latin characters only.
func (c *Chart) PNG() ([]byte, error) {
	b, err := newBitmap(width, height)
	if err != nil {
		return nil, err
	}
	c.draw(b)
	var out bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	if err := encoder.Encode(&out, b.image); err != nil {
		return nil, fmt.Errorf("draw a chart: %w", err)
	}
	return out.Bytes(), nil
}

// bitmap is a canvas of pixels.
type bitmap struct {
	image *image.RGBA
	face  font.Face
}

var goFont = sync.OnceValues(func() (*opentype.Font, error) { return opentype.Parse(goregular.TTF) })

func newBitmap(w, h float64) (*bitmap, error) {
	f, err := goFont()
	if err != nil {
		return nil, fmt.Errorf("read the font of charts: %w", err)
	}
	face, err := opentype.NewFace(f, &opentype.FaceOptions{Size: 10 * pixels, DPI: 72, Hinting: font.HintingNone})
	if err != nil {
		return nil, fmt.Errorf("read the font of charts: %w", err)
	}
	b := &bitmap{image.NewRGBA(image.Rect(0, 0, int(w*pixels), int(h*pixels))), face}
	draw.Draw(b.image, b.image.Bounds(), image.White, image.Point{}, draw.Src)
	return b, nil
}

// look is what the style sheet says of a class, in its light colours.
type look struct {
	fill, stroke color.NRGBA
	wide         float64    // the stroke, in units
	dash         [2]float64 // on and off; 0: it is whole
}

func ink(rgb uint32, opacity float64) color.NRGBA {
	return color.NRGBA{uint8(rgb >> 16), uint8(rgb >> 8), uint8(rgb), uint8(math.Round(255 * opacity))}
}

// The colours of internal/stylesheet.
const (
	valueColour, badColour, warnColour, lineColour, softColour = 0x5f7fa8, 0xb3261e, 0xb9862b, 0xe0e0e5, 0x60606a
	bandColour, expectedColour, holidayColour, blindColour     = 0xcfe0d5, 0x3c7a57, 0xf6e7bf, 0xdcdce2
)

var looks = map[string]look{
	"band":         {fill: ink(bandColour, 1)},
	"axis":         {stroke: ink(lineColour, 1), wide: 1},
	"expected":     {stroke: ink(expectedColour, 1), wide: 1.2, dash: [2]float64{4, 3}},
	"value":        {fill: ink(valueColour, 1)},
	"value below":  {fill: ink(badColour, 1)},
	"value bad":    {fill: ink(badColour, 1)},
	"value above":  {fill: ink(warnColour, 1)},
	"value past":   {fill: ink(valueColour, 0.75)},
	"value partly": {fill: ink(valueColour, 0.35)},
	"line":         {stroke: ink(valueColour, 1), wide: 1.5},
	"change":       {stroke: ink(badColour, 1), wide: 1.6},
	"holiday":      {fill: ink(holidayColour, 0.7)},
	"blind":        {fill: ink(blindColour, 1)},
}

// point is a place on a canvas, in units.
type point struct{ x, y float64 }

// fill fills a polygon.
func (b *bitmap) fill(polygon []point, c color.NRGBA) {
	if len(polygon) < 3 || c.A == 0 {
		return
	}
	var box image.Rectangle
	for _, p := range polygon {
		x, y := int(math.Floor(p.x*pixels)), int(math.Floor(p.y*pixels))
		box = box.Union(image.Rect(x, y, x+2, y+2))
	}
	if box = box.Intersect(b.image.Bounds()); box.Empty() {
		return
	}
	at := func(p point) (x, y float32) {
		x, y = float32(p.x*pixels-float64(box.Min.X)), float32(p.y*pixels-float64(box.Min.Y))
		return max(0, min(x, float32(box.Dx()))), max(0, min(y, float32(box.Dy())))
	}
	r := vector.NewRasterizer(box.Dx(), box.Dy())
	r.MoveTo(at(polygon[0]))
	for _, p := range polygon[1:] {
		r.LineTo(at(p))
	}
	r.ClosePath()
	r.Draw(b.image, box, image.NewUniform(c), image.Point{})
}

func (b *bitmap) rect(class string, x, y, w, h float64, _ string) {
	x, y, w, h = drawn(x), drawn(y), drawn(max(0, w)), drawn(max(0, h))
	b.fill([]point{{x, y}, {x + w, y}, {x + w, y + h}, {x, y + h}}, looks[class].fill)
}

func (b *bitmap) circle(class string, x, y, r float64, _ string) {
	const corners = 32
	x, y, r = drawn(x), drawn(y), drawn(r)
	polygon := make([]point, corners)
	for i := range polygon {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / corners)
		polygon[i] = point{x + r*cos, y + r*sin}
	}
	b.fill(polygon, looks[class].fill)
}

func (b *bitmap) path(class, path, _ string) {
	l := looks[class]
	points := pointsOf(path)
	b.fill(points, l.fill)
	if l.wide == 0 {
		return
	}
	done := 0.0 // of the dashes' pattern
	for i := 1; i < len(points); i++ {
		done = b.stroke(points[i-1], points[i], &l, done)
	}
}

// stroke draws a straight line, and returns how far its dashes have come.
func (b *bitmap) stroke(from, to point, l *look, done float64) float64 {
	long := math.Hypot(to.x-from.x, to.y-from.y)
	if long == 0 {
		return done
	}
	dx, dy := (to.x-from.x)/long, (to.y-from.y)/long
	piece := func(at, end float64) {
		px, py := dy*l.wide/2, -dx*l.wide/2
		a, z := point{from.x + dx*at, from.y + dy*at}, point{from.x + dx*end, from.y + dy*end}
		b.fill([]point{{a.x + px, a.y + py}, {z.x + px, z.y + py}, {z.x - px, z.y - py}, {a.x - px, a.y - py}}, l.stroke)
	}
	period := l.dash[0] + l.dash[1]
	if period == 0 || long > 10*width { // the rest of a line is off the canvas
		piece(0, long)
		return 0
	}
	for at := 0.0; at < long; {
		phase := math.Mod(done+at, period)
		end := at + period - phase
		if phase < l.dash[0] {
			end = at + l.dash[0] - phase
			piece(at, min(end, long))
		}
		at = end + 1e-9
	}
	return done + long
}

// pointsOf are the corners of a path as this package writes it: M, L, H, V, v and Z.
func pointsOf(path string) (points []point) {
	var at point
	for path != "" {
		command := path[0]
		path = path[1:]
		end := strings.IndexAny(path, "MLHVvZ")
		if end < 0 {
			end = len(path)
		}
		var numbers [2]float64
		for i, field := range strings.Fields(path[:end]) {
			numbers[min(i, 1)], _ = strconv.ParseFloat(field, 64) // written by place
		}
		path = path[end:]
		switch command {
		case 'M', 'L':
			at = point{numbers[0], numbers[1]}
		case 'H':
			at.x = numbers[0]
		case 'V':
			at.y = numbers[0]
		case 'v':
			at.y += numbers[0]
		case 'Z':
			continue
		}
		points = append(points, at)
	}
	return points
}

func (b *bitmap) text(anchor string, x, y float64, text string) {
	d := font.Drawer{Dst: b.image, Src: image.NewUniform(ink(softColour, 1)), Face: b.face}
	at := func(v float64) fixed.Int26_6 { return fixed.Int26_6(math.Round(drawn(v) * pixels * 64)) }
	d.Dot = fixed.Point26_6{X: at(x), Y: at(y)}
	if anchor == "end" {
		d.Dot.X -= d.MeasureString(text)
	}
	d.DrawString(text)
}

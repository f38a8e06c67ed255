package backtest

import (
	"bytes"
	"cmp"
	"fmt"
	"html/template"
	"image/color"
	"math"
	"regexp"
	"slices"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"
)

// line is one curve of a chart.
type line struct {
	name   string
	points plotter.XYs
	color  color.Color
	dashed bool
	dots   bool // points instead of a line
}

// colours of the methods. People who do not see all colours can tell them apart
// (Okabe and Ito 2008).
var colours = map[MethodName]color.Color{
	Ours:       color.RGBA{0xd5, 0x5e, 0x00, 0xff},
	AsManyDays: color.RGBA{0x00, 0x72, 0xb2, 0xff},
	ThirtyDays: color.RGBA{0x56, 0xb4, 0xe9, 0xff},
	RollingZ:   color.RGBA{0x00, 0x9e, 0x73, 0xff},
	AtRandom:   color.RGBA{0x80, 0x80, 0x80, 0xff},
}

// newChart is an empty chart in the font of the page.
func newChart(x, y string) *plot.Plot {
	p := plot.New()
	letters := font.Font{Typeface: "Liberation", Variant: "Sans", Size: 11}
	p.X.Label.Text, p.Y.Label.Text = x, y
	p.X.Label.TextStyle.Font, p.Y.Label.TextStyle.Font = letters, letters
	p.X.Tick.Label.Font, p.Y.Tick.Label.Font = letters, letters
	grid := plotter.NewGrid()
	grid.Vertical.Color, grid.Horizontal.Color = color.Gray{0xe6}, color.Gray{0xe6}
	p.Add(grid)
	return p
}

// drawLines adds curves and keeps the ranges of the axes.
func drawLines(p *plot.Plot, lines []line) error {
	x, y := p.X, p.Y
	defer func() { p.X, p.Y = x, y }()
	for _, l := range lines {
		if len(l.points) == 0 {
			continue
		}
		if l.dots {
			s, err := plotter.NewScatter(l.points)
			if err != nil {
				return fmt.Errorf("draw %s: %w", l.name, err)
			}
			s.GlyphStyle = draw.GlyphStyle{Color: l.color, Radius: vg.Points(4), Shape: draw.CircleGlyph{}}
			p.Add(s)
			continue
		}
		c, err := plotter.NewLine(l.points)
		if err != nil {
			return fmt.Errorf("draw %s: %w", l.name, err)
		}
		c.Color, c.Width = l.color, vg.Points(1.6)
		if l.dashed {
			c.Dashes = []vg.Length{vg.Points(4), vg.Points(3)}
		}
		p.Add(c)
	}
	return nil
}

// figure is a chart for a page, as SVG without a size of its own. It has a name for
// screen readers. The legend is text of the page, so that it wraps on a phone.
func figure(p *plot.Plot, name string, lines []line) (template.HTML, error) {
	if err := drawLines(p, lines); err != nil {
		return "", err
	}
	canvas := vgsvg.New(7*vg.Inch, 3.4*vg.Inch)
	p.Draw(draw.New(canvas))
	var b bytes.Buffer
	if _, err := canvas.WriteTo(&b); err != nil {
		return "", fmt.Errorf("draw %s: %w", name, err)
	}
	text := b.String()
	if _, picture, found := strings.Cut(text, "<svg"); found { // after the XML declaration
		text = "<svg" + picture
	}
	text = sized.ReplaceAllString(text, `<svg role="img" aria-label="`+template.HTMLEscapeString(name)+`"`)
	text = letters.ReplaceAllString(text, "font-family:Liberation Sans,Arial,Helvetica,sans-serif")
	var legend strings.Builder
	for _, l := range lines {
		if len(l.points) > 0 && l.name != "" {
			r, g, b, _ := l.color.RGBA()
			fmt.Fprintf(&legend, `<span class="key"><i style="background:#%02x%02x%02x"></i>%s</span> `, r>>8, g>>8, b>>8, template.HTMLEscapeString(l.name))
		}
	}
	return template.HTML(`<div class="legend">` + legend.String() + `</div><div class="chart">` + text + `</div>`), nil //nolint:gosec // escaped above
}

var (
	sized   = regexp.MustCompile(`<svg width="[^"]*" height="[^"]*"`)
	letters = regexp.MustCompile(`font-family:[^;"]*`)
)

// chartOfDetection shows the share of losses found against false alerts.
func (r *Report) chartOfDetection() (template.HTML, error) {
	p := newChart("false alerts per account and year", "share of losses found")
	widest := max(1, 4*r.PerAccountYear.Value)
	var lines []line
	for _, c := range r.Curves {
		lines = append(lines,
			line{name: string(c.Method), color: colours[c.Method], points: c.frontier(widest, func(p CurvePoint) float64 { return p.Found })},
			line{color: colours[c.Method], dashed: true, points: c.frontier(widest, func(p CurvePoint) float64 { return p.Before })})
	}
	for _, m := range r.Methods {
		if (m.Method == Ours || m.Method == ThirtyDays) && m.PerAccountYear.Value <= widest && m.FoundShare != nil {
			name := string(m.Method)
			if m.Method == Ours {
				name = "firstsign as configured (dot)"
			}
			lines = append(lines, line{name: name, color: colours[m.Method], dots: true,
				points: plotter.XYs{{X: m.PerAccountYear.Value, Y: m.FoundShare.Value}}})
		}
	}
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = 0, widest, 0, 1
	return figure(p, "share of losses found against false alerts per account and year", lines)
}

// frontier is the largest share found with at most so many false alerts, as steps.
func (c *Curve) frontier(widest float64, found func(CurvePoint) float64) (stairs plotter.XYs) {
	points := slices.Clone(c.Points)
	slices.SortStableFunc(points, func(a, b CurvePoint) int { return cmp.Compare(a.PerYear, b.PerYear) })
	best := 0.0
	stairs = append(stairs, plotter.XY{})
	for _, p := range points {
		if p.PerYear > widest {
			break
		}
		if y := found(p); y > best {
			stairs = append(stairs, plotter.XY{X: p.PerYear, Y: best}, plotter.XY{X: p.PerYear, Y: y})
			best = y
		}
	}
	return append(stairs, plotter.XY{X: widest, Y: best})
}

// chartOfLeads shows which share of the losses was told how long before the loss.
func (r *Report) chartOfLeads() (template.HTML, error) {
	p := newChart("days before (-) and after the loss", "share of losses told of")
	var lines []line
	for _, m := range r.Methods {
		l := line{name: string(m.Method), color: colours[m.Method], dashed: m.Method == AtRandom}
		for _, a := range m.Ahead {
			l.points = append(l.points, plotter.XY{X: float64(-a.Days), Y: a.Share})
		}
		lines = append(lines, l)
	}
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = -LossBefore, LossAfter, 0, 1
	return figure(p, "share of losses told of by days before the loss", lines)
}

// chartOfExceedance shows how often healthy accounts reach a risk, beside how often
// the risk promises.
func (r *Report) chartOfExceedance() (template.HTML, error) {
	if r.AccountYears == 0 {
		return "", nil
	}
	p := newChart("risk (account-years)", "alerts per account and year")
	seen := line{name: "seen", color: colours[Ours]}
	low, high := line{name: "90 % interval", color: colours[AtRandom], dashed: true}, line{color: colours[AtRandom], dashed: true}
	promised := line{name: "promised: once in as many years", color: colours[AsManyDays]}
	const least, most = 0.01, 20
	show := func(l *line, risk, perYear float64) {
		if least <= perYear && perYear <= most { // zero has no logarithm
			l.points = append(l.points, plotter.XY{X: math.Log10(risk), Y: math.Log10(perYear)})
		}
	}
	for _, e := range r.Exceedance {
		show(&promised, e.Risk, 1/e.Risk)
		show(&seen, e.Risk, e.PerYear.Value)
		show(&low, e.Risk, e.PerYear.Low)
		show(&high, e.Risk, e.PerYear.High)
	}
	// Logarithms on plain axes: the library's own log axes leave half of the area
	// empty.
	p.X.Tick.Marker, p.Y.Tick.Marker = tenfolds{}, tenfolds{}
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = -1, 2, math.Log10(least), math.Log10(most)
	return figure(p, "alerts of healthy accounts per account and year against risk", []line{seen, promised, low, high})
}

// tenfolds are the ticks of a logarithmic axis: labels at powers of 10, lines
// between them.
type tenfolds struct{}

// Ticks implements plot.Ticker.
func (tenfolds) Ticks(low, high float64) (ticks []plot.Tick) {
	for e := math.Floor(low); e <= high; e++ {
		for k := 1.0; k < 10; k++ {
			t := plot.Tick{Value: e + math.Log10(k)}
			if k == 1 {
				t.Label = fmt.Sprintf("%.4g", math.Pow(10, e))
			}
			if low-1e-9 <= t.Value && t.Value <= high+1e-9 {
				ticks = append(ticks, t)
			}
		}
	}
	return ticks
}

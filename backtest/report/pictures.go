package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"

	"firstsign/backtest"
	"firstsign/backtest/layout"
	"firstsign/internal/chart"
)

// classes of the methods in the style sheet.
var methodClasses = map[backtest.MethodName]string{
	backtest.Ours: "one", backtest.AsManyDays: "two", backtest.ThirtyDays: "three", backtest.RollingZ: "four", backtest.AtRandom: "chance",
}

func number(x float64) string { return strconv.FormatFloat(x, 'g', 3, 64) }

// detectionPicture shows the share of losses found against false alerts.
func (w *phrases) detectionPicture(r *backtest.Report) layout.Picture {
	widest := max(1, 4*r.PerAccountYear.Value)
	lines := &chart.Lines{Label: w.detection.label, Across: w.falsePerYear, Up: w.shareFound, Right: widest, Top: 1, NumberX: number, NumberY: layout.Percent}
	p := layout.Picture{Title: w.detection.title, Caption: w.detection.caption}
	for _, m := range r.Methods {
		if (m.Method == backtest.Ours || m.Method == backtest.ThirtyDays) && m.PerAccountYear.Value <= widest && m.FoundShare != nil {
			name := w.methods[m.Method]
			if m.Method == backtest.Ours {
				name = w.asConfigured
			}
			at := chart.XY{X: m.PerAccountYear.Value, Y: m.FoundShare.Value}
			text := fmt.Sprintf("%s: %s, %.2f", name, layout.Percent(at.Y), at.X)
			lines.Curves = append(lines.Curves, chart.Curve{Kind: methodClasses[m.Method], Dots: true, Points: []chart.XY{at}, Text: text})
			p.Keys = append(p.Keys, layout.Key{Sample: chart.Key(chart.DotKey, methodClasses[m.Method]), Text: name})
		}
	}
	for _, c := range r.Curves {
		class, name := methodClasses[c.Method], w.methods[c.Method]
		lines.Curves = append(lines.Curves,
			chart.Curve{Kind: class, Points: frontier(&c, widest, func(p backtest.CurvePoint) float64 { return p.Found }), Text: name},
			chart.Curve{Kind: class + " dashed", Points: frontier(&c, widest, func(p backtest.CurvePoint) float64 { return p.Before }), Text: name + ", " + w.byItsDay})
		p.Keys = append(p.Keys, layout.Key{Sample: chart.Key(chart.CurveKey, class), Text: name})
	}
	p.Chart = lines.SVG()
	return p
}

// frontier is the largest share found with at most so many false alerts, as steps.
func frontier(c *backtest.Curve, widest float64, found func(backtest.CurvePoint) float64) (stairs []chart.XY) {
	points := slices.Clone(c.Points)
	slices.SortStableFunc(points, func(a, b backtest.CurvePoint) int { return cmp.Compare(a.PerYear, b.PerYear) })
	best := 0.0
	stairs = append(stairs, chart.XY{})
	for _, p := range points {
		if p.PerYear > widest {
			break
		}
		if y := found(p); y > best {
			stairs = append(stairs, chart.XY{X: p.PerYear, Y: best}, chart.XY{X: p.PerYear, Y: y})
			best = y
		}
	}
	return append(stairs, chart.XY{X: widest, Y: best})
}

// leadsPicture shows which share of the losses was told how long before the loss.
func (w *phrases) leadsPicture(r *backtest.Report) layout.Picture {
	lines := &chart.Lines{
		Label: w.leads.label, Across: w.leadAcross, Up: w.shareFound, Left: -backtest.LossBefore, Right: backtest.LossAfter, Top: 1,
		NumberX: signed, NumberY: layout.Percent, UprightText: w.lossDay,
	}
	p := layout.Picture{Title: w.leads.title, Caption: w.leads.caption}
	for _, m := range r.Methods {
		class := methodClasses[m.Method]
		c := chart.Curve{Kind: class, Text: w.methods[m.Method]}
		for _, a := range m.Ahead {
			c.Points = append(c.Points, chart.XY{X: float64(-a.Days), Y: a.Share})
		}
		lines.Curves = append(lines.Curves, c)
		p.Keys = append(p.Keys, layout.Key{Sample: chart.Key(chart.CurveKey, class), Text: w.methods[m.Method]})
	}
	p.Chart = lines.SVG()
	return p
}

func signed(x float64) string {
	if x > 0 {
		return "+" + number(x)
	}
	return number(x)
}

// rarityPicture shows how often healthy accounts reach a risk, beside how often the risk
// promises.
func (w *phrases) rarityPicture(r *backtest.Report) layout.Picture {
	once := func(perYear float64) float64 {
		if perYear <= 0 {
			return math.Inf(1)
		}
		return 1 / perYear
	}
	a := &chart.Agreement{Label: w.rarity.label, Promised: w.promised, Found: w.seen, Number: number}
	for _, e := range r.Exceedance {
		a.Points = append(a.Points, chart.Agreed{
			Promised: e.Risk, Found: once(e.PerYear.Value), Low: once(e.PerYear.High), High: once(e.PerYear.Low),
			Text: fmt.Sprintf("%s → %s", number(e.Risk), number(once(e.PerYear.Value))),
		})
	}
	return layout.Picture{Chart: a.SVG(), Caption: w.rarity.caption}
}

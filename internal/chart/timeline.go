package chart

import (
	"html/template"
	"math"
	"time"
)

// Timeline is how many things happened over time, by kind, with the days of single events
// below it.
type Timeline struct {
	Label  string // the chart in a sentence, for whoever does not see it
	Stacks []Stack
	Lanes  []Lane
	Span   float64 // in weeks
	Ticks  []Tick
	Number func(float64) string
}

// Stack is one bar of a Timeline, from the lowest part to the highest.
type Stack struct {
	From, To float64 // in weeks from the left
	Parts    []Part
}

// Part of a Stack.
type Part struct {
	Kind   string // a class of the style sheet
	Height float64
	Text   string // what a pointer over it shows
}

// Lane is a row of events below the bars.
type Lane struct{ Marks []Mark }

// The size of a wide drawing and the place of its axes, in its own units.
const (
	wideWidth            = 480.0
	wideLeft, wideRight  = 54.0, 472.0
	wideTop, wideBottom  = 12.0, 158.0
	laneHeight           = 15.0
	tickRoom             = 22.0 // below the axis
	numberGap            = 6.0  // between a number and its axis
	betweenBars, mostGap = 0.16, 3.0
	mostTicks            = 8
	lowestTop            = 4.0 // one alert alone should not fill the drawing
	mostBars             = 80.0
	mostLevels           = 8

	daysOfAWeek   = 7
	secondsOfADay = 24 * 60 * 60
	monthsOfAYear = 12
)

// SVG draws the bars, the lanes and the time axis.
func (t *Timeline) SVG() template.HTML {
	foot := wideBottom + laneHeight*float64(len(t.Lanes))
	top := lowestTop
	for i := range t.Stacks {
		top = max(top, t.Stacks[i].height())
	}
	s := &scale{x0: wideLeft, dx: (wideRight - wideLeft) / max(1, t.Span), y0: wideBottom, y1: wideTop, top: nice(top)}
	var d drawing
	d.open("chart broad", wideWidth, foot+tickRoom, t.Label)
	d.levels(s, 1, t.Number)
	for i := range t.Stacks {
		t.Stacks[i].draw(&d, s)
	}
	d.path("axis", "M"+place(wideLeft)+" "+place(wideBottom)+"H"+place(wideRight), "")
	for i := range t.Lanes {
		y := wideBottom + laneHeight*(float64(i)+0.5)
		for _, m := range t.Lanes[i].Marks {
			drawMoment(&d, m, s.x(min(m.At, t.Span)), y, 4)
		}
	}
	if foot > wideBottom {
		d.path("axis", "M"+place(wideLeft)+" "+place(foot)+"H"+place(wideRight), "")
	}
	drawTicks(&d, s, t.Ticks, wideRight, foot)
	return d.close()
}

func (s *Stack) height() (sum float64) {
	for _, p := range s.Parts {
		sum += p.Height
	}
	return sum
}

func (s *Stack) draw(d *drawing, to *scale) {
	x, wide := to.x(s.From), (s.To-s.From)*to.dx
	gap := min(wide*betweenBars, mostGap)
	below := 0.0
	for _, p := range s.Parts {
		if p.Height <= 0 {
			continue
		}
		y := to.y(below + p.Height)
		d.rect("part "+p.Kind, x+gap/2, y, wide-gap, to.y(below)-y, p.Text)
		below += p.Height
	}
}

// levels draws thin lines at round numbers, with the numbers on the left.
func (d *drawing) levels(s *scale, leastStep float64, number func(float64) string) {
	for _, v := range levels(s.least, s.top, leastStep) {
		y := s.y(v)
		d.path("level", "M"+place(wideLeft)+" "+place(y)+"H"+place(wideRight), "")
		if number != nil {
			d.text("end", wideLeft-numberGap, y+3, number(v))
		}
	}
}

// levels are round numbers from the least to the most, about five of them and no closer than
// a least step.
func levels(least, most, leastStep float64) (list []float64) {
	if !(most > least) || math.IsInf(most, 0) {
		return nil
	}
	step := max(leastStep, (most-least)/4)
	power := math.Pow(10, math.Floor(math.Log10(step)))
	for _, s := range []float64{1, 2, 2.5, 5, 10} {
		if s*power >= step*(1-1e-9) && (s != 2.5 || leastStep < power) {
			step = s * power
			break
		}
	}
	for k := math.Ceil(least / step); k*step <= most*(1+1e-9) && len(list) < mostLevels; k++ {
		list = append(list, k*step)
	}
	return list
}

// Calendar is how a language names months and years on an axis.
type Calendar struct {
	Month func(time.Month) string
	Year  func(year int) string
	Both  func(year int, month time.Month) string // where no year is written beside it
}

// NewCalendarAxis goes from a day to another, both included, with a tick at every month, or at
// every second, third, sixth or twelfth month and so on where these would be many. January
// bears the year.
func NewCalendarAxis[D ~int32](first, last D, c *Calendar) *Axis[D] {
	a := NewAxis(first, last, nil)
	months := int(a.Weeks*daysOfAWeek/30) + 1
	step := 1
	for _, step = range []int{1, 2, 3, 6, 12, 24, 60, 120} {
		if months/step <= mostTicks {
			break
		}
	}
	yearSeen := false
	for at := monthOf(first); ; at++ {
		day := firstOf[D](at)
		if day > last {
			break
		}
		if day < first || at%step != 0 {
			continue
		}
		tick := Tick{At: a.At(day)}
		switch y, m := yearAndMonth(at); {
		case m == time.January:
			tick.Text, yearSeen = c.Year(y), true
		case !yearSeen:
			tick.Text, yearSeen = c.Both(y, m), true
		default:
			tick.Text = c.Month(m)
		}
		a.Ticks = append(a.Ticks, tick)
	}
	return a
}

// monthOf is the month of a day, counted from January of the year 0.
func monthOf[D ~int32](day D) int {
	year, month, _ := dateOf(day).Date()
	return year*monthsOfAYear + int(month) - 1
}

func yearAndMonth(at int) (int, time.Month) {
	return at / monthsOfAYear, time.Month(at%monthsOfAYear + 1)
}

// firstOf is the first day of a month.
func firstOf[D ~int32](at int) D {
	year, month := yearAndMonth(at)
	return D(time.Date(year, month, 1, 0, 0, 0, 0, time.UTC).Unix() / secondsOfADay)
}

func dateOf[D ~int32](day D) time.Time { return time.Unix(int64(day)*secondsOfADay, 0).UTC() }

// Periods cuts an axis into months, quarters or years, whichever gives at most as many as fit
// into a drawing. It returns the first day of each, and the day after the last.
func (a *Axis[D]) Periods() (days []D) {
	months := a.Weeks * daysOfAWeek / 30
	step := 1
	for _, step = range []int{1, 3, 12} {
		if months/float64(step) <= mostBars {
			break
		}
	}
	last := a.First + D(math.Round(a.Weeks*daysOfAWeek)) - 1
	days = []D{a.First}
	at := monthOf(a.First)
	for at = at - at%step + step; ; at += step {
		day := firstOf[D](at)
		if day > last {
			return append(days, last+1)
		}
		days = append(days, day)
	}
}

// Key draws a kind of part, curve or mark small, for a legend.
func Key(kind KeyKind, class string) template.HTML {
	var d drawing
	d.WriteString(`<svg class="sample" viewBox="0 0 16 16" aria-hidden="true">`)
	switch kind {
	case BarKey:
		d.rect("part "+class, 3, 3, 10, 10, "")
	case CurveKey:
		d.path("curve "+class, "M0 8H16", "")
	case DotKey:
		d.circle("dot "+class, 8, 8, 4.5, "")
	case MarkKey:
		drawMoment(&d, Mark{Kind: MarkKind(class)}, 8, 8, 6)
	}
	return d.close()
}

// KeyKind is what a Key shows.
type KeyKind int

// The kinds of keys.
const (
	BarKey KeyKind = iota
	CurveKey
	DotKey
	MarkKey
)

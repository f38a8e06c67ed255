package detector

import (
	"math"
	"math/bits"

	"firstsign/detector/stats"
	"firstsign/signals"
)

// spans are the lengths at which dispersion is learned. The longest leaves half
// of the ring between what is learned and today: a decline must not make itself
// look usual.
var spans = [...]int{7, 28}

const (
	// viewDays are the days that one judgement sees: the one that is leaving the
	// ring, then judgedDays up to the closed one.
	viewDays = judgedDays + 1

	// halfLife of what was learned, in days of exposure. Long enough that a slow
	// decline cannot drag its own reference along.
	halfLife = 180
	// guard is how many days before a window are left out of its reference, so
	// that the beginning of a decline is not taken for what is normal.
	guard = 7
	// enough is the exposure below which a reference is no habit yet.
	enough = 28
	// episodeWeight is how much a day inside an episode teaches.
	episodeWeight = 0.25
)

// view is one series as it is judged: day by day, and summed up below each
// index.
type view struct {
	x, n   [viewDays]float64 // exposure, and what was counted
	cx, cn [viewDays + 1]float64
	seen   uint64 // bit i: contact on day i
	lo     signals.Day
}

// fill sees the days of s that end with the closed one, by the account's own
// year where that is known. Once the leaving day has left, its place in the ring
// belongs to a day to come.
func (v *view) fill(s *series, d *exposure, year *[viewDays]float64, leaving bool) {
	v.lo = d.lo
	all := since(s.active, d.lo) & (1<<viewDays - 1)
	if !leaving {
		all &^= 1
	}
	open := d.knownOf(s)
	sh := &d.bySignal[s.key.signal]
	own := sh.ownWeekdays(all&open, d)
	from := max(0, int(s.first-d.lo))
	v.seen = all
	count := all & open
	weekday := d.weekday(0)
	var cx, cn float64
	for i := range viewDays {
		x, n := 0.0, 0.0
		if i >= from && open>>i&1 == 1 {
			x = sh.x[i] * own[weekday]
			if year != nil {
				x *= year[i]
			}
			if count>>i&1 == 1 {
				n = float64(s.days.at(slot(d.lo + signals.Day(i))))
			}
		}
		if weekday++; weekday == 7 {
			weekday = 0
		}
		v.x[i], v.n[i] = x, n
		cx += x
		cn += n
		v.cx[i+1], v.cn[i+1] = cx, cn
	}
}

// exposure and counted are sums over the days [from, to).
func (v *view) exposure(from, to int) float64 { return v.cx[to] - v.cx[from] }

func (v *view) counted(from, to int) float64 { return v.cn[to] - v.cn[from] }

// last is the index of the last contact, -1 when there is none.
func (v *view) last() int { return bits.Len64(v.seen) - 1 }

// contacts is the number of days with contact up to index to, without the
// leaving day, which is learned already when a series is judged.
func (v *view) contacts(to int) float64 {
	return float64(bits.OnesCount64(v.seen & (1<<(to+1) - 1) &^ 1))
}

// pace is how often: what was learned of the days that left the ring. Sums
// are forgotten with halfLife.
type pace struct {
	total    float32 // what was counted
	exposure float32
	days     float32 // days with contact
	silent   float32 // exposure since the last contact, when that left the ring as well
	charted  float32 // where the chart stands
	// Of each span: squares of what differed from the expected beyond
	// chance, and of the expected. Their quotient is the dispersion of a negative
	// binomial whose variance is m + dispersion m^2.
	excess, square [len(spans)]float32
}

// learn takes in the leaving day. Bad news is not charted: it has a rate, and
// no habit.
func (p *pace) learn(v *view, weight float64, charted bool) {
	x, n := v.x[0], v.n[0]
	if v.seen&(1<<viewDays-1) == 0 {
		// A silence that goes on teaches nothing until it has ended: else a lost
		// account would come to look normal.
		p.silent += float32(x)
		return
	}
	x += float64(p.silent)
	p.silent = 0
	if x == 0 && n == 0 {
		return
	}
	if charted {
		p.learnDispersion(v, weight)
	}
	if c, ok := p.chartOf(); ok && charted {
		p.charted = float32(c.Step(float64(p.charted), x, n))
	}
	keep := math.Exp(-math.Ln2 / halfLife * x * weight)
	p.total = float32(float64(p.total)*keep + weight*n)
	p.exposure = float32(float64(p.exposure)*keep + weight*x)
	p.days = float32(float64(p.days)*keep + weight*float64(v.seen&1))
}

// learnDispersion compares the windows that begin with the leaving day with
// what was to be expected of them: how much this series varies over just that
// many days, with all its bursts and holidays. Method of moments. Each window
// counts for the part that its leaving day is of it.
func (p *pace) learnDispersion(v *view, weight float64) {
	if p.exposure < enough {
		return
	}
	for i, w := range spans {
		// What came after the window would tell of a fall as if it were noise.
		m := (float64(p.total) + v.cn[w]) / (float64(p.exposure) + v.cx[w]) * v.cx[w]
		if m == 0 {
			continue
		}
		d := v.cn[w] - m
		part := weight / float64(w)
		keep := 1 - math.Ln2/halfLife*weight
		p.excess[i] = float32(float64(p.excess[i])*keep + part*(d*d-m))
		p.square[i] = float32(float64(p.square[i])*keep + part*m*m)
	}
}

// Dispersion that is assumed of a series of which little is known, and how
// many windows of its own it takes to outweigh it. Set by hand on the
// development accounts of the benchmark.
const (
	priorDispersion = 0.5
	priorWindows    = 2
)

// leastDispersion is the least that is believed of anybody: a week of leave
// takes a fifth off a month, a tenth off two.
func leastDispersion(window int) float64 { return 2.8 / float64(window) }

// dispersion of a window of so many days whose expected sum is m.
func (p *pace) dispersion(window int, m float64) float64 {
	return max(leastDispersion(window), p.learned(window, m))
}

// learned is the dispersion as it was learned, without a least.
func (p *pace) learned(window int, m float64) float64 {
	i := len(spans) - 1
	for i > 0 && spans[i] > window {
		i--
	}
	m *= float64(spans[i]) / float64(window)
	prior := priorWindows * m * m
	if prior == 0 {
		return priorDispersion
	}
	return max(0, (float64(p.excess[i])+prior*priorDispersion)/(float64(p.square[i])+prior))
}

// reference is what is known from before the window of w days: what was
// counted, the days with contact, and the exposure.
func (p *pace) reference(v *view, w int) (total, days, exposure float64) {
	to := max(1, viewDays-w-guard)
	total = float64(p.total) + v.counted(1, to)
	days = float64(p.days) + v.contacts(to-1)
	exposure = float64(p.exposure) + v.exposure(1, to)
	if v.last() >= 1 {
		exposure += float64(p.silent) // a silence that has ended is part of the past
	}
	return total, days, exposure
}

// fadedWorth in days is how much what was known counts for once a new level is
// accepted.
const fadedWorth = 28

// fade lets what is known count for fadedWorth at most. It changes no rate.
func (p *pace) fade() {
	if p.exposure <= fadedWorth {
		return
	}
	part := fadedWorth / p.exposure
	p.total, p.days, p.exposure = p.total*part, p.days*part, fadedWorth
	for i := range spans {
		p.excess[i] *= part
		p.square[i] *= part
	}
	p.charted = 0
}

// chartOf returns the sequential chart of a series' learned rate; not ok while
// there is no habit yet. It is advanced by days as they leave the ring, when late
// records are in, and runs over the ring anew at each close.
func (p *pace) chartOf() (c stats.CUSUM, ok bool) {
	if p.exposure < enough || p.total <= 0 {
		return c, false
	}
	rate := float64(p.total) / float64(p.exposure)
	week := 7 * rate
	spread := 1 + p.learned(7, week)*week // variance to mean of a week
	return stats.NewCUSUM(rate, spread), true
}

// learn takes the leaving day into the series' past.
func (s *series) learn(v *view, weight float64, kind Kind) {
	if s.level != nil {
		s.level.learn(s, v, weight)
		return
	}
	s.pace.learn(v, weight, kind != Event)
}

// floodFactor times its mean is the most that one account's day counts for: a
// robot that calls a thousand times makes no busy day.
const floodFactor = 3

// yearly is what a series adds to the shape of the year on the leaving day:
// contacts, or for amounts how often as much as on a day with any. What it did
// beyond floodFactor times the usual is left out, and the exposure is that of
// everybody's year.
func (s *series) yearly(v *view, kind Kind, own *[viewDays]float64) (seen, expected float64) {
	p := &s.pace
	if p.exposure < enough || p.total <= 0 || v.x[0] == 0 {
		return 0, 0
	}
	unit := 1.0
	if kind == Amount {
		unit = float64(p.total) / max(1, float64(p.days))
	}
	x := v.x[0]
	if own != nil {
		x /= own[0]
	}
	mean := float64(p.total) / float64(p.exposure) / unit
	return min(v.n[0]/unit, floodFactor*(mean+1)), mean * x
}

func (p *pace) encode(w *writer, kind Kind) {
	for _, x := range []float32{p.total, p.exposure, p.days, p.silent} {
		w.float(x)
	}
	if kind == Event {
		return
	}
	w.float(p.charted)
	for i := range spans {
		w.float(p.excess[i])
		w.float(p.square[i])
	}
}

func (p *pace) decode(r *reader, kind Kind) {
	p.total, p.exposure, p.days, p.silent = r.sum(), r.sum(), r.sum(), r.sum()
	if kind == Event {
		return
	}
	p.charted = r.sum()
	for i := range spans {
		p.excess[i] = r.float()
		p.square[i] = r.sum()
	}
}

// usualSpread is the dispersion of purchases of which little is known.
const usualSpread = 0.1

// unevenness is the dispersion of a window's sum of which so much is expected.
// What was learned of a shorter span fades with length, as chance does.
func (p *pace) unevenness(window int, expected float64) float64 {
	i := len(spans) - 1
	for i > 0 && spans[i] > window {
		i--
	}
	part := float64(spans[i]) / float64(window)
	prior := priorWindows * expected * expected * part * part
	return max(0, (float64(p.excess[i])+prior*usualSpread)/(float64(p.square[i])+prior)) * part
}

package detector

import (
	"math"
	"math/bits"

	"firstsign/signals"
)

// windows are the recent days in which a fall is looked for.
var windows = [...]int{3, 7, 14, 28, 56}

// spans are the lengths at which dispersion is learned, and spanOf the one
// that serves each window: its own, or the next below where there is one. The
// longest leaves half of the ring between what is learned and today: a decline
// must not make itself look usual.
var (
	spans  = [...]int{7, 28}
	spanOf = [len(windows)]int{0, 0, 0, 1, 1}
)

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

// fill sees the days of s that end with the closed one. Once the leaving day
// has left, its place in the ring belongs to a day to come.
func (v *view) fill(s *series, d *daylight, leaving bool) {
	v.lo = d.lo
	all := since(s.active, d.lo) & (1<<viewDays - 1)
	if !leaving {
		all &^= 1
	}
	open := d.open(s.source)
	sh := &d.shapes[s.key.signal]
	own := sh.ownWeekdays(all&open, d)
	from := max(0, int(s.first-d.lo))
	v.seen = all
	for i := range viewDays {
		v.x[i], v.n[i] = 0, 0
		if i >= from && open>>i&1 == 1 {
			v.x[i] = sh.x[i] * own[d.weekday(i)]
			if all>>i&1 == 1 {
				v.n[i] = float64(s.days.at(slot(d.lo + signals.Day(i))))
			}
		}
		v.cx[i+1] = v.cx[i] + v.x[i]
		v.cn[i+1] = v.cn[i] + v.n[i]
	}
}

// exposure and counted are sums over the days [from, to).
func (v *view) exposure(from, to int) float64 { return v.cx[to] - v.cx[from] }
func (v *view) counted(from, to int) float64  { return v.cn[to] - v.cn[from] }

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
	// Of each span: squares of what differed from the expected beyond
	// chance, and of the expected. Their quotient is the dispersion of a negative
	// binomial whose variance is m + dispersion m^2.
	excess, square [len(spans)]float32
}

// learn takes in the leaving day.
func (p *pace) learn(v *view, weight float64) {
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
	p.learnDispersion(v, weight)
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

// leastDispersion is the least that is believed of anybody in each window: a
// week of leave empties a week and takes a tenth off two months.
var leastDispersion = [len(windows)]float64{0.5, 0.35, 0.2, 0.1, 0.05}

// dispersion of a window whose expected sum is m.
func (p *pace) dispersion(window int, m float64) float64 {
	i := spanOf[window]
	m *= float64(spans[i]) / float64(windows[window])
	prior := priorWindows * m * m
	if prior == 0 {
		return priorDispersion
	}
	return max(leastDispersion[window], (float64(p.excess[i])+prior*priorDispersion)/(float64(p.square[i])+prior))
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

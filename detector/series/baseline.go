package series

import (
	"math"
	"math/bits"

	"firstsign/detector/stats"
	"firstsign/signals"
)

// Spans are the lengths at which dispersion is learned. The longest leaves half
// of the ring between what is learned and today: a decline must not make itself
// look usual.
var Spans = [...]int{7, 28}

const (
	// ViewDays are the days that one judgement sees: the one that is leaving the
	// ring, then judgedDays up to the closed one.
	ViewDays = JudgedDays + 1

	// HalfLife of what was learned, in days of exposure. Long enough that a slow
	// decline cannot drag its own reference along.
	HalfLife = 180
	// Guard is how many days before a window are left out of its reference, so
	// that the beginning of a decline is not taken for what is normal.
	Guard = 7
	// Enough is the exposure below which a reference is no habit yet.
	Enough = 28
	// SeldomDays are the days with contact that an account which is seldom in touch is not
	// forgotten below: in a half-life it has hardly more. Chosen on the dev accounts of the
	// benchmark's sets.
	SeldomDays = 3
	// EpisodeWeight is how much a day inside an episode teaches.
	EpisodeWeight = 0.25
)

// View is one series as it is judged: day by day, and summed up below each
// index.
type View struct {
	X, N   [ViewDays]float64 // exposure, and what was counted
	Cx, Cn [ViewDays + 1]float64
	Seen   uint64 // bit i: contact on day i
	Lo     signals.Day
}

// Fill sees the days of s that end with the closed one, by the account's own
// year where that is known. Once the leaving day has left, its place in the ring
// belongs to a day to come.
func (v *View) Fill(s *Series, d *Exposure, year *[ViewDays]float64, leaving bool) {
	v.See(s, d, leaving)
	all, open := v.Seen, d.KnownOf(s)
	from := min(ViewDays, max(0, int(s.First-d.Lo)))
	v.N = [ViewDays]float64{}
	s.read(&v.N, d.Lo, all&open&^(1<<from-1))
	sh := &d.BySignal[s.Key.Signal]
	first := d.Weekday(0)
	own := sh.ownWeekdays(all&open, first)
	v.expect(sh, &own, (first+from)%7, year, from, open)
}

// See is Fill of the days with contact alone: what the view says of exposure and counts
// means nothing.
func (v *View) See(s *Series, d *Exposure, leaving bool) {
	v.Lo, v.Seen = d.Lo, Since(s.Active, d.Lo)&(1<<ViewDays-1)
	if !leaving {
		v.Seen &^= 1
	}
}

// FillLeaving is See with the exposure and the count of the leaving day.
func (v *View) FillLeaving(s *Series, d *Exposure, year *[ViewDays]float64) {
	v.See(s, d, true)
	v.X[0], v.N[0] = 0, 0
	open := d.KnownOf(s)
	if open&1 == 0 || s.First > d.Lo {
		return
	}
	sh := &d.BySignal[s.Key.Signal]
	v.X[0] = sh.X[0] * sh.ownWeekday(v.Seen&open&^1, 0, d.Weekday(0))
	if year != nil {
		v.X[0] *= year[0]
	}
	v.N[0] = float64(s.At(Slot(d.Lo)))
}

// expect works out the exposure of the open days from an index on, and all sums. N is
// there already.
func (v *View) expect(sh *Shape, own *[7]float64, weekday int, year *[ViewDays]float64, from int, open uint64) {
	end := max(from, min(ViewDays, bits.Len64(open))) // nothing is known of the days from there on
	clear(v.X[:from])
	clear(v.X[end:])
	clear(v.Cx[:from+1])
	clear(v.Cn[:from+1])
	var cx, cn float64
	for i := from; i < end; i++ {
		x := 0.0
		if open>>i&1 == 1 {
			if x = sh.X[i] * own[weekday]; year != nil {
				x *= year[i]
			}
		}
		if weekday++; weekday == 7 {
			weekday = 0
		}
		cx += x
		cn += v.N[i]
		v.X[i], v.Cx[i+1], v.Cn[i+1] = x, cx, cn
	}
	for i := end + 1; i < len(v.Cx); i++ {
		v.Cx[i], v.Cn[i] = cx, cn
	}
}

// Exposure is the sum over the days [from, to).
func (v *View) Exposure(from, to int) float64 { return v.Cx[to] - v.Cx[from] }

// Counted is what was counted on the days [from, to).
func (v *View) Counted(from, to int) float64 { return v.Cn[to] - v.Cn[from] }

// Last is the index of the last contact, -1 when there is none.
func (v *View) Last() int { return bits.Len64(v.Seen) - 1 }

// Contacts is the number of days with contact up to index to, without the
// leaving day, which is learned already when a series is judged.
func (v *View) Contacts(to int) float64 {
	return float64(bits.OnesCount64(v.Seen & (1<<(to+1) - 1) &^ 1))
}

// Baseline is how often: what was learned of the days that left the ring. Sums
// are forgotten with halfLife.
type Baseline struct {
	Total    float32 // what was counted
	Exposure float32
	Days     float32 // days with contact
	Silent   float32 // exposure since the last contact, when that left the ring as well
	Charted  float32 // where the chart stands
	// Of each span: squares of what differed from the expected beyond
	// chance, and of the expected. Their quotient is the dispersion of a negative
	// binomial whose variance is m + dispersion m^2.
	Excess, Square [len(Spans)]float32
}

// Learn takes in the leaving day of an account that is seldom in touch or not. Bad news is
// not charted: it has a rate, and no habit.
func (p *Baseline) Learn(v *View, weight float64, charted, seldom bool) {
	x, n := v.X[0], v.N[0]
	if v.Seen&(1<<ViewDays-1) == 0 {
		// A silence that goes on teaches nothing until it has ended: else a lost
		// account would come to look normal.
		p.Silent += float32(x)
		return
	}
	x += float64(p.Silent)
	p.Silent = 0
	if x == 0 && n == 0 {
		return
	}
	if charted {
		p.LearnDispersion(v, weight)
	}
	if c, ok := p.ChartOf(); ok && charted {
		p.Charted = float32(c.Step(float64(p.Charted), x, n))
	}
	keep := math.Exp(-math.Ln2 / HalfLife * x * weight)
	if days := float64(p.Days); seldom && charted && days*keep < SeldomDays {
		keep = max(keep, min(1, SeldomDays/days))
	}
	p.Total = float32(float64(p.Total)*keep + weight*n)
	p.Exposure = float32(float64(p.Exposure)*keep + weight*x)
	p.Days = float32(float64(p.Days)*keep + weight*float64(v.Seen&1))
}

// LearnDispersion compares the windows that begin with the leaving day with
// what was to be expected of them: how much this series varies over just that
// many days, with all its bursts and holidays. Method of moments. Each window
// counts for the part that its leaving day is of it.
func (p *Baseline) LearnDispersion(v *View, weight float64) {
	if p.Exposure < Enough {
		return
	}
	for i, w := range Spans {
		// What came after the window would tell of a fall as if it were noise.
		m := (float64(p.Total) + v.Cn[w]) / (float64(p.Exposure) + v.Cx[w]) * v.Cx[w]
		if m == 0 {
			continue
		}
		d := v.Cn[w] - m
		part := weight / float64(w)
		keep := 1 - math.Ln2/HalfLife*weight
		p.Excess[i] = float32(float64(p.Excess[i])*keep + part*(d*d-m))
		p.Square[i] = float32(float64(p.Square[i])*keep + part*m*m)
	}
}

// Dispersion that is assumed of a series of which little is known, and how
// many windows of its own it takes to outweigh it. Set by hand on the
// development accounts of the benchmark.
const (
	PriorDispersion = 0.5
	priorWindows    = 2
)

// UnevenDays over a window's days is the least dispersion that is believed of
// anybody: a week of leave takes a fifth off a month, a tenth off two.
const UnevenDays = 2.8

func leastDispersion(window int) float64 { return UnevenDays / float64(window) }

// Dispersion of a window of so many days whose expected sum is m.
func (p *Baseline) Dispersion(window int, m float64) float64 {
	return max(leastDispersion(window), p.OwnDispersion(window, m))
}

// OwnDispersion is the dispersion as it was learned, without a least.
func (p *Baseline) OwnDispersion(window int, m float64) float64 {
	i := len(Spans) - 1
	for i > 0 && Spans[i] > window {
		i--
	}
	m *= float64(Spans[i]) / float64(window)
	prior := priorWindows * m * m
	if prior == 0 {
		return PriorDispersion
	}
	return max(0, (float64(p.Excess[i])+prior*PriorDispersion)/(float64(p.Square[i])+prior))
}

// evenPrior is how many windows of pure chance are added to those that were seen.
const evenPrior = 0.7

// Evenness is how much more evenly the days with contact lie than by chance, at least
// 1: the shape of a gamma distribution of the pauses between them. It is the inverse of
// the variance, beside the mean, of how many there are in four weeks: of a renewal process
// that tends to the squared coefficient of variation of its pauses (Cox 1962, Renewal
// Theory, 4.2). Where every day is as likely as another, it is 1 - p of the mean.
func (p *Baseline) Evenness() float64 {
	last := len(Spans) - 1
	square := float64(p.Square[last])
	if p.Exposure < Enough || p.Days <= 0 || p.Total <= 0 || square <= 0 {
		return 1
	}
	each, daily := float64(p.Total/p.Days), float64(p.Days/p.Exposure)
	m := float64(p.Total/p.Exposure) * float64(Spans[last])
	windows := square / (m * m)
	uneven := max(0, 1+m*float64(p.Excess[last])/square) / each / (1 - min(0.9, daily))
	return max(1, (windows+evenPrior)/(windows*uneven+evenPrior))
}

// Silence is the exposure since the last contact, also where that was before the ring.
func (p *Baseline) Silence(v *View) float64 {
	if last := v.Last(); last >= 1 {
		return v.Exposure(last+1, ViewDays)
	}
	return float64(p.Silent) + v.Exposure(1, ViewDays)
}

// Reference is what is known from before the window of w days: what was
// counted, the days with contact, and the exposure.
func (p *Baseline) Reference(v *View, w int) (total, days, exposure float64) {
	to := max(1, ViewDays-w-Guard)
	total = float64(p.Total) + v.Counted(1, to)
	days = float64(p.Days) + v.Contacts(to-1)
	exposure = float64(p.Exposure) + v.Exposure(1, to)
	if v.Last() >= 1 {
		exposure += float64(p.Silent) // a silence that has ended is part of the past
	}
	return total, days, exposure
}

// FadedWorth in days is how much what was known counts for once a new level is
// accepted.
const FadedWorth = 28

// Fade lets what is known count for fadedWorth at most. It changes no rate.
func (p *Baseline) Fade() {
	if p.Exposure <= FadedWorth {
		return
	}
	part := FadedWorth / p.Exposure
	p.Total, p.Days, p.Exposure = p.Total*part, p.Days*part, FadedWorth
	for i := range Spans {
		p.Excess[i] *= part
		p.Square[i] *= part
	}
	p.Charted = 0
}

// ChartOf returns the sequential chart of a series' learned rate; not ok while
// there is no habit yet. It is advanced by days as they leave the ring, when late
// records are in, and runs over the ring anew at each close.
func (p *Baseline) ChartOf() (c stats.CUSUM, ok bool) {
	if p.Exposure < Enough || p.Total <= 0 {
		return c, false
	}
	rate := float64(p.Total) / float64(p.Exposure)
	week := 7 * rate
	spread := 1 + p.OwnDispersion(7, week)*week // variance to mean of a week
	return stats.NewCUSUM(rate, spread), true
}

// Learn takes the leaving day into the past of a series whose account is seldom in touch
// or not.
func (s *Series) Learn(v *View, weight float64, kind Kind, seldom bool) {
	if s.Level() != nil {
		s.Level().Learn(s, v, weight)
		return
	}
	s.Baseline.Learn(v, weight, kind != Event, seldom)
}

// FloodFactor times its mean is the most that one account's day counts for: a
// robot that calls a thousand times makes no busy day.
const FloodFactor = 3

// Yearly is what a series adds to the shape of the year on the leaving day:
// contacts, or for amounts how often as much as on a day with any. What it did
// beyond floodFactor times the usual is left out, and the exposure is that of
// everybody's year.
func (s *Series) Yearly(v *View, kind Kind, own *[ViewDays]float64) (seen, expected float64) {
	p := &s.Baseline
	if p.Exposure < Enough || p.Total <= 0 || v.X[0] == 0 {
		return 0, 0
	}
	unit := 1.0
	if kind == Amount {
		unit = float64(p.Total) / max(1, float64(p.Days))
	}
	x := v.X[0]
	if own != nil {
		x /= own[0]
	}
	mean := float64(p.Total) / float64(p.Exposure) / unit
	return min(v.N[0]/unit, FloodFactor*(mean+1)), mean * x
}

// Encode appends the baseline. One of events has no chart and no dispersion.
func (p *Baseline) Encode(w *Writer, kind Kind) {
	list := p.numbers()
	w.Floats(list[:numbersOf(kind)])
}

// numbers are all of a baseline, in the order of the state.
func (p *Baseline) numbers() (list [5 + 2*len(Spans)]float32) {
	copy(list[:], []float32{p.Total, p.Exposure, p.Days, p.Silent, p.Charted})
	for i := range Spans {
		list[5+2*i], list[6+2*i] = p.Excess[i], p.Square[i]
	}
	return list
}

// numbersOf is how many numbers the state has for a kind: bad news is not charted and has
// no spans.
func numbersOf(kind Kind) int {
	if kind == Event {
		return 4
	}
	return 5 + 2*len(Spans)
}

// Decode reads what Encode wrote of a signal of the same kind.
func (p *Baseline) Decode(r *Reader, version byte, kind Kind) {
	var list [5 + 2*len(Spans)]float32
	if n := list[:numbersOf(kind)]; version >= WeeksVersion {
		r.Floats(n)
	} else {
		for i := range n {
			n[i] = r.Float()
		}
	}
	p.Total, p.Exposure, p.Days, p.Silent, p.Charted = list[0], list[1], list[2], list[3], list[4]
	for i := range Spans {
		p.Excess[i], p.Square[i] = list[5+2*i], list[6+2*i]
		if p.Square[i] < 0 {
			r.Fail("a negative sum")
		}
	}
	if min(p.Total, p.Exposure, p.Days, p.Silent, p.Charted) < 0 {
		r.Fail("a negative sum")
	}
}

// usualSpread is the dispersion of purchases of which little is known.
const usualSpread = 0.1

// Unevenness is the dispersion of a window's sum of which so much is expected.
// What was learned of a shorter span fades with length, as chance does.
func (p *Baseline) Unevenness(window int, expected float64) float64 {
	i := len(Spans) - 1
	for i > 0 && Spans[i] > window {
		i--
	}
	part := float64(Spans[i]) / float64(window)
	prior := priorWindows * expected * expected * part * part
	return max(0, (float64(p.Excess[i])+prior*usualSpread)/(float64(p.Square[i])+prior)) * part
}

// Prior is what is usual among an account's peers, for one signal: a gamma
// distribution of how often. A new account has no habit yet, and is compared
// with it.
type Prior struct {
	Rate  float32 // days with contact in a day of exposure
	Shape float32 // of the gamma distribution of rates
	Each  float32 // contacts on a day with any
}

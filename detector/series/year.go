package series

import (
	"fmt"
	"math"
	"time"

	"firstsign/signals"
)

// HalfMonths of a year.
const HalfMonths = 24

// Year is an account's own shape of the year: what each half of a month brought,
// of all that they do, beside what its learned rates let expect. The portfolio's
// common movement is taken out before, so it is what this account alone does: the
// one that is closed each August. It is 32 bytes, one of the allocator's sizes.
type Year struct {
	seen, expected float32 // of the half month that is being learned
	// Parts of the usual: the lower four bits of the last time that a half month
	// came, the upper of the time before. 0 is unknown, the others are logarithms in
	// yearSteps.
	Parts [HalfMonths]uint8
}

const (
	// yearSteps are those that parts are kept to, from a ninth to two and a half;
	// yearUsual is where 1 is.
	yearSteps = 0.22
	yearUsual = 11
	// yearPrior is how many expected contacts outweigh what a half month brought.
	yearPrior = 3
	// yearChance is how much less, as a logarithm, is taken for chance even when two
	// years agree: a fifth.
	yearChance = 0.2
	// knownParts of a year are enough to say what is usual in it.
	knownParts = 18
)

// HalfMonth of the year that a day is in.
func HalfMonth(d signals.Day) uint8 {
	_, month, day := time.Unix(int64(d)*24*60*60, 0).UTC().Date()
	h := 2 * uint8(month-1)
	if day > 15 {
		h++
	}
	return h
}

// Add takes in what a day brought, with what was to be expected of it: a day of
// half month h, and the day before was of half month before. Every day is added
// once, in order.
func (y *Year) Add(before, h uint8, seen, expected float64) {
	if before != h {
		y.turn(before)
	}
	y.seen += float32(seen)
	y.expected += float32(expected)
}

// turn keeps the half month that is over. One of which nothing was known leaves
// what was kept of it.
func (y *Year) turn(h uint8) {
	if y.expected > 0 {
		part := float64(y.seen+yearPrior) / float64(y.expected+yearPrior)
		step := max(1, min(15, math.Round(math.Log(part)/yearSteps)+yearUsual))
		y.Parts[h] = y.Parts[h]<<4 | uint8(step)
	}
	y.seen, y.expected = 0, 0
}

// Part of a half month as a logarithm, of the last time that it came or of the
// time before.
func (y *Year) Part(h uint8, back int) (ln float64, ok bool) {
	step := y.Parts[h] >> (4 * back) & 15
	return (float64(step) - yearUsual) * yearSteps, step > 0
}

// Usual is the middle of the half months of a year that are known: an account that
// grew was above what it let expect all year. ok is false for less than a year.
func (y *Year) Usual(back int) (ln float64, ok bool) {
	var of [16]int
	n := 0
	for _, p := range y.Parts {
		if step := p >> (4 * back) & 15; step > 0 {
			of[step]++
			n++
		}
	}
	step, below := 0, 0
	for below*2 < n {
		step++
		below += of[step]
	}
	return (float64(step) - yearUsual) * yearSteps, n >= knownParts
}

// Known is what is usual of the last two years; not ok while they are not known.
func (y *Year) Known() (usual [2]float64, ok bool) {
	if y == nil {
		return usual, false
	}
	for back := range usual {
		if usual[back], ok = y.Usual(back); !ok {
			return usual, false
		}
	}
	return usual, true
}

// Quiet is what each quiet half month is of a usual one, by the month and day on
// which it begins.
func (y *Year) Quiet() map[string]float64 {
	usual, ok := y.Known()
	if !ok {
		return nil
	}
	of := map[string]float64{}
	for h := range uint8(HalfMonths) {
		if x := y.Factor(h, usual); x < 1 {
			of[fmt.Sprintf("%02d-%02d", h/2+1, 1+15*(h%2))] = x
		}
	}
	return of
}

// Factor is what a half month is of a usual one, at most 1: what both of the last
// two years say. The one in which it was less quiet counts, less yearChance: one
// summer's absence is no habit. A busy season raises no expectation: people who do
// much in bursts have two that fall together by chance, and to miss the third
// would be a false alert (on the benchmark's contributors, silence within 14 days
// fell from .25 to .15).
func (y *Year) Factor(h uint8, usual [2]float64) float64 {
	last, ok := y.Part(h, 0)
	before, both := y.Part(h, 1)
	last, before = last-usual[0], before-usual[1]
	if !ok || !both {
		return 1
	}
	return math.Exp(min(0, max(last, before)+yearChance))
}

// Encode appends the year; nil is one byte.
func (y *Year) Encode(w *Writer) {
	w.Bool(y != nil)
	if y == nil {
		return
	}
	w.Float(y.seen)
	w.Float(y.expected)
	for _, p := range y.Parts {
		w.Byte(p)
	}
}

// DecodeYear reads what Encode wrote.
func DecodeYear(r *Reader) *Year {
	if !r.Bool() {
		return nil
	}
	y := &Year{seen: r.Sum(), expected: r.Sum()}
	for i := range y.Parts {
		y.Parts[i] = r.Byte()
	}
	return y
}

// Unpack writes into x what each day of a view is of a usual one, by the half months
// that the days are in, and returns it; nil while two years are not known, and when
// they say nothing of these days.
func (y *Year) Unpack(halves *[ViewDays]uint8, x *[ViewDays]float64) *[ViewDays]float64 {
	usual, ok := y.Known()
	if !ok {
		return nil
	}
	part, quiet := 1.0, false
	for i, h := range halves {
		if i == 0 || h != halves[i-1] {
			part = y.Factor(h, usual)
			quiet = quiet || part < 1
		}
		x[i] = part
	}
	if !quiet {
		return nil
	}
	return x
}

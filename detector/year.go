package detector

import (
	"fmt"
	"math"
	"time"

	"firstsign/signals"
)

// halfMonths of a year.
const halfMonths = 24

// year is an account's own shape of the year: what each half of a month brought,
// of all that they do, beside what its learned rates let expect. The portfolio's
// common movement is taken out before, so it is what this account alone does: the
// one that is closed each August. It is 32 bytes, one of the allocator's sizes.
type year struct {
	seen, expected float32 // of the half month that is being learned
	// parts of the usual: the lower four bits of the last time that a half month
	// came, the upper of the time before. 0 is unknown, the others are logarithms in
	// yearSteps.
	parts [halfMonths]uint8
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

// halfMonth of the year that a day is in.
func halfMonth(d signals.Day) uint8 {
	_, month, day := time.Unix(int64(d)*24*60*60, 0).UTC().Date()
	h := 2 * uint8(month-1)
	if day > 15 {
		h++
	}
	return h
}

// add takes in what a day brought, with what was to be expected of it: a day of
// half month h, and the day before was of half month before. Every day is added
// once, in order.
func (y *year) add(before, h uint8, seen, expected float64) {
	if before != h {
		y.turn(before)
	}
	y.seen += float32(seen)
	y.expected += float32(expected)
}

// turn keeps the half month that is over. One of which nothing was known leaves
// what was kept of it.
func (y *year) turn(h uint8) {
	if y.expected > 0 {
		part := float64(y.seen+yearPrior) / float64(y.expected+yearPrior)
		step := max(1, min(15, math.Round(math.Log(part)/yearSteps)+yearUsual))
		y.parts[h] = y.parts[h]<<4 | uint8(step)
	}
	y.seen, y.expected = 0, 0
}

// part of a half month as a logarithm, of the last time that it came or of the
// time before.
func (y *year) part(h uint8, back int) (ln float64, ok bool) {
	step := y.parts[h] >> (4 * back) & 15
	return (float64(step) - yearUsual) * yearSteps, step > 0
}

// usual is the middle of the half months of a year that are known: an account that
// grew was above what it let expect all year. ok is false for less than a year.
func (y *year) usual(back int) (ln float64, ok bool) {
	var of [16]int
	n := 0
	for _, p := range y.parts {
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

// known is what is usual of the last two years; not ok while they are not known.
func (y *year) known() (usual [2]float64, ok bool) {
	if y == nil {
		return usual, false
	}
	for back := range usual {
		if usual[back], ok = y.usual(back); !ok {
			return usual, false
		}
	}
	return usual, true
}

// quiet is what each quiet half month is of a usual one, by the month and day on
// which it begins.
func (y *year) quiet() map[string]float64 {
	usual, ok := y.known()
	if !ok {
		return nil
	}
	of := map[string]float64{}
	for h := range uint8(halfMonths) {
		if x := y.factor(h, usual); x < 1 {
			of[fmt.Sprintf("%02d-%02d", h/2+1, 1+15*(h%2))] = x
		}
	}
	return of
}

// factor is what a half month is of a usual one, at most 1: what both of the last
// two years say. The one in which it was less quiet counts, less yearChance: one
// summer's absence is no habit. A busy season raises no expectation: people who do
// much in bursts have two that fall together by chance, and to miss the third
// would be a false alert (on the benchmark's contributors, silence within 14 days
// fell from .25 to .15).
func (y *year) factor(h uint8, usual [2]float64) float64 {
	last, ok := y.part(h, 0)
	before, both := y.part(h, 1)
	last, before = last-usual[0], before-usual[1]
	if !ok || !both {
		return 1
	}
	return math.Exp(min(0, max(last, before)+yearChance))
}

func (y *year) encode(w *writer) {
	w.bool(y != nil)
	if y == nil {
		return
	}
	w.float(y.seen)
	w.float(y.expected)
	for _, p := range y.parts {
		w.byte(p)
	}
}

func decodeYear(r *reader) *year {
	if !r.bool() {
		return nil
	}
	y := &year{seen: r.sum(), expected: r.sum()}
	for i := range y.parts {
		y.parts[i] = r.byte()
	}
	return y
}

// Package activity answers: is an account still in regular contact?
//
// Activity keeps how active an account has been, in ten bytes, and tells when it has become
// dormant.
package activity

import (
	"encoding/binary"
	"math"
	"math/bits"

	"firstsign/detector/series"
	"firstsign/signals"
)

// Activity is how active an account has been. One that has become quiet is dormant:
// its contact comes now and then, with pauses of weeks that say little, and to judge
// it as before would raise an alert for each of them. What was to be told of its
// fall was told while it fell.
//
// Days are learned when they leave the ring, so that a repair of the days since leaves
// no trace. Those of which nothing is known do not count.
type Activity struct {
	left  bits64 // the last known days that left the ring: bit 0 is the latest, 1 had contact
	best  uint8  // the most of them with contact in eight weeks, slowly forgotten; in quarters of a day
	quiet uint8  // how many of them have passed since the account was active, at most 255
}

// bits64 is a uint64 that needs no alignment: accounts are many, and it fills a gap.
type bits64 [8]byte

func (b *bits64) get() uint64  { return binary.LittleEndian.Uint64(b[:]) }
func (b *bits64) set(x uint64) { binary.LittleEndian.PutUint64(b[:], x) }

// An account is active on a day when the eight weeks up to it had so many with
// contact. Chosen on the dev accounts of the benchmark's sets.
const (
	// weeklyDays with contact are about one a week, and enough for anybody.
	weeklyDays = 8
	// activePart of the most that an account had is enough for one that never was in
	// weekly contact.
	activePart = 0.6
	// dormantAfter so many days in a row on which it was not active. A silent account
	// has been judged for four months by then.
	dormantAfter = 84
	// forgetting is the time in days in which e-fold of the most is forgotten: half of
	// it in two years.
	forgetting = 1053
	// golden spreads the days on which a step is forgotten evenly over time: its
	// multiples, as parts of 2^32, are a sequence of low discrepancy (Kronecker's).
	golden = 2654435769

	stretch     = series.JudgedDays // eight weeks
	stretchBits = 1<<stretch - 1
	quarters    = 4
)

// enough are the fewest days with contact in eight weeks that make their last day an
// active one. A silent account is not active, however little it ever had.
func (x *Activity) enough() int {
	part := activePart * float32(x.best) / quarters
	return max(1, int(math.Ceil(float64(min(weeklyDays, part)))))
}

// Seldom tells whether an account never was in weekly contact, as far as it is remembered.
func (x *Activity) Seldom() bool { return x.best < quarters*weeklyDays }

// Learn takes in a known day that leaves the ring.
func (x *Activity) Learn(d signals.Day, contact bool) {
	left := x.left.get() << 1
	if contact {
		left |= 1
	}
	x.left.set(left)
	days := bits.OnesCount64(left & stretchBits)
	x.best = max(x.best, uint8(quarters*days))
	if uint32(d)*golden < uint32(x.best)*(math.MaxUint32/forgetting) {
		x.best--
	}
	switch {
	case days >= x.enough():
		x.quiet = 0
	case x.quiet < 255:
		x.quiet++
	}
}

// Dormant tells whether an account has become quiet. ring are its days that had
// contact or of which too little is known, bit 0 the oldest.
func (x *Activity) Dormant(ring uint64) bool {
	if int(x.quiet)+stretch < dormantAfter {
		return false
	}
	enough, left := x.enough(), x.left.get()
	days := bits.OnesCount64(ring & stretchBits)
	for i := range stretch { // those that end i days ago
		if days >= enough {
			return false
		}
		days += int(left>>i&1) - int(ring>>(stretch-1-i)&1)
	}
	return true
}

// Accept makes what the ring holds the most of an account whose level was accepted, and
// takes the days before it for like ones: those of the old level must not come back as
// the most.
func (x *Activity) Accept(ring uint64) {
	x.left.set(ring & stretchBits)
	x.best = min(x.best, uint8(quarters*bits.OnesCount64(ring&stretchBits)))
}

// Encode appends it to an account's state.
func (x *Activity) Encode(w *series.Writer) {
	w.Bits(x.left.get())
	w.Byte(x.best)
	w.Byte(x.quiet)
}

// Decode reads what Encode wrote.
func Decode(r *series.Reader) Activity {
	var x Activity
	x.left.set(r.Bits())
	x.best, x.quiet = r.Byte(), r.Byte()
	return x
}

package evidence

import (
	"firstsign/detector/series"
	"firstsign/detector/stats"
	"math"
)

// statistic is one way to look for a fall of how often. Each sees something that
// the others do not: gap the silence of a lively account, chart the slow decay,
// days28 the account that is still there, but rarely.
type statistic int

const (
	statSilence statistic = iota // exposure since the last contact
	statGap                      // the same beside the own pauses
	statFarOut                   // the same beside the far-out pause, Q3 + 3 IQR
	statDays14                   // days with contact in a recent window
	statDays28
	statDays42
	statDays56
	statDrop28 // what was counted in a recent window
	statDrop56
	statRecent  // what was counted in four weeks, beside the four before
	statChart   // the sequential chart
	statSeldom  // the silence of who is seldom in touch, beside the rates of such
	statOverdue // the silence, beside an even rhythm
	statistics
)

// Measurements is what all statistics show of a series: each a measure in its own unit, 0
// for nothing, which the curves of curves.go turn into nats, and the term that puts the
// strongest into words.
type Measurements struct {
	Measure   [statistics]float64
	nats      [statistics]float64
	strongest statistic
	term      Term
}

// see notes what a statistic shows. It tells whether that is the strongest so far, so that the
// caller must put it into words.
func (k *Measurements) see(l statistic, measure float64) (strongest bool) {
	e, most := curves[l].Nats(measure), k.nats[k.strongest]
	k.Measure[l], k.nats[l] = measure, e
	if strongest = e > most || e == most && e > 0 && l < k.strongest; strongest {
		k.strongest = l
	}
	return strongest
}

// Fall looks for a fall of how often, or of how much, and joins what all statistics
// show. unit is what counts as one: 1 for counts, the usual amount of a day with
// any for amounts. ok is false while there is no habit to fall from.
func Fall(p *series.Baseline, v *series.View, unit float64, amount bool, k *Measurements) (t Term, ok bool) {
	*k = Measurements{}
	silent := silence(p, v, k)
	known := fewerDays(p, v, unit, amount, k)
	drop(p, v, unit, k)
	followed(p, v, unit, k)
	decay(p, v, k)
	t = k.join()
	t.Alone = priceAlone(p)
	return t, silent || known
}

// join is the L6 norm of the statistics' nats: the sixth root of the sum of their sixth
// powers. They largely measure the same, so the strongest must dominate; as a plain sum
// one silence would count thirteen times. It never falls when one of them rises. The words
// are those of the strongest.
func (k *Measurements) join() Term {
	sum := 0.0
	for _, e := range &k.nats {
		cube := e * e * e
		sum += cube * cube
	}
	t := k.term
	t.Worth = min(stats.MaxNats, math.Cbrt(math.Sqrt(sum)))
	t.Evidence = t.Worth
	return t
}

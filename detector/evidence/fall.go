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
	statOverdue // the silence, beside an even rhythm
	statistics
)

// Measurements is what all lenses show of a series: each a measure in its own unit, 0
// for nothing, which the curves of curve.go turn into nats, and the term that
// puts it into words. Where the measure is 0 the term is of another series.
type Measurements struct {
	Measure [statistics]float64
	term    [statistics]Term
}

// see notes what a lens shows.
func (k *Measurements) see(l statistic, measure float64, t Term) {
	k.Measure[l], k.term[l] = measure, t
}

// Fall looks for a fall of how often, or of how much, and joins what all lenses
// see. unit is what counts as one: 1 for counts, the usual amount of a day with
// any for amounts. ok is false while there is no habit to fall from.
func Fall(p *series.Baseline, v *series.View, unit float64, amount bool, k *Measurements) (t Term, ok bool) {
	k.Measure = [statistics]float64{}
	silent := silence(p, v, k)
	known := fewerDays(p, v, unit, amount, k)
	drop(p, v, unit, k)
	followed(p, v, unit, k)
	decay(p, v, k)
	t = k.join()
	t.Alone = priceAlone(p)
	return t, silent || known
}

// join adds up what the lenses see, in the sixth power: they largely see the
// same, so that the sum must hear the loudest and little more (as a plain sum one
// silence would count eleven times). It never falls when one of them rises. The
// words are those of the loudest.
func (k *Measurements) join() (t Term) {
	sum, most := 0.0, 0.0
	for l, x := range &k.Measure {
		if x == 0 {
			continue
		}
		e := curves[l].Nats(x)
		if e > most {
			most, t = e, k.term[l]
		}
		cube := e * e * e
		sum += cube * cube
	}
	t.Worth = min(stats.MaxNats, math.Cbrt(math.Sqrt(sum)))
	t.Evidence = t.Worth
	return t
}

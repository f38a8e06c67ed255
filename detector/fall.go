package detector

import (
	"firstsign/detector/series"
	"firstsign/detector/stats"
	"math"
)

// lens is one way to look for a fall of how often. Each sees something that
// the others do not: gap the silence of a lively account, chart the slow decay,
// days28 the account that is still there, but rarely.
type lens int

const (
	lensSilence lens = iota // exposure since the last contact
	lensGap                 // the same beside the own pauses
	lensFarOut              // the same beside the far-out pause, Q3 + 3 IQR
	lensDays14              // days with contact in a recent window
	lensDays28
	lensDays42
	lensDays56
	lensDrop28 // what was counted in a recent window
	lensDrop56
	lensRecent // what was counted in four weeks, beside the four before
	lensChart  // the sequential chart
	lenses
)

// look is what all lenses show of a series: each a measure in its own unit, 0
// for nothing, which the curves of curve.go turn into nats, and the term that
// puts it into words.
type look struct {
	measure [lenses]float64
	term    [lenses]term
}

// see notes what a lens shows.
func (k *look) see(l lens, measure float64, t term) {
	k.measure[l], k.term[l] = measure, t
}

// fall looks for a fall of how often, or of how much, and joins what all lenses
// see. unit is what counts as one: 1 for counts, the usual amount of a day with
// any for amounts. ok is false while there is no habit to fall from.
func fall(p *series.Baseline, v *series.View, unit float64, amount bool, k *look) (t term, ok bool) {
	*k = look{}
	silent := silence(p, v, k)
	known := fewerDays(p, v, unit, amount, k)
	drop(p, v, unit, k)
	followed(p, v, unit, k)
	decay(p, v, k)
	return k.join(), silent || known
}

// join adds up what the lenses see, in the sixth power: they largely see the
// same, so that the sum must hear the loudest and little more (as a plain sum one
// silence would count eleven times). It never falls when one of them rises. The
// words are those of the loudest.
func (k *look) join() (t term) {
	sum, most := 0.0, 0.0
	for l, x := range k.measure {
		e := curves[l].Nats(x)
		if e > most {
			most, t = e, k.term[l]
		}
		cube := e * e * e
		sum += cube * cube
	}
	t.worth = min(stats.MaxNats, math.Cbrt(math.Sqrt(sum)))
	t.evidence = t.worth
	return t
}

package detector

import (
	"firstsign/detector/series"
	"firstsign/detector/stats"
	"math"
	"math/bits"
)

// peerWindows are the recent days that are compared.
var peerWindows = [...]int{14, 28, 56}

// fewestNewDays of exposure must have gone by before silence means anything.
const fewestNewDays = 7

// compare asks how improbable so few days with contact are for an account whose
// rate is one of its peers', and its own before the window: the lower tail of a
// negative binomial. The day on which it began is left out; it is there because
// there was contact.
func compare(q *series.Prior, s *series.Series, v *series.View) (best term) {
	begin := min(series.ViewDays, max(1, int(s.First-v.Lo)+1))
	last := v.Last()
	for _, w := range peerWindows {
		comparePrior(q, s, v, begin, max(begin, series.ViewDays-w), last, &best)
	}
	comparePrior(q, s, v, begin, max(begin, last+1), last, &best)
	return best
}

// comparePrior compares the days from one index on.
func comparePrior(q *series.Prior, s *series.Series, v *series.View, begin, from, last int, best *term) {
	x := v.Exposure(from, series.ViewDays)
	if x < fewestNewDays {
		return
	}
	p := &s.Baseline
	seen := func(from, to int) float64 { return float64(bits.OnesCount64(v.Seen & (1<<to - 1) &^ (1<<from - 1))) }
	k := float64(q.Shape) + float64(p.Days) + seen(begin, from)
	rate := k / (float64(q.Shape/q.Rate) + float64(p.Exposure) + float64(p.Silent) + v.Exposure(begin, from))
	n, w := seen(from, series.ViewDays), series.ViewDays-from
	e := stats.NegativeBinomialLower(n, rate*x, unevenDays/float64(w)+1/k)
	worth := peersCurve.Nats(e)
	if n >= rate*x || worth <= best.worth {
		return
	}
	*best = term{kind: Drop, window: w, last: from, from: 7 * rate * float64(q.Each), to: perWeek(v.Counted(from, series.ViewDays), x), evidence: e, worth: worth, peers: true}
	if n == 0 && last >= 0 {
		best.kind, best.window, best.last = Gap, int(math.Round(x)), last
		best.from, best.to = 1/rate, x
	}
}

// unevenDays over a window's days is the least dispersion of anybody: a week of
// leave takes a fifth off a month.
const unevenDays = 2.8

// peersCurve puts the nats of compare on the scale of the other terms. Set by
// hand on simulated portfolios, so that new healthy accounts are told of as often as
// without peers (docs/data-team/detection/new-accounts.md).
var peersCurve = stats.Curve{{0, 0}, {2.1, 0.4}, {10, 8.3}}

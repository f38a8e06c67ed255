package evidence

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

// ComparePeers asks how improbable so few days with contact are for an account whose
// rate is one of its peers', and its own before the window: the lower tail of a
// negative binomial. The day on which it began is left out; it is there because
// there was contact.
func ComparePeers(q *series.Prior, s *series.Series, v *series.View) (best Term) {
	begin := min(series.ViewDays, max(1, int(s.First-v.Lo)+1))
	last := v.Last()
	for _, w := range peerWindows {
		comparePrior(q, s, v, begin, max(begin, series.ViewDays-w), last, &best)
	}
	comparePrior(q, s, v, begin, max(begin, last+1), last, &best)
	return best
}

// comparePrior compares the days from one index on.
func comparePrior(q *series.Prior, s *series.Series, v *series.View, begin, from, last int, best *Term) {
	x := v.Exposure(from, series.ViewDays)
	if x < fewestNewDays {
		return
	}
	p := &s.Baseline
	seen := func(from, to int) float64 { return float64(bits.OnesCount64(v.Seen & (1<<to - 1) &^ (1<<from - 1))) }
	k := float64(q.Shape) + float64(p.Days) + seen(begin, from)
	rate := k / (float64(q.Shape/q.Rate) + float64(p.Exposure) + float64(p.Silent) + v.Exposure(begin, from))
	n, w := seen(from, series.ViewDays), series.ViewDays-from
	e := stats.NegativeBinomialLower(n, rate*x, series.UnevenDays/float64(w)+1/k)
	worth := peersCurve.Nats(e)
	if n >= rate*x || worth <= best.Worth {
		return
	}
	*best = Term{Kind: Drop, Window: w, Last: from, From: 7 * rate * float64(q.Each), To: PerWeek(v.Counted(from, series.ViewDays), x), Evidence: e, Worth: worth, Peers: true}
	if n == 0 && last >= 0 {
		best.Kind, best.Window, best.Last = Gap, int(math.Round(x)), last
		best.From, best.To = 1/rate, x
	}
}

// peersCurve puts the nats of compare on the scale of the other terms. Set by
// hand on simulated portfolios, so that new healthy accounts are told of as often as
// without peers (docs/data-team/detection/new-accounts.md).
var peersCurve = stats.Curve{{0, 0}, {2.1, 0.4}, {10, 8.3}}

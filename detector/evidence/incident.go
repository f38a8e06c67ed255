package evidence

import (
	"firstsign/detector/series"
	"firstsign/detector/stats"
)

// incidentWindows: a rare event weighs most in its first week, less for four.
var incidentWindows = [...]int{7, 28}

// incidentClustering is the dispersion of bad news beside what is not known of
// its rate: one quarrel brings two declined meetings, so that the second says
// less than the first. Set by hand on simulated portfolios.
const incidentClustering = 8

// AnyNews tells whether there was bad news in the windows of BadNews or on open days, as far
// as a view has seen the days. Where there was none, BadNews reads no more of the view.
func AnyNews(v *series.View, open float64) bool {
	return open >= 1 || v.Seen>>(series.ViewDays-incidentWindows[len(incidentWindows)-1]) != 0
}

// BadNews asks how unlikely so many rare events in a recent window are: the
// upper tail of a negative binomial, with a rate that is a gamma prior from
// the portfolio (worth one event) and the own past. An incident is judged on arrival: open
// are those of days that are not closed yet. It has been there since the first in the window.
func BadNews(p *series.Baseline, v *series.View, peers float64, open Arrived) (best Term, ok bool) {
	best.Kind = Incident
	if peers <= 0 || !AnyNews(v, open.N) {
		return best, peers > 0
	}
	for _, w := range incidentWindows {
		n := v.Counted(series.ViewDays-w, series.ViewDays) + open.N
		if n < 1 {
			continue
		}
		to := series.ViewDays - w
		before := float64(p.Total) + v.Counted(1, to)
		a := 1 + before
		b := 1/peers + float64(p.Exposure) + float64(p.Silent) + v.Exposure(1, to)
		e := stats.NegativeBinomialUpper(n, a/b*float64(w), 1/a+incidentClustering)
		if e > best.Evidence {
			best = Term{Kind: Incident, Window: w, Last: firstOf(v, to, open), From: a / b * float64(w), To: n, Evidence: e, Worth: e, Unseen: before == 0}
		}
	}
	return best, true
}

// Arrived are events of days that are not closed yet: how many, and how many days after the
// last closed one the first was.
type Arrived struct {
	N     float64
	After int
}

// firstOf is the day of the first event from a day of the view on.
func firstOf(v *series.View, from int, open Arrived) int {
	for i := from; i < series.ViewDays; i++ {
		if v.N[i] > 0 {
			return i
		}
	}
	return series.ViewDays - 1 + open.After
}

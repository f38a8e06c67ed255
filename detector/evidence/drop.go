package evidence

import (
	"math"

	"firstsign/detector/series"
	"firstsign/detector/stats"
)

// dropWindows are the recent days in which a smaller number is looked for.
var dropWindows = [...]int{28, 56}

// drop asks how improbable so small a number is in a recent window, under the
// rate before it: the lower tail of a negative binomial, the predictive
// distribution of a Poisson rate that varies (dispersion) and is not known
// exactly (gamma with the counts of the reference). The prior is half a contact in seven
// days: it keeps a short or silent past from being a rate that is surely 0.
func drop(p *series.Baseline, v *series.View, unit float64, k *Measurements) {
	for i, w := range dropWindows {
		total, _, exposure := p.Reference(v, w)
		if exposure < series.Enough {
			continue
		}
		from := series.ViewDays - w
		seen := v.Exposure(from, series.ViewDays)
		n, before := v.Counted(from, series.ViewDays)/unit, total/unit+0.5
		m := before / (exposure + 7) * seen
		if n >= m {
			continue
		}
		if k.see(statDrop28+statistic(i), stats.NegativeBinomialLower(math.Floor(n), m, p.Dispersion(w, m*unit)+1/before)) {
			k.term = Term{Kind: Drop, Window: w, Last: from, From: 7 * before * unit / (exposure + 7), To: PerWeek(n*unit, seen)}
		}
	}
}

// recentDays are what statRecent compares: the last and the ones before.
const recentDays = 28

// followed compares the last four weeks with the four before: after growth the
// longer past is too low to show a fall. The prior is half a contact in 3.5 days.
func followed(p *series.Baseline, v *series.View, unit float64, k *Measurements) {
	from, begin := series.ViewDays-recentDays, series.ViewDays-2*recentDays
	before, now := v.Exposure(begin, from), v.Exposure(from, series.ViewDays)
	if before < recentDays/2 {
		return
	}
	n, past := v.Counted(from, series.ViewDays)/unit, v.Counted(begin, from)/unit+0.5
	m := past / (before + 3.5) * now
	if n >= m {
		return
	}
	if k.see(statRecent, stats.NegativeBinomialLower(math.Floor(n), m, p.Dispersion(recentDays, m*unit)+1/past)) {
		k.term = Term{Kind: Drop, Window: recentDays, Last: from, From: 7 * past * unit / (before + 3.5), To: PerWeek(n*unit, now)}
	}
}

// PerWeek is the rate of n events in so many days of exposure; 0 without exposure.
func PerWeek(n, exposure float64) float64 {
	if exposure == 0 {
		return 0
	}
	return 7 * n / exposure
}

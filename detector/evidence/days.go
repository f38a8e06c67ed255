package evidence

import (
	"firstsign/detector/series"
	"math"
)

// dayWindows are the recent days in which contact is looked for, and dayDoubt
// what is added to both sides of the comparison: an account with few days of
// contact can lose them by chance.
var (
	dayWindows = [...]int{14, 28, 42, 56}
	dayDoubt   = [...]float64{0.5, 0.5, 0.5, 1}
)

// fewerDays compares the days with contact in recent windows with the rate
// before them: the logarithm of expected to seen. How deep a fall is tells real
// people's declines from their ordinary pauses better than how improbable it
// is under any model; on the benchmark it is the strongest statistic of all.
func fewerDays(p *series.Baseline, v *series.View, unit float64, amount bool, k *Measurements) (ok bool) {
	for i, w := range dayWindows {
		total, days, exposure := p.Reference(v, w)
		if exposure < series.Enough {
			continue
		}
		ok = true
		from := series.ViewDays - w
		seen := v.Exposure(from, series.ViewDays)
		n := v.Contacts(series.ViewDays-1) - v.Contacts(from-1)
		m := (days + 0.5) / (exposure + 7) * seen
		if n >= m {
			continue
		}
		t := Term{Kind: Drop, Window: w, Last: from, From: 7 * (total + 0.5*unit) / (exposure + 7), To: PerWeek(v.Counted(from, series.ViewDays), seen)}
		if t.To >= t.From { // as much as ever, on fewer days
			if amount {
				continue
			}
			t.From, t.To = 7*(days+0.5)/(exposure+7), PerWeek(n, seen)
		}
		if k.see(statDays14+statistic(i), math.Log((m+dayDoubt[i])/(n+dayDoubt[i]))) {
			k.term = t
		}
	}
	return ok
}

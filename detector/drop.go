package detector

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// maxEvidence bounds one term: beyond e^-80 no model is worth believing.
const maxEvidence = 80

// term is one finding about one series, before it is put into words.
type term struct {
	kind     Term
	window   int
	from, to float64
	last     int     // index of the first day of the window, or of a gap's last contact; below 0 before the ring
	evidence float64 // in nats
	worth    float64 // evidence on the scale that all terms share
}

// Terms are looked at every day, those of short windows with more chances to
// be surprising by accident, and real people are less even than any model. So
// the evidence of each is stretched to a common scale, on which healthy
// accounts reach the same once a year. Set by hand from what the development
// accounts of the benchmark reach once a year by each term alone, in nats: a
// gap 5.8; counts in 3, 7, 14, 28, 56 days 4.4, 5.9, 6.2, 4.0, 2.6; days with
// contact in 28 and 56 days 3.9 and 2.6. Short windows of counts found nothing
// there that the others did not, and are kept low.
var (
	countWorth   = [len(windows)]float64{0.6, 0.7, 0.8, 1.2, 1.8}
	contactWorth = [len(windows)]float64{0, 0, 0, 1.5, 2.2}
)

// contactDispersion is that of the number of days with contact in a window:
// much steadier than the number of contacts.
const contactDispersion = 0.1

// drop looks for the recent window that is least likely under the rate before
// it: the lower tail of a negative binomial, the predictive distribution of a
// Poisson rate that varies (dispersion) and is not known exactly (gamma with
// the counts of the reference). It is asked of what was counted and of the
// days with contact. unit is what counts as one: 1 for counts, the usual
// amount of a day with any for amounts.
func (p *pace) drop(v *view, unit float64, amount bool) (best term, ok bool) {
	best.kind = Drop
	for i, w := range windows {
		total, days, exposure := p.reference(v, w)
		if exposure < enough {
			continue
		}
		ok = true
		from := viewDays - w
		seen := v.exposure(from, viewDays)
		n, before := v.counted(from, viewDays)/unit, total/unit+0.5
		if m := before / (exposure + 7) * seen; n < m {
			e := lowerTail(math.Floor(n), m, p.dispersion(i, m*unit)+1/before)
			if worth := e * countWorth[i]; worth > best.worth {
				best = term{kind: Drop, window: w, last: from, evidence: e, worth: worth,
					from: 7 * before * unit / (exposure + 7), to: perWeek(n*unit, seen)}
			}
		}
		if contactWorth[i] == 0 {
			continue
		}
		n, before = v.contacts(viewDays-1)-v.contacts(from-1), days+0.5
		if m := before / (exposure + 7) * seen; n < m {
			e := lowerTail(n, m, contactDispersion+1/before)
			t := term{kind: Drop, window: w, last: from, evidence: e, worth: e * contactWorth[i],
				from: 7 * (total + 0.5*unit) / (exposure + 7), to: perWeek(v.counted(from, viewDays), seen)}
			if t.to >= t.from {
				// As much as ever, on fewer days: no fall of an amount; of a count it
				// is told in days.
				if amount {
					continue
				}
				t.from, t.to = 7*before/(exposure+7), perWeek(n, seen)
			}
			if t.worth > best.worth {
				best = t
			}
		}
	}
	return best, ok
}

func perWeek(n, exposure float64) float64 {
	if exposure == 0 {
		return 0
	}
	return 7 * n / exposure
}

// lowerTail is -ln P(N <= n) of a negative binomial of mean m and variance
// m + dispersion m^2. Small n by the sum of its terms from n downwards, large
// ones by the regularised incomplete beta function (Johnson, Kemp, Kotz:
// Univariate Discrete Distributions, 5.6), which costs more.
func lowerTail(n, m, dispersion float64) float64 {
	if n >= m {
		return 0
	}
	k := 1 / dispersion
	if n > 64 {
		return nats(mathext.RegIncBeta(k, n+1, k/(k+m)))
	}
	lg1, _ := math.Lgamma(n + k)
	lg2, _ := math.Lgamma(k)
	lnp := lg1 - lg2 - logFactorial[int(n)] + k*math.Log(k/(k+m)) + n*math.Log(m/(k+m))
	sum, p := 1.0, 1.0
	for j := n; j > 0; j-- {
		p *= j * (k + m) / ((j - 1 + k) * m)
		sum += p
	}
	return max(0, min(maxEvidence, -lnp-math.Log(sum)))
}

// nats is -ln p, up to maxEvidence.
func nats(p float64) float64 {
	if p <= 0 {
		return maxEvidence
	}
	return min(maxEvidence, -math.Log(p))
}

// logFactorial of 0 to 64.
var logFactorial = func() (f [65]float64) {
	for i := 2; i < len(f); i++ {
		f[i] = f[i-1] + math.Log(float64(i))
	}
	return f
}()

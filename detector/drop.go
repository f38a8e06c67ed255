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
	last     int // index of the first day of the window, or of a gap's last contact; below 0 before the ring
	evidence float64
}

// drop looks for the recent window whose count is least likely under the
// rate before it: the lower tail of a negative binomial, the predictive
// distribution of a Poisson rate that varies (dispersion) and is not known
// exactly (gamma with the counts of the reference). unit is what counts as
// one: 1 for counts, the usual amount of a day with any for amounts.
func (p *pace) drop(v *view, unit float64) (best term, ok bool) {
	best.kind = Drop
	for i, w := range windows {
		total, exposure := p.reference(v, w)
		if exposure < enough {
			continue
		}
		ok = true
		rate := (total/unit + 0.5) / (exposure + 7)
		m := rate * v.exposure(viewDays-w, viewDays)
		n := v.counted(viewDays-w, viewDays) / unit
		if n >= m {
			continue
		}
		e := lowerTail(math.Floor(n), m, p.dispersion(i, m*unit)+1/(total/unit+0.5))
		if e > best.evidence {
			best = term{kind: Drop, window: w, evidence: e, last: viewDays - w,
				from: 7 * rate * unit, to: perWeek(n*unit, v.exposure(viewDays-w, viewDays))}
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

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
	peers    bool    // from is usual of its peers
}

// dropWindows are the recent days in which a smaller number is looked for.
var dropWindows = [...]int{28, 56}

// drop asks how improbable so small a number is in a recent window, under the
// rate before it: the lower tail of a negative binomial, the predictive
// distribution of a Poisson rate that varies (dispersion) and is not known
// exactly (gamma with the counts of the reference).
func (p *pace) drop(v *view, unit float64, k *look) {
	for i, w := range dropWindows {
		total, _, exposure := p.reference(v, w)
		if exposure < enough {
			continue
		}
		from := viewDays - w
		seen := v.exposure(from, viewDays)
		n, before := v.counted(from, viewDays)/unit, total/unit+0.5
		m := before / (exposure + 7) * seen
		if n >= m {
			continue
		}
		t := term{kind: Drop, window: w, last: from, from: 7 * before * unit / (exposure + 7), to: perWeek(n*unit, seen)}
		k.see(lensDrop28+lens(i), lowerTail(math.Floor(n), m, p.dispersion(w, m*unit)+1/before), t)
	}
}

// recentDays are what lensRecent compares: the last and the ones before.
const recentDays = 28

// followed compares the last four weeks with the four before: after growth the
// longer past is too low to show a fall.
func (p *pace) followed(v *view, unit float64, k *look) {
	from, begin := viewDays-recentDays, viewDays-2*recentDays
	before, now := v.exposure(begin, from), v.exposure(from, viewDays)
	if before < recentDays/2 {
		return
	}
	n, past := v.counted(from, viewDays)/unit, v.counted(begin, from)/unit+0.5
	m := past / (before + 3.5) * now
	if n >= m {
		return
	}
	t := term{kind: Drop, window: recentDays, last: from, from: 7 * past * unit / (before + 3.5), to: perWeek(n*unit, now)}
	k.see(lensRecent, lowerTail(math.Floor(n), m, p.dispersion(recentDays, m*unit)+1/past), t)
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

package stats

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// MaxNats bounds one term: beyond e^-80 no model is worth believing.
const MaxNats = 80

// NegativeBinomialLower is -ln P(N <= n) of a negative binomial of mean m and variance
// m + dispersion m^2. Small n by the sum of its terms from n downwards, large
// ones by the regularised incomplete beta function (Johnson, Kemp, Kotz:
// Univariate Discrete Distributions, 5.6), which costs more.
func NegativeBinomialLower(n, m, dispersion float64) float64 {
	if n >= m {
		return 0
	}
	k := 1 / dispersion
	if n == 0 { // the sum has one term, without factorials
		return max(0, min(MaxNats, -k*math.Log(k/(k+m))))
	}
	if n > 64 {
		return Nats(mathext.RegIncBeta(k, n+1, k/(k+m)))
	}
	lg1, _ := math.Lgamma(n + k)
	lg2, _ := math.Lgamma(k)
	lnp := lg1 - lg2 - logFactorial[int(n)] + k*math.Log(k/(k+m)) + n*math.Log(m/(k+m))
	sum, p := 1.0, 1.0
	for j := n; j > 0; j-- {
		p *= j * (k + m) / ((j - 1 + k) * m)
		sum += p
	}
	return max(0, min(MaxNats, -lnp-math.Log(sum)))
}

// NegativeBinomialUpper is -ln P(N >= n) of a negative binomial of mean m and variance
// m + dispersion m^2, 0 when n is not above the mean.
func NegativeBinomialUpper(n, m, dispersion float64) float64 {
	if n <= m || n < 1 {
		return 0
	}
	k := 1 / dispersion
	q := m / (k + m)
	if n > 64 {
		n = 64 // so many of a rare event are beyond any doubt
		if n <= m {
			return 0
		}
	}
	lg1, _ := math.Lgamma(n + k)
	lg2, _ := math.Lgamma(k)
	lnp := lg1 - lg2 - logFactorial[int(n)] + k*math.Log(1-q) + n*math.Log(q)
	sum, p := 1.0, 1.0
	for j := n; p > 1e-15*sum && j < 1e4; j++ {
		p *= q * (j + k) / (j + 1)
		sum += p
	}
	return max(0, min(MaxNats, -lnp-math.Log(sum)))
}

// Nats is -ln p, up to MaxNats.
func Nats(p float64) float64 {
	if p <= 0 {
		return MaxNats
	}
	return min(MaxNats, -math.Log(p))
}

// logFactorial of 0 to 64.
var logFactorial = func() (f [65]float64) {
	for i := 2; i < len(f); i++ {
		f[i] = f[i-1] + math.Log(float64(i))
	}
	return f
}()

// GammaUpper is -ln of the regularised upper incomplete gamma function.
func GammaUpper(a, x float64) float64 { return Nats(mathext.GammaIncRegComp(a, x)) }

// GammaUpperAtMost is no less than GammaUpper, and takes less time: for a of at least 1 it
// is that of the whole number below a, whose tail is a sum of Poisson terms (Abramowitz and
// Stegun 26.4.21).
func GammaUpperAtMost(a, x float64) float64 {
	sum, p := 1.0, 1.0
	for k := 1.0; k <= a-1; k++ {
		p *= x / k
		sum += p
	}
	return (x-math.Log(sum))*(1+surelyMore) + surelyMore
}

// surelyMore is far more than the relative error of GammaUpper.
const surelyMore = 1e-6

// NegativeBinomialLog is the logarithm of the probability of n, up to what does
// not depend on the mean m.
func NegativeBinomialLog(n, m, dispersion float64) float64 {
	k := 1 / dispersion
	a, _ := math.Lgamma(n + k)
	b, _ := math.Lgamma(k)
	return a - b + k*math.Log(k/(k+m)) + n*math.Log(m/(k+m))
}

// StudentUpper is -ln P(T > t) for t >= 0 and nu degrees of freedom: half the
// regularised incomplete beta I of nu/(nu+t^2) at (nu/2, 1/2) (Abramowitz and
// Stegun 26.7.1, 26.5.27).
func StudentUpper(t, nu float64) float64 {
	return Nats(mathext.RegIncBeta(nu/2, 0.5, nu/(nu+t*t)) / 2)
}

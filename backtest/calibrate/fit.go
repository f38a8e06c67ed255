package calibrate

import (
	"math"

	"firstsign/detector/stats"
)

// How the exceedance curve is fitted. Portfolios differ in two ways. People of one
// pause more wildly than those of another: on the benchmark this stretches the
// evidence by a factor of 0.5 to 1.9. And in some, fewer accounts are active at
// all: this multiplies the rate by 0.4 to 1.5. Together they carry the shipped
// curve from one data set to another over its whole length.
//
// So the shipped curve is first stretched and scaled to what was seen, as far as
// the spread between portfolios makes that likely. Then it is the prior at each
// level of evidence, worth priorYears of account-years.
const (
	// priorYears is the weight of the stretched curve, in account-years.
	priorYears = 20
	// stretchSpread and scaleSpread are standard deviations between portfolios, of
	// the logarithms. Over the five sets they are 0.48 and 0.54, noise included.
	stretchSpread = 0.45
	scaleSpread   = 0.5
	// clumping is the variance of the number of episodes divided by its mean; 1 if
	// episodes were independent. A season that all accounts share makes many
	// episodes, or few. Thirty accounts over one or two months show 1.8 to 3.2.
	clumping = 3
	// fewestEpisodes is how many episodes a point of the curve needs, those of the
	// prior included. Beyond the last point, the curve is as steep as the stretched
	// one.
	fewestEpisodes = 3
)

// pointYears are the account-years at which the fitted curve has points.
var pointYears = []float64{0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000}

// fitCurve is the exceedance curve after a history. With a Gamma prior, the mean of
// the rate at each level is (seen + prior years x prior rate) / (years + prior
// years).
func fitCurve(w *episodeCounts) stats.Exceedance {
	prior := stretch(w)
	years := w.years + priorYears
	// Rates are made to fall with the level: at low levels, episodes run into one
	// another.
	var yearly [levels]float64
	for i := levels - 1; i >= 0; i-- {
		yearly[i] = (w.episodes[i] + priorYears*prior.yearly(float64(i)*levelStep)) / years
		if i+1 < levels {
			yearly[i] = max(yearly[i], yearly[i+1])
		}
	}
	var curve stats.Exceedance
	for _, y := range pointYears {
		if years/y < fewestEpisodes {
			break
		}
		if e, ok := crossing(&yearly, 1/y); ok && (len(curve) == 0 || e >= curve[len(curve)-1].Evidence+0.05) {
			curve = append(curve, stats.ExceedancePoint{Evidence: hundredths(e), Years: y})
		}
	}
	if len(curve) == 0 {
		curve = stats.Exceedance{{Evidence: hundredths(prior.evidence(1)), Years: 1}}
	}
	last := curve[len(curve)-1]
	beyond := prior.evidence(last.Years*10) - prior.evidence(last.Years)
	return append(curve, stats.ExceedancePoint{Evidence: hundredths(last.Evidence + beyond), Years: last.Years * 10})
}

func hundredths(x float64) float64 { return math.Round(x*100) / 100 }

// crossing is the level at which the rate falls below a given one. It interpolates
// the logarithm of the rate.
func crossing(yearly *[levels]float64, rate float64) (float64, bool) {
	if yearly[0] < rate {
		return 0, false
	}
	for i := 1; i < levels; i++ {
		if yearly[i] < rate {
			part := 0.5
			if yearly[i] > 0 && yearly[i-1] > yearly[i] {
				part = math.Log(yearly[i-1]/rate) / math.Log(yearly[i-1]/yearly[i])
			}
			return (float64(i-1) + part) * levelStep, true
		}
	}
	return 0, false
}

// stretched is the shipped curve for people who are more or less regular than those
// it was made from. Evidence is multiplied by by, the rate by scale.
type stretched struct{ by, scale float64 }

var shippedCurve = stats.ShippedExceedance()

func (s stretched) yearly(evidence float64) float64 {
	return s.scale / shippedCurve.Years(evidence/s.by)
}

func (s stretched) evidence(years float64) float64 {
	return s.by * shippedCurve.Evidence(years*s.scale)
}

// Bins of evidence in which the peaks of episodes are counted for the stretch.
// Below fitFrom, every little pause is an episode, and they run into one another.
const (
	fitFrom  = 2.0
	fitStep  = 0.5
	fitCount = 24
)

// stretch is the posterior mean of the two logarithms, on a grid. The number of
// peaks in each bin is Poisson. The log-likelihood is divided by clumping
// (quasi-likelihood: Wedderburn 1974).
func stretch(w *episodeCounts) stretched {
	if w.years == 0 {
		return stretched{1, 1} // nothing was seen
	}
	var peaks [fitCount]float64
	all := 0.0
	for i := range peaks {
		e := fitFrom + float64(i)*fitStep
		peaks[i] = max(0, w.at(e)-w.at(e+fitStep))
		all += peaks[i]
	}
	const reach, fine = 3.0, 0.25 // extent and step of the grid, in standard deviations
	const steps = int(2*reach/fine) + 1
	var likelihood [steps][steps]float64
	best := math.Inf(-1)
	at := func(i int) float64 { return float64(i)*fine - reach }
	for i := range likelihood {
		one := stretched{math.Exp(at(i) * stretchSpread), 1}
		fits, expected := 0.0, w.years*(one.yearly(fitFrom)-one.yearly(fitFrom+fitCount*fitStep))
		for k, n := range peaks {
			if n > 0 {
				e := fitFrom + float64(k)*fitStep
				fits += n * math.Log(w.years*(one.yearly(e)-one.yearly(e+fitStep)))
			}
		}
		for j := range likelihood[i] {
			scale := at(j) * scaleSpread
			l := (fits+all*scale-expected*math.Exp(scale))/clumping - (at(i)*at(i)+at(j)*at(j))/2
			likelihood[i][j], best = l, max(best, l)
		}
	}
	total, by, scale := 0.0, 0.0, 0.0
	for i := range likelihood {
		for j, l := range likelihood[i] {
			p := math.Exp(l - best) // relative to the highest, so that not all underflow
			total += p
			by += p * at(i) * stretchSpread
			scale += p * at(j) * scaleSpread
		}
	}
	return stretched{math.Exp(by / total), math.Exp(scale / total)}
}

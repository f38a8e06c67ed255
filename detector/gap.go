package detector

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// fewestContacts is how many days with contact make a habit whose absence
// says something.
const fewestContacts = 4

// gapDispersion widens the gap's tail a little, for nobody's pauses are as even
// as chance alone would make them. More of it (0.2) blunts the term for lively
// accounts and gains nothing on the benchmark.
const gapDispersion = 0.02

// gap asks how long the silence since the last contact is beside the own
// pauses: Gamma-Poisson on the clock of exposure. With A days of contact in
// exposure B, the probability of none in exposure e is (B/(B+e))^A, the
// Lomax tail of an exponential whose rate has a gamma distribution.
func (p *pace) gap(v *view) (t term, ok bool) {
	last := v.last()
	days, exposure, silence := float64(p.days), float64(p.exposure), 0.0
	if last >= 1 {
		days += v.contacts(last)
		exposure += float64(p.silent) + v.exposure(1, last+1)
		silence = v.exposure(last+1, viewDays)
	} else {
		silence = float64(p.silent) + v.exposure(1, viewDays)
	}
	if days < fewestContacts || exposure < enough || silence == 0 {
		return term{kind: Gap}, days >= fewestContacts && exposure >= enough
	}
	rate := (days + 0.5) / (exposure + 7)
	k := 1 / (gapDispersion + 1/(days+0.5))
	e := min(maxEvidence, k*math.Log1p(rate*silence/k))
	return term{kind: Gap, window: int(math.Round(silence)), last: last, from: 1 / rate, to: silence, evidence: e, worth: e}, true
}

// gammaUpper is -ln of the regularised upper incomplete gamma function.
func gammaUpper(a, x float64) float64 { return nats(mathext.GammaIncRegComp(a, x)) }

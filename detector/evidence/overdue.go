package evidence

import (
	"math"

	"gonum.org/v1/gonum/mathext"

	"firstsign/detector/stats"
)

const (
	// skipped is how often somebody who comes at even intervals leaves one time out.
	skipped = 0.05
	// even is the least evenness that makes a rhythm, and surelyEven the one from which
	// a silence beside it counts in full.
	even, surelyEven = 1.2, 3
	// tellings is how many episodes a year all curves begin at.
	tellings = 8
)

// overdue is how rarely the silence of somebody who comes at even intervals is as long,
// in nats beside tellings a year. The pauses have a gamma distribution of the given
// evenness, its mean is known as well as so many days of contact tell it, and now and
// then one time is left out. Their quotient has a beta prime distribution (Johnson, Kotz,
// Balakrishnan: Continuous Univariate Distributions, 27.8). days is the number of days
// with contact, rate how many there are in a day of exposure, silence the exposure since
// the last. For pauses as by chance, of evenness 1, gapPoisson says it all.
func overdue(evenness, days, rate, silence float64) float64 {
	if evenness < even || rate*silence < 1 {
		return 0
	}
	k := 1 / (gapDispersion + 1/((days+0.5)*evenness))
	x := k / (k + evenness*rate*silence)
	longer := (1-skipped)*mathext.RegIncBeta(k, evenness, x) + skipped*mathext.RegIncBeta(k, 2*evenness, x)
	part := min(1, (1-even/evenness)/(1-even/surelyEven))
	return part * max(0, stats.Nats(longer)-math.Log(max(1, 365*rate/tellings)))
}

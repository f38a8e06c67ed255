package evidence

import (
	"math"
	"math/bits"

	"firstsign/detector/series"
	"firstsign/detector/stats"
)

// FewestContacts is how many days with contact make a habit whose absence
// says something.
const FewestContacts = 4

// gapDispersion widens the gap's tail a little, for nobody's pauses are as even
// as chance alone would make them. More of it (0.2) blunts the term for lively
// accounts and gains nothing on the benchmark.
const gapDispersion = 0.02

// silence asks how long the silence since the last contact is: by itself,
// beside the own rate, and beside the own pauses.
func silence(p *series.Baseline, v *series.View, k *Measurements) (ok bool) {
	last := v.Last()
	days, exposure, silence := float64(p.Days), float64(p.Exposure), p.Silence(v)
	if last >= 1 {
		days += v.Contacts(last)
		exposure += float64(p.Silent) + v.Exposure(1, last+1)
	}
	if days < FewestContacts || exposure < series.Enough {
		return false
	}
	if silence == 0 {
		return true
	}
	rate := (days + 0.5) / (exposure + 7)
	k.see(statSilence, silence)
	k.see(statGap, gapPoisson(days+0.5, rate, silence))
	k.see(statSeldom, seldom(days, exposure, silence)*min(1, 1/(7*rate*7*rate)))
	k.see(statOverdue, overdue(p.Evenness(), days, rate, silence))
	if usual, ok := farOut(v); ok {
		k.see(statFarOut, silence/usual)
	}
	k.term = Term{Kind: Gap, Window: int(math.Round(silence)), Last: last, From: 1 / rate, To: silence}
	return true
}

// gapPoisson is -ln P(no contact in so much exposure): with A days of contact in
// exposure B it is (B/(B+e))^A, the Lomax tail of an exponential whose rate has
// a gamma distribution.
func gapPoisson(days, rate, silence float64) float64 {
	k := 1 / (gapDispersion + 1/days)
	return min(stats.MaxNats, k*math.Log1p(rate*silence/k))
}

// Of who is seldom in touch little is known: what is usual of such accounts counts for
// seldomDays with contact in seldomExposure. Chosen on the dev accounts of the benchmark's
// sets.
const (
	seldomDays     = 5
	seldomExposure = 250
)

// seldom is gapPoisson of a rate that is drawn towards that of accounts which are seldom in
// touch (a gamma prior). Its nats are worth more than those of lively accounts, whose
// many pauses include a long one now and then: in full where there is contact once a week at
// most, and by the square of that rate less where there is more.
func seldom(days, exposure, silence float64) float64 {
	days += seldomDays
	return gapPoisson(days, days/(exposure+seldomExposure), silence)
}

// fewestPauses are needed to know how long they usually are.
const fewestPauses = 8

// farOut is the pause beyond which one is far out (Tukey 1977, 2D; as a rule
// for contributors who leave: Calefato et al. 2022): the third quartile and
// three times the distance from the first, of the pauses between the ring's
// days with contact, in exposure.
func farOut(v *series.View) (usual float64, ok bool) {
	var pauses [series.ViewDays]float64
	n, before := 0, -1
	for m := v.Seen &^ 1; m != 0; m &= m - 1 {
		i := bits.TrailingZeros64(m)
		if before >= 0 {
			x := v.Exposure(before+1, i+1)
			at := n
			for ; at > 0 && pauses[at-1] > x; at-- {
				pauses[at] = pauses[at-1]
			}
			pauses[at] = x
			n++
		}
		before = i
	}
	if n < fewestPauses {
		return 0, false
	}
	q := func(part float64) float64 { // linear between order statistics
		at := part * float64(n-1)
		i := int(at)
		return pauses[i] + (at-float64(i))*(pauses[min(i+1, n-1)]-pauses[i])
	}
	return q(0.75) + 3*max(q(0.75)-q(0.25), 1), true
}

package evidence

import (
	"firstsign/detector/series/seriestest"
	"testing"

	"firstsign/detector/series"
	"firstsign/detector/stats"
)

// By hand: one a day for 70 learned days and the first three weeks of the ring,
// nothing since. Four weeks are compared with what was before them but for the
// guard: 91 in 91 days, with the prior 91.5/98 a day, 26.143 in four weeks. Of a
// series that never was compared with itself the dispersion is 0.5, and the rate's
// own doubt 1/91.5: k = 1.9572, and P(0) = (k/(k+26.143))^k, 5.2145 nats.
func TestDropByHand(t *testing.T) {
	p := series.Baseline{Total: 70, Exposure: 70, Days: 70}
	v := seriestest.Flat(func(i int) float64 {
		if i <= 21 {
			return 1
		}
		return 0
	})
	var k Measurements
	drop(&p, v, 1, &k)
	near(t, "four weeks", k.Measure[statDrop28], 5.2145, 1e-4)
	if x := k.term; x.Kind != Drop || x.Window != 28 || x.Last != 29 || x.To != 0 {
		t.Errorf("term %+v", x)
	}
	near(t, "from", k.term.From, 7*91.5/98, 1e-12)
	// Of 21 in eight weeks, where 70.5/77 a day let expect 51.27:
	near(t, "eight weeks", k.Measure[statDrop56], stats.NegativeBinomialLower(21, 56*70.5/77, 0.5+1/70.5), 1e-12)
}

// By hand: after growth from nothing to five a day within the ring, the longer
// past says one in two days; the four weeks before say five a day. Half of that
// is no fall from the one and one from the other: 28 days of 140 in 28 and the
// prior let expect 140.5/31.5*28 = 124.9, 70 were seen.
func TestFollowedSeesAFallAfterGrowth(t *testing.T) {
	p := series.Baseline{Total: 50, Exposure: 100, Days: 50}
	v := seriestest.Flat(func(i int) float64 {
		switch {
		case i == 0:
			return 0
		case i < 29:
			return 5
		}
		return float64(2 + i%2) // 2.5 a day
	})
	var k Measurements
	drop(&p, v, 1, &k)
	followed(&p, v, 1, &k)
	if k.Measure[statDrop56] != 0 {
		t.Errorf("eight weeks beside the longer past: %g", k.Measure[statDrop56])
	}
	near(t, "beside the weeks before", k.Measure[statRecent], stats.NegativeBinomialLower(70, 28*140.5/31.5, 0.5+1/140.5), 1e-12)
	near(t, "from", k.term.From, 7*140.5/31.5, 1e-12)
	near(t, "to", k.term.To, 17.5, 1e-12)
}

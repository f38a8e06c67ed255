package evidence

import (
	"firstsign/detector/series/seriestest"
	"math"
	"testing"

	"firstsign/detector/series"
)

// By hand: contact on 35 of 70 days that were learned and on every other of
// the next 35, then on one of the last 14 (day 50) only. The reference of 14 days
// ends a week before them: 53 days in 105. With half a day in a week as a prior
// that is 53.5/112 a day, 6.6875 in 14, where 1 was seen: ln(7.1875/1.5). That of
// 56 days is the learned one: 35.5/77 a day, 25.82 in 56, where 19 were seen.
func TestFewerDaysByHand(t *testing.T) {
	p := series.Baseline{Total: 70, Exposure: 70, Days: 35}
	v := seriestest.Flat(func(i int) float64 {
		if i <= 35 && i%2 == 1 || i == 50 {
			return 2
		}
		return 0
	})
	var k Measurements
	if !fewerDays(&p, v, 1, false, &k) {
		t.Fatal("no habit")
	}
	near(t, "14 days", k.Measure[statDays14], math.Log(7.1875/1.5), 1e-12)
	near(t, "56 days", k.Measure[statDays56], math.Log((56*35.5/77+1)/20), 1e-12)
	// Six weeks show most. In words: 78 contacts and half a one in 77 days and a week, now
	// 24 in 42.
	x := k.term
	if x.Kind != Drop || x.Window != 42 || x.Last != series.ViewDays-42 {
		t.Errorf("term %+v", x)
	}
	near(t, "from", x.From, 7*78.5/84, 1e-12)
	near(t, "to", x.To, 4, 1e-12)
}

// As much as ever on fewer days is told in days; of an amount it is nothing,
// for somebody who orders more at a time is no smaller customer.
func TestAsMuchOnFewerDays(t *testing.T) {
	p := series.Baseline{Total: 70, Exposure: 70, Days: 35}
	v := seriestest.Flat(func(i int) float64 {
		switch {
		case i <= 35 && i%2 == 1:
			return 2
		case i == 50:
			return 30
		}
		return 0
	})
	var k Measurements
	fewerDays(&p, v, 1, false, &k)
	near(t, "from", k.term.From, 7*39.5/84, 1e-12)
	near(t, "to", k.term.To, 2, 1e-12)
	k = Measurements{}
	fewerDays(&p, v, 1, true, &k)
	if k.Measure[statDays14] != 0 {
		t.Errorf("of an amount: %g", k.Measure[statDays14])
	}
}

// Before four weeks of a past there is nothing to compare with.
func TestFewerDaysNeedsAPast(t *testing.T) {
	var k Measurements
	v := seriestest.Flat(func(i int) float64 { return float64(1 - min(1, i/40)) })
	if fewerDays(&series.Baseline{Exposure: -8}, v, 1, false, &k) || k != (Measurements{}) { // 35 - 8 days
		t.Errorf("27 days are a past: %+v", k.Measure)
	}
	if !fewerDays(&series.Baseline{Exposure: -7}, v, 1, false, &k) || k.Measure[statDays14] == 0 || k.Measure[statDays28] != 0 {
		t.Errorf("28 days: %+v", k.Measure)
	}
}

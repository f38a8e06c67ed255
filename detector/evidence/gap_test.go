package evidence

import (
	"firstsign/detector/series/seriestest"
	"math"
	"testing"

	"pgregory.net/rapid"

	"firstsign/detector/series"
	"firstsign/detector/stats"
)

// With A days of contact in exposure B, P(silence of e) = (B/(B+e))^A: here
// 20 contacts in 100, then 30 of silence. The prior adds half a contact in a
// week; the tail is widened.
func TestGapByHand(t *testing.T) {
	p := series.Baseline{Days: 10, Exposure: 74, Total: 10}
	v := seriestest.Flat(func(i int) float64 {
		if i >= 1 && i <= 26 && (i-1)%2 == 0 || i == 26 {
			return 1
		}
		return 0
	})
	var k Measurements
	if !silence(&p, v, &k) {
		t.Fatal("no habit")
	}
	days, exposure := 10.0+14, 74.0+26
	rate, shape := (days+0.5)/(exposure+7), 1/(gapDispersion+1/(days+0.5))
	near(t, "silence", k.Measure[statSilence], 30, 1e-12)
	near(t, "gap", k.Measure[statGap], shape*math.Log(1+rate*30/shape), 1e-12)
	// Of 13 pauses 12 are of 2 days, the last of 1: Q3 is 2, the IQR 0, but at
	// least a day.
	near(t, "far out", k.Measure[statFarOut], 30/(2+3*1.0), 1e-12)
	if g := k.term; g.Last != 26 || g.To != 30 || g.Kind != Gap {
		t.Errorf("gap %+v", g)
	}
	near(t, "usual pause", k.term.From, 1/rate, 1e-12)
}

// By hand, without the widening: 2 days of contact in exposure 10 and the
// prior of half a day is k = 2.5 and a rate of a quarter; P(no contact in 10) =
// (1+1)^-2.5. The widening makes k = 1/(0.02+0.4).
func TestGapPoissonByHand(t *testing.T) {
	k := 1 / 0.42
	near(t, "gap", gapPoisson(2.5, 0.25, 10), k*math.Log(1+2.5/k), 1e-12)
	near(t, "almost", gapPoisson(2.5, 0.25, 10), 2.5*math.Ln2, 0.02)
	near(t, "none", gapPoisson(2.5, 0.25, 0), 0, 0)
	near(t, "bound", gapPoisson(1e6, 1e3, 1e6), stats.MaxNats, 0)
}

// By hand: 3 days with contact in exposure 150 and the 5 in 250 that count as usual are a
// rate of 8 in 400. Who is in touch once a week or less has them in full, twice a week a
// quarter of them.
func TestSeldomByHand(t *testing.T) {
	k := 1 / (gapDispersion + 1/8.0)
	near(t, "seldom", seldom(3, 150, 60), k*math.Log(1+0.02*60/k), 1e-12)
	for _, c := range []struct {
		name           string
		days, exposure float64
		part           float64
	}{{"once in two weeks", 10, 140, 1}, {"once a week", 19.5, 133, 1}, {"twice a week", 39.5, 133, 0.25}} {
		v := seriestest.Flat(func(int) float64 { return 0 })
		p := series.Baseline{Total: float32(c.days), Days: float32(c.days), Exposure: float32(c.exposure), Silent: 10}
		var k Measurements
		if !silence(&p, v, &k) {
			t.Fatalf("%s: no habit", c.name)
		}
		near(t, c.name, k.Measure[statSeldom], c.part*seldom(c.days, c.exposure, p.Silence(v)), 1e-12)
	}
}

// Pauses of 1 to 8 days: the quartiles, linear between order statistics, are
// 2.75 and 6.25, so far out is 6.25 + 3*3.5 = 16.75.
func TestFarOutByHand(t *testing.T) {
	at, contact := 2, map[int]bool{2: true}
	for _, pause := range []int{5, 1, 8, 3, 7, 2, 6, 4} {
		at += pause
		contact[at] = true
	}
	v := seriestest.Flat(func(i int) float64 {
		if contact[i] {
			return 3
		}
		return 0
	})
	usual, ok := farOut(v)
	if !ok {
		t.Fatal("eight pauses are enough")
	}
	near(t, "far out", usual, 16.75, 1e-12)
	// A weekend in one of the pauses of 7 days makes it 5; the order is then 1 to
	// 6 with 5 twice and 8: quartiles 2.75 and 5.25.
	for i := range series.ViewDays {
		if i == 20 || i == 21 { // between the contacts of days 19 and 26
			v.X[i] = 0
		}
	}
	usual, _ = farOut(seriestest.Summed(v))
	near(t, "beside a weekend", usual, 5.25+3*2.5, 1e-12)
	if _, ok := farOut(seriestest.Less(v, 2, 0)); ok {
		t.Error("seven pauses are not enough")
	}
}

// More silence after the same past is never less, and never out of bounds.
func TestGapPoissonIsMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		days := rapid.Float64Range(0.5, 1000).Draw(t, "days")
		rate := rapid.Float64Range(0, 10).Draw(t, "rate")
		silence := rapid.Float64Range(0, 1e4).Draw(t, "silence")
		a, b := gapPoisson(days, rate, silence), gapPoisson(days, rate, silence+rapid.Float64Range(0, 100).Draw(t, "more"))
		if !(a >= 0 && b >= a-1e-9 && b <= stats.MaxNats) {
			t.Fatalf("%g, after longer silence %g", a, b)
		}
	})
}

// Who is in contact on fewer than four days has no habit to fall silent from.
func TestNoHabitNoSilence(t *testing.T) {
	var k Measurements
	few := seriestest.Flat(func(i int) float64 { return float64(1 - min(1, i/4)) }) // day 0 has left
	if silence(&series.Baseline{Exposure: 100}, few, &k) || k != (Measurements{}) {
		t.Errorf("three days of contact: %+v", k.Measure)
	}
	if !silence(&series.Baseline{Exposure: 100, Days: 1}, few, &k) {
		t.Error("a fourth, long ago, makes a habit")
	}
}

// A silence longer than the ring goes on growing, and teaches nothing.
func TestSilenceBeyondTheRing(t *testing.T) {
	p := series.Baseline{Days: 30, Exposure: 100, Total: 30}
	before := p
	last := 0.0
	for range 300 {
		v := seriestest.Flat(func(int) float64 { return 0 })
		p.Learn(v, 1, true, false)
		_, g := looked(p, v)
		if g.Evidence <= last && g.Evidence < stats.MaxNats {
			t.Fatalf("evidence fell from %g to %g", last, g.Evidence)
		}
		last = g.Evidence
	}
	if p.Silent != 300 || p.Total != before.Total || p.Exposure != before.Exposure {
		t.Errorf("learned %+v", p)
	}
	// Its end teaches all of it at once.
	p.Learn(seriestest.Flat(func(i int) float64 { return float64(i / 56) }), 1, true, false)
	if p.Silent != 0 || p.Exposure < 200 {
		t.Errorf("after its end %+v", p)
	}
}

package detector

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"
)

// By hand: NB with mean m and dispersion d has k = 1/d and q = m/(k+m); for
// k = 2, m = 6, q = 3/4: P(0) = (1/4)^2 = 1/16, P(1) = 2*(3/4)/16 = 3/32, so
// P(N<=1) = 5/32.
func TestLowerTailByHand(t *testing.T) {
	near(t, "P(N<=0)", lowerTail(0, 6, 0.5), math.Log(16), 1e-12)
	near(t, "P(N<=1)", lowerTail(1, 6, 0.5), math.Log(32.0/5), 1e-12)
	if e := lowerTail(6, 6, 0.5); e != 0 {
		t.Errorf("at the mean: %g", e)
	}
}

// A negative binomial with k = 1e9 is a Poisson; gonum has its tails. Table:
// P(N<=2 | 8) = 0.013754 (Pearson and Hartley, Biometrika Tables I, 7).
func TestLowerTailIsPoissonInTheLimit(t *testing.T) {
	near(t, "table", lowerTail(2, 8, 1e-9), -math.Log(0.013754), 1e-4)
	for _, m := range []float64{0.5, 3, 20, 60} {
		poisson := distuv.Poisson{Lambda: m}
		for n := 0.0; n < m; n++ {
			near(t, "lower", lowerTail(n, m, 1e-9), -math.Log(poisson.CDF(n)), 1e-5)
		}
	}
}

// Where the sum hands over to the beta function, nothing jumps.
func TestLowerTailIsSmooth(t *testing.T) {
	for _, d := range []float64{0.02, 0.2, 1} {
		for _, m := range []float64{80, 130, 300} {
			a, b, c := lowerTail(63, m, d), lowerTail(64, m, d), lowerTail(65, m, d)
			if !(a > b && b > c) || math.Abs((a-b)-(b-c)) > 0.15*(a-b) {
				t.Errorf("m=%g d=%g: %g %g %g", m, d, a, b, c)
			}
		}
	}
}

// Fewer is never less, and what varies more says less.
func TestLowerTailIsMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := float64(rapid.IntRange(0, 200).Draw(t, "n"))
		m := rapid.Float64Range(1e-6, 1e6).Draw(t, "mean")
		d := rapid.Float64Range(0.05, 5).Draw(t, "dispersion")
		e := lowerTail(n, m, d)
		if !(e >= 0 && e <= maxEvidence) {
			t.Fatalf("%g", e)
		}
		if more := lowerTail(n+1, m, d); more > e+1e-9 {
			t.Fatalf("%g, for one more %g", e, more)
		}
		if higher := lowerTail(n, 1.1*m, d); higher < e-1e-9 {
			t.Fatalf("%g, of a higher mean %g", e, higher)
		}
	})
}

// By hand: one a day for 70 learned days and the first three weeks of the ring,
// nothing since. Four weeks are compared with what was before them but for the
// guard: 91 in 91 days, with the prior 91.5/98 a day, 26.143 in four weeks. Of a
// series that never was compared with itself the dispersion is 0.5, and the rate's
// own doubt 1/91.5: k = 1.9572, and P(0) = (k/(k+26.143))^k, 5.2145 nats.
func TestDropByHand(t *testing.T) {
	p := pace{total: 70, exposure: 70, days: 70}
	v := flat(func(i int) float64 {
		if i <= 21 {
			return 1
		}
		return 0
	})
	var k look
	p.drop(v, 1, &k)
	near(t, "four weeks", k.measure[lensDrop28], 5.2145, 1e-4)
	if x := k.term[lensDrop28]; x.kind != Drop || x.window != 28 || x.last != 29 || x.to != 0 {
		t.Errorf("term %+v", x)
	}
	near(t, "from", k.term[lensDrop28].from, 7*91.5/98, 1e-12)
	// Of 21 in eight weeks, where 70.5/77 a day let expect 51.27:
	near(t, "eight weeks", k.measure[lensDrop56], lowerTail(21, 56*70.5/77, 0.5+1/70.5), 1e-12)
}

// By hand: after growth from nothing to five a day within the ring, the longer
// past says one in two days; the four weeks before say five a day. Half of that
// is no fall from the one and one from the other: 28 days of 140 in 28 and the
// prior let expect 140.5/31.5*28 = 124.9, 70 were seen.
func TestFollowedSeesAFallAfterGrowth(t *testing.T) {
	p := pace{total: 50, exposure: 100, days: 50}
	v := flat(func(i int) float64 {
		switch {
		case i == 0:
			return 0
		case i < 29:
			return 5
		}
		return float64(2 + i%2) // 2.5 a day
	})
	var k look
	p.drop(v, 1, &k)
	p.followed(v, 1, &k)
	if k.measure[lensDrop56] != 0 {
		t.Errorf("eight weeks beside the longer past: %g", k.measure[lensDrop56])
	}
	near(t, "beside the weeks before", k.measure[lensRecent], lowerTail(70, 28*140.5/31.5, 0.5+1/140.5), 1e-12)
	near(t, "from", k.term[lensRecent].from, 7*140.5/31.5, 1e-12)
	near(t, "to", k.term[lensRecent].to, 17.5, 1e-12)
}

package stats

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
	near(t, "P(N<=0)", NegativeBinomialLower(0, 6, 0.5), math.Log(16), 1e-12)
	near(t, "P(N<=1)", NegativeBinomialLower(1, 6, 0.5), math.Log(32.0/5), 1e-12)
	if e := NegativeBinomialLower(6, 6, 0.5); e != 0 {
		t.Errorf("at the mean: %g", e)
	}
}

// A negative binomial with k = 1e9 is a Poisson; gonum has its tails. Table:
// P(N<=2 | 8) = 0.013754 (Pearson and Hartley, Biometrika Tables I, 7).
func TestLowerTailIsPoissonInTheLimit(t *testing.T) {
	near(t, "table", NegativeBinomialLower(2, 8, 1e-9), -math.Log(0.013754), 1e-4)
	for _, m := range []float64{0.5, 3, 20, 60} {
		poisson := distuv.Poisson{Lambda: m}
		for n := 0.0; n < m; n++ {
			near(t, "lower", NegativeBinomialLower(n, m, 1e-9), -math.Log(poisson.CDF(n)), 1e-5)
		}
	}
}

// Where the sum hands over to the beta function, nothing jumps.
func TestLowerTailIsSmooth(t *testing.T) {
	for _, d := range []float64{0.02, 0.2, 1} {
		for _, m := range []float64{80, 130, 300} {
			a, b, c := NegativeBinomialLower(63, m, d), NegativeBinomialLower(64, m, d), NegativeBinomialLower(65, m, d)
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
		e := NegativeBinomialLower(n, m, d)
		if !(e >= 0 && e <= MaxNats) {
			t.Fatalf("%g", e)
		}
		if more := NegativeBinomialLower(n+1, m, d); more > e+1e-9 {
			t.Fatalf("%g, for one more %g", e, more)
		}
		if higher := NegativeBinomialLower(n, 1.1*m, d); higher < e-1e-9 {
			t.Fatalf("%g, of a higher mean %g", e, higher)
		}
	})
}

// By hand: above the mean k = 2, m = 1, q = 1/3: P(N>=2) = 1 - 4/9 - 2/3*4/9 =
// 7/27. Below it there is no surprise.
func TestUpperTailByHand(t *testing.T) {
	near(t, "P(N>=2)", NegativeBinomialUpper(2, 1, 0.5), math.Log(27.0/7), 1e-12)
	near(t, "poisson", NegativeBinomialUpper(5, 1, 1e-9), -math.Log(distuv.Poisson{Lambda: 1}.Survival(4)), 1e-6)
	if e := NegativeBinomialUpper(6, 6, 0.5); e != 0 {
		t.Errorf("at the mean: %g", e)
	}
}

// Student's t: P(T > 2.228) = 0.025 for 10 degrees of freedom, P(T > 12.706) =
// 0.025 for 1 (any table).
func TestStudentByTable(t *testing.T) {
	near(t, "10", StudentUpper(2.228, 10), -math.Log(0.025), 1e-3)
	near(t, "1", StudentUpper(12.706, 1), -math.Log(0.025), 1e-4)
	near(t, "gonum", StudentUpper(5, 7), -math.Log(distuv.StudentsT{Sigma: 1, Nu: 7}.Survival(5)), 1e-9)
}

// Where nothing was counted the sum of the terms is the first, to the bit.
func TestLowerTailOfNothingIsOneTerm(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := rapid.Float64Range(1e-6, 1e6).Draw(t, "mean")
		d := rapid.Float64Range(0.05, 5).Draw(t, "dispersion")
		k := 1 / d
		want := max(0, min(MaxNats, -(k*math.Log(k/(k+m))+0*math.Log(m/(k+m)))))
		if e := NegativeBinomialLower(0, m, d); e != want {
			t.Fatalf("%g, want %g", e, want)
		}
	})
}

// The bound of a gamma tail is never less than it, and close where the shape is whole.
func TestGammaUpperAtMost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, x := rapid.Float64Range(1, 6).Draw(t, "shape"), rapid.Float64Range(0, 60).Draw(t, "x")
		if exact, most := GammaUpper(a, x), GammaUpperAtMost(a, x); most < exact {
			t.Fatalf("%g, at most %g", exact, most)
		}
		whole := float64(rapid.IntRange(1, 6).Draw(t, "whole shape"))
		if exact, most := GammaUpper(whole, x), GammaUpperAtMost(whole, x); most > exact+1e-4 {
			t.Fatalf("of a whole shape %g, at most %g", exact, most)
		}
	})
}

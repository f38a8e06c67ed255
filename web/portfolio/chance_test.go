package portfolio

import (
	"math"
	"testing"
)

func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 1e-9 {
		t.Errorf("%s: %g, want %g", what, got, want)
	}
}

func TestChanceByHand(t *testing.T) {
	// Of 5 accounts 2 have the mark, and a manager has 2: both are hit in 1 of 10 draws,
	// at least one in 7 of 10.
	one := []stratum{{5, 2, 2}}
	near(t, "both", atLeast(2, one), 0.1)
	near(t, "one or more", atLeast(1, one), 0.7)
	near(t, "any number", atLeast(0, one), 1)
	near(t, "more than there are", atLeast(3, one), 0)
	// With a second grade of 2 accounts, 1 marked, 1 the manager's, all 3 are hit in
	// 1/10 x 1/2, and 2 or more in that and 1/10 x 1/2 + 6/10 x 1/2.
	two := []stratum{{5, 2, 2}, {2, 1, 1}}
	near(t, "all three", atLeast(3, two), 0.05)
	near(t, "two or more", atLeast(2, two), 0.4)
	// A grade with all accounts marked says nothing of anybody.
	near(t, "all are marked", atLeast(2, []stratum{{4, 4, 2}}), 1)

	near(t, "3 of 3 heads", heads(3, 3), 0.125)
	near(t, "2 or more of 3", heads(2, 3), 0.5)
	near(t, "no throws", heads(0, 0), 1)
}

// By lot, the test says "at most p" in at most a part p of all cases.
func TestChanceKeepsItsPromise(t *testing.T) {
	const n, k, m = 400, 60, 25
	p := hypergeometric(stratum{n, k, m})
	for _, level := range []float64{0.1, 0.01, 0.001} {
		part := 0.0
		for x := range p {
			if atLeast(x, []stratum{{n, k, m}}) <= level {
				part += p[x]
			}
		}
		if part > level {
			t.Errorf("at %g it speaks in %g of the cases", level, part)
		}
	}
}

package portfolio

import "math"

// What chance would do. Both tests count what is at least as unusual as what was seen,
// given the totals, so they need no rate from anywhere else.

// stratum is one grade: of n accounts with it, k have the mark, and m of them belong to the
// group that is asked about.
type stratum struct{ n, k, m int }

// atLeast is the probability that x or more of a group's accounts have the mark, when marks
// fall on the accounts of a grade by lot: the exact stratified test for a 2x2 table (Fisher
// 1935; over several tables Cox 1958). In each grade the number is hypergeometric, and the
// sum over the grades is their convolution.
func atLeast(x int, strata []stratum) float64 {
	sum := []float64{1} // the probability of 0, 1, 2 ... marks so far
	for _, s := range strata {
		p := hypergeometric(s)
		next := make([]float64, len(sum)+len(p)-1)
		for i, a := range sum {
			for j, b := range p {
				next[i+j] += a * b
			}
		}
		sum = next
	}
	tail := 0.0
	for i := len(sum) - 1; i >= x; i-- { // the small ones first
		tail += sum[i]
	}
	return min(1, tail)
}

// hypergeometric is the distribution of the marks in a group of m.
func hypergeometric(s stratum) []float64 {
	p := make([]float64, min(s.k, s.m)+1)
	for x := max(0, s.m+s.k-s.n); x < len(p); x++ {
		p[x] = math.Exp(logChoose(s.k, x) + logChoose(s.n-s.k, s.m-x) - logChoose(s.n, s.m))
	}
	return p
}

// heads is the probability that a fair coin shows x or more heads in n throws: the exact
// form of McNemar's test (1947) of accounts that changed one way against those that changed
// the other way.
func heads(x, n int) float64 {
	tail := 0.0
	for i := n; i >= x; i-- {
		tail += math.Exp(logChoose(n, i) - float64(n)*math.Ln2)
	}
	return min(1, tail)
}

func logChoose(n, k int) float64 {
	lg := func(x int) float64 { v, _ := math.Lgamma(float64(x) + 1); return v }
	return lg(n) - lg(k) - lg(n-k)
}

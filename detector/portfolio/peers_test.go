package portfolio

import (
	"math"
	"testing"

	"firstsign/accounts"
	"firstsign/detector/series"
)

// Ten accounts with contact on a quarter of their days and ten on half of them:
// the mean is 3/8 and the variance 1/64, so the shape is 9.
func TestPeerSums(t *testing.T) {
	var sums peerSums
	for range 10 {
		sums.add(14, 28, 56*exposureSteps)
		sums.add(28, 28, 56*exposureSteps)
	}
	q := sums.peer("call", accounts.Key)
	if q == nil || q.Rate != 0.375 || math.Abs(float64(q.Shape)-9) > 1e-6 || math.Abs(float64(q.Each)-56.0/42) > 1e-6 {
		t.Errorf("%+v", q)
	}
	sums.members = series.FewestAccounts - 1
	if q := sums.peer("call", accounts.Key); q != nil {
		t.Errorf("19 accounts say what is usual: %+v", q)
	}
	var alike peerSums
	for range 20 {
		alike.add(28, 28, 56*exposureSteps)
	}
	if q := alike.peer("call", ""); q.Shape != 14 {
		t.Errorf("peers that are all alike are worth %g days with contact, want 14: those of 28 days", q.Shape)
	}
}

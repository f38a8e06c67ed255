package detector

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"firstsign/accounts"
	"firstsign/detector/episodes"
)

// Few accounts order half as much every July and August: a declared season
// keeps that from looking like a decline.
func TestDeclaredSeason(t *testing.T) {
	evidence := map[bool]float64{}
	for _, declared := range []bool{false, true} {
		rules := testRules()
		rules.Thresholds = map[accounts.Grade]episodes.Threshold{accounts.Ordinary: {Raise: 1e5, Clear: 1}}
		if declared {
			season := [12]float64{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}
			season[time.July-1], season[time.August-1] = 0.4, 0.4
			rules.Seasons = map[string][12]float64{"call": season}
		}
		rng := rand.New(rand.NewPCG(1, 2))
		var l written
		l.tick(at(0, 0))
		for d := 0; at(d, 0).Before(time.Date(2026, time.August, 31, 0, 0, 0, 0, time.UTC)); d++ {
			rate := 2.0
			if at(d, 0).Month() >= time.July {
				rate = 0.8
			}
			for i := range 10 {
				for range poisson(rng, rate) {
					l.event(at(d, 9), fmt.Sprint("a", i), "call")
				}
			}
			l.tick(at(d+1, 0))
		}
		e, _ := run(t, rules, &l)
		evidence[declared] = meanEvidence(e)
	}
	t.Logf("mean evidence at the end of August: %v", evidence)
	if evidence[true] > 2 || evidence[false] < 2*evidence[true] {
		t.Errorf("mean evidence %v", evidence)
	}
}

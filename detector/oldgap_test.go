package detector

import (
	"firstsign/detector/evidence"
	"firstsign/signals"
	"math/rand/v2"
	"testing"
)

// The day of a contact that is older than the ring is not known, and none is told.
func TestGapOlderThanTheRing(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	var l written
	for d := range 480 {
		l.crowd(rng, d, 40, 0.6, "pbx")
		if d <= 300 && d%20 == 0 {
			l.event(at(d, 10), "acme", "call", "source", "pbx")
		}
		l.tick(at(d+1, 0))
	}
	_, found := run(t, testRules(), &l)
	older := false
	for _, f := range about(found, "acme") {
		for _, r := range f.Reasons {
			if r.Term != evidence.Gap {
				continue
			}
			if !r.Older && r.Since != dayN(300) {
				t.Errorf("told on %s: last contact on %s, it was on %s", signals.Day(f.Time/oneDay), r.Since, dayN(300))
			}
			if older = older || r.Older; r.Older && r.Since < dayN(300) {
				t.Errorf("older than %s, it was on %s", r.Since, dayN(300))
			}
		}
	}
	if !older {
		t.Errorf("no finding says that the contact is older than the days that are kept: %+v", about(found, "acme"))
	}
}

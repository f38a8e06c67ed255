package detector

import (
	"firstsign/detector/finding"
	"firstsign/detector/series"
	"math/rand/v2"
	"testing"
)

// twoChannels is a crowd that calls and writes, and an account that does both
// until day 70 and then what after says.
func twoChannels(days int, after func(rng *rand.Rand, l *written, day int)) *written {
	rng := rand.New(rand.NewPCG(3, 4))
	l := &written{}
	l.tick(at(0, 0))
	for d := range days {
		l.crowd(rng, d, 30, 0.6, "pbx")
		if w := at(d, 0).Weekday(); w != 0 && w != 6 {
			for i := range 30 {
				if rng.Float64() < 0.5 {
					l.event(at(d, 10), "crowd-"+string(rune('a'+i)), "mail", "source", "chat")
				}
			}
			if d >= 70 {
				after(rng, l, d)
			} else {
				l.usual(rng, "acme", "call", "pbx", d)
				l.usual(rng, "acme", "mail", "chat", d)
			}
		}
		l.tick(at(d+1, 0))
	}
	return l
}

func (l *written) usual(rng *rand.Rand, account, signal, source string, d int) {
	if rng.Float64() < 0.5 {
		l.event(at(d, 11), account, signal, "source", source)
	}
}

// TestContactOfAnyKind: when everything stops, that is the first reason and it
// comes before any single signal would be enough.
func TestContactOfAnyKind(t *testing.T) {
	_, found := run(t, testRules(), twoChannels(110, func(*rand.Rand, *written, int) {}))
	of := about(found, "acme")
	if len(of) == 0 || of[0].Kind != finding.Raised {
		t.Fatalf("an account that fell silent on all channels gave %v", of)
	}
	if r := of[0].Reasons[0]; r.Signal != series.AnyContact {
		t.Errorf("the first reason is about %q: %+v", r.Signal, of[0].Reasons)
	}
}

// TestMovedChannel: calls that become messages are no decline of contact of
// any kind, so the fall of one signal is all there is.
func TestMovedChannel(t *testing.T) {
	_, found := run(t, testRules(), twoChannels(100, func(rng *rand.Rand, l *written, d int) {
		l.usual(rng, "acme", "mail", "chat", d)
		l.usual(rng, "acme", "mail", "chat", d)
	}))
	for _, f := range about(found, "acme") {
		for _, r := range f.Reasons {
			if r.Signal == series.AnyContact {
				t.Errorf("contact of any kind is said to have fallen: %+v", r)
			}
		}
	}
}

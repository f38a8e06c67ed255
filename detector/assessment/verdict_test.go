package assessment

import (
	"testing"

	"firstsign/detector/account"
	"firstsign/detector/evidence"
	"firstsign/detector/series"
)

// One of several channels that is used less is not a cooler relation.
func TestCools(t *testing.T) {
	j := begun(account.New(nil, 0, 0))
	of := func(name string, contact uint8) weighed {
		id, ok := j.by.Signals.Index[name]
		if !ok && name != series.AnyContact {
			t.Fatalf("no signal %s", name)
		}
		if name == series.AnyContact {
			id = series.AnyContactID
		}
		return weighed{key: series.Key{Signal: id, Contact: contact}, weight: 2 * evidence.LeastEvidence}
	}
	for _, tt := range []struct {
		what     string
		reasons  []weighed
		channels int
		want     bool
	}{
		{"nothing", nil, 2, false},
		{"one of two channels", []weighed{of("call", 0)}, 2, false},
		{"the only channel", []weighed{of("call", 0)}, 1, true},
		{"two channels", []weighed{of("call", 0), of("mail", 0)}, 3, true},
		{"one person's calls", []weighed{of("call", 1)}, 2, true},
		{"contact of any kind", []weighed{of(series.AnyContact, 0)}, 2, true},
		{"a mood", []weighed{of("mood", 0)}, 2, true},
	} {
		j.union.Series, j.reasons = tt.channels, tt.reasons
		if got := j.cools(); got != tt.want {
			t.Errorf("%s: %v", tt.what, got)
		}
	}
}

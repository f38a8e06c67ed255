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

// An account that has had contact of several kinds for less than eight weeks is judged by
// what was learned of the first kind. So is the day on which a fall of all contact began.
func TestBeganOfAnyKind(t *testing.T) {
	const fell, window = 40, 49
	a := account.New(nil, 0, 0)
	s := a.Take(series.Key{}, series.Count, 0)
	s.Baseline = series.Baseline{Total: 200, Exposure: 200, Days: 100}
	j := begun(a)
	v := &j.union.View
	for i := range series.ViewDays {
		v.X[i] = 1
		if i < fell {
			v.N[i] = 1
			v.Seen |= 1 << i
		}
		v.Cx[i+1], v.Cn[i+1] = v.Cx[i]+v.X[i], v.Cn[i]+v.N[i]
	}
	w := weighed{key: series.Key{Signal: series.AnyContactID}, term: evidence.Term{Kind: evidence.Drop, Window: window}}
	if day := j.began(&w); day < fell-3 || day > fell+1 {
		t.Errorf("began on day %d of the view, want about %d", day, fell)
	}
}

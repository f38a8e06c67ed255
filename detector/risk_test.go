package detector

import (
	"testing"

	"firstsign/detector/account"
	"firstsign/detector/evidence"
	"firstsign/detector/finding"
	"firstsign/detector/relations"
	"firstsign/detector/series"
)

// Weak reasons stand only where there is nothing stronger, and then those that
// are at least half as strong as the strongest.
func TestReasonsOfAWeakAlert(t *testing.T) {
	e := NewEngine(0, 1, testRules())
	for _, tt := range []struct {
		name    string
		weights []float64
		want    int
	}{
		{"strong", []float64{4, 1.6, 1.4, 0.3}, 2},
		{"one strong", []float64{1.5, 1.4}, 1},
		{"all a little", []float64{1.2, 0.3, 0.9, 0.61, 0.59}, 3},
		{"nothing", []float64{0, 0}, 0},
		{"none", nil, 0},
	} {
		j := e.assess(account.New([]byte("acme"), 0, 0))
		for i, w := range tt.weights {
			x := evidence.Term{Kind: evidence.Drop, Window: 28, From: 2, To: float64(i), Evidence: max(w, 0.1), Worth: w}
			j.reasons = append(j.reasons, weighed{key: series.Key{Signal: 0}, term: x, weight: w})
		}
		reasons := j.words()
		for i := range reasons {
			if i > 0 && reasons[i].Evidence > reasons[i-1].Evidence {
				t.Errorf("%s: not strongest first", tt.name)
			}
		}
		if len(reasons) != tt.want {
			t.Errorf("%s: %d reasons, want %d", tt.name, len(reasons), tt.want)
		}
	}
}

func TestSign(t *testing.T) {
	for _, tt := range []struct {
		r    finding.Reason
		want bool
	}{
		{finding.Reason{Side: series.Theirs, Term: evidence.Gap}, true},
		{finding.Reason{Side: series.Theirs, Term: evidence.Rule}, true},
		{finding.Reason{Side: series.Ours, Term: evidence.Drop}, false},
		{finding.Reason{Side: series.Ours, Term: evidence.Norm}, false},
		{finding.Reason{Side: series.Theirs, Term: evidence.Only, To: 1}, false},
		{finding.Reason{Side: series.Theirs, Term: evidence.Handover}, false},
		{finding.Reason{Side: series.Theirs, Term: evidence.Mark, Signal: relations.RankMark, From: 3, To: 2}, true},
		{finding.Reason{Side: series.Theirs, Term: evidence.Mark, Signal: relations.RankMark, From: 2, To: 3}, false},
		{finding.Reason{Side: series.Theirs, Term: evidence.Mark, Signal: ContactPromoted}, false},
		{finding.Reason{Side: series.Ours, Term: evidence.Mark, Signal: relations.OwnerMark}, false},
	} {
		if got := tt.r.Sign(); got != tt.want {
			t.Errorf("%+v: %v", tt.r, got)
		}
	}
}

package detector

import (
	"testing"

	"firstsign/detector/evidence"
	"firstsign/detector/finding"
	"firstsign/detector/relations"
	"firstsign/detector/series"
)

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

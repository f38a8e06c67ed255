package detector

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"firstsign/detector/series"
	"firstsign/detector/stats"
)

// part is what one series brings to a judgement.
type part struct {
	kind    series.Kind
	contact uint8
	worth   float64
}

// fused is what they come to, beside contact of any kind.
func fused(union float64, parts ...part) float64 {
	j := judgement{union: union}
	for _, p := range parts {
		x := term{kind: Drop, window: 28, evidence: p.worth, worth: p.worth}
		j.add(&series.Series{Key: series.Key{Contact: p.contact}}, &series.Rule{Signal: series.Signal{Kind: p.kind}, Weight: 1}, x, 0)
	}
	return j.fuse()
}

func counts(evidence ...float64) (parts []part) {
	for _, e := range evidence {
		parts = append(parts, part{series.Count, 0, e})
	}
	return parts
}

// By hand. Four series of 3 nats: with a correlation of a third they say as much
// as two independent ones, so Fisher's sum is the tail of a gamma of shape 2, x -
// ln(1+x), at x = 12 / (2 sumUnit), in units of sumUnit. Who has several series is
// asked three questions, which costs .12 ln 3.
func TestFusionByHand(t *testing.T) {
	near(t, "one", fused(0, counts(5)...), 5, 1e-12)
	asked := 0.12 * math.Log(3)
	near(t, "one of four", fused(0, counts(9, 0, 0, 0)...), 9-lookPrice*math.Log(4)-asked, 1e-12)
	x := 12 / (2 * sumUnit)
	near(t, "four", fused(0, counts(3, 3, 3, 3)...), sumUnit*(x-math.Log1p(x))-asked, 1e-9)
	near(t, "contact of any kind", fused(7, counts(3, 3)...), 7-asked, 1e-12)
	near(t, "which is the only series", fused(7, counts(3)...), 3, 1e-12)
	near(t, "a key person", fused(0, part{series.Count, 0, 1}, part{series.Count, 1, 6}), 6-personPrice*math.Ln2, 1e-12)
	// 6 nats of bad news are 1 / e^6 in 28 days: once in 30.9 account-years, so by
	// itself as rare as evidence of which there is once in 3.87.
	near(t, "bad news alone", fused(0, part{series.Event, 0, 6}), shippedExceedance.Evidence(math.Exp(6)*28/365/aloneYears), 1e-9)
	near(t, "beside a fall", fused(0, part{series.Count, 0, 5}, part{series.Event, 0, 6}), 5+incidentPart*(6-incidentDiscount), 1e-12)
	near(t, "of a person, told of the account as well", fused(0, part{series.Count, 0, 6}, part{series.Event, 1, 6}), 6, 1e-12)
}

// More evidence of anything never is less of all.
func TestFusionIsMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		nats := rapid.Float64Range(0, stats.MaxNats)
		union := nats.Draw(t, "contact of any kind")
		parts := make([]part, rapid.IntRange(1, 20).Draw(t, "series"))
		for i := range parts {
			parts[i] = part{
				rapid.SampledFrom([]series.Kind{series.Count, series.Score, series.Event, series.Amount}).Draw(t, "kind"),
				uint8(rapid.IntRange(0, 2).Draw(t, "contact")), nats.Draw(t, "worth"),
			}
		}
		before := fused(union, parts...)
		if !(before >= 0) || math.IsInf(before, 0) {
			t.Fatalf("%g", before)
		}
		parts[rapid.IntRange(0, len(parts)-1).Draw(t, "of")].worth += rapid.Float64Range(0, 10).Draw(t, "more")
		if after := fused(union+rapid.Float64Range(0, 10).Draw(t, "more"), parts...); after < before-1e-9 {
			t.Fatalf("%g, with more %g", before, after)
		}
	})
}

// An incident that happens once in twenty account-years is, by itself, a risk
// of an eighth of that.
func TestRareEventsRisk(t *testing.T) {
	peers := 1.0 / (20 * 365)
	p := series.Baseline{}
	v := &series.View{} // no exposure: nothing known of the account itself
	x, _ := incident(&p, v, peers, 1)
	j := judgement{}
	j.add(&series.Series{}, &series.Rule{Signal: series.Signal{Kind: series.Event}, Weight: 1}, x, 0)
	near(t, "years", stats.ShippedExceedance().Years(j.fuse()), 20.0/aloneYears, 0.01)
}

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
		j := &judgement{account: &account{id: "acme", persons: &persons{}}}
		for i, w := range tt.weights {
			x := term{kind: Drop, window: 28, from: 2, to: float64(i), evidence: max(w, 0.1), worth: w}
			j.reasons = append(j.reasons, weighed{key: series.Key{Signal: 0}, term: x, weight: w})
		}
		reasons := e.words(j)
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
		r    Reason
		want bool
	}{
		{Reason{Side: series.Theirs, Term: Gap}, true},
		{Reason{Side: series.Theirs, Term: Rule}, true},
		{Reason{Side: series.Ours, Term: Drop}, false},
		{Reason{Side: series.Ours, Term: Norm}, false},
		{Reason{Side: series.Theirs, Term: Only, To: 1}, false},
		{Reason{Side: series.Theirs, Term: Handover}, false},
		{Reason{Side: series.Theirs, Term: Mark, Signal: RankMark, From: 3, To: 2}, true},
		{Reason{Side: series.Theirs, Term: Mark, Signal: RankMark, From: 2, To: 3}, false},
		{Reason{Side: series.Theirs, Term: Mark, Signal: ContactPromoted}, false},
		{Reason{Side: series.Ours, Term: Mark, Signal: OwnerMark}, false},
	} {
		if got := tt.r.Sign(); got != tt.want {
			t.Errorf("%+v: %v", tt.r, got)
		}
	}
}

package evidence

import (
	"firstsign/detector/series"
	"firstsign/detector/stats"
	"math"
	"testing"

	"pgregory.net/rapid"
)

// part is what one series brings to a judgement.
type part struct {
	kind    series.Kind
	contact uint8
	worth   float64
}

// fused is what they come to, beside contact of any kind. Half of the contact goes
// through a person.
func fused(union float64, parts ...part) float64 {
	f := Fusion{Union: union}
	for _, p := range parts {
		x := Term{Kind: Drop, Window: 28, Evidence: p.worth, Worth: p.worth}
		f.Add(&series.Rule{Signal: series.Signal{Kind: p.kind}, Weight: 1}, p.contact > 0, 0.5, x)
	}
	return f.Nats()
}

func counts(evidence ...float64) (parts []part) {
	for _, e := range evidence {
		parts = append(parts, part{series.Count, 0, e})
	}
	return parts
}

// By hand. Four series of 3 nats: with a correlation of a third they say as much
// as two independent ones, so Fisher's sum is the tail of a gamma of shape 2, x -
// ln(1+x), at x = 12 / (2 sumUnit), in units of sumUnit. What stands alone has a price.
func TestFusionByHand(t *testing.T) {
	near(t, "one", fused(0, counts(5)...), 5, 1e-12)
	near(t, "one of four", fused(0, counts(9, 0, 0, 0)...), 9-lookPrice*math.Log(4)-leastAlone, 1e-12)
	x := 12 / (2 * sumUnit)
	near(t, "four", fused(0, counts(3, 3, 3, 3)...), sumUnit*(x-math.Log1p(x))-leastAlone, 1e-9)
	look := lookPrice * math.Ln2
	near(t, "one supports contact of any kind", fused(5, counts(5, 0)...), 5+seriesSupport*(5-look-seriesClear), 1e-12)
	near(t, "up to a bound", fused(7, counts(7.5, 0)...), 7+mostSupport, 1e-12)
	near(t, "so does a key person", fused(0, part{series.Count, 0, 5}, part{series.Count, 1, 3.5}), 5+personSupport*(3.5-math.Ln2-personClear), 1e-12)
	near(t, "contact of any kind", fused(7, counts(1, 1)...), 7, 1e-12)
	near(t, "which is the only series", fused(7, counts(3)...), 3, 1e-12)
	near(t, "a key person", fused(0, part{series.Count, 0, 1}, part{series.Count, 1, 6}), 6-math.Ln2-leastAlone, 1e-12)
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
	x, _ := BadNews(&p, v, peers, Arrived{1, 1})
	var f Fusion
	f.Add(&series.Rule{Signal: series.Signal{Kind: series.Event}, Weight: 1}, false, 1, x)
	near(t, "years", stats.ShippedExceedance().Years(f.Nats()), 20.0/aloneYears, 0.01)
}

// The sum of all series is left out only where it makes no difference.
func TestHabitIsThatOfTheWholeSum(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := Fusion{null: rapid.IntRange(2, 16).Draw(t, "series")}
		each := rapid.Float64Range(0, 6)
		for range f.null {
			e, price := each.Draw(t, "evidence"), rapid.Float64Range(leastAlone, mostAlone).Draw(t, "price")
			f.sum, f.prices, f.most, f.alone = f.sum+e, f.prices+price, max(f.most, e), max(f.alone, e-price)
		}
		f.Union, f.person, f.personAlone = each.Draw(t, "union"), each.Draw(t, "person"), each.Draw(t, "person alone")
		n := float64(f.null)
		scale, look := sumUnit*(1+(n-1)*seriesCorrelation), lookPrice*math.Log(n)
		all := sumUnit * stats.GammaUpper(n*sumUnit/scale, f.sum/scale)
		together := f.Union +
			min(mostSupport, seriesSupport*max(0, max(f.most-look, all)-seriesClear)) +
			min(mostSupport, personSupport*max(0, f.person-personClear))
		if got, want := f.Habit(), max(together, f.alone-look, all-f.prices/n, f.personAlone); got != want {
			t.Fatalf("%g, want %g", got, want)
		}
	})
}

package alerting

import (
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"firstsign/accounts"
	"firstsign/detector"
)

// By hand: 1,200,000 a year; a risk of 10 account-years is half serious; half
// could be saved of a defection at its first day, a quarter after half a year.
func TestValueByHand(t *testing.T) {
	account := &accounts.Account{Sales: 5_000_000, Margin: 1_200_000}
	for name, c := range map[string]struct {
		risk    float64
		verdict detector.Verdict
		rule    bool
		days    int
		want    float64
	}{
		"defection":         {10, detector.Defection, false, 0, 300_000},
		"early":             {10, detector.EarlyDefection, false, 0, 420_000},
		"downturn":          {10, detector.Downturn, false, 0, 120_000},
		"nobody knows":      {10, "", false, 0, 300_000},
		"after half a year": {10, detector.Defection, false, 180, 150_000},
		"after two years":   {10, detector.Defection, false, 730, 150_000},
		"ten times as rare": {90, "", false, 0, 540_000},
		"a rule":            {1, "", true, 0, 300_000},
		"a rule and more":   {90, "", true, 0, 540_000},
		"no risk":           {0, "", false, 0, 0},
	} {
		first := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
		a := &Alert{Risk: c.risk, Verdict: c.verdict, Raised: first, History: []Event{
			{Kind: detector.Raised, Time: first}, {Kind: detector.RaisedAgain, Time: first.AddDate(0, 0, c.days)}}}
		if c.rule {
			a.Reasons = []detector.Reason{{Term: detector.Rule}}
		}
		if worth, got := a.value(account); worth != 1_200_000 || math.Abs(got-c.want) > 1e-6 {
			t.Errorf("%s: %g of %g, want %g", name, got, worth, c.want)
		}
	}
	if worth, atRisk := (&Alert{Risk: 10}).value(nil); worth != 0 || atRisk != 0 {
		t.Error("an account that nobody knows is worth something")
	}
}

// More risk and more value never mean less at risk, and never more than all.
func TestValueIsMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) float64 { return rapid.Float64Range(0, 1e6).Draw(t, name) }
		risk, more, margin := draw("risk"), draw("more"), draw("margin")
		verdict := rapid.SampledFrom([]detector.Verdict{"", detector.Defection, detector.Downturn, detector.EarlyDefection}).Draw(t, "verdict")
		event := []Event{{Kind: detector.Raised}}
		_, some := (&Alert{Risk: risk, Verdict: verdict, History: event}).value(&accounts.Account{Margin: margin})
		_, riskier := (&Alert{Risk: risk + more, Verdict: verdict, History: event}).value(&accounts.Account{Margin: margin})
		_, richer := (&Alert{Risk: risk, Verdict: verdict, History: event}).value(&accounts.Account{Margin: margin + more})
		if some < 0 || some > margin || riskier < some || richer < some {
			t.Fatalf("%g, riskier %g, richer %g", some, riskier, richer)
		}
	})
}

func TestMostAtRisk(t *testing.T) {
	at := func(day int) time.Time { return time.Date(2026, 3, day, 0, 0, 0, 0, time.UTC) }
	list := []*Alert{
		{ID: "closed early", State: Closed, AtRisk: 9e9, Updated: at(1)},
		{ID: "rare", State: Open, Risk: 50},
		{ID: "closed late", State: Closed, Updated: at(2)},
		{ID: "neglected", State: Acknowledged, Worth: 500},
		{ID: "dear", State: Snoozed, AtRisk: 100, Worth: 400},
		{ID: "dearest", State: Open, AtRisk: 200, Worth: 300},
	}
	var got []string
	for _, a := range MostAtRisk(list) {
		got = append(got, a.ID)
	}
	if want := []string{"dearest", "dear", "neglected", "rare", "closed late", "closed early"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// A verdict is that of the newest raise, in whatever order the findings come: what was
// true before may no longer be.
func TestVerdictIsOfTheNewestRaise(t *testing.T) {
	first, again := story(), story()
	first.Verdict = detector.EarlyDefection
	again.Kind, again.Time, again.Verdict = detector.RaisedAgain, first.Time+int64(24*time.Hour), detector.Defection
	third := *again
	third.Kind, third.Time, third.Verdict = detector.Closed, again.Time+int64(24*time.Hour), ""
	for _, order := range [][]*detector.Finding{{first, again, &third}, {&third, again, first}, {again, first, &third}} {
		if a := alertOf(order...); a.Verdict != detector.Defection {
			t.Errorf("%q", a.Verdict)
		}
	}
}

// What is at risk by each stake is what the alert said was at risk after that raise. After the
// end nothing is.
func TestStakesAreTheValuesAtRisk(t *testing.T) {
	first, again := story(), story()
	first.Verdict = detector.EarlyDefection
	again.Kind, again.Time, again.Risk, again.Verdict = detector.RaisedAgain, first.Time+int64(24*time.Hour), 60, detector.Defection
	last := *again
	last.Kind, last.Time, last.Verdict = detector.Closed, again.Time+int64(24*time.Hour), ""
	account := &accounts.Account{Margin: 1000}
	var said []float64
	for n := 1; n <= 2; n++ {
		_, atRisk := alertOf([]*detector.Finding{first, again}[:n]...).value(account)
		said = append(said, atRisk)
	}
	stakes := alertOf(&last, first, again).Stakes()
	if len(stakes) != 3 || 1000*stakes[0].Part != said[0] || 1000*stakes[1].Part != said[1] || !stakes[2].Over || stakes[2].Part != 0 || stakes[1].From.UnixNano() != again.Time {
		t.Errorf("%+v, and the alert said %v", stakes, said)
	}
}

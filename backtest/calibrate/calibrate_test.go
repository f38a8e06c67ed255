package calibrate

import (
	"bytes"
	"context"
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"firstsign/accounts"
	"firstsign/alerting/message"
	"firstsign/backtest"
	"firstsign/backtest/simulate"
	"firstsign/config"
	"firstsign/detector"
	"firstsign/internal/racetest"
	"firstsign/signals"
	"firstsign/signals/decode"
	"firstsign/signals/history"
)

// monday is 2025-01-06, the first day of histories written by hand.
const monday = signals.Day(20094)

func near(t *testing.T, what string, got, want, within float64) {
	t.Helper()
	if !(math.Abs(got-want) <= within) {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

// company is a simulated portfolio without declines, held in memory.
func company(t *testing.T, count, days int) (*handMade, *detector.Rules) {
	t.Helper()
	shanghai, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	p := simulate.Plan{Seed: 7, Accounts: count, Start: monday + 147, Days: days, Location: shanghai}
	s := simulate.New(p)
	h := &handMade{start: p.Start}
	stream := s.History()
	for {
		l, err := stream.Next()
		if err != nil {
			break
		}
		own := history.Line{File: l.File, Number: l.Number, Value: bytes.Clone(l.Value)}
		var d decode.Decoder
		if reject := d.DecodeValue(own.Value, &own.Interaction); reject != nil {
			t.Fatal(reject)
		}
		h.lines = append(h.lines, own)
	}
	c := config.Default()
	c.Calendar.Location = p.Location
	c.Accounts = accounts.NewDirectory(s.Accounts())
	return h, c.Rules()
}

func calibrated(t *testing.T, h *handMade, rules *detector.Rules, budget float64) *Report {
	t.Helper()
	k := &Calibrator{Rules: rules, Partitions: 1, Budget: budget, Seed: 1}
	r, err := k.Run(context.Background(), h.open(), activityOf(t, h, rules), h.lines[0].Interaction.Time)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// The whole of it on a small portfolio: silence is seen, and nothing is not.
func TestCalibrate(t *testing.T) {
	racetest.Arithmetic(t)
	h, rules := company(t, 6, 275)
	r := calibrated(t, h, rules, 0.25) // six accounts: once in two years of each
	found := map[Scenario]float64{}
	for _, d := range r.Detection {
		if d.Grade == "" {
			found[d.Scenario] = d.Within[2].Share.Value
		}
	}
	if len(found) != len(Scenarios) || found[Silent] < 0.9 || found[Silent] < found[Drop50] || found[Unchanged] > 0.3 {
		t.Errorf("found within 60 days: %v", found)
	}
	if r.Accounts != 6 || r.AccountYears < 2.8 || r.Portfolio.size() != 6 || r.Portfolio.Managers == 0 || r.Portfolio.Assumed != 0 {
		t.Errorf("fitted on %d accounts and %v years, portfolio %+v", r.Accounts, r.AccountYears, r.Portfolio)
	}
	if f := r.OutOfSample; f.AccountYears < 2.8 || f.PerManagerMonth.High < f.PerManagerMonth.Value || f.Ratio.Low > 2 {
		t.Errorf("out of sample: %+v", f)
	}
	if len(r.Calls) != callsShown || r.Calls[0].Raised < r.Calls[2].Raised {
		t.Errorf("calls are %+v", r.Calls)
	}
	var text bytes.Buffer
	if err := r.WriteText(&text); err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"Budget: 0.25 false alerts", "a manager and month", "silence", "Most worth a call"} {
		if !strings.Contains(text.String(), part) {
			t.Errorf("the report does not say %q:\n%s", part, &text)
		}
	}
}

// The same history gives the same report, byte for byte.
func TestCalibrateIsAFunctionOfTheHistory(t *testing.T) {
	h, rules := office(t, "acme"), livelyRules(accounts.Account{ID: "acme", Grade: accounts.Key})
	var reports [2][]byte
	for i := range reports {
		var err error
		if reports[i], err = json.Marshal(calibrated(t, h, rules, 1)); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(reports[0], reports[1]) {
		t.Errorf("two reports:\n%s\n%s", reports[0], reports[1])
	}
}

func TestCalibrateRefuses(t *testing.T) {
	h, rules := office(t, "acme"), livelyRules()
	c := activityOf(t, h, rules)
	for want, k := range map[string]*Calibrator{
		`loss of "acne": the history has no such account (did you mean "acme"?)`: {Budget: 1, Losses: backtest.Losses{"acne": 1}},
		"the budget must be above 0 false alerts a month":                        {Budget: -1},
	} {
		k.Rules, k.Partitions = rules, 1
		if _, err := k.Run(context.Background(), h.open(), c, h.lines[0].Interaction.Time); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	short := &handMade{lines: h.lines[:7*60], start: h.start}
	k := &Calibrator{Rules: rules, Partitions: 1, Budget: 1}
	if _, err := k.Run(context.Background(), short.open(), activityOf(t, short, rules), h.lines[0].Interaction.Time); err == nil ||
		!strings.Contains(err.Error(), "nothing to calibrate on") {
		t.Errorf("sixty days of history: %v", err)
	}
}

// Fitted on half of the accounts, the other half keeps to the budget. The
// portfolio is simulated; make bench-detection does the same to real ones.
func TestBudgetHoldsOnOtherAccounts(t *testing.T) {
	racetest.Arithmetic(t)
	h, rules := company(t, 40, 270)
	w := observe(t, rules, h.lines[0].Interaction.Time, false, h.open)
	for i, ratio := range w.splits(20) {
		// Half of it is 10 account-years: at small budgets the prior has as much to say.
		if i > 1 && (ratio < 0.5 || ratio > 1.7) {
			t.Errorf("budget %v: realised is %.2f of it", budgets[i], ratio)
		}
	}
}

// Each block is measured by a curve of other accounts and the other time.
func TestBlocks(t *testing.T) {
	h, rules := office(t, "a", "b", "c", "d", "e", "f", "g", "h"), livelyRules()
	c := activityOf(t, h, rules)
	traces := map[string]evidenceTrace{}
	for _, l := range c.Accounts {
		traces[l.Account] = evidenceTrace{{h.start + 100, 12}, {h.start + 101, 0}}
	}
	b := c.blocks(traces, backtest.Losses{"a": h.start + 230})
	whole := b.sum(func(int, int) bool { return true })
	// Seven from day 84 to day 239, one to day 170: 60 days before its last contact
	// before it was lost.
	near(t, "account-years", whole.years, (7*155+86)/365.25, 1e-9)
	near(t, "episodes", whole.at(10), 8, 0)
	first := b.sum(func(_, half int) bool { return half == 0 })
	second := b.sum(func(_, half int) bool { return half == 1 })
	near(t, "episodes of the first half", first.at(10), 8, 0)
	near(t, "episodes of the second half", second.at(10), 0, 0)
	near(t, "the halves", first.years/second.years, 1, 0.03)
	// All alerts are in the first half, so the curve that judges them is from a
	// time without any: more than the budget, and that is what is told.
	thresholds := detector.DefaultThresholds()
	if f := b.validate(1, thresholds); f.Alerts != 8 || f.Ratio.Value < 2 {
		t.Errorf("out of sample: %+v", f)
	}
}

// What was told of an account that was about to leave, and was kept, is not
// false, and nothing is tried out on it then.
func TestSavedAccountsAreLeftOut(t *testing.T) {
	h, rules := office(t, "a", "b"), livelyRules()
	c := activityOf(t, h, rules)
	c.noteSaved([]backtest.Saved{{Account: "a", From: h.start + 95, To: h.start + 110}, {Account: "a", From: h.start + 105, To: h.start + 120}, {Account: "nobody", From: 1, To: 2}})
	traces := map[string]evidenceTrace{}
	for _, l := range c.Accounts {
		traces[l.Account] = evidenceTrace{{h.start + 100, 12}, {h.start + 101, 0}, {h.start + 130, 12}, {h.start + 131, 0}}
	}
	whole := c.blocks(traces, nil).sum(func(int, int) bool { return true })
	near(t, "account-years", whole.years, (2*155-26)/365.25, 1e-9)
	near(t, "episodes", whole.at(10), 3, 0)
	a := c.byAccount["a"]
	for seed := range uint64(200) {
		if d, ok := a.changeDay(nil, 20, seed); ok && d <= h.start+120 && d+20 >= h.start+95 {
			t.Fatalf("a change is tried from day %d on", d-h.start)
		}
	}
	var parts []signals.Day
	for from, to := range a.withoutSaved(h.start+90, h.start+125) {
		parts = append(parts, from-h.start, to-h.start)
	}
	if want := []signals.Day{90, 95, 121, 125}; !slices.Equal(parts, want) {
		t.Errorf("left are %v, want %v", parts, want)
	}
}

func TestPortfolio(t *testing.T) {
	h := office(t, "a", "b", "c", "d", "left", "lost")
	h.lines = append([]history.Line(nil), h.lines...)
	for i := range h.lines {
		if in := &h.lines[i].Interaction; string(in.Account) == "left" && signals.Day(in.Time/86400e9) > h.start+100 {
			in.Account = []byte("a")
		}
	}
	rules := livelyRules(
		accounts.Account{ID: "a", Owner: "li", Grade: accounts.Key}, accounts.Account{ID: "b", Owner: "wang"}, accounts.Account{ID: "c", Owner: "li"},
		accounts.Account{ID: "d"}, accounts.Account{ID: "left", Owner: "zhang"}, accounts.Account{ID: "lost", Owner: "zhao"})
	p := activityOf(t, h, rules).currentPortfolio(backtest.Losses{"lost": h.start + 239})
	if p.Managers != 3 || p.Assumed != 1 || p.Accounts[accounts.Key] != 1 || p.Accounts[accounts.Ordinary] != 3 {
		t.Errorf("portfolio is %+v", p)
	}
}

// Where nothing is counted, how often is on how many days.
func TestBlindSpotsOfSpendAlone(t *testing.T) {
	h := &handMade{start: monday}
	for d := range 200 {
		if d%14 == 3 {
			h.add(d, 10, "buyer", "spend", 5000, "")
		}
	}
	rules := livelyRules()
	rules.Signals = []detector.Signal{{Name: "spend", Kind: detector.Amount}}
	spots := activityOf(t, h, rules).blindSpots(map[string]evidenceTrace{}, nil, detector.DefaultThresholds(), nil)
	if len(spots) != 1 || spots[0].Signal != "" || spots[0].PerWeek != 0.5 || spots[0].Cure.Kind != Norm {
		t.Errorf("%+v, want one on half a day a week", spots)
	}
}

// Contact at 0.8 a week: half of it is not seen, and the cure is to record
// what the others have. Of the others, one has been alerting before, one is seen
// in time, one too late, and one is young.
func TestBlindSpots(t *testing.T) {
	h := &handMade{start: monday}
	for d := range 420 {
		for _, a := range []string{"alerting", "late", "seen", "young"} {
			if a != "young" || d > 330 {
				h.add(d, 9, a, "message", 8, "")
				h.add(d, 10, a, "call", 1, "")
			}
		}
		if d%9 == 3 {
			h.add(d, 10, "rare", "call", 1, "")
		}
	}
	rules := livelyRules()
	c := activityOf(t, h, rules)
	spots, err := BlindSpots(context.Background(), h.open(), &backtest.Replay{Rules: rules, Partitions: 1, First: h.lines[0].Interaction.Time}, c, backtest.Losses{"late": c.Last})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(spots, func(b BlindSpot) bool { return b.Account == "rare" }) ||
		slices.ContainsFunc(spots, func(b BlindSpot) bool { return b.Account == "late" }) {
		t.Errorf("blind spots are %+v, want the rare one and not the lost one", spots)
	}

	from := c.Last - tryDays + 1
	traces := map[string]evidenceTrace{
		"alerting~halved": {{from - 20, 9}},
		"seen~halved":     {{from + 41, 9}},
		"late~halved":     {{from + 10, 3}, {from + 42, 9}},
		"late~gone":       {{from + 9, 9}},
		"rare~gone":       {{from + 49, 9}},
	}
	got := map[string]BlindSpot{}
	for _, b := range c.blindSpots(traces, nil, detector.DefaultThresholds(), nil) {
		got[b.Account] = b
	}
	if len(got) != 3 {
		t.Errorf("blind spots are %+v", got)
	}
	rare := got["rare"]
	near(t, "calls a week", rare.PerWeek, 0.78, 0.1)
	if rare.Signal != "call" || rare.SilenceDays != 50 || rare.HalvingDays != 0 {
		t.Errorf("got %+v", rare)
	}
	if rare.Cure.Kind != Record || rare.Cure.Signal != "message" || rare.Cure.Share != 0.8 || rare.Cure.PerWeek != 56 {
		t.Errorf("the cure is %+v", rare.Cure)
	}
	// All four others have it: 80 % is the share of all five.
	if got, want := rare.Cure.Words(message.English), "record message as well: 80 % of the accounts have it, about 56.0 a week"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	nearlyAll := Cure{Kind: Record, Signal: "message", Share: 0.999, PerWeek: 56}
	if got := nearlyAll.Words(message.English); !strings.Contains(got, "99 % of the accounts") {
		t.Errorf("%q, want 99 %%: one account lacks it", got)
	}
	if late := got["late"]; late.HalvingDays != 43 || late.SilenceDays != 10 || late.Cure.Kind != Contact {
		t.Errorf("got %+v", late)
	}
	if got["young"].Cure.Kind != Wait {
		t.Errorf("got %+v", got["young"])
	}
	// With its people known, there is only the threshold left: 3 nats, by the
	// shipped curve.
	for i := range rules.Signals {
		rules.Signals[i].PerContact = true
	}
	c = activityOf(t, h, rules)
	c.byAccount["late"].hasKeyContacts = true
	for _, b := range c.blindSpots(traces, nil, detector.DefaultThresholds(), nil) {
		if b.Account == "late" && (b.Cure.Kind != Loosen || math.Abs(b.Cure.Raise/shippedCurve.Years(3)-1) > 0.01) {
			t.Errorf("the cure is %+v", b.Cure)
		}
	}
	for _, kind := range []CureKind{Record, Norm, Contact, Loosen, Wait} {
		cure := Cure{Kind: kind, Signal: "call", Share: 0.5, PerWeek: 2, Raise: 1}
		if en, zh := cure.Words(message.English), cure.Words(message.Chinese); en == zh || en == "" {
			t.Errorf("%s is %q and %q", kind, en, zh)
		}
	}
}

func TestThresholdsSpendTheBudget(t *testing.T) {
	// By default 3/1 + 7/1.5 + 15/2.5 + 5/6 = 14.5 false alerts a year. Two
	// managers with a budget of half an alert a month have 12.
	p := Portfolio{Managers: 2, Accounts: map[accounts.Grade]int{accounts.Key: 3, accounts.Potential: 7, accounts.Ordinary: 15, accounts.Marginal: 5}}
	k := &Calibrator{Budget: 0.5, ByHand: map[accounts.Grade]detector.Threshold{accounts.Problem: {Raise: 9, Clear: 1}}}
	got, err := k.thresholds(p, nil)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "raise of key", got[accounts.Key].Raise, 1.21, 1e-9) // 14.5 / 12
	near(t, "raise of marginal", got[accounts.Marginal].Raise, 7.25, 1e-9)
	near(t, "clear of key", got[accounts.Key].Clear, 1.09, 1e-9)
	near(t, "raise by hand", got[accounts.Problem].Raise, 9, 0)
	spent := 0.0
	for grade, n := range p.Accounts {
		spent += float64(n) / got[grade].Raise
	}
	near(t, "false alerts a year", spent, 12, 0.05)

	// A budget that nobody could spend: an alert needs some evidence still, and
	// must be able to end.
	k.Budget = 1000
	if got, err = k.thresholds(p, nil); err != nil {
		t.Fatal(err)
	}
	for grade, threshold := range got {
		if e := shippedCurve.Evidence(threshold.Raise); e < leastEvidence-0.1 {
			t.Errorf("%s alerts at %v nats", grade, e)
		}
		if e := shippedCurve.Evidence(threshold.Clear); e < 0.8 || threshold.Clear >= threshold.Raise {
			t.Errorf("%s ends at %v nats, %+v", grade, e, threshold)
		}
	}
	if _, err := k.thresholds(Portfolio{Managers: 1}, nil); err == nil {
		t.Error("nobody is in touch, and nothing is said")
	}
}

package backtest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"firstsign/accounts"
	"firstsign/backtest/simulate"
	"firstsign/detector"
	"firstsign/internal/racetest"
	"firstsign/signals"
)

func TestSimpleMethods(t *testing.T) {
	// Contact on days 0, 1 and 5. On the morning of day 1 nothing has been
	// missed, on that of day 5 the days 2, 3 and 4 have.
	got := make([]float64, 8)
	silenceMethod(AsManyDays, nil).judge(paged("a", 0, 1, 5), 20000, got)
	if want := []float64{0, 0, 0, 1, 2, 3, 0, 1}; !slices.Equal(got, want) {
		t.Errorf("silence %v, want %v", got, want)
	}
	// Every second day for 112 days, then silence: of the 84 days the mean is
	// 1/2 and the variance 1/4, so 28 silent days are 14 contacts of sd
	// sqrt(28/4) too few.
	scores := make([]float64, 142)
	rollingZ().judge(paged("a", upTo(111, 2)...), 20000, scores)
	if want := 14 / math.Sqrt(7); math.Abs(scores[140]-want) > 1e-9 {
		t.Errorf("z of 28 silent days %v, want %v", scores[140], want)
	}
	if scores[55] != 0 || math.Abs(scores[112]) > 1e-9 {
		t.Errorf("z %v before there are 28 days to compare with, %v while nothing has changed", scores[55], scores[112])
	}
}

func TestCrossings(t *testing.T) {
	scores := make([]float64, 60)
	for i := range scores {
		if i >= 5 && i < 10 || i >= 20 && i < 25 || i >= 50 {
			scores[i] = 2 // 10 days below between the first two
		}
	}
	var got []string
	crossings(scores, 20000, 2, func(told, ended signals.Day) {
		got = append(got, fmt.Sprintf("%d-%d", told-20000, max(0, ended-20000)))
	})
	if want := []string{"5-38", "50-0"}; !slices.Equal(got, want) {
		t.Errorf("episodes %v, want %v", got, want)
	}
}

// What an alert counts as, for an account in touch from day 0 to day 199 whose
// loss, when it has one, is on day 210.
func TestVerdict(t *testing.T) {
	tests := []struct {
		name        string
		told, ended int
		lost        bool
		want        verdict
	}{
		{"too young", 83, 90, false, neither},
		{"healthy", 84, 90, false, wrong},
		{"on the last day of contact", 199, 0, false, wrong},
		{"of a silence that does not end", 200, 0, false, unsettled},
		{"long before a loss", 100, 120, true, wrong},
		{"long before a loss, still open", 100, 0, true, early},
		{"long before a loss, closed in its window", 100, 140, true, early},
		{"60 days before the last contact", 139, 150, true, found},
		{"before that", 138, 138, true, wrong},
		{"30 days after", 240, 0, true, found},
		{"too late", 241, 0, true, neither},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			d := &ContactLog{First: 20000, Last: 20400, byAccount: map[string]*AccountLog{"acme": paged("acme", upTo(199, 1)...)}}
			var losses []Loss
			if test.lost {
				losses = []Loss{{Account: "acme", Day: 20210}}
			}
			trials := newEvaluation(d, losses)
			ended := signals.Day(0)
			if test.ended > 0 {
				ended = signals.Day(20000 + test.ended)
			}
			if got, _ := trials.judge(&trials.accounts[0], signals.Day(20000+test.told), ended); got != test.want {
				t.Errorf("verdict %d, want %d", got, test.want)
			}
		})
	}
}

// One account with 365 healthy days and 5 false alerts, another with a window
// of 95 days: 1 - exp(-5/365*95) of it is found by chance.
func TestAtRandom(t *testing.T) {
	d := &ContactLog{First: 20000, Last: 20600, byAccount: map[string]*AccountLog{
		"calm": paged("calm", upTo(84+364, 1)...), "lost": paged("lost", upTo(96, 1)...),
	}}
	trials := newEvaluation(d, []Loss{{Account: "lost", Day: 20100, Value: 3}})
	if trials.days != 365 { // the lost one's window begins on day 36, before day 84
		t.Fatalf("%d healthy days, want 365", trials.days)
	}
	r := trials.atRandom(&tally{falses: 5})
	// From day 36 to 130 are 95 days.
	if want := 1 - math.Exp(-5.0/365*95); math.Abs(r.Found-want) > 1e-9 || math.Abs(*r.ValueShare-r.FoundShare.Value) > 1e-9 {
		t.Errorf("found %v, want %v; of the value %v", r.Found, want, *r.ValueShare)
	}
	if at := r.Ahead[slices.IndexFunc(r.Ahead, func(a Ahead) bool { return a.Days == 60 })]; math.Abs(at.Share-(1-math.Exp(-5.0/365*5))) > 1e-9 {
		t.Errorf("60 days ahead %v: only days 36 to 40 are so early", at)
	}
	// Where the date is the last contact, days 36 to 156 count.
	trials = newEvaluation(d, []Loss{{Account: "lost", Day: 20096}})
	r = trials.atRandom(&tally{falses: 5})
	if want := 1 - math.Exp(-5.0/365*121); math.Abs(r.Found-want) > 1e-9 {
		t.Errorf("found %v, want %v", r.Found, want)
	}
}

func TestNearest(t *testing.T) {
	hit := func(falses, lead int) tally { return tally{falses: falses, lead: []int{lead}} }
	sweep := []tally{hit(9, 5), hit(4, noLead), hit(4, 7), hit(0, noLead)}
	if sweep[0].ahead(5) != 1 || sweep[0].ahead(6) != 0 || sweep[1].found() != 0 {
		t.Error("a lead of 5 days is one of at least 5")
	}
	for wanted, want := range map[int]int{20: 0, 5: 2, 4: 2, 1: 3, 0: 3} {
		if got := nearest(sweep, wanted); got != want {
			t.Errorf("%d false alerts wanted: the %dth of the thresholds, want the %dth", wanted, got, want)
		}
	}
}

// reporter makes reports on one replay of a simulated portfolio, with its truth
// as losses.
func reporter(t *testing.T) func() *Report {
	t.Helper()
	p := plan(t, 45, 300)
	p.Declines = 0.4
	s := simulate.New(p)
	var losses []Loss
	for _, a := range s.Truth().Accounts {
		switch a.Kind {
		case simulate.Silence:
			losses = append(losses, Loss{a.Account, day(t, a.From) + 10, 100})
		case simulate.Defection:
			losses = append(losses, Loss{a.Account, day(t, a.Leaves), 300})
		}
	}
	losses = append(losses, Loss{"<b>nobody</b>", p.Start + 300, 0})
	rules := simulationRules(p)
	rules.Accounts = accounts.NewDirectory(s.Accounts())
	contacts := NewContactLog(rules)
	r := &Replay{Rules: rules, Partitions: 1, First: start(p), Scores: true}
	o, err := r.Run(context.Background(), contacts.Watch(s.History()))
	if err != nil {
		t.Fatal(err)
	}
	return func() *Report { return NewReport(Judged{o, rules}, contacts, losses) }
}

func TestReport(t *testing.T) {
	racetest.Arithmetic(t)
	report := reporter(t)
	r := report()
	t.Run("text", func(t *testing.T) { checkReportText(t, r, report()) })
	ours := r.Methods[0]
	if r.Accounts < 45 || r.AccountYears < 15 || r.LossesKnown != r.LossesSeen+1 || r.LossesSeen < 4 {
		t.Fatalf("%d accounts, %v years, %d of %d losses", r.Accounts, r.AccountYears, r.LossesSeen, r.LossesKnown)
	}
	if ours.Method != Ours || ours.Found < float64(r.LossesSeen)/2 || ours.Found <= r.Methods[len(r.Methods)-1].Found {
		t.Errorf("ours found %v of %d, at random %v", ours.Found, r.LossesSeen, r.Methods[len(r.Methods)-1].Found)
	}
	for _, m := range r.Methods[1:3] {
		if math.Abs(m.FalseAlerts-ours.FalseAlerts) > 3+0.1*ours.FalseAlerts {
			t.Errorf("%s is compared at %v false alerts, ours has %v", m.Method, m.FalseAlerts, ours.FalseAlerts)
		}
	}
	results := CountResults(r.Alerts)
	if results[FalseResult] != r.FalseAlerts || results[RightResult] < int(ours.Found) || results[UnsettledResult] != ours.Unsettled {
		t.Errorf("results %v of %d alerts; %d false, %v losses found, %d unsettled", results, len(r.Alerts), r.FalseAlerts, ours.Found, ours.Unsettled)
	}
	falses, found := 0, 0
	for _, g := range r.Grades {
		falses += g.FalseAlerts
		found += g.Found
	}
	if falses != r.FalseAlerts || found != int(ours.Found) {
		t.Errorf("grades have %d false alerts and %d found, all have %d and %v", falses, found, r.FalseAlerts, ours.Found)
	}
	if r.Managers == 0 || r.PerManagerMonth.Low > r.PerManagerMonth.Value || r.PerManagerMonth.High < r.PerManagerMonth.Value {
		t.Errorf("%d managers, %+v", r.Managers, r.PerManagerMonth)
	}
	if i := slices.IndexFunc(r.Losses, func(l LossFate) bool { return l.Account == "<b>nobody</b>" }); i < 0 || r.Losses[i].Fate != "not in the history" {
		t.Error("who is not in the history is not named")
	}
	// At the threshold as configured, the curve is what was raised, but for bad
	// news on arrival and the later end of episodes.
	points := r.Curves[0].Points
	i := slices.IndexFunc(points, func(p CurvePoint) bool { return p.Threshold <= 1.001 })
	if got, want := points[i].PerYear*r.AccountYears, float64(r.FalseAlerts); math.Abs(got-want) > 3+0.3*want {
		t.Errorf("at threshold %v the curve has %.0f false alerts, %v were raised", points[i].Threshold, got, want)
	}
}

// Two reports of one replay are the same bytes.
func checkReportText(t *testing.T, reports ...*Report) {
	var texts [2]bytes.Buffer
	for i, r := range reports {
		if err := r.WriteJSON(&texts[i]); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(texts[0].Bytes(), texts[1].Bytes()) {
		t.Error("two reports of one history differ")
	}
	if !json.Valid(texts[0].Bytes()) {
		t.Error("no JSON")
	}
}

// A history without anything to judge is reported as well.
func TestReportOfNothing(t *testing.T) {
	rules := &detector.Rules{Location: time.UTC}
	for _, losses := range [][]Loss{nil, {{Account: "acme", Day: 20001}}} {
		d := &ContactLog{First: 20000, Last: 20003, byAccount: map[string]*AccountLog{"acme": paged("acme", 0, 3)}}
		r := NewReport(Judged{&Outcome{}, rules}, d, losses)
		var b bytes.Buffer
		if err := r.WriteJSON(&b); err != nil || strings.Contains(b.String(), "NaN") {
			t.Error("a figure that is none: ", err)
		}
	}
}

package calibrate

import (
	"bytes"
	"html/template"
	"reflect"
	"strings"
	"testing"

	"firstsign/accounts"
	"firstsign/alerting/message"
	"firstsign/backtest"
	"firstsign/backtest/layout/layouttest"
	"firstsign/detector"
	"firstsign/detector/stats"
	"firstsign/signals"
)

const hostile = "<b>acme</b>"

// fullReport is a report that shows all there is.
func fullReport() *Report {
	r := &Report{
		From: 20000, To: 20400, Accounts: 40, AccountYears: 31.5, Budget: 1, Portfolio: Portfolio{Accounts: map[accounts.Grade]int{accounts.Key: 10, accounts.Ordinary: 30}, Managers: 2, Assumed: 1},
		Exceedance: stats.ShippedExceedance(), ByHand: []accounts.Grade{accounts.Key},
		Thresholds:  map[accounts.Grade]detector.Threshold{accounts.Key: {Raise: 1, Clear: 0.9}, accounts.Ordinary: {Raise: 2.5, Clear: 2}},
		OutOfSample: FalseAlerts{Alerts: 12, ByGrade: map[accounts.Grade]GradedAlerts{accounts.Key: {Alerts: 2}, accounts.Ordinary: {Alerts: 10}}},
		Losses:      backtest.Losses{hostile: 20100},
	}
	for _, s := range Scenarios {
		d := Detection{Scenario: s, Accounts: 20, MedianDays: 12}
		for _, days := range withinDays {
			d.Within = append(d.Within, Within{days, stats.ShareInterval(5, 20)})
		}
		r.Detection = append(r.Detection, d)
	}
	r.Detection = append(r.Detection, Detection{Scenario: Silent, Grade: accounts.Key, Accounts: 3})
	for _, kind := range []CureKind{Record, Norm, Contact, Loosen, Wait} {
		r.BlindSpots = append(r.BlindSpots, BlindSpot{Account: hostile, Grade: accounts.Key, PerWeek: 2, HalvingDays: 50, Cure: Cure{Kind: kind, Signal: "call", Share: 0.5, Raise: 0.4}})
	}
	for range spotsShown {
		r.BlindSpots = append(r.BlindSpots, r.BlindSpots[0])
	}
	r.Calls = []Call{{Account: hostile, Grade: accounts.Key, Risk: 3, Raised: 1.5, Quiet: 9, ByWeek: make([]int, weeksShown)}, {Account: "beta", ByWeek: make([]int, weeksShown)}}
	for i, result := range []backtest.Result{backtest.RightResult, backtest.FalseResult, backtest.FalseResult, backtest.UnsettledResult, backtest.UnjudgedResult} {
		r.Alerts = append(r.Alerts, backtest.AlertResult{Account: hostile, Told: signals.Day(20200 + 40*i), Result: result})
	}
	return r
}

func pageOf(t *testing.T, r *Report, l message.Language) string {
	t.Helper()
	var b bytes.Buffer
	if err := r.WriteHTML(&b, l, nil, template.HTML("")); err != nil {
		t.Fatal(err)
	}
	layouttest.SelfContained(t, b.String())
	layouttest.Speaks(t, b.String(), l, hostile, "beta", "signals.yaml", "per_contact", "call", "raise", "clear")
	return b.String()
}

func TestPageOfACalibration(t *testing.T) {
	for l, want := range map[message.Language][3]string{
		message.English: {
			"At these thresholds, of 5 alerts 1 would have been right and 2 false, and of 2 it is not known.",
			"These thresholds would have raised 5 alerts. How many were right is not known, because no loss is named.",
			"No account has a habit long enough to try a change on it.",
		},
		message.Chinese: {
			"按这些阈值会有 5 次预警，其中 1 次属实，2 次误报，2 次无法判断。", "按这些阈值会有 5 次预警。其中有多少属实，无从得知：没有指明流失的客户。", "没有客户的习惯足够长，无法试验变化。",
		},
	} {
		p := pageOf(t, fullReport(), l)
		if at := strings.Index(p, want[0]); at < 0 || at > strings.Index(p, "<table") || strings.Count(p, `<svg class="chart`) != 4 || strings.Contains(p, "<b>acme") {
			t.Errorf("%s: %d charts; said before the first table: %q", l, strings.Count(p, `<svg class="chart`), want[0])
		}
		if rows := strings.Count(p, "<tr"); rows != 4+len(Scenarios)+1+1+2+3+5+spotsShown+1 { // heads, and below them the folded ones
			t.Errorf("%s: %d rows", l, rows)
		}
		r := fullReport()
		r.Losses, r.Detection, r.BlindSpots, r.Calls, r.ByHand = nil, nil, nil, nil, nil
		if p := pageOf(t, r, l); !strings.Contains(p, want[1]) || !strings.Contains(p, want[2]) {
			t.Errorf("%s: %q or %q is not said", l, want[1], want[2])
		}
		pageOf(t, &Report{From: 20000, To: 20000}, l)
	}
}

func TestBothLanguagesOfThePage(t *testing.T) {
	sayTheSame(t, reflect.ValueOf(english), reflect.ValueOf(chinese))
	sayTheSame(t, reflect.ValueOf(englishSentences), reflect.ValueOf(chineseSentences))
}

func sayTheSame(t *testing.T, a, b reflect.Value) {
	t.Helper()
	for i := range a.NumField() {
		name, x, y := a.Type().Field(i).Name, a.Field(i), b.Field(i)
		if x.IsZero() || y.IsZero() {
			t.Errorf("%s is missing", name)
		}
		if k := x.Kind(); (k == reflect.Slice || k == reflect.Map) && x.Len() != y.Len() {
			t.Errorf("%s: %d in English, %d in Chinese", name, x.Len(), y.Len())
		}
	}
}

// What an alert counts as, for an account in touch from day 0 to day 300.
func TestResultOfAnAlert(t *testing.T) {
	l := &AccountActivity{Account: "acme", First: 20000, Last: 20300, origin: 20000}
	for d := range 301 {
		l.days.set(d)
	}
	l.saved = []backtest.Saved{{Account: "acme", From: 20150, To: 20160}}
	lost := backtest.Losses{"acme": 20320}
	for _, test := range []struct {
		day    signals.Day
		losses backtest.Losses
		want   backtest.Result
	}{
		{20010, nil, backtest.UnjudgedResult}, {20100, nil, backtest.FalseResult}, {20155, nil, backtest.UnjudgedResult}, {20310, nil, backtest.UnsettledResult},
		{20100, lost, backtest.FalseResult}, {20250, lost, backtest.RightResult}, {20350, lost, backtest.RightResult}, {20380, lost, backtest.UnjudgedResult},
	} {
		if got := l.resultOn(test.day, test.losses); got != test.want {
			t.Errorf("day %d, lost %v: %s, want %s", test.day-20000, test.losses != nil, got, test.want)
		}
	}
}

// A real browser shows the page in both languages.
func TestPageInABrowser(t *testing.T) {
	pages := map[string]string{}
	for _, l := range message.Languages {
		pages["calibrate-"+string(l)] = pageOf(t, fullReport(), l)
	}
	layouttest.InBrowser(t, pages)
}

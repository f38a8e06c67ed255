package report

import (
	"bytes"
	"html/template"
	"math"
	"reflect"
	"strings"
	"testing"

	"firstsign/accounts"
	"firstsign/alerting/message"
	"firstsign/backtest"
	"firstsign/backtest/layout/layouttest"
	"firstsign/detector/stats"
	"firstsign/signals"
)

const hostile = "<b>nobody</b>"

// terms are the same in both languages.
var terms = []string{"Firstsign", "firstsign calibrate", "--losses", "clear", "Garwood", "Wilson", hostile, "acme", "74e458"}

// full is a report that shows all there is.
func full() *backtest.Report {
	share := stats.ShareInterval(2, 4)
	lead, value, told := 12, 0.4, signals.Day(20100)
	method := func(name backtest.MethodName) backtest.MethodResult {
		return backtest.MethodResult{
			Method: name, Threshold: 30, FalseAlerts: 3, PerAccountYear: stats.CountInterval(3), Unsettled: 1, Found: 2, FoundShare: &share, Early: 1,
			ValueShare: &value, MedianLead: &lead, Ahead: []backtest.Ahead{{Days: 30, Share: 0.2}, {Days: 0, Share: 0.5}},
		}
	}
	r := &backtest.Report{
		Rules: "74e458", From: 20000, To: 20400, Interactions: 999, Accounts: 12, TooYoung: 2, AccountYears: 9.3, FalseAlerts: 3, PerAccountYear: stats.CountInterval(3),
		Managers: 2, ManagerMonths: 20, PerManagerMonth: stats.CountInterval(1), FeedFailures: 1,
		Grades:      []backtest.GradeResult{{Grade: accounts.Key, Accounts: 4}, {Accounts: 8, Alerts: 3, Losses: 2, Found: 1}},
		Methods:     []backtest.MethodResult{method(backtest.Ours), method(backtest.AsManyDays), method(backtest.RollingZ), method(backtest.ThirtyDays), method(backtest.AtRandom)},
		LossesKnown: 4, LossesSeen: 3,
		Curves:     []backtest.Curve{{Method: backtest.Ours, Points: []backtest.CurvePoint{{Threshold: 1, PerYear: 0.3, Found: 0.5, Before: 0.2}}}},
		Exceedance: []backtest.Exceeding{{Risk: 3, PerYear: stats.CountInterval(0)}, {Risk: 1, PerYear: stats.CountInterval(2)}},
	}
	for _, f := range []backtest.Fate{backtest.FoundFate, backtest.EarlyFate, backtest.MissedFate, backtest.AbsentFate} {
		one := backtest.LossFate{Loss: backtest.Loss{Account: hostile, Day: 20112}, Fate: f}
		if f == backtest.FoundFate {
			one.Told, one.Lead, one.DateIsLast = &told, 12, true
		}
		r.Losses = append(r.Losses, one)
	}
	for i, result := range backtest.Results {
		r.Alerts = append(r.Alerts, backtest.AlertResult{Account: "acme", Told: signals.Day(20090 + 20*i), Result: result})
	}
	return r
}

func page(t *testing.T, r *backtest.Report, l message.Language) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, r, l, template.HTML("")); err != nil {
		t.Fatal(err)
	}
	layouttest.SelfContained(t, b.String())
	layouttest.Speaks(t, b.String(), l, terms...)
	return b.String()
}

// Both languages say all of it, by the same numbers; names do nothing.
func TestPage(t *testing.T) {
	for l, first := range map[message.Language]string{
		message.English: "Of 5 alerts, 1 was right, 1 was false, 1 was too early to count and of 2 it is not known.",
		message.Chinese: "5 次预警中，1 次属实，1 次误报，1 次过早、不计入，2 次无法判断。",
	} {
		p := page(t, full(), l)
		if strings.Contains(p, "<b>nobody") || strings.Count(p, "<svg class=\"chart ") != 4 || !strings.Contains(p, `<html lang="`+string(l)+`">`) {
			t.Errorf("%s: %d charts", l, strings.Count(p, "<svg class=\"chart "))
		}
		if at := strings.Index(p, first); at < 0 || at > strings.Index(p, "<table") {
			t.Errorf("%s: %q is not said before the first table", l, first)
		}
	}
}

// Without losses nobody knows what was right, and the page says so. A history of nothing is
// reported as well.
func TestPageWithoutLosses(t *testing.T) {
	r := full()
	r.Losses, r.LossesKnown, r.LossesSeen, r.Curves = nil, 0, 0, nil
	for i := range r.Methods {
		m := &r.Methods[i]
		m.FoundShare, m.MedianLead, m.ValueShare, m.Ahead = nil, nil, nil, nil
	}
	nothing := &backtest.Report{Methods: []backtest.MethodResult{{Method: backtest.Ours}}}
	for l, want := range map[message.Language][2]string{
		message.English: {"How many of 5 alerts were right is not known, because no loss is named.", "There was no alert in this history."},
		message.Chinese: {"5 次预警中有多少属实，无从得知：没有指明流失的客户。", "这段记录中没有预警。"},
	} {
		if p := page(t, r, l); !strings.Contains(p, want[0]) || strings.Count(p, "<svg class=\"chart ") != 2 {
			t.Errorf("%s: %d charts; %q is said: %v", l, strings.Count(p, "<svg class=\"chart "), want[0], strings.Contains(p, want[0]))
		}
		if p := page(t, nothing, l); !strings.Contains(p, want[1]) {
			t.Errorf("%s: %q is not said", l, want[1])
		}
	}
}

// What one language says, the other says as well.
func TestBothLanguagesSayAll(t *testing.T) {
	sayTheSame(t, "phrases", reflect.ValueOf(english), reflect.ValueOf(chinese))
}

func sayTheSame(t *testing.T, name string, a, b reflect.Value) {
	t.Helper()
	switch a.Kind() {
	case reflect.Struct:
		for i := range a.NumField() {
			sayTheSame(t, name+"."+a.Type().Field(i).Name, a.Field(i), b.Field(i))
		}
	case reflect.Slice, reflect.Map:
		if a.Len() != b.Len() || a.Len() == 0 {
			t.Errorf("%s: %d in English, %d in Chinese", name, a.Len(), b.Len())
		}
	default:
		if a.IsZero() != b.IsZero() {
			t.Errorf("%s: said in English %v, in Chinese %v", name, !a.IsZero(), !b.IsZero())
		}
	}
}

// A single alert and a single loss are told in the singular.
func TestOneAlert(t *testing.T) {
	lead := 4
	for result, want := range map[backtest.Result][2]string{
		backtest.RightResult:     {"There was one alert; it was right.", "只有 1 次预警，属实。"},
		backtest.FalseResult:     {"There was one alert; it was false.", "只有 1 次预警，是误报。"},
		backtest.UnsettledResult: {"There was one alert; it was about a silence that had not ended, so nobody knows yet.", "只有 1 次预警，沉默尚未结束，还无法判断。"},
	} {
		r := full()
		r.Alerts = []backtest.AlertResult{{Result: result}}
		r.LossesSeen, r.LossesKnown, r.Losses, r.Methods[0].MedianLead = 1, 1, r.Losses[:1], &lead
		n := countsOf(r)
		if got := [2]string{englishSentences.answer(n), chineseSentences.answer(n)}; got != want {
			t.Errorf("%q, want %q", got, want)
		}
		if e, c := englishSentences.losses(n)[0], chineseSentences.losses(n)[0]; e != "The known loss had an alert, 4 days before it." || c != "这个已知流失有预警，在流失前 4 天。" {
			t.Errorf("%q, %q", e, c)
		}
	}
}

func TestFrontier(t *testing.T) {
	c := &backtest.Curve{Points: []backtest.CurvePoint{{PerYear: 2, Found: 0.2}, {PerYear: 1, Found: 0.5}, {PerYear: 9, Found: 1}}}
	stairs := frontier(c, 4, func(p backtest.CurvePoint) float64 { return p.Found })
	if n := len(stairs); n != 4 || stairs[2].Y != 0.5 || stairs[3].X != 4 || math.Abs(stairs[3].Y-0.5) > 1e-9 {
		t.Errorf("%v", stairs)
	}
}

// A real browser shows both pages in both languages.
func TestReportsInABrowser(t *testing.T) {
	pages := map[string]string{}
	for _, l := range message.Languages {
		pages["backtest-"+string(l)] = page(t, full(), l)
		pages["compare-"+string(l)] = comparison(t, changed(2), l)
	}
	layouttest.InBrowser(t, pages)
}

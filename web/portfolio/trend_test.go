package portfolio

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"firstsign/accounts"
	"firstsign/alerting"
	"firstsign/alerting/message"
	"firstsign/detector"
)

// happened is an alert of an account with what was found of it, each so many days ago.
type happened []struct {
	kind detector.FindingKind
	ago  int
	risk float64
}

// tells stores it.
func (h happened) tells(w *world, account string) {
	w.t.Helper()
	a := alerting.Alert{ID: account + "-before", Account: account, State: alerting.Open, Severity: alerting.Warning}
	for _, x := range h {
		t := at(w.now).Add(time.Duration(-x.ago) * 24 * time.Hour)
		a.History = append(a.History, alerting.Event{Kind: x.kind, Time: t, Risk: x.risk})
		a.Kind, a.Updated, a.Risk = x.kind, t, x.risk
	}
	if a.Raised = a.History[0].Time; !a.Kind.Raises() {
		a.State, a.Closed = alerting.Closed, &a.Updated
	}
	if stakes := a.Stakes(); a.State == alerting.Open {
		a.AtRisk = 1000 * stakes[len(stakes)-1].Part
	}
	if before, err := w.store.Get(w.t.Context(), a.ID); err == nil {
		a.Version = before.Version
	}
	if err := w.store.Put(w.t.Context(), &a); err != nil {
		w.t.Fatal(err)
	}
}

// rising has three accounts that bring 1,000 a year each. The first was at risk for some
// weeks and is so no more. The second is at risk, more than it was. The third became known
// five weeks ago.
func rising(t *testing.T) *world {
	var list []accounts.Account
	for i, owner := range []string{"anna", "bert", "bert"} {
		list = append(list, accounts.Account{ID: fmt.Sprint("a", i), Name: fmt.Sprint("Account ", i), Owner: owner, Margin: 1000})
	}
	w := newWorld(t, list...)
	w.states["a2"].First = w.now - 35
	happened{{detector.Raised, 80, 10}, {detector.Closed, 40, 0}}.tells(w, "a0")
	w.refresh() // what closed before anybody looked is read, what closes later is followed
	happened{{detector.Raised, 30, 10}, {detector.RaisedAgain, 10, 90}}.tells(w, "a1")
	return w.refresh()
}

// What was at risk in a week is what the open alerts of that time put at risk, by the formula
// of value at risk: 1000 x 10/(10+10) x 0.5 = 250, and 1000 x 90/(90+10) x 0.5 x (1-20/180/2)
// = 425 from the second raise on.
func TestTrend(t *testing.T) {
	w := rising(t)
	r := w.report(Filter{}).Trend
	if len(r.Weeks) != trendWeeks+1 || r.Weeks[0].Day != today-84 || r.Weeks[trendWeeks].Day != today {
		t.Fatalf("%+v", r)
	}
	for i, week := range r.Weeks {
		ago, known, atRisk, n := 7*(trendWeeks-i), 2, 0.0, 0
		if ago <= 35 {
			known = 3
		}
		if ago < 80 && ago >= 40 { // all is of nine in the morning
			atRisk, n = 250, 1
		}
		if ago <= 30 {
			atRisk, n = 250, 1
		}
		if ago <= 10 {
			atRisk = 425
		}
		if week.Known != known || math.Abs(week.AtRisk-atRisk) > 0.01 || week.Endangered != n {
			t.Errorf("%d days ago: %+v, want %d known, %g at risk in %d", ago, week, known, atRisk, n)
		}
	}
	if r := w.report(Filter{Owner: "anna"}); len(r.Owners) != 1 || r.Owners[0].Weeks[6] != 250 || r.Trend.Weeks[trendWeeks].Endangered != 0 {
		t.Errorf("of anna: %+v", r.Owners)
	}
	hidden := Filter{Visible: func(a *accounts.Account) bool { return a.ID == "a2" }}
	if r := w.report(hidden); len(r.Trend.Weeks) != 6 || r.Trend.Weeks[0].Known != 1 || r.Trend.Weeks[3].AtRisk != 0 || len(r.Owners[0].Weeks) != 6 {
		t.Errorf("who sees only what is known since five weeks: %+v", r.Trend)
	}
}

// An alert that closes while somebody looks stays in the weeks; one that is removed, or
// returns, does not.
func TestTrendFollows(t *testing.T) {
	w := rising(t)
	sum := func() (sum float64) {
		for _, week := range w.report(Filter{}).Trend.Weeks[:trendWeeks] { // all but now
			sum += week.AtRisk
		}
		return math.Round(sum)
	}
	before := sum()
	happened{{detector.Raised, 30, 10}, {detector.RaisedAgain, 10, 90}, {detector.Closed, 1, 0}}.tells(w, "a1")
	if after := sum(); after != before {
		t.Errorf("%g at risk in all weeks, and %g since the alert closed", before, after)
	}
	w.closed++
	w.refresh()
	if after := sum(); after != before {
		t.Errorf("%g at risk in all weeks, and %g since the closed ones were read", before, after)
	}
	happened{{detector.Raised, 80, 10}, {detector.Closed, 40, 0}, {detector.RaisedAgain, 0, 10}}.tells(w, "a0")
	if after := sum(); after != before {
		t.Errorf("%g at risk in all weeks, and %g since an alert returned", before, after)
	}
	if _, err := w.store.Expire(t.Context(), at(today+1)); err != nil {
		t.Fatal(err)
	}
	w.closed++
	if w.refresh(); sum() != 6*250 {
		t.Errorf("%g at risk in all weeks, and the alert is forgotten", sum())
	}
}

func TestTrendInWords(t *testing.T) {
	w := rising(t)
	for language, want := range map[message.Language][]string{
		message.English: {"425 at risk now; twelve weeks ago it was nothing.", "1 account is drifting away now; twelve weeks ago it was 0.",
			"Each week counts the accounts that were known by then: 3 now, 2 twelve weeks ago.", "12 Jan 2026: 250 at risk in 1 of 2 accounts"},
		message.Chinese: {"潜在损失目前 425，12 周前为零。", "正在疏远的客户目前 1 家，12 周前 0 家。", "2026年1月12日：2 家客户中 1 家正在疏远，潜在损失 250"},
	} {
		p := w.page(Filter{}, language)
		text := fmt.Sprint(p.Trend, p.TrendChart)
		for _, part := range want {
			if !strings.Contains(text, part) {
				t.Errorf("%s: no %q in %s", language, part, text)
			}
		}
		if table := p.Tables[0]; !table.Course || strings.Count(fmt.Sprint(table.Rows), "<svg") != 2 {
			t.Errorf("%s: %v", language, table)
		}
	}
	w.now += 31 // read a month later
	if p := w.page(Filter{}, message.English); !strings.Contains(fmt.Sprint(p.Trend), "; twelve weeks ago it was 250.") || !strings.Contains(string(p.TrendChart), "12 Feb 2026: 250 at risk") {
		t.Errorf("a month later: %s %s", p.Trend, p.TrendChart)
	}
	w.now = today
	if p := w.page(Filter{Owner: "bert"}, message.English); !strings.Contains(fmt.Sprint(p.Trend), "2 now, 1 twelve weeks ago") {
		t.Errorf("of bert: %s", p.Trend)
	}
	for id := range w.states {
		w.states[id].First = today - 10
	}
	w.closed++
	if p := w.refresh().page(Filter{}, message.English); !strings.Contains(fmt.Sprint(p.Trend), "; 1 week ago it was 425.") || !strings.Contains(fmt.Sprint(p.Trend), "go back 1 week only") {
		t.Errorf("known since ten days: %s", p.Trend)
	}
}

// Where nothing was at risk there is a sentence, and no empty picture.
func TestCalmTrend(t *testing.T) {
	p := newWorld(t, accounts.Account{ID: "a"}).refresh().page(Filter{}, message.English)
	if fmt.Sprint(p.Trend) != "[No account was drifting away at the end of any of the last 12 weeks.]" || p.TrendChart != "" || p.Tables[0].Course {
		t.Errorf("%s %s", p.Trend, p.TrendChart)
	}
}

// What closed longer ago than closed alerts are kept was removed, so those weeks tell nothing.
func TestTrendOfWhatIsKept(t *testing.T) {
	w := rising(t)
	r, err := w.Report(t.Context(), Filter{}, &Reader{Now: at(w.now), Today: w.now, Kept: 30 * 24 * time.Hour})
	if err != nil || len(r.Trend.Weeks) != 5 {
		t.Errorf("%d weeks of 30 days, %v", len(r.Trend.Weeks), err)
	}
}

// A filter that no account passes has no weeks: an empty list, as the API describes it.
func TestNoWeeks(t *testing.T) {
	w := newWorld(t, accounts.Account{ID: "a"})
	if r := w.report(Filter{Owner: "nobody"}); r.Trend.Weeks == nil || len(r.Trend.Weeks) > 0 {
		t.Errorf("weeks of nobody: %#v", r.Trend.Weeks)
	}
}

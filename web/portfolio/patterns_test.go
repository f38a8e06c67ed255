package portfolio

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"firstsign/accounts"
	"firstsign/alerting"
	"firstsign/alerting/message"
	"firstsign/detector"
	"firstsign/signals"
)

// managers have ten accounts each.
func managers(t *testing.T, n int) *world {
	var list []accounts.Account
	for i := range 10 * n {
		list = append(list, accounts.Account{ID: fmt.Sprint("a", i), Name: fmt.Sprint("A", i), Owner: fmt.Sprint("m", i/10), Margin: float64(i)})
	}
	return newWorld(t, list...)
}

func TestCoolingTogether(t *testing.T) {
	w := managers(t, 12)
	for _, id := range []int{0, 1, 2, 3, 55, 77} { // four of m0's, and one each of two others
		w.alert(fmt.Sprint("a", id), detector.Raised, alerting.Alert{Severity: alerting.Warning})
	}
	w.alert("a4", detector.Neglected, alerting.Alert{})
	w.alert("a88", detector.Raised, alerting.Alert{Severity: alerting.Warning, Raised: at(today - 40)}) // long ago
	r := w.refresh().report(Filter{})
	if len(r.Cooling) != 1 {
		t.Fatalf("%+v", r.Cooling)
	}
	c := r.Cooling[0]
	// Six of 120 cool, m0 has ten: C(10,4)C(110,2)/C(120,6) and two smaller terms, times twelve.
	near(t, "chance", c.Chance, 12*atLeast(4, []stratum{{120, 6, 10}}))
	if c.Owner != "m0" || c.Accounts != 10 || len(c.Cooling) != 4 || c.Expected != 0.5 || c.Chance > rarely || c.Cooling[0].Account != "a3" {
		t.Errorf("%+v", c)
	}
	for language, want := range map[message.Language]string{
		message.English: "4 of the 10 accounts of m0 began to drift away within four weeks. About 0.5 would be usual for accounts of these grades.",
		message.Chinese: "m0 负责的 10 家客户中，有 4 家在四周之内开始疏远；同等级客户通常约为 0.5 家。",
	} {
		if q := w.page(Filter{}, language).Questions; len(q) != 1 || q[0].Text != want || len(q[0].Accounts) != 4 || !strings.ContainsAny(q[0].Ask, "?？") {
			t.Errorf("%+v", q)
		}
	}
	for f, want := range map[string]int{"m0": 1, "m5": 0} {
		if r := w.report(Filter{Owner: f}); len(r.Cooling) != want {
			t.Errorf("of %s: %+v", f, r.Cooling)
		}
	}
	if r := w.report(Filter{Visible: func(a *accounts.Account) bool { return a.ID != "a0" }}); len(r.Cooling) != 0 {
		t.Errorf("an account that may not be seen is counted in %+v", r.Cooling)
	}
	if w.now += 30; len(w.report(Filter{}).Cooling) != 0 {
		t.Error("a month later they still began within four weeks")
	}
}

// When all cool alike, no manager stands out: neither in a bad month for everybody, nor where
// a manager has the grade that has more alerts.
func TestCoolingEverywhereIsNobodys(t *testing.T) {
	w := managers(t, 12)
	for i := range 60 {
		w.alert(fmt.Sprint("a", 2*i), detector.Raised, alerting.Alert{Severity: alerting.Warning})
	}
	if r := w.refresh().report(Filter{}); len(r.Cooling) != 0 {
		t.Errorf("%+v", r.Cooling)
	}
	var list []accounts.Account
	for i := range 120 {
		a := accounts.Account{ID: fmt.Sprint("a", i), Owner: fmt.Sprint("m", i/10), Grade: accounts.Ordinary}
		if i < 10 {
			a.Grade = accounts.Key
		}
		list = append(list, a)
	}
	w = newWorld(t, list...)
	for i := range 6 {
		w.alert(fmt.Sprint("a", i), detector.Raised, alerting.Alert{Severity: alerting.Warning})
	}
	if r := w.refresh().report(Filter{}); len(r.Cooling) != 0 {
		t.Errorf("all key accounts are one manager's: %+v", r.Cooling)
	}
}

func TestRivals(t *testing.T) {
	w := managers(t, 2)
	sign := func(account int, ago int) {
		days := make([]float64, 63)
		days[len(days)-1-ago] = 1
		x := w.states[fmt.Sprint("a", account)]
		x.Series = append(x.Series, detector.InspectedSeries{Signal: "competitor_praise", Side: detector.Theirs, Days: days})
	}
	for i := range 8 {
		sign(i, 3)
	}
	sign(0, 40) // the same account told of one before
	if r := w.refresh().report(Filter{}); r.Rivals == nil || r.Rivals.Now != 8 || r.Rivals.Before != 1 || r.Rivals.Accounts[0].Account != "a7" {
		t.Fatalf("%+v", r.Rivals)
	} else {
		near(t, "seven began and none ended", r.Rivals.Chance, 1.0/128)
	}
	if q := w.page(Filter{}, message.English).Questions; len(q) != 1 || !strings.HasSuffix(q[0].Text, "it was 1. None of them named it by a name that words.yaml lists.") || q[0].Ask != "Is one competitor behind it? The accounts can say." {
		t.Errorf("none is named: %+v", q)
	}
	name := func(account int, name string, ago int) {
		x := w.states[fmt.Sprint("a", account)]
		x.AsOf = today - 1
		x.Rivals = append(x.Rivals, detector.NamedRival{Name: name, Last: today - 1 - signals.Day(ago)})
	}
	for i := range 4 {
		name(i, "Northlink", 3)
	}
	name(2, "Telvora <b>", 27)
	name(5, "Telvora <b>", 28) // longer ago than is told of
	name(9, "Telvora <b>", 3)  // an account that praised nobody by the closed days
	w.closed++
	if r := w.refresh().report(Filter{}).Rivals; !slices.Equal(r.Named, []RivalName{{"Northlink", 4}, {"Telvora <b>", 1}}) || r.Unnamed != 4 {
		t.Errorf("%+v", r)
	}
	for language, want := range map[message.Language][2]string{
		message.English: {"By name: Northlink 4, Telvora <b> 1; a competitor who is not named 4.", "What does Northlink offer them now?"},
		message.Chinese: {"按名称：Northlink 4 家，Telvora <b> 1 家；未提到名称的 4 家。", "Northlink 现在给出了什么条件？"},
	} {
		if q := w.page(Filter{}, language).Questions; len(q) != 1 || !strings.HasSuffix(q[0].Text, want[0]) || q[0].Ask != want[1] {
			t.Errorf("%s: %+v", language, q)
		}
	}
	if r := w.report(Filter{Visible: func(a *accounts.Account) bool { return a.ID != "a0" }}).Rivals; r.Now != 7 || r.Named[0].Accounts != 3 {
		t.Errorf("who may not see one of them: %+v", r)
	}
}

var chanceYears = flag.Int("portfolio.years", 2, "simulated years of TestChanceAsksSeldom")

// When alerts fall on accounts by lot, a page that is read every day asks a new question
// seldom. `go test ./web/portfolio -run Seldom -v -portfolio.years 100` measures how seldom.
func TestChanceAsksSeldom(t *testing.T) {
	const perManager = 30
	for _, c := range []struct {
		managers int
		monthly  float64 // alerts of all accounts in 28 days
	}{{3, 3}, {10, 10}, {34, 12}, {34, 34}, {34, 100}} {
		rng := rand.New(rand.NewPCG(1, uint64(c.managers)))
		rows := make([]row, c.managers*perManager)
		for i := range rows {
			rows[i] = row{Account: &accounts.Account{ID: fmt.Sprint(i), Owner: fmt.Sprint("m", i/perManager), Grade: accounts.Grades[i%4]}, severity: alerting.Warning}
		}
		asked, asking, last := 0, 0, map[string]int{}
		for day := range 365 * *chanceYears {
			now := at(today + signals.Day(day))
			for i := range rows {
				if rng.Float64() < c.monthly/28/float64(len(rows)) {
					rows[i].raised = now.UnixNano()
				}
			}
			var all cooling
			for i := range rows {
				all.add(&rows[i], now)
			}
			found := all.found(&Filter{})
			for _, q := range found {
				if before, ok := last[q.Owner]; !ok || day > before+1 {
					asked++
				}
				last[q.Owner] = day
			}
			asking += min(1, len(found))
		}
		years := float64(*chanceYears)
		t.Logf("%2d managers, %3g alerts in 28 days: %.3f questions a year, %.2f %% of the days have one", c.managers, c.monthly, float64(asked)/years, 100*float64(asking)/years/365)
		if part := float64(asking) / years / 365; part > 4*rarely {
			t.Errorf("%d managers, %g alerts: on %.1f %% of the days there is a question", c.managers, c.monthly, 100*part)
		}
	}
}

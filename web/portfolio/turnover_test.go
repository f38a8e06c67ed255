package portfolio

import (
	"fmt"
	"strings"
	"testing"

	"firstsign/accounts"
	"firstsign/alerting/message"
	"firstsign/detector"
	"firstsign/web/words"
)

// regraded has accounts that the states know with other grades than the files give now.
func regraded(t *testing.T) *world {
	var list []accounts.Account
	for i, g := range []accounts.Grade{accounts.Potential, accounts.Key, accounts.Key, accounts.Ordinary, accounts.Key, accounts.Ordinary} {
		list = append(list, accounts.Account{ID: fmt.Sprint("a", i), Name: fmt.Sprint("Account ", i), Owner: []string{"anna", "bert"}[i%2], Grade: g, Margin: float64(1000 - i)})
	}
	list[0].Sales, list[0].SalesBefore = 600, 1000
	w := newWorld(t, list...)
	w.files.Accounts = accounts.NewDirectory(list) // without money to grade by
	for id, grades := range map[string][]detector.GradedSince{
		"a0": {{Grade: accounts.Key}, {Day: today - 100, Grade: accounts.Ordinary}, {Day: today - 30, Grade: accounts.Potential}}, // key no more since 100 days, and graded again
		"a1": {{Grade: accounts.Key}},
		"a2": {{Grade: accounts.Ordinary}, {Day: today - 60, Grade: accounts.Key}},                                                          // became key
		"a3": {{Grade: accounts.Key}},                                                                                                       // the files say otherwise since today
		"a4": {{Day: today - 90, Grade: accounts.Key}, {Day: today - 80, Grade: accounts.Ordinary}, {Day: today - 20, Grade: accounts.Key}}, // known for 90 days; left, and returned
	} { // and of a5 nothing
		w.states[id].Grades = grades
	}
	return w.refresh()
}

func TestTurnover(t *testing.T) {
	w := regraded(t)
	r := w.report(Filter{})
	if len(r.Turnover) != 2 || r.GradesSince != nil {
		t.Fatalf("%+v %v", r.Turnover, r.GradesSince)
	}
	names := func(list []Moved) (s string) {
		for _, m := range list {
			s += m.Account + " "
			if m.On != nil {
				s += fmt.Sprint(int(today-*m.On), " ")
			}
		}
		return s
	}
	for i, want := range []string{
		"84 5 3, 1 a3 , 1 a2 60 ",
		"182 4 3, 2 a0 30 a3 , 1 a2 60 ",
	} {
		x := &r.Turnover[i]
		if got := fmt.Sprintf("%d %d %d, %d %s, %d %s", today-x.Since, x.Known, x.Key, x.Left, names(x.WhoLeft), x.Joined, names(x.WhoJoined)); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	if m := r.Turnover[1].WhoLeft[0]; m.Sales != 600 || m.Before != 1000 {
		t.Errorf("%+v", m)
	}
	if r := w.report(Filter{Visible: func(a *accounts.Account) bool { return a.Owner == "bert" }}); r.Turnover[1].Left != 1 || r.Turnover[1].Joined != 0 || r.Turnover[1].Known != 2 {
		t.Errorf("who sees bert's accounts only: %+v", r.Turnover)
	}
	if r := w.report(Filter{Grade: accounts.Key}); len(r.Turnover) != 0 {
		t.Errorf("key accounts of now alone: %+v", r.Turnover)
	}
	w.files.Accounts = nil
	if r := w.report(Filter{}); len(r.Turnover) != 0 {
		t.Errorf("without files: %+v", r.Turnover)
	}
}

func TestTurnoverInWords(t *testing.T) {
	w := regraded(t)
	for language, want := range map[message.Language][]string{
		message.English: {"Of the 3 key accounts of twelve weeks ago, 1 is key no more. 1 became key. The grade of then is known of 5 of 6 accounts.",
			"Of the 3 key accounts of half a year ago, 2 are key no more. 1 became key. The grade of then is known of 4 of 6 accounts.",
			"potential account since 31 Jan 2026", "sales 600 a year, the year before 1000 (−40\u00a0%)", "ordinary account, new in the account files", "key account since 1 Jan 2026"},
		message.Chinese: {"12 周前的 3 家关键客户中，1 家已不再是关键客户；新增关键客户 1 家。", "2026年1月31日起为潜力客户", "年销售额 600，上年 1000（−40\u00a0%）", "6 家客户中，已知当时等级的有 4 家。"},
	} {
		p := w.page(Filter{}, language)
		text := fmt.Sprint(p.Turnover, p.KeyLeft, p.KeyJoined)
		for _, part := range want {
			if !strings.Contains(text, part) {
				t.Errorf("%s: no %q in %s", language, part, text)
			}
		}
	}
	w.now += 31 // a month later a2 was key twelve weeks ago, and a4 was not
	if who := w.report(Filter{}).Turnover[0].WhoJoined; len(who) != 1 || who[0].Account != "a4" {
		t.Errorf("a month later: %v", who)
	}
	w.now = today
	for id := range w.states {
		w.states[id].Grades = []detector.GradedSince{{Day: today - 90, Grade: accounts.Key}}
	}
	w.closed++
	if text := fmt.Sprint(w.refresh().page(Filter{Owner: "anna"}, message.English).Turnover); text != "[Of the 3 key accounts of twelve weeks ago, 1 is key no more. Which accounts were key half a year ago is not known: grades are kept since 2 Dec 2025.]" {
		t.Errorf("kept for 90 days: %s", text)
	}
	for id := range w.states {
		w.states[id].Grades = nil
	}
	w.closed++
	if text := fmt.Sprint(w.refresh().page(Filter{}, message.Chinese).Turnover); text != "[12 周前哪些是关键客户，尚不清楚。]" {
		t.Errorf("states of before: %s", text)
	}
}

// One key account is told of without "of the 1".
func TestTurnoverOfOneKeyAccount(t *testing.T) {
	if text := words.PortfolioOf(message.English).TurnoverOf(1, 1, 0, 26); text != "The key account of half a year ago is key no more." {
		t.Error(text)
	}
}

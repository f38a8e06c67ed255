package web

import (
	"net/http"
	"strings"
	"testing"

	"firstsign/accounts"
	"firstsign/alerting"
	"firstsign/alerting/message"
	"firstsign/detector"
)

// The first page tells drift, neglect, feeds and what is over apart, and shows
// what an alert is worth, of which grade, whose, and whether it is answered.
func TestFirstPage(t *testing.T) {
	for language, want := range map[message.Language][]string{
		message.English: {"2 alerts need you", "Drifting away", "Acme &lt;Telecom&gt; is moving to a competitor", ">defection<", "390,000", "at risk of 1,500,000 a year",
			"key account · anna · not answered · since 3 Feb 2026 (27 days)", "What to do: ", "Neglected by us", "We neglect Neat", ">our side<", "Feeds", "No data from pbx", "Recently closed", "Old: the alert is closed",
			"Li Wei&#39;s calls fell from 3.5 to 1 a week", "a healthy account looks this unusual about once in 11 years"},
		message.Chinese: {"2 条预警需要您关注", "客户正在疏远", "转向其他供应商", "潜在损失 · 年价值 1,500,000", "关键客户 · anna · 未回应 · 2026年2月3日起（27 天）", "我方维护不足", "数据源", "近期已解除"},
	} {
		c := newCounter(t, language)
		c.snapshot.Accounts = accounts.NewDirectory([]accounts.Account{
			{ID: "acme", Name: "Acme <Telecom>", Owner: "anna", Grade: accounts.Key, Margin: 1.5e6, Contacts: []accounts.Contact{{ID: "li-wei", Name: "Li Wei"}}},
			{ID: "neat", Name: "Neat", Owner: "bert"}, {ID: "old", Name: "Old"},
		})
		moved := []detector.Reason{{Signal: "call", Contact: "li-wei", Side: detector.Theirs, Term: detector.Drop, Window: 28, From: 3.5, To: 1, Since: 20487}}
		for i, f := range []detector.Finding{
			{ID: "acme-2026-02-03", Account: "acme", Kind: detector.RaisedAgain, Grade: accounts.Key, Risk: 11, Since: 20487, Verdict: detector.Defection, Reasons: moved},
			{ID: "neat-care", Account: "neat", Kind: detector.Neglected, Since: 20487, Reasons: []detector.Reason{{Signal: "visit", Side: detector.Ours, Term: detector.Norm, From: 3, To: 1, Window: 28}}},
			{ID: "old-1", Account: "old", Kind: detector.Raised, Since: 20400, Risk: 3, Reasons: moved},
			{ID: "old-1", Account: "old", Kind: detector.Closed, Since: 20400},
			{ID: "pbx", Source: "pbx", Kind: detector.FeedDead, Since: 20488},
		} {
			f.Time = found.UnixNano() + int64(i+1)
			if _, _, err := alerting.StoreFinding(t.Context(), c.store, 0, &f, c.snapshot, c.now); err != nil {
				t.Fatal(err)
			}
		}
		c.handler = Handler(Parts{Pages: c.pages()}, quiet())
		code, page := c.ask(http.MethodGet, "/", nil)
		for _, text := range want {
			if code != http.StatusOK || !strings.Contains(page, text) {
				t.Errorf("%s: %d, and there is no %q in\n%s", language, code, text, page)
				break
			}
		}
		if drift, care := strings.Index(page, "Acme &lt;"), strings.Index(page, "Neat"); drift > care {
			t.Errorf("%s: neglect comes before drift", language)
		}
	}
}

func TestMoney(t *testing.T) {
	for v, want := range map[float64]string{1: "1", 12.4: "12", 126: "130", 84_119: "84,000", 1_149_667: "1,100,000", 999_999: "1,000,000"} {
		if got := money("", v); got != want {
			t.Errorf("money(%g) = %q, want %q", v, got, want)
		}
	}
	for currency, want := range map[string]string{"": "130", "€": "€130", "CHF": "CHF\u00a0130"} {
		if got := money(currency, 126); got != want {
			t.Errorf("in %q: %q", currency, got)
		}
	}
}

package web

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"firstsign/accounts"
	"firstsign/alerting"
	"firstsign/alerting/message"
	"firstsign/detector"
	"firstsign/signals"
	"firstsign/web/portfolio"
)

// oneState is a portfolio.States of acme alone.
type oneState struct{ *counter }

func (s oneState) Closed(context.Context) ([]signals.Day, error) { return []signals.Day{judged}, nil }

func (s oneState) Survey(_ context.Context, _ int, each func(*detector.Inspection)) error {
	each(stateOfAcme(s.snapshot.Day(s.now)))
	return nil
}

// withPortfolio are the pages over a counter's store and the state of acme, with that of the
// portfolio.
func (c *counter) withPortfolio() Parts {
	parts := c.withState()
	files := func() *portfolio.Files {
		return &portfolio.Files{Accounts: c.snapshot.Accounts, Grading: accounts.DefaultGrading()}
	}
	parts.Pages.Portfolio = portfolio.New(files, oneState{c}, c.store, quiet())
	if err := parts.Pages.Portfolio.Refresh(c.t.Context()); err != nil {
		c.t.Fatal(err)
	}
	return parts
}

func TestPortfolioPage(t *testing.T) {
	for language, want := range map[message.Language][]string{
		message.English: {"<h1>350,000 at risk in 1 of 2 accounts</h1>", "2 accounts bring 1,500,000 a year.", `<a href="?owner=anna">anna</a>`,
			"nearly all contact goes through Li Wei, who went quiet", "No account has figures for a map.", "Acme &lt;Telecom&gt;", `<option value="anna">`,
			"1 account without a value", "judged up to 4 Mar 2026 (yesterday)", `<a href="/">Alerts</a>`, "!style=", "!<script", "!Acme <"},
		message.Chinese: {"2 家客户中有 1 家正在疏远，潜在损失 350,000", "几乎所有联系都通过Li Wei，此人已沉默", "客户组合"},
	} {
		c := newCounter(t, language).acme()
		c.happens(detector.RaisedAgain, 1) // now that the files say what the account brings
		c.handler = Handler(c.withPortfolio(), quiet())
		code, page := c.ask(http.MethodGet, "/portfolio", nil)
		c.expect(string(language), code, page, 200, want...)
		code, page = c.ask(http.MethodGet, "/portfolio?owner=nobody", nil)
		c.expect("nobody's", code, page, 200, map[message.Language]string{message.English: "No account is like that.", message.Chinese: "没有符合条件的客户。"}[language])
		code, page = c.ask(http.MethodGet, "/portfolio?ownr=anna", nil)
		c.expect("mistyped", code, page, 400, "ownr", "!Acme")
		code, page = c.ask(http.MethodGet, "/", nil)
		c.expect("the list", code, page, 200, `<a href="/portfolio">`)
	}
}

// The days of a neglect are counted when the page is read.
func TestPortfolioPageAMonthLater(t *testing.T) {
	c := newCounter(t, message.English).acme()
	neglect := &detector.Finding{ID: "acme-care", Account: "acme", Kind: detector.Neglected, Since: judged - 9, Time: found.UnixNano()}
	if _, _, err := alerting.StoreFinding(t.Context(), c.store, 0, neglect, c.snapshot, c.now); err != nil {
		t.Fatal(err)
	}
	c.handler = Handler(c.withPortfolio(), quiet())
	code, page := c.ask(http.MethodGet, "/portfolio", nil)
	c.expect("today", code, page, 200, "not resolved for 10 days", "since 23 Feb 2026 (10 days)", "(yesterday)")
	c.now = c.now.AddDate(0, 1, 0)
	code, page = c.ask(http.MethodGet, "/portfolio", nil)
	c.expect("a month later", code, page, 200, "not resolved for 41 days", "since 23 Feb 2026 (41 days)", "4 Mar 2026 (32 days ago). That is long ago")
}

// namedStates are states of ten accounts that praise a rival and became key, all of one name
// but for a digit behind the account's id.
type namedStates string

func (s namedStates) Closed(context.Context) ([]signals.Day, error) {
	return []signals.Day{judged}, nil
}

func (s namedStates) Survey(_ context.Context, _ int, each func(*detector.Inspection)) error {
	for i := range 10 {
		days := make([]float64, 56)
		days[50] = 1
		each(&detector.Inspection{
			Account: s.id(i), AsOf: judged, Grades: []detector.GradedSince{{Grade: accounts.Ordinary}, {Day: judged - 9, Grade: accounts.Key}},
			Series: []detector.InspectedSeries{{Signal: "competitor_praise", Side: detector.Theirs, Days: days}},
			Rivals: []detector.NamedRival{{Name: string(s), Last: judged - 5}},
		})
	}
	return nil
}

func (s namedStates) id(i int) string {
	if i == 0 {
		return string(s)
	}
	return fmt.Sprint(string(s), i)
}

// Names of accounts, managers, teams and rivals are text everywhere, also inside pictures.
func TestPortfolioOfHostileNames(t *testing.T) {
	for _, name := range []string{
		`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `</title></svg><script>alert(1)</script>`, `javascript:alert(1)`,
		`' onload='alert(1)`, `&lt;b&gt;`, "a\u202eb", `]]><x/>`, `{{.Title}}`, `%00%0d%0a`, `../../-/ready`,
	} {
		c := newCounter(t, message.English)
		states := namedStates(name)
		var list []accounts.Account
		for i := range 10 {
			list = append(list, accounts.Account{
				ID: states.id(i), Name: name, Owner: name, Team: name, Grade: accounts.Key, Potential: 9e6, Sales: 4e6, SalesBefore: 5e6, Margin: 1e6,
				Contacts: []accounts.Contact{{ID: "li-wei", Name: name}},
			})
		}
		c.snapshot.Accounts = accounts.NewDirectory(list)
		raised := &detector.Finding{ID: "x", Account: name, Kind: detector.Raised, Since: judged - 9, Time: found.UnixNano(), Risk: 90}
		if _, _, err := alerting.StoreFinding(t.Context(), c.store, 0, raised, c.snapshot, c.now); err != nil {
			t.Fatal(err)
		}
		parts := c.withPortfolio()
		files := &portfolio.Files{Accounts: c.snapshot.Accounts, Grading: accounts.DefaultGrading()}
		parts.Pages.Portfolio = portfolio.New(func() *portfolio.Files { return files }, states, c.store, quiet())
		if err := parts.Pages.Portfolio.Refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
		h := Handler(parts, quiet())
		code, page := ask(t, h, http.MethodGet, "/portfolio")
		for _, part := range []string{`class="spark"`, "Became key", "By name: ", "twelve weeks ago it was"} {
			if !strings.Contains(page, part) {
				t.Errorf("%q: no %s", name, part)
			}
		}
		if code != 200 || strings.Contains(page, "<script") || strings.Contains(page, "<img") || strings.Contains(page, "<x/>") || strings.Contains(page, "' onload") ||
			strings.ContainsRune(page, '\u202e') || strings.Contains(page, `href="javascript`) || !strings.Contains(page, `class="map"`) {
			t.Errorf("%q: %d %s", name, code, page)
		}
		if n := strings.Count(page, `href="/accounts/`); n < 1 || strings.Contains(page, `href="/accounts/../`) {
			t.Errorf("%q: %d links", name, n)
		}
	}
}

func TestPortfolioAPI(t *testing.T) {
	c := newCounter(t, message.English).acme()
	h := Handler(c.withPortfolio(), quiet())
	code, text := ask(t, h, http.MethodGet, "/api/v1/portfolio?owner=anna")
	var r portfolio.Report
	d := json.NewDecoder(strings.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&r); err != nil || code != 200 || r.Accounts != 1 || r.Filter.Owner != "anna" || !r.Read.Equal(c.now) || r.Threads.Accounts[0].Contact != "li-wei" {
		t.Errorf("%d %v %s", code, err, text)
	}
	if code, text := ask(t, h, http.MethodGet, "/api/v1/portfolio?grade=best"); code != 400 || !strings.Contains(text, "must be one of key") {
		t.Errorf("%d %s", code, text)
	}
	parts := c.withPortfolio()
	parts.Pages.Snapshot = func() *alerting.RoutingSnapshot { return nil }
	for path, want := range map[string]int{"/portfolio": 200, "/api/v1/portfolio": 503} {
		if code, _ := ask(t, Handler(parts, quiet()), http.MethodGet, path); code != want {
			t.Errorf("before a configuration is in force, %s: %d", path, code)
		}
	}
	ctx, end := context.WithTimeout(t.Context(), time.Millisecond)
	defer end()
	<-ctx.Done()
	if _, err := parts.Pages.Portfolio.Report(ctx, portfolio.Filter{}, &portfolio.Reader{}); err == nil {
		t.Error("nobody listens, and a report is made")
	}
}

package web

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"firstsign/accounts"
	"firstsign/alerting"
	"firstsign/alerting/links"
	"firstsign/alerting/message"
	"firstsign/detector"
	"firstsign/detector/finding"
	"firstsign/detector/relations"
	"firstsign/signals"
	"firstsign/web/access"
)

// stateOfAcme is what the state says of acme on a day: Li Wei has not called since 15 February,
// and a complaint waits.
func stateOfAcme(today signals.Day) *detector.Inspection {
	const last = signals.Day(20499)
	changed, theirs := last+1, last
	weeks := make([]finding.Week, 8)
	for i := range weeks {
		weeks[i] = finding.Week{First: judged - 55 + signals.Day(7*i), Known: 7, Actual: []float64{4, 3, 3, 5, 4, 1, 0, 0}[i], Expected: 3.5, Low: 1, High: 6}
	}
	gap := detector.Reason{Signal: "call", Contact: "li-wei", Side: detector.Theirs, Term: detector.Gap, Window: int(today - last), From: 2, To: float64(today - last), Since: last, Evidence: 9}
	return &detector.Inspection{
		Account: "acme", AsOf: judged, Closed: judged.String(), Known: 200, Risk: 0.4, Reasons: []detector.Reason{gap},
		Sources: map[string]string{"pbx": "alive", "crm": "dead"},
		Series: []detector.InspectedSeries{
			{Signal: "order", Kind: detector.Count, Side: detector.Theirs, Usual: 2, HalfYear: detector.HalfYear{Habit: 150, Weeks: weeks}},
			{Signal: "call", Kind: detector.Count, Contact: "li-wei", Side: detector.Theirs, Usual: 3.5, Nats: 9, Term: detector.Gap, HalfYear: detector.HalfYear{Habit: 150, Weeks: weeks, ChangedOn: &changed}},
			{Signal: "ultimatum", Kind: detector.Event, Side: detector.Theirs, HalfYear: detector.HalfYear{Weeks: make([]finding.Week, 8)}},
		},
		Holidays: []signals.Day{judged - 20, judged - 19},
		People: &relations.People{
			Persons: []relations.Person{{ID: "li-wei", Key: true, Theirs: 20, Ours: 8, Share: 0.8, LastTheirs: &theirs, Usual: 3.5, Quiet: true}, {ID: "new-one", Theirs: 3, LastTheirs: &theirs, New: true}},
			Gone:    []relations.Person{{ID: "zoe"}}, Only: "li-wei",
		},
		Care: []detector.Reason{
			{Signal: "complaint", Side: detector.Ours, Term: detector.Norm, Window: int(today - judged + 9), From: 5, To: 7, Since: judged - 9, Without: "complaint_resolved"},
			{Signal: "visit", Side: detector.Ours, Term: detector.Norm, Window: 28, From: 3, To: 3},
		},
	}
}

// withState are the pages over a counter's store and the state of acme, which is judged as
// the clock says.
func (c *counter) withState() Parts {
	p := c.pages()
	p.Accounts = inspectFunc(func(_ context.Context, id string) (*detector.Inspection, error) {
		if id != "acme" {
			return nil, ErrUnknownAccount
		}
		return stateOfAcme(c.snapshot.Day(c.now)), nil
	})
	answers := &Answers{Snapshot: p.Snapshot, Store: c.store, Accounts: p.Accounts, Now: p.Now, Handler: c.answers}
	return Parts{Pages: p, Alerts: c.store, Accounts: p.Accounts, Answers: answers}
}

// acme is the account of most tests, by its files.
func (c *counter) acme() *counter {
	c.snapshot.Accounts = accounts.NewDirectory([]accounts.Account{
		{
			ID: "acme", Name: "Acme <Telecom>", Owner: "anna", StandIn: "bert", ProjectManager: "pia", Expert: "emil", Grade: accounts.Key, Margin: 1.5e6, Rank: accounts.Main, Stage: "renewal", Proposals: 2,
			Renewal:  time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC),
			Contacts: []accounts.Contact{{ID: "li-wei", Name: "Li Wei", Key: true, Role: accounts.DecisionMaker, Power: 5, Stance: accounts.Neutral}, {ID: "unmet", Name: "Wu Met", Power: 4}},
		},
		{ID: "listed", Name: "Listed only"},
	})
	c.now = time.Date(2026, 3, 5, 9, 0, 0, 0, time.UTC)
	c.handler = Handler(c.withState(), quiet())
	return c
}

func TestAccountPage(t *testing.T) {
	for language, want := range map[message.Language][]string{
		message.English: {"<h1>Acme &lt;Telecom&gt;</h1>", "key account · owner anna · stand-in bert · project manager pia · expert emil · we are main supplier · stage renewal · contract ends 1 May 2026 (in 57 days)",
			"Judged up to 4 Mar 2026 (yesterday)", "No data comes from crm", "Acme &lt;Telecom&gt; is drifting away: no calls from Li Wei for 18 days", "since 3 Feb 2026 (30 days)",
			"What to do: ", "<b>No calls from Li Wei for 18 days, usually every 2 days (last on 15 Feb 2026)</b>", "<b>Orders</b> <span>last 4 weeks 1.2, usually 3.5</span>", "changed on 16 Feb 2026", `class="holiday"`, "!ultimatum",
			"key person", "went quiet", "decision maker · neutral · power 5 of 5", "15 Feb 2026 (18 days ago)", "3.5 a week", "theirs 20, ours 8", "nearly all contact goes through this person",
			"new-one", "Wu Met", "no contact seen", "zoe", "more than 8 weeks ago",
			"not resolved for 10 days", "2 proposals open", "!visits, owed", "What was told before", "2 Mar 2026 raised", "!class=\"reply\"", "!style=", `<script src="/static/live-`},
		message.Chinese: {"合同到期 2026年5月1日（57 天后）", "我方地位：主要供应商", "已判断至2026年3月4日（昨天）", "Li Wei 已 18 天没有通话", "已沉默", "决策人", "<b>订单</b> <span>近 4 周 1.2，平常 3.5</span>", "此前的通知", "2026年3月2日 发出预警"},
	} {
		c := newCounter(t, language).acme()
		code, page := c.ask(http.MethodGet, "/accounts/acme", nil)
		c.expect(string(language), code, page, 200, want...)
	}
}

// A neglect shows what our side did, and takes no chart away from what they do.
func TestNeglectHasItsPicture(t *testing.T) {
	c := newCounter(t, message.English).acme()
	c.happens(detector.Closed, 1)
	neglect := &detector.Finding{ID: "acme-care", Account: "acme", Kind: detector.Neglected, Since: 20487, Time: found.UnixNano(), Reasons: []detector.Reason{{Signal: "visit", Side: detector.Ours, Term: detector.Norm, From: 3, To: 1}}}
	if _, _, err := alerting.StoreFinding(t.Context(), c.store, 0, neglect, c.snapshot, c.now); err != nil {
		t.Fatal(err)
	}
	parts := c.withState()
	parts.Pages.Accounts = inspectFunc(func(context.Context, string) (*detector.Inspection, error) {
		x := stateOfAcme(c.snapshot.Day(c.now))
		visits := x.Series[0]
		visits.Signal, visits.Side = "visit", detector.Ours
		x.Series = append(x.Series, visits)
		x.Care = []detector.Reason{{Signal: "visit", Side: detector.Ours, Term: detector.Norm, Window: 28, From: 3, To: 1}}
		return x, nil
	})
	parts.Answers = &Answers{
		Snapshot: func() *alerting.RoutingSnapshot { return c.snapshot }, Store: c.store, Accounts: parts.Pages.Accounts,
		Now: func() time.Time { return c.now }, Handler: c.answers,
	}
	c.handler = Handler(parts, quiet())
	to := c.snapshot.Links.URL(links.Link{Action: links.ToAnswer, Alert: neglect.ID, To: "anna", Raised: found}, c.now)
	code, answer := c.ask(http.MethodGet, strings.TrimPrefix(to, "http://x"), nil)
	c.expect("the link of its message", code, answer, 200, "We neglect Acme", "1 visit in 28 days, owed 3", "!healthy account") // the risk is the account's
	code, page := c.ask(http.MethodGet, "/accounts/acme", nil)
	c.expect("neglect", code, page, 200, "We neglect Acme", `class="now neglect"`)
	beside, below, _ := strings.Cut(page, `id="series"`)
	if n := strings.Count(beside, "<figure"); n != 1 || !strings.Contains(beside, "<b>Our visits</b>") {
		t.Errorf("%d pictures beside it", n)
	}
	if n := strings.Count(below, "<figure"); n != 3 || !strings.Contains(below, "<b>Li Wei&#39;s calls</b>") {
		t.Errorf("%d charts below", n)
	}
	if strings.Contains(page, `class="change"`) || strings.Contains(page, "moved") { // no alert is about what they do
		t.Error("a change is marked that is no alert")
	}
}

// An account that only the files know has a page, and one that nobody knows has none.
func TestAccountsWithoutState(t *testing.T) {
	c := newCounter(t, message.English).acme()
	for path, want := range map[string]struct {
		code int
		text string
	}{
		"/accounts/listed":           {200, "No interaction of this account has come yet."},
		"/accounts/nobody":           {404, "No such account"},
		"/accounts/acme?series=x":    {400, "not understood"},
		"/accounts/acme?after=x":     {400, "not understood"},
		"/accounts/acme?x=1":         {400, "not understood"},
		"/accounts/acme?series=1000": {200, "Acme"},
	} {
		code, page := c.ask(http.MethodGet, path, nil)
		c.expect(path, code, page, want.code, want.text)
	}
}

// Every number is counted when the page is read: a month later all of them have moved, and
// the pages say that nothing was judged since.
func TestPagesCountToNow(t *testing.T) {
	c := newCounter(t, message.English).acme()
	link := c.snapshot.Links.URL(links.Link{Action: links.ToAnswer, Alert: "acme-2026-02-03", To: "anna", Raised: found, Expires: c.now.AddDate(1, 0, 0)}, c.now)
	list := c.snapshot.Links.URL(links.Link{Action: links.ToList, To: "anna", Expires: c.now.AddDate(1, 0, 0)}, c.now)
	for _, now := range []struct {
		path    string
		at      time.Time
		holding []string
	}{
		{"/", c.now, []string{"60 accounts watched, judged up to 4 Mar 2026 (yesterday)", "no calls from Li Wei for 18 days", "since 3 Feb 2026 (30 days)", "!long ago"}},
		{"/", c.now.AddDate(0, 1, 0), []string{"judged up to 4 Mar 2026 (32 days ago). That is long ago", "no calls from Li Wei for 49 days", "since 3 Feb 2026 (61 days)", "!18 days"}},
		{"/accounts/acme", c.now.AddDate(0, 1, 0), []string{"Judged up to 4 Mar 2026 (32 days ago). That is long ago", "no calls from Li Wei for 49 days", "since 3 Feb 2026 (61 days)",
			"contract ends 1 May 2026 (in 26 days)", "15 Feb 2026 (49 days ago)", "not resolved for 41 days", "!18 days", "!57 days"}},
		{strings.TrimPrefix(link, "http://x"), c.now.AddDate(0, 1, 0), []string{"no calls from Li Wei for 49 days", "contract ends on 1 May 2026, in 26 days", "not resolved for 41 days"}},
		{strings.TrimPrefix(list, "http://x"), c.now.AddDate(0, 1, 0), []string{"no calls from Li Wei for 49 days"}},
		{"/accounts/acme", c.now.AddDate(0, 3, 0), []string{"contract ended 1 May 2026 (35 days ago)"}},
	} {
		c.now = now.at
		code, page := c.ask(http.MethodGet, now.path, nil)
		c.expect(now.path+" "+now.at.String(), code, page, 200, now.holding...)
	}
}

// An alert of which nothing holds any more says so, and one that came on a day that is not
// closed says what was told.
func TestWhatHoldsNoMore(t *testing.T) {
	c := newCounter(t, message.English).acme()
	parts := c.withState()
	calm := true
	parts.Pages.Accounts = inspectFunc(func(context.Context, string) (*detector.Inspection, error) {
		x := stateOfAcme(c.snapshot.Day(c.now))
		if calm {
			x.Reasons = nil
		}
		return x, nil
	})
	c.handler = Handler(parts, quiet())
	code, page := c.ask(http.MethodGet, "/", nil)
	c.expect("calm", code, page, 200, "Li Wei&#39;s calls fell from 3.5 to 1 a week", "By now the account is calmer")
	calm = false
	c.happens(detector.RaisedAgain, 3) // on 5 March, and the state is of the 4th
	code, page = c.ask(http.MethodGet, "/", nil)
	c.expect("arrived today", code, page, 200, "Li Wei&#39;s calls fell from 3.5 to 1 a week", "!By now")
}

// 30 names that try to be more than a name are only names, on every page.
func TestHostileNamesDoNothing(t *testing.T) {
	hostile := []string{
		`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `' onmouseover='alert(1)`, `javascript:alert(1)`, `{{.Title}}`, `</title><script>`, `</svg><script>`, `<svg onload=alert(1)>`,
		`<!--`, `-->`, `]]>`, `&lt;script&gt;`, `%3Cscript%3E`, `\u003cscript\u003e`, "\u202eevil", "a\u2066b", "tab\tname", `<a href=//evil>`, `<style>*{display:none}</style>`, `<base href=//evil>`,
		`<meta http-equiv=refresh content=0>`, `<form action=//evil>`, `<iframe src=//evil>`, `"/><path d="M0`, `<title>`, `<b>`, `=cmd()`, `${7*7}`, `../../etc/passwd`, `%00`,
	}
	quoted := regexp.MustCompile(`="[^"]*"`)
	wild := regexp.MustCompile(`(?i)<(script|img|iframe|base|style)|<[a-z][^<>]*\s(on|style|http-equiv)[a-z]*=`)
	c := newCounter(t, message.English).acme()
	for _, name := range hostile {
		x := stateOfAcme(judged + 1)
		for i := range x.Series {
			x.Series[i].Signal, x.Series[i].Contact, x.Series[i].Kind = name, name, detector.Count
		}
		x.Reasons[0].Signal, x.Reasons[0].Contact = name, name
		x.People.Persons[0].ID, x.People.Only = name, name
		x.Sources = map[string]string{name: "dead"}
		c.snapshot.Accounts = accounts.NewDirectory([]accounts.Account{{ID: "acme", Name: name, Owner: name, StandIn: name, ProjectManager: name, Expert: name, Industry: name, Stage: name, Contacts: []accounts.Contact{{ID: name, Name: name}}}})
		parts := c.withState()
		parts.Pages.Accounts = inspectFunc(func(context.Context, string) (*detector.Inspection, error) { return x, nil })
		parts.Pages.Handler, parts.Guard = c.answers, access.NewGuard(func(*http.Request) string { return name }, nil, nil)
		c.handler = Handler(parts, quiet())
		for _, said := range []alerting.Answer{{Note: name}, {Assign: &alerting.Assignment{To: name, Held: c.alert().Assignee}}} {
			said.Alert, said.By = "acme-2026-02-03", name
			if _, err := c.answers.Handle(t.Context(), said, c.now); err != nil {
				t.Fatalf("%q: %v", name, err)
			}
		}
		for _, path := range []string{"/", "/accounts/acme"} {
			code, page := c.ask(http.MethodGet, path, nil)
			page = strings.Replace(page, `<script src="/static/`+script.name+`" defer></script>`, "", 1) // ours
			page = quoted.ReplaceAllString(page, `=""`)
			if code != 200 || wild.MatchString(page) || strings.ContainsAny(page, "\u202e\u2066") {
				t.Errorf("%q at %s: %d %q", name, path, code, wild.FindString(page))
			}
		}
	}
}

// The page of a large account stays small.
func TestAccountPageIsBounded(t *testing.T) {
	c := newCounter(t, message.English).acme()
	x := stateOfAcme(judged + 1)
	one := x.Series[1]
	for i := range 200 {
		one.Signal = fmt.Sprintf("signal-%d", i)
		x.Series = append(x.Series, one)
		x.People.Persons = append(x.People.Persons, relations.Person{ID: fmt.Sprintf("person-%d", i)})
	}
	for i := range 60 {
		a := &alerting.Alert{ID: fmt.Sprintf("acme-%d", i), Account: "acme", State: alerting.Closed, Kind: detector.Closed, Closed: &found, Updated: found.Add(time.Duration(i) * time.Hour)}
		for range 40 {
			a.History = append(a.History, alerting.Event{Kind: detector.RaisedAgain, Time: found})
		}
		if err := c.store.Put(t.Context(), a); err != nil {
			t.Fatal(err)
		}
	}
	parts := c.withState()
	parts.Pages.Accounts = inspectFunc(func(context.Context, string) (*detector.Inspection, error) { return x, nil })
	c.handler = Handler(parts, quiet())
	code, page := c.ask(http.MethodGet, "/accounts/acme", nil)
	c.expect("large", code, page, 200, "More series", "Older alerts", "Everybody is in the JSON", "person-37", "!person-60")
	if figures := strings.Count(page, "<figure"); figures != seriesPage+1 || len(page) > 100<<10 { // one of them stands beside the alert
		t.Errorf("%d charts, %d bytes", figures, len(page))
	}
	next := regexp.MustCompile(`href="(\?after[^"]*)#told"`).FindStringSubmatch(page)
	if next == nil {
		t.Fatal("no older alerts")
	}
	if code, older := c.ask(http.MethodGet, "/accounts/acme"+strings.ReplaceAll(next[1], "&amp;", "&"), nil); code != 200 || !strings.Contains(older, "raised again") {
		t.Errorf("older: %d", code)
	}
}

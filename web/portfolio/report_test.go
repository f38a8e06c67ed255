package portfolio

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"firstsign/accounts"
	"firstsign/alerting"
	"firstsign/alerting/message"
	"firstsign/detector"
	"firstsign/detector/relations"
	"firstsign/signals"
)

// today is 2 March 2026.
const today = signals.Day(20514)

func at(day signals.Day) time.Time { return time.Unix(int64(day)*24*60*60, 0).UTC() }

// world is a portfolio with one partition, which a test changes.
type world struct {
	t      *testing.T
	files  Files
	store  *alerting.MemoryStore
	states map[string]*detector.Inspection
	closed signals.Day
	failed error // of the state
	reads  int
	now    signals.Day
	*Overview
}

func (w *world) Closed(context.Context) ([]signals.Day, error) {
	return []signals.Day{w.closed}, w.failed
}

func (w *world) Survey(_ context.Context, _ int, each func(*detector.Inspection)) error {
	w.reads++
	for _, x := range w.states {
		each(x)
	}
	return w.failed
}

func newWorld(t *testing.T, list ...accounts.Account) *world {
	t.Helper()
	grading := accounts.DefaultGrading()
	grading.Potential = 1e6
	w := &world{t: t, store: alerting.NewMemoryStore(), states: map[string]*detector.Inspection{}, closed: today - 1, now: today}
	w.files = Files{Accounts: grading.Apply(accounts.NewDirectory(list)), Grading: grading}
	if list == nil {
		w.files.Accounts = nil
	}
	for _, a := range list {
		w.states[a.ID] = &detector.Inspection{Account: a.ID, People: &relations.People{}}
	}
	w.Overview = New(func() *Files { files := w.files; return &files }, w, w.store, slog.New(slog.DiscardHandler))
	return w
}

// alert stores one of an account.
func (w *world) alert(account string, kind detector.FindingKind, a alerting.Alert) {
	w.t.Helper()
	a.ID, a.Account, a.Kind = fmt.Sprint(account, "-", kind), account, kind
	if a.State == "" {
		a.State = alerting.Open
	}
	if a.Raised.IsZero() {
		a.Raised = at(today - 5)
	}
	a.History = []alerting.Event{{Kind: kind, Time: a.Raised}}
	if err := w.store.Put(w.t.Context(), &a); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) refresh() *world {
	w.t.Helper()
	if err := w.Refresh(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
	return w
}

func (w *world) report(f Filter) *Report {
	w.t.Helper()
	r, err := w.Report(w.t.Context(), f, &Reader{
		Now: at(w.now).Add(9 * time.Hour), Today: w.now,
		Inspect: func(_ context.Context, ids []string) (map[string]*detector.Inspection, error) {
			if w.failed != nil {
				return nil, w.failed
			}
			found := map[string]*detector.Inspection{}
			for _, id := range ids {
				if x := w.states[id]; x != nil {
					found[id] = x
				}
			}
			return found, nil
		},
		Owing: func(x *detector.Inspection) []detector.Reason { return x.Care },
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return r
}

func (w *world) page(f Filter, l message.Language) *Page {
	w.t.Helper()
	return PageOf(w.report(f), l, w.now, func(currency string, v float64) string { return fmt.Sprint(currency, int(v)) })
}

// company has ten accounts of two managers, each worth 100 times its number, and one that
// nothing is known of.
func company(t *testing.T) *world {
	var list []accounts.Account
	for i := range 10 {
		n := float64(i + 1)
		list = append(list, accounts.Account{
			ID: fmt.Sprint("a", i), Name: fmt.Sprint("Account ", i), Owner: []string{"anna", "bert"}[i%2], Team: "north", Grade: accounts.Ordinary,
			Potential: 2000 * n, Sales: 400 * n, Margin: 100 * n,
			Contacts: []accounts.Contact{{ID: "li-wei", Name: "Li Wei"}},
		})
	}
	list[9].Potential, list[9].Sales, list[9].Team = 2e6, 1.9e6, "south"
	w := newWorld(t, append(list, accounts.Account{ID: "bare"})...)
	w.states["a8"].People.Only = "li-wei"
	w.states["a8"].People.Persons = []relations.Person{{ID: "li-wei", Quiet: true}}
	w.states["a1"].Dormant = true
	delete(w.states, "bare")
	w.alert("a9", detector.Raised, alerting.Alert{Severity: alerting.Critical, AtRisk: 300, Risk: 5})
	w.alert("a8", detector.RaisedAgain, alerting.Alert{Severity: alerting.Warning, AtRisk: 50, State: alerting.Acknowledged})
	w.alert("a7", detector.Neglected, alerting.Alert{Severity: alerting.Warning, Since: today - 30})
	w.alert("a6", detector.Closed, alerting.Alert{State: alerting.Closed, Closed: new(at(today)), AtRisk: 9e9})
	w.alert("stranger", detector.Raised, alerting.Alert{AtRisk: 9e9})
	w.states["a7"].Care = []detector.Reason{{Signal: "visit", Side: detector.Ours, Term: detector.Norm, Window: 28, From: 3, To: 1, Since: today - 28}}
	return w.refresh()
}

func TestReport(t *testing.T) {
	r := company(t).report(Filter{})
	for what, pair := range map[string][2]any{
		"all":      {r.All, Sum{11, 5500, 350, 2}},
		"tenth":    {r.Top.Tenth, Sum{1, 1000, 300, 1}}, // of ten with a value; the eleventh has none
		"valued":   {r.Top.All, Sum{10, 5500, 350, 2}},
		"4/5":      {r.Top.FourFifths, 6}, // 1000+900+800+700+600 = 4000, and 4400 are needed
		"by risk":  {r.Map.ByRisk, map[Risk]int{Critical: 1, Warning: 1, CareOverdue: 1, Calm: 6, NotJudged: 2}},
		"unknown":  {r.Map.Unknown, 1},
		"circles":  {len(r.Map.Circles), 10},
		"first":    {r.Map.Circles[0], Circle{"a9", "Account 9", 2e6, 0.95, 1000, 300, Critical}},
		"bounds":   {[2]float64{r.Map.Large, r.Map.Strong}, [2]float64{1e6, 0.3}},
		"care":     {r.Care.Total, 1},
		"whose":    {r.Care.Accounts[0].Listed, Listed{"a7", "Account 7", accounts.Marginal, "bert", 800}},
		"threads":  {r.Threads.Total, 0}, // a8 is marginal, where one contact is enough
		"no state": {r.NoState, 1},
		"dormant":  {r.Dormant, 1},
		"unlisted": {r.Unlisted, 1},
		"lacking":  {r.Lacking, Lacking{Value: 1, Potential: 1, Owner: 1}},
		"owners": {r.Owners, []Group{
			{Name: "bert", Key: 1, Sum: Sum{5, 3000, 300, 1}, Alerts: 2, Unanswered: 2, Overdue: 1, Weeks: append(make([]float64, trendWeeks), 300)},
			{Name: "anna", Sum: Sum{5, 2500, 50, 1}, Alerts: 1, Weeks: append(make([]float64, trendWeeks), 50)},
			{Name: "", Sum: Sum{Accounts: 1}, Weeks: []float64{}}, // nothing has come of it
		}},
		"teams":  {len(r.Teams), 3},
		"judged": {*r.JudgedUpTo, today - 1},
		"top":    {*r.TopList, TopList{Key: 1, Joined: 1, WhoJoined: []Listed{{"a9", "Account 9", accounts.Key, "bert", 1000}}, WhoLeft: []Listed{}, Part: 1, Limit: 0.2, TooMuch: true}},
	} {
		if !reflect.DeepEqual(pair[0], pair[1]) {
			t.Errorf("%s: %+v, want %+v", what, pair[0], pair[1])
		}
	}
}

func TestFilters(t *testing.T) {
	w := company(t)
	for query, want := range map[string][3]float64{ // accounts, value, at risk
		"":                       {11, 5500, 350},
		"owner=anna":             {5, 2500, 50},
		"owner=bert&team=north":  {4, 2000, 0},
		"team=south":             {1, 1000, 300},
		"grade=key":              {1, 1000, 300},
		"grade=&owner=nobody":    {0, 0, 0},
		"owner=&team=&grade=":    {11, 5500, 350},
		"grade=ordinary&owner=+": {1, 0, 0},
	} {
		values, _ := url.ParseQuery(query)
		f, err := ParseFilter(values)
		if err != nil {
			t.Fatal(err)
		}
		r := w.report(f)
		if got := [3]float64{float64(r.Accounts), r.All.Value, r.All.AtRisk}; got != want {
			t.Errorf("%q: %v, want %v", query, got, want)
		}
		if f.Any() && r.Unlisted != 0 {
			t.Errorf("%q tells of alerts that the filter cannot choose", query)
		}
	}
	for _, query := range []string{"ownr=anna", "grade=best", "owner=a&owner=b"} {
		values, _ := url.ParseQuery(query)
		if _, err := ParseFilter(values); err == nil {
			t.Errorf("%q is taken", query)
		}
	}
	f := Filter{Visible: func(a *accounts.Account) bool { return a.Owner == "anna" }}
	if r := w.report(f); r.Accounts != 5 || r.Unlisted != 0 || !slices.Equal(r.choices.owners, []string{"anna"}) {
		t.Errorf("who sees five accounts is told of %d, and %d alerts, and %v", r.Accounts, r.Unlisted, r.choices)
	}
}

// Alerts count at once. The states are read again after each day's close, and only then.
func TestFreshness(t *testing.T) {
	w := company(t)
	if w.refresh(); w.reads != 1 {
		t.Errorf("the states were read %d times", w.reads)
	}
	w.alert("a0", detector.Raised, alerting.Alert{Severity: alerting.Warning, AtRisk: 7})
	if r := w.report(Filter{}); r.All.AtRisk != 357 {
		t.Errorf("%g at risk", r.All.AtRisk)
	}
	w.states["a0"].Dormant = true
	if r := w.report(Filter{}); r.Dormant != 1 {
		t.Errorf("%d are dormant before the close", r.Dormant)
	}
	w.closed++
	if r := w.refresh().report(Filter{}); r.Dormant != 2 || *r.JudgedUpTo != today {
		t.Errorf("%d are dormant after the close of %s", r.Dormant, r.JudgedUpTo)
	}
	w.closed, w.failed = today+1, errors.New("refused")
	if err := w.Refresh(t.Context()); err == nil {
		t.Error("a failed survey is none")
	}
	if r := w.report(Filter{}); *r.JudgedUpTo != today || r.Care.Total != 1 || len(r.Care.Accounts[0].Care) != 0 {
		t.Error("what cannot be read is told")
	}
}

func TestPage(t *testing.T) {
	w := company(t)
	w.states["a9"].People.Only = "li-wei"
	w.states["a9"].People.Persons = []relations.Person{{ID: "li-wei", Quiet: true}}
	w.closed++
	w.refresh()
	for language, want := range map[message.Language][]string{
		message.English: {"350 at risk in 2 of 11 accounts", "11 accounts bring 5500 a year",
			"The most valuable tenth, 1 account of 10, brings 1000 of 5500 a year: 18\u00a0%.", "300 of that is at risk now, in 1 account.", "6 accounts.",
			"1 key account. 1 joined and 0 left.", "more than the 20\u00a0%", "Account 9: buys 2000000 a year, 95\u00a0% of it from us; brings 1000; 300 at risk; critical alert",
			"1 account without figures is not on the map", "since 31 Jan 2026 (30 days)", "not answered", "1 visit in 28 days, owed 3", "nearly all contact goes through Li Wei, who went quiet",
			"As of the end of 2 Mar 2026.", "1 account became quiet for good", "1 account without any interaction", "1 open alert about accounts that no file lists", "?owner=anna"},
		message.Chinese: {"11 家客户中有 2 家正在疏远，潜在损失 350", "价值最高的十分之一（10 家中的 1 家）年价值 1000，占总数 5500 的 18\u00a0%。", "关键客户 1 家：新进 1 家，退出 0 家。",
			"几乎所有联系都通过Li Wei，此人已沉默", "2026年1月31日起（30 天）", "截至2026年3月2日结束时。"},
	} {
		text := fmt.Sprintf("%+v", w.page(Filter{}, language))
		for _, part := range want {
			if !strings.Contains(text, part) {
				t.Errorf("%s: no %q in %s", language, part, text)
			}
		}
	}
	w.now += 31 // read a month later
	if text := fmt.Sprintf("%+v", w.page(Filter{}, message.English)); !strings.Contains(text, "since 31 Jan 2026 (61 days)") {
		t.Errorf("a month later: %s", text)
	}
}

// What is missing is said, with the file that brings it.
func TestEmptyPortfolios(t *testing.T) {
	w := newWorld(t)
	w.closed = 0
	for _, language := range message.Languages {
		if p := w.page(Filter{}, language); !strings.Contains(p.None, "accounts.csv") {
			t.Errorf("without anything: %q", p.None)
		}
	}
	w.states["x1"] = &detector.Inspection{Account: "x1"}
	w.closed = today
	p := w.refresh().page(Filter{}, message.English)
	if text := fmt.Sprintf("%+v", p); p.None != "" || !strings.Contains(text, "No file lists the accounts") || strings.Contains(text, "without a manager") || p.Map != "" || !strings.Contains(text, "potential (what it buys") {
		t.Errorf("without files: %s", text)
	}
	if p := w.page(Filter{Owner: "anna"}, message.English); p.None != "No account is like that." {
		t.Errorf("nobody's: %q", p.None)
	}
	w = newWorld(t, accounts.Account{ID: "a"})
	before := func(when string) {
		t.Helper()
		if p := w.page(Filter{}, message.English); !strings.Contains(p.AsOfState, "being read") || len(p.Lacking) != 2 {
			t.Errorf("%s: %q %q", when, p.AsOfState, p.Lacking)
		}
	}
	before("before the states are read")
	w.closed = 0
	w.refresh()
	before("before a day has been closed")
}

// The page bounds what it shows, and counts the rest.
func TestManyAccounts(t *testing.T) {
	var list []accounts.Account
	for i := range 400 {
		list = append(list, accounts.Account{ID: fmt.Sprint("a", i), Owner: fmt.Sprint("m", i%80), Potential: float64(1000 + i), Sales: 100, Margin: float64(i + 1)})
	}
	w := newWorld(t, list...)
	w.alert("a0", detector.Raised, alerting.Alert{Severity: alerting.Critical, AtRisk: 1})
	p := w.refresh().page(Filter{}, message.English)
	if n := strings.Count(string(p.Map), "<a "); n != circlesShown+1 || len(p.Tables[0].Rows) != groupsShown || p.Tables[0].More == "" {
		t.Errorf("%d circles, %d managers, %q", n, len(p.Tables[0].Rows), p.Tables[0].More)
	}
	if want := "On the map: the 120 most valuable of 400 accounts with figures, and 1 more with an alert. The others: no alert 279."; strings.Join(p.MapFacts, " ") != want {
		t.Errorf("%q, want %q", p.MapFacts, want)
	}
}

// clockwork is a partition of no accounts that closes days and counts who reads it.
type clockwork struct{ closed, reads, refuses atomic.Int64 }

func (c *clockwork) Closed(context.Context) ([]signals.Day, error) {
	if c.refuses.Load() > 0 {
		return nil, errors.New("refused")
	}
	return []signals.Day{signals.Day(c.closed.Load())}, nil
}

func (c *clockwork) Survey(context.Context, int, func(*detector.Inspection)) error {
	c.reads.Add(1)
	return nil
}

// Run reads the states at once, looks again every ten seconds, says a failure once, and ends
// with its context.
func TestRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var states clockwork
		var log strings.Builder
		o := New(func() *Files { return nil }, &states, alerting.NewMemoryStore(), slog.New(slog.NewTextHandler(&log, nil)))
		ctx, end := context.WithCancel(t.Context())
		done := make(chan error)
		states.closed.Store(int64(today))
		go func() { done <- o.Run(ctx) }()
		if synctest.Wait(); states.reads.Load() != 1 {
			t.Errorf("at the start the states were read %d times", states.reads.Load())
		}
		states.closed.Add(1)
		time.Sleep(refreshEvery + time.Second)
		if synctest.Wait(); states.reads.Load() != 2 {
			t.Errorf("after a close the states were read %d times", states.reads.Load())
		}
		states.refuses.Store(1)
		time.Sleep(10 * refreshEvery)
		end()
		if err := <-done; err != nil {
			t.Error(err)
		}
		if n := strings.Count(log.String(), "refused"); n != 1 {
			t.Errorf("a failure is said %d times", n)
		}
	})
}

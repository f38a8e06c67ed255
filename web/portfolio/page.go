package portfolio

import (
	_ "embed"
	"html/template"
	"math"
	"net/url"
	"slices"
	"strconv"

	"firstsign/accounts"
	"firstsign/alerting"
	"firstsign/alerting/message"
	"firstsign/internal/chart"
	"firstsign/signals"
	"firstsign/web/words"
)

// HTML is the template of the page. It uses what base.html of package web defines.
//
//go:embed portfolio.html
var HTML string

// Address of the page.
const Address = "/portfolio"

// How many rows a table of managers has, and how many circles bear a name.
const (
	groupsShown = 25
	namesShown  = 14
)

// Page is a report in words.
type Page struct {
	*words.Portfolio
	Title      string
	Sum        string // how many accounts, and what they bring
	None       string // why there is nothing to see; empty: there is
	Filter     []Field
	Filtered   bool
	Surveyed   bool   // the states of accounts were read
	AsOfState  string // of what moves at the end of a day only
	Questions  []Question
	Map        template.HTML
	Legend     []LegendRow
	MapFacts   []string
	Trend      []string
	TrendChart template.HTML
	Turnover   []string
	KeyLeft    List
	KeyJoined  List
	Few        []string
	FewBar     template.HTML
	Top        []string
	Joined     []Link
	Gone       []Link
	TopMore    string
	Tables     []Table
	Care       List
	Threads    List
	Lacking    []string
	JSON       string
}

// Link is an account with the address of its page.
type Link struct{ Name, Address string }

// Field of the filter's form.
type Field struct {
	Name, Label string
	Choices     []Choice
}

// Choice of a field.
type Choice struct {
	Value, Text string
	Chosen      bool
}

// Question is a pattern above single accounts.
type Question struct {
	Text, Ask, Chance string
	Accounts          []Link
}

// LegendRow is a kind of circle with how many accounts are of it.
type LegendRow struct {
	Sample template.HTML
	Text   string
	Count  string
}

// Table is the managers, or the teams.
type Table struct {
	Head, Field string
	Total       int
	Rows        []TableRow
	Course      bool // some row has a Spark
	More        string
}

// TableRow is one of them.
type TableRow struct {
	Name, Address                                             string        // no address: it has no name
	Spark                                                     template.HTML // what was at risk over the weeks; empty: nothing
	Accounts, Key, Value, AtRisk, Alerts, Unanswered, Overdue string
}

// List of accounts.
type List struct {
	Total int
	Rows  []ListRow
	More  string
}

// ListRow is one account of a list.
type ListRow struct {
	Link
	Value string
	Facts []string
	Texts []string
}

// writer puts a report into words.
type writer struct {
	*Page
	report   *Report
	language message.Language
	today    signals.Day
	money    func(currency string, amount float64) string
}

// PageOf is a report in a language, as it is read on a day.
func PageOf(r *Report, language message.Language, today signals.Day, money func(currency string, amount float64) string) *Page {
	w := &writer{&Page{Portfolio: words.PortfolioOf(language)}, r, language, today, money}
	w.filter()
	w.head()
	if w.None != "" {
		return w.Page
	}
	w.questions()
	w.chart()
	w.trend()
	w.turnover()
	w.few()
	w.top()
	if r.Filter.Owner == "" { // of one there is nothing to compare
		w.Tables = append(w.Tables, w.table(w.OwnersHead, w.Owner, "owner", w.Nobody, r.Owners))
	}
	if len(r.Teams) > 0 && r.Filter.Team == "" {
		w.Tables = append(w.Tables, w.table(w.TeamsHead, w.Team, "team", w.NoTeam, r.Teams))
	}
	w.care()
	w.threads()
	w.lacking()
	return w.Page
}

func accountLink(id, name string) Link { return Link{name, "/accounts/" + url.PathEscape(id)} }

// links of the first accounts of a list.
func links(list []Listed) (links []Link) {
	for _, a := range list[:min(len(list), listedShown)] {
		links = append(links, accountLink(a.Account, a.Name))
	}
	return links
}

// amount is empty below one unit: there is nothing to tell.
func (w *writer) amount(v float64) string {
	if v < 1 {
		return ""
	}
	return w.money(w.report.Currency, v)
}

func percent(part float64) string { return strconv.Itoa(int(math.Round(100*part))) + "\u00a0%" }

// filter is the form above the page.
func (w *writer) filter() {
	f := &w.report.Filter
	add := func(name, label, chosen string, values []string, text func(string) string) {
		if len(values) == 0 {
			return
		}
		if chosen != "" && !slices.Contains(values, chosen) {
			values = append([]string{chosen}, values...)
		}
		field := Field{Name: name, Label: label}
		for _, v := range values {
			field.Choices = append(field.Choices, Choice{v, text(v), v == chosen})
		}
		w.Filter = append(w.Filter, field)
	}
	same := func(s string) string { return s }
	add("owner", w.Owner, f.Owner, w.report.choices.owners, same)
	add("team", w.Team, f.Team, w.report.choices.teams, same)
	var grades []string
	for _, g := range accounts.Grades {
		grades = append(grades, string(g))
	}
	add("grade", w.Grade, string(f.Grade), grades, func(g string) string { return w.Grades[accounts.Grade(g)] })
	w.Filtered = f.Any()
	w.JSON = "/api/v1/portfolio"
	if w.Filtered {
		w.JSON += f.query()
	}
}

func (w *writer) head() {
	r := w.report
	switch {
	case r.Accounts == 0 && w.Filtered:
		w.Title, w.None = w.ToPortfolio(), w.NoneSuch
		return
	case r.Accounts == 0:
		w.Title, w.None = w.ToPortfolio(), w.Empty
		return
	}
	w.Title = w.Head(w.amount(r.All.AtRisk), r.All.Endangered, r.Accounts)
	if v := w.amount(r.All.Value); v != "" {
		w.Sum = w.Sums(r.Accounts, v)
	}
	switch w.Surveyed = r.Surveyed; {
	case !r.Surveyed:
		w.AsOfState = w.NotYet
	case r.JudgedUpTo != nil:
		w.AsOfState = w.AsOfDay(message.DateText(w.language, *r.JudgedUpTo))
	}
}

// oneIn writes how rare something is: 1 of so many cases, with one figure.
func oneIn(chance float64) string {
	n := 1 / max(chance, 1e-6) // less than one in a million is told as that
	scale := math.Pow(10, math.Floor(math.Log10(n)))
	return message.NumberText(math.Floor(n/scale) * scale)
}

func (w *writer) questions() {
	for i := range w.report.Cooling {
		c := &w.report.Cooling[i]
		usual := message.NumberText(math.Round(10*c.Expected) / 10)
		w.Questions = append(w.Questions, Question{w.Cooling(len(c.Cooling), c.Accounts, c.Owner, usual), w.CoolingAsk, w.Chance(oneIn(c.Chance)), links(c.Cooling)})
	}
	if v := w.report.Rivals; v != nil {
		text, ask := w.rivals(v)
		w.Questions = append(w.Questions, Question{text, ask, w.Chance(oneIn(v.Chance)), links(v.Accounts)})
	}
}

// rivals tells of the competitors, and asks whether one of them is behind it.
func (w *writer) rivals(v *Rivals) (text, ask string) {
	text = w.Rivals(v.Now, v.Before)
	if len(v.Named) == 0 {
		return text + w.RivalNames(nil, v.Unnamed), w.RivalsAsk("")
	}
	var names []string
	for _, r := range v.Named {
		names = append(names, w.With(r.Name, r.Accounts))
	}
	most := v.Named[0]
	if most.Accounts < several || len(v.Named) > 1 && v.Named[1].Accounts == most.Accounts {
		most.Name = ""
	}
	return text + w.RivalNames(names, v.Unnamed), w.RivalsAsk(most.Name)
}

// shapes tell the kinds of circles apart without colours.
var shapes = map[Risk]chart.Shape{Critical: chart.Cross, Warning: chart.Bar, CareOverdue: chart.Ring, NotJudged: chart.Dashed}

func (w *writer) chart() {
	m := &w.report.Map
	for _, risk := range Risks {
		if n := m.ByRisk[risk]; n > 0 {
			w.Legend = append(w.Legend, LegendRow{chart.Sample(string(risk), shapes[risk]), w.Risks[string(risk)], message.NumberText(float64(n))})
		}
	}
	if len(m.Circles) == 0 {
		w.MapFacts = []string{w.NoMap}
		return
	}
	c := &chart.Map{Label: w.MapLabel, Right: m.Strong, Above: m.Large, Fields: w.Fields, Across: w.Across, Up: w.Up, Number: w.Short}
	names := 0
	for _, x := range inDrawingOrder(m.Circles) {
		p := chart.Point{
			Across: x.Share, Up: x.Potential, Size: x.Value, Kind: string(x.Risk), Shape: shapes[x.Risk], Link: accountLink(x.Account, "").Address, Name: x.Name,
			Text: w.Spot(x.Name, w.amount(x.Potential), percent(x.Share), w.amount(x.Value), w.amount(x.AtRisk), w.Risks[string(x.Risk)]),
		}
		if x.drifts() && names < namesShown {
			p.Named = true
			names++
		}
		c.Points = append(c.Points, p)
	}
	w.Map = c.SVG()
	rest, others := 0, []string(nil)
	for _, risk := range Risks {
		if n := m.Rest[risk]; n > 0 {
			rest += n
			others = append(others, w.With(w.Risks[string(risk)], n))
		}
	}
	if rest > 0 {
		w.MapFacts = append(w.MapFacts, w.Shown(len(m.Circles)-m.Drifting, len(m.Circles)+rest, m.Drifting), w.Others(others))
	}
	if m.Unknown > 0 {
		w.MapFacts = append(w.MapFacts, w.NoFigures(m.Unknown))
	}
}

// inDrawingOrder puts what drifts away above the others, and small circles above large ones.
func inDrawingOrder(circles []Circle) (order []*Circle) {
	for _, drifts := range []bool{false, true} {
		for i := range circles {
			if circles[i].drifts() == drifts {
				order = append(order, &circles[i])
			}
		}
	}
	return order
}

func (c *Circle) drifts() bool { return c.Risk == Critical || c.Risk == Warning }

func (w *writer) few() {
	t := w.report.Top
	if t == nil {
		return
	}
	part, risk := t.Tenth.Value/t.All.Value, t.Tenth.AtRisk/t.Tenth.Value
	text := w.Portfolio.Few(t.Tenth.Accounts, t.All.Accounts, w.amount(t.Tenth.Value), w.amount(t.All.Value), percent(part))
	w.Page.Few = append(w.Page.Few, text)
	if at := w.amount(t.Tenth.AtRisk); at != "" {
		w.Page.Few = append(w.Page.Few, w.FewAtRisk(at, t.Tenth.Endangered))
	} else {
		w.Page.Few = append(w.Page.Few, w.FewCalm)
	}
	w.Page.Few = append(w.Page.Few, w.FourFifths(t.FourFifths))
	w.FewBar = chart.Share(text, part, risk)
}

func (w *writer) top() {
	t := w.report.TopList
	if t == nil {
		return
	}
	w.Page.Top = []string{w.Portfolio.Top(t.Key, t.Joined, t.Left)}
	if t.TooMuch {
		w.Page.Top = append(w.Page.Top, w.Portfolio.TooMuch(percent(t.Limit)))
	}
	if max(t.Joined, t.Left) > listedShown {
		w.Page.TopMore = w.MoreListed(listedShown)
	}
	w.Joined, w.Gone = links(t.WhoJoined), links(t.WhoLeft)
}

func (w *writer) table(head, column, field, nameless string, groups []Group) Table {
	t := Table{Head: head, Field: column, Total: len(groups)}
	if more := len(groups) - groupsShown; more > 0 {
		t.More, groups = w.MoreGroups(more), groups[:groupsShown]
	}
	count := func(n int) string {
		if n == 0 {
			return ""
		}
		return message.NumberText(float64(n))
	}
	for i := range groups {
		g, only := &groups[i], w.report.Filter
		row := TableRow{
			Name: g.Name, Accounts: count(g.Accounts), Key: count(g.Key), Value: w.amount(g.Value), AtRisk: w.amount(g.AtRisk),
			Spark: w.spark(g), Alerts: count(g.Alerts), Unanswered: count(g.Unanswered), Overdue: count(g.Overdue),
		}
		if g.Name == "" {
			row.Name = nameless
		} else {
			*map[string]*string{"owner": &only.Owner, "team": &only.Team}[field] = g.Name
			row.Address = only.query()
		}
		t.Course = t.Course || row.Spark != ""
		t.Rows = append(t.Rows, row)
	}
	return t
}

// listRow begins the row of an account.
func (w *writer) listRow(a *Listed) ListRow {
	row := ListRow{Link: accountLink(a.Account, a.Name), Value: w.amount(a.Value), Facts: []string{w.Grades[a.Grade]}}
	if a.Owner != "" {
		row.Facts = append(row.Facts, a.Owner)
	}
	return row
}

func (w *writer) more(total, shown int) string {
	if total <= shown {
		return ""
	}
	return w.MoreListed(shown)
}

func (w *writer) care() {
	c := &w.report.Care
	w.Page.Care = List{Total: c.Total, More: w.more(c.Total, len(c.Accounts))}
	for i := range c.Accounts {
		n := &c.Accounts[i]
		row := w.listRow(&n.Listed)
		row.Facts = append(row.Facts, w.SinceFor(message.DateText(w.language, n.Since), int(w.today-n.Since)))
		if !n.Answered {
			row.Facts = append(row.Facts, w.States[alerting.Open])
		}
		for k := range n.Care {
			row.Texts = append(row.Texts, message.ReasonText(w.language, &n.Care[k], ""))
		}
		w.Page.Care.Rows = append(w.Page.Care.Rows, row)
	}
}

func (w *writer) threads() {
	t := &w.report.Threads
	w.Page.Threads = List{Total: t.Total, More: w.more(t.Total, len(t.Accounts))}
	for i := range t.Accounts {
		one := &t.Accounts[i]
		row := w.listRow(&one.Listed)
		text := w.Thread(one.Person)
		if one.Quiet {
			text += w.Comma + w.WentQuiet
		}
		row.Texts = []string{text}
		w.Page.Threads.Rows = append(w.Page.Threads.Rows, row)
	}
}

func (w *writer) lacking() {
	r := w.report
	say := func(n int, text func(int) string) {
		if n > 0 {
			w.Page.Lacking = append(w.Page.Lacking, text(n))
		}
	}
	if r.Lacking.Directory {
		w.Page.Lacking = append(w.Page.Lacking, w.NoFiles)
	} else {
		say(r.Lacking.Value, w.NoValue)
		say(r.Lacking.Owner, w.NoOwner)
	}
	say(r.NoState, w.NoState)
	say(r.Dormant, w.DormantCount)
	say(r.Unlisted, w.Unlisted)
}

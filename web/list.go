package web

import (
	"context"
	_ "embed"
	"html/template"
	"log/slog"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"firstsign/alerting"
	"firstsign/alerting/message"
	"firstsign/detector"
)

// List is the first page: the alerts that are not closed, most at risk first, and
// those that closed last. Drifting accounts and accounts that we neglect are in
// sections of their own. Every section is a list in pages. The page is read-only.
type List struct {
	Snapshot func() *alerting.RoutingSnapshot // the routing in force
	Store    alerting.AlertStore
}

// How many alerts a page of a section shows, and how many closed ones stand on the
// first page.
const (
	sectionPage = 50
	firstClosed = 10
)

//go:embed list.html
var listHTML string

var listPage = template.Must(template.New("list").Parse(listHTML))

// listSheet is what the page shows.
type listSheet struct {
	*listWords
	Title    string
	Trouble  string // why there is no list; empty: there is one
	Query    *query
	Filtered bool // by the form or the address
	Sections []section
}

// section is one kind of alerts.
type section struct {
	name       string // in the address
	filter     alerting.Filter
	Name, Note string
	Total      int
	Alerts     []card
	More       string // address of the next page; empty: this is the last
}

// card is one alert.
type card struct {
	Title    string
	Verdict  string // what the fall means; empty when nobody knows
	Critical bool
	Neglect  bool
	Over     bool
	AtRisk   string // money; empty when the files hold none
	Worth    string
	Facts    []string // grade, owner, state, since
	Blocks   []block
	Account  string // path of its state
}

// serve answers GET.
func (l *List) serve(w http.ResponseWriter, r *http.Request, log *slog.Logger) {
	snapshot := l.Snapshot()
	if snapshot == nil {
		serveIndex(w, r) // not ready yet
		return
	}
	s, code := &listSheet{listWords: listWordsOf(snapshot.Routing.Language)}, http.StatusOK
	q, err := parseQuery(r.URL.Query(), listFields)
	s.Query = &q
	switch {
	case err != nil:
		s.Title, s.Trouble, code = s.WrongAddress, err.Error(), http.StatusBadRequest
	default:
		s.Filtered = q.section != "" || len(q.values("", "")) > 0
		if err = s.fill(r.Context(), snapshot, l.Store); r.Context().Err() != nil {
			return // the client has gone
		}
		if err != nil {
			log.Error("alerts cannot be shown", "error", err)
			s.Title, s.Trouble, code = s.NotNow, s.SeeLog, http.StatusServiceUnavailable
		}
	}
	writePage(w, code, listPage, s)
}

// choice is one value of a filter.
type choice struct {
	Value, Text string
	Chosen      bool
}

// StateChoices and SeverityChoices fill the form.
func (s *listSheet) StateChoices() (all []choice) {
	for _, state := range alerting.States {
		all = append(all, choice{string(state), s.States[state], s.Query.filter.State == state})
	}
	return all
}

// SeverityChoices: see StateChoices.
func (s *listSheet) SeverityChoices() (all []choice) {
	for _, severity := range alerting.Severities {
		all = append(all, choice{string(severity), s.Severities[severity], s.Query.filter.Severity == severity})
	}
	return all
}

// sections of the first page, in their order.
func (w *listWords) sections() []section {
	of := func(kinds ...detector.FindingKind) alerting.Filter {
		return alerting.Filter{Living: true, Kinds: kinds}
	}
	return []section{
		{name: "drift", filter: of(detector.Raised, detector.RaisedAgain), Name: w.Drift, Note: w.DriftNote},
		{name: "care", filter: of(detector.Neglected), Name: w.Care, Note: w.CareNote},
		{name: "feeds", filter: of(detector.FeedDead, detector.FeedLow, detector.AllQuiet, detector.Misrouted, detector.IDsMigrated), Name: w.Feeds, Note: w.FeedsNote},
		{name: "closed", filter: alerting.Filter{State: alerting.Closed}, Name: w.Over},
	}
}

func sectionNames() (names []string) {
	for _, one := range englishListWords.sections() {
		names = append(names, one.name)
	}
	return names
}

// narrow adds what the address asks for to the filter of a section. It returns
// false when nothing can pass both.
func (q *query) narrow(f *alerting.Filter) bool {
	if closed := f.State == alerting.Closed; closed && (q.filter.Living || q.filter.State != "" && q.filter.State != alerting.Closed) ||
		!closed && q.filter.State == alerting.Closed {
		return false
	}
	if q.filter.State != "" {
		f.State = q.filter.State
	}
	if len(q.filter.Kinds) > 0 {
		if len(f.Kinds) > 0 && !slices.Contains(f.Kinds, q.filter.Kinds[0]) {
			return false
		}
		f.Kinds = q.filter.Kinds
	}
	f.Severity, f.Owner, f.Account = q.filter.Severity, q.filter.Owner, q.filter.Account
	return true
}

// fill reads a page of each section that the address asks for.
func (s *listSheet) fill(ctx context.Context, snapshot *alerting.RoutingSnapshot, store alerting.AlertStore) error {
	need := 0
	for _, one := range s.sections() {
		if s.Query.section != "" && s.Query.section != one.name || !s.Query.narrow(&one.filter) {
			continue
		}
		size, after := sectionPage, alerting.Cursor("")
		if s.Query.section != "" {
			after = s.Query.after
		} else if one.name == "closed" {
			size = firstClosed
		}
		page, err := store.Page(ctx, one.filter, after, size)
		if err != nil {
			return err
		}
		one.Total = page.Total
		for _, a := range page.Alerts {
			one.Alerts = append(one.Alerts, s.card(snapshot, a))
		}
		if page.Next != "" {
			one.More = "?" + s.Query.values(one.name, page.Next).Encode()
		}
		if one.name == "drift" || one.name == "care" {
			need += page.Total
		}
		if len(one.Alerts) > 0 {
			s.Sections = append(s.Sections, one)
		}
	}
	s.Title = s.Need(need)
	if s.Filtered {
		s.Title = s.Some
	}
	return nil
}

func (s *listSheet) card(snapshot *alerting.RoutingSnapshot, a *alerting.Alert) card {
	language := snapshot.Routing.Language
	m := alerting.Render(language, a, a.Kind, snapshot.Accounts.Get(a.Account))
	c := card{
		Title: m.Title, Verdict: s.Verdicts[a.Verdict], Blocks: blocks(m.Text),
		Critical: a.Severity == alerting.Critical && a.State != alerting.Closed,
		Neglect:  a.Kind == detector.Neglected || a.Kind == detector.CaredFor,
		Over:     a.State == alerting.Closed,
	}
	if a.State != alerting.Closed && a.AtRisk >= 1 {
		c.AtRisk = money(a.AtRisk)
	}
	if a.Worth >= 1 {
		c.Worth = money(a.Worth)
	}
	for _, fact := range []string{s.Grades[a.Grade], a.Owner, s.States[a.State], message.LabelText(language, a.Label), s.Since(message.DateText(language, a.Since))} {
		if fact != "" {
			c.Facts = append(c.Facts, fact)
		}
	}
	if a.Account != "" {
		c.Account = "/api/v1/accounts/" + url.PathEscape(a.Account)
	}
	return c
}

// money writes an amount with two figures, 1,100,000: value at risk is a rough
// number.
func money(v float64) string {
	scale := math.Pow(10, math.Max(0, math.Floor(math.Log10(v))-1))
	digits := strconv.FormatFloat(math.Round(v/scale)*scale, 'f', 0, 64)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

package web

import (
	_ "embed"
	"html/template"
	"log/slog"
	"math"
	"net/http"
	"net/url"
	"strconv"

	"firstsign/alerting"
	"firstsign/alerting/message"
	"firstsign/detector"
)

// List is the first page: all alerts, most at risk first. Drifting accounts and
// accounts that we neglect are in sections of their own. The page is read-only.
type List struct {
	Snapshot func() *alerting.RoutingSnapshot // the routing in force
	Store    alerting.AlertStore
}

// mostClosed is how many closed alerts are shown.
const mostClosed = 10

//go:embed list.html
var listHTML string

var listPage = template.Must(template.New("list").Parse(listHTML))

// listSheet is what the page shows.
type listSheet struct {
	*listWords
	Title    string
	Trouble  bool
	Sections []section
}

// section is one kind of alerts.
type section struct {
	Name, Note string
	Alerts     []card
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
	all, err := l.Store.List(r.Context(), alerting.Filter{})
	switch {
	case r.Context().Err() != nil:
		return // the client has gone
	case err != nil:
		log.Error("alerts cannot be shown", "error", err)
		s.Title, s.Trouble, code = s.NotNow, true, http.StatusServiceUnavailable
	default:
		s.fill(snapshot, alerting.MostAtRisk(all))
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Robots-Tag", "noindex")
	w.WriteHeader(code)
	_ = listPage.Execute(w, s) // a client that went away is not our error
}

// fill sorts the alerts into sections.
func (s *listSheet) fill(snapshot *alerting.RoutingSnapshot, all []*alerting.Alert) {
	drift, care := section{Name: s.Drift, Note: s.DriftNote}, section{Name: s.Care, Note: s.CareNote}
	feeds, closed := section{Name: s.Feeds, Note: s.FeedsNote}, section{Name: s.Over}
	living := map[string]bool{} // accounts
	for _, a := range all {
		into := &drift
		switch {
		case a.State == alerting.Closed:
			into = &closed
		case a.Account == "":
			into = &feeds
		case a.Kind == detector.Neglected:
			into = &care
		}
		if a.State != alerting.Closed && a.Account != "" {
			living[a.Account] = true
		}
		if into != &closed || len(closed.Alerts) < mostClosed {
			into.Alerts = append(into.Alerts, s.card(snapshot, a))
		}
	}
	s.Title = s.Need(len(living))
	for _, one := range []section{drift, care, feeds, closed} {
		if len(one.Alerts) > 0 {
			s.Sections = append(s.Sections, one)
		}
	}
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

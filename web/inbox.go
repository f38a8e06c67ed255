package web

import (
	"cmp"
	"context"
	_ "embed"
	"html/template"
	"log/slog"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"
	"unicode"
	"unicode/utf8"

	"firstsign/alerting"
	"firstsign/alerting/message"
	"firstsign/detector"
	"firstsign/signals"
	"firstsign/web/access"
	"firstsign/web/portfolio"
	"firstsign/web/profile"
	"firstsign/web/words"
)

// Pages are the pages for people without a link of a message: the list of alerts and the
// page of an account.
type Pages struct {
	Snapshot func() *alerting.RoutingSnapshot // the routing in force
	Store    access.Alerts
	Accounts Accounts // nil: pages show what was told, and nothing of now
	Now      func() time.Time
	Handler  *alerting.AnswerHandler // takes answers; nil: nobody can answer here
	// Portfolio counts how all accounts stand; nil: there is no page of it.
	Portfolio *portfolio.Overview

	visitor *access.Visitor // who asks; see seenBy
}

// How many alerts a page of a section shows, and how many of each section stand on the
// first page. A page stays below 200 kB.
const (
	sectionPage  = 50
	sectionFirst = 20
	firstClosed  = 10
)

// behindDays after today's the last closed day tells that the service has not judged for
// longer than a day and the lateness of feeds.
const behindDays = 4

//go:embed inbox.html
var inboxHTML string

var inboxPage = pageOf("inbox", inboxHTML)

// inboxSheet is what the page shows.
type inboxSheet struct {
	*words.Inbox
	words.Header
	Title    string
	Trouble  string // why there is no list; empty: there is one
	Stale    bool   // the state cannot be read: rows say what was told
	Query    *query
	Filtered bool   // by the form or the address
	Quiet    bool   // no account needs anybody
	NoneHere bool   // none of those that the reader chose
	Tabs     []tab  // mine, my team, all; none when nobody signed in
	NewSince string // what is marked as new; empty at the first visit
	Done     *done  // what the reader has just done
	visit    time.Time
	Sections []section
}

// section is one kind of alerts.
type section struct {
	name       string // in the address
	filter     alerting.Filter
	alerts     []*alerting.Alert
	Name, Note string
	Total      int
	Rows       []row
	More       string // address of the next page; empty: this is the last
}

// Key names the section to the script that keeps the page up to date.
func (s *section) Key() string { return s.name }

// row is one alert.
type row struct {
	Key      string // its alert
	Title    string
	Account  string // address of its page; empty for a feed
	Verdict  string // what the fall means; empty when nobody knows
	Critical bool
	Neglect  bool
	Over     bool
	AtRisk   string // money; empty when the files hold none
	Worth    string
	Whose    []string // grade and owner
	Facts    []string // state, since, rarity
	Note     string   // when it says what was told, and no longer what is
	Advice   string
	Spark    template.HTML
	Change   string  // of the risk since last week
	Blocks   []block // of a feed, which has no page
	Reply    *reply
	New      bool     // raised since the reader was last here
	Notes    []string // what people wrote, the newest first
}

// tab is a choice of whose alerts are shown.
type tab struct {
	Text, Address string
	Chosen        bool
}

// serveInbox answers GET.
func (p *Pages) serveInbox(w http.ResponseWriter, r *http.Request, log *slog.Logger) {
	access.EntryOf(r).Target = r.URL.RawQuery
	snapshot := p.Snapshot()
	if snapshot == nil {
		serveIndex(w, r) // not ready yet
		return
	}
	now := readingOf(snapshot, p.Now())
	s, code := &inboxSheet{Inbox: words.InboxOf(now.language), Header: words.Header{Oversees: p.visitor.Everything}}, http.StatusOK
	q, err := parseQuery(r.URL.Query(), listFields)
	s.Query = &q
	switch {
	case err != nil:
		s.Title, s.Trouble, code = s.WrongAddress, err.Error(), http.StatusBadRequest
	default:
		s.Filtered = q.section != "" || q.filtered()
		s.visit = access.LastVisit(w, r, now.now)
		err = s.read(r.Context(), p.Store, p.visitor)
		if err == nil {
			p.fill(r, s, now, log)
		}
		if r.Context().Err() != nil {
			return // the client has gone
		}
		if err != nil {
			log.Error("alerts cannot be shown", "error", err)
			s.Title, s.Trouble, code = s.NotNow, s.SeeLog, http.StatusServiceUnavailable
		}
	}
	writePage(w, code, inboxPage, s)
}

// choice is one value of a filter.
type choice struct {
	Value, Text string
	Chosen      bool
}

// StateChoices and SeverityChoices fill the form.
func (s *inboxSheet) StateChoices() (all []choice) {
	for _, state := range alerting.States {
		all = append(all, choice{string(state), s.States[state], s.Query.filter.State == state})
	}
	return all
}

// SeverityChoices: see StateChoices.
func (s *inboxSheet) SeverityChoices() (all []choice) {
	for _, severity := range alerting.Severities {
		all = append(all, choice{string(severity), s.Severities[severity], s.Query.filter.Severity == severity})
	}
	return all
}

// sections of the first page, in their order. What is broken comes first: accounts are not
// judged by it.
func sections(w *words.Inbox) []section {
	drift := []detector.FindingKind{detector.Raised, detector.RaisedAgain}
	care := []detector.FindingKind{detector.Neglected}
	feeds := []detector.FindingKind{detector.FeedDead, detector.FeedLow, detector.AllQuiet, detector.Misrouted, detector.IDsMigrated}
	return []section{
		{name: "feeds", filter: alerting.Filter{Living: true, Kinds: feeds}, Name: w.Feeds, Note: w.FeedsNote},
		{name: "drift", filter: alerting.Filter{State: alerting.Open, Kinds: drift}, Name: w.Drift, Note: w.DriftNote},
		{name: "care", filter: alerting.Filter{State: alerting.Open, Kinds: care}, Name: w.Care, Note: w.CareNote},
		{name: "answered", filter: alerting.Filter{Answered: true, Kinds: slices.Concat(drift, care)}, Name: w.Answered, Note: w.AnsweredNote},
		{name: "closed", filter: alerting.Filter{State: alerting.Closed}, Name: w.Over},
	}
}

func sectionNames() (names []string) {
	for _, one := range sections(words.InboxOf(message.English)) {
		names = append(names, one.name)
	}
	return names
}

// narrow adds what the address asks for to the filter of a section. It returns
// false when nothing can pass both.
func (q *query) narrow(f *alerting.Filter) bool {
	switch state := q.filter.State; {
	case q.filter.Living && !f.OnlyLiving(),
		state == alerting.Closed && f.OnlyLiving(),
		state != "" && f.State != "" && state != f.State,
		state == alerting.Open && f.Answered:
		return false
	case state != "":
		f.State = state
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

// read reads a page of each section that the address asks for.
func (s *inboxSheet) read(ctx context.Context, store access.Alerts, v *access.Visitor) error {
	of := v.AccountsOf(s.Query.whose)
	need := 0
	for _, one := range sections(s.Inbox) {
		if s.Query.section != "" && s.Query.section != one.name || !s.Query.narrow(&one.filter) {
			continue
		}
		size, after := sectionFirst, alerting.Cursor("")
		if s.Query.section != "" {
			size, after = sectionPage, s.Query.after
		} else if one.name == "closed" {
			size = firstClosed
		}
		one.filter.Accounts = of
		page, err := store.Page(ctx, one.filter, after, size)
		if err != nil {
			return err
		}
		one.Total, one.alerts = page.Total, page.Alerts
		if page.Next != "" {
			one.More = "?" + s.Query.values(one.name, page.Next).Encode()
		}
		if one.name == "drift" || one.name == "care" {
			need += page.Total
		}
		if len(one.alerts) > 0 {
			s.Sections = append(s.Sections, one)
		}
	}
	s.Title, s.Quiet = s.Need(need), need == 0 && !s.Filtered && s.Query.whose != access.MineOnly && s.Query.whose != access.TeamOnly
	s.NoneHere = need == 0 && !s.Filtered && !s.Quiet
	if s.Filtered {
		s.Title = s.Some
	}
	return nil
}

// fill makes rows of the alerts, by what the state says of their accounts now. Where it
// cannot be read, rows say what was told.
func (p *Pages) fill(r *http.Request, s *inboxSheet, now *reading, log *slog.Logger) {
	found := map[string]*detector.Inspection{}
	if p.Accounts != nil {
		var alerts []*alerting.Alert
		for _, one := range s.Sections {
			alerts = append(alerts, one.alerts...)
		}
		ids := accountsOf(alerts)
		watched, err := p.Accounts.Watched(r.Context())
		if err == nil && len(ids) > 0 {
			found, err = p.Accounts.InspectAll(r.Context(), ids)
		}
		if s.Stale = err != nil; s.Stale && r.Context().Err() == nil {
			log.Error("what is known of accounts cannot be shown", "error", err)
		}
		if err == nil {
			now.judged(&s.Header, s.Inbox, &watched)
		}
	}
	if me := p.visitor.Person; me != "" && me != access.Local {
		s.tabs()
	}
	if !s.visit.IsZero() {
		s.NewSince = s.NewAre(now.clock(s.visit))
	}
	form := p.formOf(r, now)
	s.Done = p.doneOf(r, form, now)
	for i := range s.Sections {
		one := &s.Sections[i]
		for _, a := range one.alerts {
			c := now.row(s.Inbox, form, a, found[a.Account])
			c.New = !s.visit.IsZero() && a.State != alerting.Closed && a.RaisedLast().After(s.visit)
			one.Rows = append(one.Rows, c)
		}
	}
}

// tabs are those of this address.
func (s *inboxSheet) tabs() {
	q, chosen := *s.Query, cmp.Or(s.Query.whose, access.Visible)
	for _, whose := range access.AllWhose {
		q.whose = whose
		s.Tabs = append(s.Tabs, tab{s.Whose[whose], "/?" + q.values("", "").Encode(), whose == chosen})
	}
}

// accountsOf are the accounts of the alerts that are not closed.
func accountsOf(alerts []*alerting.Alert) (ids []string) {
	for _, a := range alerts {
		if a.Account != "" && a.State != alerting.Closed && !slices.Contains(ids, a.Account) {
			ids = append(ids, a.Account)
		}
	}
	return ids
}

// judged says in a header what is watched, and how far it is judged.
func (p *reading) judged(h *words.Header, w *words.Inbox, watched *Watched) {
	if !watched.Judged {
		h.AsOf = w.NotJudged(watched.Accounts)
		return
	}
	ago := p.days(watched.Closed)
	h.AsOf, h.Behind = w.Watched(watched.Accounts, message.DateText(p.language, watched.Closed), ago), ago >= behindDays
}

func (p *reading) row(w *words.Inbox, form *replyForm, a *alerting.Alert, x *detector.Inspection) row {
	t := p.tell(a, x)
	c := row{
		Key:   a.ID,
		Title: t.Title, Verdict: w.Verdicts[a.Verdict], Advice: t.Advice,
		Critical: a.Severity == alerting.Critical && a.State != alerting.Closed,
		Neglect:  a.Kind == detector.Neglected || a.Kind == detector.CaredFor,
		Over:     a.State == alerting.Closed,
	}
	if a.Account == "" {
		c.Blocks = blocks(t.Text)
	} else {
		c.Account = accountPath(a.Account)
	}
	currency := p.snapshot.Accounts.Currency()
	if a.State != alerting.Closed && a.AtRisk >= 1 {
		c.AtRisk = money(currency, a.AtRisk)
	}
	if a.Worth >= 1 {
		c.Worth = money(currency, a.Worth)
	}
	label := message.LabelText(p.language, a.Label)
	c.Whose = facts(w.Grades[a.Grade], a.Owner)
	state := w.States[a.State]
	if e := a.Answer(); e != nil && a.State != alerting.Closed && e.By != "" {
		state += w.ByName(e.By)
	}
	if a.Assignee != "" && a.State != alerting.Closed {
		state += w.Comma + w.ForWhom(a.Assignee)
	}
	for _, e := range slices.Backward(a.Notes()) {
		c.Notes = append(c.Notes, w.NoteBy(e.By, message.DateText(p.language, p.snapshot.Day(e.Time)), e.Text))
	}
	c.Facts = facts(state, label, p.since(w, a), p.rarity(a, x))
	if t.Calm {
		c.Note = w.Calm
	}
	if x != nil {
		c.Spark, c.Change = profile.Of(x, p.snapshot, &w.Chart).Spark(t.Sign, c.Neglect)
	}
	c.Reply = form.of(a)
	return c
}

// facts are those of some texts that say something.
func facts(texts ...string) []string {
	return slices.DeleteFunc(texts, func(text string) bool { return text == "" })
}

// since says when an alert began, and how long ago that is where it is not over.
func (p *reading) since(w *words.Inbox, a *alerting.Alert) string {
	day := message.DateText(p.language, a.Since)
	if a.State == alerting.Closed {
		return w.Since(day)
	}
	return w.SinceFor(day, p.days(a.Since))
}

// rarity says how unusual the account is now, or was when it was told.
func (p *reading) rarity(a *alerting.Alert, x *detector.Inspection) string {
	switch {
	case a.State == alerting.Closed, a.Kind.AboutCare(), message.ByRule(a.Reasons):
		return ""
	case x != nil && x.Risk > 0:
		return message.RarityText(p.language, x.Risk, x.Known)
	}
	return message.RarityText(p.language, a.Risk, a.HistoryDays)
}

// accountPath is the address of an account's page.
func accountPath(id string) string { return "/accounts/" + url.PathEscape(id) }

// money writes an amount with two figures, 1,100,000: value at risk is a rough
// number.
func money(currency string, v float64) string {
	scale := math.Pow(10, math.Max(0, math.Floor(math.Log10(v))-1))
	digits := strconv.FormatFloat(math.Round(v/scale)*scale, 'f', 0, 64)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	if last, _ := utf8.DecodeLastRuneInString(currency); unicode.IsLetter(last) {
		currency += "\u00a0"
	}
	return currency + digits
}

// Watched is what the detector judges.
type Watched struct {
	Accounts int         // that are known
	Judged   bool        // a day was closed
	Closed   signals.Day // the last closed day, of the partition that is furthest behind
}

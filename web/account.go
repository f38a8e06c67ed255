package web

import (
	"cmp"
	"context"
	_ "embed"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"firstsign/accounts"
	"firstsign/alerting"
	"firstsign/alerting/message"
	"firstsign/detector"
	"firstsign/signals"
	"firstsign/web/access"
	"firstsign/web/profile"
	"firstsign/web/words"
)

// How many alerts of an account stand on its page, and how many events of each. The list
// goes on page by page.
const (
	alertsTold = 10
	eventsTold = 12
)

// seriesPage is how many charts one page of an account shows.
const seriesPage = 12

// foremost is how many charts stand beside the words of an alert.
const foremost = 2

//go:embed account.html
var accountHTML string

var accountPage = pageOf("account", accountHTML)

// accountSheet is what the page of an account shows.
type accountSheet struct {
	*words.Account
	words.Header
	Self    string // its present id
	Title   string
	Trouble string // why there is nothing to see
	Facts   []string
	AtRisk  string
	Worth   string
	Blind   string // the sources from which nothing comes
	Dormant bool
	Known   bool // there is a state
	Now     []nowRow
	Done    *done
	Risk    *profile.Figure // over time
	Figures []profile.Figure
	Next    string // address of more charts
	Persons []profile.Person
	TooMany bool
	Waits   []string
	Told    []toldRow
	Older   string // address of older alerts
	JSON    string
}

// nowRow is an alert that is not closed, with pictures of what it is about.
type nowRow struct {
	row
	Figures []profile.Figure
	sign    *detector.Reason
}

// toldRow is an alert of the account with what became of it.
type toldRow struct {
	Title, State string
	Living       bool
	Events       []string // newest first
}

// serveAccount answers GET.
func (p *Pages) serveAccount(w http.ResponseWriter, r *http.Request, log *slog.Logger) {
	id := r.PathValue("id")
	access.EntryOf(r).Target = id
	snapshot := p.Snapshot()
	if snapshot == nil {
		serveIndex(w, r) // not ready yet
		return
	}
	now := readingOf(snapshot, p.Now())
	s := &accountSheet{Account: words.AccountOf(now.language), Title: id, JSON: "/api/v1/accounts/" + url.PathEscape(id), Header: words.Header{Oversees: p.visitor.Everything}}
	code := http.StatusOK
	switch err := p.account(r, s, now, id); {
	case r.Context().Err() != nil:
		return // the client has gone
	case errors.Is(err, ErrUnknownAccount):
		s.Trouble, code = s.NoSuch, http.StatusNotFound
	case errors.Is(err, errAddress), errors.Is(err, alerting.ErrCursor):
		s.Trouble, code = s.WrongAddress, http.StatusBadRequest
	case err != nil:
		log.Error("an account cannot be shown", "error", err)
		s.Trouble, code = s.SeeLog, http.StatusServiceUnavailable
	}
	writePage(w, code, accountPage, s)
}

// errAddress means that an address asks for what there is not.
var errAddress = errors.New("the address is not understood")

// account fills in all that is known. An account that only the files know has a page.
func (p *Pages) account(r *http.Request, s *accountSheet, now *reading, id string) error {
	from, after, err := s.place(r.URL.Query())
	if err != nil {
		return err
	}
	x, err := p.Accounts.Inspect(r.Context(), id)
	if err != nil && !errors.Is(err, ErrUnknownAccount) {
		return err
	}
	account := id
	if x != nil {
		account = x.Account
	}
	s.Self = account
	listed := now.snapshot.Accounts.Get(account)
	told, err := p.Store.Page(r.Context(), alerting.Filter{Account: account}, after, alertsTold)
	switch {
	case err != nil:
		return err
	case x == nil && listed == nil && told.Total == 0:
		return ErrUnknownAccount
	}
	s.header(now, x, listed)
	form := p.formOf(r, now)
	s.Done = p.doneOf(r, form, now)
	if err := s.present(r.Context(), p.Store, now, form, account, x); err != nil {
		return err
	}
	s.Persons, s.TooMany = profile.People(x, listed, s.Account, now.language, now.today)
	s.waits(now, x, listed)
	if x != nil {
		known := profile.Of(x, now.snapshot, &s.Chart)
		s.Risk = known.Risk(s.RiskHead, told.Alerts, func(e *alerting.Event) string { return s.eventText(now, e) })
		if next := s.figures(known, from); next > 0 {
			s.Next = "?series=" + strconv.Itoa(next) + "#series"
		}
	}
	for _, a := range told.Alerts {
		s.Told = append(s.Told, s.toldRow(now, a))
	}
	if told.Next != "" {
		s.Older = "?" + url.Values{"after": {string(told.Next)}}.Encode() + "#told"
	}
	return nil
}

// place is which charts and which alerts the address asks for.
func (*accountSheet) place(q url.Values) (from int, after alerting.Cursor, err error) {
	for field, values := range q {
		switch {
		case len(values) > 1:
			return 0, "", errAddress
		case field == "series":
			if from, err = strconv.Atoi(values[0]); err != nil || from < 0 {
				return 0, "", errAddress
			}
		case field == doneField:
		case field == "after":
			after = alerting.Cursor(values[0])
		default:
			return 0, "", errAddress
		}
	}
	return from, after, after.Validate()
}

// header is who the account is, and how far it is judged.
func (s *accountSheet) header(now *reading, x *detector.Inspection, listed *accounts.Account) {
	fact := func(parts ...string) {
		text := ""
		for _, part := range parts {
			if part == "" {
				return
			}
			if text != "" && !strings.HasSuffix(text, "：") {
				text += " "
			}
			text += part
		}
		s.Facts = append(s.Facts, text)
	}
	if listed != nil {
		s.Title = listed.Name
		fact(s.Grades[listed.Grade])
		fact(s.OwnedBy, listed.Owner)
		fact(s.StandIn, listed.StandIn)
		fact(s.ProjectManager, listed.ProjectManager)
		fact(s.Expert, listed.Expert)
		fact(listed.Industry)
		fact(s.Rank, message.RankText(now.language, listed.Rank))
		fact(s.Stage, listed.Stage)
		if !listed.Renewal.IsZero() {
			s.contract(now, signals.Day(listed.Renewal.Unix()/(24*60*60)), fact)
		}
		if v := listed.Value(); v >= 1 {
			s.Worth = money(now.snapshot.Accounts.Currency(), v)
		}
	}
	if x == nil {
		return
	}
	fact(s.ID, x.Account)
	s.Known, s.Dormant = true, x.Dormant
	s.AsOf = s.UpTo(message.DateText(now.language, x.AsOf), now.days(x.AsOf))
	s.Behind = now.days(x.AsOf) >= behindDays
	for source, state := range x.Sources {
		if state != "dead" {
			continue
		}
		if s.Blind != "" {
			s.Blind += ", "
		}
		s.Blind += source
	}
}

// contract says when the contract ends, counted from today.
func (s *accountSheet) contract(now *reading, day signals.Day, fact func(...string)) {
	text := message.DateText(now.language, day)
	if left := -now.days(day); left >= 0 {
		fact(s.Contract, s.With(text, s.InDays(left)))
		return
	}
	fact(s.ContractOver, s.With(text, s.Ago(now.days(day))))
}

// present shows the alerts that are not closed, as they are now. There are two at most:
// drift and neglect.
func (s *accountSheet) present(ctx context.Context, store access.Alerts, now *reading, form *replyForm, account string, x *detector.Inspection) error {
	living, err := store.Page(ctx, alerting.Filter{Account: account, Living: true}, "", alertsTold)
	if err != nil {
		return err
	}
	for _, a := range living.Alerts {
		t := now.tell(a, x)
		one := nowRow{row: now.row(s.Inbox, form, a, x), sign: t.Sign}
		one.Reply = form.withColleagues(one.Reply, a, now.snapshot.Accounts.Get(account))
		one.Blocks, one.Account = blocks(t.Text, append(t.Header, t.Advice)...), ""
		if one.AtRisk != "" {
			s.AtRisk = one.AtRisk
		}
		s.Now = append(s.Now, one)
	}
	return nil
}

// figures are the charts of an account: those of its open alerts beside their words, and the
// others from one on. next is the first of the page behind, 0 when there is none.
func (s *accountSheet) figures(known *profile.Profile, from int) (next int) {
	all, moved := known.Series()
	if !slices.ContainsFunc(s.Now, func(one nowRow) bool { return !one.Neglect }) {
		moved = 0 // what moved is not unusual enough for an alert: nothing is marked
	}
	shown := 0 // beside the words of a drift
	for i := range s.Now {
		one := &s.Now[i]
		if ours := known.About(one.sign); one.Neglect && ours != nil {
			one.Figures = append(one.Figures, known.Figure(ours, false))
		}
		for !one.Neglect && shown < min(foremost, moved) {
			one.Figures = append(one.Figures, known.Figure(all[shown], true))
			shown++
		}
	}
	if from == 0 {
		from = shown
	}
	from = min(from, len(all))
	until := min(len(all), from+seriesPage)
	for i, one := range all[from:until] {
		s.Figures = append(s.Figures, known.Figure(one, from+i < moved))
	}
	if until < len(all) {
		return until
	}
	return 0
}

// waits are complaints, proposals and what we owe.
func (s *accountSheet) waits(now *reading, x *detector.Inspection, listed *accounts.Account) {
	if x != nil {
		for _, r := range owing(x, false) {
			s.Waits = append(s.Waits, message.ReasonText(now.language, &r, ""))
		}
		for _, r := range x.Reasons {
			if r.Term == detector.Rule && r.Without != "" {
				s.Waits = append(s.Waits, message.ReasonText(now.language, &r, listed.PersonName(r.Contact)))
			}
		}
	}
	if listed != nil && listed.Proposals > 0 {
		s.Waits = append(s.Waits, s.OpenProposals(listed.Proposals))
	}
}

// toldRow is an alert as it was told, with its events.
func (s *accountSheet) toldRow(now *reading, a *alerting.Alert) toldRow {
	kind := a.Kind
	for _, e := range a.History {
		if e.Kind.Raises() {
			kind = e.Kind // what was told, not that it is over
		}
	}
	row := toldRow{
		Title: alerting.Render(now.language, a, kind, now.snapshot.Accounts.Get(a.Account)).Title,
		State: s.States[a.State], Living: a.State != alerting.Closed,
	}
	for i := len(a.History) - 1; i >= 0 && len(row.Events) < eventsTold; i-- {
		if text := s.eventText(now, &a.History[i]); text != "" {
			row.Events = append(row.Events, text)
		}
	}
	return row
}

// eventText says what happened to an alert, empty when that means nothing to people.
func (s *accountSheet) eventText(now *reading, e *alerting.Event) string {
	words := s.Events[string(e.Kind)]
	if words == "" {
		return ""
	}
	text := message.DateText(now.language, now.snapshot.Day(e.Time)) + " " + words
	if e.By != "" {
		text += " " + e.By
	}
	if e.Assigns() {
		text += " → " + cmp.Or(e.To, s.Nobody)
	}
	if e.Text != "" {
		text += ": " + e.Text
	}
	if e.Label != "" {
		text += ": " + message.LabelText(now.language, e.Label)
	}
	if e.Until != nil {
		text += " " + s.Until(message.DateText(now.language, now.snapshot.Day(*e.Until)))
	}
	return text
}

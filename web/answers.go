package web

import (
	"context"
	_ "embed"
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"firstsign/alerting"
	"firstsign/alerting/links"
	"firstsign/alerting/message"
	"firstsign/detector"
	"firstsign/signals"
	"firstsign/web/access"
	"firstsign/web/words"
)

// Answers is the page behind the links of messages: the alert as it is now, and the
// buttons to answer it. Opening it changes nothing, because mail servers and chats
// follow links to scan them. Only the buttons do.
type Answers struct {
	Snapshot func() *alerting.RoutingSnapshot // the routing in force; without links there is no page
	Store    alerting.AlertStore
	Accounts Accounts // nil: the page shows what was told, and nothing of now
	Handler  *alerting.AnswerHandler
	Now      func() time.Time
}

// inspect returns what the state says of the accounts of alerts. What cannot be read is
// missing: the page then shows what was told, and can be answered.
func (n *Answers) inspect(ctx context.Context, alerts ...*alerting.Alert) map[string]*detector.Inspection {
	ids := accountsOf(alerts)
	if n.Accounts == nil || len(ids) == 0 {
		return nil
	}
	found, err := n.Accounts.InspectAll(ctx, ids)
	if err != nil {
		return nil
	}
	return found
}

// snoozeDays is how long the button of a page snoozes an alert, and maxSnoozeDays the most
// that a program may ask for.
const snoozeDays, maxSnoozeDays = 7, 90

// maxForm bounds the body of an answer: a note of 1,000 characters takes up to 9,000 bytes in a form.
const maxForm = 16 << 10

//go:embed answers.html
var answersHTML string

var answersPage = pageOf("answers", answersHTML)

// sheet is what the page shows.
type sheet struct {
	*words.Answers
	Title  string
	Notes  []string // about the alert, the answer or the link
	Alarm  bool     // the notes are bad news
	Blocks []block
	As     string // who answers; empty: there is nothing to answer
	Of     int64  // the raise that is shown
	Living bool   // it can be acknowledged
	Snooze bool   // it can be snoozed
	Labels []labelButton
	Items  []listItem
	More   string // address of the list's next page
	BackTo string // the page that a form came from
}

// block is a paragraph, or a list.
type block struct {
	Text  string
	Items []string
}

// labelButton labels the alert.
type labelButton struct {
	Label         signals.Label
	Text, Meaning string
}

// listItem is one alert in a person's list.
type listItem struct{ Title, State, URL string }

// serve answers GET and POST.
func (n *Answers) serve(w http.ResponseWriter, r *http.Request, log *slog.Logger) {
	snapshot := n.Snapshot()
	if snapshot == nil || snapshot.Links == nil {
		http.NotFound(w, r)
		return
	}
	s := &sheet{Answers: words.AnswersOf(snapshot.Routing.Language)}
	var code int
	link, err := snapshot.Links.Open(r.URL.Query(), n.Now())
	access.EntryOf(r).By, access.EntryOf(r).Target = link.To, link.Alert
	switch {
	case errors.Is(err, links.ErrExpired):
		code = s.fail(http.StatusGone, s.Expired(snapshot.Day(link.Expires)))
	case err != nil:
		code = s.fail(http.StatusForbidden, s.Forged)
	case link.Action == links.ToList && r.Method != http.MethodPost:
		code, err = n.list(r, s, snapshot, link)
	case link.Action == links.ToAnswer:
		code, err = n.alert(w, r, s, snapshot, link)
	default:
		code = s.fail(http.StatusForbidden, s.Forged)
	}
	if r.Context().Err() != nil {
		return // the client has gone
	}
	if code == http.StatusServiceUnavailable {
		log.Error("an alert cannot be shown or answered", "error", err)
	}
	writePage(w, code, answersPage, s)
}

// fail makes the page say that something is wrong.
func (s *sheet) fail(code int, note string) int {
	s.Alarm, s.As, s.Blocks, s.Labels = true, "", nil, nil
	if s.Title == "" {
		s.Title = s.NoAlert
	}
	s.Notes = append(s.Notes, note)
	return code
}

// alert shows an alert, and accepts an answer to it.
func (n *Answers) alert(w http.ResponseWriter, r *http.Request, s *sheet, snapshot *alerting.RoutingSnapshot, link links.Link) (int, error) {
	a, err := n.Store.Get(r.Context(), link.Alert)
	code := http.StatusOK
	if err == nil && r.Method == http.MethodPost {
		code, a, err = n.take(w, r, s, a, link)
	}
	switch {
	case errors.Is(err, alerting.ErrNoAlert):
		return s.fail(http.StatusGone, s.Unknown), nil
	case err != nil:
		return s.fail(http.StatusServiceUnavailable, s.Trouble), err
	}
	s.show(readingOf(snapshot, n.Now()), a, n.inspect(r.Context(), a)[a.Account], link)
	return code, nil
}

// take passes the form's answer to the AnswerHandler. A refusal becomes a note.
func (n *Answers) take(w http.ResponseWriter, r *http.Request, s *sheet, a *alerting.Alert, link links.Link) (int, *alerting.Alert, error) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	of, err := strconv.ParseInt(r.PostFormValue("of"), 10, 64)
	now := n.Now()
	said := said{do: r.PostFormValue("do"), label: signals.Label(r.PostFormValue("label")), days: snoozeDays}
	answer, missing := said.answerOf(a.ID, link.To, time.Unix(0, of), now)
	if err != nil || missing != nil || answer.Assign != nil || answer.Undo {
		s.Alarm, s.Notes = true, append(s.Notes, s.NoAnswer)
		return http.StatusBadRequest, a, nil //nolint:nilerr // the page says so
	}
	access.EntryOf(r).Answer = r.PostFormValue("do") + string(answer.Label)
	taken, err := n.Handler.Handle(r.Context(), answer, now)
	switch {
	case err == nil:
		s.Notes = append(s.Notes, s.Thanks)
		return http.StatusOK, taken, nil
	case errors.Is(err, alerting.ErrGrown):
		s.Alarm, s.Notes = true, append(s.Notes, s.Grown)
		return http.StatusConflict, taken, nil
	case refused(err):
		return http.StatusConflict, taken, nil // the page says so
	}
	return 0, nil, err
}

// show fills in an alert as it is now. x is what the state says of its account, nil when
// that is not known.
func (s *sheet) show(now *reading, a *alerting.Alert, x *detector.Inspection, link links.Link) {
	snapshot, m := now.snapshot, now.tell(a, x)
	s.Title, s.Blocks = m.Title, blocks(m.Text)
	raised := a.RaisedLast()
	if a.State != alerting.Closed && raised.Unix() > link.Raised.Unix() {
		s.Notes = append(s.Notes, s.Outdated(snapshot.Day(raised)))
	}
	e := a.Answer()
	switch {
	case a.State == alerting.Closed:
		s.Notes = append(s.Notes, s.Over)
	case a.State == alerting.Acknowledged && e.Label == "":
		s.Notes = append(s.Notes, s.Acknowledged(e.By, snapshot.Day(e.Time)))
	case a.State == alerting.Snoozed:
		s.Notes = append(s.Notes, s.Snoozed(e.By, snapshot.Day(*a.Until)))
	}
	if e := a.Labelled(); e != nil {
		s.Notes = append(s.Notes, s.Labelled(e.By, snapshot.Day(e.Time), message.LabelText(snapshot.Routing.Language, e.Label)))
	}
	s.Living, s.Snooze = a.State == alerting.Open || a.State == alerting.Snoozed, a.State == alerting.Open
	s.Labels = labelsOf(s.Answers, snapshot.Routing.Language, a)
	if s.Living || len(s.Labels) > 0 {
		s.As, s.Of = link.To, raised.UnixNano()
	}
}

// list shows the alerts of a person that are not closed, a page at a time.
func (n *Answers) list(r *http.Request, s *sheet, snapshot *alerting.RoutingSnapshot, link links.Link) (int, error) {
	page, err := n.Store.Page(r.Context(), alerting.Filter{Living: true, Concerns: link.To}, alerting.Cursor(r.URL.Query().Get("after")), sectionPage)
	if errors.Is(err, alerting.ErrCursor) {
		return s.fail(http.StatusForbidden, s.Forged), nil
	}
	if err != nil {
		return s.fail(http.StatusServiceUnavailable, s.Trouble), err
	}
	s.Title = s.Yours(page.Total, link.To)
	now, found := readingOf(snapshot, n.Now()), n.inspect(r.Context(), page.Alerts...)
	for _, a := range page.Alerts {
		s.Items = append(s.Items, listItem{
			Title: now.tell(a, found[a.Account]).Title,
			State: s.States[a.State],
			URL: snapshot.Links.URL(links.Link{
				Action: links.ToAnswer, Alert: a.ID, To: link.To, Raised: a.RaisedLast(), Expires: link.Expires,
			}, n.Now()),
		})
	}
	if page.Next != "" {
		next := r.URL.Query() // the signature does not cover the place
		next.Set("after", string(page.Next))
		s.More = "?" + next.Encode()
	}
	return http.StatusOK, nil
}

// blocks split a message's text, without the headline, which is the page's title, and
// without some lines.
func blocks(text string, without ...string) []block {
	var all []block
	lines := strings.Split(text, "\n")
	for _, line := range lines[1:] {
		item, isItem := strings.CutPrefix(line, "- ")
		switch last := len(all) - 1; {
		case line == "", slices.Contains(without, line):
		case isItem && last >= 0 && all[last].Items != nil:
			all[last].Items = append(all[last].Items, item)
		case isItem:
			all = append(all, block{Items: []string{item}})
		default:
			all = append(all, block{Text: line})
		}
	}
	return all
}

package web

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"firstsign/accounts"
	"firstsign/alerting"
	"firstsign/alerting/links"
	"firstsign/alerting/message"
	"firstsign/signals"
	"firstsign/web/access"
	"firstsign/web/words"
)

// reply is the form that answers an alert on a page.
type reply struct {
	*words.Answers
	Action, Token, Back string
	Of                  int64 // the raise that is shown
	Living, Snooze      bool
	Labels              []labelButton
	Held                string   // to whom it is assigned
	Colleagues          []choice // to whom it can be assigned; none in a list
}

// replyForm is what the forms of one page have in common; nil where nobody may answer.
type replyForm struct {
	words       *words.Answers
	now         *reading
	token, back string
	visitor     *access.Visitor
}

// formOf is the form of whoever asks for a page; nil when that person may not answer.
func (p *Pages) formOf(r *http.Request, now *reading) *replyForm {
	if p.Handler == nil || !p.visitor.MayAnswer() {
		return nil
	}
	back := withoutDone(r)
	return &replyForm{words.AnswersOf(now.language), now, p.key(now.snapshot).Token(p.visitor.Person, now.now), back, p.visitor}
}

func (p *Pages) key(snapshot *alerting.RoutingSnapshot) access.FormKey {
	if key := snapshot.Links.FormKey(); key != nil {
		return key
	}
	return access.OwnFormKey
}

// of is the form of an alert; nil when there is nothing to answer.
func (f *replyForm) of(a *alerting.Alert) *reply {
	if f == nil || !f.visitor.Answers(a) {
		return nil
	}
	r := &reply{
		Answers: f.words, Action: "/alerts/" + url.PathEscape(a.ID) + "/answers", Token: f.token, Back: f.back, Of: a.RaisedLast().UnixNano(),
		Living: a.State == alerting.Open || a.State == alerting.Snoozed, Snooze: a.State == alerting.Open,
		Labels: labelsOf(f.words, f.now.language, a), Held: a.Assignee,
	}
	return r
}

// withColleagues lets an alert be assigned, to people who know its account: first those whom
// the files name for it, by their role.
func (f *replyForm) withColleagues(r *reply, a *alerting.Alert, account *accounts.Account) *reply {
	if r == nil || a.State == alerting.Closed || account == nil {
		return r
	}
	r.Colleagues = []choice{{"", r.Nobody, a.Assignee == ""}}
	names := f.visitor.Colleagues(account)
	for _, of := range []struct{ name, role string }{
		{account.Owner, r.AsOwner}, {account.StandIn, r.AsStandIn}, {account.ProjectManager, r.AsProjectManager},
		{account.Expert, r.AsExpert}, {account.Superior, r.AsSuperior},
	} {
		if at := slices.Index(names, of.name); at >= 0 { // who is several is told as the first
			names = slices.Delete(names, at, at+1)
			r.Colleagues = append(r.Colleagues, choice{of.name, r.InRole(of.name, of.role), a.Assignee == of.name})
		}
	}
	for _, name := range names {
		r.Colleagues = append(r.Colleagues, choice{name, name, a.Assignee == name})
	}
	return r
}

// labelsOf are the labels that an alert can be given now.
func labelsOf(w *words.Answers, l message.Language, a *alerting.Alert) (all []labelButton) {
	for _, label := range a.Labels() {
		if was := a.Labelled(); label == a.Label && was.Published && !was.Of.Before(a.RaisedLast()) {
			continue
		}
		b := labelButton{label, words.Capital(message.LabelText(l, label)), w.Meanings[label]}
		if a.Account == "" {
			b.Text, b.Meaning = words.Capital(w.Retire), ""
		}
		all = append(all, b)
	}
	return all
}

// errNoAnswer means that a form or a request did not say what to do.
var errNoAnswer = errors.New("no answer: acknowledge, snooze, assign, note, undo, or one of the labels")

// said is what a person says of an alert, in a form or a body.
type said struct {
	do    string
	label signals.Label
	days  int // of a snooze
	note  string
	to    string
	held  *string // nil: whoever it is assigned to now
}

// answerOf is what is done with an alert.
func (s *said) answerOf(alert, by string, of, now time.Time) (alerting.Answer, error) {
	answer := alerting.Answer{Alert: alert, By: by, Of: of}
	switch {
	case s.do != "" && s.label != "":
		return answer, errNoAnswer
	case s.do == "acknowledge":
	case s.do == "snooze" && s.days >= 1 && s.days <= maxSnoozeDays:
		answer.Until = now.Add(time.Duration(s.days) * 24 * time.Hour)
	case s.do == "undo":
		answer.Undo = true
	case s.do == "assign":
		answer.Assign = &alerting.Assignment{To: s.to}
		if s.held != nil {
			answer.Assign.Held = *s.held
		}
	case s.do == "note":
		if answer.Note = s.text(); answer.Note == "" || utf8.RuneCountInString(answer.Note) > alerting.MaxNote {
			return answer, alerting.ErrNote
		}
	case s.do == "" && slices.Contains(signals.Labels, s.label):
		answer.Label = s.label
	default:
		return answer, errNoAnswer
	}
	return answer, nil
}

// text is the note, without what a screen would not show.
func (s *said) text() string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r == '\n' || !unicode.IsControl(r) {
			return r
		}
		return -1
	}, s.note))
}

// refused reports whether an alert cannot be answered so in its present state.
func refused(err error) bool {
	return slices.ContainsFunc(alerting.Refusals, func(e error) bool { return errors.Is(err, e) })
}

// errNotYours means that somebody may see an alert and not answer it.
var errNotYours = errors.New("this alert is not yours to answer")

// errNobody means that an alert cannot be assigned to somebody of that name.
var errNobody = errors.New("nobody of that name looks after an account of this team")

// take passes an answer on, of a person who may give it. held tells whether the answer says
// to whom the alert was assigned when it was read.
func (p *Pages) take(ctx context.Context, answer alerting.Answer, held bool, now time.Time) (*alerting.Alert, error) {
	a, err := p.Store.Get(ctx, answer.Alert)
	if err != nil {
		return nil, err
	}
	if !p.visitor.Answers(a) {
		access.Refuse(ctx)
		return a, errNotYours
	}
	if n := answer.Assign; n != nil {
		if !held {
			n.Held = a.Assignee
		}
		account := p.Snapshot().Accounts.Get(a.Account)
		if n.To != "" && (account == nil || !slices.Contains(p.visitor.Colleagues(account), n.To)) {
			return a, errNobody
		}
	}
	return p.Handler.Handle(ctx, answer, now)
}

// serveReply takes the form of a page. It leads back to that page, or says why the answer
// was not taken.
func (p *Pages) serveReply(w http.ResponseWriter, r *http.Request, log *slog.Logger) {
	snapshot := p.Snapshot()
	if snapshot == nil {
		http.NotFound(w, r)
		return
	}
	now := readingOf(snapshot, p.Now())
	s := &sheet{Answers: words.AnswersOf(now.language)}
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	person, back := p.visitor.Person, backTo(r.PostFormValue("back"))
	s.BackTo = back
	e := access.EntryOf(r)
	e.Target, e.By = r.PathValue("id"), person
	code := http.StatusForbidden
	switch of, err := strconv.ParseInt(r.PostFormValue("of"), 10, 64); {
	case !p.key(snapshot).Holds(r.PostFormValue("token"), person, now.now):
		s.fail(code, s.OldForm)
	default:
		said := said{do: r.PostFormValue("do"), label: signals.Label(r.PostFormValue("label")), days: snoozeDays, note: r.PostFormValue("note"), to: r.PostFormValue("to")}
		held := r.PostFormValue("held")
		said.held = &held
		answer, missing := said.answerOf(e.Target, person, time.Unix(0, of), now.now)
		if err != nil || missing != nil {
			code = s.fail(http.StatusBadRequest, s.NoAnswer)
			break
		}
		e.Answer = said.do + string(answer.Label)
		code = http.StatusSeeOther
		if note := said.text(); note != "" && said.do != "note" { // written beside another answer
			code = p.handle(r.Context(), s, alerting.Answer{Alert: e.Target, By: person, Of: answer.Of, Note: note}, now, log)
		}
		if code == http.StatusSeeOther {
			code = p.handle(r.Context(), s, answer, now, log)
		}
		if code == http.StatusSeeOther {
			http.Redirect(w, r, withDone(back, e.Target), code)
			return
		}
	}
	if r.Context().Err() == nil {
		writePage(w, code, answersPage, s)
	}
}

// whyRefused is what the state of the alert does not say by itself.
func (s *sheet) whyRefused(err error) string {
	switch {
	case errors.Is(err, alerting.ErrGrown):
		return s.Grown
	case errors.Is(err, alerting.ErrAssigned):
		return s.NotAssigned
	case errors.Is(err, alerting.ErrNote), errors.Is(err, alerting.ErrNoted):
		return s.NotNoted
	case errors.Is(err, alerting.ErrNotYours):
		return s.NotUndone
	}
	return ""
}

// handle passes an answer on. A refusal becomes a note.
func (p *Pages) handle(ctx context.Context, s *sheet, answer alerting.Answer, now *reading, log *slog.Logger) int {
	a, err := p.take(ctx, answer, true, now.now)
	switch {
	case err == nil:
		return http.StatusSeeOther
	case errors.Is(err, alerting.ErrNoAlert):
		return s.fail(http.StatusGone, s.Unknown)
	case errors.Is(err, errNotYours):
		return s.fail(http.StatusForbidden, s.NotYours)
	case errors.Is(err, errNobody):
		return s.fail(http.StatusConflict, s.NobodyOfThatName(answer.Assign.To))
	case refused(err):
		if why := s.whyRefused(err); why != "" {
			s.Alarm, s.Notes = true, append(s.Notes, why)
		}
		s.show(now, a, nil, links.Link{Raised: a.RaisedLast()})
		s.As, s.Labels = "", nil // answered on the page that it came from
		return http.StatusConflict
	}
	log.Error("an alert cannot be answered", "error", err)
	return s.fail(http.StatusServiceUnavailable, s.Trouble)
}

// backTo is the page of ours that a form came from; the first page for anything else.
func backTo(path string) string {
	if path == "/" || strings.HasPrefix(path, "/?") || strings.HasPrefix(path, "/accounts/") {
		if !strings.ContainsAny(path, "\\\r\n") {
			return path
		}
	}
	return "/"
}

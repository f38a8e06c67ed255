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

	"firstsign/alerting"
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
	back := r.URL.EscapedPath()
	if r.URL.RawQuery != "" {
		back += "?" + r.URL.RawQuery
	}
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
		Labels: labelsOf(f.words, f.now.language, a),
	}
	if !r.Living && len(r.Labels) == 0 {
		return nil
	}
	return r
}

// labelsOf are the labels that an alert can be given now.
func labelsOf(w *words.Answers, l message.Language, a *alerting.Alert) (all []labelButton) {
	for _, label := range a.Labels() {
		if was := a.Labelled(); label == a.Label && was.Published && !was.Of.Before(a.RaisedLast()) {
			continue
		}
		b := labelButton{label, capital(message.LabelText(l, label)), w.Meanings[label]}
		if a.Account == "" {
			b.Text, b.Meaning = capital(w.Retire), ""
		}
		all = append(all, b)
	}
	return all
}

// errNoAnswer means that a form or a request did not say what to do.
var errNoAnswer = errors.New("no answer: acknowledge, snooze, or one of the labels")

// answerOf is what a person says of an alert. days is how long to snooze.
func answerOf(alert, by, do string, label signals.Label, days int, of, now time.Time) (alerting.Answer, error) {
	answer := alerting.Answer{Alert: alert, By: by, Of: of}
	switch {
	case do == "acknowledge" && label == "":
	case do == "snooze" && label == "" && days >= 1 && days <= maxSnoozeDays:
		answer.Until = now.Add(time.Duration(days) * 24 * time.Hour)
	case do == "" && slices.Contains(signals.Labels, label):
		answer.Label = label
	default:
		return answer, errNoAnswer
	}
	return answer, nil
}

// refused reports whether an alert cannot be answered so in its present state.
func refused(err error) bool {
	return slices.ContainsFunc([]error{alerting.ErrGrown, alerting.ErrOver, alerting.ErrAnswered, alerting.ErrLabelled, alerting.ErrLabel},
		func(e error) bool { return errors.Is(err, e) })
}

// errNotYours means that somebody may see an alert and not answer it.
var errNotYours = errors.New("this alert is not yours to answer")

// take passes an answer on, of a person who may give it.
func (p *Pages) take(ctx context.Context, answer alerting.Answer, now time.Time) (*alerting.Alert, error) {
	a, err := p.Store.Get(ctx, answer.Alert)
	if err != nil {
		return nil, err
	}
	if !p.visitor.Answers(a) {
		access.Refuse(ctx)
		return a, errNotYours
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
		answer, missing := answerOf(e.Target, person, r.PostFormValue("do"), signals.Label(r.PostFormValue("label")), snoozeDays, time.Unix(0, of), now.now)
		if err != nil || missing != nil {
			code = s.fail(http.StatusBadRequest, s.NoAnswer)
			break
		}
		e.Answer = r.PostFormValue("do") + string(answer.Label)
		if code = p.handle(r.Context(), s, answer, now, log); code == http.StatusSeeOther {
			http.Redirect(w, r, back, code)
			return
		}
	}
	if r.Context().Err() == nil {
		writePage(w, code, answersPage, s)
	}
}

// handle passes an answer on. A refusal becomes a note.
func (p *Pages) handle(ctx context.Context, s *sheet, answer alerting.Answer, now *reading, log *slog.Logger) int {
	a, err := p.take(ctx, answer, now.now)
	switch {
	case err == nil:
		return http.StatusSeeOther
	case errors.Is(err, alerting.ErrNoAlert):
		return s.fail(http.StatusGone, s.Unknown)
	case errors.Is(err, errNotYours):
		return s.fail(http.StatusForbidden, s.NotYours)
	case refused(err):
		if errors.Is(err, alerting.ErrGrown) {
			s.Alarm, s.Notes = true, append(s.Notes, s.Grown)
		}
		s.show(now, a, nil, alerting.Link{Raised: a.RaisedLast()})
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

package web

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"time"

	"firstsign/alerting"
	"firstsign/alerting/message"
	"firstsign/signals"
)

// doneField of an address names the alert with which the reader has just done something.
const doneField = "done"

// doneFor is how long the page confirms it. The address may stay in a browser for days.
const doneFor = 10 * time.Minute

// withDone adds an alert to an address of ours, in place of an earlier one.
func withDone(address, alert string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	q := u.Query()
	q.Set(doneField, alert)
	u.RawQuery = q.Encode()
	return u.String()
}

// withoutDone is the address of a request without it.
func withoutDone(r *http.Request) string {
	q := r.URL.Query()
	q.Del(doneField)
	if len(q) == 0 {
		return r.URL.EscapedPath()
	}
	return r.URL.EscapedPath() + "?" + q.Encode()
}

// done is the confirmation of what the reader did last with an alert, and how to undo it.
type done struct {
	*reply
	Text     string
	Account  string // its page; empty for a feed
	Name     string
	Do       string // what undoes it; empty for a label, and where nothing can be undone
	Label    signals.Label
	To       string
	Undoable bool
}

// doneOf reads from the alert what the reader did; nil when that is not so or long ago.
func (p *Pages) doneOf(r *http.Request, form *replyForm, now *reading) *done {
	id := r.URL.Query().Get(doneField)
	if id == "" || form == nil {
		return nil
	}
	a, err := p.Store.Get(r.Context(), id)
	if err != nil {
		return nil // it is a courtesy
	}
	e := a.LastAction(p.visitor.Person)
	if e == nil || now.now.Sub(e.Time).Abs() > doneFor {
		return nil
	}
	d := &done{reply: form.of(a), Name: cmp.Or(a.Name, a.Account, a.Source)}
	if d.reply == nil {
		return nil
	}
	if a.Account != "" {
		d.Account = accountPath(a.Account)
	}
	w, to := form.words, lastTo(a, e)
	switch {
	case e.Label == signals.NotKnown:
		d.Text = w.Withdrawn
	case e.Label != "":
		d.Text, d.Label = w.Said(message.LabelText(now.language, e.Label)), signals.NotKnown
		d.Undoable = a.Label == e.Label && a.Account != ""
	case e.Text != "":
		d.Text = w.Noted
	case e.Until != nil:
		d.Text, d.Do, d.Undoable = w.SnoozedUntil(message.DateText(now.language, now.snapshot.Day(*e.Until))), "undo", a.MayUndo(e.By)
	case e.Assigns():
		d.Text, d.Do, d.To, d.Undoable = w.AssignedTo(e.To), "assign", to, a.Assignee == e.To
		if e.To == "" {
			d.Text = w.Freed
		}
	case e.Withdraws():
		d.Text = w.Withdrawn
	default:
		d.Text, d.Do, d.Undoable = w.DoneAcknowledged, "undo", a.MayUndo(e.By)
	}
	return d
}

// lastTo is to whom an alert was assigned before an event.
func lastTo(a *alerting.Alert, before *alerting.Event) string {
	for i := range slices.Backward(a.History) {
		if e := &a.History[i]; e.Assigns() && e.Time.Before(before.Time) {
			return e.To
		}
	}
	return ""
}

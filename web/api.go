package web

import (
	"bytes"
	"cmp"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"mime"
	"net/http"
	"slices"
	"time"

	"firstsign/alerting"
	"firstsign/detector"
	"firstsign/signals"
	"firstsign/signals/decode"
	"firstsign/web/access"
)

// api is what programs ask: /api/v1.
type api struct {
	alerts   access.Alerts
	accounts Accounts
	pages    *Pages // nil: nothing is answered
	log      *slog.Logger
}

// openAPI describes it. A test holds it to the types below.
//
//go:embed openapi.json
var openAPI []byte

// topicSchemas describe the records of both topics.
var topicSchemas = []struct {
	path   string
	schema []byte
}{{"/api/v1/schemas/interactions.json", decode.RecordSchema}, {"/api/v1/schemas/alerts.json", alerting.TopicSchema}}

// route adds the paths of the API.
func (a *api) route(routes *access.Routes) {
	seen := func(h func(*api, http.ResponseWriter, *http.Request)) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) { h(a.seenBy(access.VisitorOf(r)), w, r) }
	}
	routes.Handle("GET /api/v1/openapi.json", access.Everybody, "", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		_, _ = w.Write(openAPI) // a client that went away is not our error
	})
	for _, of := range topicSchemas {
		routes.Handle("GET "+of.path, access.Everybody, "", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/schema+json")
			_, _ = w.Write(of.schema) // a client that went away is not our error
		})
	}
	if a.alerts != nil {
		routes.Handle("GET /api/v1/alerts", access.Readers, "read_alerts", seen((*api).serveAlerts))
		routes.Handle("GET /api/v1/alerts/{id}", access.Readers, "read_alerts", seen((*api).serveAlert))
	}
	if a.accounts != nil {
		routes.Handle("GET /api/v1/accounts/{id}", access.Readers, "read_account", seen(func(a *api, w http.ResponseWriter, r *http.Request) {
			if x, ok := a.inspect(w, r); ok {
				writeJSON(w, http.StatusOK, x)
			}
		}))
		routes.Handle("GET /api/v1/accounts/{id}/series", access.Readers, "read_account", seen(func(a *api, w http.ResponseWriter, r *http.Request) {
			if x, ok := a.inspect(w, r); ok {
				writeJSON(w, http.StatusOK, seriesAnswer{x.Account, x.AsOf, x.Holidays, x.Sources, x.Series, x.Raise, x.Risks})
			}
		}))
	}
	if a.pages != nil && a.pages.Portfolio != nil && a.pages.Accounts != nil {
		routes.Handle("GET /api/v1/portfolio", access.Readers, "read_portfolio", seen((*api).servePortfolio))
	}
	if a.pages != nil && a.pages.Handler != nil {
		serve := http.NewCrossOriginProtection().Handler(seen((*api).serveAnswer))
		routes.Handle("POST /api/v1/alerts/{id}/answers", access.Answerers, "answer", serve.ServeHTTP)
	}
}

// alertsAnswer is the body of /api/v1/alerts.
type alertsAnswer struct {
	Alerts []*alerting.Alert `json:"alerts"`
	Total  int               `json:"total"`          // alerts that pass the filter, on all pages
	Next   alerting.Cursor   `json:"next,omitempty"` // the after of the next page; none: this is the last
}

// seriesAnswer is the body of /api/v1/accounts/{id}/series.
type seriesAnswer struct {
	Account  string                     `json:"account"`
	Closed   signals.Day                `json:"last_closed_day"`
	Holidays []signals.Day              `json:"holidays,omitempty"`
	Sources  map[string]string          `json:"sources"`
	Series   []detector.InspectedSeries `json:"series"`
	Raise    float64                    `json:"alert_at"` // the risk at which an alert is raised
	Risks    []detector.RiskWeek        `json:"risk_weeks"`
}

// answerRequest is the body of a POST to /api/v1/alerts/{id}/answers: what is done with the
// alert, or a label.
type answerRequest struct {
	Do    *string        `json:"do,omitempty"`    // acknowledge, snooze, assign, note or undo
	Label *signals.Label `json:"label,omitempty"` // what it was
	Days  *float64       `json:"days,omitempty"`  // of a snooze, a whole number (7.0 is one); 7 when it is left out
	Text  *string        `json:"text,omitempty"`  // of a note
	To    *string        `json:"to,omitempty"`    // to whom it is assigned: somebody of the account or its team; empty for nobody in particular
	// Held is to whom the alert was assigned when it was read, empty for nobody. An alert that
	// was assigned to somebody else since then refuses the answer.
	Held *string `json:"held,omitempty"`
	// Raised is the time of the raise that was read. An alert that was raised again since
	// then refuses the answer. Left out, the answer is to the newest raise.
	Raised *time.Time `json:"raised,omitempty"`
}

// fieldsOf are the fields that go with each do, beside raised; a label has none.
var fieldsOf = map[string][]string{"acknowledge": nil, "snooze": {"days"}, "assign": {"to", "held"}, "note": {"text"}, "undo": nil}

// readAnswer reads a body.
func readAnswer(body io.Reader) (q answerRequest, err error) {
	text, err := io.ReadAll(body)
	if err != nil {
		return q, err
	}
	var all map[string]any
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := cmp.Or(json.Unmarshal(text, &all), d.Decode(&q)); err != nil {
		return q, fmt.Errorf("the body is no answer: %w", err)
	}
	do := valueOr(q.Do, "label")
	for name, value := range all {
		switch {
		case value == nil:
			return q, fmt.Errorf("the body is no answer: %s is null", name)
		case name != "do" && name != "label" && name != "raised" && !slices.Contains(fieldsOf[do], name):
			return q, fmt.Errorf("the body is no answer: %s does not go with %s", name, do)
		}
	}
	if (q.Do == nil) == (q.Label == nil) || do == "assign" && q.To == nil || q.Days != nil && *q.Days != math.Trunc(*q.Days) {
		return q, errNoAnswer
	}
	return q, nil
}

// said is what the body says.
func (q *answerRequest) said() *said {
	return &said{
		do: valueOr(q.Do, ""), label: valueOr(q.Label, ""), days: int(valueOr(q.Days, snoozeDays)),
		note: valueOr(q.Text, ""), to: valueOr(q.To, ""), held: q.Held,
	}
}

// valueOr is what a pointer points to, and something else without one.
func valueOr[T any](p *T, other T) T {
	if p == nil {
		return other
	}
	return *p
}

type problem struct {
	Error string `json:"error"`
}

// serveAlerts answers with a page of alerts, those with most at risk first.
func (a *api) serveAlerts(w http.ResponseWriter, r *http.Request) {
	access.EntryOf(r).Target = r.URL.RawQuery
	q, err := parseQuery(r.URL.Query(), apiFields)
	if err != nil {
		writeJSON(w, http.StatusBadRequest, problem{err.Error()})
		return
	}
	p, err := a.alerts.Page(r.Context(), q.filter, q.after, q.limit)
	if err != nil {
		a.fail(w, r, err)
		return
	}
	if p.Alerts == nil {
		p.Alerts = []*alerting.Alert{}
	}
	writeJSON(w, http.StatusOK, alertsAnswer{p.Alerts, p.Total, p.Next})
}

// serveAlert answers with one alert and its history.
func (a *api) serveAlert(w http.ResponseWriter, r *http.Request) {
	access.EntryOf(r).Target = r.PathValue("id")
	one, err := a.alerts.Get(r.Context(), r.PathValue("id"))
	if err != nil {
		a.fail(w, r, err)
		return
	}
	writeJSON(w, http.StatusOK, one)
}

// inspect returns the account of the path; when it is not ok, the answer is written.
func (a *api) inspect(w http.ResponseWriter, r *http.Request) (x *detector.Inspection, ok bool) {
	id := r.PathValue("id")
	access.EntryOf(r).Target = id
	x, err := a.accounts.Inspect(r.Context(), id)
	if err != nil {
		a.fail(w, r, err)
	}
	return x, err == nil
}

// serveAnswer takes an answer. A program of another site cannot send one: the body must be
// JSON, which a browser asks leave for, and nobody gives it.
func (a *api) serveAnswer(w http.ResponseWriter, r *http.Request) {
	e, person := access.EntryOf(r), a.pages.visitor.Person
	e.Target, e.By = r.PathValue("id"), person
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind != "application/json" {
		writeJSON(w, http.StatusUnsupportedMediaType, problem{"the body must be application/json"})
		return
	}
	now := a.pages.Now()
	var answer alerting.Answer
	q, err := readAnswer(http.MaxBytesReader(w, r.Body, maxForm))
	if err == nil {
		answer, err = q.said().answerOf(e.Target, person, valueOr(q.Raised, time.Time{}), now)
	}
	if err != nil {
		writeJSON(w, http.StatusBadRequest, problem{err.Error()})
		return
	}
	e.Answer = valueOr(q.Do, "") + string(answer.Label)
	taken, err := a.pages.take(r.Context(), answer, q.Held != nil, now)
	if err != nil {
		a.fail(w, r, err)
		return
	}
	writeJSON(w, http.StatusOK, taken)
}

// fail says what went wrong. An unexpected error goes to the log only: it may name
// addresses that are nobody's business outside.
func (a *api) fail(w http.ResponseWriter, r *http.Request, err error) {
	switch {
	case errors.Is(err, ErrUnknownAccount):
		writeJSON(w, http.StatusNotFound, problem{ErrUnknownAccount.Error()})
	case errors.Is(err, alerting.ErrNoAlert):
		writeJSON(w, http.StatusNotFound, problem{alerting.ErrNoAlert.Error()})
	case errors.Is(err, errNotYours):
		writeJSON(w, http.StatusForbidden, problem{err.Error()})
	case refused(err), errors.Is(err, errNobody):
		writeJSON(w, http.StatusConflict, problem{err.Error()})
	case r.Context().Err() != nil: // nobody is listening any more
	default:
		a.log.Error("web request failed", "path", r.URL.Path, "error", err)
		writeJSON(w, http.StatusServiceUnavailable, problem{"this cannot be read now; the log of the service says why"})
	}
}

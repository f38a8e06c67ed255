package web

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"html/template"
	"log/slog"
	"net/http"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"firstsign/alerting"
	"firstsign/internal/shown"
)

// Accounts is where the state of one account comes from.
type Accounts interface {
	// Inspect returns what is known about an account, as it encodes as JSON, and
	// ErrUnknownAccount when there is none. It may block until ctx ends and may
	// be called concurrently.
	Inspect(ctx context.Context, account string) (any, error)
}

// ErrUnknownAccount means that neither files nor state know the account.
var ErrUnknownAccount = errors.New("unknown account")

//go:embed index.html
var index []byte

// Handler answers the requests of a server.
func Handler(parts Parts, log *slog.Logger) http.Handler {
	mux := http.NewServeMux()
	audited := func(pattern, action string, h http.HandlerFunc) { mux.Handle(pattern, audit(parts.Audit, action, h)) }
	if parts.List != nil {
		audited("GET /{$}", "read_alerts", func(w http.ResponseWriter, r *http.Request) {
			auditOf(r).target = r.URL.RawQuery
			parts.List.serve(w, r, log)
		})
	} else {
		mux.HandleFunc("GET /{$}", serveIndex)
	}
	mux.HandleFunc("GET /-/healthy", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, map[string]bool{"healthy": true})
	})
	mux.HandleFunc("GET /-/ready", serveReady(parts.Ready))
	if parts.Metrics != nil {
		// What can be gathered is served even when one collector fails: an
		// operator needs the rest just then.
		mux.Handle("GET /metrics", promhttp.HandlerFor(parts.Metrics, promhttp.HandlerOpts{
			ErrorLog:      slog.NewLogLogger(log.Handler(), slog.LevelWarn),
			ErrorHandling: promhttp.ContinueOnError,
		}))
	}
	if parts.Alerts != nil {
		audited("GET /api/v1/alerts", "read_alerts", func(w http.ResponseWriter, r *http.Request) { serveAlerts(w, r, parts.Alerts, log) })
	}
	if parts.Accounts != nil {
		audited("GET /api/v1/accounts/{id}", "read_account", func(w http.ResponseWriter, r *http.Request) {
			id := r.PathValue("id")
			auditOf(r).target = id
			account, err := parts.Accounts.Inspect(r.Context(), id)
			answer(w, r, account, err, log)
		})
	}
	if parts.Answers != nil {
		serve := func(w http.ResponseWriter, r *http.Request) { parts.Answers.serve(w, r, log) }
		audited("GET /ack", "open_link", serve)
		audited("POST /ack", "answer", serve)
	}
	return guard(mux)
}

// guard sets the headers that keep a browser from doing more with an answer
// than showing it.
func guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
		next.ServeHTTP(w, r)
	})
}

func serveIndex(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(index) // a client that went away is not our error
}

// alertsAnswer is the body of /api/v1/alerts.
type alertsAnswer struct {
	Alerts []*alerting.Alert `json:"alerts"`
	Total  int               `json:"total"`          // alerts that pass the filter, on all pages
	Next   alerting.Cursor   `json:"next,omitempty"` // the after of the next page; none: this is the last
}

// serveAlerts answers with a page of alerts, those with most at risk first.
func serveAlerts(w http.ResponseWriter, r *http.Request, store alerting.AlertStore, log *slog.Logger) {
	auditOf(r).target = r.URL.RawQuery
	q, err := parseQuery(r.URL.Query(), apiFields)
	if err != nil {
		writeJSON(w, http.StatusBadRequest, problem{err.Error()})
		return
	}
	p, err := store.Page(r.Context(), q.filter, q.after, q.limit)
	if p.Alerts == nil {
		p.Alerts = []*alerting.Alert{}
	}
	answer(w, r, alertsAnswer{p.Alerts, p.Total, p.Next}, err, log)
}

// writePage writes a page of HTML, without marks of writing direction.
func writePage(w http.ResponseWriter, code int, page *template.Template, sheet any) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Robots-Tag", "noindex")
	w.WriteHeader(code)
	out := shown.Writer(w)
	_ = page.Execute(out, sheet) // a client that went away is not our error
	_ = out.Close()
}

type problem struct {
	Error string `json:"error"`
}

// answer writes what was found. An unexpected error goes to the log only: it
// may name addresses that are nobody's business outside.
func answer(w http.ResponseWriter, r *http.Request, found any, err error, log *slog.Logger) {
	switch {
	case err == nil:
		writeJSON(w, http.StatusOK, found)
	case errors.Is(err, ErrUnknownAccount):
		writeJSON(w, http.StatusNotFound, problem{ErrUnknownAccount.Error()})
	case r.Context().Err() != nil: // nobody is listening any more
	default:
		log.Error("web request failed", "path", r.URL.Path, "error", err)
		writeJSON(w, http.StatusServiceUnavailable, problem{"this cannot be read now; the log of the service says why"})
	}
}

// writeJSON encodes first, so that a value that cannot be encoded is a clean
// 500 and not half an answer.
func writeJSON(w http.ResponseWriter, code int, v any) {
	body, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		code, body = http.StatusInternalServerError, []byte(`{"error": "the answer cannot be encoded"}`)
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(code)
	_, _ = w.Write(append(shown.JSON(body), '\n')) // a client that went away is not our error
}

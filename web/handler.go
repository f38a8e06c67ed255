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

	"firstsign/detector"
	"firstsign/internal/shown"
	"firstsign/web/operations"
)

// Accounts is where the state of one account comes from.
type Accounts interface {
	// Inspect returns what is known about an account now, and ErrUnknownAccount when
	// there is none. InspectAll is the same of several; those that are unknown are
	// missing. Watched says what is judged. All may block until ctx ends and may be
	// called concurrently.
	Inspect(ctx context.Context, account string) (*detector.Inspection, error)
	InspectAll(ctx context.Context, accounts []string) (map[string]*detector.Inspection, error)
	Watched(ctx context.Context) (Watched, error)
}

// ErrUnknownAccount means that neither files nor state know the account.
var ErrUnknownAccount = errors.New("unknown account")

//go:embed index.html
var indexHTML string

var indexPage = pageOf("index", indexHTML)

// Handler answers the requests of a server.
func Handler(parts Parts, log *slog.Logger) http.Handler {
	mux := http.NewServeMux()
	audited := func(pattern, action string, h http.HandlerFunc) { mux.Handle(pattern, audit(parts.Audit, action, h)) }
	mux.HandleFunc("GET "+staticPath+"{name}", serveStatic)
	parts.Pages.route(mux, audited, log)
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
	api := &api{parts.Alerts, parts.Accounts, parts.Pages, log}
	api.route(mux, audited)
	frame := operations.Frame{Page: pageOf, Write: writePage, JSON: writeJSON}
	if parts.Operations != nil {
		parts.Operations.Route(&frame, audited)
	}
	if parts.Tuning != nil {
		parts.Tuning.Route(&frame, audited)
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
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
		next.ServeHTTP(w, r)
	})
}

// formReferrer is the policy of pages with forms. With no-referrer a browser calls the origin
// of a form null, and over plain HTTP there is nothing else to tell our forms from those of
// other sites. Other sites still hear nothing.
const formReferrer = "same-origin"

// route serves the pages. Without them the first page only says where to go.
func (p *Pages) route(mux *http.ServeMux, audited func(string, string, http.HandlerFunc), log *slog.Logger) {
	if p == nil {
		mux.HandleFunc("GET /{$}", serveIndex)
		return
	}
	audited("GET /{$}", "read_alerts", func(w http.ResponseWriter, r *http.Request) {
		auditOf(r).target = r.URL.RawQuery
		w.Header().Set("Referrer-Policy", formReferrer)
		p.serveInbox(w, r, log)
	})
	if p.Accounts != nil {
		audited("GET /accounts", "find_account", func(w http.ResponseWriter, r *http.Request) { p.serveFind(w, r, log) })
		audited("GET /accounts/{id}", "read_account", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Referrer-Policy", formReferrer)
			p.serveAccount(w, r, log)
		})
	}
	if p.Handler != nil {
		serve := http.NewCrossOriginProtection().Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { p.serveReply(w, r, log) }))
		audited("POST /alerts/{id}/answers", "answer", serve.ServeHTTP)
	}
}

// serveIndex says where to go.
func serveIndex(w http.ResponseWriter, _ *http.Request) {
	writePage(w, http.StatusOK, indexPage, struct{ Lang, Title string }{"en", "Firstsign"})
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

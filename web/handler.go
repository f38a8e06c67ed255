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
	"firstsign/web/access"
	"firstsign/web/operations"
	"firstsign/web/portfolio"
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
func Handler(parts Parts, log *slog.Logger) http.Handler { return guard(routesOf(parts, log)) }

// routesOf are all routes, each with for whom it is.
func routesOf(parts Parts, log *slog.Logger) *access.Routes {
	if parts.Guard == nil {
		parts.Guard = access.NewGuard(nil, nil, nil)
	}
	routes := access.NewRoutes(parts.Guard, parts.Audit, log, parts.Pages.denied)
	routes.Handle("GET "+access.StaticPath+"{name}", access.Everybody, "", serveStatic)
	parts.Pages.route(routes, log)
	routes.Handle("GET /-/healthy", access.Everybody, "", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, map[string]bool{"healthy": true})
	})
	routes.Handle("GET /-/ready", access.Everybody, "", serveReady(parts.Ready))
	if parts.Metrics != nil {
		// What can be gathered is served even when one collector fails: an
		// operator needs the rest just then.
		metrics := promhttp.HandlerFor(parts.Metrics, promhttp.HandlerOpts{
			ErrorLog:      slog.NewLogLogger(log.Handler(), slog.LevelWarn),
			ErrorHandling: promhttp.ContinueOnError,
		})
		routes.Handle("GET /metrics", access.Everybody, "", metrics.ServeHTTP)
	}
	api := &api{parts.Alerts, parts.Accounts, parts.Pages, log}
	api.route(routes)
	if parts.Live != nil {
		routes.Handle("GET /api/v1/events", access.Readers, "watch_alerts", parts.Live.ServeHTTP)
	}
	frame := operations.Frame{Page: pageOf, Write: writePage, JSON: writeJSON}
	oversee := func(pattern, action string, h http.HandlerFunc) { routes.Handle(pattern, access.Overseers, action, h) }
	if parts.Operations != nil {
		parts.Operations.Route(&frame, oversee)
	}
	if parts.Tuning != nil {
		parts.Tuning.Route(&frame, oversee)
	}
	if parts.Answers != nil {
		serve := func(w http.ResponseWriter, r *http.Request) { parts.Answers.serve(w, r, log) }
		routes.Handle("GET /ack", access.LinkHolders, "open_link", serve)
		routes.Handle("POST /ack", access.LinkHolders, "answer", serve)
	}
	return routes
}

// guard sets the headers that keep a browser from doing more with an answer
// than showing it.
func guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
		next.ServeHTTP(w, r)
	})
}

// formReferrer is the policy of pages with forms. With no-referrer a browser calls the origin
// of a form null, and over plain HTTP there is nothing else to tell our forms from those of
// other sites. Other sites still hear nothing.
const formReferrer = "same-origin"

// route serves the pages. Without them the first page only says where to go.
func (p *Pages) route(routes *access.Routes, log *slog.Logger) {
	if p == nil {
		routes.Handle("GET /{$}", access.Everybody, "", serveIndex)
		return
	}
	seen := func(h func(*Pages, http.ResponseWriter, *http.Request, *slog.Logger)) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Referrer-Policy", formReferrer)
			h(p.seenBy(access.VisitorOf(r)), w, r, log)
		}
	}
	routes.Handle("GET /{$}", access.Readers, "read_alerts", seen((*Pages).serveInbox))
	if p.Accounts != nil {
		routes.Handle("GET /accounts", access.Readers, "find_account", seen((*Pages).serveFind))
		routes.Handle("GET /accounts/{id}", access.Readers, "read_account", seen((*Pages).serveAccount))
	}
	if p.Portfolio != nil && p.Accounts != nil {
		routes.Handle("GET "+portfolio.Address, access.Readers, "read_portfolio", seen((*Pages).servePortfolio))
	}
	if p.Handler != nil {
		serve := http.NewCrossOriginProtection().Handler(seen((*Pages).serveReply))
		routes.Handle("POST /alerts/{id}/answers", access.Answerers, "answer", serve.ServeHTTP)
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

package web

import (
	"context"
	"log/slog"
	"net"
	"net/http"
)

// auditEntry is what a handler adds to the audit line of its request.
type auditEntry struct {
	by     string // who asks; empty: whom the login names
	target string // what was read or answered: an alert, an account, or the filter of a list
	answer string // what was answered
}

type auditKey struct{}

// auditOf is the entry of a request, never nil.
func auditOf(r *http.Request) *auditEntry {
	if e, ok := r.Context().Value(auditKey{}).(*auditEntry); ok {
		return e
	}
	return new(auditEntry)
}

// audit writes one line for each request: who read or answered what, from where,
// and what became of it. The fields and the actions are stable, see
// docs/operator/web.md. A line holds no text of a message and no signature. Without
// a log nothing is written.
func audit(log *slog.Logger, action string, next http.HandlerFunc) http.Handler {
	if log == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		e := new(auditEntry)
		recorded := &statusWriter{ResponseWriter: w}
		next(recorded, r.WithContext(context.WithValue(r.Context(), auditKey{}, e)))
		user, _, _ := r.BasicAuth() // checked before we are asked, where there are passwords
		line := []any{"action", action, "user", user, "by", e.by, "target", e.target}
		if e.answer != "" {
			line = append(line, "answer", e.answer)
		}
		log.Info("audit", append(line, "source", sourceOf(r), "status", recorded.code())...)
	})
}

// sourceOf is the address that a request comes from. Behind a proxy it is the
// proxy's: who can connect could write any header.
func sourceOf(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// statusWriter remembers the status of an answer.
type statusWriter struct {
	http.ResponseWriter
	status int
}

// WriteHeader implements http.ResponseWriter.
func (w *statusWriter) WriteHeader(code int) {
	if w.status == 0 {
		w.status = code
	}
	w.ResponseWriter.WriteHeader(code)
}

// Unwrap lets http.ResponseController find what is wrapped.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *statusWriter) code() int {
	if w.status == 0 {
		return http.StatusOK
	}
	return w.status
}

package access

import (
	"context"
	"log/slog"
	"net"
	"net/http"
)

// Entry is what a handler adds to the audit line of its request.
type Entry struct {
	user    string // who signed in
	By      string // who asks; empty: whom the login names
	Target  string // what was read or answered: an alert, an account, or the filter of a list
	Answer  string // what was answered
	Refused bool   // it is there, and the visitor may not see or do it
}

type auditKey struct{}

// EntryOf is the entry of a request, never nil.
func EntryOf(r *http.Request) *Entry {
	if e, ok := r.Context().Value(auditKey{}).(*Entry); ok {
		return e
	}
	return new(Entry)
}

// Audit writes one line for each request: who read or answered what, from where,
// and what became of it. The fields and the actions are stable, see
// docs/operator/web-access.md. A line holds no text of a message and no signature. Without
// a log nothing is written.
func Audit(log *slog.Logger, action string, next http.HandlerFunc) http.Handler {
	if log == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		e := new(Entry)
		recorded := &statusWriter{ResponseWriter: w}
		next(recorded, r.WithContext(context.WithValue(r.Context(), auditKey{}, e)))
		line := []any{"action", action, "user", e.user, "by", e.By, "target", e.Target}
		if e.Answer != "" {
			line = append(line, "answer", e.Answer)
		}
		if e.Refused {
			line = append(line, "refused", true)
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

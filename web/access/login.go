package access

import (
	"context"
	"log/slog"
	"math"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// StaticPath begins the addresses of what is the same for everybody. It needs no login.
const StaticPath = "/static/"

// Door stands before the login. Requests for open paths go past it, and passwords
// can only be tried slowly. Behind it the user of a request is one that was checked.
type Door struct {
	Login    http.Handler // checks a login, and then asks Inside
	guard    *Guard
	open     map[string]bool
	file     string       // of the login; empty: there is none
	pages    http.Handler // without a login
	attempts *attempts
	audit    *slog.Logger // nil: not written
	now      func() time.Time
}

// NewDoor returns a door before pages. Whom the guard's proxy has signed in needs no other
// login. Its Login must be set before it is used. audit takes
// a line for each login that fails; nil: they are not written.
func NewDoor(c Config, guard *Guard, pages http.Handler, audit *slog.Logger) *Door {
	d := &Door{guard: guard, open: map[string]bool{}, file: c.ConfigFile, pages: pages, attempts: newAttempts(), audit: audit, now: time.Now}
	for _, path := range c.Open {
		d.open[path] = true
	}
	return d
}

type insideKey struct{}

// Inside is what the login asks once it has let a request pass.
func Inside(pages http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if passed, ok := r.Context().Value(insideKey{}).(*bool); ok {
			*passed = true
		}
		pages.ServeHTTP(w, r)
	})
}

// ServeHTTP implements http.Handler.
func (d *Door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if d.open[r.URL.Path] || strings.HasPrefix(r.URL.Path, StaticPath) {
		r.Header.Del("Authorization") // nobody checks it
		d.pages.ServeHTTP(w, r)
		return
	}
	if d.guard != nil && d.guard.Proxied(r) {
		r.Header.Del("Authorization") // the proxy's own, if any
		d.pages.ServeHTTP(w, r)
		return
	}
	if !loginOf(d.file).passwords() {
		r.Header.Del("Authorization")
	}
	credentials := r.Header.Get("Authorization")
	if credentials == "" { // it is asked for them
		d.Login.ServeHTTP(w, r)
		return
	}
	source := networkOf(sourceOf(r))
	if wait := d.attempts.begin(source, credentials, d.now()); wait > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
		http.Error(w, "too many logins failed; try again later", http.StatusTooManyRequests)
		return
	}
	passed, recorded := false, &statusWriter{ResponseWriter: w}
	defer func() { d.attempts.end(source, credentials, passed) }()
	d.Login.ServeHTTP(recorded, r.WithContext(context.WithValue(r.Context(), insideKey{}, &passed)))
	if !passed && d.audit != nil {
		d.audit.Info("audit", "action", "login", "user", "", "by", "", "target", "", "source", sourceOf(r), "status", recorded.code())
	}
}

// networkOf is what counts as one source: an address, of IPv6 the network of 64
// bits that one household or server has.
func networkOf(source string) string {
	addr, err := netip.ParseAddr(source)
	if err != nil {
		return source
	}
	if addr = addr.Unmap(); addr.Is6() {
		if p, err := addr.WithZone("").Prefix(64); err == nil {
			return p.String()
		}
	}
	return addr.String()
}

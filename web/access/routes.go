package access

import (
	"log/slog"
	"net/http"
)

// Who is for whom a route is. The zero Who is for nobody and cannot be registered.
type Who int

// For whom routes are.
const (
	// Everybody who passes the Door. What is answered names no account and no person.
	Everybody Who = iota + 1
	// LinkHolders have a link whose signature the handler checks.
	LinkHolders
	// Readers have a role. The handler shows what their Visitor may see: it reads alerts
	// through Visitor.Alerts, and accounts that Visitor.Sees.
	Readers
	// Answerers are Readers who may answer alerts.
	Answerers
	// Overseers see every account: the page is about the whole portfolio, or the service.
	Overseers
)

// Route is what a server answers, and for whom.
type Route struct {
	Pattern string // of http.ServeMux
	Who     Who
	Action  string // of the audit line; empty: there is none
}

// Routes is the only way to a handler. It lets nobody pass whom a route is not for.
type Routes struct {
	guard  *Guard
	audit  *slog.Logger // nil: no lines are written
	log    *slog.Logger
	denied Denied
	mux    *http.ServeMux
	all    []Route
}

// Denied answers a request that is refused: with 403, or with 503 when nobody could tell.
type Denied func(w http.ResponseWriter, r *http.Request, code int)

// NewRoutes returns routes without any.
func NewRoutes(guard *Guard, audit, log *slog.Logger, denied Denied) *Routes {
	return &Routes{guard: guard, audit: audit, log: log, denied: denied, mux: http.NewServeMux()}
}

// All are the routes in the order in which they were added.
func (s *Routes) All() []Route { return s.all }

// ServeHTTP implements http.Handler.
func (s *Routes) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

// Handle adds a route. It panics without saying for whom it is.
func (s *Routes) Handle(pattern string, who Who, action string, h http.HandlerFunc) {
	if who < Everybody || who > Overseers {
		panic("the route " + pattern + " does not say for whom it is")
	}
	s.all = append(s.all, Route{pattern, who, action})
	log := s.audit
	if action == "" {
		log = nil
	}
	s.mux.Handle(pattern, Audit(log, action, s.only(who, h)))
}

// only lets those pass whom a route is for.
func (s *Routes) only(who Who, h http.HandlerFunc) http.HandlerFunc {
	if who == Everybody || who == LinkHolders {
		return func(w http.ResponseWriter, r *http.Request) {
			if login := s.guard.login(r, s.guard.policy()); login != Local {
				EntryOf(r).user = login
			}
			h(w, r)
		}
	}
	return func(w http.ResponseWriter, r *http.Request) {
		v, err := s.guard.Visitor(r)
		if err != nil {
			if r.Context().Err() == nil {
				s.log.Error("what a person may see cannot be read", "error", err)
				s.denied(w, r, http.StatusServiceUnavailable)
			}
			return
		}
		if v.Login != Local {
			EntryOf(r).user = v.Login
		}
		r = v.attach(r)
		if v.Role == "" || who == Answerers && !v.MayAnswer() || who == Overseers && !v.Everything {
			EntryOf(r).Refused = true
			s.denied(w, r, http.StatusForbidden)
			return
		}
		h(w, r)
	}
}

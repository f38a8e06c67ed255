package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	toolkit "github.com/prometheus/exporter-toolkit/web"

	"firstsign/alerting"
	"firstsign/web/access"
	"firstsign/web/live"
	"firstsign/web/operations"
	"firstsign/web/tuning"
)

// grace is how long requests in flight may go on once the server is told to
// stop. Nothing served here takes longer than a scrape.
const grace = 5 * time.Second

// Parts are what a server shows. A nil Metrics, Alerts, Accounts or Answers
// answers 404; without a Reporter the process is never ready.
type Parts struct {
	Metrics  prometheus.Gatherer
	Ready    []Reporter
	Alerts   alerting.AlertStore
	Accounts Accounts
	Answers  *Answers
	Pages    *Pages // nil: the first page only says where to go
	// Guard knows who asks, and what that person may see; nil: whoever passes the login
	// sees everything.
	Guard *access.Guard
	Live  *live.Stream // tells browsers what changed; nil: they load pages again
	// Operations are the pages of operators and data teams; nil: there are none.
	Operations *operations.Operations
	Tuning     *tuning.Tuning
	// Audit takes a line for each alert and account that somebody reads or answers,
	// and for each login that fails; nil: they are not written.
	Audit *slog.Logger
}

// Server is the HTTP server of one process.
type Server struct {
	config   access.Config
	guard    *access.Guard
	listener net.Listener
	http     *http.Server
	log      *slog.Logger
	audit    *slog.Logger
}

// Listen opens the port and checks the config file, so that a port in use or a
// wrong certificate is an error at start. Requests wait until Run.
func Listen(c access.Config, parts Parts, log *slog.Logger) (*Server, error) {
	if c.ConfigFile != "" {
		if err := toolkit.Validate(c.ConfigFile); err != nil {
			return nil, fmt.Errorf("web config %s: %w", c.ConfigFile, err)
		}
	}
	if parts.Guard == nil {
		parts.Guard = access.NewGuard(c.Person, nil, nil)
	}
	listener, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return nil, fmt.Errorf("listen for web requests: %w", err)
	}
	return &Server{
		config:   c,
		guard:    parts.Guard,
		listener: listener,
		log:      log,
		audit:    parts.Audit,
		http: &http.Server{
			Handler:           Handler(parts, log),
			ReadHeaderTimeout: 5 * time.Second,
			ReadTimeout:       10 * time.Second,
			WriteTimeout:      30 * time.Second,
			IdleTimeout:       2 * time.Minute,
			MaxHeaderBytes:    64 << 10,
			ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
		},
	}, nil
}

// Addr is the address that was opened; with port 0 the one that was chosen.
func (s *Server) Addr() net.Addr { return s.listener.Addr() }

// serve answers requests. It always returns an error.
func (s *Server) serve() error {
	switch secure, err := s.protect(); {
	case err != nil:
		return err
	case secure:
		return s.http.ServeTLS(s.listener, "", "")
	}
	return s.http.Serve(s.listener)
}

// Run serves until ctx ends and then lets requests in flight finish, for some
// seconds. It returns nil when it was told to stop.
func (s *Server) Run(ctx context.Context) error {
	served := make(chan error, 1)
	go func() {
		served <- s.serve()
	}()
	select {
	case err := <-served: // it ended by itself
		s.http.Close()
		s.listener.Close()
		return fmt.Errorf("serve web requests: %w", err)
	case <-ctx.Done():
	}
	stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	err := s.http.Shutdown(stopping)
	if errors.Is(err, context.DeadlineExceeded) {
		s.log.Warn("web requests cut off at shutdown", "after", grace)
		err = s.http.Close()
	}
	s.listener.Close() // when ctx ended before Serve had it
	if served := <-served; !errors.Is(served, http.ErrServerClosed) && !errors.Is(served, net.ErrClosed) {
		err = errors.Join(err, served)
	}
	return err
}

// errNotServing is what the toolkit gets in place of connections.
var errNotServing = errors.New("not serving yet")

// silent is a listener without connections.
type silent struct{ net.Listener }

// Accept implements net.Listener.
func (silent) Accept() (net.Conn, error) { return nil, errNotServing }

// Close implements net.Listener: the listener behind it stays open.
func (silent) Close() error { return nil }

// protect puts login and TLS of the config file into the server, and the Door
// before them. The toolkit does the first in Serve, before it accepts a connection;
// a listener without connections lets it do nothing else. It returns whether the
// server speaks TLS.
func (s *Server) protect() (secure bool, err error) {
	d := access.NewDoor(s.config, s.guard, s.http.Handler, s.audit)
	s.http.Handler = access.Inside(s.http.Handler)
	err = toolkit.Serve(silent{s.listener}, s.http, &toolkit.FlagConfig{WebConfigFile: &s.config.ConfigFile}, s.log)
	if !errors.Is(err, errNotServing) {
		return false, err
	}
	d.Login, s.http.Handler = s.http.Handler, d
	return s.http.TLSConfig != nil && s.http.TLSConfig.GetConfigForClient != nil, nil
}

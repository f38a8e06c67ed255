package web

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net"
	"net/http"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	toolkit "github.com/prometheus/exporter-toolkit/web"
	"go.yaml.in/yaml/v3"
)

// How fast passwords may be tried. A person who mistypes is not held up; whoever
// guesses gets 8,640 tries a day from one address and 86,400 from all.
const (
	sourceBurst, sourceEvery = 5, 10 * time.Second
	totalBurst, totalEvery   = 50, time.Second
	// maxSources and maxKnown bound the memory, to about a megabyte.
	maxSources, maxKnown = 4096, 1024
)

// door stands before the login. Requests for open paths go past it, and passwords
// can only be tried slowly. Behind it the user of a request is one that was checked.
type door struct {
	open     map[string]bool
	file     string       // of the login; empty: there is none
	pages    http.Handler // without a login
	login    http.Handler // checks it, and then asks inside
	attempts *attempts
	audit    *slog.Logger // nil: not written
	now      func() time.Time
}

type insideKey struct{}

// inside is what the login asks once it has let a request pass.
func inside(pages http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if passed, ok := r.Context().Value(insideKey{}).(*bool); ok {
			*passed = true
		}
		pages.ServeHTTP(w, r)
	})
}

// ServeHTTP implements http.Handler.
func (d *door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if d.open[r.URL.Path] || strings.HasPrefix(r.URL.Path, staticPath) {
		r.Header.Del("Authorization") // nobody checks it
		d.pages.ServeHTTP(w, r)
		return
	}
	if !loginOf(d.file).passwords() {
		r.Header.Del("Authorization")
	}
	credentials := r.Header.Get("Authorization")
	if credentials == "" { // it is asked for them
		d.login.ServeHTTP(w, r)
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
	d.login.ServeHTTP(recorded, r.WithContext(context.WithValue(r.Context(), insideKey{}, &passed)))
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

// attempts counts failed logins, per source and in total. Credentials that were
// right before are not held up, so that nobody who guesses keeps others out.
type attempts struct {
	mu      sync.Mutex
	total   bucket
	sources map[string]*bucket
	key     []byte // of this process: what is kept tells no password
	known   map[[sha256.Size]byte]bool
}

func newAttempts() *attempts {
	return &attempts{sources: map[string]*bucket{}, key: []byte(rand.Text()), known: map[[sha256.Size]byte]bool{}}
}

func (a *attempts) id(credentials string) (id [sha256.Size]byte) {
	h := hmac.New(sha256.New, a.key)
	h.Write([]byte(credentials))
	copy(id[:], h.Sum(nil))
	return id
}

// begin asks for one try. It returns how long to wait, 0 to go on; then end follows.
func (a *attempts) begin(source, credentials string, now time.Time) time.Duration {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.known[a.id(credentials)] {
		return 0
	}
	b := a.sources[source]
	if b == nil {
		a.makeRoom(now)
		b = new(bucket)
		a.sources[source] = b
	}
	if wait := max(b.wait(sourceBurst, sourceEvery, now), a.total.wait(totalBurst, totalEvery, now)); wait > 0 {
		return wait
	}
	b.used++
	a.total.used++
	return 0
}

// makeRoom forgets sources when there are too many: those that have waited long
// enough, or else any. The total still bounds what many sources can try.
func (a *attempts) makeRoom(now time.Time) {
	if len(a.sources) < maxSources {
		return
	}
	for s, b := range a.sources {
		if b.wait(1, sourceEvery, now); b.used <= 0 {
			delete(a.sources, s)
		}
	}
	for s := range a.sources {
		if len(a.sources) < maxSources {
			return
		}
		delete(a.sources, s)
	}
}

// end says whether a try was right. A right one costs nothing.
func (a *attempts) end(source, credentials string, right bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	id := a.id(credentials)
	if !right {
		delete(a.known, id)
		return
	}
	if a.known[id] {
		return
	}
	if len(a.known) >= maxKnown {
		clear(a.known)
	}
	a.known[id] = true
	a.total.used = max(0, a.total.used-1)
	if b := a.sources[source]; b != nil {
		b.used = max(0, b.used-1)
	}
}

// bucket holds tries that were used and are given back with time.
type bucket struct {
	used float64
	at   time.Time // when used was right
}

// wait is how long until a try is free.
func (b *bucket) wait(burst int, every time.Duration, now time.Time) time.Duration {
	if now.After(b.at) {
		b.used = max(0, b.used-float64(now.Sub(b.at))/float64(every))
		b.at = now
	}
	if missing := b.used + 1 - float64(burst); missing > 0 {
		return time.Duration(missing * float64(every))
	}
	return 0
}

// errNotServing is what the toolkit gets in place of connections.
var errNotServing = errors.New("not serving yet")

// silent is a listener without connections.
type silent struct{ net.Listener }

// Accept implements net.Listener.
func (silent) Accept() (net.Conn, error) { return nil, errNotServing }

// Close implements net.Listener: the listener behind it stays open.
func (silent) Close() error { return nil }

// protect puts login and TLS of the config file into the server, and the door
// before them. The toolkit does the first in Serve, before it accepts a connection;
// a listener without connections lets it do nothing else. It returns whether the
// server speaks TLS.
func (s *Server) protect() (secure bool, err error) {
	d := &door{open: map[string]bool{}, file: s.config.ConfigFile, pages: s.http.Handler, attempts: newAttempts(), audit: s.audit, now: time.Now}
	for _, path := range s.config.Open {
		d.open[path] = true
	}
	s.http.Handler = inside(d.pages)
	err = toolkit.Serve(silent{s.listener}, s.http, &toolkit.FlagConfig{WebConfigFile: &s.config.ConfigFile}, s.log)
	if !errors.Is(err, errNotServing) {
		return false, err
	}
	d.login, s.http.Handler = s.http.Handler, d
	return s.http.TLSConfig != nil && s.http.TLSConfig.GetConfigForClient != nil, nil
}

// login is what a config file says about who may read.
type login struct {
	Users map[string]string `yaml:"basic_auth_users"`
	TLS   struct {
		ClientAuth string `yaml:"client_auth_type"`
	} `yaml:"tls_server_config"`
}

// loginOf reads the login of a config file. It is read at every request, as the
// toolkit does, so that users can be changed. What cannot be read is left to the
// toolkit, which serves nothing then.
func loginOf(file string) (l login) {
	if file == "" {
		return l
	}
	if text, err := os.ReadFile(file); err == nil {
		_ = yaml.Unmarshal(text, &l)
	}
	return l
}

func (l login) passwords() bool { return len(l.Users) > 0 }

// certificates reports whether clients need a certificate that is checked.
func (l login) certificates() bool { return l.TLS.ClientAuth == "RequireAndVerifyClientCert" }

// Exposed says that everybody who can connect reads the alerts: the address is not
// this machine's own and nobody needs a password or a certificate. It is empty when
// that is not so.
func (c Config) Exposed() string {
	host, _, err := net.SplitHostPort(c.Listen)
	if err != nil || isLoopback(host) {
		return ""
	}
	if l := loginOf(c.ConfigFile); l.passwords() || l.certificates() {
		return ""
	}
	return fmt.Sprintf("the web server listens on %s without a login: everybody who can connect reads all alerts and accounts. "+
		"Give it passwords (http.web_config_file), or listen on 127.0.0.1", c.Listen)
}

package access

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// hashOfSecret is bcrypt of "secret" at the lowest cost.
const hashOfSecret = "$2a$04$zXUYE/ZB.EOhny.c2sLpROZTELzBSDvoOdHwMnVlnElmoLz7mN31a"

// webConfig writes a config file with the user operator, whose password is secret.
func webConfig(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "web.yaml")
	if err := os.WriteFile(file, []byte("basic_auth_users: {operator: "+hashOfSecret+"}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// tries asks with a password from a source, and returns the status.
func tries(h http.Handler, source, password string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.RemoteAddr = source
	r.SetBasicAuth("operator", password)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// slowDoor is a door whose login knows one password, at a clock of its own.
func slowDoor(t *testing.T, now *time.Time) *Door {
	pages := Inside(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("pages")) }))
	return &Door{
		file: webConfig(t), attempts: newAttempts(), now: func() time.Time { return *now },
		Login: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			switch _, password, _ := r.BasicAuth(); password {
			case "secret", "second":
				pages.ServeHTTP(w, r)
			case "busy":
				w.WriteHeader(http.StatusTooManyRequests)
			default:
				w.WriteHeader(http.StatusUnauthorized)
			}
		}),
	}
}

func TestLoginsAreSlowed(t *testing.T) {
	now := time.Unix(1e9, 0)
	d := slowDoor(t, &now)
	if w := tries(d, "10.0.0.9:1", "secret"); w.Code != 200 {
		t.Fatalf("the right password: %d", w.Code)
	}
	for i := range 8 {
		want := http.StatusUnauthorized
		if i >= sourceBurst {
			want = http.StatusTooManyRequests
		}
		if w := tries(d, fmt.Sprint("10.0.0.1:", 1000+i), fmt.Sprint("guess", i)); w.Code != want || want == 429 && w.Header().Get("Retry-After") != "10" {
			t.Errorf("guess %d: %d, %q", i, w.Code, w.Header().Get("Retry-After"))
		}
	}
	if w := tries(d, "10.0.0.1:1", "second"); w.Code != http.StatusTooManyRequests {
		t.Errorf("the guess that would be right is not held up: %d", w.Code)
	}
	if w := tries(d, "10.0.0.1:1", "secret"); w.Code != 200 {
		t.Errorf("a password that was right before is held up: %d", w.Code)
	}
	if w := tries(d, "10.0.0.2:1", "guess"); w.Code != http.StatusUnauthorized {
		t.Errorf("another source: %d", w.Code)
	}
	now = now.Add(sourceEvery)
	if first, then := tries(d, "10.0.0.1:1", "a").Code, tries(d, "10.0.0.1:1", "b").Code; first != 401 || then != 429 {
		t.Errorf("after a while: %d and %d, want one try", first, then)
	}
}

// Many sources together are slowed as well, and cost little memory.
func TestLoginsAreSlowedInTotal(t *testing.T) {
	now := time.Unix(1e9, 0)
	a, tried := newAttempts(), 0
	try := func(source string) {
		if a.begin(source, "guess", now) == 0 {
			tried++
			a.end(source, "guess", false)
		}
	}
	for i := range 3 * maxSources {
		try(fmt.Sprint("source ", i))
	}
	if tried != totalBurst {
		t.Errorf("%d guesses were tried, want %d", tried, totalBurst)
	}
	for i := range 3 * maxSources {
		now = now.Add(totalEvery)
		try(fmt.Sprint("other source ", i))
	}
	for i := range 2 * maxKnown {
		a.end("", fmt.Sprint("credentials ", i), true)
	}
	if n := len(a.sources); n > maxSources {
		t.Errorf("%d sources are kept", n)
	}
	if n := len(a.known); n > maxKnown {
		t.Errorf("%d known credentials are kept", n)
	}
}

// Addresses of one IPv6 network are one source; a refusal for another reason than
// the password makes nothing known.
func TestSources(t *testing.T) {
	now := time.Unix(1e9, 0)
	d := slowDoor(t, &now)
	for i := range sourceBurst {
		tries(d, fmt.Sprintf("[2001:db8::%x]:1", i+1), "guess")
	}
	if w := tries(d, "[2001:db8::ffff]:1", "guess"); w.Code != http.StatusTooManyRequests {
		t.Errorf("the same network: %d", w.Code)
	}
	tries(d, "10.0.0.1:1", "busy")
	if len(d.attempts.known) != 0 {
		t.Error("credentials that nobody checked are known")
	}
}

func TestExposed(t *testing.T) {
	certificates := filepath.Join(t.TempDir(), "tls.yaml")
	if err := os.WriteFile(certificates, []byte("tls_server_config: {client_auth_type: RequireAndVerifyClientCert}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	tls := filepath.Join(t.TempDir(), "tls.yaml")
	if err := os.WriteFile(tls, []byte("tls_server_config: {cert_file: a, key_file: b}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		listen, file string
		exposed      bool
	}{
		{"127.0.0.1:8080", "", false}, {"localhost:8080", "", false}, {"[::1]:8080", "", false}, {"127.8.9.1:1", "", false},
		{":8080", "", true}, {"0.0.0.0:8080", "", true}, {"10.0.0.1:80", "", true}, {"firstsign:80", "", true}, {"[::]:80", tls, true},
		{":8080", webConfig(t), false}, {":8080", certificates, false},
	} {
		if text := (Config{Listen: c.listen, ConfigFile: c.file}).Exposed(nil); (text != "") != c.exposed {
			t.Errorf("%s %s: %q", c.listen, c.file, text)
		}
	}
}

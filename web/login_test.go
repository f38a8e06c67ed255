package web

import (
	"context"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"firstsign/accounts"
	"firstsign/detector"
	"firstsign/internal/locked"
	"firstsign/web/access"
)

// webConfig writes a config file with the user operator, whose password is secret.
func webConfig(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "web.yaml")
	if err := os.WriteFile(file, []byte("basic_auth_users: {operator: "+hashOfSecret+"}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// Paths that are said to be open need no login, and all others do, however they are
// written.
func TestOpenPaths(t *testing.T) {
	parts := Parts{Metrics: prometheus.NewRegistry()}
	for _, open := range [][]string{nil, {"/-/healthy", "/metrics"}} {
		addr := start(t, access.Config{ConfigFile: webConfig(t), Open: open}, parts)
		for path, want := range map[string]int{
			"/-/healthy": 200, "/metrics": 200, "/-/ready": 401, "/": 401, "/api/v1/alerts": 401,
			"/metrics/": 401, "/-/healthy/../../": 401, "//metrics": 401, "/metrics%2f..": 401,
		} {
			if open == nil {
				want = 401
			}
			if code, _ := get(t, http.DefaultClient, "http://"+addr+path); code != want {
				t.Errorf("open %q: %s: %d, want %d", open, path, code, want)
			}
		}
	}
}

// The user of an audit line is one that was checked, and a failed login is a line.
func TestAuditOfLogins(t *testing.T) {
	var log locked.Buffer
	parts := Parts{
		Accounts: inspectFunc(func(context.Context, string) (*detector.Inspection, error) { return &detector.Inspection{}, nil }),
		Audit:    slog.New(slog.NewTextHandler(&log, nil)),
	}
	addr := start(t, access.Config{ConfigFile: webConfig(t)}, parts)
	open := start(t, access.Config{}, parts)
	get(t, http.DefaultClient, "http://operator:wrong@"+addr+"/api/v1/accounts/a")
	get(t, http.DefaultClient, "http://operator:secret@"+addr+"/api/v1/accounts/b")
	get(t, http.DefaultClient, "http://boss:x@"+open+"/api/v1/accounts/c")
	for i, want := range []string{
		`action=login user="" by="" target="" source=127.0.0.1 status=401`,
		`action=read_account user=operator by="" target=b source=127.0.0.1 status=200`,
		`action=read_account user="" by="" target=c source=127.0.0.1 status=200`,
	} {
		if lines := strings.Split(log.String(), "\n"); i >= len(lines) || !strings.HasSuffix(lines[i], want) {
			t.Errorf("line %d of %q, want %s", i, lines, want)
		}
	}
}

// Whom a trusted proxy has signed in needs no password; a header from elsewhere opens
// nothing, and the audit line says what was refused.
func TestProxySignsIn(t *testing.T) {
	var log locked.Buffer
	who := ""
	_, parts := withTwo(t, &who)
	parts.Audit = slog.New(slog.NewTextHandler(&log, nil))
	for from, want := range map[string]int{"127.0.0.1": 200, "10.0.0.1": 401} {
		policy := &access.Policy{Proxy: access.Proxy{Header: "X-User", From: []string{from}}, People: twoManagers.People}
		if problems := policy.Validate(); problems != nil {
			t.Fatal(problems)
		}
		c := access.Config{ConfigFile: webConfig(t)}
		parts.Guard = access.NewGuard(c.Person, func() *access.Policy { return policy }, func() *accounts.Directory { return parts.Pages.Snapshot().Accounts })
		addr := start(t, c, parts)
		for path, allowed := range map[string]bool{"/api/v1/accounts/acme": true, "/api/v1/accounts/bolt": false} {
			r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+addr+path, nil)
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("X-User", "anna")
			response, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			response.Body.Close()
			if allowed && response.StatusCode != want || !allowed && response.StatusCode < 400 {
				t.Errorf("from %s: %s: %d, want %d", from, path, response.StatusCode, want)
			}
		}
		// Another header, or a password beside it, changes nothing.
		if code, body := get(t, http.DefaultClient, "http://operator:secret@"+addr+"/"); code != http.StatusForbidden || !strings.Contains(body, "You signed in as operator") {
			t.Errorf("a login without a role: %d %s", code, body)
		}
	}
	if want := `action=read_account user=anna by="" target=bolt refused=true source=127.0.0.1 status=404`; !strings.Contains(log.String(), want) {
		t.Errorf("no %s in %s", want, log.String())
	}
}

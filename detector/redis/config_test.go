package redis

import (
	"crypto/tls"
	"encoding/pem"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/alicebob/miniredis/v2"
	"github.com/prometheus/client_golang/prometheus"

	"firstsign/internal/tlsfiles"
)

func write(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func ping(t *testing.T, c Config) error {
	t.Helper()
	client, err := Open(c)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	s, err := New(client, "test", prometheus.NewRegistry())
	if err != nil {
		t.Fatal(err)
	}
	return s.Ping(t.Context())
}

func TestPassword(t *testing.T) {
	server := miniredis.RunT(t)
	server.RequireUserAuth("firstsign", "secret")
	t.Setenv("STATE_PASSWORD", "secret")
	for _, tt := range []struct {
		name string
		c    Config
		ok   bool
	}{
		{"none", Config{}, false},
		{"file", Config{Username: "firstsign", PasswordFile: write(t, "secret\n")}, true},
		{"file of Windows", Config{Username: "firstsign", PasswordFile: write(t, "secret\r\nnote\r\n")}, true},
		{"environment", Config{Username: "firstsign", PasswordEnv: "STATE_PASSWORD"}, true},
		{"wrong", Config{Username: "firstsign", PasswordFile: write(t, "other")}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.c.Addr = server.Addr()
			err := ping(t, tt.c)
			if (err == nil) != tt.ok {
				t.Errorf("got %v", err)
			}
			if err != nil && strings.Contains(err.Error(), "secret") {
				t.Errorf("%v tells the password", err)
			}
		})
	}
}

func TestTLS(t *testing.T) {
	web := httptest.NewTLSServer(nil) // for its certificate, of 127.0.0.1 and example.com
	web.Close()
	ca := write(t, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: web.Certificate().Raw})))
	server, err := miniredis.RunTLS(&tls.Config{Certificates: web.TLS.Certificates})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	for _, tt := range []struct {
		name string
		c    tlsfiles.TLS
		ok   bool
	}{
		{"trusted", tlsfiles.TLS{Enabled: true, CA: ca}, true},
		{"by name", tlsfiles.TLS{Enabled: true, CA: ca, ServerName: "example.com"}, true},
		{"another name", tlsfiles.TLS{Enabled: true, CA: ca, ServerName: "example.org"}, false},
		{"unknown authority", tlsfiles.TLS{Enabled: true}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if err := ping(t, Config{Addr: server.Addr(), TLS: tt.c}); (err == nil) != tt.ok {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestOpenRefuses(t *testing.T) {
	for _, tt := range []struct {
		name, want string
		c          Config
	}{
		{"two passwords", "keep one", Config{PasswordFile: "f", PasswordEnv: "E"}},
		{"no file", "read the password of Redis: open", Config{PasswordFile: "does-not-exist"}},
		{"no variable", "FIRSTSIGN_NOT_SET", Config{PasswordEnv: "FIRSTSIGN_NOT_SET"}},
		{"tls off", "not enabled", Config{TLS: tlsfiles.TLS{CA: "ca.pem"}}},
		{"no ca", "certificate authority: open", Config{TLS: tlsfiles.TLS{Enabled: true, CA: "does-not-exist"}}},
		{"bad ca", "no PEM certificate", Config{TLS: tlsfiles.TLS{Enabled: true, CA: write(t, "nonsense")}}},
		{"cert without key", "cert and key go together", Config{TLS: tlsfiles.TLS{Enabled: true, Cert: "does-not-exist"}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := Open(tt.c); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q in it", err, tt.want)
			}
		})
	}
}

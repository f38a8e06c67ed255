package web

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"firstsign/detector"
	"firstsign/signals"
	"firstsign/web/access"
)

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// start serves parts until the test ends and returns the address.
func start(t *testing.T, c access.Config, parts Parts) string {
	t.Helper()
	c.Listen = "127.0.0.1:0"
	s, err := Listen(c, parts, quiet())
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("Run: %v", err)
		}
	})
	return s.Addr().String()
}

func get(t *testing.T, client *http.Client, url string) (int, string) {
	t.Helper()
	resp, err := client.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

func TestRunServesAndStops(t *testing.T) {
	registry := prometheus.NewRegistry()
	registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "firstsign_test"}, func() float64 { return 7 }))
	addr := start(t, access.Config{}, Parts{Metrics: registry})
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	if code, body := get(t, client, "http://"+addr+"/metrics"); code != 200 || !strings.Contains(body, "firstsign_test 7") {
		t.Errorf("metrics: %d %s", code, body)
	}
	if code, _ := get(t, client, "http://"+addr+"/-/healthy"); code != 200 {
		t.Errorf("healthy: %d", code)
	}
}

// A request in flight when the server is told to stop gets its answer, and Run
// returns after it.
func TestShutdownLetsRequestsFinish(t *testing.T) {
	asked, goOn := make(chan struct{}), make(chan struct{})
	s, err := Listen(access.Config{Listen: "127.0.0.1:0"}, Parts{Accounts: inspectFunc(func(context.Context, string) (*detector.Inspection, error) {
		close(asked)
		<-goOn
		return &detector.Inspection{Account: "late"}, nil
	})}, quiet())
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	answered := make(chan string, 1)
	go func() {
		resp, err := http.Get("http://" + s.Addr().String() + "/api/v1/accounts/acme")
		if err != nil {
			answered <- err.Error()
			return
		}
		defer resp.Body.Close()
		body, _ := io.ReadAll(resp.Body)
		answered <- string(body)
	}()
	<-asked
	stop()
	select {
	case err := <-ended:
		t.Fatalf("Run returned before the request was answered: %v", err)
	default:
	}
	close(goOn)
	if body := <-answered; !strings.Contains(body, "late") {
		t.Errorf("answer %q", body)
	}
	if err := <-ended; err != nil {
		t.Errorf("Run: %v", err)
	}
	if _, err := net.Dial("tcp", s.Addr().String()); err == nil {
		t.Error("the port is still open after Run")
	}
}

func TestStopBeforeStart(t *testing.T) {
	s, err := Listen(access.Config{Listen: "127.0.0.1:0"}, Parts{}, quiet())
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	stop()
	if err := s.Run(ctx); err != nil {
		t.Errorf("Run: %v", err)
	}
}

func TestListenErrors(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	broken := filepath.Join(t.TempDir(), "web.yaml")
	if err := os.WriteFile(broken, []byte("tls_server_config: {no_such_key: 1}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]access.Config{
		"port in use":         {Listen: taken.Addr().String()},
		"no such address":     {Listen: "not an address"},
		"broken config file":  {Listen: "127.0.0.1:0", ConfigFile: broken},
		"missing config file": {Listen: "127.0.0.1:0", ConfigFile: broken + "x"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := Listen(c, Parts{}, quiet()); err == nil {
				t.Error("no error")
			}
		})
	}
}

func TestTLSAndBasicAuth(t *testing.T) {
	dir := t.TempDir()
	pool := writeCertificate(t, dir)
	config := "tls_server_config: {cert_file: cert.pem, key_file: key.pem}\n" +
		"basic_auth_users: {operator: " + hashOfSecret + "}\n"
	file := filepath.Join(dir, "web.yaml")
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	addr := start(t, access.Config{ConfigFile: file}, Parts{})
	client := &http.Client{Transport: &http.Transport{
		DisableKeepAlives: true,
		TLSClientConfig:   &tls.Config{RootCAs: pool, ServerName: "localhost"},
	}}
	if code, _ := get(t, client, "https://"+addr+"/-/healthy"); code != http.StatusUnauthorized {
		t.Errorf("without a password: %d", code)
	}
	if code, _ := get(t, client, "https://operator:wrong@"+addr+"/-/healthy"); code != http.StatusUnauthorized {
		t.Errorf("with a wrong password: %d", code)
	}
	if code, _ := get(t, client, "https://operator:secret@"+addr+"/-/healthy"); code != http.StatusOK {
		t.Errorf("with the password: %d", code)
	}
	if resp, err := http.Get("http://" + addr + "/-/healthy"); err == nil {
		resp.Body.Close()
		if resp.StatusCode == http.StatusOK {
			t.Error("plain HTTP is answered on a TLS port")
		}
	}
}

func writeCertificate(t *testing.T, dir string) *x509.CertPool {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: []string{"localhost"},
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	cert := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	for name, block := range map[string][]byte{
		"cert.pem": cert,
		"key.pem":  pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER}),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), block, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(cert)
	return pool
}

// inspectFunc is the state of accounts, all judged up to 4 March 2026.
type inspectFunc func(context.Context, string) (*detector.Inspection, error)

func (f inspectFunc) Inspect(ctx context.Context, id string) (*detector.Inspection, error) {
	return f(ctx, id)
}

func (f inspectFunc) InspectAll(ctx context.Context, ids []string) (map[string]*detector.Inspection, error) {
	found := map[string]*detector.Inspection{}
	for _, id := range ids {
		x, err := f(ctx, id)
		if err != nil && !errors.Is(err, ErrUnknownAccount) {
			return nil, err
		}
		if x != nil {
			found[id] = x
		}
	}
	return found, nil
}

func (f inspectFunc) Watched(context.Context) (Watched, error) {
	return Watched{Accounts: 60, Judged: true, Closed: judged}, nil
}

const judged = signals.Day(20516)

func TestErrorsStayInTheLog(t *testing.T) {
	var log bytes.Buffer
	parts := Parts{Accounts: inspectFunc(func(context.Context, string) (*detector.Inspection, error) {
		return nil, errors.New("dial 10.0.0.7:6379: refused")
	})}
	code, body := ask(t, Handler(parts, slog.New(slog.NewTextHandler(&log, nil))), "GET", "/api/v1/accounts/acme")
	if code != http.StatusServiceUnavailable || strings.Contains(body, "10.0.0.7") {
		t.Errorf("answer %d %s", code, body)
	}
	if !strings.Contains(log.String(), "10.0.0.7") {
		t.Errorf("log %q", log.String())
	}
}

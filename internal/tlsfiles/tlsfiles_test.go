package tlsfiles

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"io"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// pair writes a certificate that signs itself, and its key.
func pair(t *testing.T, cert, key, name string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	of := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotAfter: time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, of, of, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	err = errors.Join(
		os.WriteFile(cert, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600),
		os.WriteFile(key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8}), 0o600))
	if err != nil {
		t.Fatal(err)
	}
}

// listen serves TLS and sends the name of each client's certificate.
func listen(t *testing.T, config *tls.Config) string {
	t.Helper()
	l, err := tls.Listen("tcp", "127.0.0.1:0", config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			c := conn.(*tls.Conn)
			if c.Handshake() == nil && len(c.ConnectionState().PeerCertificates) > 0 {
				_, _ = io.WriteString(c, c.ConnectionState().PeerCertificates[0].Subject.CommonName)
			}
			c.Close()
		}
	}()
	return l.Addr().String()
}

func dial(addr string, config *tls.Config) (string, error) {
	c, err := tls.Dial("tcp", addr, config)
	if err != nil {
		return "", err
	}
	defer c.Close()
	said, err := io.ReadAll(c)
	return string(said), err
}

func TestCertificatesAreReadForEveryConnection(t *testing.T) {
	dir := t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	pair(t, file("server.pem"), file("server.key"), "server")
	server, err := tls.LoadX509KeyPair(file("server.pem"), file("server.key"))
	if err != nil {
		t.Fatal(err)
	}
	open := listen(t, &tls.Config{Certificates: []tls.Certificate{server}, ClientAuth: tls.RequireAnyClientCert})

	ours := TLS{Enabled: true, CA: file("server.pem"), Cert: file("own.pem"), Key: file("own.key")}
	pair(t, ours.Cert, ours.Key, "first")
	config, err := ours.Config()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"first", "renewed"} {
		pair(t, ours.Cert, ours.Key, name)
		if said, err := dial(open, config); err != nil || said != name {
			t.Errorf("the server saw %q, %v; want %q", said, err, name)
		}
	}
	if err := os.Remove(ours.Key); err != nil {
		t.Fatal(err)
	}
	if _, err := dial(open, config); !Refused(err) || !strings.Contains(err.Error(), "read the certificate and its key") {
		t.Errorf("no key: %v", err)
	}

	if _, err := dial(open, &tls.Config{RootCAs: config.RootCAs}); !Refused(err) {
		t.Errorf("no certificate: %v", err)
	}
	if _, err := dial(open, &tls.Config{}); !Refused(err) {
		t.Errorf("a server that nobody vouches for: %v", err)
	}
	if Refused(io.EOF) || Refused(&net.OpError{Op: "dial", Err: io.EOF}) {
		t.Error("a server that is away refuses")
	}
}

func TestWhatIsWrong(t *testing.T) {
	if c, err := (TLS{}).Config(); c != nil || err != nil {
		t.Errorf("not enabled: %v, %v", c, err)
	}
	for _, c := range []struct {
		tls  TLS
		want string
	}{
		{TLS{CA: "ca"}, "is given and not enabled"},
		{TLS{Enabled: true, Cert: "c"}, "cert and key go together"},
		{TLS{Enabled: true, CA: "nowhere"}, "read the certificate authority: open nowhere"},
		{TLS{Enabled: true, CA: "tlsfiles.go"}, "tlsfiles.go holds no PEM certificate"},
		{TLS{Enabled: true, Cert: "nowhere", Key: "nowhere"}, "read the certificate and its key: open nowhere"},
	} {
		if _, err := c.tls.Config(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v", c.tls, err)
		}
	}
}

// Package tlsfiles answers: how is a connection to a server protected, by the files
// that a configuration names?
package tlsfiles

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"

	"firstsign/internal/secret"
)

// TLS says how the connection is protected. The server's certificate is always verified.
type TLS struct {
	Enabled bool `yaml:"enabled"`
	// CA is a PEM file with the authorities to trust, read at start. Empty: the system's.
	CA string `yaml:"ca"`
	// Cert and Key are PEM files of our own certificate, for a server that asks who we
	// are. They are read again for every new connection, so they may be renewed.
	Cert string `yaml:"cert"`
	Key  string `yaml:"key"`
	// ServerName expected in the server's certificate. Empty: the server's host.
	ServerName string `yaml:"server_name"`
}

// Validate returns what is wrong with the settings, nil when nothing is.
func (t TLS) Validate() error {
	if !t.Enabled && t != (TLS{}) {
		return errors.New("is given and not enabled: say enabled: true")
	}
	if (t.Cert == "") != (t.Key == "") {
		return errors.New("cert and key go together")
	}
	return nil
}

// Config reads the files. It returns nil when TLS is not enabled.
func (t TLS) Config() (*tls.Config, error) {
	if err := t.Validate(); err != nil || !t.Enabled {
		return nil, err
	}
	c := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: t.ServerName}
	if t.CA != "" {
		pem, err := os.ReadFile(t.CA)
		if err != nil {
			return nil, fmt.Errorf("read the certificate authority: %w", err)
		}
		c.RootCAs = x509.NewCertPool()
		if !c.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("%s holds no PEM certificate", t.CA)
		}
	}
	if t.Cert != "" {
		if _, err := t.own(); err != nil {
			return nil, err
		}
		c.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return t.own() }
	}
	return c, nil
}

// own certificate, as the files are now.
func (t TLS) own() (*tls.Certificate, error) {
	pair, err := tls.LoadX509KeyPair(t.Cert, t.Key)
	if err != nil {
		return nil, &secret.Error{What: "certificate and its key", Err: err}
	}
	return &pair, nil
}

// Refused tells whether the error of a connection means that one of both sides does not
// trust the other, that the port speaks no TLS, or that a secret cannot be read.
func Refused(err error) bool {
	if _, is := errors.AsType[*secret.Error](err); is {
		return true
	}
	if _, is := errors.AsType[*tls.CertificateVerificationError](err); is {
		return true
	}
	if _, is := errors.AsType[tls.RecordHeaderError](err); is {
		return true
	}
	alert, is := errors.AsType[*net.OpError](err)
	return is && alert.Op == "remote error" // crypto/tls has no other sign of an alert
}

package parts

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"hash"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// Secure are a Kafka with TLS, logins and ACLs, and a Redis.
type Secure struct {
	*Own
	CA        string // PEM files
	Cert, Key string // of the user CN=firstsign
	admin     *kgo.Client
}

// StartSecure is Start with a secure Kafka. Its listener Brokers asks for nothing and
// forbids nothing. Login knows the user "plain" with the password "secret" by PLAIN, and
// those of SetPassword by SCRAM. A login lasts for some time, 0 for ever; then the broker
// hangs up.
func StartSecure(t testing.TB, folder string, lasts time.Duration) *Secure {
	t.Helper()
	certs := t.TempDir()
	s := &Secure{CA: filepath.Join(certs, "ca.pem"), Cert: filepath.Join(certs, "cert.pem"), Key: filepath.Join(certs, "key.pem")}
	if err := s.certify(certs); err != nil {
		t.Fatal(err)
	}
	s.Own = start(t, folder, "320m", "KAFKA_SECURE="+certs, fmt.Sprintf("KAFKA_REAUTH_MS=%d", lasts.Milliseconds()))
	var err error
	if s.admin, err = kgo.NewClient(kgo.SeedBrokers(s.Brokers)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.admin.Close)
	return s
}

// certify writes an authority, and certificates of the broker and of a user.
func (s *Secure) certify(dir string) error {
	year := func(name string) *x509.Certificate {
		serial, _ := rand.Int(rand.Reader, big.NewInt(1<<62))
		return &x509.Certificate{
			SerialNumber: serial, Subject: pkix.Name{CommonName: name},
			NotBefore: time.Unix(0, 0), NotAfter: time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC),
			KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
			IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		}
	}
	authority := year("test authority")
	authority.IsCA, authority.BasicConstraintsValid, authority.KeyUsage, authority.ExtKeyUsage = true, true, x509.KeyUsageCertSign, nil
	issuer, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	issue := func(of *x509.Certificate, key *ecdsa.PrivateKey) (cert, private []byte, err error) {
		der, err := x509.CreateCertificate(rand.Reader, of, authority, &key.PublicKey, issuer)
		if err != nil {
			return nil, nil, err
		}
		pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
		return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8}), err
	}
	root, _, err := issue(authority, issuer)
	if err != nil {
		return err
	}
	files := map[string][]byte{s.CA: root}
	for _, name := range []string{"server", "firstsign"} {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			return err
		}
		cert, private, err := issue(year(name), key)
		if err != nil {
			return err
		}
		if name == "server" {
			files[filepath.Join(dir, "server.pem")] = append(private, append(cert, root...)...)
		} else {
			files[s.Cert], files[s.Key] = cert, private
		}
	}
	for name, text := range files {
		if err := os.WriteFile(name, text, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// SetPassword of a user for SCRAM-SHA-256 and SCRAM-SHA-512.
func (s *Secure) SetPassword(ctx context.Context, user, password string) error {
	for mechanism, h := range map[int8]func() hash.Hash{1: sha256.New, 2: sha512.New} { // one a request
		const rounds = 4096
		salt := []byte(rand.Text())
		salted, err := pbkdf2.Key(h, password, salt, rounds, h().Size())
		if err != nil {
			return err
		}
		r := kmsg.NewPtrAlterUserSCRAMCredentialsRequest()
		r.Upsertions = []kmsg.AlterUserSCRAMCredentialsRequestUpsertion{
			{Name: user, Mechanism: mechanism, Iterations: rounds, Salt: salt, SaltedPassword: salted},
		}
		answer, err := r.RequestWith(ctx, s.admin)
		if err != nil {
			return err
		}
		for _, result := range answer.Results {
			if result.ErrorCode != 0 {
				return fmt.Errorf("set the password of %s: code %d", result.User, result.ErrorCode)
			}
		}
	}
	return nil
}

// Right is what somebody may do with topics or groups whose names begin with a prefix.
type Right struct {
	Of        kmsg.ACLResourceType
	Prefix    string
	Operation kmsg.ACLOperation
}

// ServiceRights are those that docs/operator/topics.md lists for the service, on topics
// and groups whose names begin with a prefix.
func ServiceRights(prefix string) []Right {
	var rights []Right
	for _, of := range []kmsg.ACLOperation{kmsg.ACLOperationRead, kmsg.ACLOperationWrite, kmsg.ACLOperationCreate, kmsg.ACLOperationDescribeConfigs} {
		rights = append(rights, Right{kmsg.ACLResourceTypeTopic, prefix, of})
	}
	return append(rights, Right{kmsg.ACLResourceTypeGroup, prefix, kmsg.ACLOperationRead})
}

// Allow gives rights to a principal, such as User:firstsign.
func (s *Secure) Allow(ctx context.Context, principal string, rights ...Right) error {
	r := kmsg.NewPtrCreateACLsRequest()
	for _, right := range rights {
		pattern := kmsg.ACLResourcePatternTypePrefixed
		if right.Of == kmsg.ACLResourceTypeCluster {
			pattern = kmsg.ACLResourcePatternTypeLiteral
		}
		r.Creations = append(r.Creations, kmsg.CreateACLsRequestCreation{
			ResourceType: right.Of, ResourceName: right.Prefix, ResourcePatternType: pattern,
			Principal: principal, Host: "*", Operation: right.Operation, PermissionType: kmsg.ACLPermissionTypeAllow,
		})
	}
	answer, err := r.RequestWith(ctx, s.admin)
	if err != nil {
		return err
	}
	for _, result := range answer.Results {
		if result.ErrorCode != 0 {
			return fmt.Errorf("allow %s: code %d", principal, result.ErrorCode)
		}
	}
	return nil
}

// Forbid takes all rights of a kind from a principal.
func (s *Secure) Forbid(ctx context.Context, principal string, of kmsg.ACLResourceType, operation kmsg.ACLOperation) error {
	r := kmsg.NewPtrDeleteACLsRequest()
	r.Filters = append(r.Filters, kmsg.DeleteACLsRequestFilter{
		ResourceType: of, ResourcePatternType: kmsg.ACLResourcePatternTypeAny, Principal: &principal,
		Operation: operation, PermissionType: kmsg.ACLPermissionTypeAny,
	})
	_, err := r.RequestWith(ctx, s.admin)
	return err
}

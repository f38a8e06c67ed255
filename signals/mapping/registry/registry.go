// Package registry answers: what do the bytes of a record say, by the schema
// that a schema registry has for them?
//
// A record begins with a zero byte and the number of its schema. Avro and
// Protobuf become the same values that JSON is read into, so a mapping need not
// know which of them a topic speaks.
package registry

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/sr"

	"firstsign/internal/secret"
	"firstsign/signals"
	"firstsign/signals/mapping"
)

// Config says where the registry is.
type Config struct {
	URL string `yaml:"url"` // several between commas: tried in this order
	// Username and the password prove who we are; empty: nobody asks.
	Username string `yaml:"username"`
	// PasswordFile holds the password, PasswordEnv names the environment variable
	// that does. A newline at the end is not part of it.
	PasswordFile string `yaml:"password_file"`
	PasswordEnv  string `yaml:"password_env"`
	// CA is a file of the authorities that sign the registry's certificate. Default
	// those of the system.
	CA string `yaml:"ca"`
}

const (
	requestTimeout = 10 * time.Second
	// unknownFor is how long a number that the registry does not know is not asked
	// for again.
	unknownFor = time.Minute
	// maxReferences bounds what one schema may stand on.
	maxReferences = 200
)

// Registry fetches schemas and keeps them: what a number means never changes.
// Safe for concurrent use.
type Registry struct {
	config Config
	now    func() time.Time

	mu      sync.RWMutex
	known   map[int]*schema
	unknown map[int]time.Time // when it was asked for

	asking sync.Mutex // one request at a time: partitions meet the same schema at once
	client *sr.Client
}

// New returns a registry that was not asked yet.
func New(c Config) *Registry {
	return &Registry{config: c, now: time.Now, known: map[int]*schema{}, unknown: map[int]time.Time{}}
}

// schema is one that was fetched.
type schema struct {
	format mapping.Format
	decode func([]byte) (any, error)
	flaw   error // it cannot be used, and never can be
}

var header sr.ConfluentHeader

// idOf a value's schema, and what follows it.
func idOf(value []byte) (id int, rest []byte, reject *signals.Reject) {
	id, rest, err := header.DecodeID(value)
	if err != nil {
		return 0, nil, malformed("it names no schema: a zero byte and four of a schema registry's number must stand before the value")
	}
	return id, rest, nil
}

func malformed(format string, args ...any) *signals.Reject {
	return &signals.Reject{Reason: signals.Malformed, Detail: fmt.Sprintf(format, args...)}
}

// Prepare makes sure that what a value needs is there. The error means that the
// registry does not answer, or refuses us: the record has to wait.
func (r *Registry) Prepare(ctx context.Context, value []byte) error {
	id, _, reject := idOf(value)
	if reject != nil || r.look(id) != nil || r.isUnknown(id) {
		return nil //nolint:nilerr // a value without an id is rejected when it is decoded
	}
	_, err := r.fetch(ctx, id)
	return err
}

// Decode a value that Prepare has seen.
func (r *Registry) Decode(f mapping.Format, value []byte) (any, *signals.Reject) {
	id, rest, reject := idOf(value)
	if reject != nil {
		return nil, reject
	}
	s := r.look(id)
	switch {
	case s == nil:
		return nil, malformed("the schema registry has no schema %d", id)
	case s.flaw != nil:
		return nil, malformed("schema %d cannot be used: %v", id, s.flaw)
	case s.format != f:
		return nil, malformed("schema %d is %s, and the mapping says %s", id, s.format, f)
	}
	v, err := s.decode(rest)
	if err != nil {
		return nil, malformed("by schema %d: %v", id, err)
	}
	return v, nil
}

func (r *Registry) look(id int) *schema {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.known[id]
}

func (r *Registry) isUnknown(id int) bool {
	r.mu.RLock()
	defer r.mu.RUnlock()
	asked, ok := r.unknown[id]
	return ok && r.now().Sub(asked) < unknownFor
}

// fetch a schema; nil when the registry has none of that number.
func (r *Registry) fetch(ctx context.Context, id int) (*schema, error) {
	r.asking.Lock()
	defer r.asking.Unlock()
	if s := r.look(id); s != nil || r.isUnknown(id) {
		return s, nil // somebody else asked meanwhile
	}
	client, err := r.open()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	found, err := client.SchemaByID(ctx, id)
	switch {
	case isNotFound(err):
		r.mu.Lock()
		defer r.mu.Unlock()
		r.unknown[id] = r.now()
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("schema %d: the schema registry: %w", id, err)
	}
	s, err := r.build(ctx, found)
	if err != nil {
		return nil, fmt.Errorf("schema %d: the schema registry: %w", id, err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.known[id] = s
	delete(r.unknown, id)
	return s, nil
}

// isNotFound tells a schema that is not there from a registry that is not.
func isNotFound(err error) bool {
	answer, ok := errors.AsType[*sr.ResponseError](err)
	return ok && answer.StatusCode == http.StatusNotFound
}

// build makes a schema of its text and of those that it stands on.
func (r *Registry) build(ctx context.Context, found sr.Schema) (*schema, error) {
	var below []reference
	err := r.references(ctx, found.References, map[string]bool{}, &below)
	switch {
	case isNotFound(err), errors.Is(err, errTooMany):
		return &schema{flaw: fmt.Errorf("what it refers to: %w", err)}, nil
	case err != nil:
		return nil, err
	}
	s := &schema{}
	switch found.Type {
	case sr.TypeAvro:
		s.format = mapping.Avro
		s.decode, s.flaw = readAvro(found.Schema, below)
	case sr.TypeProtobuf:
		s.format = mapping.Protobuf
		s.decode, s.flaw = readProtobuf(found.Schema, below)
	default:
		s.flaw = fmt.Errorf("it is %s; only Avro and Protobuf are read by a schema, and JSON without one (format: json)", found.Type)
	}
	return s, nil
}

// reference is a schema that another stands on, by the name that it has there.
type reference struct{ name, text string }

var errTooMany = fmt.Errorf("more than %d schemas", maxReferences)

// references of a schema, those that stand on nothing first.
func (r *Registry) references(ctx context.Context, of []sr.SchemaReference, seen map[string]bool, into *[]reference) error {
	for _, ref := range of {
		if seen[ref.Name] {
			continue
		}
		seen[ref.Name] = true
		if len(seen) > maxReferences {
			return errTooMany
		}
		found, err := r.client.SchemaByVersion(ctx, ref.Subject, ref.Version)
		if err != nil {
			return fmt.Errorf("%s: %w", ref.Name, err)
		}
		if err := r.references(ctx, found.References, seen, into); err != nil {
			return err
		}
		*into = append(*into, reference{ref.Name, found.Schema.Schema})
	}
	return nil
}

// open the client, with secrets as they are now.
func (r *Registry) open() (*sr.Client, error) {
	if r.client != nil {
		return r.client, nil
	}
	transport := &http.Transport{
		Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true, IdleConnTimeout: 90 * time.Second,
		TLSHandshakeTimeout: 10 * time.Second,
	}
	if r.config.CA != "" {
		text, err := os.ReadFile(r.config.CA)
		if err != nil {
			return nil, fmt.Errorf("registry: %w", err)
		}
		pool := x509.NewCertPool()
		if !pool.AppendCertsFromPEM(text) {
			return nil, fmt.Errorf("registry: %s holds no certificate", r.config.CA)
		}
		transport.TLSClientConfig = &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}
	}
	options := []sr.ClientOpt{
		sr.URLs(strings.Split(strings.ReplaceAll(r.config.URL, " ", ""), ",")...), sr.UserAgent("firstsign"),
		sr.HTTPClient(&http.Client{Timeout: requestTimeout, Transport: transport}),
	}
	if r.config.Username != "" {
		password, err := r.password()
		if err != nil {
			return nil, err
		}
		options = append(options, sr.BasicAuth(r.config.Username, password))
	}
	client, err := sr.NewClient(options...)
	if err != nil {
		return nil, fmt.Errorf("registry: %w", err)
	}
	r.client = client
	return client, nil
}

func (r *Registry) password() (string, error) {
	password, err := secret.Source{File: r.config.PasswordFile, Env: r.config.PasswordEnv}.Line("", "password")
	if err != nil {
		return "", fmt.Errorf("registry: %w", err)
	}
	return password, nil
}

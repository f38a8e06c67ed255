package kafka

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	kafkago "github.com/segmentio/kafka-go"
	"github.com/twmb/franz-go/pkg/kmsg"

	"firstsign/deploy/parts"
	"firstsign/internal/stall"
	"firstsign/internal/tlsfiles"
	"firstsign/signals"
)

// secure is a real Kafka with TLS, logins and ACLs.
type secure struct {
	*parts.Secure
	password string // a file, of the user firstsign
}

func startSecure(t *testing.T) *secure {
	t.Helper()
	realCluster(t) // where there is none, there is none to start either
	s := &secure{parts.StartSecure(t, t.TempDir(), 4*time.Second), filepath.Join(t.TempDir(), "password")}
	s.setPassword(t, "first")
	for _, principal := range []string{"User:firstsign", "User:plain", "User:CN=firstsign"} {
		if err := s.Allow(t.Context(), principal, allRights...); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// allRights are those of the topics and the group of a test, which begin with t.
var allRights = parts.ServiceRights("t")

// setPassword with the broker and in our file.
func (s *secure) setPassword(t *testing.T, password string) {
	t.Helper()
	if err := s.SetPassword(t.Context(), "firstsign", password); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(s.password, []byte(password+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
}

func (s *secure) config(mechanism, user string) Config {
	config := (&cluster{brokers: []string{s.Login}}).config()
	config.TLS = tlsfiles.TLS{Enabled: true, CA: s.CA}
	config.SASL = SASL{Mechanism: mechanism, Username: user, PasswordFile: s.password}
	return config
}

// works through everything that the service does with Kafka.
func works(t *testing.T, client *Client) {
	t.Helper()
	if _, err := client.EnsureTopics(t.Context()); err != nil {
		t.Fatal(err)
	}
	p := client.Partition(0)
	defer p.Close()
	if err := p.Append(t.Context(), signals.Control{Kind: signals.Tick, Time: time.Now().UnixNano()}); err != nil {
		t.Fatal(err)
	}
	if r := readTo(t, p, 0, 1); len(r) != 1 {
		t.Errorf("read %d records", len(r))
	}
	if err := client.Publish(t.Context(), Pair{[]byte("a"), []byte("{}")}); err != nil {
		t.Error(err)
	}
	producer, err := client.Producer(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer producer.Close()
	if err := errors.Join(producer.Put([]byte("a"), []byte("{}"), nil), producer.Flush()); err != nil {
		t.Error(err)
	}
	group := client.Group()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- group.Run(ctx, newLedger().own) }()
	await(t, "the member to join", func() bool { return group.State().Phase == Joined })
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if err := client.Trouble(); err != nil {
		t.Error(err)
	}
}

func TestSecureKafka(t *testing.T) {
	s := startSecure(t)
	plainPassword := filepath.Join(t.TempDir(), "plain")
	if err := os.WriteFile(plainPassword, []byte("secret\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	certificate := (&cluster{brokers: []string{s.Mutual}}).config()
	certificate.TLS = tlsfiles.TLS{Enabled: true, CA: s.CA, Cert: s.Cert, Key: s.Key}
	simple := s.config("plain", "plain")
	simple.SASL.PasswordFile = plainPassword
	for name, config := range map[string]Config{
		"SCRAM-SHA-256": s.config("scram-sha-256", "firstsign"),
		"SCRAM-SHA-512": s.config("scram-sha-512", "firstsign"),
		"PLAIN":         simple,
		"certificate":   certificate,
	} {
		t.Run(name, func(t *testing.T) { works(t, open(t, config)) })
	}
	t.Run("what waiting does not mend", func(t *testing.T) { neverWorks(t, s, certificate) })
	t.Run("a password is changed", func(t *testing.T) { changes(t, s) })
	t.Run("a right is taken away", func(t *testing.T) { takenAway(t, s) })
}

// neverWorks: each ends at once and says why.
func neverWorks(t *testing.T, s *secure, certificate Config) {
	wrong := filepath.Join(t.TempDir(), "wrong")
	if err := os.WriteFile(wrong, []byte("wrong"), 0o600); err != nil {
		t.Fatal(err)
	}
	scram256, scram512, plain, anonymous, foreign := s.config("scram-sha-256", "firstsign"), s.config("scram-sha-512", "firstsign"), s.config("plain", "plain"), certificate, s.config("scram-sha-512", "firstsign")
	scram256.SASL.PasswordFile, scram512.SASL.PasswordFile, plain.SASL.PasswordFile = wrong, wrong, wrong
	anonymous.TLS.Cert, anonymous.TLS.Key = "", ""
	foreign.TLS.CA = "" // the system does not know the broker's authority
	withoutRights := s.config("scram-sha-512", "firstsign")
	withoutRights.Topic = "others.interactions"
	for name, c := range map[string]struct {
		config Config
		reason stall.Reason
	}{
		"SCRAM-SHA-256, wrong password": {scram256, stall.KafkaLogin},
		"SCRAM-SHA-512, wrong password": {scram512, stall.KafkaLogin},
		"PLAIN, wrong password":         {plain, stall.KafkaLogin},
		"no certificate":                {anonymous, stall.KafkaLogin},
		"unknown authority":             {foreign, stall.KafkaLogin},
		"no right to create the topic":  {withoutRights, stall.KafkaRights},
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		client := open(t, c.config)
		_, err := client.EnsureTopics(ctx)
		cancel()
		if !stall.Permanent(err) || !strings.Contains(err.Error(), c.reason.Words()) || client.Stalls()[c.reason] == nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	withoutGroup := s.config("scram-sha-512", "firstsign")
	withoutGroup.Group = "others"
	client := open(t, withoutGroup)
	if _, err := client.EnsureTopics(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := client.Group().Run(t.Context(), newLedger().own); !stall.Permanent(err) || !errors.Is(err, kafkago.GroupAuthorizationFailed) {
		t.Errorf("no right on the group: %v", err)
	}
}

// changes the password while a client works: the old connections last, the new ones log
// in with what the file holds. Between the two, the login is refused and waited for.
func changes(t *testing.T, s *secure) {
	client := open(t, s.config("scram-sha-512", "firstsign"))
	works(t, client)
	if err := s.SetPassword(t.Context(), "firstsign", "second"); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		for ctx.Err() == nil {
			if _, _, err := client.Partition(0).Bounds(ctx); err != nil {
				ended <- quiet(ctx, err)
				return
			}
		}
		ended <- nil
	}()
	// The broker ends connections after connections.max.reauth.ms.
	await(t, "the refused login", func() bool { return client.Stalls()[stall.KafkaLogin] != nil })
	s.setPassword(t, "second")
	await(t, "the login to work again", func() bool { return client.Trouble() == nil })
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// takenAway: a right that was there is waited for, and told of.
func takenAway(t *testing.T, s *secure) {
	client := open(t, s.config("scram-sha-512", "firstsign"))
	works(t, client)
	p := client.Partition(0)
	if err := s.Forbid(t.Context(), "User:firstsign", kmsg.ACLResourceTypeTopic, kmsg.ACLOperationWrite); err != nil {
		t.Fatal(err)
	}
	await(t, "the refused write", func() bool {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		err := p.Append(ctx, signals.Control{Kind: signals.Tick, Time: time.Now().UnixNano()})
		return err != nil && !stall.Permanent(err)
	})
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	written := make(chan error, 1)
	go func() {
		written <- p.Append(ctx, signals.Control{Kind: signals.Tick, Time: time.Now().UnixNano()})
	}()
	await(t, "the missing right to be told", func() bool { return client.Stalls()[stall.KafkaRights] != nil })
	if err := s.Allow(t.Context(), "User:firstsign", allRights...); err != nil {
		t.Fatal(err)
	}
	if err := <-written; err != nil {
		t.Error(err)
	}
	if err := client.Trouble(); err != nil {
		t.Error(err)
	}
}

package kafka

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"log/slog"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	kafkago "github.com/segmentio/kafka-go"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"

	"firstsign/internal/tlsfiles"
	"firstsign/signals"
)

func TestEnsureTopics(t *testing.T) {
	onEach(t, func(t *testing.T, c *cluster) {
		client := c.open(t, func(c *Config) { c.Partitions = 4 })
		id, err := client.EnsureTopics(t.Context()) // again, now that they exist
		if err != nil || id.Partitions != 4 || id.Topic != client.config.Topic || id.Cluster == "" {
			t.Fatalf("identity %+v, %v", id, err)
		}
		config := client.config
		config.Partitions = 3
		if _, err := open(t, config).EnsureTopics(t.Context()); !errors.Is(err, ErrTopic) {
			t.Errorf("3 partitions wanted, 4 there: %v", err)
		}
		config.Partitions = 0
		if id, err := open(t, config).EnsureTopics(t.Context()); err != nil || id.Partitions != 4 {
			t.Errorf("any number wanted: %+v, %v", id, err)
		}
		res, err := client.client.DescribeConfigs(t.Context(), &kafkago.DescribeConfigsRequest{Resources: []kafkago.DescribeConfigRequestResource{{
			ResourceType: kafkago.ResourceTypeTopic, ResourceName: client.config.Topic, ConfigNames: []string{"retention.ms"}}}})
		if err != nil || res.Resources[0].ConfigEntries[0].ConfigValue != "34560000000" {
			t.Errorf("retention: %+v, %v", res, err)
		}

		for range 2 { // what is gone is no error
			if err := client.RemoveTopics(t.Context()); err != nil {
				t.Fatal(err)
			}
		}

		compacted := c.config()
		client = open(t, compacted)
		topic := client.topicConfig(compacted.Topic, 1)
		topic.ConfigEntries[0].ConfigValue = "compact"
		created, err := client.client.CreateTopics(t.Context(), &kafkago.CreateTopicsRequest{Topics: []kafkago.TopicConfig{topic}})
		if err != nil || created.Errors[compacted.Topic] != nil {
			t.Fatal(err, created)
		}
		if _, err := client.EnsureTopics(t.Context()); !errors.Is(err, ErrTopic) {
			t.Errorf("a compacted topic: %v", err)
		}
	})
}

func TestTLSAndSASL(t *testing.T) {
	dir := t.TempDir()
	ca, server := certificate(t, dir)
	fake, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.TLS(server), kfake.GroupMinSessionTimeout(time.Second), kfake.EnableSASL(), kfake.Superuser("PLAIN", "firstsign", "secret"))
	if err != nil {
		t.Fatal(err)
	}
	defer fake.Close()
	c := &cluster{brokers: fake.ListenAddrs(), fake: fake}
	t.Setenv("TEST_KAFKA_PASSWORD", "secret")
	config := c.config()
	config.TLS = tlsfiles.TLS{Enabled: true, CA: ca}
	config.SASL = SASL{Mechanism: "plain", Username: "firstsign", PasswordEnv: "TEST_KAFKA_PASSWORD"}
	client := open(t, config)
	works(t, client)

	config.TLS.CA = "" // the system does not know the test's authority
	if _, err := open(t, config).EnsureTopics(t.Context()); err == nil || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("a broker that cannot be trusted: %v", err)
	}
	config.TLS.CA = ca
	t.Setenv("TEST_KAFKA_PASSWORD", "wrong")
	short, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	// kfake hangs up on a wrong password, as a broker that is away would.
	if id, err := open(t, config).EnsureTopics(short); err == nil {
		t.Errorf("a wrong password got us %+v", id)
	}
}

// certificate makes an authority's file and a server that it vouches for.
func certificate(t *testing.T, dir string) (ca string, server *tls.Config) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, DNSNames: []string{"localhost"},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	ca = filepath.Join(dir, "ca.pem")
	if err := os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return ca, &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
}

func TestMetrics(t *testing.T) {
	c := embedded(t)
	reg := prometheus.NewPedanticRegistry()
	client, err := Open(c.config(), slog.New(slog.DiscardHandler), NewMetrics(reg))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	if _, err := client.EnsureTopics(t.Context()); err != nil {
		t.Fatal(err)
	}
	cl := c.franz(t)
	put(t, cl, &kgo.Record{Topic: client.config.Topic, Value: []byte("1")}, &kgo.Record{Topic: client.config.Topic, Value: []byte("2")})
	p := client.Partition(0)
	defer p.Close()
	readTo(t, p, 0, 2)
	rejected := signals.Rejected{Record: signals.Record{Value: []byte("1")}, Reject: &signals.Reject{Reason: signals.Malformed}}
	if err := p.Reject(t.Context(), []signals.Rejected{rejected}); err != nil {
		t.Fatal(err)
	}
	m := client.metrics
	if n := testutil.ToFloat64(m.records.WithLabelValues("0")); n != 2 {
		t.Errorf("%v records read", n)
	}
	if n := testutil.ToFloat64(m.lag.WithLabelValues("0")); n != 0 {
		t.Errorf("lag %v at the end", n)
	}
	if n := testutil.ToFloat64(m.deadLetters.WithLabelValues("malformed")); n != 1 {
		t.Errorf("%v dead letters", n)
	}
	if n := testutil.CollectAndCount(m.deadLetters); n != len(signals.Reasons) {
		t.Errorf("%d reasons, want all %d from the start", n, len(signals.Reasons))
	}
	if problems, err := testutil.GatherAndLint(reg); err != nil || len(problems) > 0 {
		t.Errorf("lint: %v %v", problems, err)
	}
}

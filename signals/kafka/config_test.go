package kafka

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"firstsign/internal/tlsfiles"
)

func TestConfigReportsAllThatIsWrong(t *testing.T) {
	good := DefaultConfig()
	good.Brokers = []string{"kafka:9092"}
	if err := good.Validate(); err != nil {
		t.Fatalf("the defaults: %v", err)
	}
	for what, c := range map[string]struct {
		yaml string
		want []string
	}{
		"nothing to reach": {"brokers: []", []string{"brokers:"}},
		"no port":          {"brokers: [kafka]", []string{`"kafka" is not host:port`}},
		"names":            {"{topic: '', alerts: firstsign.dead-letter, group: ''}", []string{"topic:", "alerts:", "group:"}},
		"numbers":          {"{partitions: -1, fetch_bytes: 12, session_timeout: 1h}", []string{"partitions", "fetch_bytes", "session_timeout"}},
		"half a key":       {"tls: {enabled: true, cert: a.pem}", []string{"cert and key"}},
		"sasl":             {"sasl: {mechanism: scram}", []string{`"scram" is not known`}},
		"no secret":        {"sasl: {mechanism: plain}", []string{"username", "password_file"}},
		"two secrets":      {"sasl: {mechanism: plain, username: u, password_file: a, password_env: B}", []string{"exactly one"}},
	} {
		config := good
		if err := yaml.Unmarshal([]byte(c.yaml), &config); err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		err := config.Validate()
		for _, want := range c.want {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v does not name %q", what, err, want)
			}
		}
	}
}

func TestConfigRetentionIsADuration(t *testing.T) {
	config := DefaultConfig()
	if err := yaml.Unmarshal([]byte("retention: 48h"), &config); err != nil || config.Retention != 48*time.Hour {
		t.Errorf("retention %s, %v", config.Retention, err)
	}
}

func TestPasswordComesFromFileOrEnvironment(t *testing.T) {
	file := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(file, []byte("hunter2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TEST_KAFKA_PASSWORD", "hunter2")
	for _, s := range []SASL{
		{Mechanism: "plain", Username: "u", PasswordFile: file},
		{Mechanism: "plain", Username: "u", PasswordEnv: "TEST_KAFKA_PASSWORD"},
	} {
		m, err := s.mechanism()
		if err != nil {
			t.Fatal(err)
		}
		if _, first, err := m.Start(t.Context()); err != nil || string(first) != "\x00u\x00hunter2" {
			t.Errorf("proof %q, %v", first, err)
		}
	}
	if _, err := (&SASL{Mechanism: "plain", Username: "u", PasswordEnv: "TEST_KAFKA_NOT_SET"}).mechanism(); err == nil {
		t.Error("an environment variable that is not set is no password")
	}
	if _, err := (&tlsfiles.TLS{Enabled: true, CA: file}).Config(); err == nil {
		t.Error("a file without certificates was taken for an authority")
	}
}

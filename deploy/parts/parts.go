// Package parts answers: how does a test get a Kafka and a Redis that it may
// stop? Those of `deploy/services run` serve all packages at the same time.
package parts

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Own are a Kafka and a Redis that nobody else uses.
type Own struct {
	Brokers, Redis string // host:port
	// Login and Mutual are listeners of a secure Kafka with TLS: one wants SASL, the
	// other a certificate of our own.
	Login, Mutual string
	script        string
	env           []string
}

// Start starts both in a folder that is the test's own, where their logs and
// data lie, until the test ends. The test is skipped where the machine has none
// to start; in CI it fails. heap is Kafka's, as for java -Xmx.
func Start(t testing.TB, folder, heap string) *Own {
	t.Helper()
	return start(t, folder, heap)
}

func start(t testing.TB, folder, heap string, env ...string) *Own {
	t.Helper()
	script, err := find("deploy/services")
	if err != nil {
		t.Fatal(err)
	}
	o := &Own{script: script, env: append(os.Environ(),
		"FIRSTSIGN_SERVICES="+folder, "KAFKA_BROKERS=", "REDIS_ADDR=", "KAFKA_HEAP="+heap)}
	o.env = append(o.env, env...)
	t.Cleanup(func() { _ = errors.Join(o.Do("stop-kafka", "KILL"), o.Do("stop-redis", "KILL")) })
	if err := o.Do("start"); err != nil {
		t.Fatal(err)
	}
	settings, err := os.ReadFile(filepath.Join(folder, "env"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(settings)) {
		for name, to := range map[string]*string{
			"KAFKA_BROKERS": &o.Brokers, "REDIS_ADDR": &o.Redis,
			"KAFKA_SECURE_BROKERS": &o.Login, "KAFKA_MUTUAL_BROKERS": &o.Mutual,
		} {
			if v, ok := strings.CutPrefix(line, "export "+name+"="); ok {
				*to = strings.TrimSpace(v)
			}
		}
	}
	if o.Brokers == "" || o.Redis == "" {
		t.Skipf("no Kafka or no Redis can be started here:\n%s", settings)
	}
	return o
}

// Do runs a verb of deploy/services on these two: stop-kafka [SIGNAL],
// start-kafka, stop-redis [SIGNAL], start-redis.
func (o *Own) Do(verb ...string) error {
	// A file, not a pipe: what the script starts would keep a pipe open.
	said, err := os.CreateTemp("", "services")
	if err != nil {
		return err
	}
	defer os.Remove(said.Name())
	defer said.Close()
	c := exec.Command(o.script, verb...)
	c.Env, c.Stdout, c.Stderr = o.env, said, said
	if err := c.Run(); err != nil {
		text, _ := os.ReadFile(said.Name())
		return fmt.Errorf("services %s: %w\n%s", strings.Join(verb, " "), err, text)
	}
	return nil
}

// find a file of the module from a folder in it.
func find(name string) (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for at := dir; ; at = filepath.Dir(at) {
		path := filepath.Join(at, name)
		if _, err := os.Stat(path); err == nil {
			return path, nil
		}
		if at == filepath.Dir(at) {
			return "", fmt.Errorf("%s is in no folder above %s", name, dir)
		}
	}
}

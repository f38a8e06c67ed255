package main

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/alicebob/miniredis/v2"
	"github.com/twmb/franz-go/pkg/kfake"
)

// The service waits for the accounts of its topic, and follows it.
func TestServiceFollowsAccounts(t *testing.T) {
	t.Parallel()
	broker, err := kfake.NewCluster(kfake.NumBrokers(1))
	if err != nil {
		t.Fatal(err)
	}
	defer broker.Close()
	d := deploy(t, parts{broker.ListenAddrs()[0], miniredis.RunT(t).Addr()}, 1, nil)
	text := fmt.Sprintf("kafka: {brokers: [%q], topic: %[2]s.interactions, dead_letters: %[2]s.dead, alerts: %[2]s.alerts, accounts: %[2]s.accounts, group: %[2]s, partitions: 1, replication: 1, session_timeout: 6s}\n"+
		"redis: {address: %q}\ntick_interval: 1s\ncommit_interval: 200ms\nhttp: {listen: \"127.0.0.1:0\"}\n", d.brokers, d.name, d.redis)
	d.write(t, "service.yaml", text)
	publish := func(sheet string) {
		file := filepath.Join(t.TempDir(), "accounts.csv")
		d.write(t, "accounts.txt", sheet)
		copyFile(t, filepath.Join(d.dir, "accounts.txt"), file)
		firstsign(t, "accounts", "publish", "--config", d.dir, file)
	}
	s := d.start(t)
	eventually(t, "the topic is read", func() error {
		if !strings.Contains(s.log.String(), "the topic of accounts holds none") {
			return fmt.Errorf("log: %s", s.log)
		}
		return nil
	})
	if ok, parts := s.ready(); ok || !strings.Contains(parts["accounts"], "no account has come") {
		t.Errorf("without accounts it is ready: %v", parts)
	}
	publish("id,grade\nacme,key\n")
	s.caughtUp(d, 1)
	publish("id,grade\nacme,key\nbeta,ordinary\n")
	eventually(t, "the second account is known", func() error {
		if !strings.Contains(s.log.String(), "accounts=2") {
			return fmt.Errorf("log: %s", s.log)
		}
		return nil
	})
	_, page, err := s.get("/metrics")
	if err != nil || !strings.Contains(page, `firstsign_account_records_total{result="taken"} 2`) {
		t.Errorf("the records are not counted: %v", err)
	}
	s.stop()
}

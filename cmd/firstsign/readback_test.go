package main

import (
	"fmt"
	"strings"
	"testing"

	goredis "github.com/redis/go-redis/v9"

	"firstsign/alerting"
	alertredis "firstsign/alerting/redis"
)

// An answer that was confirmed is still there when Redis goes back to before it: read
// back from the topic of alerts after a restart, and while the service runs.
func TestAnswersSurviveAFailOver(t *testing.T) {
	t.Parallel()
	d := deploy(t, realParts(t), 2, map[string]string{"accounts.csv": "id,name,owner,grade\nacme,Acme,anna,key\nbolt,Bolt,anna,key\n"})
	d.removeAfter(t)
	client := goredis.NewClient(&goredis.Options{Addr: d.redis})
	t.Cleanup(func() { client.Close() })
	store := alertredis.New(client, d.name)
	s := d.start(t)
	s.caughtUp(d, 2)
	acme, bolt := raisedAlert(t, d, "acme").ID, raisedAlert(t, d, "bolt").ID
	is := func(id string, want alerting.State, answers int) {
		t.Helper()
		eventually(t, fmt.Sprintf("%s is %s", id, want), func() error {
			a, err := store.Get(t.Context(), id)
			if err != nil || a.State != want || len(a.History) != 1+answers {
				return fmt.Errorf("%+v, %w", a, err)
			}
			return nil
		})
	}
	answer := func(args ...string) {
		t.Helper()
		d.program.run(t, append([]string{"alerts", args[0], "--config", d.dir}, args[1:]...)...)
	}
	restore := dumpAlerts(t, client, d.name)
	answer("ack", acme)
	answer("snooze", bolt, "--days", "3")
	s.stop()

	restore()
	is(acme, alerting.Open, 0)
	s = d.start(t)
	is(acme, alerting.Acknowledged, 1)
	is(bolt, alerting.Snoozed, 1)
	s.says("an answer was missing in the alert store and is read back")
	eventually(t, "a metric says how many", func() error {
		if n := s.metric("firstsign_answers_read_back_total"); n != 2 {
			return fmt.Errorf("%v", n)
		}
		return nil
	})

	s.caughtUp(d, 2)
	restore() // while the service runs
	answer("snooze", acme, "--days", "3")
	is(acme, alerting.Snoozed, 2) // the newer answer is in force
	is(bolt, alerting.Snoozed, 1)
	s.stop()
	if strings.Contains(s.log.String(), "DATA RACE") {
		t.Error(s.log.String())
	}
}

// dumpAlerts copies the keys of the alerts; restore makes them what they were.
func dumpAlerts(t *testing.T, client *goredis.Client, name string) (restore func()) {
	t.Helper()
	pattern, dumps := "firstsign:{"+name+"/book}:*", map[string]string{}
	for _, key := range client.Keys(t.Context(), pattern).Val() {
		dumps[key] = client.Dump(t.Context(), key).Val()
	}
	return func() {
		t.Helper()
		pipe := client.TxPipeline()
		pipe.Del(t.Context(), client.Keys(t.Context(), pattern).Val()...)
		for key, dump := range dumps {
			pipe.RestoreReplace(t.Context(), key, 0, dump)
		}
		if _, err := pipe.Exec(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

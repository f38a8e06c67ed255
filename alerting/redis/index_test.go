package redis

import (
	"context"
	"fmt"
	"testing"

	"github.com/redis/go-redis/v9"

	"firstsign/alerting"
	"firstsign/detector"
)

func openAlerts(t *testing.T, s *Store, n int) {
	t.Helper()
	for i := range n {
		a := &alerting.Alert{
			ID: fmt.Sprint("alert-", i), Account: fmt.Sprint("account-", i), Owner: fmt.Sprint("owner-", i%10), Kind: detector.Raised,
			State: alerting.Open, Severity: alerting.Warning, AtRisk: float64(i), History: []alerting.Event{{}},
		}
		if err := s.Put(t.Context(), a); err != nil {
			t.Fatal(err)
		}
	}
}

// A store of an earlier release has no index, and an index may be lost: either is
// made from the alerts, at the first look at the latest.
func TestIndexIsMadeAnew(t *testing.T) {
	for name, addr := range servers(t) {
		for what, lose := range map[string]func(ctx context.Context, s *Store, p redis.Pipeliner){
			"an earlier release": func(ctx context.Context, s *Store, p redis.Pipeliner) {
				p.Del(ctx, s.keys.listed, s.keys.index)
				p.HDel(ctx, s.keys.sizes, "index")
			},
			"lost index":  func(ctx context.Context, s *Store, p redis.Pipeliner) { p.Del(ctx, s.keys.index) },
			"lost listed": func(ctx context.Context, s *Store, p redis.Pipeliner) { p.Del(ctx, s.keys.listed) },
			"half of it":  func(ctx context.Context, s *Store, p redis.Pipeliner) { p.ZRemRangeByRank(ctx, s.keys.index, 0, 99) },
			"written by an earlier release": func(ctx context.Context, s *Store, p redis.Pipeliner) {
				p.HSet(ctx, s.keys.alerts, "new", `1 {"id":"new","state":"open","owner":"owner-3","version":1}`)
			},
			"removed by an earlier release": func(ctx context.Context, s *Store, p redis.Pipeliner) {
				p.HDel(ctx, s.keys.alerts, "alert-3")
				p.HSet(ctx, s.keys.sizes, "alerts", 119)
			},
		} {
			t.Run(name+"/"+what, func(t *testing.T) {
				s := open(t, addr)
				openAlerts(t, s, 120)
				if _, err := s.client.TxPipelined(t.Context(), func(p redis.Pipeliner) error { lose(t.Context(), s, p); return nil }); err != nil {
					t.Fatal(err)
				}
				want := int(s.client.HLen(t.Context(), s.keys.alerts).Val())
				p, err := s.Page(t.Context(), alerting.Filter{}, "", 1500)
				if err != nil || len(p.Alerts) != want || p.Total != want {
					t.Fatalf("%d alerts of %d, total %d, %v", len(p.Alerts), want, p.Total, err)
				}
				if n, err := s.Index(t.Context()); err != nil || n != 0 {
					t.Errorf("indexed %d again, %v", n, err)
				}
				openAlerts(t, open(t, addr), 1) // another namespace
			})
		}
	}
}

// An instance of an earlier release, beside this one, writes alerts and leaves the
// index as it is. Index finds them by their version.
func TestIndexFindsWhatOthersWrote(t *testing.T) {
	for _, addr := range servers(t) {
		s := open(t, addr)
		openAlerts(t, s, 20)
		if err := s.client.HSet(t.Context(), s.keys.alerts, "alert-7", `2 {"id":"alert-7","state":"snoozed","version":2}`).Err(); err != nil {
			t.Fatal(err)
		}
		for _, want := range []int{1, 0} {
			if n, err := s.Index(t.Context()); err != nil || n != want {
				t.Errorf("indexed %d, %v; want %d", n, err, want)
			}
		}
		p, err := s.Page(t.Context(), alerting.Filter{State: alerting.Snoozed}, "", 5)
		if err != nil || len(p.Alerts) != 1 || p.Alerts[0].ID != "alert-7" {
			t.Errorf("snoozed: %+v, %v", p, err)
		}
	}
}

// The letters are stored: none may be used twice.
func TestClassesAreUnique(t *testing.T) {
	seen := map[byte]bool{unlettered: true}
	for _, k := range detector.FindingKinds {
		l := letter(kindLetters, k)
		if seen[l] {
			t.Errorf("the letter %c of %s is taken or none", l, k)
		}
		seen[l] = true
	}
	if len(stateLetters) != len(alerting.States) || len(severityLetters) != len(alerting.Severities) {
		t.Error("a state or a severity has no letter")
	}
}

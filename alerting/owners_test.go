package alerting

import (
	"testing"

	"firstsign/accounts"
	"firstsign/detector"
)

// An account that has another manager is in the other's list before anything else
// happens to its alert; what is closed stays as it was.
func TestAlertsFollowTheirOwners(t *testing.T) {
	store := NewMemoryStore()
	for id, a := range map[string]*Alert{
		"moved":   {Account: "acme", Owner: "anna", State: Open},
		"closed":  {Account: "acme", Owner: "anna", State: Closed},
		"stays":   {Account: "bolt", Owner: "bert", State: Acknowledged},
		"unknown": {Account: "gone", Owner: "carl", State: Open},
		"feed":    {Source: "pbx", Owner: Operator, State: Open},
	} {
		a.ID, a.History = id, []Event{{Kind: detector.Raised}}
		if err := store.Put(t.Context(), a); err != nil {
			t.Fatal(err)
		}
	}
	snapshot := &RoutingSnapshot{Accounts: accounts.NewDirectory([]accounts.Account{{ID: "acme", Owner: "dora"}, {ID: "bolt", Owner: "bert"}})}
	for _, want := range []int{1, 0} {
		if n, err := snapshot.KeepOwners(t.Context(), store); n != want || err != nil {
			t.Errorf("%d alerts changed, %v; want %d", n, err, want)
		}
	}
	for owner, want := range map[string]string{"anna": "closed", "dora": "moved", "bert": "stays", "carl": "unknown", Operator: "feed"} {
		p, err := store.Page(t.Context(), Filter{Owner: owner}, "", 9)
		if err != nil || len(p.Alerts) != 1 || p.Alerts[0].ID != want {
			t.Errorf("%s has %+v, %v; want %s", owner, p.Alerts, err, want)
		}
	}
}

package redis

import (
	"testing"

	"github.com/alicebob/miniredis/v2"

	"firstsign/detector"
	"firstsign/detector/worker"
)

// What a page asks of a partition is answered without a claim, also before anything is
// stored.
func TestLookingWithoutAClaim(t *testing.T) {
	s := open(t, miniredis.RunT(t).Addr())
	if kept, err := s.Kept(t.Context(), 0); err != nil || kept != (Kept{}) {
		t.Errorf("of an empty store: %+v, %v", kept, err)
	}
	if states, err := s.AccountStates(t.Context(), 0, []string{"acme"}); err != nil || len(states) != 1 || states[0] != nil {
		t.Errorf("of an empty store: %v, %v", states, err)
	}
	if _, err := s.Claim(t.Context(), 0, "a", worker.Identity{Cluster: "c", Topic: "t", Partitions: 3, TimeZone: "UTC"}); err != nil {
		t.Fatal(err)
	}
	c := &worker.Chunk{Token: "a", Seq: 1, Changes: detector.Changes{
		Accounts: []detector.AccountState{{ID: "acme", State: []byte("one")}, {ID: "客户", State: []byte("two")}},
		Position: &detector.Position{Next: 7, Day: 20500},
	}}
	if _, err := s.Commit(t.Context(), 0, c); err != nil {
		t.Fatal(err)
	}
	if kept, err := s.Kept(t.Context(), 0); err != nil || kept != (Kept{Partitions: 3, Accounts: 2, Day: 20500}) {
		t.Errorf("kept %+v, %v", kept, err)
	}
	states, err := s.AccountStates(t.Context(), 0, []string{"客户", "nobody", "acme"})
	if err != nil || len(states) != 3 || string(states[0]) != "two" || states[1] != nil || string(states[2]) != "one" {
		t.Errorf("states %q, %v", states, err)
	}
	if states, err := s.AccountStates(t.Context(), 0, nil); err != nil || states != nil {
		t.Errorf("of no accounts: %v, %v", states, err)
	}
}

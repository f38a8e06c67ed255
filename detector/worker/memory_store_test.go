package worker

import (
	"context"
	"errors"
	"testing"
	"time"

	"firstsign/detector"
)

func TestMemoryStoreFaults(t *testing.T) {
	ctx := context.Background()
	commit := func(m *MemoryStore, seq uint64) error {
		_, err := m.Commit(ctx, 0, &Chunk{Token: "t", Seq: seq, Changes: detector.Changes{Findings: [][]byte{[]byte("f")}}})
		return err
	}
	for _, tt := range []struct {
		name    string
		fault   Fault
		fails   bool
		written int
	}{
		{"none", NoFault, false, 1},
		{"request lost", RequestLost, true, 0},
		{"reply lost", ReplyLost, true, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := NewMemoryStore(time.Now)
			if _, err := m.Claim(ctx, 0, "t", Identity{}); err != nil {
				t.Fatal(err)
			}
			m.OnCall(func(call Call, partition int) Fault {
				if call == CallCommit && partition == 0 {
					return tt.fault
				}
				return NoFault
			})
			err := commit(m, 1)
			if (err != nil) != tt.fails || errors.Is(err, ErrRefused) {
				t.Errorf("commit: %v", err)
			}
			entries, err := m.Outbox(ctx, 0, "", 10)
			if err != nil || len(entries) != tt.written {
				t.Errorf("%d findings written, want %d (%v)", len(entries), tt.written, err)
			}
			m.OnCall(nil)
			if err := commit(m, 1); err != nil {
				t.Errorf("the repeated commit: %v", err)
			}
			if entries, _ := m.Outbox(ctx, 0, "", 10); len(entries) != 1 {
				t.Errorf("%d findings after the repeat, want 1", len(entries))
			}
		})
	}
}

// An owner may have read an entry before the store went back; settling it
// afterwards must not remove another finding.
func TestMemoryStoreEntryIDsAreNeverUsedAgain(t *testing.T) {
	ctx := context.Background()
	m := NewMemoryStore(time.Now)
	if _, err := m.Claim(ctx, 0, "t", Identity{}); err != nil {
		t.Fatal(err)
	}
	before := m.Snapshot(0)
	write := func(finding string) OutboxEntry {
		t.Helper()
		if _, err := m.Commit(ctx, 0, &Chunk{Token: "t", Seq: 1, Changes: detector.Changes{Findings: [][]byte{[]byte(finding)}}}); err != nil {
			t.Fatal(err)
		}
		entries, err := m.Outbox(ctx, 0, "", 10)
		if err != nil || len(entries) != 1 || string(entries[0].Finding) != finding {
			t.Fatalf("outbox %v (%v), want %q", entries, err, finding)
		}
		return entries[0]
	}
	first := write("one")
	m.Restore(0, before)
	second := write("another")
	if err := m.Settle(ctx, 0, []string{first.ID}, nil); err != nil {
		t.Fatal(err)
	}
	if entries, _ := m.Outbox(ctx, 0, "", 10); len(entries) != 1 || entries[0].ID != second.ID {
		t.Errorf("outbox after settling an entry of the past: %v", entries)
	}
}

// Package storetest answers: does a worker.Store keep the commit protocol? It is
// the conformance suite that every store passes.
package storetest

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"

	"firstsign/detector"
	"firstsign/detector/worker"
)

// Fixture is an empty store under test, and the ways to make it fail.
type Fixture struct {
	Store worker.Store
	// Snapshot copies the state of a partition with its token. The function that
	// it returns restores the copy.
	Snapshot func(t *testing.T, partition int) (restore func())
	// CutReply makes the next call take effect and lose its reply. CutRequest
	// makes the next call not arrive. The store may repeat such a call by itself.
	CutReply, CutRequest func()
	// Findings is how many the large outbox holds. Default 100,000.
	Findings int
}

// Test runs every case on a fixture of its own.
func Test(t *testing.T, open func(t *testing.T) Fixture) {
	for _, c := range []struct {
		name string
		run  func(*testing.T, *fixture)
	}{
		{"claim fresh", claimFresh},
		{"claim again", claimAgain},
		{"claim counts the epoch", claimCountsEpoch},
		{"another identity is refused and changes nothing", identity},
		{"commit without claim is refused", commitUnclaimed},
		{"an old token is refused", oldToken},
		{"a seq that does not follow is refused", gap},
		{"a repeated seq is written once", repeat},
		{"a claim that arrives late and twice", lateClaim},
		{"a lost reply is repeated", lostReply},
		{"a lost request is repeated", lostRequest},
		{"a store that went back refuses", rollBack},
		{"a repeat after a roll-back is written", rollBackOne},
		{"every prefix of a commit is kept", prefix},
		{"portfolio stays until it is written", portfolio},
		{"a chunk's memory is its owner's", reuse},
		{"bytes are bytes", binary},
		{"numbers keep their 64 bits", numbers},
		{"an empty chunk counts", empty},
		{"a chunk larger than Lua's stack", large},
		{"a large outbox", manyFindings},
		{"outbox in order, settled twice", outbox},
		{"settle, rolled back", settleRolledBack},
		{"every account is read", accounts},
		{"an error of yield ends the reading", yieldError},
		{"partitions do not touch each other", partitions},
		{"an ended context", ended},
	} {
		t.Run(c.name, func(t *testing.T) { c.run(t, &fixture{open(t), t}) })
	}
}

var ours = worker.Identity{Cluster: "c1", Topic: "firstsign.interactions", Partitions: 4, TimeZone: "Asia/Shanghai"}

type fixture struct {
	Fixture
	t *testing.T
}

func (f *fixture) claim(token string) worker.Meta {
	f.t.Helper()
	meta, err := f.Store.Claim(f.t.Context(), 0, token, ours)
	if err != nil {
		f.t.Fatalf("claim: %v", err)
	}
	if meta.StoreTime.IsZero() {
		f.t.Error("claim tells no time")
	}
	return meta
}

func (f *fixture) commit(c *worker.Chunk) {
	f.t.Helper()
	r, err := f.Store.Commit(f.t.Context(), 0, c)
	if err != nil {
		f.t.Fatalf("commit %d: %v", c.Seq, err)
	}
	if r.StoreTime.IsZero() {
		f.t.Error("commit tells no time")
	}
}

// refused commits and wants it refused with nothing written.
func (f *fixture) refused(c *worker.Chunk) {
	f.t.Helper()
	before := f.dump(0)
	if _, err := f.Store.Commit(f.t.Context(), 0, c); !errors.Is(err, worker.ErrRefused) {
		f.t.Errorf("commit %d under token %s: %v, want it refused", c.Seq, c.Token, err)
	}
	f.same(0, before)
}

// kept is the part of a partition that can be read without a claim.
type kept struct {
	accounts map[string]string
	outbox   []string
}

func (f *fixture) dump(partition int) kept {
	f.t.Helper()
	k := kept{accounts: make(map[string]string)}
	err := f.Store.Accounts(f.t.Context(), partition, func(a detector.AccountState) error {
		k.accounts[a.ID] = string(a.State)
		return nil
	})
	if err != nil {
		f.t.Fatal(err)
	}
	for _, e := range f.outbox(partition, 1_000_000) {
		k.outbox = append(k.outbox, string(e.Finding))
	}
	return k
}

func (f *fixture) outbox(partition, limit int) []worker.OutboxEntry {
	f.t.Helper()
	entries, err := f.Store.Outbox(f.t.Context(), partition, "", limit)
	if err != nil {
		f.t.Fatal(err)
	}
	return entries
}

func (f *fixture) same(partition int, want kept) {
	f.t.Helper()
	got := f.dump(partition)
	if !maps.Equal(got.accounts, want.accounts) {
		f.t.Errorf("accounts of partition %d: %s, want %s", partition, brief(got.accounts), brief(want.accounts))
	}
	if !slices.Equal(got.outbox, want.outbox) {
		f.t.Errorf("outbox of partition %d: %s, want %s", partition, brief(got.outbox), brief(want.outbox))
	}
}

func brief(v any) string { return fmt.Sprintf("%.200q", fmt.Sprint(v)) }

// chunk writes one account and one finding, both named by text, and a position.
func chunk(token string, seq uint64, text string) *worker.Chunk {
	return &worker.Chunk{
		Token: token, Seq: seq,
		Changes: detector.Changes{
			Accounts:  []detector.AccountState{{ID: "acme", State: []byte(text)}},
			Findings:  [][]byte{[]byte(text)},
			Portfolio: []byte(text),
			Position:  &detector.Position{Next: int64(seq) * 10, Rules: text, Log: []byte(text)},
		},
	}
}

func wantPosition(t *testing.T, got, want *detector.Position) {
	t.Helper()
	if got == nil || want == nil {
		if got != want {
			t.Errorf("position %+v, want %+v", got, want)
		}
		return
	}
	g, w := *got, *want
	g.Log, w.Log = nil, nil
	if fmt.Sprint(g) != fmt.Sprint(w) || !bytes.Equal(got.Log, want.Log) {
		t.Errorf("position %+v, want %+v", *got, *want)
	}
}

func numbered(n, size int) []detector.AccountState {
	all := make([]detector.AccountState, n)
	for i := range all {
		all[i] = detector.AccountState{
			ID:    fmt.Sprintf("account-%06d", i),
			State: bytes.Repeat([]byte{byte(i), byte(i >> 8)}, size/2),
		}
	}
	return all
}

// concurrently runs f for every partition at once.
func concurrently(n int, f func(partition int)) {
	var wg sync.WaitGroup
	for p := range n {
		wg.Go(func() { f(p) })
	}
	wg.Wait()
}

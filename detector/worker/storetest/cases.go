package storetest

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"firstsign/detector"
	"firstsign/detector/worker"
)

func claimFresh(t *testing.T, f *fixture) {
	meta := f.claim("a")
	if meta.Seq != 0 || meta.Epoch != 1 || meta.Portfolio != nil || meta.Position != nil {
		t.Errorf("a fresh partition: %+v", meta)
	}
	f.same(0, kept{})
	f.commit(chunk("a", 1, "first"))
}

func claimAgain(t *testing.T, f *fixture) {
	f.claim("a")
	c := chunk("a", 1, "one")
	f.commit(c)
	meta := f.claim("b")
	if meta.Seq != 1 || string(meta.Portfolio) != "one" {
		t.Errorf("claimed again: %+v", meta)
	}
	wantPosition(t, meta.Position, c.Position)
	f.commit(chunk("b", 2, "two"))
	f.same(0, kept{map[string]string{"acme": "two"}, []string{"one", "two"}})
}

func claimCountsEpoch(t *testing.T, f *fixture) {
	for want := uint64(1); want <= 3; want++ {
		if meta := f.claim(fmt.Sprint(want)); meta.Epoch != want {
			t.Errorf("epoch %d, want %d", meta.Epoch, want)
		}
	}
}

func identity(t *testing.T, f *fixture) {
	f.claim("a")
	f.commit(chunk("a", 1, "one"))
	for name, change := range map[string]func(*worker.Identity){
		"cluster":    func(id *worker.Identity) { id.Cluster = "c2" },
		"topic":      func(id *worker.Identity) { id.Topic = "other" },
		"partitions": func(id *worker.Identity) { id.Partitions++ },
		"time zone":  func(id *worker.Identity) { id.TimeZone = "UTC" },
	} {
		id := ours
		change(&id)
		if _, err := f.Store.Claim(t.Context(), 0, "b", id); !errors.Is(err, worker.ErrIdentity) {
			t.Errorf("another %s: %v", name, err)
		}
	}
	f.commit(chunk("a", 2, "two")) // the owner was not disturbed
	if meta := f.claim("c"); meta.Epoch != 2 {
		t.Errorf("epoch %d after refused claims, want 2", meta.Epoch)
	}
}

func commitUnclaimed(t *testing.T, f *fixture) {
	f.refused(chunk("a", 1, "one"))
	f.refused(chunk("", 1, "one"))
}

func oldToken(t *testing.T, f *fixture) {
	f.claim("a")
	f.commit(chunk("a", 1, "one"))
	f.claim("b")
	f.refused(chunk("a", 2, "zombie"))
	f.refused(chunk("a", 1, "one")) // even a repeat: it is not ours to call done
	f.commit(chunk("b", 2, "two"))
	f.refused(chunk("a", 3, "zombie"))
}

func gap(t *testing.T, f *fixture) {
	f.claim("a")
	f.refused(chunk("a", 2, "two"))
	for seq := range uint64(3) {
		f.commit(chunk("a", seq+1, "x"))
	}
	for _, seq := range []uint64{0, 1, 2, 5, 30, math.MaxUint64} {
		f.refused(chunk("a", seq, "wrong"))
	}
	f.commit(chunk("a", 4, "four"))
}

func repeat(t *testing.T, f *fixture) {
	f.claim("a")
	f.commit(chunk("a", 1, "one"))
	f.commit(chunk("a", 1, "one"))
	f.same(0, kept{map[string]string{"acme": "one"}, []string{"one"}})
	// It is the seq that decides, not what is in the chunk.
	f.commit(chunk("a", 1, "not written"))
	f.same(0, kept{map[string]string{"acme": "one"}, []string{"one"}})
}

// The network may deliver a claim once more when another owner has written.
func lateClaim(t *testing.T, f *fixture) {
	f.claim("a")
	f.commit(chunk("a", 1, "one"))
	f.claim("a")
	f.commit(chunk("a", 2, "two")) // nobody wrote in between: no harm

	f.claim("b")
	f.commit(chunk("b", 3, "b's three"))
	f.claim("a")
	f.refused(chunk("a", 3, "a's three")) // or it would be taken for written
	f.refused(chunk("b", 4, "b's four"))
	if meta := f.claim("c"); meta.Seq != 3 {
		t.Errorf("seq %d, want 3", meta.Seq)
	}
}

func lostReply(t *testing.T, f *fixture) { lost(t, f, f.CutReply) }

func lostRequest(t *testing.T, f *fixture) { lost(t, f, f.CutRequest) }

func lost(t *testing.T, f *fixture, cut func()) {
	f.claim("a")
	f.commit(chunk("a", 1, "one"))
	cut()
	c := chunk("a", 2, "two")
	if _, err := f.Store.Commit(t.Context(), 0, c); err != nil {
		if errors.Is(err, worker.ErrRefused) {
			t.Fatalf("a cut call: %v", err)
		}
		f.commit(c)
	}
	f.same(0, kept{map[string]string{"acme": "two"}, []string{"one", "two"}})
	f.commit(chunk("a", 3, "three"))

	cut()
	meta, err := f.Store.Claim(t.Context(), 0, "b", ours)
	if err != nil {
		meta = f.claim("b")
	}
	if meta.Seq != 3 {
		t.Errorf("seq %d after a claim that was cut, want 3", meta.Seq)
	}
	f.commit(chunk("b", 4, "four"))
}

func rollBack(t *testing.T, f *fixture) {
	f.claim("a")
	f.commit(chunk("a", 1, "one"))
	restore := f.Snapshot(t, 0)
	f.commit(chunk("a", 2, "two"))
	f.commit(chunk("a", 3, "three"))
	restore()
	f.same(0, kept{map[string]string{"acme": "one"}, []string{"one"}})
	f.refused(chunk("a", 4, "four"))
	if meta := f.claim("b"); meta.Seq != 1 || meta.Position.Next != 10 {
		t.Errorf("claimed after the roll-back: %+v", meta)
	}
	f.commit(chunk("b", 2, "two again"))

	restore() // now to before b's claim
	f.refused(chunk("b", 3, "three"))
	f.commit(chunk("a", 2, "two")) // a's state was one: as if b had never been
}

// The store lost just the call whose reply is missing: the repeat writes it.
func rollBackOne(t *testing.T, f *fixture) {
	f.claim("a")
	restore := f.Snapshot(t, 0)
	f.commit(chunk("a", 1, "one"))
	restore()
	f.commit(chunk("a", 1, "one"))
	f.same(0, kept{map[string]string{"acme": "one"}, []string{"one"}})
}

func prefix(t *testing.T, f *fixture) {
	f.claim("a")
	first := chunk("a", 1, "one")
	first.Position = nil
	f.commit(first)
	if meta := f.claim("b"); meta.Position != nil || string(meta.Portfolio) != "one" || meta.Seq != 1 {
		t.Errorf("after the first chunk of a first commit: %+v", meta)
	}
	last := chunk("b", 2, "two")
	last.Portfolio = nil
	f.commit(last)
	next := chunk("b", 3, "three")
	next.Position = nil
	f.commit(next)
	meta := f.claim("c")
	wantPosition(t, meta.Position, last.Position)
	if string(meta.Portfolio) != "three" {
		t.Errorf("portfolio %q, want the one of the unfinished commit", meta.Portfolio)
	}
	f.same(0, kept{map[string]string{"acme": "three"}, []string{"one", "two", "three"}})
}

func portfolio(t *testing.T, f *fixture) {
	f.claim("a")
	for i, want := range []string{"x", "x", "", ""} {
		c := chunk("a", uint64(i+1), "state")
		c.Portfolio = map[int][]byte{0: []byte("x"), 2: {}}[i]
		f.commit(c)
		if meta := f.claim("a"); meta.Portfolio == nil || string(meta.Portfolio) != want {
			t.Errorf("portfolio after commit %d: %#v, want %q", i+1, meta.Portfolio, want)
		}
	}
}

func reuse(t *testing.T, f *fixture) {
	f.claim("a")
	c := chunk("a", 1, "one")
	f.commit(c)
	for _, b := range [][]byte{c.Accounts[0].State, c.Findings[0], c.Portfolio, c.Position.Log} {
		copy(b, "###")
	}
	c.Position.Next = -1
	f.same(0, kept{map[string]string{"acme": "one"}, []string{"one"}})
	meta := f.claim("b")
	wantPosition(t, meta.Position, chunk("a", 1, "one").Position)
	if string(meta.Portfolio) != "one" {
		t.Errorf("portfolio %q", meta.Portfolio)
	}
}

func binary(t *testing.T, f *fixture) {
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	c := chunk("a\x00\xff", 1, string(all))
	c.Accounts = []detector.AccountState{
		{ID: string(all), State: all},
		{ID: "empty"},
		{ID: "客户 one\r\n", State: []byte("\r\n$5\r\n\x00")},
		{ID: "", State: []byte("no name")},
	}
	f.claim(c.Token)
	f.commit(c)
	f.same(0, kept{
		map[string]string{string(all): string(all), "empty": "", "客户 one\r\n": "\r\n$5\r\n\x00", "": "no name"},
		[]string{string(all)},
	})
	meta := f.claim("b")
	wantPosition(t, meta.Position, c.Position)
	if !bytes.Equal(meta.Portfolio, all) {
		t.Errorf("portfolio %q", meta.Portfolio)
	}
}

func numbers(t *testing.T, f *fixture) {
	f.claim("a")
	for i, p := range []detector.Position{
		{},
		{Next: math.MaxInt64, Anchor: math.MaxUint64, AnchorOffset: math.MaxInt64 - 1, Clock: math.MaxInt64, Day: math.MaxInt32},
		{Next: 1<<53 + 1, Anchor: 1<<63 + 1, AnchorOffset: -1, Clock: math.MinInt64, Day: math.MinInt32},
	} {
		f.commit(&worker.Chunk{Token: "a", Seq: uint64(i + 1), Changes: detector.Changes{Position: &p}})
		meta := f.claim("a")
		wantPosition(t, meta.Position, &p)
	}
}

func empty(t *testing.T, f *fixture) {
	f.claim("a")
	f.commit(&worker.Chunk{Token: "a", Seq: 1})
	f.refused(&worker.Chunk{Token: "a", Seq: 3})
	f.commit(&worker.Chunk{Token: "a", Seq: 2, Changes: detector.Changes{Position: &detector.Position{Next: 7}}})
	f.same(0, kept{})
	if meta := f.claim("b"); meta.Seq != 2 || meta.Position.Next != 7 || meta.Portfolio != nil {
		t.Errorf("a state without accounts: %+v", meta)
	}
}

func large(t *testing.T, f *fixture) {
	f.claim("a")
	c := &worker.Chunk{Token: "a", Seq: 1, Changes: detector.Changes{Accounts: numbered(10_001, 8)}}
	f.commit(c)
	if got := len(f.dump(0).accounts); got != len(c.Accounts) {
		t.Errorf("%d accounts kept, want %d", got, len(c.Accounts))
	}
}

func manyFindings(t *testing.T, f *fixture) {
	f.claim("a")
	const calls = 20
	each := cmp.Or(f.Findings, 100_000) / calls
	var want []string
	for seq := range calls {
		c := &worker.Chunk{Token: "a", Seq: uint64(seq + 1)}
		for i := range each {
			c.Findings = append(c.Findings, fmt.Appendf(nil, "finding %d", seq*each+i))
			want = append(want, string(c.Findings[i]))
		}
		f.commit(c)
	}
	var got []string
	for {
		entries := f.outbox(0, 1000)
		if len(entries) == 0 {
			break
		}
		var ids []string
		for _, e := range entries {
			ids, got = append(ids, e.ID), append(got, string(e.Finding))
		}
		if err := f.Store.Settle(t.Context(), 0, ids, nil); err != nil {
			t.Fatal(err)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("%d findings came out, want %d in order", len(got), len(want))
	}
}

// A finding was delivered to where the past came back, too.
func settleRolledBack(t *testing.T, f *fixture) {
	f.claim("a")
	f.commit(chunk("a", 1, "one"))
	ids := []string{f.outbox(0, 1)[0].ID}
	restore := f.Snapshot(t, 0)
	gone := errors.New("not there")
	if err := f.Store.Settle(t.Context(), 0, ids, func(context.Context) error { return gone }); !errors.Is(err, gone) {
		t.Errorf("settled though the finding is not there: %v", err)
	}
	if err := f.Store.Settle(t.Context(), 0, ids, func(context.Context) error { restore(); return nil }); !errors.Is(err, worker.ErrRefused) {
		t.Errorf("settled in a store that went back: %v", err)
	}
	want := kept{map[string]string{"acme": "one"}, []string{"one"}}
	f.same(0, want)
	if err := f.Store.Settle(t.Context(), 0, ids, func(context.Context) error { return nil }); err != nil {
		t.Error(err)
	}
	want.outbox = nil
	f.same(0, want)
}

func outbox(t *testing.T, f *fixture) {
	f.claim("a")
	f.commit(&worker.Chunk{Token: "a", Seq: 1, Changes: detector.Changes{Findings: [][]byte{[]byte("1"), []byte("2"), []byte("3")}}})
	entries := f.outbox(0, 2)
	if len(entries) != 2 || string(entries[0].Finding) != "1" || string(entries[1].Finding) != "2" {
		t.Fatalf("the two oldest: %v", entries)
	}
	for after, want := range map[string]int{"": 3, entries[0].ID: 2, entries[1].ID: 1} {
		if behind, err := f.Store.Outbox(t.Context(), 0, after, 10); err != nil || len(behind) != want {
			t.Errorf("behind %q: %v, %v; want %d", after, behind, err, want)
		}
	}
	for range 2 {
		if err := f.Store.Settle(t.Context(), 0, []string{entries[1].ID}, nil); err != nil {
			t.Fatal(err)
		}
		f.same(0, kept{nil, []string{"1", "3"}})
	}
	if err := f.Store.Settle(t.Context(), 0, nil, nil); err != nil {
		t.Errorf("settle nothing: %v", err)
	}
	f.claim("b") // what is undelivered stays with the partition
	f.commit(&worker.Chunk{Token: "b", Seq: 2, Changes: detector.Changes{Findings: [][]byte{[]byte("4")}}})
	f.same(0, kept{nil, []string{"1", "3", "4"}})
}

func accounts(t *testing.T, f *fixture) {
	f.claim("a")
	want := make(map[string]string)
	seq := uint64(0)
	for part := range slices.Chunk(numbered(3000, 100), 500) {
		for _, a := range part {
			want[a.ID] = string(a.State)
		}
		seq++
		f.commit(&worker.Chunk{Token: "a", Seq: seq, Changes: detector.Changes{Accounts: part}})
	}
	f.same(0, kept{want, nil})
}

func yieldError(t *testing.T, f *fixture) {
	f.claim("a")
	f.commit(&worker.Chunk{Token: "a", Seq: 1, Changes: detector.Changes{Accounts: numbered(10, 4)}})
	stop, calls := errors.New("stop"), 0
	err := f.Store.Accounts(t.Context(), 0, func(detector.AccountState) error { calls++; return stop })
	if !errors.Is(err, stop) || calls != 1 {
		t.Errorf("%v after %d calls", err, calls)
	}
}

func partitions(t *testing.T, f *fixture) {
	concurrently(4, func(p int) {
		token := fmt.Sprint("owner ", p)
		if _, err := f.Store.Claim(t.Context(), p, token, ours); err != nil {
			t.Errorf("claim partition %d: %v", p, err)
		}
		for seq := range uint64(50) {
			if _, err := f.Store.Commit(t.Context(), p, chunk(token, seq+1, token)); err != nil {
				t.Errorf("partition %d: %v", p, err)
			}
		}
	})
	for p := range 4 {
		name := fmt.Sprint("owner ", p)
		f.same(p, kept{map[string]string{"acme": name}, strings.Split(strings.Repeat(","+name, 50)[1:], ",")})
	}
	f.same(14, kept{}) // not a prefix of a name
}

func ended(t *testing.T, f *fixture) {
	f.claim("a")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := f.Store.Commit(ctx, 0, chunk("a", 1, "one"))
	if !errors.Is(err, context.Canceled) {
		t.Errorf("commit after the end: %v", err)
	}
	if _, err := f.Store.Claim(ctx, 0, "b", ours); !errors.Is(err, context.Canceled) {
		t.Errorf("claim after the end: %v", err)
	}
	f.commit(chunk("a", 1, "one"))
}

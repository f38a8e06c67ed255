package dispatch

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"firstsign/alerting"
	"firstsign/alerting/message/messagetest"
	"firstsign/detector"
	"firstsign/detector/worker"
)

// keeping is an outbox that keeps what was settled.
type keeping struct {
	*outbox
	settled []worker.OutboxEntry
}

func (k *keeping) Settle(ctx context.Context, p int, ids []string, there func(context.Context) error) error {
	entries := k.entries[:len(ids)]
	err := k.outbox.Settle(ctx, p, ids, there)
	for i := 0; err == nil && i < len(entries); i++ {
		k.settled = append(k.settled, worker.OutboxEntry{ID: fmt.Sprint("settled ", len(k.settled)), Finding: entries[i].Finding})
	}
	return err
}

func (k *keeping) Settled(ctx context.Context, p int, after string, limit int) ([]worker.OutboxEntry, error) {
	return (&outbox{entries: k.settled}).Outbox(ctx, p, after, limit)
}

func (k *keeping) ForgetSettled(context.Context, int) error {
	k.settled = nil
	return nil
}

// marked is an alert store that can go back in time, with its marks.
type marked struct {
	*alerting.MemoryStore
	marks map[int]string
}

func newMarked() *marked { return &marked{alerting.NewMemoryStore(), map[int]string{}} }

func (m *marked) SetMark(_ context.Context, p int, mark string) error {
	m.marks[p] = mark
	return nil
}

func (m *marked) SwapMark(_ context.Context, p int, from, to string) (bool, error) {
	if m.marks[p] != from && m.marks[p] != to {
		return false, nil
	}
	m.marks[p] = to
	return true, nil
}

// goBack to having nothing.
func (m *marked) goBack() { *m = *newMarked() }

// The alerts go back in time by themselves after their findings have left the outbox: a
// fail-over of one master of a Redis Cluster. They come again, and no line twice.
func TestSettledFindingsComeAgain(t *testing.T) {
	o, store, lines := &keeping{outbox: new(outbox)}, newMarked(), new(topic)
	d := testDispatcher(o, store, lines)
	d.Settled, d.Marks = o, store
	r, now := &partitionDispatch{Dispatcher: d}, at(messagetest.Story())
	dispatch := func(n int, want error) {
		t.Helper()
		if got, err := r.dispatch(t.Context(), now); got != n || !errors.Is(err, want) {
			t.Errorf("dispatched %d, want %d: %v, want %v", got, n, err, want)
		}
	}
	stored := func(kinds ...detector.FindingKind) {
		t.Helper()
		a, err := store.Get(t.Context(), messagetest.Story().ID)
		if err != nil {
			t.Fatal(err)
		}
		if len(a.History) != len(kinds) {
			t.Errorf("stored %+v, want %v", a.History, kinds)
		}
		for i, e := range a.History {
			if e.Kind != kinds[i] || !e.Published {
				t.Errorf("stored %+v, want %s", e, kinds[i])
			}
		}
	}
	o.add(finding(detector.Raised, 0))
	dispatch(1, nil)
	store.goBack()
	dispatch(0, nil) // nothing new
	stored(detector.Raised)

	o.add(finding(detector.RaisedAgain, 1))
	dispatch(1, nil)
	o.add(finding(detector.RaisedAgain, 2))
	d.Store = goesBackAtRead{store} // between two looks at the mark
	dispatch(0, errWentBack)
	d.Store = store
	dispatch(1, nil)
	stored(detector.Raised, detector.RaisedAgain, detector.RaisedAgain)
	if len(lines.lines) != 4 { // the last one is written again: it was in the outbox
		t.Errorf("published %d lines", len(lines.lines))
	}

	r = &partitionDispatch{Dispatcher: d} // another owner
	store.goBack()
	dispatch(0, nil)
	stored(detector.Raised, detector.RaisedAgain, detector.RaisedAgain)
	if len(lines.lines) != 4 {
		t.Errorf("published %d lines", len(lines.lines))
	}
}

// goesBackAtRead goes back when alerts are read.
type goesBackAtRead struct{ *marked }

func (g goesBackAtRead) GetAll(ctx context.Context, ids []string) (map[string]*alerting.Alert, error) {
	g.goBack()
	return g.marked.GetAll(ctx, ids)
}

// What is older than alerts are kept stays away, and what was settled before an erasure
// is not kept: it may name the person.
func TestWhatDoesNotComeAgain(t *testing.T) {
	o, store := &keeping{outbox: new(outbox)}, newMarked()
	d := testDispatcher(o, store, nil)
	d.Settled, d.Marks = o, store
	r, now := &partitionDispatch{Dispatcher: d}, at(messagetest.Story())
	o.add(finding(detector.Raised, 0))
	if _, err := r.dispatch(t.Context(), now); err != nil {
		t.Fatal(err)
	}
	store.goBack()
	if _, err := r.dispatch(t.Context(), now.Add(testSnapshot().Routing.Retention()+time.Hour)); err != nil {
		t.Fatal(err)
	}
	if all, err := store.List(t.Context(), alerting.Filter{}); len(all) != 0 || err != nil {
		t.Errorf("%d alerts, %v", len(all), err)
	}
	o.add(&detector.Finding{ID: "erased", Kind: detector.Erased, Account: messagetest.Acme.ID, Contact: "li-wei", Time: now.UnixNano()})
	if _, err := r.dispatch(t.Context(), now); err != nil || len(o.settled) != 0 {
		t.Error(fmt.Sprint(o.settled), err)
	}
}

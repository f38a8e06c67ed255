package kafka

import (
	"context"
	"errors"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"firstsign/signals"
)

// Table takes what a compacted topic says: the newest value of every key. Its
// methods are called one at a time.
type Table interface {
	// Put gives a key its value; nil removes it. Both are valid during the call.
	Put(key, value []byte, partition int, offset int64)
	// Clear forgets everything: the topic is read anew from its start.
	Clear()
	// Settled is called when all that the topic held was put, and again whenever
	// more came and it has been quiet for about a second.
	Settled()
}

// busy is how long a table may change without being settled.
const busy = 15 * time.Second

// Follow reads the topic of accounts into a table until ctx ends.
func (c *Client) Follow(ctx context.Context, t Table) error {
	return c.follow(ctx, t, false)
}

// ReadTable reads the topic of accounts to its present end.
func (c *Client) ReadTable(ctx context.Context, t Table) error {
	return c.follow(ctx, t, true)
}

// accountFollower is what the partitions of a table share.
type accountFollower struct {
	table  Table
	mu     sync.Mutex
	behind int       // partitions that have not been read to their end yet
	since  time.Time // of the first change that was not settled; zero when there is none
	once   bool
}

func (c *Client) follow(ctx context.Context, t Table, once bool) error {
	for {
		n, err := c.partitions(ctx, c.config.Accounts)
		if err != nil {
			return err
		}
		f := &accountFollower{table: t, behind: n, since: c.now(), once: once}
		g, inner := errgroup.WithContext(ctx)
		for id := range n {
			g.Go(func() error { return f.read(inner, c.partition(c.config.Accounts, id), c.now) })
		}
		if err = g.Wait(); !errors.Is(err, signals.ErrOutOfRange) {
			return err
		}
		t.Clear() // the topic was emptied or made anew
	}
}

// read one partition.
func (f *accountFollower) read(ctx context.Context, p *Partition, now func() time.Time) error {
	defer p.Close()
	at, end, err := p.Bounds(ctx)
	if err != nil {
		return err
	}
	for caughtUp, quiet := false, false; ; {
		if !caughtUp && (at >= end || quiet) {
			caughtUp = true
			if f.caughtUp(); f.once {
				return nil
			}
		}
		batch, err := p.Read(ctx, at)
		if err != nil {
			return err
		}
		quiet = len(batch.Records) == 0 && batch.Next == at // a broker has said so
		f.put(batch.Records, p.ID, now())
		at = batch.Next
	}
}

// put records, and settle when there is nothing more for the moment.
func (f *accountFollower) put(records []signals.Record, partition int, now time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i := range records {
		if r := &records[i]; r.Flaw == "" {
			f.table.Put(r.Key, r.Value, partition, r.Offset)
		}
	}
	if len(records) > 0 && f.since.IsZero() {
		f.since = now
	}
	if len(records) == 0 || now.Sub(f.since) > busy {
		f.settle()
	}
}

func (f *accountFollower) settle() {
	if f.behind == 0 && !f.since.IsZero() {
		f.since = time.Time{}
		f.table.Settled()
	}
}

// caughtUp is called once by each partition.
func (f *accountFollower) caughtUp() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.behind--; f.behind == 0 {
		f.settle()
	}
}

// WriteTable writes values of the topic of accounts, by key, and returns when
// all in-sync replicas have them; a nil value removes its key.
func (c *Client) WriteTable(ctx context.Context, values map[string][]byte) error {
	n, err := c.partitions(ctx, c.config.Accounts)
	if err != nil {
		return err
	}
	w := c.keyed(ctx, c.config.Accounts, n)
	for key, value := range values {
		if err := w.put(signals.PartitionOf([]byte(key), n), Pair{[]byte(key), value}, nil); err != nil {
			return err
		}
	}
	return w.flush()
}

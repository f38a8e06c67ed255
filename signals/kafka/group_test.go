package kafka

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	kafkago "github.com/segmentio/kafka-go"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// ledger is the state that members share: per partition the next offset, and
// how often each offset was counted. Like the real one it is fenced: a commit
// at another offset than the stored one is refused.
type ledger struct {
	mu     sync.Mutex
	next   map[int]int64
	seen   map[int]map[int64]int
	owners map[int]int // how many work the partition at this moment
	moved  int
}

func newLedger() *ledger {
	return &ledger{next: map[int]int64{}, seen: map[int]map[int64]int{}, owners: map[int]int{}}
}

func (l *ledger) own(ctx context.Context, p *Partition) error {
	l.mu.Lock()
	at := l.next[p.ID]
	l.owners[p.ID]++
	l.moved++
	l.mu.Unlock()
	defer func() {
		l.mu.Lock()
		l.owners[p.ID]--
		l.mu.Unlock()
	}()
	for {
		batch, err := p.Read(ctx, at)
		if err != nil {
			return err
		}
		l.mu.Lock()
		if l.next[p.ID] != at {
			l.mu.Unlock()
			return errors.New("refused")
		}
		for i := range batch.Records {
			if l.seen[p.ID] == nil {
				l.seen[p.ID] = map[int64]int{}
			}
			l.seen[p.ID][batch.Records[i].Offset]++
		}
		at = batch.Next
		l.next[p.ID] = at
		l.mu.Unlock()
		p.Committed(at)
	}
}

func (l *ledger) counted() (n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, offsets := range l.seen {
		n += len(offsets)
	}
	return n
}

func TestMembersComeAndGoAndNothingIsLost(t *testing.T) {
	onEach(t, func(t *testing.T, c *cluster) {
		const partitions, records = 4, 2000
		config := c.config()
		config.Partitions = partitions
		first := open(t, config)
		if _, err := first.EnsureTopics(t.Context()); err != nil {
			t.Fatal(err)
		}
		books := newLedger()
		join := func(client *Client) (*Group, func()) {
			ctx, cancel := context.WithCancel(t.Context())
			group := client.Group()
			done := make(chan error, 1)
			go func() { done <- group.Run(ctx, books.own) }()
			return group, func() {
				cancel()
				if err := <-done; err != nil {
					t.Errorf("group: %v", err)
				}
			}
		}
		shared := func(a, b *Group) {
			t.Helper()
			await(t, "both members to have partitions", func() bool {
				return len(a.State().Partitions) > 0 && len(b.State().Partitions) > 0 &&
					len(a.State().Partitions)+len(b.State().Partitions) == partitions
			})
		}
		a, leaveA := join(first)
		await(t, "the first member to own everything", func() bool { return len(a.State().Partitions) == partitions })

		producer, err := first.Producer(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer producer.Close()
		write := func(from, to int) {
			for i := from; i < to; i++ {
				if err := producer.Put(fmt.Appendf(nil, "account-%d", i), []byte("{}"), nil); err != nil {
					t.Fatal(err)
				}
				if i%100 == 0 {
					if err := producer.Flush(); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
		write(0, records/4)
		b, leaveB := join(open(t, config))
		write(records/4, records/2)
		shared(a, b)
		write(records/2, records*3/4)
		leaveA()
		await(t, "the second member to own everything", func() bool { return len(b.State().Partitions) == partitions })
		if s := a.State(); s.Phase == Joined {
			t.Errorf("the member that left is %+v", s)
		}
		write(records*3/4, records)
		if err := producer.Flush(); err != nil {
			t.Fatal(err)
		}
		await(t, "all records to be counted", func() bool { return books.counted() == records })
		books.mu.Lock()
		for p, offsets := range books.seen {
			for offset, n := range offsets {
				if n != 1 {
					t.Errorf("offset %d of partition %d was counted %d times", offset, p, n)
				}
			}
			if books.owners[p] != 1 {
				t.Errorf("partition %d has %d owners", p, books.owners[p])
			}
		}
		books.mu.Unlock()
		await(t, "the lag tools to be told", func() bool {
			res, err := first.client.OffsetFetch(t.Context(), &kafkago.OffsetFetchRequest{
				GroupID: config.Group, Topics: map[string][]int{config.Topic: {0, 1, 2, 3}}})
			if err != nil {
				return false
			}
			var sum int64
			for _, p := range res.Topics[config.Topic] {
				sum += p.CommittedOffset
			}
			return sum == records
		})
		leaveB()
	})
}

func await(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(60 * time.Second); !ok(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited a minute for %s", what)
		}
	}
}

func TestOwnerThatGivesUpIsCalledAgain(t *testing.T) {
	t.Parallel()
	c := embedded(t)
	client := c.open(t, nil)
	ctx, cancel := context.WithCancel(t.Context())
	var calls int
	group := client.Group()
	err := group.Run(ctx, func(ctx context.Context, p *Partition) error {
		if calls++; calls < 3 {
			return errors.New("something is wrong")
		}
		cancel()
		return nil
	})
	if err != nil || calls != 3 {
		t.Errorf("run: %v after %d calls", err, calls)
	}
}

func TestGroupEndsWhenPartitionsAreAdded(t *testing.T) {
	t.Parallel()
	c := embedded(t)
	client := c.open(t, nil)
	done := make(chan error, 1)
	group := client.Group()
	go func() {
		done <- group.Run(t.Context(), func(ctx context.Context, p *Partition) error { <-ctx.Done(); return nil })
	}()
	await(t, "the member to join", func() bool { return group.State().Phase == Joined })
	_, err := client.client.CreatePartitions(t.Context(), &kafkago.CreatePartitionsRequest{
		Topics: []kafkago.TopicPartitionsConfig{{Name: client.config.Topic, Count: 4}}})
	if err != nil {
		t.Fatal(err)
	}
	if err := <-done; !errors.Is(err, ErrTopic) {
		t.Errorf("run ended with %v, want ErrTopic", err)
	}
}

func TestBrokersAwayAtTheStart(t *testing.T) {
	t.Parallel()
	config := DefaultConfig()
	config.Brokers = []string{"127.0.0.1:1"} // nobody listens there
	client, err := Open(config, slog.New(slog.DiscardHandler), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		_, err := client.EnsureTopics(ctx)
		done <- err
	}()
	await(t, "the trouble to be told", func() bool { return client.Trouble() != nil })
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("ended with %v", err)
	}
	if err := client.Trouble(); err != nil {
		t.Errorf("nobody asks any more, and yet: %v", err)
	}
	p := client.Partition(0)
	defer p.Close()
	short, cancel := context.WithTimeout(t.Context(), 1500*time.Millisecond)
	defer cancel()
	// An empty batch would say that the log has nothing at this offset.
	if batch, err := p.Read(short, 0); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("read without brokers: %+v, %v", batch, err)
	}
}

// A coordinator that is stopped (not ended) accepts and never answers.
func TestLeavingDoesNotWaitForADeafCoordinator(t *testing.T) {
	t.Parallel()
	c := embedded(t)
	client := c.open(t, nil)
	deaf := make(chan struct{})
	defer close(deaf)
	asked := make(chan struct{}, 100)
	c.fake.ControlKey(int16(kmsg.JoinGroup), func(kmsg.Request) (kmsg.Response, error, bool) {
		asked <- struct{}{}
		c.fake.KeepControl()
		c.fake.SleepControl(func() { <-deaf })
		return nil, nil, false
	})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- client.Group().Run(ctx, newLedger().own) }()
	<-asked
	cancel()
	if err := <-done; err != nil { // after leaveWait; the join alone would take 35 s
		t.Error(err)
	}
}

// Package kafka answers: how do records come out of Kafka and get into it?
//
// A Client knows the cluster. A Group gives each member its partitions, one
// goroutine each; a Partition is read, and written to, as a worker.Log; a
// Producer writes many records; DeadLetters are what did not count. kafka-go
// carries the connections, the group protocol and the codecs, but fetches are
// decoded here: straight from the bytes of the response, which is several
// times as fast as kafka-go's Reader and tells what its API does not, such as
// which transactions were aborted.
package kafka

import (
	"context"
	"crypto/tls"
	"fmt"
	"log/slog"
	"net"
	"slices"
	"time"

	kafkago "github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/sasl"

	"firstsign/internal/backoff"
	"firstsign/internal/stall"
	"firstsign/signals/kafka/wire"
)

// requestTimeout bounds one exchange with a broker. A broker that does not
// answer within it is away, and the exchange is repeated.
const requestTimeout = 15 * time.Second

// Client is the cluster. Safe for concurrent use.
type Client struct {
	config    Config
	addr      net.Addr
	transport *kafkago.Transport
	client    *kafkago.Client
	tls       *tls.Config
	sasl      sasl.Mechanism
	log       *slog.Logger
	metrics   *Metrics
	now       func() time.Time
	stop      context.CancelFunc
	stalls    *stall.Board
	holds     *holds
}

// Open prepares a client; it does not wait for brokers. metrics may be nil.
func Open(config Config, log *slog.Logger, metrics *Metrics) (*Client, error) {
	if err := config.Validate(); err != nil {
		return nil, err
	}
	secure, err := config.TLS.Config()
	if err != nil {
		return nil, fmt.Errorf("TLS of Kafka: %w", err)
	}
	mechanism, err := config.SASL.mechanism()
	if err != nil {
		return nil, fmt.Errorf("SASL of Kafka: %w", err)
	}
	if metrics == nil {
		metrics = newMetrics(nil)
	}
	ctx, stop := context.WithCancel(context.Background())
	c := &Client{
		config: config, addr: kafkago.TCP(config.Brokers...), tls: secure, sasl: mechanism,
		log: log, metrics: metrics, now: time.Now, stop: stop, stalls: new(stall.Board), holds: &holds{of: map[string]held{}},
	}
	c.connect(ctx, config.topics())
	return c, nil
}

// connect prepares the connections for some topics; of others nothing is known.
func (c *Client) connect(ctx context.Context, topics []string) {
	c.transport = &kafkago.Transport{
		Dial:           (&net.Dialer{Timeout: 5 * time.Second}).DialContext,
		ClientID:       wire.ClientID,
		TLS:            c.tls,
		SASL:           c.sasl,
		MetadataTopics: topics,
		MetadataTTL:    2 * time.Second, // how long a moved leader is looked for in the wrong place
		Context:        ctx,
	}
	c.client = &kafkago.Client{Addr: c.addr, Transport: c.transport}
}

// reaching is a client of the same cluster that knows other topics as well, and tells
// another board what it cannot do. It is closed by itself.
func (c *Client) reaching(topics []string, stalls *stall.Board) *Client {
	ctx, stop := context.WithCancel(context.Background())
	other := &Client{
		config: c.config, addr: c.addr, tls: c.tls, sasl: c.sasl,
		log: c.log, metrics: c.metrics, now: c.now, stop: stop, stalls: stalls, holds: c.holds,
	}
	other.connect(ctx, slices.Concat(c.config.topics(), topics))
	return other
}

// SetClock has what is written bear another time than the machine's, as in a demo that
// lives faster. Call it before anything is written.
func (c *Client) SetClock(now func() time.Time) { c.now = now }

// Close ends what the client runs in the background. Partitions, groups and
// producers are closed before.
func (c *Client) Close() {
	c.transport.CloseIdleConnections()
	c.stop()
}

// Dialer connects as the client does. The consumer group needs it, because it
// does not use the transport, and so does a bare reader of a benchmark.
func (c *Client) Dialer() *kafkago.Dialer {
	return &kafkago.Dialer{ClientID: wire.ClientID, Timeout: 5 * time.Second, DualStack: true, TLS: c.tls, SASLMechanism: c.sasl}
}

// retry repeats do until it succeeds, its error is not one to wait for, or ctx ends.
// what names the exchange: whether it has worked before decides whether waiting is
// right (stall.Board.Failed). A connection that the broker has ended, as it does after
// connections.max.reauth.ms or idle, is no trouble unless the next one ends as well.
// It says what is going on when it lasts longer than a moved leader takes, and then
// every half minute.
func (c *Client) retry(ctx context.Context, what string, do func(context.Context) error) error {
	wait := newWait()
	var said time.Time
	begun := c.now()
	for again := false; ; again = true {
		err := within(ctx, requestTimeout, do)
		switch {
		case ended(err) && !again && ctx.Err() == nil:
			continue // on a new connection
		case err == nil:
			c.stalls.Worked(what)
			if !said.IsZero() {
				c.log.Info("Kafka answers again", "doing", what)
			}
			return nil
		case ctx.Err() != nil:
			c.stalls.Over(what)
			return ctx.Err()
		case final(err):
			return fmt.Errorf("%s: %w", what, err)
		}
		stalled := c.stalls.Failed(what, reasonOf(err), err)
		if stalled.Permanent {
			return stalled
		}
		if now := c.now(); now.Sub(begun) > 3*time.Second && now.Sub(said) > 30*time.Second {
			c.log.Warn("waiting for Kafka", "err", stalled)
			said = now
		}
		wait.Wait(ctx)
	}
}

// Stalls returns what cannot be done at the moment, because of brokers or of what
// others do in our topics.
func (c *Client) Stalls() map[stall.Reason]error { return c.stalls.Now() }

// Trouble returns the first of the Stalls; nil when all is well.
func (c *Client) Trouble() error { return c.stalls.First() }

func within(ctx context.Context, d time.Duration, do func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	return do(ctx)
}

// newWait returns the wait between two attempts to reach Kafka.
func newWait() *backoff.Backoff { return backoff.New(50*time.Millisecond, 5*time.Second) }

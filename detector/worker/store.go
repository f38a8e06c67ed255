package worker

import (
	"context"
	"errors"
	"time"

	"firstsign/detector"
)

// Store keeps the state of partitions. The protocol and its order of checks
// are those of docs/developer/architecture.md ("The commit"); memory and Redis implement
// it alike and pass one conformance suite (detector/storetest).
//
// All methods block and may be called concurrently for different partitions.
// An error that is not one of those below means that nothing is known about
// the outcome: the call may be repeated as it was.
type Store interface {
	// Claim takes a partition over: it writes the fresh token, so that every
	// later commit under another token is refused, counts the epoch up, sets seq
	// to what it was, and returns what is kept. A partition without state gets
	// the identity written and returns a Meta whose Position is nil.
	// ErrIdentity when the kept identity differs from id.
	Claim(ctx context.Context, partition int, token string, id Identity) (Meta, error)

	// Accounts hands every kept account to yield, each at least once, in no
	// order; state is valid during the call. An error of yield ends it.
	Accounts(ctx context.Context, partition int, yield func(detector.AccountState) error) error

	// Commit writes one chunk, all or nothing. ErrRefused when the partition is
	// under another token or the seq does not follow: then nothing is written.
	// A chunk whose seq is the stored one was written before: success, if it
	// was under this token. (If not, our claim arrived a second time, late, after
	// another owner had written: ErrRefused.)
	Commit(ctx context.Context, partition int, c *Chunk) (Receipt, error)

	// Outbox returns up to max findings that await delivery, oldest first;
	// Settle removes them. Both may repeat: findings have stable ids.
	//
	// Where they were delivered to may go back in time together with the store,
	// after the delivery and before the removal, and then they would be nowhere.
	// So Settle leaves a mark, asks whether they are there, and removes nothing
	// (ErrRefused) when the mark is gone by then. A nil there is not asked.
	Outbox(ctx context.Context, partition, max int) ([]OutboxEntry, error)
	Settle(ctx context.Context, partition int, ids []string, there func(context.Context) error) error
}

// ErrRefused means that the partition is not ours any more, or that the store
// does not hold what we wrote last: claim again and read from what is stored.
var ErrRefused = errors.New("commit refused: the partition was claimed by another, or the store went back in time")

// ErrIdentity means that the kept state belongs to another topic, cluster,
// partition count or time zone.
var ErrIdentity = errors.New("the kept state belongs to another log")

// Identity is what a state belongs to; it never changes silently.
type Identity struct {
	Cluster    string // the Kafka cluster id
	Topic      string
	Partitions int
	TimeZone   string
}

// Meta is what is kept about a partition as a whole.
type Meta struct {
	Seq       uint64 // number of the last commit call
	Epoch     uint64 // how often the partition was claimed; for people
	Portfolio []byte // what Changes.Portfolio wrote last; nil when nothing was
	Position  *detector.Position
	// StoreTime is the store's clock, to notice an owner whose clock is off.
	StoreTime time.Time
}

// Chunk is one call of a commit.
type Chunk struct {
	Token string // of the claim
	Seq   uint64 // one more than the call before
	detector.Changes
}

// Receipt is what a commit returns.
type Receipt struct {
	StoreTime time.Time
}

// OutboxEntry is one finding that awaits delivery.
type OutboxEntry struct {
	ID      string // of the entry, not of the finding
	Finding []byte
}

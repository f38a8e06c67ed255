package worker

import (
	"context"
	"errors"
	"time"

	"firstsign/detector"
	"firstsign/internal/stall"
)

// Store keeps the state of partitions. The protocol and its order of checks
// are those of docs/developer/architecture.md ("The commit"); memory and Redis implement
// it alike and pass one conformance suite (detector/worker/storetest).
//
// All methods block and may be called concurrently for different partitions.
// After an error that is not one of those below, the outcome is unknown. The
// call may be repeated as it was, unless the error is permanent (stall.Permanent).
type Store interface {
	// Claim takes a partition over. It writes the fresh token, so that every
	// later commit under another token is refused. It counts the epoch up and
	// returns what is stored, the seq among it. On a partition without state it
	// writes the identity and returns a Meta whose Position is nil.
	// ErrIdentity when the stored identity differs from id, ErrHeld when somebody brings it in, ErrDamaged when less is
	// stored than was written.
	Claim(ctx context.Context, partition int, token string, id Identity) (Meta, error)

	// Accounts hands every stored account to yield, each at least once, in no
	// order. The state is valid during the call. An error of yield ends it.
	Accounts(ctx context.Context, partition int, yield func(detector.AccountState) error) error

	// Commit writes one chunk, all or nothing. When the partition is under
	// another token, or the seq does not follow the stored one, it writes nothing
	// and returns ErrRefused. A chunk whose seq is the stored one was written
	// before: success, if under this token. Under another token our own claim
	// has arrived a second time, late, after another owner wrote: ErrRefused. When
	// less is stored than was written, it writes nothing and returns ErrDamaged.
	Commit(ctx context.Context, partition int, c *Chunk) (Receipt, error)

	// Outbox returns up to limit findings that await delivery, oldest first: those behind
	// the entry after, which may have been removed; "" means all.
	// Settle removes them. Both may repeat: findings have stable ids.
	//
	// The place of delivery may be restored to an earlier time together with the
	// store, after the delivery and before the removal. The findings would then
	// be lost in both. So Settle first writes a mark, then calls delivered to
	// check that the findings arrived. When the mark is gone after that, it
	// removes nothing and returns ErrRefused. A nil delivered is not called.
	Outbox(ctx context.Context, partition int, after string, limit int) ([]OutboxEntry, error)
	Settle(ctx context.Context, partition int, ids []string, delivered func(context.Context) error) error
}

// Call names a method of a Store, in metrics, log messages and tests.
type Call string

// The calls of a Store.
const (
	CallClaim    Call = "claim"
	CallAccounts Call = "accounts"
	CallCommit   Call = "commit"
	CallOutbox   Call = "outbox"
	CallSettle   Call = "settle"
)

// ErrRefused means that the partition is not ours any more, or that the store
// does not hold what we wrote last. The remedy is to claim again and to read on
// from what is stored.
var ErrRefused = errors.New("commit refused: the partition was claimed by another, or the store went back in time")

// ErrIdentity means that the stored state belongs to another topic, cluster,
// partition count or time zone.
var ErrIdentity = errors.New("the stored state belongs to another log")

// ErrDamaged means that accounts or findings are missing that were written: a key was
// removed or evicted. Going on would take them for accounts that never did anything.
var ErrDamaged = errors.New("a part of the stored state is lost")

// ErrHeld means that somebody brings in the state, and has not ended.
var ErrHeld = errors.New("the stored state is not whole yet")

// operatorDecides tells of errors that no waiting mends.
func operatorDecides(err error) bool {
	return errors.Is(err, ErrForeignLog) || errors.Is(err, ErrIdentity) || errors.Is(err, ErrHeld) || errors.Is(err, ErrDamaged)
}

// final tells of errors that no waiting for the store mends.
func final(err error) bool { return operatorDecides(err) || stall.Permanent(err) }

// Identity is what a state belongs to. A state with another identity is refused.
type Identity struct {
	Cluster    string // the Kafka cluster id
	Topic      string
	Partitions int
	TimeZone   string
}

// Meta is what is stored about a partition as a whole.
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

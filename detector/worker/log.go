package worker

import (
	"context"

	"firstsign/signals"
)

// Log is one partition of the topic as its owner uses it. It is used by one
// goroutine at a time. Methods retry temporary failures by themselves, with
// backoff, until ctx ends.
type Log interface {
	// Bounds returns the first offset that is kept and the one after the last.
	Bounds(ctx context.Context) (start, end int64, err error)

	// Read blocks until there are records at or after offset, or for about a
	// second, and then returns an empty batch. Records may start above offset
	// (control batches of transactions, retention); the caller compares.
	// The batch is valid until the next Read. An offset outside the log is
	// ErrOutOfRange.
	Read(ctx context.Context, offset int64) (Batch, error)

	// Append writes a control record to this partition and returns when all
	// in-sync replicas have it.
	Append(ctx context.Context, c signals.Control) error

	// Reject writes records to the dead-letter topic and returns when all
	// in-sync replicas have them. Nil for an empty slice.
	Reject(ctx context.Context, rejected []Rejected) error
}

// The types of a Log are in package signals, so that an implementation does not depend on
// the detector.
type (
	// Batch is what one read of a partition gives.
	Batch = signals.Batch
	// Rejected is one record that does not count, and why.
	Rejected = signals.Rejected
)

// ErrOutOfRange means that the wanted offset is below the first kept offset
// or above the log's end; Bounds tells which.
var ErrOutOfRange = signals.ErrOutOfRange

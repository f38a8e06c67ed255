package signals

import "errors"

// Batch is what one read of a partition gives.
type Batch struct {
	Records []Record // ascending offsets
	Next    int64    // where to read next; above the last record where the log skips
	End     int64    // the log's end when the batch was fetched, for lag
}

// Rejected is one record that does not count, and why. It owns its bytes.
type Rejected struct {
	Record Record
	Reject *Reject
	// Mapping could make nothing of it; empty for a record of the topic itself.
	Mapping string
	// Items of the record that it is about, as the mapping numbers them; empty: the
	// whole record.
	Items string
}

// ErrOutOfRange means that the wanted offset is below the first kept offset
// or above the log's end.
var ErrOutOfRange = errors.New("offset is outside the log")

package signals

import (
	"bytes"
	"slices"
)

// Record is one record of a partition of the topic, as the log hands it out.
// Key, Value and header values are valid until the next read of the log.
type Record struct {
	Offset  int64
	Time    int64 // the log's own timestamp, Unix nanoseconds
	Key     []byte
	Value   []byte
	Headers []Header

	// Flaw is set by the log when it knows by itself that the record does not
	// count (an aborted transaction); empty otherwise.
	Flaw Reason
}

// Header is one header of a record.
type Header struct {
	Key   string
	Value []byte
}

// Header returns the value of a header, nil when it is absent.
func (r *Record) Header(key string) []byte {
	for i := range r.Headers {
		if r.Headers[i].Key == key {
			return r.Headers[i].Value
		}
	}
	return nil
}

// Reason says why a record does not count. The set is closed: reasons are
// metric labels and dead-letter headers.
type Reason string

// The reasons, in the order in which a record is examined.
const (
	Oversized          Reason = "oversized"           // the value is larger than MaxRecord
	AbortedTransaction Reason = "aborted_transaction" // its producer took it back
	BadControl         Reason = "bad_control"         // a control record that cannot be read
	UnsignedControl    Reason = "unsigned_control"    // a control record without a good signature, where they are signed
	TickAhead          Reason = "tick_ahead"          // a tick of a time that had not come when it was written
	Malformed          Reason = "malformed"           // not JSON, or truncated
	InvalidUTF8        Reason = "invalid_utf8"
	WrongType          Reason = "wrong_type"    // a field of another JSON type than the contract's
	MissingField       Reason = "missing_field" // time, account or signal is absent or empty
	BadTime            Reason = "bad_time"      // not RFC 3339, or outside the years that can be kept
	BadValue           Reason = "bad_value"     // not finite, negative where it counts, or out of range
	FieldTooLong       Reason = "field_too_long"
	DuplicateField     Reason = "duplicate_field"
	BadEnvelope        Reason = "bad_envelope" // a CloudEvent of another version, or without its required attributes
	EmptyKey           Reason = "empty_key"
	KeyMismatch        Reason = "key_mismatch" // the key is not the account
	WrongPartition     Reason = "wrong_partition"
	UnknownSignal      Reason = "unknown_signal"
	NoAccount          Reason = "no_account" // the account is NA, null, - or the like, and no file lists one of that id
	UnknownAccount     Reason = "unknown_account"
	UnknownWord        Reason = "unknown_word"  // a direction or another closed word that nobody knows
	TooOld             Reason = "too_old"       // older than the days that are kept
	TooFarAhead        Reason = "too_far_ahead" // beyond the forward end of the days that are kept
	Unmappable         Reason = "unmappable"    // a foreign record that a mapping makes no interaction of
)

// Reasons lists every reason, for metrics that exist from the start.
var Reasons = []Reason{
	Oversized, AbortedTransaction, BadControl, UnsignedControl, TickAhead, Malformed, InvalidUTF8, WrongType,
	MissingField, BadTime, BadValue, FieldTooLong, DuplicateField, BadEnvelope, EmptyKey, KeyMismatch,
	WrongPartition, UnknownSignal, NoAccount, UnknownAccount, UnknownWord, TooOld, TooFarAhead, Unmappable,
}

// MaxRecord is the largest value of a record that is decoded, in bytes.
const MaxRecord = 1 << 20

// Reject is the error of a record that does not count: the reason for
// machines, the detail (field, position, what was found) for people.
type Reject struct {
	Reason Reason
	Detail string
}

// Error implements error.
func (r *Reject) Error() string { return string(r.Reason) + ": " + r.Detail }

// Clone returns a record that owns its bytes.
func (r *Record) Clone() Record {
	c := *r
	c.Key, c.Value = bytes.Clone(r.Key), bytes.Clone(r.Value)
	c.Headers = slices.Clone(r.Headers)
	for i := range c.Headers {
		c.Headers[i].Value = bytes.Clone(c.Headers[i].Value)
	}
	return c
}

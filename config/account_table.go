package config

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strconv"

	"firstsign/accounts"
	"firstsign/config/document"
	"firstsign/internal/fault"
)

// AccountTable reads the accounts from a compacted topic. Each account has one record,
// keyed by its id; the value is JSON with the fields of accounts.yaml. A record that
// cannot be read is counted and logged, and leaves the account as it was. It implements
// kafka.Table.
type AccountTable struct {
	Topic   string
	Log     *slog.Logger
	Metrics *Metrics // nil counts nothing
	// Changed is called with the accounts when the topic was read to its end, and again
	// after every change. It is not called before there is an account: without one every
	// interaction would be a stranger's.
	Changed func(*accounts.Directory)

	known map[string]accounts.Account
}

// Put implements kafka.Table.
func (r *AccountTable) Put(key, value []byte, partition int, offset int64) {
	if value == nil {
		delete(r.known, string(key))
		r.Metrics.accountRecord(removed)
		return
	}
	a, err := readAccount(key, value, fmt.Sprintf("%s/%d@%d", r.Topic, partition, offset))
	if err != nil {
		r.Metrics.accountRecord(refused)
		text := err.Error()
		if faults, ok := errors.AsType[fault.List](err); ok {
			text = faults.Brief(10)
		}
		r.Log.Error("a record of an account is not taken, what was known of it stays", "topic", r.Topic, "partition", partition, "offset", offset, "err", text)
		return
	}
	if r.known == nil {
		r.known = make(map[string]accounts.Account)
	}
	r.known[a.ID] = a
	r.Metrics.accountRecord(taken)
}

// Clear implements kafka.Table.
func (r *AccountTable) Clear() { clear(r.known) }

// Settled implements kafka.Table.
func (r *AccountTable) Settled() {
	if len(r.known) == 0 {
		r.Log.Warn("the topic of accounts holds none: firstsign accounts publish fills it", "topic", r.Topic)
		return
	}
	r.Changed(accounts.NewDirectory(slices.Collect(maps.Values(r.known))))
}

// readAccount reads a record of an account. name stands for the record in faults.
func readAccount(key, value []byte, name string) (accounts.Account, error) {
	d := &document.Document{Name: name, Lines: make(map[string]int), Wrong: make(map[string]bool)}
	builder := &accounts.Builder{File: name}
	node, err := document.JSON(value)
	if err != nil {
		return accounts.Account{}, fmt.Errorf("%s: not JSON: %w", name, err)
	}
	var e accountEntry
	d.Decode(node, &e)
	if e.ID == "" {
		e.ID = string(key)
	}
	builder.Faults = d.Faults
	if e.ID != string(key) {
		builder.Note(0, "id %q is not the record's key %q", e.ID, key)
	}
	builder.Add(0, e.account(builder, d, ""))
	list, err := builder.Accounts()
	if err != nil {
		return accounts.Account{}, err
	}
	return list[0], nil
}

// AccountRecord returns the value of an account's record.
func AccountRecord(a *accounts.Account) []byte {
	text, err := json.Marshal(entryOf(a))
	if err != nil {
		panic(fmt.Sprintf("config: account %s has no JSON: %v", a.ID, err)) // text and numbers always have JSON
	}
	return text
}

// MarshalJSON writes a number as one.
func (a amount) MarshalJSON() ([]byte, error) { return number(string(a)) }

// MarshalJSON writes a number as one.
func (n digits) MarshalJSON() ([]byte, error) { return number(string(n)) }

func number(text string) ([]byte, error) {
	if _, err := strconv.ParseFloat(text, 64); err == nil {
		return []byte(text), nil
	}
	return json.Marshal(text)
}

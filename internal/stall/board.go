package stall

import (
	"cmp"
	"strings"
	"sync"
	"time"
)

// lasts is how long a failure counts when nobody repeats or ends it. Repeats come
// sooner: the longest wait between two attempts is 10 s, the longest exchange 15 s.
const lasts = 30 * time.Second

// Board holds what cannot be done at the moment. Each kind of exchange has a name,
// such as "read partition 3 of firstsign.interactions". The zero value is ready to use,
// and safe for concurrent use.
type Board struct {
	// Beside is a board of the same server: if anything has worked there, the login is a
	// good one here as well. May be nil.
	Beside *Board

	mu     sync.Mutex
	failed map[string]failure
	worked map[string]bool
}

type failure struct {
	err       *Error
	at, since time.Time // the last time, and the first of those without success between
}

// Failed notes that an exchange failed, and returns the error to hand on. It decides
// whether waiting is right:
//
//   - a login that is refused before anything has worked is a wrong password. After
//     something has worked, a rotation of the credentials explains it.
//   - a right that is refused for an exchange that never worked is a missing ACL. If the
//     exchange has worked before, somebody is changing ACLs.
//   - KafkaRefuses is an answer that stays the same.
//   - everything else passes by itself.
func (b *Board) Failed(exchange string, reason Reason, err error) *Error {
	loggedIn := b.Beside != nil && b.Beside.anyWorked()
	b.mu.Lock()
	defer b.mu.Unlock()
	e := &Error{Reason: reason, Exchange: exchange, Err: err}
	switch reason {
	case KafkaLogin, RedisLogin:
		e.Permanent = len(b.worked) == 0 && !loggedIn
	case KafkaRights, RedisRights, RedisMoved:
		e.Permanent = !b.worked[exchange]
	case KafkaRefuses:
		e.Permanent = true
	}
	return b.note(exchange, e)
}

// Stands notes that something stands still without an error of an exchange.
func (b *Board) Stands(what string, reason Reason, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	_ = b.note(what, &Error{Reason: reason, Err: err})
}

func (b *Board) note(exchange string, e *Error) *Error {
	if b.failed == nil {
		b.failed = map[string]failure{}
	}
	now := time.Now()
	b.failed[exchange] = failure{e, now, cmp.Or(b.failed[exchange].since, now)}
	return e
}

// Worked notes that an exchange succeeded.
func (b *Board) Worked(exchange string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.worked == nil {
		b.worked = map[string]bool{}
	}
	b.worked[exchange] = true
	delete(b.failed, exchange)
}

// Waits notes that an exchange failed for a reason that mostly passes, such as a server
// that is a replica amid a fail-over: the failure is permanent only when the exchange has
// failed for longer than patience, without success between.
func (b *Board) Waits(exchange string, reason Reason, err error, patience time.Duration) *Error {
	b.mu.Lock()
	defer b.mu.Unlock()
	e := b.note(exchange, &Error{Reason: reason, Exchange: exchange, Err: err})
	e.Permanent = time.Since(b.failed[exchange].since) > patience
	return e
}

// HasWorked tells whether any exchange has whose name begins and ends so.
func (b *Board) HasWorked(begins, ends string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	for exchange := range b.worked {
		if strings.HasPrefix(exchange, begins) && strings.HasSuffix(exchange, ends) {
			return true
		}
	}
	return false
}

func (b *Board) anyWorked() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.worked) > 0
}

// Over forgets a failure: nobody waits for the exchange any more.
func (b *Board) Over(exchange string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.failed, exchange)
}

// Now returns what cannot be done now, one error for each reason.
func (b *Board) Now() map[Reason]error {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := map[Reason]error{}
	for exchange, f := range b.failed {
		if time.Since(f.at) > lasts {
			delete(b.failed, exchange)
			continue
		}
		merge(now, f.err.Reason, f.err)
	}
	return now
}

// First returns the failure that people should hear of first, nil when all is well.
func (b *Board) First() error { return first(b.Now()) }

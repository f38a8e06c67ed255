package stall

import (
	"cmp"
	"errors"
	"fmt"
)

// Reason is why work stands still. The set is closed: it is the label of a metric.
type Reason string

// The reasons.
const (
	KafkaAway       Reason = "kafka_away"       // no answer, or one that says: later
	KafkaLogin      Reason = "kafka_login"      // password or certificate refused, by the broker or by us
	KafkaRights     Reason = "kafka_rights"     // an ACL is missing
	KafkaRefuses    Reason = "kafka_refuses"    // an answer that does not change by asking again
	OpenTransaction Reason = "open_transaction" // another producer's transaction holds a partition
	OpenLoad        Reason = "open_load"        // a load has begun and neither goes on nor ends
	RulesDiffer     Reason = "rules_differ"     // another instance judges by other rules
	RedisAway       Reason = "redis_away"       // no answer, or one that says: later
	RedisLogin      Reason = "redis_login"      // password or certificate refused, by Redis or by us
	RedisRights     Reason = "redis_rights"     // NOPERM: an ACL is missing
	RedisMoved      Reason = "redis_moved"      // the keys' master is another server
	RedisFull       Reason = "redis_full"       // reads work and writes do not
)

// Reasons are all of them, in the order in which people are told.
var Reasons = []Reason{
	KafkaLogin, KafkaRights, KafkaRefuses, OpenTransaction, KafkaAway,
	RedisLogin, RedisRights, RedisMoved, RedisFull, RedisAway,
	OpenLoad, RulesDiffer,
}

var words = map[Reason]string{
	KafkaAway:       "Kafka does not answer as it should",
	KafkaLogin:      "login to Kafka refused (kafka.sasl, kafka.tls)",
	KafkaRights:     "an ACL is missing in Kafka",
	KafkaRefuses:    "Kafka refuses this and will refuse it again",
	OpenTransaction: "a transaction of another producer is open and nothing after it can be read",
	OpenLoad:        "a load has begun and not ended, so the clock stands still",
	RulesDiffer:     "another instance judges by other rules",
	RedisAway:       "Redis does not answer as it should",
	RedisLogin:      "login to Redis refused (redis.username, redis.password_file, redis.tls)",
	RedisRights:     "an ACL is missing in Redis",
	RedisMoved:      "another Redis server is the master of the keys (redis.cluster, redis.sentinel)",
	RedisFull:       "Redis does not take writes",
}

// Words say to people what the reason is.
func (r Reason) Words() string { return words[r] }

// Error is why something could not be done.
type Error struct {
	Reason    Reason
	Permanent bool   // waiting does not help: the process ends with it
	Exchange  string // what could not be done; empty: Err says it
	Err       error
}

// Error implements error.
func (e *Error) Error() string {
	if e.Exchange == "" {
		return fmt.Sprintf("%s: %s", e.Reason.Words(), e.Err)
	}
	return fmt.Sprintf("%s: %s: %s", e.Reason.Words(), e.Exchange, e.Err)
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Permanent tells of an error that no waiting mends, so that the process should end.
func Permanent(err error) bool {
	e, is := errors.AsType[*Error](err)
	return is && e.Permanent
}

// first of the errors of each reason, in the order of Reasons.
func first(now map[Reason]error) error {
	for _, r := range Reasons {
		if now[r] != nil {
			return now[r]
		}
	}
	return nil
}

// merge adds what is not there yet; of two, the one whose text comes first stays, so
// that what people see does not flicker.
func merge(into map[Reason]error, r Reason, err error) {
	if before := into[r]; before == nil || cmp.Less(err.Error(), before.Error()) {
		into[r] = err
	}
}

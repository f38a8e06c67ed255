package stall

import (
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

var errRefused = errors.New("refused")

func TestEveryReasonHasWords(t *testing.T) {
	if len(words) != len(Reasons) {
		t.Errorf("%d reasons, words for %d", len(Reasons), len(words))
	}
	for _, r := range Reasons {
		if r.Words() == "" {
			t.Errorf("%s has no words", r)
		}
	}
}

// A wrong password and a missing ACL end the process; a password that is being
// changed and a right that is taken away do not.
func TestWhatIsPermanent(t *testing.T) {
	for _, c := range []struct {
		name   string
		worked []string // before
		reason Reason
		want   bool
	}{
		{"wrong password", nil, KafkaLogin, true},
		{"password changed", []string{"write"}, KafkaLogin, false},
		{"wrong password of Redis", nil, RedisLogin, true},
		{"password of Redis changed", []string{"write"}, RedisLogin, false},
		{"missing ACL", []string{"write"}, KafkaRights, true},
		{"ACL taken away", []string{"read"}, KafkaRights, false},
		{"missing ACL of Redis", []string{"write"}, RedisRights, true},
		{"ACL of Redis taken away", []string{"read"}, RedisRights, false},
		{"a node of a cluster, asked alone", []string{"write"}, RedisMoved, true},
		{"fail-over", []string{"read"}, RedisMoved, false},
		{"refused", []string{"read"}, KafkaRefuses, true},
		{"away", nil, KafkaAway, false},
		{"away", nil, RedisAway, false},
		{"full", nil, RedisFull, false},
	} {
		var b Board
		for _, w := range c.worked {
			b.Worked(w)
		}
		err := fmt.Errorf("read: %w", b.Failed("read", c.reason, errRefused))
		if got := Permanent(err); got != c.want || !errors.Is(err, errRefused) {
			t.Errorf("%s: permanent %t", c.name, got)
		}
		if len(b.Now()) != 1 || b.Now()[c.reason] == nil {
			t.Errorf("%s: the board says %v", c.name, b.Now())
		}
	}
	var one Board
	other := Board{Beside: &one}
	if !other.Failed("read", KafkaLogin, errRefused).Permanent {
		t.Error("a wrong password on two boards is waited for")
	}
	if one.Worked("write"); other.Failed("read", KafkaLogin, errRefused).Permanent {
		t.Error("a login that is good elsewhere is not waited for")
	}
	if Permanent(errRefused) || Permanent(nil) {
		t.Error("any error is permanent")
	}
}

func TestFailuresEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var b Board
		b.Failed("read", KafkaAway, errors.New("b"))
		b.Failed("write", KafkaAway, errors.New("a"))
		b.Failed("join", KafkaRights, errRefused)
		if err := b.First(); !errors.Is(err, errRefused) {
			t.Errorf("first %v", err)
		}
		b.Worked("join")
		if got := b.First().Error(); got != KafkaAway.Words()+": read: b" {
			t.Errorf("first %q", got)
		}
		b.Over("write")
		time.Sleep(lasts / 2)
		b.Failed("read", KafkaAway, errRefused)
		time.Sleep(lasts / 2)
		if b.First() == nil {
			t.Error("a failure that is repeated is forgotten")
		}
		time.Sleep(lasts)
		if err := b.First(); err != nil {
			t.Errorf("a failure that nobody repeats stays: %v", err)
		}
	})
}

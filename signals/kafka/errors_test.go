package kafka

import (
	"context"
	"errors"
	"fmt"
	"io"
	"syscall"
	"testing"
	"time"

	kafkago "github.com/segmentio/kafka-go"

	"firstsign/internal/stall"
	"firstsign/signals/kafka/wire"
)

// What a broker sent and nobody can read is not asked for again.
func TestBrokenAnswersAreNotTemporary(t *testing.T) {
	if !final(fmt.Errorf("batch at offset 7: %w", wire.ErrBroken)) {
		t.Error("an answer that cannot be read would be fetched for ever")
	}
}

func TestReasons(t *testing.T) {
	for err, want := range map[error]stall.Reason{
		kafkago.SASLAuthenticationFailed: stall.KafkaLogin,
		kafkago.GroupAuthorizationFailed: stall.KafkaRights,
		kafkago.InvalidTimestamp:         stall.KafkaRefuses,
		kafkago.NotLeaderForPartition:    stall.KafkaAway,
		kafkago.NotEnoughReplicas:        stall.KafkaAway,
		kafkago.UnknownTopicOrPartition:  stall.KafkaAway, // it may be created
		kafkago.ThrottlingQuotaExceeded:  stall.KafkaAway,
		io.EOF:                           stall.KafkaAway,
		errors.New("connection refused"): stall.KafkaAway,
	} {
		if got := reasonOf(fmt.Errorf("write: %w", err)); got != want {
			t.Errorf("%v: %s, want %s", err, got, want)
		}
	}
}

// A transaction that holds a partition for a minute is told, whoever owns it meanwhile.
// One that is followed by others is none.
func TestOpenTransactionIsTold(t *testing.T) {
	now := time.Unix(1e9, 0)
	client := open(t, embedded(t).config())
	client.SetClock(func() time.Time { return now })
	see := func(end, high int64) { client.Partition(0).watch(&wire.Answer{End: end, High: high}) }
	told := func() bool { return client.Stalls()[stall.OpenTransaction] != nil }
	for _, step := range []struct {
		after     time.Duration
		end, high int64
		told      bool
	}{
		{0, 10, 10, false},
		{time.Hour, 10, 12, false}, // it begins
		{59 * time.Second, 10, 20, false},
		{time.Second, 10, 21, true},
		{time.Second, 22, 22, false}, // it ends
		{time.Second, 22, 23, false},
		{59 * time.Second, 24, 25, false}, // another one
		{59 * time.Second, 24, 26, false},
		{time.Second, 24, 26, true},
		{time.Second, 26, 27, false},
	} {
		now = now.Add(step.after)
		if see(step.end, step.high); told() != step.told {
			t.Errorf("%+v: told %t: %v", step, told(), client.Trouble())
		}
	}
}

// A broker that ends a connection, as it may at any time, is no trouble when the next
// connection works; one that ends the next as well is.
func TestEndedConnectionIsNoTrouble(t *testing.T) {
	client := open(t, embedded(t).config())
	for _, gone := range []error{io.EOF, io.ErrUnexpectedEOF, syscall.ECONNRESET, syscall.EPIPE} {
		for ends, trouble := range map[int]bool{1: false, 2: true} {
			asked := 0
			err := client.retry(t.Context(), "ask", func(context.Context) error {
				asked++
				if told := client.Trouble() != nil; told != (trouble && asked == 3) {
					t.Errorf("%v, %d times: trouble is %v before attempt %d", gone, ends, told, asked)
				}
				if asked > ends {
					return nil
				}
				return fmt.Errorf("read the broker's answer: %w", gone)
			})
			if err != nil || asked != ends+1 {
				t.Errorf("%v, %d times: %v after %d attempts", gone, ends, err, asked)
			}
		}
	}
}

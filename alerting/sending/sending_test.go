package sending

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// channel takes a message after a while, unless send says otherwise.
type channel struct {
	mu      sync.Mutex
	takes   time.Duration
	send    func(id string) error
	got     []string
	tried   []time.Time
	now     int
	highest int // how many at once
}

type message struct {
	id, subject string
	to          *channel
}

func (m message) ID() string      { return m.id }
func (m message) Subject() string { return m.subject }

func (m message) Send(context.Context) error {
	c := m.to
	c.mu.Lock()
	c.tried = append(c.tried, time.Now())
	c.now++
	c.highest = max(c.highest, c.now)
	c.mu.Unlock()
	time.Sleep(c.takes)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now--
	if c.send != nil {
		if err := c.send(m.id); err != nil {
			return err
		}
	}
	c.got = append(c.got, m.id)
	return nil
}

func (c *channel) messages(subjects, each int) []Message {
	var all []Message
	for i := range each {
		for s := range subjects {
			all = append(all, message{fmt.Sprintf("%d/%d", s, i), fmt.Sprint(s), c})
		}
	}
	return all
}

func TestSeveralAtOnceInTheOrderOfTheirSubject(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, s, began := &channel{takes: time.Second}, New(AtOnce), time.Now()
		s.Begin(began)
		if failure, _ := s.Run(t.Context(), c.messages(40, 2), time.Now); failure != nil {
			t.Fatal(failure.Err)
		}
		if took := time.Since(began); took != 10*time.Second || c.highest != AtOnce {
			t.Errorf("80 messages of a second took %s, %d at once", took, c.highest)
		}
		for i := range 40 {
			if slices.Index(c.got, fmt.Sprintf("%d/0", i)) > slices.Index(c.got, fmt.Sprintf("%d/1", i)) {
				t.Errorf("subject %d was sent out of order: %v", i, c.got)
			}
		}
	})
}

// A channel that fails is tried with one message, and gets more at once as it recovers.
func TestAFailingChannelIsTriedGently(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, s := &channel{takes: time.Millisecond}, New(AtOnce)
		c.send = func(string) error { return errors.New("away") }
		messages := c.messages(40, 1)
		began := time.Now()
		for round := 1; round <= 4; round++ {
			for !s.Begin(time.Now()) {
				time.Sleep(100 * time.Millisecond)
			}
			before := len(c.tried)
			failure, _ := s.Run(t.Context(), messages, time.Now)
			if failure == nil || failure.Count != round {
				t.Fatalf("round %d: %+v", round, failure)
			}
			if tried := len(c.tried) - before; round > 1 && tried != 1 || tried > AtOnce {
				t.Errorf("round %d tried %d messages", round, tried)
			}
		}
		if h := s.Health(); h.Failures != 4 || h.Since.Sub(began) > time.Second || !h.Until.After(time.Now()) {
			t.Errorf("health %+v", h)
		}
		c.send, c.highest = nil, 0
		for !s.Begin(time.Now()) {
			time.Sleep(100 * time.Millisecond)
		}
		if failure, recovered := s.Run(t.Context(), messages, time.Now); failure != nil || recovered != 4 {
			t.Errorf("%+v, recovered from %d", failure, recovered)
		}
		if h := s.Health(); h != (Health{}) || len(c.got) != 40 || c.highest != AtOnce {
			t.Errorf("health %+v, %d sent, %d at once", h, len(c.got), c.highest)
		}
	})
}

// A pause that the channel asks for is kept, up to an hour.
func TestRetryAfter(t *testing.T) {
	for asked, want := range map[time.Duration]time.Duration{90 * time.Second: 90 * time.Second, 1000 * time.Hour: time.Hour, 0: time.Second} {
		synctest.Test(t, func(t *testing.T) {
			c, s := new(channel), New(AtOnce)
			c.send = func(string) error { return fmt.Errorf("mail: %w", &Busy{asked, errors.New("429")}) }
			s.Begin(time.Now())
			failure, _ := s.Run(t.Context(), c.messages(1, 1), time.Now)
			if failure.Pause > want || failure.Pause < want/2 || asked > 0 && failure.Pause != want {
				t.Errorf("asked for %s, pauses for %s", asked, failure.Pause)
			}
			if s.Ready(time.Now().Add(failure.Pause-1)) || !s.Ready(time.Now().Add(failure.Pause)) {
				t.Error("the pause is not kept")
			}
		})
	}
}

// What the channel does not take goes last, and what follows on the same subject waits
// for it.
func TestWhatIsNeverTakenHoldsUpItsSubjectOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, s := new(channel), New(AtOnce)
		c.send = func(id string) error {
			if id == "0/0" {
				return errors.New("cannot read this")
			}
			return nil
		}
		messages := c.messages(20, 2)
		for range 3 {
			for !s.Begin(time.Now()) {
				time.Sleep(100 * time.Millisecond)
			}
			s.Run(t.Context(), messages, time.Now)
			messages = slices.DeleteFunc(messages, func(m Message) bool { return slices.Contains(c.got, m.ID()) })
		}
		if len(c.got) != 38 || len(messages) != 2 {
			t.Errorf("%d taken: %v", len(c.got), c.got)
		}
	})
}

func TestStopIsNoFailure(t *testing.T) {
	c, s := new(channel), New(AtOnce)
	c.send = func(string) error { return ErrStop }
	s.Begin(time.Now())
	if failure, _ := s.Run(t.Context(), c.messages(20, 1), time.Now); failure != nil || s.Health().Failures != 0 || !s.Ready(time.Now()) {
		t.Errorf("%+v, %+v", failure, s.Health())
	}
}

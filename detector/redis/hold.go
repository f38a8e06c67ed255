package redis

import (
	"context"
	"errors"
	"fmt"

	goredis "github.com/redis/go-redis/v9"

	"firstsign/detector/worker"
)

func (s *Store) holdKey() string { return prefix(s.namespace) + "hold}" }

// Hold keeps everybody else from claiming a partition until Release, also when this
// process ends before: what is brought in of several partitions is nobody's while it is
// a part. Everybody who holds for the same reason may go on; worker.ErrHeld says what the
// other reason is.
func (s *Store) Hold(ctx context.Context, reason string) error {
	err := s.client.SetNX(ctx, s.holdKey(), reason, 0).Err()
	if err != nil {
		return fmt.Errorf("hold the state: %w", err)
	}
	s.hold = reason
	return s.Claimable(ctx)
}

// Held returns the reason of whoever holds the state, empty when nobody does.
func (s *Store) Held(ctx context.Context) (reason string, err error) {
	reason, err = s.client.Get(ctx, s.holdKey()).Result()
	if err != nil && !errors.Is(err, goredis.Nil) {
		return "", fmt.Errorf("look who holds the state: %w", err)
	}
	return reason, nil
}

// Release ends a Hold.
func (s *Store) Release(ctx context.Context) error {
	if err := s.client.Del(ctx, s.holdKey()).Err(); err != nil {
		return fmt.Errorf("release the state: %w", err)
	}
	s.hold = ""
	return nil
}

// Claimable returns worker.ErrHeld when somebody else holds the state.
func (s *Store) Claimable(ctx context.Context) error {
	reason, err := s.Held(ctx)
	if err == nil && reason != "" && reason != s.hold {
		err = fmt.Errorf("%w: %s", worker.ErrHeld, reason)
	}
	return err
}

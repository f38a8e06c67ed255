package kafka

import (
	"fmt"
	"testing"

	"firstsign/signals/kafka/wire"
)

// What a broker sent and nobody can read is not asked for again.
func TestBrokenAnswersAreNotTemporary(t *testing.T) {
	if !final(fmt.Errorf("batch at offset 7: %w", wire.ErrBroken)) {
		t.Error("an answer that cannot be read would be fetched for ever")
	}
}

package stall

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// Patience is counted from the first failure in a row, of each exchange by itself.
func TestPatience(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var b Board
		fails := func(exchange string, permanent bool) {
			t.Helper()
			if e := b.Waits(exchange, RedisMoved, errors.New("READONLY"), 30*time.Second); e.Permanent != permanent {
				t.Errorf("%s: permanent %v", exchange, e.Permanent)
			}
		}
		for range 4 { // after 0 to 30 s
			fails("claim", false)
			time.Sleep(10 * time.Second)
		}
		fails("commit", false)
		fails("claim", true)
		b.Worked("claim")
		fails("claim", false)
	})
}

package detector

import (
	"fmt"
	"testing"

	"firstsign/signals"
)

// TestAhead: records come decoded, in order and each with its own content,
// also when the reader gives up half-way and begins anew.
func TestAhead(t *testing.T) {
	var l written
	for i := range 1000 {
		l.event(at(0, 1), fmt.Sprintf("account-%d", i), "call")
	}
	l.records[700].Value = []byte(`{"time":`)
	a, e := newAhead(), NewEngine(0, 1, testRules())
	for _, stop := range []int{1, aheadBlock, aheadBlock + 1, 500, len(l.records)} {
		a.begin(l.records)
		for i := range l.records[:stop] {
			d := a.record(i, e)
			if i == 700 {
				if d.reject == nil || d.reject.Reason != signals.Malformed {
					t.Fatalf("record 700: %v", d.reject)
				}
			} else if d.reject != nil || string(d.in.Account) != fmt.Sprintf("account-%d", i) {
				t.Fatalf("record %d: %q, %v", i, d.in.Account, d.reject)
			}
		}
		a.finish()
		if len(a.free) != aheadBlocks || len(a.ready) != 0 {
			t.Fatalf("after %d records %d blocks are free and %d ready", stop, len(a.free), len(a.ready))
		}
	}
}

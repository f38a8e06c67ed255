package worker

import (
	"fmt"
	"testing"

	"firstsign/detector"
	"firstsign/signals"
)

// TestDecodeAhead: records come decoded, in order and each with its own content,
// also when the reader gives up half-way and begins anew.
func TestDecodeAhead(t *testing.T) {
	records := make([]signals.Record, 1000)
	for i := range records {
		in := &signals.Interaction{Account: fmt.Appendf(nil, "account-%d", i), Signal: []byte("call"), Value: 1}
		records[i] = signals.Record{Offset: int64(i), Key: in.Account, Value: signals.Append(nil, in)}
	}
	records[700].Value = []byte(`{"time":`)
	a, e := newAheadDecoder(), detector.NewEngine(0, 1, &detector.Rules{})
	for _, stop := range []int{1, blockRecords, blockRecords + 1, 500, len(records)} {
		a.begin(records, e.Find)
		for i := range records[:stop] {
			d := a.record(i, e.Warm)
			if i == 700 {
				if d.Reject == nil || d.Reject.Reason != signals.Malformed {
					t.Fatalf("record 700: %v", d.Reject)
				}
			} else if d.Reject != nil || string(d.Interaction.Account) != fmt.Sprintf("account-%d", i) {
				t.Fatalf("record %d: %q, %v", i, d.Interaction.Account, d.Reject)
			}
		}
		a.finish()
		if len(a.free) != blockCount || len(a.ready) != 0 {
			t.Fatalf("after %d records %d blocks are free and %d ready", stop, len(a.free), len(a.ready))
		}
	}
}

// A batch costs a goroutine. Neither a block nor a record of it allocates.
func TestDecodeAheadAllocatesNothingPerRecord(t *testing.T) {
	records := make([]signals.Record, 20*blockRecords)
	for i := range records {
		in := &signals.Interaction{Account: fmt.Appendf(nil, "account-%d", i%50), Signal: []byte("call"), Value: 1}
		records[i] = signals.Record{Key: in.Account, Value: signals.Append(nil, in)}
	}
	a, e := newAheadDecoder(), detector.NewEngine(0, 1, &detector.Rules{Signals: []detector.Signal{{Name: "call"}}})
	next := int64(0)
	batch := func() {
		a.begin(records, e.Find)
		for i := range records {
			records[i].Offset = next
			next++
			if reject := e.ApplyDecoded(&records[i], a.record(i, e.Warm)); reject != nil {
				t.Fatal(reject)
			}
		}
		a.finish()
	}
	batch() // makes the accounts
	if n := testing.AllocsPerRun(10, batch); n >= 20 {
		t.Errorf("%g allocations for a batch of %d records", n, len(records))
	}
}

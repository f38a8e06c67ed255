package decode

import (
	"bytes"
	"testing"

	"firstsign/signals"
)

const ordinary = `{"time":"2026-03-02T09:30:11+08:00","account":"acme","signal":"call","value":1,"id":"cdr-88f1","contact":"li-wei","source":"pbx","attributes":{"direction":"inbound"}}`

var benchmarks = []struct {
	name   string
	record signals.Record
}{
	{"plain", signals.Record{Key: []byte("acme"), Value: []byte(ordinary)}},
	{"escaped", signals.Record{Key: []byte("acme"), Value: []byte(`{"time":"2026-03-02T09:30:11.25\u002b08:00","account":"acme","signal":"call","value":1.25,"contact":"\u674e\u4f1f","source":"pbx","text":"\"no\"\n\ud83d\ude00"}`)}},
	{"chinese", signals.Record{Key: []byte("acme"), Value: []byte(`{"time":"2026-03-02T09:30:11+08:00","account":"acme","signal":"call","value":1.25,"contact":"李伟","source":"pbx","text":"我们在考虑别的供应商，价格更好"}`)}},
	{"structured", signals.Record{Key: []byte("acme"), Value: []byte(`{"specversion":"1.0","id":"cdr-88f1","source":"/pbx/1","type":"com.example.call","time":"2026-03-02T09:30:11+08:00","subject":"acme","datacontenttype":"application/json","data":{"value":1,"contact":"li-wei","attributes":{"direction":"inbound"}}}`)}},
	{"binary", signals.Record{Key: []byte("acme"), Value: []byte(`{"value":1,"contact":"li-wei","attributes":{"direction":"inbound"}}`), Headers: []signals.Header{
		{Key: "ce_specversion", Value: []byte("1.0")}, {Key: "ce_id", Value: []byte("cdr-88f1")}, {Key: "ce_source", Value: []byte("/pbx/1")}, {Key: "ce_type", Value: []byte("com.example.call")},
		{Key: "ce_time", Value: []byte("2026-03-02T09:30:11+08:00")}, {Key: "ce_subject", Value: []byte("acme")}, {Key: "content-type", Value: []byte("application/json")},
	}}},
}

func TestDecodeAllocatesNothing(t *testing.T) {
	for _, b := range benchmarks {
		t.Run(b.name, func(t *testing.T) {
			var d Decoder
			var in signals.Interaction
			if n := testing.AllocsPerRun(100, func() {
				if _, control, _ := Control(&b.record); control {
					t.Fatal("taken for a control record")
				}
				if reject := d.Decode(&b.record, &in); reject != nil {
					t.Fatal(reject)
				}
			}); n != 0 {
				t.Errorf("%g allocations a record", n)
			}
		})
	}
}

func BenchmarkDecode(b *testing.B) {
	for _, c := range benchmarks {
		b.Run(c.name, func(b *testing.B) {
			var d Decoder
			var in signals.Interaction
			b.SetBytes(int64(len(c.record.Value)))
			b.ReportAllocs()
			for b.Loop() {
				if reject := d.Decode(&c.record, &in); reject != nil {
					b.Fatal(reject)
				}
			}
		})
	}
}

// A space is seen wherever it stands, and nothing else is taken for one.
func TestSpaced(t *testing.T) {
	var others []byte
	for c := byte('!'); c <= '~'; c++ {
		others = append(others, c)
	}
	for n := range others {
		if spaced(others[:n]) {
			t.Errorf("%q holds no space", others[:n])
		}
	}
	for n := range 40 {
		for at := range n {
			s := bytes.Repeat([]byte("!"), n)
			if s[at] = ' '; !spaced(s) {
				t.Errorf("%q holds a space", s)
			}
		}
	}
}

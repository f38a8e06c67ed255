package signals

import "testing"

const ordinary = `{"time":"2026-03-02T09:30:11+08:00","account":"acme","signal":"call","value":1,"id":"cdr-88f1","contact":"li-wei","source":"pbx","attributes":{"direction":"inbound"}}`

var benchmarks = []struct {
	name   string
	record Record
}{
	{"plain", Record{Key: []byte("acme"), Value: []byte(ordinary)}},
	{"escaped", Record{Key: []byte("acme"), Value: []byte(`{"time":"2026-03-02T09:30:11.25\u002b08:00","account":"acme","signal":"call","value":1.25,"contact":"\u674e\u4f1f","source":"pbx","text":"\"no\"\n\ud83d\ude00"}`)}},
	{"chinese", Record{Key: []byte("acme"), Value: []byte(`{"time":"2026-03-02T09:30:11+08:00","account":"acme","signal":"call","value":1.25,"contact":"李伟","source":"pbx","text":"我们在考虑别的供应商，价格更好"}`)}},
	{"structured", Record{Key: []byte("acme"), Value: []byte(`{"specversion":"1.0","id":"cdr-88f1","source":"/pbx/1","type":"com.example.call","time":"2026-03-02T09:30:11+08:00","subject":"acme","datacontenttype":"application/json","data":{"value":1,"contact":"li-wei","attributes":{"direction":"inbound"}}}`)}},
	{"binary", Record{Key: []byte("acme"), Value: []byte(`{"value":1,"contact":"li-wei","attributes":{"direction":"inbound"}}`), Headers: []Header{
		{"ce_specversion", []byte("1.0")}, {"ce_id", []byte("cdr-88f1")}, {"ce_source", []byte("/pbx/1")}, {"ce_type", []byte("com.example.call")},
		{"ce_time", []byte("2026-03-02T09:30:11+08:00")}, {"ce_subject", []byte("acme")}, {"content-type", []byte("application/json")},
	}}},
}

func TestDecodeAllocatesNothing(t *testing.T) {
	for _, b := range benchmarks {
		t.Run(b.name, func(t *testing.T) {
			var d Decoder
			var in Interaction
			if n := testing.AllocsPerRun(100, func() {
				if _, control, _ := ControlOf(&b.record); control {
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
			var in Interaction
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

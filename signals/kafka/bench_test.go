package kafka

import (
	"fmt"
	"testing"
)

// BenchmarkRead compares our reading with kafka-go's Reader on the same topic:
// go test -run - -bench Read -benchtime 1x ./signals/kafka
func BenchmarkRead(b *testing.B) {
	for name, of := range map[string]func(testing.TB) *cluster{"embedded": embedded, "real": real} {
		b.Run(name, func(b *testing.B) {
			const n = 1_000_000
			client := of(b).open(b, nil)
			producer, err := client.Producer(b.Context())
			if err != nil {
				b.Fatal(err)
			}
			defer producer.Close()
			for i := range n {
				key := fmt.Appendf(nil, "account-%05d", i%10000)
				value := fmt.Appendf(nil, `{"time":"2026-03-02T09:30:11+08:00","account":"%s","signal":"call","value":1,"id":"cdr-%d"}`, key, i)
				if err := producer.Put(key, value, nil); err != nil {
					b.Fatal(err)
				}
			}
			if err := producer.Flush(); err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				raw, err := client.RawReaderRate(b.Context(), 0, n)
				if err != nil {
					b.Fatal(err)
				}
				ours, err := client.ReadRate(b.Context(), 0, n)
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(raw, "raw-records/s")
				b.ReportMetric(ours, "our-records/s")
			}
		})
	}
}

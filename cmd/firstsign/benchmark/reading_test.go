package benchmark

import (
	"fmt"
	"os"
	"testing"
)

// BenchmarkRead compares our reading with kafka-go's Reader on the same topic:
// go test -run - -bench Read -benchtime 1x ./cmd/firstsign/benchmark
func BenchmarkRead(b *testing.B) {
	for name, addr := range map[string]string{"embedded": "", "real": os.Getenv("KAFKA_BROKERS")} {
		b.Run(name, func(b *testing.B) {
			if name == "real" && addr == "" {
				b.Skip("KAFKA_BROKERS is not set; deploy/services run -- go test ... starts a Kafka")
			}
			const n = 1_000_000
			parts := &bench{Options: Options{Kafka: addr, Redis: os.Getenv("REDIS_ADDR")}}
			b.Cleanup(parts.close)
			if err := parts.open(b.Context()); err != nil {
				b.Fatal(err)
			}
			producer, err := parts.kafka.Producer(b.Context())
			if err != nil {
				b.Fatal(err)
			}
			defer producer.Close()
			for i := range n {
				key := fmt.Appendf(nil, "account-%05d", i%10000)
				value := fmt.Appendf(nil, `{"time":"2026-03-02T09:30:11+08:00","account":"%s","signal":"call","value":1,"id":"cdr-%d"}`, key, i)
				if err := producer.PutTo(0, key, value, nil); err != nil {
					b.Fatal(err)
				}
			}
			if err := producer.Flush(); err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				raw, err := parts.rawReaderRate(b.Context(), n)
				if err != nil {
					b.Fatal(err)
				}
				ours, err := readRate(b.Context(), parts.kafka, n)
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(raw, "raw-records/s")
				b.ReportMetric(ours, "our-records/s")
			}
		})
	}
}

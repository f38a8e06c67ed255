package alerting

import (
	"context"
	"time"

	"firstsign/detector"
)

// topic is the topic of alerts in memory.
type topic struct{ lines []string }

func (p *topic) Publish(_ context.Context, records []Record) error {
	for _, r := range records {
		p.lines = append(p.lines, r.Key+" "+string(r.Value))
	}
	return nil
}

func at(f *detector.Finding) time.Time { return time.Unix(0, f.Time) }

package migrate

import (
	"context"
	"fmt"

	"firstsign/alerting"
	"firstsign/cmd/firstsign/topic"
	"firstsign/signals"
)

// copyLines writes the topic of alerts anew. It returns how many lines are answers, and
// where the old partitions ended.
func (m *move) copyLines(ctx context.Context, c *copier) (answers int, ends []int64, err error) {
	for p := range m.from.lines {
		partition := m.from.client.AlertPartition(p)
		defer partition.Close()
		start, end, err := partition.Bounds(ctx)
		if err != nil {
			return 0, nil, err
		}
		ends = append(ends, end)
		for r := topic.Between(partition, start, end); ; {
			line, err := r.Record(ctx)
			if err != nil {
				return 0, nil, err
			}
			if line == nil {
				break
			}
			if alerting.ReadAnswer(line.Value) != nil {
				answers++
			}
			if err := m.copyLine(c, p, line); err != nil {
				return 0, nil, err
			}
		}
	}
	return answers, ends, c.whole()
}

// copyLine signs a line for where it stands now. One whose signature is not ours gets
// none.
func (m *move) copyLine(c *copier, partition int, line *signals.Record) error {
	to := signals.PartitionOf(line.Key, m.to.lines)
	copied := signals.Record{Time: line.Time, Key: line.Key, Value: line.Value}
	if old := m.from.config.Service.Kafka.Authority; old == nil || old.Signed(partition, line, signals.AlertLine) == nil {
		copied.Headers = m.to.config.Service.Kafka.Authority.SignAlert(to, line.Value, line.Time)
	}
	return c.put(to, &copied)
}

// linesUnchanged fails when somebody has answered since.
func (m *move) linesUnchanged(ctx context.Context, ends []int64) error {
	for p, was := range ends {
		partition := m.from.client.AlertPartition(p)
		_, end, err := partition.Bounds(ctx)
		partition.Close()
		if err != nil {
			return err
		}
		if end != was {
			return fmt.Errorf("%w: %s has grown by %d. Start again with new topics", errWorked, m.from.config.Service.Kafka.Alerts, end-was)
		}
	}
	return nil
}

// copyAlerts stores the alerts as they are, with what was answered and who was told.
func (m *move) copyAlerts(ctx context.Context) (n int, err error) {
	var some []*alerting.Alert
	for a, err := range alerting.All(ctx, m.from.alerts, alerting.Filter{}) {
		if err != nil {
			return 0, err
		}
		m.address(a)
		if some = append(some, a); len(some) == alerting.UpdateAtOnce {
			if err := m.storeAlerts(ctx, some); err != nil {
				return 0, err
			}
			some = some[:0]
		}
		n++
	}
	return n, m.storeAlerts(ctx, some)
}

// address has the new partition of an account write the lines that are not written yet.
func (m *move) address(a *alerting.Alert) {
	for i := range a.History {
		if e := &a.History[i]; a.Account != "" {
			e.Partition = signals.PartitionOf([]byte(a.Account), m.to.partitions())
		} else {
			e.Partition %= m.to.partitions()
		}
	}
}

// storeAlerts replaces what an earlier attempt has stored.
func (m *move) storeAlerts(ctx context.Context, some []*alerting.Alert) error {
	by, ids := map[string]*alerting.Alert{}, make([]string, len(some))
	for i, a := range some {
		by[a.ID], ids[i] = a, a.ID
	}
	return alerting.UpdateAll(ctx, m.to.alerts, ids, func(stored *alerting.Alert) bool {
		version := stored.Version
		*stored = *by[stored.ID]
		stored.Version = version
		return true
	})
}

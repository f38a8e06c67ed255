package app

import (
	"context"

	"firstsign/detector"
	"firstsign/signals"
)

// Closed implements portfolio.States.
func (a *App) Closed(ctx context.Context) (days []signals.Day, err error) {
	for p, partitions := 0, 1; p < partitions; p++ {
		kept, err := a.Store.Kept(ctx, p)
		if err != nil {
			return nil, err
		}
		partitions = max(partitions, kept.Partitions)
		days = append(days, kept.Day)
	}
	return days, nil
}

// surveyAtOnce is how many accounts a survey holds in memory.
const surveyAtOnce = 500

// Survey implements portfolio.States.
func (a *App) Survey(ctx context.Context, partition int, each func(*detector.Inspection)) error {
	id, meta, err := a.Store.Inspect(ctx, partition)
	if err != nil {
		return err
	}
	rules, today := a.rules.Load(), a.today()
	var e *detector.Engine
	var ids []string
	told := func() {
		for _, id := range ids {
			if x, ok := e.Inspect(id, today); ok {
				each(x)
			}
		}
		e, ids = nil, ids[:0]
	}
	err = a.Store.Accounts(ctx, partition, func(s detector.AccountState) error {
		if e == nil {
			e = detector.NewEngine(partition, max(1, id.Partitions), rules)
			if err := e.Restore(meta.Position, meta.Portfolio); err != nil {
				return err
			}
		}
		if err := e.RestoreAccount(s); err != nil {
			return err
		}
		if ids = append(ids, s.ID); len(ids) == surveyAtOnce {
			told()
		}
		return nil
	})
	if err == nil {
		told()
	}
	return err
}

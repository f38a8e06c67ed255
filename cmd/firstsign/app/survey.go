package app

import (
	"context"

	"firstsign/detector"
	state "firstsign/detector/redis"
	"firstsign/signals"
)

// kept says in short what is stored of each partition. There is always a first one.
func (a *App) kept(ctx context.Context) (list []state.Kept, err error) {
	for p, partitions := 0, 1; p < partitions; p++ {
		one, err := a.Store.Kept(ctx, p)
		if err != nil {
			return nil, err
		}
		partitions = max(partitions, one.Partitions)
		list = append(list, one)
	}
	return list, nil
}

// Closed implements portfolio.States.
func (a *App) Closed(ctx context.Context) ([]signals.Day, error) {
	kept, err := a.kept(ctx)
	days := make([]signals.Day, len(kept))
	for i := range kept {
		days[i] = kept[i].Day
	}
	return days, err
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

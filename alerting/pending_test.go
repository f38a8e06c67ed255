package alerting

import (
	"cmp"
	"context"
	"slices"
)

// pendingOf are the alerts with a delivery to be made, oldest first.
func pendingOf(ctx context.Context, store AlertStore) (pending []*Alert, err error) {
	err = store.Follow().Next(ctx, func() {}, func(a *Alert) {
		if a.Pending() {
			pending = append(pending, a)
		}
	})
	slices.SortFunc(pending, func(a, b *Alert) int { return cmp.Or(a.Updated.Compare(b.Updated), cmp.Compare(a.ID, b.ID)) })
	return pending, err
}

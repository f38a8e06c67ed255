package delivery_test

import (
	"cmp"
	"context"
	"slices"

	"firstsign/alerting"
)

// pendingOf are the alerts with a delivery to be made, oldest first.
func pendingOf(ctx context.Context, store alerting.AlertStore) (pending []*alerting.Alert, err error) {
	err = store.Follow().Next(ctx, func() {}, func(a *alerting.Alert) {
		if a.Pending() {
			pending = append(pending, a)
		}
	})
	slices.SortFunc(pending, func(a, b *alerting.Alert) int { return cmp.Or(a.Updated.Compare(b.Updated), cmp.Compare(a.ID, b.ID)) })
	return pending, err
}

package alerting

import (
	"context"
	"fmt"
	"slices"

	"firstsign/detector"
)

// ErasePerson removes the reasons and the pictures that name a person from all alerts of an account,
// open and closed. Calling it again changes nothing.
func ErasePerson(ctx context.Context, store AlertStore, account, contact string) error {
	alerts, err := AlertsNaming(ctx, store, account, contact)
	if err != nil {
		return err
	}
	for _, a := range alerts {
		_, err := Update(ctx, store, a.ID, func(a *Alert) bool {
			left := slices.DeleteFunc(slices.Clone(a.Reasons), func(r detector.Reason) bool { return r.Contact == contact })
			gone := len(left) < len(a.Reasons) || a.Earlier.names(contact) || a.pictures(contact)
			a.Reasons = left
			if a.pictures(contact) {
				a.Pictured = nil
			}
			if a.Earlier != nil {
				a.Earlier.Moved = slices.DeleteFunc(a.Earlier.Moved, func(m SeriesKey) bool { return m.Contact == contact })
			}
			return gone
		})
		if err != nil {
			return fmt.Errorf("scrub a person: %w", err)
		}
	}
	return nil
}

// AlertsNaming returns the alerts of an account that name a person.
func AlertsNaming(ctx context.Context, store AlertStore, account, contact string) ([]*Alert, error) {
	if account == "" || contact == "" {
		return nil, nil // reasons without a contact are the account's own
	}
	all, err := store.List(ctx, Filter{Account: account})
	if err != nil {
		return nil, fmt.Errorf("look for a person in alerts: %w", err)
	}
	return slices.DeleteFunc(all, func(a *Alert) bool {
		return !a.Earlier.names(contact) && !a.pictures(contact) && !slices.ContainsFunc(a.Reasons, func(r detector.Reason) bool { return r.Contact == contact })
	}), nil
}

// pictures reports whether the picture of an alert is of a person's series.
func (a *Alert) pictures(contact string) bool {
	return a.Pictured != nil && a.Pictured.Contact == contact
}

func (b *EarlierAlert) names(contact string) bool {
	return b != nil && slices.ContainsFunc(b.Moved, func(m SeriesKey) bool { return m.Contact == contact })
}

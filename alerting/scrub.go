package alerting

import (
	"context"
	"fmt"
	"slices"

	"firstsign/detector"
)

// Scrub removes a person from all alerts of an account, open and closed: the
// reasons that name them go, and nothing else. Calling it again changes nothing.
func Scrub(ctx context.Context, b Book, account, contact string) error {
	alerts, err := naming(ctx, b, account, contact)
	if err != nil {
		return err
	}
	for _, a := range alerts {
		_, err := Update(ctx, b, a.ID, func(a *Alert) bool {
			left := slices.DeleteFunc(slices.Clone(a.Reasons), func(r detector.Reason) bool { return r.Contact == contact })
			gone := len(left) < len(a.Reasons) || a.Before.names(contact)
			a.Reasons = left
			if a.Before != nil {
				a.Before.Moved = slices.DeleteFunc(a.Before.Moved, func(m Moved) bool { return m.Contact == contact })
			}
			return gone
		})
		if err != nil {
			return fmt.Errorf("scrub a person: %w", err)
		}
	}
	return nil
}

// naming returns the alerts of an account that name a person.
func naming(ctx context.Context, b Book, account, contact string) ([]*Alert, error) {
	if account == "" || contact == "" {
		return nil, nil // nobody: reasons without a contact are the account's own
	}
	all, err := b.List(ctx, Filter{Account: account})
	if err != nil {
		return nil, fmt.Errorf("look for a person in alerts: %w", err)
	}
	return slices.DeleteFunc(all, func(a *Alert) bool {
		return !a.Before.names(contact) && !slices.ContainsFunc(a.Reasons, func(r detector.Reason) bool { return r.Contact == contact })
	}), nil
}

func (b *Before) names(contact string) bool {
	return b != nil && slices.ContainsFunc(b.Moved, func(m Moved) bool { return m.Contact == contact })
}

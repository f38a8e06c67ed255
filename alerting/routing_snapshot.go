package alerting

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"firstsign/accounts"
	"firstsign/alerting/links"
)

// Channel sends messages to people. Send blocks until the message was accepted or
// failed. It may be called concurrently. Its errors hold no secrets.
type Channel interface {
	Send(ctx context.Context, m Message) error
	// Service is the kind of channel (smtp, lark, log ...), for metrics.
	Service() string
}

// RoutingSnapshot is all that decides who hears of an alert, and how. It never
// changes: a reload makes a new one.
type RoutingSnapshot struct {
	Routing  Routing // with defaults
	Channels map[string]Channel
	Accounts *accounts.Directory // nil: no account is known
	Links    *links.Signer       // nil: messages hold none
	Location *time.Location      // time zone of the days in messages; nil: UTC
}

// OwnerOf is the owner of an alert now; empty when the account has none.
func (s *RoutingSnapshot) OwnerOf(a *Alert) string {
	if a.Account == "" {
		return Operator
	}
	if account := s.account(a.Account); account != nil {
		return account.Owner
	}
	return a.Owner
}

func (s *RoutingSnapshot) account(id string) *accounts.Account { return s.Accounts.Get(id) }

// stamp writes owner, name, value and severity, as they are now, into an alert.
func (s *RoutingSnapshot) stamp(a *Alert) {
	a.Owner = s.OwnerOf(a)
	if account := s.account(a.Account); account != nil {
		a.Name = cmp.Or(account.Name, a.Name)
	}
	a.Worth, a.AtRisk = a.value(s.account(a.Account))
	a.Severity = s.Routing.severity(a)
}

// KeepOwners gives every alert that is not closed its owner of now, so that lists
// of an owner are right after the accounts have changed. It returns how many alerts
// it changed.
func (s *RoutingSnapshot) KeepOwners(ctx context.Context, store AlertStore) (n int, err error) {
	for a, err := range All(ctx, store, Filter{Living: true}) {
		if err != nil {
			return n, fmt.Errorf("give alerts their owners: %w", err)
		}
		if a.Owner == s.OwnerOf(a) {
			continue
		}
		_, err := Update(ctx, store, a.ID, func(a *Alert) bool {
			was := a.Owner
			a.Owner = s.OwnerOf(a)
			return a.Owner != was && len(a.History) > 0
		})
		if err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

package alerting

import (
	"cmp"
	"context"
	"time"

	"firstsign/accounts"
)

// Channel carries messages to people. Send blocks until the message is handed
// over or failed, and may be called concurrently. Its errors hold no secrets.
type Channel interface {
	Send(ctx context.Context, m Message) error
	// Service is the kind of channel (smtp, lark, log ...), for metrics.
	Service() string
}

// RoutingSnapshot is all that decides how an alert is told, at one moment. It is never
// changed: a reload makes a new one.
type RoutingSnapshot struct {
	Routing  Routing // with defaults
	Channels map[string]Channel
	Accounts *accounts.Directory // nil knows nobody
	Links    *Links              // nil: messages hold none
	Location *time.Location      // of the days that messages name; nil is UTC
}

// owner of an alert now, empty when the account has none.
func (s *RoutingSnapshot) owner(a *Alert) string {
	if a.Account == "" {
		return Operator
	}
	if account := s.account(a.Account); account != nil {
		return account.Owner
	}
	return a.Owner
}

func (s *RoutingSnapshot) account(id string) *accounts.Account { return s.Accounts.Get(id) }

// stamp writes what the desk knows into an alert.
func (s *RoutingSnapshot) stamp(a *Alert) {
	a.Owner = s.owner(a)
	if account := s.account(a.Account); account != nil {
		a.Name = cmp.Or(account.Name, a.Name)
	}
	a.Worth, a.AtRisk = a.value(s.account(a.Account))
	a.Severity = s.Routing.severity(a)
}

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

// Desk is all that decides how an alert is told, at one moment. It is never
// changed: a reload makes a new one.
type Desk struct {
	Routing  Routing // with defaults
	Channels map[string]Channel
	Accounts *accounts.Directory // nil knows nobody
	Links    *Links              // nil: messages hold none
	Location *time.Location      // of the days that messages name; nil is UTC
}

// owner of an alert now, empty when the account has none.
func (d *Desk) owner(a *Alert) string {
	if a.Account == "" {
		return Operator
	}
	if account := d.account(a.Account); account != nil {
		return account.Owner
	}
	return a.Owner
}

func (d *Desk) account(id string) *accounts.Account { return d.Accounts.Get(id) }

// label writes what the desk knows into an alert.
func (d *Desk) label(a *Alert) {
	a.Owner = d.owner(a)
	if account := d.account(a.Account); account != nil {
		a.Name = cmp.Or(account.Name, a.Name)
	}
	a.Worth, a.AtRisk = a.value(d.account(a.Account))
	a.Severity = d.Routing.severity(a)
}

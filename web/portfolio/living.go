package portfolio

import (
	"context"
	"time"

	"firstsign/alerting"
	"firstsign/detector"
	"firstsign/signals"
)

// alert is what the report needs of an alert about an account that is not closed.
type alert struct {
	account  string
	neglect  bool // it is about our care; else about the account's behaviour
	open     bool // nobody has answered its newest raise
	severity alerting.Severity
	atRisk   float64 // money, as of its last finding
	since    signals.Day
	raised   time.Time // when it was first found
}

// living follows the alerts that are not closed, so that a report costs what has changed
// and not what is open.
type living struct {
	follower alerting.Follower
	byID     map[string]alert
}

func follow(store alerting.AlertStore) *living {
	return &living{follower: store.Follow(), byID: map[string]alert{}}
}

// read returns all of them as they are now. One goroutine at a time may call it, and read
// what it returned until then.
func (l *living) read(ctx context.Context) (map[string]alert, error) {
	err := l.follower.Next(ctx, func() { clear(l.byID) }, func(a *alerting.Alert) {
		if a.State == alerting.Closed || a.Account == "" {
			delete(l.byID, a.ID)
			return
		}
		l.byID[a.ID] = alert{
			account: a.Account, neglect: a.Kind == detector.Neglected, open: a.State == alerting.Open,
			severity: a.Severity, atRisk: a.AtRisk, since: a.Since, raised: a.Raised,
		}
	})
	return l.byID, err
}

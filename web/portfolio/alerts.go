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
	stakes   []stake   // none of our care, which puts nothing at risk
}

// past is what is kept of an alert that has closed.
type past struct {
	account string
	stakes  []stake
}

// alerts follows the alerts, so that a report costs what has changed and not what is stored.
type alerts struct {
	follower alerting.Follower
	living   map[string]alert // that are not closed, by id
	closed   map[string]past  // within the weeks that are told of
	lately   map[string]bool  // closed since the closed ones were last read
	recalled bool             // they were, since the follower began
}

func follow(store alerting.AlertStore) *alerts {
	return &alerts{follower: store.Follow(), living: map[string]alert{}, closed: map[string]past{}, lately: map[string]bool{}}
}

// read takes in what has changed. One goroutine at a time may call it, and use the alerts.
func (l *alerts) read(ctx context.Context) error {
	return l.follower.Next(ctx, func() {
		clear(l.living)
		l.recalled = false
	}, func(a *alerting.Alert) {
		delete(l.living, a.ID)
		delete(l.closed, a.ID)
		switch {
		case a.Account == "":
		case a.State == alerting.Closed:
			l.close(a)
			l.lately[a.ID] = true
		default:
			l.living[a.ID] = alert{
				account: a.Account, neglect: a.Kind == detector.Neglected, open: a.State == alerting.Open,
				severity: a.Severity, atRisk: a.AtRisk, since: a.Since, raised: a.Raised, stakes: stakesOf(a),
			}
		}
	})
}

// close keeps what an alert had put at risk.
func (l *alerts) close(a *alerting.Alert) {
	if stakes := stakesOf(a); len(stakes) > 0 {
		l.closed[a.ID] = past{a.Account, stakes}
	}
}

// recall reads the closed alerts anew: the follower tells only of those that close while it
// follows, and nothing of those that are removed later.
func (o *Overview) recall(ctx context.Context, surveys []survey) error {
	newest := signals.Day(0)
	for _, s := range surveys {
		newest = max(newest, s.closed)
	}
	from := time.Unix(int64(newest-7*(trendWeeks+1))*24*60*60, 0)
	if err := o.withAlerts(ctx, func(l *alerts) { clear(l.lately) }); err != nil {
		return err
	}
	read := alerts{closed: map[string]past{}}
	for a, err := range alerting.All(ctx, o.store, alerting.Filter{State: alerting.Closed}) { // the newest first
		if err != nil {
			return err
		}
		if a.Updated.Before(from) {
			break
		}
		if a.Account != "" {
			read.close(a)
		}
	}
	return o.withAlerts(ctx, func(l *alerts) {
		for id := range l.lately {
			if p, closed := l.closed[id]; closed {
				read.closed[id] = p
			}
		}
		for id := range l.living {
			delete(read.closed, id)
		}
		l.closed, l.recalled = read.closed, true
	})
}

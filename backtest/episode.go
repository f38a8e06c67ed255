package backtest

import (
	"cmp"
	"slices"

	"firstsign/accounts"
	"firstsign/detector"
	"firstsign/signals"
)

// Episode is one alert of a replay, about an account or a feed, from its first
// message to its end.
type Episode struct {
	Account string         `json:"account,omitempty"`
	Source  string         `json:"source,omitempty"` // the feed; empty for an account
	Grade   accounts.Grade `json:"grade,omitempty"`
	// Told is the day on which people hear of it. That is the day after the closed
	// day that raised it, or the day of bad news that alerts by itself.
	Told  signals.Day `json:"told"`
	Since signals.Day `json:"since"`
	// Ended is the day on which it was closed; 0 while it is open.
	Ended   signals.Day       `json:"-"`
	Risk    float64           `json:"risk,omitempty"` // the highest risk that was told
	History int               `json:"-"`              // days of the account that were known at the first message
	Reasons []detector.Reason `json:"-"`              // of the first message, strongest first
}

// OpenOn tells whether the episode was open on any day from first to last.
func (e *Episode) OpenOn(first, last signals.Day) bool {
	return e.Told <= last && (e.Ended == 0 || e.Ended >= first)
}

// Episodes are the alerts of an outcome by day, account and source. Two kinds of
// findings are left out, because they say nothing about the account: neglect by our
// side, and that a person was erased.
func (o *Outcome) Episodes(zone *signals.Zone) []Episode {
	var list []Episode
	open := map[string]int{} // by the id of the finding
	for i := range o.Findings {
		f := &o.Findings[i]
		at, known := open[f.ID]
		day := zone.Day(f.Time)
		switch {
		case f.Kind == detector.Neglected || f.Kind == detector.CaredFor || f.Kind == detector.Erased:
		case f.Kind == detector.Closed || f.Kind == detector.FeedBack || f.Kind == detector.FeedRetired || f.Kind == detector.Routed || f.Kind == detector.IDsSettled:
			if known {
				list[at].Ended = day
				delete(open, f.ID)
			}
		case known:
			list[at].Risk = max(list[at].Risk, f.Risk)
		default:
			open[f.ID] = len(list)
			list = append(list, Episode{
				Account: f.Account, Source: f.Source, Grade: f.Grade,
				Told: day, Since: f.Since, Risk: f.Risk, History: f.History, Reasons: f.Reasons,
			})
		}
	}
	slices.SortStableFunc(list, func(a, b Episode) int {
		return cmp.Or(cmp.Compare(a.Told, b.Told), cmp.Compare(a.Account, b.Account), cmp.Compare(a.Source, b.Source))
	})
	return list
}

// Signs are the reasons that tell what the account did, strongest first.
func (e *Episode) Signs() (signs []*detector.Reason) {
	for i := range e.Reasons {
		if r := &e.Reasons[i]; r.Sign() {
			signs = append(signs, r)
		}
	}
	return signs
}

// QuietDays below the threshold end an episode, as in the detector.
const QuietDays = 14

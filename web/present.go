package web

import (
	"cmp"
	"time"

	"firstsign/alerting"
	"firstsign/alerting/message"
	"firstsign/detector"
	"firstsign/signals"
)

// reading is what a page is made from at one moment: the routing in force, and the day on
// which it is read. Everything that is counted is counted to that day.
type reading struct {
	snapshot *alerting.RoutingSnapshot
	language message.Language
	now      time.Time
	today    signals.Day
}

func readingOf(snapshot *alerting.RoutingSnapshot, now time.Time) *reading {
	return &reading{snapshot, snapshot.Routing.Language, now, snapshot.Day(now)}
}

// told is an alert in words: as it is now, or as it was told last where that is not known.
type told struct {
	alerting.Message
	Calm bool // what was told holds no more; the alert waits for its end
	Sign *detector.Reason
}

// tell puts an alert into words. x is what the state says of its account, nil when that is
// not known.
func (p *reading) tell(a *alerting.Alert, x *detector.Inspection) told {
	account := p.snapshot.Accounts.Get(a.Account)
	t := told{Sign: detector.StrongestSign(a.Reasons)}
	if a.State == alerting.Closed || a.Account == "" {
		t.Message = alerting.Render(p.language, a, a.Kind, account)
		return t
	}
	as := alerting.Present{Reasons: a.Reasons, Risk: a.Risk, History: a.HistoryDays, Now: p.midnight()} // as it was told, beside what the files say now
	if x == nil || p.arrived(a, x) {
		t.Message = alerting.RenderPresent(p.language, a, &as, account)
		return t
	}
	reasons := append(append([]detector.Reason{}, x.Reasons...), owing(x, true)...)
	if a.Kind.AboutCare() {
		reasons = owing(x, false)
	}
	sign := detector.StrongestSign(reasons)
	if t.Calm = sign == nil && !a.Kind.AboutCare() || len(reasons) == 0; !t.Calm {
		if t.Sign = sign; sign == nil { // it is ours that is missing
			t.Sign = &reasons[0]
		}
		as.Reasons, as.Risk, as.History = reasons, x.Risk, x.Known
	}
	t.Message = alerting.RenderPresent(p.language, a, &as, account)
	return t
}

// arrived reports whether the newest raise is of a day that is not closed: the state does
// not count that day yet, and the alert says more than it.
func (p *reading) arrived(a *alerting.Alert, x *detector.Inspection) bool {
	return p.snapshot.Day(a.RaisedLast().Add(-1)) > x.AsOf
}

// owing is what we owe an account and did not do. events includes those of ours that it
// mostly did not come to.
func owing(x *detector.Inspection, events bool) (owed []detector.Reason) {
	for _, r := range x.Care {
		switch event := r.Signal == detector.InvitedSignal; {
		case event && (!events || r.From < 2 || 2*r.To > r.From):
		case !event && r.Without == "" && r.To >= r.From:
		default:
			owed = append(owed, r)
		}
	}
	return owed
}

// clock is a moment in the time zone of the deployment, to the minute.
func (p *reading) clock(t time.Time) string {
	return message.DateText(p.language, p.snapshot.Day(t)) + " " + t.In(cmp.Or(p.snapshot.Location, time.UTC)).Format("15:04")
}

// midnight is the beginning of today as if it were in UTC: the days of contracts and of
// messages are told apart by that.
func (p *reading) midnight() time.Time { return time.Unix(int64(p.today)*24*60*60, 0).UTC() }

// days is how many days ago something was.
func (p *reading) days(day signals.Day) int { return int(p.today - day) }

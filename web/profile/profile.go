package profile

import (
	"html/template"
	"time"

	"firstsign/accounts"
	"firstsign/alerting"
	"firstsign/alerting/message"
	"firstsign/alerting/picture"
	"firstsign/detector"
	"firstsign/internal/chart"
	"firstsign/web/words"
)

// Profile is one account by its state, in the language of messages.
type Profile struct {
	state    *detector.Inspection
	listed   *accounts.Account // nil: the files do not name it
	snapshot *alerting.RoutingSnapshot
	words    *words.Chart
	axis     *timeAxis // see halfYear
}

// Of reads the state of an account, which must be known.
func Of(x *detector.Inspection, snapshot *alerting.RoutingSnapshot, w *words.Chart) *Profile {
	return &Profile{state: x, listed: snapshot.Accounts.Get(x.Account), snapshot: snapshot, words: w}
}

// language is that of messages.
func (p *Profile) language() message.Language { return p.snapshot.Routing.Language }

// Figure is a chart with its words.
type Figure struct {
	Title, Text string
	Reason      string // the alert's reason in its place: one number for one fact
	Moved       bool   // an alert's reason is about it
	Chart       template.HTML
}

// timeAxis is that of charts.
type timeAxis = picture.Axis

// halfYear is the axis that all charts of an account share. It begins with the oldest week
// that is known of anything. A row of a list does not need it, so it is made at first use.
func (p *Profile) halfYear() *timeAxis {
	if p.axis != nil {
		return p.axis
	}
	x, first := p.state, p.recent().First
	if len(x.Risks) > 0 {
		first = min(first, x.Risks[0].First)
	}
	for i := range x.Series {
		if past := x.Series[i].Past; len(past) > 0 {
			first = min(first, past[0].First)
		}
	}
	p.axis = chart.NewAxis(first, x.AsOf, func(day time.Time) string { return p.words.Month(day.Month()) })
	return p.axis
}

// recent is the axis of the weeks that a series is judged by.
func (p *Profile) recent() *timeAxis {
	return chart.NewAxis(p.state.AsOf-7*detector.InspectedWeeks+1, p.state.AsOf, nil)
}

// Spark is the small chart beside an alert in a list: of the risk with how that changed
// since last week, or of the series that the alert's strongest sign is about. An alert about
// what we owe has no risk. Both are empty where nothing is known.
func (p *Profile) Spark(sign *detector.Reason, neglect bool) (spark template.HTML, change string) {
	if spark = p.riskSpark(); spark != "" && !neglect {
		return spark, p.riskChange()
	}
	if series := p.About(sign); series != nil {
		return p.chartOf(series, p.recent()).Spark(), ""
	}
	return "", ""
}

// About is the series that a reason is about; of contact of any kind the one that shows
// most. Nil when there is none.
func (p *Profile) About(r *detector.Reason) *detector.InspectedSeries {
	if r == nil {
		return nil
	}
	var most *detector.InspectedSeries
	for i := range p.state.Series {
		s := &p.state.Series[i]
		if s.Signal == r.Signal && s.Contact == r.Contact && s.Side == r.Side {
			return s
		}
		if s.Side == detector.Theirs && s.Nats > 0 && (most == nil || s.Nats > most.Nats) {
			most = s
		}
	}
	if r.Signal == detector.AnyContact {
		return most
	}
	return nil
}

package expect

import (
	"cmp"
	"slices"

	"firstsign/accounts"
	"firstsign/alerting"
	"firstsign/detector"
	"firstsign/signals"
)

// Anybody stands for every account and Anything for every feed, where no alert is
// expected.
const (
	Anybody  = "anybody"
	Anything = "anything"
)

// Expectation is an alert that must come, or must not. Exactly one of the first six
// fields is given; it says which kind of alert, and about whom.
type Expectation struct {
	Alert   string `yaml:"alert"`   // an account shows signs of leaving
	Neglect string `yaml:"neglect"` // we do not do what we owe an account
	Feed    string `yaml:"feed"`    // a source fails: by its name, or "all sources"

	NoAlert   string `yaml:"no_alert"`
	NoNeglect string `yaml:"no_neglect"`
	NoFeed    string `yaml:"no_feed"`

	// By is the last day on which it may come, NotBefore the first. Default: any.
	By        signals.Day `yaml:"by"`
	NotBefore signals.Day `yaml:"not_before"`
	// From and Until are the first and the last day on which it must not come.
	// Default: any.
	From  signals.Day `yaml:"from"`
	Until signals.Day `yaml:"until"`

	// What else must hold. What is left out may be anything.
	Kind     detector.FindingKind `yaml:"kind"`
	Because  []Because            `yaml:"because"` // each is one of its reasons
	Verdict  detector.Verdict     `yaml:"verdict"`
	Grade    accounts.Grade       `yaml:"grade"`
	Severity alerting.Severity    `yaml:"severity"`
	// To is a person who must hear of it, at least in the log. Channel is a channel of
	// routing.yaml that must carry it. Both by the day of By.
	To      string `yaml:"to"`
	Channel string `yaml:"channel"`

	// File and line of the expectation.
	File string `yaml:"-"`
	Line int    `yaml:"-"`
}

// Because is a reason that must be given. What is left out may be anything.
type Because struct {
	Signal  string        `yaml:"signal"`
	Contact string        `yaml:"contact"`
	Term    detector.Term `yaml:"term"`
	Rule    string        `yaml:"rule"`
}

// Group is what an expectation is about.
type Group string

// The groups.
const (
	Alerts   Group = "alert"
	Neglects Group = "neglect"
	Feeds    Group = "feed"
)

// Kinds of findings by group: those that call for attention.
var Kinds = map[Group][]detector.FindingKind{
	Alerts:   {detector.Raised, detector.RaisedAgain},
	Neglects: {detector.Neglected},
	Feeds:    {detector.FeedDead, detector.FeedLow, detector.AllQuiet, detector.IDsMigrated},
}

// groupOf returns the group of a kind; empty for a kind that only ends an alert.
func groupOf(k detector.FindingKind) Group {
	for group, kinds := range Kinds {
		if slices.Contains(kinds, k) {
			return group
		}
	}
	return ""
}

// About returns the expected group and its subject. not: it must not come. given
// is how many of the six fields are given; it should be one.
func (e *Expectation) About() (group Group, subject string, not bool, given int) {
	for _, one := range []struct {
		group   Group
		subject string
		not     bool
	}{
		{Alerts, e.Alert, false}, {Neglects, e.Neglect, false}, {Feeds, e.Feed, false},
		{Alerts, e.NoAlert, true}, {Neglects, e.NoNeglect, true}, {Feeds, e.NoFeed, true},
	} {
		if one.subject != "" {
			group, subject, not = one.group, one.subject, one.not
			given++
		}
	}
	return group, subject, not, given
}

// Peak is the highest risk of an account in a case, in account-years.
type Peak struct {
	Risk      float64
	Day       signals.Day
	Threshold float64 // from which its grade raises an alert
}

// Outcome is the result of a case.
type Outcome struct {
	Notifications []Notification // in the order of time
	Peaks         map[string]Peak
}

// Unmet says why an expectation is not met, in one or more lines; empty when it is
// met.
func (e *Expectation) Unmet(o *Outcome) string {
	group, subject, not, _ := e.About()
	about := o.about(group, subject)
	if not {
		about = slices.DeleteFunc(about, func(t *Notification) bool { return t.Day < e.From || e.Until != 0 && t.Day > e.Until })
		if len(about) == 0 {
			return ""
		}
		return e.String() + listNotifications(about, nil)
	}
	met := false
	faults := make([]string, len(about))
	for i, t := range about {
		if t.Day < e.NotBefore {
			return e.String() + listNotifications(about[i:i+1], []string{"too early"})
		}
		faults[i] = e.mismatch(t)
		met = met || faults[i] == ""
	}
	switch {
	case met:
		return ""
	case len(about) > 0:
		return e.String() + listNotifications(about, faults)
	case group == Alerts:
		return e.String() + "; none came, " + o.Peaks[subject].String()
	}
	return e.String() + "; none came"
}

// about returns the notifications about a subject.
func (o *Outcome) about(group Group, subject string) (list []*Notification) {
	for i := range o.Notifications {
		t := &o.Notifications[i]
		if groupOf(t.Kind) == group && (subject == Anybody || subject == Anything || cmp.Or(t.Account, t.Source) == subject) {
			list = append(list, t)
		}
	}
	return list
}

// mismatch is the first difference between a notification and the expectation;
// empty when there is none.
func (e *Expectation) mismatch(t *Notification) string {
	for _, one := range []struct{ what, want, got string }{
		{"", string(e.Kind), string(t.Kind)},
		{"verdict ", string(e.Verdict), cmp.Or(string(t.Verdict), "none")},
		{"grade ", string(e.Grade), string(t.Grade)},
		{"severity ", string(e.Severity), string(t.Severity)},
	} {
		if one.want != "" && one.got != one.want {
			return one.what + one.got
		}
	}
	for i := range e.Because {
		if !slices.ContainsFunc(t.Reasons, e.Because[i].matches) {
			return "not because of " + e.Because[i].String() + reasons(t.Reasons)
		}
	}
	if e.By != 0 && t.Day > e.By {
		return "too late"
	}
	reached := func(d Delivery) bool {
		return (e.To == "" || d.To == e.To) && (e.Channel == "" || d.Channel == e.Channel) && (e.By == 0 || d.Day <= e.By)
	}
	if (e.To != "" || e.Channel != "") && !slices.ContainsFunc(t.Sent, reached) {
		return "told to " + deliveries(t.Sent)
	}
	return ""
}

// matches reports whether a reason is the one.
func (b *Because) matches(r detector.Reason) bool {
	return (b.Signal == "" || r.Signal == b.Signal) && (b.Contact == "" || r.Contact == b.Contact) &&
		(b.Term == "" || r.Term == b.Term) && (b.Rule == "" || r.Rule == b.Rule)
}

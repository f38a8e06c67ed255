package operations

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"firstsign/alerting"
	"firstsign/alerting/message"
	"firstsign/detector"
	"firstsign/signals"
	"firstsign/web/words"
)

// Problem is one thing that is wrong.
type Problem struct {
	// Rule is the alert rule of deploy/prometheus whose section tells more, and Page that
	// section, in docs. Both are empty where there is no rule.
	Rule string `json:"rule,omitempty"`
	Page string `json:"page,omitempty"`
	// Urgent problems keep people from being warned; others can wait for the morning.
	Urgent bool   `json:"urgent"`
	Text   string `json:"text"`
	Do     string `json:"do"`
}

// finder collects problems.
type finder struct {
	w    *words.Operations
	lang message.Language
	list []Problem
}

const (
	runbook = "operator/runbook.md"
	stalls  = "operator/stalls.md"
)

func (f *finder) add(urgent bool, page, rule string, p words.Problem) {
	one := Problem{Rule: rule, Urgent: urgent, Text: p.Text, Do: p.Do}
	if rule != "" {
		one.Page = page + "#" + strings.ToLower(rule)
	}
	f.list = append(f.list, one)
}

// urgentFirst are the problems in their order.
func (f *finder) urgentFirst() []Problem {
	slices.SortStableFunc(f.list, func(a, b Problem) int {
		switch {
		case a.Urgent == b.Urgent:
			return 0
		case a.Urgent:
			return -1
		}
		return 1
	})
	return f.list
}

// process looks at what this instance knows of itself.
func (f *finder) process(p *Process) {
	for _, s := range p.Stalls {
		f.add(true, stalls, ruleOfStall(s.Reason), f.w.Stalled(s.Text))
	}
	if len(p.Unready) > 0 && len(p.Stalls) == 0 {
		var parts []string
		for _, name := range p.Unready {
			parts = append(parts, name+": "+p.Parts[name])
		}
		f.add(true, runbook, "FirstsignNotReady", f.w.NotReady(words.Names(f.lang, parts)))
	}
}

// ruleOfStall is the rule of a reason: redis_away is FirstsignRedisAway.
func ruleOfStall(reason string) string {
	rule := "Firstsign"
	for _, part := range strings.Split(reason, "_") {
		if part != "" {
			rule += strings.ToUpper(part[:1]) + part[1:]
		}
	}
	return rule
}

func (f *finder) partitions(list []Partition, now time.Time) {
	for i := range list {
		p := &list[i]
		switch {
		case p.Clock == nil || !p.Still:
		case p.catchingUp(now) && now.Sub(*p.Clock) > lagging:
			f.add(true, runbook, "FirstsignLagging", f.w.Lagging(p.ID, f.w.Records(*p.Lag)))
		case !p.catchingUp(now):
			f.add(true, runbook, "FirstsignClockStopped", f.w.ClockStopped(p.ID, f.w.Age(now.Sub(*p.Clock))))
		}
	}
}

func (f *finder) channels(list []Channel, now time.Time) {
	for i := range list {
		switch c := &list[i]; {
		case c.Waiting > 0 && c.Oldest != nil && now.Sub(*c.Oldest) > stuck:
			f.add(true, runbook, "FirstsignDeliveryStuck", f.w.Stuck(c.Name, f.w.Age(now.Sub(*c.Oldest)), c.Waiting))
		case c.Failures > 0:
			f.add(false, runbook, "FirstsignDeliveryStuck", f.w.Refusing(c.Name, c.Waiting))
		}
	}
}

// failing are the feeds by which accounts are not judged; they come first in a list. counted
// tells whether it is known how many these are.
func (f *finder) failing(list []Feed, counted bool) {
	var names []string
	alone := 0
	if !counted {
		alone = words.NotCounted
	}
	for i := range list {
		if list[i].State.failing() {
			names = append(names, f.nameOf(list[i].Source))
			if counted {
				alone += list[i].Alone
			}
		}
	}
	switch {
	case len(names) == 1 && list[0].State == FeedStates[0]:
		f.add(false, runbook, "FirstsignFeedDead", f.w.FeedDead(names[0], message.DateText(f.lang, list[0].Since), alone))
	case len(names) > 0:
		f.add(false, runbook, "FirstsignFeedDead", f.w.FeedsDead(len(names), words.Names(f.lang, names), alone))
	}
}

func (f *finder) late(list []Feed) {
	var names []string
	for i := range list {
		if list[i].State == Late {
			names = append(names, f.nameOf(list[i].Source))
		}
	}
	if len(names) > 0 {
		f.add(false, runbook, "FirstsignFeedDead", f.w.FeedLate(len(names), words.Names(f.lang, names)))
	}
}

func (f *finder) nameOf(source string) string {
	if source == "" {
		return f.w.Nameless
	}
	return source
}

// letters are the refused records; older: more of them were not read.
func (f *finder) letters(list []Refused, older bool) {
	refused, forged, most := 0, 0, signals.Reason("")
	for i := range list {
		r := &list[i]
		if r.Reason == signals.UnsignedControl || r.Reason == signals.TickAhead {
			forged += r.LastDay
			continue
		}
		if refused == 0 && r.LastDay > 0 {
			most = r.Reason
		}
		refused += r.LastDay
	}
	if forged > 0 {
		f.add(false, runbook, "FirstsignForgedControl", f.w.Forged(forged))
	}
	if refused > 0 {
		f.add(false, runbook, "FirstsignRejecting", f.w.Refused(refused, older, f.reason(most)))
	}
}

// reason in words, with a full stop.
func (f *finder) reason(r signals.Reason) string {
	text := f.w.Reasons[r]
	if text == "" {
		text = string(r) // of a newer release
	}
	if f.lang == message.Chinese {
		return text + "。"
	}
	return text + "."
}

func (f *finder) configuration(c *Configuration) {
	if c.Refused != "" {
		first, _, _ := strings.Cut(c.Refused, "\n")
		f.add(false, runbook, "FirstsignConfigRejected", f.w.ConfigRefused(first))
	}
	if c.Calendar != "" {
		f.add(false, runbook, "FirstsignCalendarEnds", f.w.CalendarEnds(c.Calendar))
	}
	if c.Restart {
		f.add(false, runbook, "", f.w.Restart)
	}
}

// sourceAlerts are the kinds of alerts about sources that no feed shows.
var sourceAlerts = []detector.FindingKind{detector.AllQuiet, detector.Misrouted, detector.IDsMigrated}

func (f *finder) alerts(list []*alerting.Alert) {
	for _, a := range list {
		title := alerting.Render(f.lang, a, a.Kind, nil).Title
		switch a.Kind {
		case detector.IDsMigrated:
			f.add(false, runbook, "FirstsignIDsMigrated", f.w.IDs(title))
		case detector.Misrouted:
			f.add(false, runbook, "FirstsignRejecting", f.w.Told(title))
		default:
			f.add(false, runbook, "", f.w.Told(title))
		}
	}
}

// numbers are a list of partitions in words.
func numbers(l message.Language, list []int) string {
	texts := make([]string, len(list))
	for i, n := range list {
		texts[i] = strconv.Itoa(n)
	}
	return words.Names(l, texts)
}

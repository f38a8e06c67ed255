package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"firstsign/accounts"
	"firstsign/alerting"
	"firstsign/alerting/expect"
	"firstsign/config/document"
	"firstsign/detector"
	"firstsign/internal/fault"
	"firstsign/signals"
	"firstsign/signals/script"
)

var (
	verdicts = []detector.Verdict{detector.Defection, detector.Downturn, detector.EarlyDefection}
	// terms are the kinds of evidence that a case can expect. Those of changed files are
	// left out, because no file changes during a case.
	terms = []detector.Term{
		detector.Drop, detector.Gap, detector.Shift, detector.Incident, detector.Shrink, detector.Rule, detector.Norm,
		detector.Only, detector.Handover,
	}
)

// caseChecks finds the mistakes of a case beyond its form.
type caseChecks struct {
	*document.Document
	config *Config // of the case
	text   *caseText
}

func (c *caseChecks) script(at string) {
	s := &c.text.Script
	for _, key := range []string{"start", "end"} {
		if !c.Has(document.Join(at, key)) {
			c.Note(at, "a case needs a day on which it has its %s", key)
		}
	}
	switch {
	case s.Start == 0 || s.End == 0:
	case s.End <= s.Start:
		c.Note(document.Join(at, "end"), "%s is not after the start, %s", s.End, s.Start)
	case s.End-s.Start > longestCase:
		c.Note(document.Join(at, "end"), "a case lasts %d days at most, this one %d", longestCase, s.End-s.Start)
	}
	if s.Background < 0 || s.Background > mostBackground {
		c.Note(document.Join(at, "background"), "must be between 0 and %d accounts", mostBackground)
	}
	if s.Background > 0 && len(s.Habits) == 0 {
		c.Note(document.Join(at, "background"), "the background does what the habits are, and there are none")
	}
	if len(s.Habits)+len(s.Events) == 0 {
		c.Note(at, "nothing happens: give habits or events")
	}
	c.deeds(at, s)
	for i := range s.DeadFeeds {
		o, at := &s.DeadFeeds[i], document.Item(document.Join(at, "dead_feeds"), i)
		c.span(at, o.Span, true)
		if source := o.Source; !slices.ContainsFunc(c.all(), func(d *script.Deed) bool { return d.Source == source }) {
			c.Note(document.Join(at, "source"), "nothing comes from source %q", source)
		}
	}
	for i, p := range s.Pauses {
		c.span(document.Item(document.Join(at, "pauses"), i), p, true)
	}
}

// mostAWeek bounds typing mistakes: a hundred a day.
const mostAWeek = 700

func (c *caseChecks) deeds(at string, s *script.Script) {
	for i := range s.Habits {
		h, at := &s.Habits[i], document.Item(document.Join(at, "habits"), i)
		c.deed(at, &h.Deed)
		c.span(at, h.Span, false)
		if h.AWeek <= 0 || h.AWeek > mostAWeek {
			c.Note(document.Join(at, "a_week"), "how often in a week must be above 0 and at most %d", mostAWeek)
		}
	}
	for i := range s.Events {
		e, at := &s.Events[i], document.Item(document.Join(at, "events"), i)
		c.deed(at, &e.Deed)
		if !c.Has(document.Join(at, "on")) {
			c.Note(at, "an event needs the day that it is on")
		}
		c.within(document.Join(at, "on"), e.On)
	}
}

// all lists the acts of named people.
func (c *caseChecks) all() (deeds []*script.Deed) {
	for i := range c.text.Habits {
		deeds = append(deeds, &c.text.Habits[i].Deed)
	}
	for i := range c.text.Events {
		deeds = append(deeds, &c.text.Events[i].Deed)
	}
	return deeds
}

func (c *caseChecks) deed(at string, d *script.Deed) {
	c.config.Detector.signalOf(c.Document, document.Join(at, "signal"), d.Signal)
	switch {
	case d.Account == "":
		c.Note(document.Join(at, "account"), "an account is needed")
	case c.config.Accounts == nil:
	case c.config.Accounts.Get(d.Account) == nil:
		c.Note(document.Join(at, "account"), "no account is called %q: the configuration and the case know none%s", d.Account, fault.DidYouMean(d.Account, c.ids()))
	case d.Contact != "":
		c.contact(document.Join(at, "contact"), d.Account, d.Contact)
	}
}

func (c *caseChecks) ids() (ids []string) {
	for a := range c.config.Accounts.All() {
		ids = append(ids, a.ID)
	}
	return ids
}

// contact checks that a contact is one of the account. Where pseudonyms are used, ids are pseudonyms.
func (c *caseChecks) contact(at, account, contact string) {
	a := c.config.Accounts.Get(account)
	if a == nil {
		return
	}
	known := make([]string, len(a.Contacts))
	for i := range a.Contacts {
		known[i] = a.Contacts[i].ID
	}
	if !slices.Contains(known, c.config.Pseudonyms.Of(contact)) {
		c.Note(at, "account %q has no contact %q%s", account, contact, fault.DidYouMean(contact, known))
	}
}

// span checks that a span of days lies in the case. A whole span gives both days.
func (c *caseChecks) span(at string, s script.Span, whole bool) {
	if whole && (!c.Has(document.Join(at, "from")) || !c.Has(document.Join(at, "until"))) {
		c.Note(at, "from and until are needed: the first and the last day")
	}
	c.within(document.Join(at, "from"), s.From)
	c.within(document.Join(at, "until"), s.Until)
	if s.Until != 0 && s.Until < s.From {
		c.Note(document.Join(at, "until"), "%s is before from, %s", s.Until, s.From)
	}
}

// within checks that a day, if given, lies in the case.
func (c *caseChecks) within(at string, d signals.Day) {
	s := &c.text.Script
	if d != 0 && s.Start != 0 && s.End >= s.Start && (d < s.Start || d > s.End) {
		c.Note(at, "%s is outside of the case, which lasts from %s to %s", d, s.Start, s.End)
	}
}

func (c *caseChecks) expectations(at string) {
	if len(c.text.Expect) == 0 {
		c.Note(at, "nothing is expected: such a case proves nothing")
	}
	for i := range c.text.Expect {
		e, at := &c.text.Expect[i], document.Item(document.Join(at, "expect"), i)
		e.File, e.Line = c.Name, c.Lines[at]
		group, subject, not, given := e.About()
		if given != 1 {
			c.Note(at, "give one of alert, neglect, feed, no_alert, no_neglect and no_feed")
			continue
		}
		key := string(group)
		if not {
			key = "no_" + key
		}
		c.subject(document.Join(at, key), subject, group, not)
		c.fits(at, key, group, not)
		c.days(at, e)
		c.demands(at, e, group)
	}
}

// subject checks that the subject of an expectation is in the case: without events an
// expectation means nothing.
func (c *caseChecks) subject(at, name string, group expect.Group, not bool) {
	what, known := "happens with account", []string{expect.Anybody}
	if group == expect.Feeds {
		what, known = "comes from source", []string{expect.Anything, detector.AllSources}
	}
	if !not {
		known = known[1:]
	}
	for _, d := range c.all() {
		if group == expect.Feeds {
			known = append(known, d.Source)
		} else {
			known = append(known, d.Account)
		}
	}
	if !slices.Contains(known, name) {
		c.Note(at, "nothing %s %q in this case%s", what, name, fault.DidYouMean(name, known))
	}
}

// fits finds keys that do not fit the kind of expectation.
func (c *caseChecks) fits(at, key string, group expect.Group, not bool) {
	fitting := []string{"by", "not_before", "kind", "severity", "to", "channel"}
	switch {
	case not:
		fitting = []string{"from", "until"}
	case group == expect.Alerts:
		fitting = append(fitting, "because", "verdict", "grade")
	case group == expect.Neglects:
		fitting = append(fitting, "because", "grade")
	}
	for _, other := range []string{"by", "not_before", "from", "until", "kind", "because", "verdict", "grade", "severity", "to", "channel"} {
		if c.Has(document.Join(at, other)) && !slices.Contains(fitting, other) {
			c.Note(document.Join(at, other), "does not go with %s, but %s do", key, strings.Join(fitting, ", "))
		}
	}
}

func (c *caseChecks) days(at string, e *expect.Expectation) {
	c.span(at, script.Span{From: e.From, Until: e.Until}, false)
	c.within(document.Join(at, "by"), e.By)
	c.within(document.Join(at, "not_before"), e.NotBefore)
	if e.By != 0 && e.By < e.NotBefore {
		c.Note(document.Join(at, "by"), "%s is before not_before, %s", e.By, e.NotBefore)
	}
}

// demands checks that an expectation can be met.
func (c *caseChecks) demands(at string, e *expect.Expectation, group expect.Group) {
	one(c, document.Join(at, "kind"), e.Kind, expect.Kinds[group])
	one(c, document.Join(at, "verdict"), e.Verdict, verdicts)
	one(c, document.Join(at, "grade"), e.Grade, accounts.Grades)
	one(c, document.Join(at, "severity"), e.Severity, alerting.Severities)
	one(c, document.Join(at, "channel"), e.Channel, append(slices.Sorted(maps.Keys(c.config.Routing.Channels)), alerting.LogChannel))
	if e.To != "" {
		c.person(document.Join(at, "to"), e.To)
	}
	for i := range e.Because {
		b, at := &e.Because[i], document.Item(document.Join(at, "because"), i)
		if *b == (expect.Because{}) {
			c.Note(at, "give one of signal, contact, term and rule")
		}
		one(c, document.Join(at, "term"), b.Term, terms)
		if b.Signal != "" && b.Signal != detector.AnyContact {
			c.config.Detector.signalOf(c.Document, document.Join(at, "signal"), b.Signal)
		}
		one(c, document.Join(at, "rule"), b.Rule, c.rules())
		if _, account, _, _ := e.About(); b.Contact != "" {
			c.contact(document.Join(at, "contact"), account, b.Contact)
			b.Contact = c.config.Pseudonyms.Of(b.Contact)
		}
	}
}

func (c *caseChecks) rules() []string {
	names := make([]string, len(c.config.Detector.Patterns))
	for i := range names {
		names[i] = c.config.Detector.Patterns[i].Name
	}
	return names
}

// person checks that somebody can get a message.
func (c *caseChecks) person(at, name string) {
	known := map[string]bool{alerting.Operator: true}
	for a := range c.config.Accounts.All() {
		known[a.Owner], known[a.StandIn], known[a.Superior] = true, true, true
	}
	if !known[name] {
		c.Note(at, "%q is not the operator, and owner, stand-in or superior of no account%s", name, fault.DidYouMean(name, slices.Sorted(maps.Keys(known))))
	}
}

// one checks a value of a closed set, if it is given.
func one[S ~string](c *caseChecks, at string, value S, set []S) {
	if value == "" || slices.Contains(set, value) {
		return
	}
	texts := make([]string, len(set))
	for i := range set {
		texts[i] = string(set[i])
	}
	is := fmt.Sprintf("is none of %s", strings.Join(texts, ", "))
	if len(set) == 0 {
		is = "does not exist, there are none"
	}
	c.Note(at, "%q %s%s", value, is, fault.DidYouMean(string(value), texts))
}

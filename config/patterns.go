package config

import (
	"fmt"

	"firstsign/config/document"
	"firstsign/detector"
	"firstsign/internal/fault"
	"firstsign/signals/text"
)

// Signals of the standard rules: a complaint, and the answers that the rules wait for.
const (
	proposalAnswer    = "proposal_answer"
	complaintName     = "complaint"
	complaintResolved = "complaint_resolved"
)

// standardPatterns are the rules beside the statistics that hold when the file gives
// none. A rule needs its signals.
func standardPatterns(list []detector.Signal) (patterns []detector.Pattern) {
	find := func(name string) *detector.Signal { return signalNamed(list, name) }
	if s := find("forwarding"); s != nil && s.Kind == detector.Event && s.PerContact {
		// One forwarding is usual: a holiday, a new telephone. Two in four weeks are not.
		patterns = append(patterns, detector.Pattern{
			Name: "a key person's calls are forwarded", Signal: s.Name, Of: detector.KeyContact, Times: 2, Days: 28})
	}
	if s := find(string(text.ForwardingCompetitor)); s != nil && happens(s.Kind) && s.PerContact {
		patterns = append(patterns, detector.Pattern{
			Name: "a key person's calls go to a competitor", Signal: s.Name, Of: detector.KeyContact, Times: 1, Days: 28})
	}
	if s := find(string(text.Ultimatum)); s != nil && happens(s.Kind) {
		patterns = append(patterns, detector.Pattern{Name: "an ultimatum", Signal: s.Name, Times: 1, Days: 28})
	}
	if s := find(string(text.CompetitorOffer)); s != nil && happens(s.Kind) {
		// Naming another price once is a buyer's habit, and the statistics judge it.
		// Twice in four weeks somebody really compares.
		patterns = append(patterns, detector.Pattern{Name: "offers of a competitor", Signal: s.Name, Times: 2, Days: 28})
	}
	// Once it may have been talk; twice in four weeks they mean it.
	if s := find(string(text.InHouse)); s != nil && happens(s.Kind) {
		patterns = append(patterns, detector.Pattern{Name: "they want to do it themselves", Signal: s.Name, Times: 2, Days: 28})
	}
	if s := find(string(text.SecondSource)); s != nil && happens(s.Kind) {
		patterns = append(patterns, detector.Pattern{Name: "a further supplier", Signal: s.Name, Times: 2, Days: 28})
	}
	// 14 and 10 working days.
	if s := find("proposal"); s != nil && happens(s.Kind) && find(proposalAnswer) != nil {
		patterns = append(patterns, detector.Pattern{
			Name: "a proposal without an answer", Signal: s.Name, Times: 1, Days: 20, Without: proposalAnswer, Own: true})
	}
	if s := find(complaintName); s != nil && happens(s.Kind) {
		p := detector.Pattern{
			Name: "a complaint, then silence", Signal: s.Name, Times: 1, Days: 14, FollowedBy: detector.Silence}
		if find(complaintResolved) != nil {
			p.Without = complaintResolved
		}
		patterns = append(patterns, p)
	}
	return patterns
}

// happens reports whether interactions of a kind can be counted.
func happens(k detector.Kind) bool { return k == detector.Count || k == detector.Event }

func (c *Detector) checkPatterns(d *document.Document) {
	if !d.Has("rules") {
		c.Patterns = standardPatterns(c.Signals)
		return
	}
	if len(c.Patterns) > detector.MaxPatterns {
		d.Note("rules", "at most %d rules", detector.MaxPatterns)
	}
	first := make(map[string]string) // field where a name was given first
	for i := range c.Patterns {
		p, at := &c.Patterns[i], document.Item("rules", i)
		d.Once(first, at+".name", "rule", p.Name)
		if p.Name == "" || len(p.Name) > 100 {
			d.Note(at+".name", "a rule needs a name of 1 to 100 bytes: it stands in the message")
		}
		c.checkSubject(d, at, p)
		c.checkSequel(d, at, p)
	}
}

// checkSubject checks what a rule is about.
func (c *Detector) checkSubject(d *document.Document, at string, p *detector.Pattern) {
	if d.Has(at + ".of") {
		d.OneOf(at+".of", string(p.Of), whose)
	}
	s := c.signalOf(d, at+".signal", p.Signal)
	switch {
	case s == nil:
	case !happens(s.Kind):
		d.Note(at+".signal", "%s is a %s: a rule is about a count or an event", s.Name, s.Kind)
	case p.Of == detector.KeyContact && !s.PerContact:
		d.Note(at+".of", "%s is not kept for each key contact: give it per_contact: true", s.Name)
	}
}

// checkSequel checks the numbers of a rule, and what must follow.
func (c *Detector) checkSequel(d *document.Document, at string, p *detector.Pattern) {
	if d.Has(at + ".followed_by") {
		d.OneOf(at+".followed_by", string(p.FollowedBy), sequels)
	}
	if d.Has(at + ".without") {
		c.signalOf(d, at+".without", p.Without)
	}
	if p.Own && (p.Without == "" || p.FollowedBy != "") {
		d.Note(at+".own", "only a rule that waits for an answer (without) can wait as the account is used to")
	}
	longest := detector.LongestCount
	if p.Waits() {
		longest = detector.LongestWait
	}
	if !d.Has(at+".days") || p.Days < 1 || p.Days > longest {
		d.Note(at+".days", "must be between 1 and %d", longest)
	}
	switch {
	case d.Has(at+".times") && p.Waits():
		d.Note(at+".times", "with followed_by or without, once is enough")
	case d.Has(at+".times") && (p.Times < 1 || p.Times > 1000):
		d.Note(at+".times", "must be between 1 and 1000")
	case p.Times == 0:
		p.Times = 1
	}
}

// signalOf finds the signal that is named at a path.
func (c *Detector) signalOf(d *document.Document, at, name string) *detector.Signal {
	names := make([]string, len(c.Signals))
	for i := range c.Signals {
		if names[i] = c.Signals[i].Name; names[i] == name && name != "" {
			return &c.Signals[i]
		}
	}
	hint := ""
	if name != "" {
		hint = fault.DidYouMean(name, names)
	}
	d.Note(at, "%s%s", fmt.Sprintf("no signal is called %q", name), hint)
	return nil
}

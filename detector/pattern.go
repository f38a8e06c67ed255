package detector

import (
	"firstsign/detector/evidence"
	"firstsign/detector/series"
	"firstsign/signals"
	"math"
)

// setPatterns puts patterns into force. What an open episode was told of it stays
// told, by name.
func (e *Engine) setPatterns(list []Pattern) {
	before := e.patterns
	e.patterns = evidence.NewPatterns(list, &e.signals)
	for _, a := range e.accounts {
		if told := a.episode.told; told != 0 {
			a.episode.told = e.patterns.Set(before.Names(told)...)
		}
	}
}

// match is a pattern that holds of an account.
type match = evidence.Match

// matchClosed finds the patterns that hold of an account at a day's close.
func (j *assessment) matchClosed(d signals.Day) {
	for i := range j.patterns {
		j.match(i, d)
	}
}

// matchArrival finds those that hold now that an interaction has come. It
// tells whether there is one that the open episode was not told of.
func (j *assessment) matchArrival(o *observation) bool {
	if !o.rule.Watched {
		return false
	}
	for i := range j.patterns {
		if j.patterns.Arrival(i, o.rule.ID) {
			j.match(i, max(o.day, j.closed+1))
		}
	}
	return j.newMatch()
}

// match notes that a pattern holds of an account, by its days up to end.
func (j *assessment) match(number int, end signals.Day) {
	in := evidence.Account{Table: &j.signals, Set: &j.account.Set}
	if j.today != nil {
		in.Exposure = &j.today.Exposure
	}
	if m, ok := j.patterns.Match(number, &in, end); ok {
		j.matches = append(j.matches, m)
	}
}

// matched is the set of the patterns that hold.
func (j *assessment) matched() (set uint32) {
	for i := range j.matches {
		set |= 1 << j.matches[i].Pattern
	}
	return set
}

// newMatch tells whether a pattern holds that the episode was not told of.
func (j *assessment) newMatch() bool { return j.matched()&^j.account.episode.told != 0 }

// evidenceOf a judgement is the account's evidence. A pattern, or bad news in the
// files, is worth
// what opens an episode of the account's grade, and no more: nobody knows how
// rare it is.
func (j *assessment) evidenceOf() float32 {
	evidence := float32(j.Nats())
	if news, _ := j.badNews(); len(j.matches)+len(news) == 0 {
		return evidence
	}
	t := j.threshold(j.account)
	// Rounded up, so that the risk does not fall below when the pattern ends.
	worth := math.Nextafter32(float32(j.rules.Exceedance.Evidence(t.Raise)), math.MaxFloat32)
	if j.ruled = worth > evidence; j.ruled {
		return worth
	}
	return evidence
}

// matchWords are the reasons of the patterns that hold.
func (j *assessment) matchWords() (reasons []Reason) {
	for i := range j.matches {
		m := &j.matches[i]
		p := &j.patterns[m.Pattern]
		x := Reason{
			Signal: p.Signal, Side: series.Theirs, Term: evidence.Rule, Rule: p.Name, Window: p.Days, From: m.Usual, To: float64(m.N), Since: m.Since, Without: p.Without,
		}
		if p.FollowedBy == evidence.Silence {
			x.Without = series.AnyContact
		}
		if m.Key.Contact > 0 {
			x.Contact = j.account.people[m.Key.Contact-1]
		}
		reasons = append(reasons, x)
	}
	return reasons
}

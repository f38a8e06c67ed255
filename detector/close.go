package detector

import (
	"firstsign/detector/account"
	"firstsign/detector/assessment"
	"firstsign/detector/episodes"
	"firstsign/detector/feeds"
	"firstsign/detector/finding"
	"firstsign/detector/series"
	"firstsign/signals"
)

// dayClose is a close whose summary must not be computed again: the first
// accounts that passed it may be written already.
type dayClose struct {
	offset  int64 // of the record that closed the day
	summary *summary
}

// close closes a day: the summary first, then every account that has not
// passed it.
func (e *Engine) close(d signals.Day, offset int64) {
	if e.coming != nil {
		e.enforce(e.coming)
	}
	p := e.dayCloses.find(d, offset)
	if p == nil {
		p = e.summarise(d)
		e.dayCloses = append(e.dayCloses, dayClose{offset, p})
	}
	e.tellFeeds(feeds.Changes(e.sourcesBefore(), &p.sources), e.zone.Start(d+1))
	e.tellIDChange(e.ids(), &p.ids, e.zone.Start(d+1))
	e.judgeBy(p)
	e.closeAccounts(d, offset)
	e.sources.Forget(d - series.JudgedDays)
	e.sources.ForgetAnswers(&p.sources)
	e.misrouted.Ended(d, func(source string, since signals.Day) {
		e.findMisrouted(finding.Routed, source, since, e.zone.Start(d+1))
	})
	e.strangers.Close(d)
	e.duplicates.Close(d, offset)
	e.closed = d
	e.stats.DaysClosed++
}

// dayCloses are those since the last complete commit.
type dayCloses []dayClose

// find returns the summary of a close that was done before a crash, nil when it
// was not.
func (cs dayCloses) find(d signals.Day, offset int64) *summary {
	for i := range cs {
		if c := &cs[i]; c.offset == offset && c.summary.Day == d {
			return c.summary
		}
	}
	return nil
}

// closeAccount learns the day that leaves the ring and judges the closed one.
func (g *judge) closeAccount(a *account.Account, d signals.Day, offset int64) {
	leaving := d - series.JudgedDays
	a.Closed = d
	a.Next = max(a.Next, offset)
	if g.engine.summary.retired != nil {
		feeds.HandBack(&a.Set, g.engine.summary.retired)
	}
	if g.engine.unjudged {
		a.Leave(leaving)
		return
	}
	j := g.assess(a)
	j.Learn(d, a.Weight(leaving))
	a.Weeks.Keep(a.Series, &g.engine.yardstick.Today.Exposure)
	a.SetTended(g.engine.yardstick.Today.Care.Leave(&a.Set, a.Tended(), leaving))
	a.Leave(leaving)
	g.engine.yardstick.CompareFiles(a, d)
	var look func(*series.Series)
	if g.engine.onMeasures != nil {
		look = func(s *series.Series) {
			if g.engine.signals.Unites(s.Key) {
				g.engine.onMeasures(a.ID, g.engine.signals.Name(s.Key.Signal), d, j.Measures())
			}
		}
	}
	j.Weigh(d, false, look)
	g.countDormant(a, j.Dormant() && !g.engine.rules.Aliases.Has(a.ID)) // of a former id it is none of ours
	j.Remember()
	j.MatchClosed(d)
	if a.First > d {
		return
	}
	if g.engine.rules.Aliases.Has(a.ID) {
		return // what comes of it is another account's by now
	}
	if j.Informed() { // else nothing is known of this day
		g.conclude(j, d)
	}
	if a.Episode.Stage != episodes.Replaced {
		g.tend(a, d)
	}
}

// assess begins the judgement of an account. It is good until the next one begins.
func (e *Engine) assess(a *account.Account) *assessment.Assessment { return e.judge.assess(a) }

// arrived judges an account at once when bad news comes: the event's own day
// may be open for long, and one can be enough.
func (e *Engine) arrived(a *account.Account, o *observation) {
	if e.unjudged {
		return
	}
	j := e.assess(a)
	if !j.MatchArrival(o.rule, o.day) && (o.rule.Kind != series.Event || e.summary == nil || a.Episode.IsOpen() && a.Episode.AlertedOn >= e.closed) {
		return // nothing closed yet, or told already
	}
	if e.summary != nil {
		j.Weigh(e.closed+series.ForwardDays, true, nil)
	}
	e.judge.concludeArrival(j, o)
	e.take(&e.judge)
}

// keepRisk takes the evidence of a closed day into the account's weeks.
func (g *judge) keepRisk(a *account.Account, d signals.Day) {
	if !g.engine.unjudged && a.First <= d {
		a.Weeks.KeepRisk(d, a.Evidence)
	}
}

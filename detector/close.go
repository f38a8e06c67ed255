package detector

import "firstsign/signals"

// closing is a close whose portfolio must not be computed again: the first
// accounts that passed it may be written already.
type closing struct {
	offset    int64 // of the record that closed the day
	portfolio *portfolio
}

// close closes a day: the portfolio first, then every account that has not
// passed it.
func (e *Engine) close(d signals.Day, offset int64) {
	if e.coming != nil {
		e.enforce(e.coming)
	}
	p := e.closedBefore(d, offset)
	if p == nil {
		p = e.summarise(d)
		e.closings = append(e.closings, closing{offset, p})
	}
	var before *portfolio
	if e.today != nil {
		before = e.today.portfolio
	}
	e.feedFindings(before, p, e.zone.Start(d+1))
	e.today = e.unpack(p)
	e.stats.countSources(p.feeds)
	for _, a := range e.accounts {
		if a.closed < d {
			e.closeAccount(a, d, offset)
		}
	}
	for _, b := range e.beats {
		b.days &^= 1 << slot(d-judgedDays)
	}
	e.forgetMisrouted(d)
	e.duplicates.close(d)
	e.closed = d
	e.stats.DaysClosed++
}

// closedBefore is the portfolio of a close that was done before a crash.
func (e *Engine) closedBefore(d signals.Day, offset int64) *portfolio {
	for i := range e.closings {
		if c := &e.closings[i]; c.offset == offset && c.portfolio.day == d {
			return c.portfolio
		}
	}
	return nil
}

// closeAccount learns the day that leaves the ring and judges the closed one.
func (e *Engine) closeAccount(a *account, d signals.Day, offset int64) {
	leaving := d - judgedDays
	weight := 1.0
	if a.raised>>slot(leaving)&1 == 1 {
		weight = episodeWeight
	}
	a.raised &^= 1 << slot(leaving)
	a.closed = d
	a.next = max(a.next, offset)
	e.touch(a)

	e.learn(a, d, weight)
	j := judgement{account: a}
	e.union.begin()
	for i := range a.series {
		s := &a.series[i]
		if s.first > d {
			continue
		}
		s.drop(leaving)
		e.view.fill(s, e.today, false)
		if e.unites(s) {
			e.union.take(&e.view, &s.pace)
		}
		if e.judge(&j, s, &e.view, 0) {
			j.open = true
		}
	}
	if e.union.finish(e.today.lo) {
		e.judgeUnion(&j, &a.any)
	}
	if a.first > d || !j.open {
		return // nothing is known of this day
	}
	e.conclude(&j, d)
}

// learn takes the leaving day into an account's past, by what the oldest days
// say alone: a repair of the days since changes nothing of it.
func (e *Engine) learn(a *account, d signals.Day, weight float64) {
	e.union.begin()
	for i := range a.series {
		s := &a.series[i]
		if s.first > d {
			continue
		}
		e.view.fill(s, e.today.past, true)
		e.view.seen &= 1<<learnedDays - 1
		if e.unites(s) {
			e.union.take(&e.view, &s.pace)
		}
		s.learn(&e.view, weight)
	}
	if e.union.finish(e.today.lo) {
		a.any.learn(&e.union.view, weight)
	}
}

// learn takes the leaving day into the series' past.
func (s *series) learn(v *view, weight float64) {
	if s.level != nil {
		s.level.learn(s, v, weight)
		return
	}
	s.pace.learn(v, weight)
}

// judge adds the strongest evidence of a series to a judgement. It tells
// whether anything is known of the series' closed day.
func (e *Engine) judge(j *judgement, s *series, v *view, extra float64) bool {
	r := &e.signals.rules[s.key.signal]
	if s.key.ours || !r.on {
		return false // what we do ourselves is no evidence of their health
	}
	if t, ok := e.evidence(s, r, v, extra); ok && r.weight > 0 {
		j.add(s, r, t, v.lo)
	}
	if r.weight > 0 && s.key.contact == 0 && r.Kind != Event {
		if last := v.last(); last >= 0 {
			j.contact = max(j.contact, v.lo+signals.Day(last))
		}
	}
	return e.today.open(s.source)>>judgedDays&1 == 1
}

// evidence is the strongest term of a series; false when it is no habit yet.
func (e *Engine) evidence(s *series, r *rule, v *view, extra float64) (term, bool) {
	switch r.Kind {
	case Score:
		return s.level.shift(s, v)
	case Event:
		return s.pace.incident(v, e.today.shapes[s.key.signal].rate, extra)
	case Amount:
		return s.pace.shrink(v)
	}
	return s.pace.fall(v)
}

// fall is the stronger of silence and of a drop of a count.
func (p *pace) fall(v *view) (term, bool) {
	g, ok := p.gap(v)
	d, known := p.drop(v, 1, false)
	if d.worth > g.worth {
		g = d
	}
	return g, ok || known
}

// arrived judges an account at once when bad news comes: the event's own day
// may be open for long, and one can be enough.
func (e *Engine) arrived(a *account, o *observation) {
	if e.today == nil || a.episode.isOpen() && a.episode.alertedOn >= e.closed {
		return // nothing closed yet, or told already
	}
	j := judgement{account: a}
	e.union.begin()
	for i := range a.series {
		s := &a.series[i]
		e.view.fill(s, e.today, false)
		if e.unites(s) {
			e.union.take(&e.view, &s.pace)
		}
		extra := 0.0
		if e.signals.rules[s.key.signal].Kind == Event {
			extra = s.openCount(e.closed)
		}
		e.judge(&j, s, &e.view, extra)
	}
	if e.union.finish(e.today.lo) {
		e.judgeUnion(&j, &a.any)
	}
	e.concludeArrival(&j, o)
}

// openCount is what was counted on days that are not closed.
func (s *series) openCount(closed signals.Day) (n float64) {
	for d := closed + 1; d <= closed+forwardDays; d++ {
		n += float64(s.days.at(slot(d)))
	}
	return n
}

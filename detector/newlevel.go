package detector

import (
	"math"
	"math/bits"

	"firstsign/signals"
)

// An account that does less for good is told of, and after a season nobody
// learns anything from an alert that is still open. When there is contact, at a
// level that has stopped falling, that level is accepted: it is what the account is
// compared with from then on, and a further fall is a new alert.
const (
	acceptedDays = 84
	// newLevelWorth in days is how much the new level counts for as a past, and
	// what was known of how uneven the account is.
	newLevelWorth = 28
	// stillFalling is how improbable the last four weeks may be beside the four
	// before, in nats: one in twenty.
	stillFalling = 3
	// unevenMonth is the dispersion of four weeks of contact: a week of leave takes
	// a fifth off them.
	unevenMonth = 0.1
)

// acceptable tells whether the episode of an account has become its new level.
// On the day of a contact only: while an account is silent its risk never falls.
func (e *Engine) acceptable(j *judgement, d signals.Day) bool {
	ep := &j.account.episode
	news, _ := j.badNews()
	return len(news) == 0 && ep.isOpen() && d >= ep.opened+acceptedDays && j.contact == d && len(j.matches) == 0 && e.steady(j.account)
}

// steady tells whether there was contact throughout the ring's days, and not
// less in the last four weeks than in the four before.
func (e *Engine) steady(a *account) bool {
	const middle = viewDays - judgedDays/2
	var seen uint64
	e.union.begin()
	for i := range a.series {
		s := &a.series[i]
		if !e.isContact(s) {
			continue
		}
		e.view.fill(s, e.today, false)
		seen |= e.view.seen
		if e.unites(s) {
			e.union.take(&e.view, &s.pace)
		}
	}
	early, late := bits.OnesCount64(seen&(1<<middle-1)), bits.OnesCount64(seen>>middle)
	if early < fewestContacts/2 || late < fewestContacts/2 {
		return false
	}
	var n, x [2]float64 // of the earlier half and the later one
	for i := 1; i < viewDays; i++ {
		n[i/middle] += e.union.view.n[i]
		x[i/middle] += e.union.view.x[i]
	}
	if x[0] == 0 {
		return true // no counts: amounts or a mood
	}
	past := n[0] + 0.5
	m := past / x[0] * x[1]
	return n[1] >= m || lowerTail(math.Floor(n[1]), m, unevenMonth+1/past) < stillFalling
}

// accept ends the episode of an account and begins its past anew.
func (e *Engine) accept(j *judgement, d signals.Day, risk float64) {
	a := j.account
	for i := range a.series {
		s := &a.series[i]
		if s.first > d || e.signals.rules[s.key.signal].Kind == Event {
			continue // how rare bad news was is not changed by it
		}
		e.view.fill(s, e.today, false)
		if s.level != nil {
			s.level.restart(s, &e.view)
		} else {
			s.pace.restart(&e.view)
		}
	}
	e.union.begin()
	for i := range a.series {
		if s := &a.series[i]; s.first <= d && e.unites(s) {
			e.view.fill(s, e.today, false)
			e.union.take(&e.view, &s.pace)
		}
	}
	if e.union.finish(e.today.lo) {
		a.any.restart(&e.union.view)
	}
	_, grade := e.threshold(a)
	e.tell(j, Closed, e.zone.Start(d+1), risk, grade).NewLevel = true
	a.episode = episode{}
	a.floor, a.raised = 0, 0 // the ring's days are learned in full
	e.stats.EpisodesOpen--
}

// restart makes the ring's days the past. They are learned again as they leave
// the ring, which changes no rate.
func (p *pace) restart(v *view) {
	n, days, exposure := v.counted(1, viewDays), v.contacts(viewDays-1), v.exposure(1, viewDays)
	if exposure < enough {
		return // nothing is known of these days
	}
	if n == 0 {
		*p = pace{} // it is not a habit any more
		return
	}
	part := newLevelWorth / exposure
	if p.total > 0 && p.exposure > 0 {
		ratio := n / exposure / float64(p.total/p.exposure)
		worth := min(1, newLevelWorth/float64(p.exposure)) * ratio * ratio
		for i := range spans {
			p.excess[i] = float32(float64(p.excess[i]) * worth)
			p.square[i] = float32(float64(p.square[i]) * worth)
		}
	}
	p.total, p.days, p.exposure = float32(n*part), float32(days*part), newLevelWorth
	p.silent, p.charted = 0, 0
}

// restart makes the ring's days the level of before.
func (l *level) restart(s *series, v *view) {
	var now sample
	for i := 1; i < viewDays; i++ {
		if v.seen>>i&1 == 1 && v.x[i] > 0 {
			n := float64(l.seen.at(slot(v.lo + signals.Day(i))))
			now.add(v.n[i]/n, n)
		}
	}
	if now.days == 0 {
		return
	}
	const part = float64(newLevelWorth) / judgedDays
	l.mean, l.weight = float32(now.mean), float32(now.weight*part)
	l.spread, l.days = float32(now.spread*part), float32(now.days*part)
}

package detector

import (
	"math"

	"firstsign/signals"
)

// anyContact is the number of the signal that is no signal: contact of any
// kind. Its series is the sum of an account's counts of what they do, so it
// sees what no single one shows: that everything has stopped, or that what
// looks like a fall has only moved to another channel.
const anyContact = math.MaxUint16

// AnyContact is its name in reasons.
const AnyContact = "contact"

// union sums the views of an account's series into one. A day counts for as
// much as its series usually bring on such a day, so a dead feed takes away
// just its own part.
type union struct {
	view   view
	rate   float64 // of all series together
	series int
}

func (u *union) begin() { *u = union{} }

// take adds a series of which v is the view and p the past.
func (u *union) take(v *view, p *pace) {
	exposure := float64(p.exposure) + v.exposure(1, viewDays)
	if exposure <= 0 {
		return
	}
	rate := (float64(p.total) + v.counted(1, viewDays)) / exposure
	for i := range viewDays {
		u.view.x[i] += rate * v.x[i]
		u.view.n[i] += v.n[i]
	}
	u.view.seen |= v.seen
	u.rate += rate
	u.series++
}

// finish says whether there are series enough to be more than one of them.
func (u *union) finish(lo signals.Day) bool {
	if u.series < 2 || u.rate == 0 {
		return false
	}
	v := &u.view
	v.lo = lo
	for i := range viewDays {
		v.x[i] /= u.rate
		v.cx[i+1] = v.cx[i] + v.x[i]
		v.cn[i+1] = v.cn[i] + v.n[i]
	}
	return true
}

// unites tells whether a series is part of the contact of any kind.
func (e *Engine) unites(s *series) bool {
	r := &e.signals.rules[s.key.signal]
	return r.on && r.Kind == Count && r.weight > 0 && !s.key.ours && s.key.contact == 0
}

// judgeUnion adds the evidence of contact of any kind.
func (e *Engine) judgeUnion(j *judgement, p *pace) {
	t, _ := fall(p, &e.union.view, 1, false, &e.look)
	j.union = t.worth
	if t.evidence > 0 {
		j.reasons = append(j.reasons, weighed{seriesKey{signal: anyContact}, t, e.union.view.lo, t.worth})
	}
}

package detector

import (
	"firstsign/detector/evidence"
	"firstsign/detector/series"
	"firstsign/signals"
	"slices"
)

// handover is a key person whose contact somebody else of the account has taken
// over: that is no withdrawal.
type handover struct {
	person uint8 // as in series.Key
	succession
}

// takenOver is how probable it is that the contact which a key person's channel
// lost goes on with other people of the account.
func (e *Engine) takenOver(j *judgement, c *evidence.Channel) float64 {
	a, person := j.account, c.Series.Key.Contact
	lost := a.circle.get(a.people[person-1])
	if lost == nil || len(a.circle) < 2 {
		return 0
	}
	d := lost.declineOf(c.Lo, float64(c.Series.Baseline.Silent), c.Term.Last)
	d.x, d.y = e.business(a, c.Series, 0, d.before), e.business(a, c.Series, 0, d.since)
	h, ok := a.circle.takenOver(lost, &d, e.toldOf(a, person, d.began-toldDays))
	if !ok {
		return 0
	}
	j.handovers = append(j.handovers, handover{person, h})
	return h.part
}

// remember keeps at a close which key persons were surely succeeded.
func (j *judgement) remember() {
	a := j.account
	a.circle.unsettle(a.closed)
	for _, h := range j.handovers {
		a.circle.get(a.people[h.person-1]).settle(h.part, a.closed)
	}
}

// succeeded are the handovers of a judgement that are likelier than not, each
// person's once.
func (j *judgement) succeeded() (list []handover) {
	for _, h := range j.handovers {
		if h.part > 0.5 && !slices.ContainsFunc(list, func(o handover) bool { return o.person == h.person }) {
			list = append(list, h)
		}
	}
	return list
}

// toldOf tells whether it was told since a day that a person has left or was
// promoted.
func (e *Engine) toldOf(a *account, person uint8, from signals.Day) bool {
	for i := range a.Series {
		s := &a.Series[i]
		if s.Key.Contact != person {
			continue
		}
		name := e.signals.Rules[s.Key.Signal].Name
		if (name == ContactLeft || name == ContactPromoted) && s.LastDay(a.closed) >= max(from, series.NoDay+1) {
			return true
		}
	}
	return false
}

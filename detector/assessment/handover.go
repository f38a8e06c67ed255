package assessment

import (
	"firstsign/detector/account"
	"firstsign/detector/evidence"
	"firstsign/detector/relations"
	"firstsign/detector/series"
	"firstsign/signals"
	"slices"
)

// handover is a key person whose contact somebody else of the account has taken
// over: that is no withdrawal.
type handover struct {
	person uint8 // as in series.Key
	relations.Succession
}

// takenOver is how probable it is that the contact which a key person's channel
// lost goes on with other people of the account.
func (j *Assessment) takenOver(c *evidence.Channel) float64 {
	a, person := j.account, c.Series.Key.Contact
	lost := a.Contacts().Get(a.KeyContact(person))
	if lost == nil || len(a.Contacts()) < 2 {
		return 0
	}
	d := lost.DeclineOf(c.Lo, float64(c.Series.Baseline.Silent), c.Term.Last)
	d.X, d.Y = j.by.Today.Business(j.by.Signals, &a.Set, c.Series, 0, d.Before), j.by.Today.Business(j.by.Signals, &a.Set, c.Series, 0, d.Since)
	h, ok := a.Contacts().TakenOver(lost, &d, j.by.toldOf(a, person, d.Began-relations.ToldDays))
	if !ok {
		return 0
	}
	j.handovers = append(j.handovers, handover{person, h})
	return h.Part
}

// Remember stores at a close which key persons surely have a successor.
func (j *Assessment) Remember() {
	a := j.account
	a.Contacts().Unsettle(a.Closed)
	for _, h := range j.handovers {
		a.Contacts().Get(a.KeyContact(h.person)).Settle(h.Part, a.Closed)
	}
}

// succeeded are the handovers of a judgement that are likelier than not, each
// person's once, to somebody who is in touch with us by now.
func (j *Assessment) succeeded() (list []handover) {
	for _, h := range j.handovers {
		if h.Part > 0.5 && j.account.Contacts()[h.To].InTouch(j.account.Closed) && !slices.ContainsFunc(list, func(o handover) bool { return o.person == h.person }) {
			list = append(list, h)
		}
	}
	return list
}

// HandedOver returns the key persons who probably have a successor.
func (j *Assessment) HandedOver() (list []relations.HandedOver) {
	for _, h := range j.succeeded() {
		list = append(list, relations.HandedOver{From: j.account.KeyContact(h.person), To: j.account.Contacts()[h.To].ID, Part: h.Part})
	}
	return list
}

// toldOf tells whether it was told since a day that a person has left or was
// promoted.
func (y *Yardstick) toldOf(a *account.Account, person uint8, from signals.Day) bool {
	for i := range a.Series {
		s := &a.Series[i]
		if s.Key.Contact != person {
			continue
		}
		name := y.Signals.Rules[s.Key.Signal].Name
		if (name == ContactLeft || name == ContactPromoted) && s.LastDay(a.Closed) >= max(from, series.NoDay+1) {
			return true
		}
	}
	return false
}

// Signals that say that a person left or was promoted. The code knows them by these
// names, which the built-in configuration uses too.
const (
	ContactLeft     = "contact_left"
	ContactPromoted = "contact_promoted"
)

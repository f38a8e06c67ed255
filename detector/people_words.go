package detector

import (
	"firstsign/detector/evidence"
	"firstsign/detector/relations"
	"firstsign/detector/series"
	"slices"
)

// People tells who of an account is in touch with us; false when nothing is
// known of it.
func (e *Engine) People(id string) (*relations.People, bool) {
	a := e.index[id]
	if a == nil {
		return nil, false
	}
	p := a.circle.Summary(e.closed)
	listed := e.listed([]byte(id))
	for i := range p.Persons {
		p.Persons[i].Key = keyContact(listed, []byte(p.Persons[i].ID)) != ""
	}
	p.Unmet = relations.Unmet(listed, p.Persons)
	return p, true
}

// peopleWords say beside a judgement's reasons who is the only one that talks
// with us, where it is that person who falls silent, and who has taken over.
func (j *assessment) peopleWords(reasons []Reason) (more []Reason) {
	if len(reasons) == 0 || len(j.account.circle) == 0 {
		return nil
	}
	a := j.account
	if p := a.circle.Summary(a.closed); p.Only != "" && slices.ContainsFunc(reasons, func(r Reason) bool {
		return r.Contact == p.Only && (r.Term == evidence.Gap || r.Term == evidence.Drop)
	}) {
		i := slices.IndexFunc(p.Persons, func(x relations.Person) bool { return x.ID == p.Only })
		more = append(more, Reason{Signal: series.AnyContact, Contact: p.Only, Side: series.Theirs, Term: evidence.Only,
			Window: series.JudgedDays, To: p.Persons[i].Share, Since: a.closed - series.JudgedDays + 1})
	}
	for _, h := range j.succeeded() {
		more = append(more, Reason{Signal: series.AnyContact, Contact: a.circle[h.To].ID, Side: series.Theirs, Term: evidence.Handover, Since: h.Began})
	}
	return more
}

// Who of an account talks with us; package relations has the meaning of each word.
type (
	People     = relations.People
	Person     = relations.Person
	HandedOver = relations.HandedOver
)

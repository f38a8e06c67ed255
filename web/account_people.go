package web

import (
	"cmp"
	"slices"
	"strings"

	"firstsign/accounts"
	"firstsign/alerting/message"
	"firstsign/detector"
)

// peopleShown is how many people the page of an account shows.
const peopleShown = 40

// personRow is one person of an account.
type personRow struct {
	Name, Part        string // part: role, stance and power
	Key, Quiet, New   bool
	Last, Usual, Days string
	Note              string // who took over, or that all goes through this person

	share float64
	met   bool
}

// people are those who are in touch, those who were, and those of the files with whom there
// is no contact. Key persons and those who went quiet come first.
func (s *accountSheet) people(now *reading, x *detector.Inspection, listed *accounts.Account) {
	known := map[string]bool{}
	add := func(p *detector.Person, gone bool) {
		known[p.ID] = true
		r := personRow{Name: now.person(x.Account, p.ID), Key: p.Key, Quiet: p.Quiet, New: p.New, share: p.Share, met: true}
		r.Last = s.Never
		switch {
		case p.LastTheirs != nil:
			r.Last = s.With(message.DateText(now.language, *p.LastTheirs), s.Ago(now.days(*p.LastTheirs)))
		case gone:
			r.Last = s.Gone
		}
		if p.Usual > 0 {
			r.Usual = s.AWeek(message.NumberText(p.Usual))
		}
		r.Days = s.Days(p.Theirs, p.Ours)
		if x.People.Only == p.ID {
			r.Note = s.Only
		}
		for _, h := range x.People.HandedOver {
			if h.From == p.ID {
				r.Note = s.TookOver(now.person(x.Account, h.To))
			}
		}
		r.Part = s.part(now, contactOf(listed, p.ID))
		s.Persons = append(s.Persons, r)
	}
	if x != nil && x.People != nil {
		for i := range x.People.Persons {
			add(&x.People.Persons[i], false)
		}
		for i := range x.People.Gone {
			add(&x.People.Gone[i], true)
		}
	}
	if listed != nil {
		for i := range listed.Contacts {
			if c := &listed.Contacts[i]; !known[c.ID] {
				s.Persons = append(s.Persons, personRow{Name: c.Name, Key: c.Key, Part: s.part(now, c), Last: s.NeverMet})
			}
		}
	}
	slices.SortStableFunc(s.Persons, func(a, b personRow) int {
		return cmp.Or(first(a.Key, b.Key), first(a.Quiet, b.Quiet), first(a.met, b.met), cmp.Compare(b.share, a.share))
	})
	if s.TooMany = len(s.Persons) > peopleShown; s.TooMany {
		s.Persons = s.Persons[:peopleShown]
	}
}

// first orders what holds before what does not.
func first(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

func contactOf(listed *accounts.Account, id string) *accounts.Contact {
	if listed != nil {
		for i := range listed.Contacts {
			if listed.Contacts[i].ID == id {
				return &listed.Contacts[i]
			}
		}
	}
	return nil
}

// part is what a person does in a purchase, and where they stand.
func (s *accountSheet) part(now *reading, c *accounts.Contact) string {
	if c == nil {
		return ""
	}
	var parts []string
	for _, text := range []string{message.RoleText(now.language, c.Role), message.StanceText(now.language, c.Stance)} {
		if text != "" {
			parts = append(parts, text)
		}
	}
	if c.Power > 0 {
		parts = append(parts, s.Power(c.Power))
	}
	return strings.Join(parts, " · ")
}

package profile

import (
	"cmp"
	"slices"
	"strings"

	"firstsign/accounts"
	"firstsign/alerting/message"
	"firstsign/detector"
	"firstsign/signals"
	"firstsign/web/words"
)

// peopleShown is how many people the page of an account shows.
const peopleShown = 40

// Person is one person of an account.
type Person struct {
	Name, Part        string // part: role, stance and power
	Key, Quiet, New   bool
	Last, Usual, Days string
	Note              string // who took over, or that all goes through this person

	share float64
	met   bool
}

// People are those who are in touch, those who were, and those of the files with whom there
// is no contact. Key persons and those who went quiet come first. There is no state when x
// is nil, and no account in the files when listed is. more tells that some are left out.
func People(x *detector.Inspection, listed *accounts.Account, w *words.Account, language message.Language, today signals.Day) (all []Person, more bool) {
	known := map[string]bool{}
	add := func(p *detector.Person, gone bool) {
		known[p.ID] = true
		r := Person{Name: listed.PersonName(p.ID), Key: p.Key, Quiet: p.Quiet, New: p.New, share: p.Share, met: true}
		r.Last = w.Never
		switch {
		case p.LastTheirs != nil:
			r.Last = w.With(message.DateText(language, *p.LastTheirs), w.Ago(int(today-*p.LastTheirs)))
		case gone:
			r.Last = w.Gone
		}
		if p.Usual > 0 {
			r.Usual = w.AWeek(message.NumberText(p.Usual))
		}
		r.Days = w.Days(p.Theirs, p.Ours)
		if x.People.Only == p.ID {
			r.Note = w.Only
		}
		for _, h := range x.People.HandedOver {
			if h.From == p.ID {
				r.Note = w.TookOver(listed.PersonName(h.To))
			}
		}
		r.Part = part(w, language, listed.Contact(p.ID))
		all = append(all, r)
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
				all = append(all, Person{Name: c.Name, Key: c.Key, Part: part(w, language, c), Last: w.NeverMet})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b Person) int {
		return cmp.Or(first(a.Key, b.Key), first(a.Quiet, b.Quiet), first(a.met, b.met), cmp.Compare(b.share, a.share))
	})
	return all[:min(len(all), peopleShown)], len(all) > peopleShown
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

// part is what a person does in a purchase, and where they stand.
func part(w *words.Account, language message.Language, c *accounts.Contact) string {
	if c == nil {
		return ""
	}
	var parts []string
	for _, text := range []string{message.RoleText(language, c.Role), message.StanceText(language, c.Stance)} {
		if text != "" {
			parts = append(parts, text)
		}
	}
	if c.Power > 0 {
		parts = append(parts, w.Power(c.Power))
	}
	return strings.Join(parts, " · ")
}

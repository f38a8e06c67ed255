package relations

import (
	"math"
	"math/bits"
	"slices"

	"firstsign/accounts"
	"firstsign/detector/series"
	"firstsign/signals"
)

// People is who of an account is in touch with us, by the days of the ring.
type People struct {
	Persons []Person `json:"persons"`
	// Gone are those who were in touch before, and not in the days that are kept.
	Gone []Person `json:"gone,omitempty"`
	// Effective is how many people the contact is shared by as if in equal parts:
	// exp of Shannon's entropy of the shares ("true diversity": Hill 1973, Jost 2006).
	Effective float64 `json:"effective"`
	// Only is the person through whom nearly all contact goes, where that is so.
	Only string `json:"only,omitempty"`
	// Initiated is the part of the days of contact that were theirs, per person.
	Initiated float64 `json:"initiated"`
	// Response is how many days after our contact with a person theirs came, the
	// median of all; 0 is the same day, whichever came first. Answered is of how
	// many days of ours it was; few of them say nothing and give none.
	Response int `json:"response_days"`
	Answered int `json:"answered"`
	// Unmet are the listed people with power over the decision with whom there was
	// no contact.
	Unmet []string `json:"unmet,omitempty"`
	// HandedOver are key persons whose contact others have taken over.
	HandedOver []HandedOver `json:"handed_over,omitempty"`
}

// Person is one of them.
type Person struct {
	ID     string      `json:"contact"`
	Key    bool        `json:"key,omitempty"`
	Theirs int         `json:"theirs"` // days on which they got in touch
	Ours   int         `json:"ours"`   // and on which we did
	Share  float64     `json:"share"`  // of the account's contact
	Last   signals.Day `json:"last"`   // day of contact, of either side
	// New: first seen in the last four weeks.
	New bool `json:"new,omitempty"`
	// LastTheirs is the last day on which they got in touch; absent when that was
	// before the days that are kept. Usual is how often they did in a week before
	// those days; 0 is not known. Quiet: they have been silent for longer than chance
	// makes of that.
	LastTheirs *signals.Day `json:"last_theirs,omitempty"`
	Usual      float64      `json:"usual_per_week,omitempty"`
	Quiet      bool         `json:"quiet,omitempty"`
}

// HandedOver is a person who was succeeded by another.
type HandedOver struct {
	From string  `json:"from"`
	To   string  `json:"to"`
	Part float64 `json:"probability"`
}

const (
	// singleThread is the effective number of people below which one alone talks
	// with us, when there were fewestDays of contact.
	singleThread = 1.5
	fewestDays   = 8
	// powerful is the least power over a decision of somebody who must be met.
	powerful = 3
	// fewestAnswers say how long answers take.
	fewestAnswers = 5
	// newFaceDays is for how long somebody is new.
	newFaceDays = 28
	// quietPauses usual pauses in a row without contact are no chance: of a Poisson
	// process one in twenty is as long (exp(-3) = 0.05).
	quietPauses = 3
	// quietDays at least make somebody quiet: a week may be a holiday.
	quietDays = 10
)

// Summary tells of those who were seen in the ring's days.
func (c Contacts) Summary(closed signals.Day) *People {
	p := &People{Persons: []Person{}}
	lo := closed - series.JudgedDays + 1
	total, theirs, ours := 0, 0, 0
	var answers []int
	for i := range c {
		f := &c[i]
		x := Person{ID: f.ID, Last: f.last(closed), New: f.first > closed-newFaceDays,
			Theirs: bits.OnesCount64(f.seen()), Ours: bits.OnesCount64(f.ours)}
		f.rhythm(&x, closed)
		if f.seen()|f.ours == 0 {
			p.Gone = append(p.Gone, x)
			continue
		}
		x.Share = float64(f.counted(lo, math.MaxUint64))
		total += int(x.Share)
		theirs += x.Theirs
		ours += x.Ours
		answers = append(answers, f.answers(lo)...)
		p.Persons = append(p.Persons, x)
	}
	if theirs+ours > 0 {
		p.Initiated = float64(theirs) / float64(theirs+ours)
	}
	if p.Answered = len(answers); p.Answered >= fewestAnswers {
		slices.Sort(answers)
		p.Response = answers[len(answers)/2]
	} else {
		p.Answered = 0
	}
	entropy := 0.0
	for i := range p.Persons {
		if x := &p.Persons[i]; x.Share > 0 {
			x.Share /= float64(total)
			entropy -= x.Share * math.Log(x.Share)
		}
	}
	if total > 0 {
		p.Effective = math.Exp(entropy)
	}
	if only := slices.IndexFunc(p.Persons, func(x Person) bool { return x.Share > 0.5 }); only >= 0 && theirs >= fewestDays && p.Effective < singleThread {
		p.Only = p.Persons[only].ID
	}
	return p
}

// rhythm fills in how often a person usually gets in touch, and whether that has ended.
func (f *Contact) rhythm(x *Person, closed signals.Day) {
	silent := series.JudgedDays
	if days := f.seen(); days != 0 {
		lo := closed - series.JudgedDays + 1
		last := lo + signals.Day(bits.Len64(series.Since(days, lo))-1)
		x.LastTheirs, silent = &last, int(closed-last)
	}
	if f.span < newFaceDays {
		return
	}
	daily := float64(f.total / f.span)
	x.Usual = 7 * daily
	x.Quiet = silent >= quietDays && float64(silent)*daily > quietPauses
}

// answers are the days from each of our contacts with a person to the next of
// theirs, where one came before we asked again.
func (f *Contact) answers(lo signals.Day) (days []int) {
	theirs, ours := series.Since(f.seen(), lo), series.Since(f.ours, lo)
	for m := ours; m != 0; m &= m - 1 {
		asked := bits.TrailingZeros64(m)
		next := bits.TrailingZeros64(theirs >> asked)
		if again := bits.TrailingZeros64(m & (m - 1)); theirs>>asked != 0 && asked+next < again {
			days = append(days, next)
		}
	}
	return days
}

// Unmet are the listed people with power whom nobody of ours was in touch with.
func Unmet(listed *accounts.Account, seen []Person) (ids []string) {
	if listed == nil {
		return nil
	}
	for i := range listed.Contacts {
		c := &listed.Contacts[i]
		if c.Power >= powerful && !slices.ContainsFunc(seen, func(p Person) bool { return p.ID == c.ID }) {
			ids = append(ids, c.ID)
		}
	}
	return ids
}

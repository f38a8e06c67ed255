package detector

import (
	"math/bits"
	"slices"
	"strings"

	"firstsign/accounts"
	"firstsign/signals"
)

// account is what is kept of one account.
type account struct {
	id     string
	next   int64             // records below it are in the state already
	closed signals.Day       // last day that was closed for it
	set                      // its series
	any    pace              // what was learned of contact of any kind
	year   *year             // nil before the first day was learned
	listed *accounts.Account // as the directory in force has it; nil until asked

	// While an account is silent its evidence never falls below floor, which was
	// reached when its last contact was on floorDay.
	floorDay signals.Day
	floor    float32
	evidence float32 // fused, at the last close
	dirty    bool
	raised   uint64 // ring days inside an episode; they are learned less
	episode  episode
	tended   tended
	opinion  *opinion // nil: nobody said anything of its alerts

	*persons // never nil
}

// persons are an account's, apart from it: many accounts name nobody. Who writes
// into it calls own first.
type persons struct {
	people  []string // contacts with series of their own
	circle  circle   // all who are in touch with us
	dossier *dossier // what the files said; nil when they say nothing that is marked
}

// nobody is what accounts share that name nobody.
var nobody = &persons{}

// own gives the account persons of its own.
func (a *account) own() *persons {
	if a.persons == nobody {
		a.persons = &persons{}
	}
	return a.persons
}

// seriesKey tells an account's series apart.
type seriesKey struct {
	signal  uint16
	contact uint8 // 1 + index in people; 0 is the account's own series
	ours    bool
}

// series is one signal of one account, or of one contact of it.
//
// Eight of them must fit into 2 KiB with all they hold: at 88 bytes they fill
// one of the allocator's sizes.
type series struct {
	key    seriesKey
	source uint16 // the feed that was seen last
	other  uint16 // the one before it; the same when there is none
	active uint64 // ring days on which anything came
	days   ring   // what was counted each day; of a score the sum of its steps
	level  *level // what was learned of a score
	first  signals.Day
	pace   pace // what was learned of the others
}

// level is what was learned of a score, and how many observations each day of
// the ring rests on.
type level struct {
	mean, weight, spread, days float32
	seen                       ring
}

// people are few: 255 key contacts and 200 series bound what one account can
// be made to hold.
const (
	maxPeople = 255
	maxSeries = 200
)

func newAccount(id []byte, closed, first signals.Day) *account {
	return &account{id: string(id), closed: closed, set: set{first: first, guest: strings.IndexByte(string(id), '~') >= 0}, persons: nobody}
}

// set is all series of one account.
type set struct {
	first  signals.Day // of its first interaction
	guest  bool        // judged, but no part of the portfolio
	series []series
	keys   []seriesKey // of the series: looked through for each interaction
}

// find returns the series of a key, nil when there is none.
func (a *set) find(k seriesKey) *series {
	if i := slices.Index(a.keys, k); i >= 0 {
		return &a.series[i]
	}
	return nil
}

// take returns the series of a key, a new one when there is none, and nil
// when the account holds too many.
func (a *set) take(k seriesKey, kind Kind, day signals.Day) *series {
	if s := a.find(k); s != nil {
		return s
	}
	if len(a.series) >= maxSeries {
		return nil
	}
	s := series{key: k, first: day}
	if kind == Score {
		s.level = new(level)
	}
	// Grown by one: an account has few series and they are nearly all there
	// after the first week, so memory matters more than the copies.
	grown := make([]series, len(a.series)+1)
	copy(grown, a.series)
	grown[len(a.series)] = s
	a.series = grown
	a.keys = append(slices.Clip(a.keys), k)
	return &a.series[len(grown)-1]
}

// person returns 1 + the index of a contact, 0 when there are too many.
func (a *account) person(id string) uint8 {
	for i, p := range a.people {
		if p == id {
			return uint8(i + 1)
		}
	}
	if len(a.people) >= maxPeople {
		return 0
	}
	a.own().people = append(a.people, id)
	return uint8(len(a.people))
}

// keyContact returns a contact's id as the directory has it, empty when the
// contact is no key contact.
func keyContact(listed *accounts.Account, contact []byte) string {
	if listed == nil || len(contact) == 0 {
		return ""
	}
	for i := range listed.Contacts {
		if c := &listed.Contacts[i]; c.Key && c.ID == string(contact) {
			return c.ID
		}
	}
	return ""
}

// add counts steps into a day.
func (s *series) add(d signals.Day, steps int64) {
	i := slot(d)
	s.first = min(s.first, d)
	s.days.set(i, s.days.at(i)+steps)
	if s.level != nil {
		s.level.seen.set(i, s.level.seen.at(i)+1)
		s.active |= 1 << i
	} else if steps != 0 {
		s.active |= 1 << i
	}
}

// drop empties a day that left the ring.
func (s *series) drop(d signals.Day) {
	i := slot(d)
	if s.active>>i&1 == 0 {
		return
	}
	s.active &^= 1 << i
	s.days.set(i, 0)
	if s.level != nil {
		s.level.seen.set(i, 0)
	}
}

// lastDay is the last day of the ring on which anything came, noDay when none.
func (s *series) lastDay(closed signals.Day) signals.Day {
	if s.active == 0 {
		return noDay
	}
	lo := closed - judgedDays + 1
	return lo + signals.Day(bits.Len64(since(s.active, lo))-1)
}

// since returns the ring days from lo on as bits: bit i is day lo+i.
func since(active uint64, lo signals.Day) uint64 {
	return bits.RotateLeft64(active, -slot(lo))
}

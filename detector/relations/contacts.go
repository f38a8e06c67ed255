package relations

import (
	"math"
	"math/bits"
	"slices"
	"sort"

	"firstsign/detector/series"
	"firstsign/signals"
)

// Contacts is the people of an account who are in touch with us, in the order of
// their ids, so that a late record leaves the same behind as one in time.
type Contacts []Contact

// Contact is what is kept of one of them: how often they got in touch on each day
// of the ring, up to three times, on which days we did, and how often before.
type Contact struct {
	ID string
	// theirs is a number of two bits a day, the low one first: that they got in
	// touch once, twice, or more often.
	theirs [2]uint64
	ours   uint64
	// learned of the days since first that left the ring, forgotten with halfLife:
	// how often they got in touch, and how many there were.
	total, span float32
	first       signals.Day
	gone        uint8 // closes in a row without a day in the ring
	// succeeded: at a close it was sure that somebody has taken over. Until there is
	// contact again.
	succeeded bool

	tag uint8 // TagOf the id
	key uint8 // see Key; not in the state
}

// notKey is Contact.key of a person who is no key contact; 0 is not known.
const notKey = 255

// Key returns the number that the account gives the person's own series, 0 for none, if
// that was remembered.
func (f *Contact) Key() (number uint8, known bool) {
	if f.key == notKey {
		return 0, true
	}
	return f.key, f.key != 0
}

// RememberKey keeps the number for Key, until ForgetKeys.
func (f *Contact) RememberKey(number uint8) {
	switch number {
	case 0:
		f.key = notKey
	case notKey:
		f.key = 0 // cannot be told from no key contact
	default:
		f.key = number
	}
}

// ForgetKeys is called when the numbers or the list of key contacts change.
func (c Contacts) ForgetKeys() {
	for i := range c {
		c[i].key = 0
	}
}

// TagOf is a byte by which most ids of an account differ.
func TagOf(id []byte) uint8 {
	tag := uint8(len(id))
	for _, b := range id[max(0, len(id)-4):] {
		tag = tag*31 + b
	}
	return tag
}

// mostADay is what is told apart of a day's contacts.
const mostADay = 3

// at is how often they got in touch on the day of a slot.
func (f *Contact) at(slot int) int { return int(f.theirs[0]>>slot&1 + f.theirs[1]>>slot&1<<1) }

// count adds to a day's contacts. In whatever order records come, the sum is
// the same.
func (f *Contact) count(slot int, steps int64) {
	n := uint64(min(mostADay, int64(f.at(slot))+steps))
	for i := range f.theirs {
		f.theirs[i] = f.theirs[i]&^(1<<slot) | n>>i&1<<slot
	}
}

// seen are the ring days on which they got in touch.
func (f *Contact) seen() uint64 { return f.theirs[0] | f.theirs[1] }

// counted is how often they got in touch on some days of the view from lo on.
func (f *Contact) counted(lo signals.Day, days uint64) int {
	return bits.OnesCount64(series.Since(f.theirs[0], lo)&days) + 2*bits.OnesCount64(series.Since(f.theirs[1], lo)&days)
}

const (
	// maxFaces bounds what one account can be made to hold. The one seen longest
	// ago makes room.
	maxFaces = 32
	// forgottenAfter so many closes without a day in the ring a person is
	// forgotten: after fourteen weeks. Until then a late record finds what was known.
	forgottenAfter = 42
)

// Meet notes contacts with a person on a day, and returns who is known then; closed
// is the last closed day. met is the place of the person, -1 when there is no room. An id
// that stands in names is not copied.
func (c Contacts) Meet(names []string, id []byte, d, closed signals.Day, steps int64, ours bool) (known Contacts, met int) {
	i, found := c.find(id)
	if !found {
		if len(c) == maxFaces {
			oldest := c.oldest(closed)
			if c[oldest].last(closed) >= d {
				return c, -1
			}
			c = slices.Delete(c, oldest, oldest+1)
			i, _ = c.find(id)
		}
		// Grown by one: most accounts have few people, and they come early.
		grown := make(Contacts, len(c)+1)
		copy(grown, c[:i])
		copy(grown[i+1:], c[i:])
		grown[i] = Contact{ID: held(names, id), first: d, tag: TagOf(id)}
		c = grown
	}
	f := &c[i]
	f.first, f.gone = min(f.first, d), 0
	if ours {
		f.ours |= 1 << series.Slot(d)
	} else {
		f.count(series.Slot(d), steps)
	}
	return c, i
}

// held is the id as the account holds it already among its names, if it does.
func held(names []string, id []byte) string {
	for _, p := range names {
		if p == string(id) {
			return p
		}
	}
	return string(id)
}

// find returns the place of an id, or where it belongs. The tags spare reading the ids of
// others.
func (c Contacts) find(id []byte) (place int, known bool) {
	tag := TagOf(id)
	for i := range c {
		if c[i].tag == tag && c[i].ID == string(id) {
			return i, true
		}
	}
	return sort.Search(len(c), func(i int) bool { return c[i].ID >= string(id) }), false
}

// Touch reads all of them, so that they are in the cache when one is looked for. The sum
// means nothing.
func (c Contacts) Touch() (sum int) {
	for i := range c {
		sum += int(c[i].tag)
	}
	return sum
}

// Tagged returns the first person with a tag, nil without one: for reading ahead what
// looking for an id with that tag will read.
func (c Contacts) Tagged(tag uint8) *Contact {
	for i := range c {
		if c[i].tag == tag {
			return &c[i]
		}
	}
	return nil
}

// Get returns a person, nil when there is none of this id.
func (c Contacts) Get(id string) *Contact {
	for i := range c {
		if c[i].ID == id {
			return &c[i]
		}
	}
	return nil
}

// oldest is the place of the one seen longest ago.
func (c Contacts) oldest(closed signals.Day) (place int) {
	for i := range c {
		if c[i].last(closed) < c[place].last(closed) {
			place = i
		}
	}
	return place
}

// last is the last day of contact; before the ring, one that tells who was seen
// longer ago.
func (f *Contact) last(closed signals.Day) signals.Day {
	lo := closed - series.JudgedDays + 1
	if m := f.seen() | f.ours; m != 0 {
		return lo + signals.Day(bits.Len64(series.Since(m, lo))-1)
	}
	return lo - signals.Day(f.gone) - 1
}

// inTouchDays are how recently somebody was in touch who still is.
const inTouchDays = 10

// InTouch tells whether a person has got in touch with us lately.
func (f *Contact) InTouch(closed signals.Day) bool {
	return series.Since(f.seen(), closed-inTouchDays+1)&(1<<(inTouchDays+series.ForwardDays)-1) != 0
}

// Pass learns the day that leaves the ring, and forgets who was not seen for
// long.
func (c Contacts) Pass(leaving signals.Day) Contacts {
	const keep = 1 - math.Ln2/series.HalfLife
	left := uint64(1) << series.Slot(leaving)
	forgotten := false
	for i := range c {
		f := &c[i]
		if leaving >= f.first {
			f.total, f.span = f.total*keep+float32(f.at(series.Slot(leaving))), f.span*keep+1
		}
		f.theirs[0] &^= left
		f.theirs[1] &^= left
		f.ours &^= left
		if f.seen()|f.ours == 0 {
			f.gone++
			forgotten = forgotten || f.gone > forgottenAfter
		}
	}
	if !forgotten {
		return c
	}
	if c = slices.DeleteFunc(c, func(f Contact) bool { return f.gone > forgottenAfter }); len(c) == 0 {
		return nil
	}
	return slices.Clip(c)
}

// Encode appends the contacts.
func (c Contacts) Encode(w *series.Writer) {
	w.Uint(uint64(len(c)))
	for i := range c {
		f := &c[i]
		w.Text(f.ID)
		w.Bits(f.theirs[0])
		w.Bits(f.theirs[1])
		w.Bits(f.ours)
		w.Float(f.total)
		w.Float(f.span)
		w.Day(f.first)
		w.Byte(f.gone)
		w.Bool(f.succeeded)
	}
}

// DecodeContacts reads what Encode wrote; out of order or too many is a fault.
func DecodeContacts(r *series.Reader) (c Contacts) {
	n := r.Count(36)
	if n > maxFaces {
		r.Fail("too many people")
		return nil
	}
	for range n {
		f := Contact{ID: r.Text(), theirs: [2]uint64{r.Bits(), r.Bits()}, ours: r.Bits(), total: r.Sum(), span: r.Sum(), first: r.Day(), gone: r.Byte(), succeeded: r.Bool()}
		f.tag = TagOf([]byte(f.ID))
		if len(c) > 0 && c[len(c)-1].ID >= f.ID {
			r.Fail("people out of order")
		}
		c = append(c, f)
	}
	return slices.Clip(c)
}

// Erase removes a person; known tells whether there was one of this id.
func (c Contacts) Erase(id string) (left Contacts, known bool) {
	n := len(c)
	left = slices.DeleteFunc(c, func(f Contact) bool { return f.ID == id })
	return left, len(left) < n
}

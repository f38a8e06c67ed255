package detector

import (
	"hash/fnv"
	"slices"
	"strings"

	"firstsign/accounts"
	"firstsign/detector/series"
	"firstsign/signals"
)

// dossier is what the files said of an account at its last close, as far as a
// change of it is told: a mark on the account's timeline.
type dossier struct {
	owner   uint32 // a hash of the name; 0 is nobody
	rank    uint8  // 1 + the place in accounts.Ranks; 0 is not known
	stances []stance
	marks   []mark // the oldest first
}

// stance is how a listed person stands to us.
type stance struct {
	contact string
	at      uint8 // 1 + the place in accounts.Stances
}

// mark is a change in the files.
type mark struct {
	day      signals.Day // at whose close the files said otherwise
	what     subject
	bad      bool // raises by itself
	from, to uint8
	contact  string
}

// subject is what a mark is about. It is the signal of its reason.
type subject uint8

const (
	ownerChanged subject = iota
	rankChanged
	stanceChanged
)

// The names of the subjects, as the reasons of marks have them in Signal. From
// and To of a rank or a stance are 1 + its place in accounts.Ranks or Stances.
const (
	OwnerMark  = "owner"
	RankMark   = "rank"
	StanceMark = "stance"
)

func (s subject) String() string { return [...]string{OwnerMark, RankMark, StanceMark}[s] }

const (
	// markHolds is for how many days bad news in the files holds as a rule does.
	markHolds = 28
	// markKept is for how many days a mark is shown beside what else is told.
	markKept = series.JudgedDays
	// maxMarks bounds what files that change daily can make us hold.
	maxMarks = 16
)

// compareFiles marks what the files say of an account at the close of day d
// otherwise than at the close before, and returns what they say now. What they do
// not know they do not change, and what is seen for the first time is no change.
// Nil stays nil while they say nothing that is marked.
func compareFiles(f *dossier, l *accounts.Account, d signals.Day) *dossier {
	if f == nil {
		if l.Owner == "" && l.Rank == "" && !slices.ContainsFunc(l.Contacts, func(c accounts.Contact) bool { return c.Stance != "" }) {
			return nil
		}
		f = &dossier{}
	}
	f.marks = slices.DeleteFunc(f.marks, func(m mark) bool { return m.day <= d-markKept })
	if owner := ownerHash(l.Owner); owner != 0 {
		if f.owner != 0 && owner != f.owner {
			f.note(mark{day: d, what: ownerChanged})
		}
		f.owner = owner
	}
	if rank := uint8(1 + slices.Index(accounts.Ranks, l.Rank)); rank > 0 {
		if f.rank > 0 && rank != f.rank {
			f.note(mark{day: d, what: rankChanged, bad: rank < f.rank, from: f.rank, to: rank})
		}
		f.rank = rank
	}
	f.compareStances(l.Contacts, d)
	return f
}

// erase removes a person; it tells whether there was one of this id.
func (f *dossier) erase(contact string) (known bool) {
	if f == nil {
		return false
	}
	n := len(f.stances) + len(f.marks)
	f.stances = slices.DeleteFunc(f.stances, func(s stance) bool { return s.contact == contact })
	f.marks = slices.DeleteFunc(f.marks, func(m mark) bool { return m.contact == contact })
	return len(f.stances)+len(f.marks) < n
}

func (f *dossier) compareStances(contacts []accounts.Contact, d signals.Day) {
	f.stances = slices.DeleteFunc(f.stances, func(s stance) bool {
		return !slices.ContainsFunc(contacts, func(c accounts.Contact) bool { return c.ID == s.contact })
	})
	for i := range contacts {
		c := &contacts[i]
		now := uint8(1 + slices.Index(accounts.Stances, c.Stance))
		if now == 0 {
			continue
		}
		k, known := slices.BinarySearchFunc(f.stances, c.ID, func(s stance, id string) int { return strings.Compare(s.contact, id) })
		if !known {
			f.stances = slices.Insert(f.stances, k, stance{c.ID, now})
			continue
		}
		if s := &f.stances[k]; s.at != now {
			f.note(mark{day: d, what: stanceChanged, contact: s.contact, from: s.at, to: now, bad: now < s.at && (c.Key || c.Power >= powerful)})
			s.at = now
		}
	}
}

func (f *dossier) note(m mark) {
	if f.marks = append(f.marks, m); len(f.marks) > maxMarks {
		f.marks = slices.Delete(f.marks, 0, 1)
	}
}

// holds tells whether a mark is bad news that still counts as a rule does.
func (m *mark) holds(closed signals.Day) bool { return m.bad && m.day > closed-markHolds }

// ownerHash is enough to see that it is somebody else, without keeping who.
func ownerHash(name string) uint32 {
	if name == "" {
		return 0
	}
	h := fnv.New32a()
	h.Write([]byte(name))
	return max(1, h.Sum32())
}

// bad are the marks that hold at a day's close as a rule does.
func (f *dossier) bad(d signals.Day) (list []mark) {
	if f == nil {
		return nil
	}
	for _, m := range f.marks {
		if m.holds(d) {
			list = append(list, m)
		}
	}
	return list
}

func (f *dossier) encode(w *series.Writer) {
	w.Bool(f != nil)
	if f == nil {
		return
	}
	w.Uint(uint64(f.owner))
	w.Byte(f.rank)
	w.Uint(uint64(len(f.stances)))
	for _, s := range f.stances {
		w.Text(s.contact)
		w.Byte(s.at)
	}
	w.Uint(uint64(len(f.marks)))
	for _, m := range f.marks {
		w.Day(m.day)
		w.Byte(byte(m.what))
		w.Bool(m.bad)
		w.Byte(m.from)
		w.Byte(m.to)
		w.Text(m.contact)
	}
}

func decodeDossier(r *series.Reader) *dossier {
	if !r.Bool() {
		return nil
	}
	f := &dossier{owner: uint32(r.Uint()), rank: r.Byte()}
	for range r.Count(2) {
		s := stance{r.Text(), r.Byte()}
		if n := len(f.stances); n > 0 && f.stances[n-1].contact >= s.contact {
			r.Fail("stances out of order")
		}
		f.stances = append(f.stances, s)
	}
	for range r.Count(6) {
		m := mark{day: r.Day(), what: subject(r.Byte()), bad: r.Bool(), from: r.Byte(), to: r.Byte(), contact: r.Text()}
		if m.what > stanceChanged {
			r.Fail("no such mark")
			return f
		}
		f.marks = append(f.marks, m)
	}
	return f
}

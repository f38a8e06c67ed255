package relations

import (
	"hash/fnv"
	"slices"
	"strings"

	"firstsign/accounts"
	"firstsign/detector/series"
	"firstsign/signals"
)

// Snapshot is what the files said of an account at its last close, as far as a
// change of it is told: a mark on the account's timeline.
type Snapshot struct {
	owner   uint32      // a hash of the name; 0 is nobody
	graded  signals.Day // since when the grades are known; 0: for half a year
	rank    uint8       // 1 + the place in accounts.Ranks; 0 is not known
	grade   uint8       // 1 + the place in accounts.Grades; 0 is not known
	stances []stance
	Marks   []Mark // the oldest first
}

// stance is how a listed person stands to us.
type stance struct {
	contact string
	at      uint8 // 1 + the place in accounts.Stances
}

// Mark is a change in the files.
type Mark struct {
	Day      signals.Day // at whose close the files said otherwise
	What     Subject
	bad      bool // raises by itself
	From, To uint8
	Contact  string
}

// Subject is what a mark is about. It is the signal of its reason.
type Subject uint8

// What a mark is about.
const (
	OwnerChanged Subject = iota
	rankChanged
	stanceChanged
	GradeChanged // is kept longer, and told on the page of the portfolio only
)

// The names of the subjects, as the reasons of marks have them in Signal. From
// and To of a rank, a stance or a grade are 1 + its place in accounts.Ranks, Stances or
// Grades.
const (
	OwnerMark  = "owner"
	RankMark   = "rank"
	StanceMark = "stance"
	gradeMark  = "grade"
)

// String is the name of the subject in marks.
func (s Subject) String() string { return [...]string{OwnerMark, RankMark, StanceMark, gradeMark}[s] }

// kept is for how many days a mark of the subject is kept.
func (s Subject) kept() signals.Day {
	if s == GradeChanged {
		return gradesKept
	}
	return markKept
}

const (
	// MarkHolds is for how many days bad news in the files holds as a rule does.
	MarkHolds = 28
	// markKept is for how many days a mark is shown beside what else is told.
	markKept = series.JudgedDays
	// maxMarks bounds what files that change daily can make us hold.
	maxMarks = 16
)

// Compare marks what the files say of an account at the close of day d
// otherwise than at the close before, and returns what they say now. What they do
// not know they do not change, and what is seen for the first time is no change.
// Nil stays nil while they say nothing that is marked.
func Compare(f *Snapshot, l *accounts.Account, d signals.Day) *Snapshot {
	if f == nil {
		if l.Owner == "" && l.Rank == "" && l.Grade == "" && !slices.ContainsFunc(l.Contacts, func(c accounts.Contact) bool { return c.Stance != "" }) {
			return nil
		}
		f = &Snapshot{}
	}
	f.Marks = slices.DeleteFunc(f.Marks, func(m Mark) bool { return m.Day <= d-m.What.kept() })
	f.compareGrade(l.Grade, d)
	if owner := ownerHash(l.Owner); owner != 0 {
		if f.owner != 0 && owner != f.owner {
			f.note(Mark{Day: d, What: OwnerChanged})
		}
		f.owner = owner
	}
	if rank := uint8(1 + slices.Index(accounts.Ranks, l.Rank)); rank > 0 {
		if f.rank > 0 && rank != f.rank {
			f.note(Mark{Day: d, What: rankChanged, bad: rank < f.rank, From: f.rank, To: rank})
		}
		f.rank = rank
	}
	f.compareStances(l.Contacts, d)
	return f
}

// Erase removes a person; it tells whether there was one of this id.
func (f *Snapshot) Erase(contact string) (known bool) {
	if f == nil {
		return false
	}
	n := len(f.stances) + len(f.Marks)
	f.stances = slices.DeleteFunc(f.stances, func(s stance) bool { return s.contact == contact })
	f.Marks = slices.DeleteFunc(f.Marks, func(m Mark) bool { return m.Contact == contact })
	return len(f.stances)+len(f.Marks) < n
}

func (f *Snapshot) compareStances(contacts []accounts.Contact, d signals.Day) {
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
			f.note(Mark{Day: d, What: stanceChanged, Contact: s.contact, From: s.at, To: now, bad: now < s.at && (c.Key || c.Power >= powerful)})
			s.at = now
		}
	}
}

// note adds a mark. Of too many the oldest change of a grade is forgotten, and the oldest mark
// where there is none: a rule may rest on the others.
func (f *Snapshot) note(m Mark) {
	if f.Marks = append(f.Marks, m); len(f.Marks) <= maxMarks {
		return
	}
	gone := max(0, slices.IndexFunc(f.Marks, func(m Mark) bool { return m.What == GradeChanged }))
	if f.Marks[gone].What == GradeChanged {
		f.graded = f.Marks[gone].Day // what was before is not known any more
	}
	f.Marks = slices.Delete(f.Marks, gone, gone+1)
}

// Holds tells whether a mark is bad news that still counts as a rule does.
func (m *Mark) Holds(closed signals.Day) bool { return m.bad && m.Day > closed-MarkHolds }

// ownerHash is enough to see that it is somebody else, without keeping who.
func ownerHash(name string) uint32 {
	if name == "" {
		return 0
	}
	h := fnv.New32a()
	h.Write([]byte(name))
	return max(1, h.Sum32())
}

// Bad are the marks that hold at a day's close as a rule does.
func (f *Snapshot) Bad(d signals.Day) (list []Mark) {
	if f == nil {
		return nil
	}
	for _, m := range f.Marks {
		if m.Holds(d) {
			list = append(list, m)
		}
	}
	return list
}

// gradedLately is a flag of an encoded grade: a day follows.
const gradedLately = 1 << 7

// Encode appends the snapshot; nil is one byte.
func (f *Snapshot) Encode(w *series.Writer) {
	w.Bool(f != nil)
	if f == nil {
		return
	}
	w.Uint(uint64(f.owner))
	w.Byte(f.rank)
	grade := f.grade
	if f.graded != 0 {
		grade |= gradedLately
	}
	if w.Byte(grade); f.graded != 0 {
		w.Day(f.graded)
	}
	w.Uint(uint64(len(f.stances)))
	for _, s := range f.stances {
		w.Text(s.contact)
		w.Byte(s.at)
	}
	w.Uint(uint64(len(f.Marks)))
	for _, m := range f.Marks {
		w.Day(m.Day)
		w.Byte(byte(m.What))
		w.Bool(m.bad)
		w.Byte(m.From)
		w.Byte(m.To)
		w.Text(m.Contact)
	}
}

// DecodeSnapshot reads what Encode wrote.
func DecodeSnapshot(r *series.Reader, version byte) *Snapshot {
	if !r.Bool() {
		return nil
	}
	f := &Snapshot{owner: uint32(r.Uint()), rank: r.Byte()}
	if version >= series.WeeksVersion { // the same one keeps grades
		f.decodeGrade(r)
	}
	for range r.Count(2) {
		s := stance{r.Text(), r.Byte()}
		if n := len(f.stances); n > 0 && f.stances[n-1].contact >= s.contact {
			r.Fail("stances out of order")
		}
		f.stances = append(f.stances, s)
	}
	for range r.Count(6) {
		m := Mark{Day: r.Day(), What: Subject(r.Byte()), bad: r.Bool(), From: r.Byte(), To: r.Byte(), Contact: r.Text()}
		if m.What > GradeChanged || m.What == GradeChanged && (!isGrade(m.From) || !isGrade(m.To)) {
			r.Fail("no such mark")
			return f
		}
		f.Marks = append(f.Marks, m)
	}
	return f
}

func (f *Snapshot) decodeGrade(r *series.Reader) {
	grade := r.Byte()
	if grade&gradedLately != 0 {
		grade &^= gradedLately
		f.graded = r.Day()
	}
	if f.grade = grade; grade != 0 && !isGrade(grade) || grade == 0 && f.graded != 0 {
		r.Fail("no such grade")
		f.grade = 0
	}
}

// isGrade says whether a number is 1 + the place of a grade.
func isGrade(n uint8) bool { return n > 0 && int(n) <= len(accounts.Grades) }

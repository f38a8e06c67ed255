package history

import (
	"cmp"
	"errors"
	"io"
	"math"
	"slices"
	"time"

	"firstsign/signals"
)

// Summary is what a first pass over a history finds. It is made before
// anything is written anywhere.
type Summary struct {
	Lines    int64        // good ones; a row of CSV that is two interactions is two
	Rows     int64        // good lines of the file
	Bad      int64        // lines that are no interaction
	Problems []*LineError // the first of them
	// Left are the rows that are left out without a question; see LeftOut.
	Left []LeftRows
	// First and Last are the earliest and latest times, Unix nanoseconds.
	First, Last int64
	// Gaps are years in which the history has nothing.
	Gaps []Gap
	// Disorder is the most by which a line is older than one before it, and
	// DisorderLine the line. Beyond the lateness, lines would count as late or be
	// rejected as too old: Reading sorts them.
	Disorder     time.Duration
	DisorderLine int

	bySignal  map[string]*NameCount
	byAccount map[string]*NameCount
	line      int   // the last good one
	time      int64 // of the last good one
	months    months

	forwards, backwards int64 // lines that are younger, and older, than the one before
}

// LeftRows are rows that are left out for one reason.
type LeftRows struct {
	Reason signals.Reason
	Rows   int64
	First  []*LineError

	last int // line
}

// firstRows are named of each reason.
const firstRows = 3

// NewestFirst tells whether the file begins with the newest line.
func (s *Summary) NewestFirst() bool { return s.backwards > 9*s.forwards }

// Apart are bounds between which nearly all lines are, when a few are years
// before or after them; both 0 when none is.
func (s *Summary) Apart() (first, last int64) {
	_, first, last = s.months.gaps()
	return first, last
}

// NameCount is a name, how many lines it has, and which values they hold.
type NameCount struct {
	Name        string
	Lines       int64
	Least, Most float64
	Fractions   bool // not all values are whole numbers
}

// MaxProblems is how many problems a Summary keeps.
const MaxProblems = 20

// Summarize reads a stream to its end. progress, when not nil, is called
// every few thousand lines. Bad lines are counted, not returned; the error is
// that of reading.
func Summarize(stream Stream, progress func()) (*Summary, error) {
	s := &Summary{bySignal: map[string]*NameCount{}, byAccount: map[string]*NameCount{}}
	for {
		line, err := stream.Next()
		if (s.Lines+s.Bad)&4095 == 0 && progress != nil {
			progress()
		}
		if bad, ok := errors.AsType[*LineError](err); ok {
			s.reject(bad)
			continue
		}
		if err == io.EOF {
			s.Gaps, _, _ = s.months.gaps()
			return s, nil
		}
		if err != nil {
			return nil, err
		}
		s.add(line)
	}
}

// reject counts a line that is no interaction.
func (s *Summary) reject(bad *LineError) {
	if !LeftOut(bad.Reject.Reason) {
		if s.Bad++; len(s.Problems) < MaxProblems {
			s.Problems = append(s.Problems, bad)
		}
		return
	}
	at := slices.IndexFunc(s.Left, func(l LeftRows) bool { return l.Reason == bad.Reject.Reason })
	if at < 0 {
		at = len(s.Left)
		s.Left = append(s.Left, LeftRows{Reason: bad.Reject.Reason})
	}
	left := &s.Left[at]
	if n := len(left.First); n > 0 && left.last == bad.Line {
		return // another interaction of the same row
	}
	left.last = bad.Line
	if left.Rows++; len(left.First) < firstRows {
		left.First = append(left.First, bad)
	}
}

// LeftRows is how many rows are left out without a question.
func (s *Summary) LeftRows() (n int64) {
	for i := range s.Left {
		n += s.Left[i].Rows
	}
	return n
}

func (s *Summary) add(line *Line) {
	in := &line.Interaction
	if s.Lines++; s.Lines == 1 {
		s.First, s.Last = in.Time, in.Time
	}
	if line.Number != s.line {
		s.line = line.Number
		s.Rows++
	}
	if s.Lines > 1 && in.Time > s.time {
		s.forwards++
	} else if in.Time < s.time {
		s.backwards++
	}
	s.time = in.Time
	s.months.add(in.Time)
	if back := time.Duration(s.Last - in.Time); back > s.Disorder {
		s.Disorder, s.DisorderLine = back, line.Number
	}
	s.First, s.Last = min(s.First, in.Time), max(s.Last, in.Time)
	named(s.byAccount, in.Account)
	named(s.bySignal, in.Signal).weigh(in.Value)
}

// weigh takes in the value of one more line.
func (n *NameCount) weigh(v float64) {
	if n.Lines == 1 {
		n.Least, n.Most = v, v
	}
	n.Least, n.Most = min(n.Least, v), max(n.Most, v)
	n.Fractions = n.Fractions || v != math.Trunc(v)
}

// named counts a line, and allocates only for a name that is new.
func named(names map[string]*NameCount, name []byte) *NameCount {
	n := names[string(name)]
	if n == nil {
		n = &NameCount{Name: string(name)}
		names[n.Name] = n
	}
	n.Lines++
	return n
}

// Signals of the history, most lines first.
func (s *Summary) Signals() []NameCount { return byLines(s.bySignal) }

// Accounts of the history, most lines first.
func (s *Summary) Accounts() []NameCount { return byLines(s.byAccount) }

func byLines(names map[string]*NameCount) []NameCount {
	list := make([]NameCount, 0, len(names))
	for _, n := range names {
		list = append(list, *n)
	}
	slices.SortFunc(list, func(a, b NameCount) int {
		return cmp.Or(cmp.Compare(b.Lines, a.Lines), cmp.Compare(a.Name, b.Name))
	})
	return list
}

package history

import (
	"cmp"
	"errors"
	"io"
	"math"
	"slices"
	"time"
)

// Summary is what a first pass over a history finds. It is made before
// anything is written anywhere.
type Summary struct {
	Lines    int64        // good ones; a row of CSV that is two interactions is two
	Rows     int64        // good lines of the file
	Bad      int64        // lines that are no interaction
	Problems []*LineError // the first of them
	// First and Last are the earliest and latest times, Unix nanoseconds.
	First, Last int64
	// Disorder is the most by which a line is older than one before it, and
	// DisorderLine the line. Beyond the lateness, lines will count as late or be
	// rejected as too old: sort the file.
	Disorder     time.Duration
	DisorderLine int

	signals  map[string]*NameCount
	accounts map[string]*NameCount
	line     int // the last good one
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
	s := &Summary{signals: map[string]*NameCount{}, accounts: map[string]*NameCount{}}
	for {
		line, err := stream.Next()
		if (s.Lines+s.Bad)&4095 == 0 && progress != nil {
			progress()
		}
		if bad, ok := errors.AsType[*LineError](err); ok {
			if s.Bad++; len(s.Problems) < MaxProblems {
				s.Problems = append(s.Problems, bad)
			}
			continue
		}
		if err == io.EOF {
			return s, nil
		}
		if err != nil {
			return nil, err
		}
		s.add(line)
	}
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
	if back := time.Duration(s.Last - in.Time); back > s.Disorder {
		s.Disorder, s.DisorderLine = back, line.Number
	}
	s.First, s.Last = min(s.First, in.Time), max(s.Last, in.Time)
	named(s.accounts, in.Account)
	named(s.signals, in.Signal).weigh(in.Value)
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
func (s *Summary) Signals() []NameCount { return byLines(s.signals) }

// Accounts of the history, most lines first.
func (s *Summary) Accounts() []NameCount { return byLines(s.accounts) }

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

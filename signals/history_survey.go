package signals

import (
	"cmp"
	"errors"
	"io"
	"slices"
	"time"
)

// Survey is what a first pass over a history finds. It is made before
// anything is written anywhere.
type Survey struct {
	Lines    int64        // good ones
	Bad      int64        // lines that are no interaction
	Problems []*LineError // the first of them
	// First and Last are the earliest and latest times, Unix nanoseconds.
	First, Last int64
	// Disorder is the most by which a line is older than one before it, and
	// DisorderLine the line. Beyond the lateness, lines will count as late or be
	// rejected as too old: sort the file.
	Disorder     time.Duration
	DisorderLine int

	signals  map[string]*int64
	accounts map[string]*int64
}

// Named is a name and how many lines it has.
type Named struct {
	Name  string
	Lines int64
}

// SurveyProblems is how many problems a Survey keeps.
const SurveyProblems = 20

// SurveyStream reads a stream to its end. progress, when not nil, is called
// every few thousand lines. Bad lines are counted, not returned; the error is
// that of reading.
func SurveyStream(stream Stream, progress func()) (*Survey, error) {
	s := &Survey{signals: map[string]*int64{}, accounts: map[string]*int64{}}
	for {
		line, err := stream.Next()
		if (s.Lines+s.Bad)&4095 == 0 && progress != nil {
			progress()
		}
		if bad, ok := errors.AsType[*LineError](err); ok {
			if s.Bad++; len(s.Problems) < SurveyProblems {
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

func (s *Survey) add(line *Line) {
	in := &line.Interaction
	if s.Lines++; s.Lines == 1 {
		s.First, s.Last = in.Time, in.Time
	}
	if back := time.Duration(s.Last - in.Time); back > s.Disorder {
		s.Disorder, s.DisorderLine = back, line.Number
	}
	s.First, s.Last = min(s.First, in.Time), max(s.Last, in.Time)
	countName(s.signals, in.Signal)
	countName(s.accounts, in.Account)
}

// countName allocates only for a name that is new.
func countName(names map[string]*int64, name []byte) {
	n := names[string(name)]
	if n == nil {
		n = new(int64)
		names[string(name)] = n
	}
	*n++
}

// Signals of the history, most lines first.
func (s *Survey) Signals() []Named { return byLines(s.signals) }

// Accounts of the history, most lines first.
func (s *Survey) Accounts() []Named { return byLines(s.accounts) }

func byLines(names map[string]*int64) []Named {
	list := make([]Named, 0, len(names))
	for name, n := range names {
		list = append(list, Named{name, *n})
	}
	slices.SortFunc(list, func(a, b Named) int {
		return cmp.Or(cmp.Compare(b.Lines, a.Lines), cmp.Compare(a.Name, b.Name))
	})
	return list
}

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
	IDs          IDs
	// TimesOfDay are those that the first lines have, at most MaxTimesOfDay + 1: a
	// file that knows days only has few.
	TimesOfDay []int64
	// Unnamed are lines of accounts and signals beyond the MaxNames that are kept.
	Unnamed int64

	bySignal  map[string]*NameCount
	byAccount map[string]*NameCount
	words     words
	line      int   // the last good one
	time      int64 // of the last good one
	weeks     weeks
	ids       idTable

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
	_, first, last = s.weeks.gaps()
	return first, last
}

// Thin is the time of the last line before the history thins out to less than a
// tenth of its usual lines a week, and how many lines follow; 0 when it does not.
func (s *Summary) Thin() (from, lines int64) { return s.weeks.thin() }

const (
	plannedFor = 10                  // one account in so many has visits planned
	endedFor   = 14 * 24 * time.Hour // before the end, the others have their last rows
)

// Planned is the time at which a history ends whose last lines were planned when it
// was written: it thins out (Thin), and at most one in ten of the accounts that came
// up to there go on. 0 when it is not so, as when a market collapses: some go on
// then, and the others end one after the other.
func (s *Summary) Planned() (end int64) {
	end, _ = s.Thin()
	if end == 0 {
		return 0
	}
	ended, on := 0, 0
	for _, a := range s.byAccount {
		if a.Last > end {
			on++
		} else if a.Last > end-int64(endedFor) {
			ended++
		}
	}
	if ended == 0 || on*plannedFor > ended || 2*ended < len(s.byAccount) {
		return 0
	}
	return end
}

// NameCount is a name, how many lines it has, and which values they hold.
type NameCount struct {
	Name             string
	Lines            int64
	First, Last      int64 // times
	Least, Most, Sum float64
	Fractions        bool // not all values are whole numbers
}

// Limits of what is kept, so that memory is bounded on any input.
const (
	MaxNames      = 1 << 20 // accounts, and as many signals: a quarter of a gigabyte
	MaxTimesOfDay = 3       // midnight in winter and in summer, and one more
)

// MaxProblems is how many problems a Summary keeps.
const MaxProblems = 20

// Summarize reads a stream to its end. progress, when not nil, is called
// every few thousand lines. Bad lines are counted, not returned; the error is
// that of reading.
func Summarize(stream Stream, progress func()) (*Summary, error) {
	s := NewSummary()
	for {
		line, err := stream.Next()
		if (s.Lines+s.Bad)&4095 == 0 && progress != nil {
			progress()
		}
		if bad, ok := errors.AsType[*LineError](err); ok {
			s.Reject(bad)
			continue
		}
		if err == io.EOF {
			s.End()
			return s, nil
		}
		if err != nil {
			return nil, err
		}
		s.Add(line)
	}
}

// NewSummary is one of nothing yet.
func NewSummary() *Summary {
	return &Summary{bySignal: map[string]*NameCount{}, byAccount: map[string]*NameCount{}}
}

// End says that there is nothing more to come.
func (s *Summary) End() {
	s.Gaps, _, _ = s.weeks.gaps()
	s.IDs = s.ids.IDs
}

// Reject counts a line that is no interaction.
func (s *Summary) Reject(bad *LineError) {
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

// Add counts a line.
func (s *Summary) Add(line *Line) {
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
	s.weeks.add(in.Time)
	if back := time.Duration(s.Last - in.Time); back > s.Disorder {
		s.Disorder, s.DisorderLine = back, line.Number
	}
	s.First, s.Last = min(s.First, in.Time), max(s.Last, in.Time)
	s.timeOfDay(in.Time)
	s.ids.add(line)
	if account := named(s.byAccount, in.Account); account != nil {
		account.seen(in.Time)
	} else {
		s.Unnamed++
	}
	if signal := named(s.bySignal, in.Signal); signal != nil {
		signal.seen(in.Time)
		signal.weigh(in.Value)
	}
	s.words.add(line)
}

// timeOfDay keeps the first different ones.
func (s *Summary) timeOfDay(at int64) {
	const day = int64(24 * time.Hour)
	if of := (at%day + day) % day; len(s.TimesOfDay) <= MaxTimesOfDay && !slices.Contains(s.TimesOfDay, of) {
		s.TimesOfDay = append(s.TimesOfDay, of)
	}
}

// OnlyDays tells whether the times are days without a time of day.
func (s *Summary) OnlyDays() bool { return s.Lines >= enoughFor && len(s.TimesOfDay) <= 2 }

// seen takes in the time of one more line.
func (n *NameCount) seen(at int64) {
	if n.Lines == 1 {
		n.First, n.Last = at, at
	}
	n.First, n.Last = min(n.First, at), max(n.Last, at)
}

// weigh takes in the value of one more line.
func (n *NameCount) weigh(v float64) {
	if n.Lines == 1 {
		n.Least, n.Most = v, v
	}
	n.Least, n.Most, n.Sum = min(n.Least, v), max(n.Most, v), n.Sum+v
	n.Fractions = n.Fractions || v != math.Trunc(v)
}

// named counts a line, and allocates only for a name that is new; nil when there
// are too many.
func named(names map[string]*NameCount, name []byte) *NameCount {
	n := names[string(name)]
	if n == nil {
		if len(names) >= MaxNames {
			return nil
		}
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

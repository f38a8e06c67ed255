package history

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"firstsign/signals"
)

// Reasons for which rows of a file are left out without a question. They are
// told, but nobody has to agree: what is left out is no interaction of that time,
// or of no account (signals.NoAccount). They are no reasons of a topic, where the time of a record bounds its interaction.
const (
	// AfterNow is a row after the present: a planned meeting, a mistyped year.
	AfterNow signals.Reason = "after_now"
	// PlaceholderTime is a row whose time stands for "none", such as 1970-01-01.
	PlaceholderTime signals.Reason = "placeholder_time"
	// YearsApart is one of a few rows that are years before or after all others.
	YearsApart signals.Reason = "years_apart"
	// AfterEnd is a row of the few accounts that go on where all others end: planned
	// when the file was written.
	AfterEnd signals.Reason = "after_end"
	// Return is a row whose amount is negative, such as a credit note: goods or money
	// went back, and nobody ordered.
	Return signals.Reason = "return"
)

// LeftOut tells whether a reason is one for which a row is left out without a
// question.
func LeftOut(r signals.Reason) bool {
	return r == AfterNow || r == PlaceholderTime || r == YearsApart || r == AfterEnd || r == Return || r == signals.NoAccount
}

// Tolerance is how far after the present a row may be: a time whose zone is
// unknown is off by up to 14 hours.
const Tolerance = 24 * time.Hour

// Bounds are the times between which the rows of a history count.
type Bounds struct {
	Now int64 // the present, Unix nanoseconds; 0: no row is too late
	// First and Last are between which nearly all rows are, when a few are years
	// apart from them (Summary.Apart); both 0 when none is.
	First, Last int64
	End         int64 // of the history, when planned rows follow (Summary.Planned); 0 when none do
}

// Of gives the lines of a stream. One out of bounds is a *LineError.
func (b Bounds) Of(stream Stream) Stream { return &bounded{Stream: stream, Bounds: b} }

type bounded struct {
	Stream
	Bounds
}

// Next implements Stream.
func (b *bounded) Next() (*Line, error) {
	line, err := b.Stream.Next()
	if err != nil {
		return line, err
	}
	if reject := b.outside(line.Interaction.Time); reject != nil {
		return nil, &LineError{File: line.File, Line: line.Number, Reject: reject}
	}
	return line, nil
}

// outside says why a time does not count, nil when it does.
func (b *Bounds) outside(at int64) *signals.Reject {
	switch {
	case b.Now != 0 && at > b.Now+int64(Tolerance):
		return &signals.Reject{Reason: AfterNow, Detail: fmt.Sprintf("%s is after now, %s", written(at), written(b.Now))}
	case placeholder(at):
		return &signals.Reject{Reason: PlaceholderTime, Detail: written(at) + " stands for no time"}
	case b.End != 0 && at > b.End:
		return &signals.Reject{Reason: AfterEnd, Detail: fmt.Sprintf("%s is after the end of nearly all accounts, %s", written(at), written(b.End))}
	case b.First == b.Last:
	case at < b.First:
		return &signals.Reject{Reason: YearsApart, Detail: fmt.Sprintf("%s is years before nearly all other rows; those begin at %s", written(at), written(b.First))}
	case at > b.Last:
		return &signals.Reject{Reason: YearsApart, Detail: fmt.Sprintf("%s is years after nearly all other rows; those end at %s", written(at), written(b.Last))}
	}
	return nil
}

// placeholder tells whether a time is zero, the midnight that begins 1970, which
// stands for none. In a zone to the west it is up to 14 hours later; in the east
// it is before the years that are read.
func placeholder(at int64) bool { return at <= int64(14*time.Hour) }

// written is a time for people.
func written(at int64) string { return time.Unix(0, at).UTC().Format("2006-01-02 15:04 UTC") }

// Gap is a long time in which a history has nothing.
type Gap struct{ From, To int64 }

// weeks is how many rows every week of a history has, to find gaps of years and
// where a history thins out. The years that are read have 15,200 weeks, which
// bounds it.
type weeks struct {
	of   map[int64]*week
	last *week // of the row before
	key  int64
}

type week struct {
	rows        int64
	first, last int64
}

func (m *weeks) add(at int64) {
	key := at / int64(7*24*time.Hour)
	if m.last == nil || key != m.key {
		if m.of == nil {
			m.of = map[int64]*week{}
		}
		m.key, m.last = key, m.of[key]
		if m.last == nil {
			m.last = &week{first: at, last: at}
			m.of[key] = m.last
		}
	}
	m.last.rows++
	m.last.first, m.last.last = min(m.last.first, at), max(m.last.last, at)
}

// In a gap of so long, nobody of a whole portfolio did anything.
const longGap = 2 * 365 * 24 * time.Hour

// Rows on the far side of a long gap are mistakes when they are so few: one in a
// hundred, or one of twenty or more.
const (
	fewOf     = 100
	enoughFor = 20 // one row to be few
)

// gaps are the long ones, and bounds between which nearly all rows are: both 0
// when no few rows are apart from them.
func (m *weeks) gaps() (list []Gap, first, last int64) {
	all := slices.SortedFunc(maps.Values(m.of), func(a, b *week) int { return cmp.Compare(a.first, b.first) })
	total := int64(0)
	for _, one := range all {
		total += one.rows
	}
	few := total / fewOf
	if total >= enoughFor {
		few = max(few, 1)
	}
	before := int64(0)
	for i := 1; i < len(all); i++ {
		before += all[i-1].rows
		if all[i].first-all[i-1].last < int64(longGap) {
			continue
		}
		switch {
		case before <= few:
			first = all[i].first
		case total-before <= few && last == 0:
			last = all[i-1].last
		default:
			list = append(list, Gap{all[i-1].last, all[i].first})
		}
	}
	switch {
	case first != 0 && last == 0:
		last = all[len(all)-1].last
	case last != 0 && first == 0:
		first = all[0].first
	}
	return list, first, last
}

// A history thins out when, at its end, so many weeks have less than a tenth of
// the rows that a week usually has.
const (
	thinWeeks = 3
	thinPart  = 10
	thinFrom  = 5 // rows that a week usually has at least
)

// thin is the time of the last row before the history thins out, and how many
// rows follow; 0 when it does not.
func (m *weeks) thin() (from, rows int64) {
	all := slices.SortedFunc(maps.Values(m.of), func(a, b *week) int { return cmp.Compare(a.first, b.first) })
	if len(all) < 2*thinWeeks {
		return 0, 0
	}
	var counts []int64
	for _, one := range all {
		counts = append(counts, one.rows)
	}
	slices.Sort(counts)
	usual := counts[len(counts)*3/4] // weeks of a long thin end must not be the usual ones
	end := all[len(all)-1].last
	i := len(all)
	for i > 0 && all[i-1].rows*thinPart < usual {
		i--
		rows += all[i].rows
	}
	if i == 0 || i == len(all) || usual < thinFrom || end-all[i-1].last < int64(thinWeeks*7*24*time.Hour) {
		return 0, 0
	}
	return all[i-1].last, rows
}

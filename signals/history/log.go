package history

import (
	"errors"
	"io"
	"iter"
	"time"

	"firstsign/signals"
)

// Log is the one definition of how a history becomes a log: load writes
// it to the topic, backtest feeds engines with it, and so both judge alike.
//
// Every partition gets a load-begin with the time of the first event, then its
// own records, a tick at each start of a day that the history passes (one tick
// covers days without events), a last tick that closes the last day, and a
// load-end.
type Log struct {
	Partitions int
	Zone       *signals.Zone // of the calendar; not shared with another goroutine
	Lateness   time.Duration // as in the rules: how long a day stays open after its end
	First      int64         // time of the earliest event, Unix nanoseconds; from a Summary
	Load       string        // id of the load
	// Until is the last day that is closed, though nothing happens on it; by default
	// that of the last event.
	Until signals.Day
	// Now is the present, Unix nanoseconds: no tick is later, so a day that is not
	// over yet stays open. 0: every day of the history is over.
	Now int64
}

// Entry is one record of the log that a Log makes: a line, or a control
// record. It is valid until the next one.
type Entry struct {
	Partition int
	Line      *Line
	Control   *signals.Control // nil for a line
}

// All yields the log of a stream in the order in which it must be appended.
// A *LineError is about one line and is yielded without ending the run; any
// other error is the last.
func (s *Log) All(stream Stream) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		last := s.Zone.Day(s.First)
		begun := false
		for {
			line, err := stream.Next()
			if _, bad := errors.AsType[*LineError](err); bad {
				if !yield(Entry{}, err) {
					return
				}
				continue
			}
			if err == io.EOF {
				break
			}
			if err != nil {
				yield(Entry{}, err)
				return
			}
			if !begun && !s.everywhere(signals.LoadBegin, s.First, yield) {
				return
			}
			begun = true
			if day := s.Zone.Day(line.Interaction.Time); day > last {
				last = day
				if !s.everywhere(signals.Tick, s.byNow(s.Zone.Start(day)), yield) {
					return
				}
			}
			if !yield(Entry{Partition: signals.PartitionOf(line.Interaction.Account, s.Partitions), Line: line}, nil) {
				return
			}
		}
		if end := s.byNow(s.Zone.Start(max(last, s.Until)+1) + int64(s.Lateness)); begun && s.everywhere(signals.Tick, end, yield) {
			s.everywhere(signals.LoadEnd, end, yield)
		}
	}
}

// byNow is a time, or the present when that is earlier.
func (s *Log) byNow(at int64) int64 {
	if s.Now == 0 {
		return at
	}
	return min(at, s.Now)
}

// everywhere yields a control record for every partition.
func (s *Log) everywhere(kind signals.Kind, at int64, yield func(Entry, error) bool) bool {
	for p := range s.Partitions {
		if !yield(Entry{Partition: p, Control: &signals.Control{Kind: kind, Time: at, Load: s.Load}}, nil) {
			return false
		}
	}
	return true
}

// Merge joins streams by time; each is taken to be in order by itself, and of
// lines of the same time those of the earlier stream come first.
func Merge(streams ...Stream) Stream {
	m := &merged{streams: streams, heads: make([]head, len(streams)), taken: -1}
	return m
}

type merged struct {
	streams []Stream
	heads   []head
	filled  bool
	taken   int // the stream whose head was returned last and must be read on; -1 for none
}

// head is what a stream gave last.
type head struct {
	line *Line
	err  error
}

func (m *merged) Next() (*Line, error) {
	if !m.filled {
		m.filled = true
		for i := range m.streams {
			m.heads[i].line, m.heads[i].err = m.streams[i].Next()
		}
	}
	if m.taken >= 0 {
		m.heads[m.taken].line, m.heads[m.taken].err = m.streams[m.taken].Next()
	}
	m.taken = -1
	for i := range m.heads {
		h := &m.heads[i]
		if h.err == io.EOF {
			continue
		}
		if h.err != nil { // errors first: they have no time
			m.taken = i
			return nil, h.err
		}
		if m.taken < 0 || h.line.Interaction.Time < m.heads[m.taken].line.Interaction.Time {
			m.taken = i
		}
	}
	if m.taken < 0 {
		return nil, io.EOF
	}
	return m.heads[m.taken].line, nil
}

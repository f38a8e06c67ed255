package feeds

import (
	"firstsign/detector/series"
	"firstsign/signals"
)

// Sources are all sources that a partition knows, with what was noted of each as
// the log brought it. A source's number is the order in which it came.
type Sources struct {
	names    []string
	index    map[string]uint16
	beats    map[string]*heartbeats
	receipts []receipts // by number; may be shorter than names
	// givenUp are the sources that a person gave up: the first day of the failure
	// that each will not come back from.
	givenUp map[string]signals.Day
	recent  [16]uint16 // numbers of sources that were admitted last, see recentOf
}

// MaxSources bounds what a producer that invents sources can make us hold. Later
// sources count as the source without a name.
const MaxSources = 1000

// heartbeats of one source.
type heartbeats struct {
	first signals.Day
	days  uint64 // ring days with a heartbeat
}

// receipts count the records of a source on each day of the ring, whichever
// accounts they are about.
type receipts [series.RingDays]uint32

// mostReceived is far more than any source brings in a day.
const mostReceived = 1 << 24

// NewSources knows the source without a name only; its number is 0.
func NewSources() Sources {
	return Sources{
		names: []string{""}, index: map[string]uint16{"": 0},
		beats: map[string]*heartbeats{}, givenUp: map[string]signals.Day{},
	}
}

// Admit returns the number of a source, and gives it one when it is new.
func (s *Sources) Admit(name []byte) uint16 {
	recent := s.recentOf(name)
	if string(name) == s.names[*recent] {
		return *recent
	}
	i, ok := s.index[string(name)]
	if !ok {
		i = s.Intern(string(name))
	}
	*recent = i
	return i
}

// recentOf is where the number of a source is remembered: few sources bring most records,
// and to compare two names takes less than to look one up.
func (s *Sources) recentOf(name []byte) *uint16 {
	n := len(name)
	if n == 0 {
		return &s.recent[0]
	}
	return &s.recent[(n+int(name[0])+int(name[n-1]))%len(s.recent)]
}

// Intern is Admit of a string.
func (s *Sources) Intern(name string) uint16 {
	if i, ok := s.index[name]; ok {
		return i
	}
	if len(s.names) >= MaxSources {
		return 0
	}
	i := uint16(len(s.names))
	s.names = append(s.names, name)
	s.index[name] = i
	return i
}

// Number returns the number of a source; not ok when it has none.
func (s *Sources) Number(name []byte) (number uint16, ok bool) {
	number, ok = s.index[string(name)]
	return number, ok
}

// Name returns the name of a source by its number.
func (s *Sources) Name(number uint16) string { return s.names[number] }

// Receive counts a record of a source.
func (s *Sources) Receive(number uint16, day signals.Day) {
	if n := &s.receiptsOf(number)[series.Slot(day)]; *n < mostReceived {
		*n++
	}
}

func (s *Sources) receiptsOf(number uint16) *receipts {
	for int(number) >= len(s.receipts) {
		s.receipts = append(s.receipts, receipts{})
	}
	return &s.receipts[number]
}

// since are the receipts of the days of a view.
func (r *receipts) since(lo signals.Day) (days [series.ViewDays]uint32) {
	for i := range days {
		days[i] = r[series.Slot(lo+signals.Day(i))]
	}
	return days
}

// Beat notes a heartbeat of a source.
func (s *Sources) Beat(source string, day signals.Day) {
	s.Intern(source)
	if _, ok := s.index[source]; !ok {
		return
	}
	b := s.beats[source]
	if b == nil {
		b = &heartbeats{first: day}
		s.beats[source] = b
	}
	b.first = min(b.first, day)
	b.days |= 1 << series.Slot(day)
}

// on tells whether there was a heartbeat on a day; never for nil.
func (b *heartbeats) on(day signals.Day) bool { return b != nil && b.days>>series.Slot(day)&1 == 1 }

// beatBetween tells whether a source sent a heartbeat after one day, up to another.
func (s *Sources) beatBetween(source string, after, until signals.Day) bool {
	b := s.beats[source]
	for d := after + 1; d <= until; d++ {
		if b.on(d) {
			return true
		}
	}
	return false
}

// Forget empties a day that has left the ring.
func (s *Sources) Forget(leaving signals.Day) {
	for _, b := range s.beats {
		b.days &^= 1 << series.Slot(leaving)
	}
	for i := range s.receipts {
		s.receipts[i][series.Slot(leaving)] = 0
	}
}

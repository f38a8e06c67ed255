package history

import (
	"encoding/binary"
	"math"
	"slices"
	"time"

	"github.com/cespare/xxhash/v2"

	"firstsign/internal/extsort"
	"firstsign/signals"
	"firstsign/signals/decode"
)

// Topic is how a log becomes a history again: the way back of a Log.
//
// Add takes the records of each partition in the order of their offsets, and
// then Stream gives the interactions in order of time. Memory holds a part of
// them, files in Dir the rest; Close removes those.
//
// What does not count in the log does not count here. An interaction that was
// sent again (same source, id and time, and all that is counted) stands once,
// however late it came again; so does what was put back from the dead letters.
// Days that are not over yet are left out: a history ends with the last day that
// the service has closed, or could have. Persons whose erasure the log holds
// are nobody in what came before it.
type Topic struct {
	Partitions int
	Zone       *signals.Zone // of the calendar; not shared with another goroutine
	Lateness   time.Duration // as in the rules: how long a day stays open after its end
	Now        int64         // Unix nanoseconds; no record is taken to be newer
	Pseudonyms *signals.Pseudonyms
	Authority  *signals.Authority // of the control records
	ClockSkew  time.Duration      // as in the rules
	Dir        string

	// What was left out, and where.
	Rejected map[signals.Reason]int64
	Examples []LogExample // the first of each reason
	// PutBack is how many records were left out because they stand again further on.
	PutBack int64
	// Kept is how many interactions Stream looks at.
	Kept int64
	// What Stream gave and left out, when it has been read to its end.
	First, Last int64 // times, Unix nanoseconds
	Repeated    int64 // sent again
	Erased      int64 // given without their person
	Open        int64 // of Until or later
	Until       int64 // the end of the last day that is over
	// Blind days were not written down by anybody, as far as the service knows:
	// between a load and its first start. They are silent in the history.
	Blind []DaySpan

	sorter  *extsort.Sorter
	decoder decode.Decoder
	in      signals.Interaction
	value   []byte
	clock   int64          // newest tick, or record where there is none newer
	loading map[int]string // by partition: the load that has not ended
	loaded  map[int]int64  // by partition: the end of a load after which nobody has written
	erased  map[erasure]int64
	putBack map[place]bool
	signed  map[int]bool // partitions in which a signed control record has come
}

// LogExample is one record of a log that does not count.
type LogExample struct {
	Partition int
	Offset    int64
	Reject    *signals.Reject
}

// DaySpan is days, both ends included.
type DaySpan struct{ From, To signals.Day }

// erasure of a person, known by the offset of its newest record.
type erasure struct {
	partition        int
	account, contact string // without account: of all
}

// place of a record.
type place struct {
	partition int
	offset    int64
}

// LeaveOut says, before it comes, that a record stands again further on.
func (t *Topic) LeaveOut(partition int, offset int64) {
	set(&t.putBack, place{partition, offset}, true)
}

// ahead is how much later than its record an interaction may be: as far as the
// service accepts one of a coming day.
const ahead = int64(7 * 24 * time.Hour)

// Add takes the next record of a partition.
func (t *Topic) Add(partition int, r *signals.Record) error {
	if t.putBack[place{partition, r.Offset}] {
		t.PutBack++
		return nil
	}
	if len(r.Headers) > 0 {
		if c, control, reject := decode.Control(r); reject != nil {
			t.reject(partition, r.Offset, reject)
			return nil
		} else if control {
			signed := t.signed[partition]
			if reject := t.Authority.Doubt(partition, r, &c, &signed, t.ClockSkew); reject != nil {
				t.reject(partition, r.Offset, reject)
				return nil
			}
			set(&t.signed, partition, signed)
			t.control(partition, r.Offset, &c)
			return nil
		}
	}
	taken := t.Now
	if r.Time > 0 {
		taken = min(taken, r.Time)
	}
	if reject := t.examine(partition, r, taken); reject != nil {
		t.reject(partition, r.Offset, reject)
		return nil
	}
	t.clock = max(t.clock, taken)
	t.Kept++
	return t.sorted().Add(extsort.Key{t.in.Time, int64(partition), r.Offset}, t.line(r))
}

func (t *Topic) examine(partition int, r *signals.Record, taken int64) *signals.Reject {
	if reject := t.decoder.Decode(r, &t.in); reject != nil {
		return reject
	}
	if signals.PartitionOf(t.in.Account, t.Partitions) != partition {
		return &signals.Reject{Reason: signals.WrongPartition, Detail: "the producer must use the murmur2 partitioner"}
	}
	if t.in.Time > taken+ahead {
		return &signals.Reject{Reason: signals.TooFarAhead, Detail: "more than a week after the record's own time"}
	}
	return nil
}

// line is a record on one line, without an envelope that is in its headers.
func (t *Topic) line(r *signals.Record) []byte {
	oneLine := true
	for _, c := range r.Value {
		oneLine = oneLine && c != '\n' && c != '\r'
	}
	if oneLine && len(r.Headers) == 0 {
		return r.Value
	}
	t.value = signals.Append(t.value[:0], &t.in)
	return t.value
}

func (t *Topic) control(partition int, offset int64, c *signals.Control) {
	switch c.Kind {
	case signals.Tick:
		if t.clock = max(t.clock, c.Time); c.Load == "" {
			t.goesOn(partition, c.Time)
		}
	case signals.LoadBegin:
		if t.loading[partition] == "" { // of two, the first counts
			t.goesOn(partition, c.Time)
			set(&t.loading, partition, c.Load)
		}
	case signals.LoadEnd:
		if c.Load == t.loading[partition] {
			delete(t.loading, partition)
			set(&t.loaded, partition, c.Time)
		}
	case signals.Erase:
		set(&t.erased, erasure{partition, c.Account, t.Pseudonyms.Of(c.Contact)}, offset)
	}
}

// set gives a key of a map its value; the map may be nil.
func set[K comparable, V any](m *map[K]V, key K, value V) {
	if *m == nil {
		*m = map[K]V{}
	}
	(*m)[key] = value
}

// Loading tells whether a load has begun and not ended: a part of its history is
// missing.
func (t *Topic) Loading() bool { return len(t.loading) > 0 }

// goesOn ends the wait after a load: the whole days between were blind.
func (t *Topic) goesOn(partition int, at int64) {
	end, waiting := t.loaded[partition]
	if !waiting {
		return
	}
	delete(t.loaded, partition)
	span := DaySpan{t.Zone.Day(end - int64(t.Lateness)), t.Zone.Day(at) - 1}
	if span.From <= span.To && !slices.Contains(t.Blind, span) { // partitions say the same
		t.Blind = append(t.Blind, span)
	}
}

// examplesOfReason are kept of each reason.
const examplesOfReason = 3

func (t *Topic) reject(partition int, offset int64, reject *signals.Reject) {
	set(&t.Rejected, reject.Reason, t.Rejected[reject.Reason]+1)
	if t.Rejected[reject.Reason] <= examplesOfReason {
		t.Examples = append(t.Examples, LogExample{partition, offset, reject})
	}
}

func (t *Topic) sorted() *extsort.Sorter {
	if t.sorter == nil {
		t.sorter = extsort.New(t.Dir, extsort.Memory)
	}
	return t.sorter
}

// Stream gives the history, once.
func (t *Topic) Stream() (Stream, error) {
	records, err := t.sorted().Sorted()
	if err != nil {
		return nil, err
	}
	t.Until = t.Zone.Start(t.Zone.Day(t.clock - int64(t.Lateness)))
	return &retold{Topic: t, records: records, seen: map[uint64]bool{}}, nil
}

// Close removes the files.
func (t *Topic) Close() error { return t.sorted().Close() }

// retold is the stream of a Topic.
type retold struct {
	*Topic
	records *extsort.Records
	line    Line
	hashed  []byte
	moment  int64           // whose interactions
	seen    map[uint64]bool // holds
}

// Next implements Stream.
func (s *retold) Next() (*Line, error) {
	for {
		r, err := s.records.Next()
		if err != nil {
			return nil, err
		}
		in := &s.line.Interaction
		if reject := s.decoder.DecodeValue(r.Value, in); reject != nil {
			return nil, reject // it was decoded before: a fault of ours
		}
		switch {
		case in.Time >= s.Until:
			s.Open++
			continue
		case s.repeated(in):
			s.Repeated++
			continue
		}
		if s.line.Number++; s.line.Number == 1 {
			s.First = in.Time
		}
		s.Last = in.Time
		s.line.Value = r.Value
		if s.erasedLater(r.Key, in) {
			s.Erased++
			in.Contact, in.Text = nil, nil
			s.value = signals.Append(s.value[:0], in)
			s.line.Value = s.value
		}
		return &s.line, nil
	}
}

// repeated tells whether the same was given before. What only shares its id is
// left to the reader, who drops it within a day as the service does.
func (s *retold) repeated(in *signals.Interaction) bool {
	if in.Time != s.moment {
		s.moment = in.Time
		if len(s.seen) > 1000 {
			s.seen = map[uint64]bool{} // clearing costs what it once held
		}
		clear(s.seen)
	}
	if len(in.ID) == 0 {
		return false
	}
	b := binary.BigEndian.AppendUint64(s.hashed[:0], math.Float64bits(in.Value))
	for _, field := range [][]byte{in.Source, in.ID, in.Account, in.Signal, in.Contact} {
		b = binary.AppendUvarint(b, uint64(len(field)))
		b = append(b, field...)
	}
	s.hashed = b
	h := xxhash.Sum64(b)
	if s.seen[h] {
		return true
	}
	s.seen[h] = true
	return false
}

// erasedLater tells whether the person of an interaction was erased after it.
func (s *retold) erasedLater(at extsort.Key, in *signals.Interaction) bool {
	if len(in.Contact) == 0 || len(s.erased) == 0 {
		return false
	}
	contact, partition, offset := s.Pseudonyms.Of(string(in.Contact)), int(at[1]), at[2]
	return offset < s.erased[erasure{partition, "", contact}] ||
		offset < s.erased[erasure{partition, string(in.Account), contact}]
}

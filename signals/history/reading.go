package history

import (
	"errors"
	"io"
	"os"
	"time"

	"firstsign/internal/extsort"
	"firstsign/internal/table"
	"firstsign/signals/decode"
)

// Source is a history that is being read.
type Source interface {
	Stream
	// Progress returns how much was read and how much there is, 0 when that is not
	// known.
	Progress() (read, size int64)
	Close() error
}

// Reading reads one history as often as it is asked for: first to survey it, and
// then in order of time and without what does not count. All commands read
// files through it, so all of them see the same lines.
type Reading struct {
	*Summary              // nil before Survey
	Shape    *table.Shape // of the file, as it was surveyed
	Now      int64        // the present, Unix nanoseconds
	Names    Names        // who the ids are
	FindEnd  bool         // rows that look planned are left out (Summary.Planned)

	bounds Bounds
	open   func() (*File, error)
	memory int // bytes of records that are sorted without files
	sorted *sorted
}

// NewReading prepares the reading of a history. open is called for every pass;
// now is the present in Unix nanoseconds.
func NewReading(open func() (*File, error), now int64) *Reading {
	return &Reading{open: open, Now: now, bounds: Bounds{Now: now}, memory: extsort.Memory}
}

// Survey reads the history once, and again when a few lines are years apart from
// all others or after its end: what is said of the history is then said without
// them. progress is called with the source that is read.
func (r *Reading) Survey(progress func(Source) (at, end func())) error {
	for {
		source, err := r.Open()
		if err != nil {
			return err
		}
		at, end := progress(source)
		r.Summary, err = Summarize(source, at)
		end()
		if b, ok := source.(boundedFile); ok {
			r.Shape = b.file.Shape()
			b.file.since1904(r.Last, r.Now)
		}
		if err = errors.Join(err, source.Close()); err != nil {
			return err
		}
		if !r.narrow() {
			return nil
		}
	}
}

// narrow the bounds by what was read, and tell whether that changed them.
func (r *Reading) narrow() bool {
	if first, last := r.Apart(); first != last && r.bounds.First == r.bounds.Last {
		r.bounds.First, r.bounds.Last = first, last
		return true
	}
	if end := r.Planned(); end != 0 && r.FindEnd && r.bounds.End == 0 {
		r.bounds.End = end
		return true
	}
	return false
}

// Order sorts a history whose lines are out of order by more than the lateness,
// and tells whether it did. Up to 64 MB of records are sorted in memory, more in
// temporary files.
func (r *Reading) Order(lateness time.Duration) (bool, error) {
	if r.sorted != nil || r.Disorder <= lateness {
		return r.sorted != nil, nil
	}
	source, err := r.Open()
	if err != nil {
		return false, err
	}
	defer source.Close()
	r.sorted, err = sort(source, r.memory)
	return err == nil, err
}

// Open reads the history from its beginning: as it is, and sorted after Order.
func (r *Reading) Open() (Source, error) {
	if r.sorted != nil {
		return r.sorted.open()
	}
	file, err := r.open()
	if err != nil {
		return nil, err
	}
	return boundedFile{r.Names.Of(r.bounds.Of(file)), file}, nil
}

// Close removes temporary files.
func (r *Reading) Close() error {
	if r == nil || r.sorted == nil {
		return nil
	}
	return r.sorted.remove()
}

// boundedFile is a file without the lines that are out of bounds.
type boundedFile struct {
	Stream
	file *File
}

// Progress implements Source.
func (b boundedFile) Progress() (read, size int64) { return b.file.Progress() }

// Close implements Source.
func (b boundedFile) Close() error { return b.file.Close() }

// sorted is the good lines of a history in order of time.
type sorted struct {
	name  string // of the history
	dir   string // of its file
	lines int64
	kept  *extsort.Kept
}

// sort the good lines of a stream.
func sort(stream Stream, memory int) (_ *sorted, err error) {
	s := &sorted{}
	if s.dir, err = os.MkdirTemp("", "firstsign-"); err != nil {
		return nil, err
	}
	by := extsort.New(s.dir, memory)
	if err = s.add(by, stream); err == nil {
		s.kept, err = by.Keep()
	}
	if err = errors.Join(err, by.Close()); err != nil {
		return nil, errors.Join(err, s.remove())
	}
	return s, nil
}

func (s *sorted) add(by *extsort.Sorter, stream Stream) error {
	line, among := 0, int64(0)
	for {
		l, err := stream.Next()
		if _, bad := errors.AsType[*LineError](err); bad {
			continue
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		s.name = l.File
		s.lines++
		if among++; l.Number != line {
			line, among = l.Number, 0
		}
		if err := by.Add(extsort.Key{l.Interaction.Time, int64(l.Number), among}, l.Value); err != nil {
			return err
		}
	}
}

func (s *sorted) open() (Source, error) {
	records, err := s.kept.Open()
	if err != nil {
		return nil, err
	}
	return &ordered{of: s, records: records, line: Line{File: s.name}}, nil
}

func (s *sorted) remove() error { return os.RemoveAll(s.dir) }

// ordered reads what was sorted.
type ordered struct {
	of      *sorted
	records *extsort.Records
	read    int64
	line    Line
	decoder decode.Decoder
}

// Next implements Stream.
func (o *ordered) Next() (*Line, error) {
	r, err := o.records.Next()
	if err != nil {
		return nil, err
	}
	o.read++
	o.line.Number, o.line.Value = int(r.Key[1]), r.Value
	if reject := o.decoder.DecodeValue(r.Value, &o.line.Interaction); reject != nil {
		return nil, reject // it was decoded before: a fault of ours
	}
	return &o.line, nil
}

// Progress implements Source; it counts lines.
func (o *ordered) Progress() (read, size int64) { return o.read, o.of.lines }

// Close implements Source.
func (o *ordered) Close() error { return o.records.Close() }

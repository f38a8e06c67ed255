package history

import (
	"errors"
	"io"
	"os"
	"time"

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

	bounds Bounds
	open   func() (*File, error)
	memory int // bytes of records that are sorted without files
	sorted *sorted
}

// NewReading prepares the reading of a history. open is called for every pass;
// now is the present in Unix nanoseconds.
func NewReading(open func() (*File, error), now int64) *Reading {
	return &Reading{open: open, Now: now, bounds: Bounds{Now: now}, memory: sortMemory}
}

// Survey reads the history once, or twice when a few lines are years apart from
// all others: what is said of the history is then said without them. progress is
// called with the source that is read.
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
		}
		if err = errors.Join(err, source.Close()); err != nil {
			return err
		}
		first, last := r.Apart()
		if first == last || r.bounds.First != r.bounds.Last {
			return nil
		}
		r.bounds.First, r.bounds.Last = first, last
	}
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

// sorted is the good lines of a history in order of time, in memory or in one
// file.
type sorted struct {
	name  string // of the history
	dir   string // of the file
	lines int64
	held  *run
	path  string // of the run; empty when it is held
}

// linesApart is how the place of an interaction among those of one line fits
// into an offset beside the number of the line.
const linesApart = 1 << 12

// sort the good lines of a stream.
func sort(stream Stream, memory int) (_ *sorted, err error) {
	s := &sorted{}
	if s.dir, err = os.MkdirTemp("", "firstsign-"); err != nil {
		return nil, err
	}
	by := sorter{dir: s.dir, memory: memory}
	if err = s.add(&by, stream); err == nil {
		err = s.keep(&by)
	}
	if err != nil {
		return nil, errors.Join(err, by.close(), s.remove())
	}
	return s, nil
}

func (s *sorted) add(by *sorter, stream Stream) error {
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
		if err := by.add(l.Interaction.Time, 0, int64(l.Number)*linesApart+min(among, linesApart-1), l.Value); err != nil {
			return err
		}
	}
}

// keep what was sorted, to be read several times.
func (s *sorted) keep(by *sorter) error {
	if len(by.runs) == 0 {
		s.held = by.held()
		return nil
	}
	all, err := by.write(append(by.runs[:len(by.runs):len(by.runs)], by.held())...)
	if err != nil {
		return err
	}
	s.path = all.file.Name()
	return errors.Join(all.file.Close(), by.close())
}

func (s *sorted) open() (Source, error) {
	o := &ordered{of: s}
	o.line.File = s.name
	if s.held != nil {
		o.run = &run{marks: s.held.marks, values: s.held.values}
		return o, nil
	}
	file, err := os.Open(s.path)
	if err != nil {
		return nil, err
	}
	o.run = newRun(file)
	return o, nil
}

func (s *sorted) remove() error { return os.RemoveAll(s.dir) }

// ordered reads what was sorted.
type ordered struct {
	of      *sorted
	run     *run
	read    int64
	line    Line
	decoder decode.Decoder
}

// Next implements Stream.
func (o *ordered) Next() (*Line, error) {
	if err := o.run.next(); err != nil {
		return nil, err
	}
	o.read++
	o.line.Number, o.line.Value = int(o.run.at.offset/linesApart), o.run.value
	if reject := o.decoder.DecodeValue(o.run.value, &o.line.Interaction); reject != nil {
		return nil, reject // it was decoded before: a fault of ours
	}
	return &o.line, nil
}

// Progress implements Source; it counts lines.
func (o *ordered) Progress() (read, size int64) { return o.read, o.of.lines }

// Close implements Source.
func (o *ordered) Close() error {
	if o.run.file == nil {
		return nil
	}
	return o.run.file.Close()
}

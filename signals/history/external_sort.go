package history

import (
	"bufio"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
)

// sorter puts records in order of time, and at one time of partition and
// offset, however many there are: what memory does not hold is written to files
// as sorted runs, and the runs are merged when they are read (Knuth, The Art of
// Computer Programming, vol. 3, 5.4.1).
type sorter struct {
	dir    string // of the runs
	memory int    // bytes of records that are held
	runs   []*run
	marks  []mark
	values []byte // of the marks
}

// mark is where a record belongs, and where its value is held.
type mark struct {
	time      int64
	offset    int64
	partition int
	from, to  int
}

func byTime(a, b mark) int {
	return cmp.Or(cmp.Compare(a.time, b.time), cmp.Compare(a.partition, b.partition), cmp.Compare(a.offset, b.offset))
}

const (
	sortMemory = 64 << 20
	mostRuns   = 64 // are open at once; beyond that they become one
)

// add keeps a copy of a record.
func (s *sorter) add(time int64, partition int, offset int64, value []byte) error {
	if len(s.values)+len(value) > s.memory && len(s.marks) > 0 {
		if err := s.spill(); err != nil {
			return err
		}
	}
	from := len(s.values)
	s.values = append(s.values, value...)
	s.marks = append(s.marks, mark{time, offset, partition, from, len(s.values)})
	return nil
}

// spill writes what is held to a run of its own.
func (s *sorter) spill() error {
	if len(s.runs) == mostRuns {
		all, err := s.write(s.runs...)
		if err != nil {
			return err
		}
		err = s.close()
		if s.runs = []*run{all}; err != nil {
			return err
		}
	}
	r, err := s.write(s.held())
	if err != nil {
		return err
	}
	s.runs = append(s.runs, r)
	s.marks, s.values = s.marks[:0], s.values[:0]
	return nil
}

// held is what is in memory as a run.
func (s *sorter) held() *run {
	slices.SortFunc(s.marks, byTime)
	return &run{marks: s.marks, values: s.values}
}

// sorted gives all records, once. Nothing is added any more.
func (s *sorter) sorted() (*runs, error) { return mergeRuns(append(slices.Clip(s.runs), s.held())...) }

// close removes the runs.
func (s *sorter) close() error {
	var errs []error
	for _, r := range s.runs {
		errs = append(errs, r.file.Close(), os.Remove(r.file.Name()))
	}
	s.runs = nil
	return errors.Join(errs...)
}

// write makes one run of several.
func (s *sorter) write(from ...*run) (*run, error) {
	merged, err := mergeRuns(from...)
	if err != nil {
		return nil, err
	}
	file, err := os.CreateTemp(s.dir, "run-")
	if err != nil {
		return nil, err
	}
	out := bufio.NewWriterSize(file, 256<<10)
	var head []byte
	for {
		r, err := merged.next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, errors.Join(err, file.Close())
		}
		head = binary.AppendVarint(head[:0], r.at.time)
		head = binary.AppendUvarint(head, uint64(r.at.partition))
		head = binary.AppendUvarint(head, uint64(r.at.offset))
		head = binary.AppendUvarint(head, uint64(len(r.value)))
		_, _ = out.Write(head) // a bufio.Writer keeps its error
		_, _ = out.Write(r.value)
	}
	err = out.Flush()
	if err == nil {
		_, err = file.Seek(0, io.SeekStart)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("write a sorted run: %w", err), file.Close())
	}
	return newRun(file), nil
}

// run is records in order; it stands at one of them.
type run struct {
	at    mark
	value []byte

	file *os.File // nil when they are held
	in   *bufio.Reader

	marks  []mark
	values []byte
}

// newRun reads a run from the start of its file.
func newRun(file *os.File) *run { return &run{file: file, in: bufio.NewReaderSize(file, 64<<10)} }

// next goes to the next record, io.EOF when there is none.
func (r *run) next() error {
	if r.file == nil {
		if len(r.marks) == 0 {
			return io.EOF
		}
		r.at, r.marks = r.marks[0], r.marks[1:]
		r.value = r.values[r.at.from:r.at.to]
		return nil
	}
	time, err := binary.ReadVarint(r.in)
	if err == io.EOF {
		return io.EOF
	}
	var rest [3]uint64
	for i := range rest {
		if err == nil {
			rest[i], err = binary.ReadUvarint(r.in)
		}
	}
	if err == nil {
		r.at = mark{time: time, partition: int(rest[0]), offset: int64(rest[1])}
		r.value = slices.Grow(r.value[:0], int(rest[2]))[:rest[2]]
		_, err = io.ReadFull(r.in, r.value)
	}
	if err != nil {
		return fmt.Errorf("read a sorted run: %w", noEnd(err))
	}
	return nil
}

// noEnd is an end within a record: the run is cut.
func noEnd(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// runs are merged.
type runs struct {
	all  []*run // each at its next record, but
	last *run   // at the one that was given last
}

func mergeRuns(all ...*run) (*runs, error) {
	m := &runs{all: make([]*run, 0, len(all))}
	for _, r := range all {
		switch err := r.next(); {
		case err == nil:
			m.all = append(m.all, r)
		case err != io.EOF:
			return nil, err
		}
	}
	return m, nil
}

// next is the run that stands at the next record, valid until the next call;
// io.EOF when there is none. There are so few runs that a heap would save
// nothing.
func (m *runs) next() (*run, error) {
	if m.last != nil {
		if err := m.last.next(); err == io.EOF {
			m.all = slices.DeleteFunc(m.all, func(r *run) bool { return r == m.last })
		} else if err != nil {
			return nil, err
		}
	}
	if len(m.all) == 0 {
		return nil, io.EOF
	}
	m.last = slices.MinFunc(m.all, func(a, b *run) int { return byTime(a.at, b.at) })
	return m.last, nil
}

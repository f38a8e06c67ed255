package extsort

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
)

// Sorter puts records in the order of their keys, however many there are: what
// memory does not hold is written to files as sorted runs, and the runs are merged
// when they are read (Knuth, The Art of Computer Programming, vol. 3, 5.4.1). The
// zero Sorter holds nothing and cannot be added to.
type Sorter struct {
	dir    string // of the runs
	memory int    // bytes of records that are held
	runs   []*run
	marks  []mark
	values []byte // of the marks
}

// Key is where a record belongs: by its first number, among equals by the second,
// and then by the third.
type Key [3]int64

// Record is a record where it belongs. Value is valid until the next one is read.
type Record struct {
	Key
	Value []byte
}

// mark is the key of a record, and where its value is held.
type mark struct {
	Key
	from, to int
}

func byKey(a, b mark) int { return slices.Compare(a.Key[:], b.Key[:]) }

// Memory is how many bytes of records are sorted without files where nobody says
// more.
const Memory = 64 << 20

const mostRuns = 64 // are open at once; beyond that they become one

// New returns a sorter that holds up to memory bytes of records, and writes the rest
// to files in dir.
func New(dir string, memory int) *Sorter { return &Sorter{dir: dir, memory: memory} }

// Add keeps a copy of a record.
func (s *Sorter) Add(key Key, value []byte) error {
	if len(s.values)+len(value) > s.memory && len(s.marks) > 0 {
		if err := s.spill(); err != nil {
			return err
		}
	}
	from := len(s.values)
	s.values = append(s.values, value...)
	s.marks = append(s.marks, mark{key, from, len(s.values)})
	return nil
}

// spill writes what is held to a run of its own.
func (s *Sorter) spill() error {
	if len(s.runs) == mostRuns {
		all, err := s.write(s.runs...)
		if err != nil {
			return err
		}
		err = s.Close()
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
func (s *Sorter) held() *run {
	slices.SortFunc(s.marks, byKey)
	return &run{marks: s.marks, values: s.values}
}

// Sorted gives all records, once. Nothing is added any more.
func (s *Sorter) Sorted() (*Records, error) {
	return mergeRuns(append(slices.Clip(s.runs), s.held())...)
}

// Keep gives all records as often as they are asked for. Nothing is added any more.
// Close the sorter afterwards; what is kept lies in its directory.
func (s *Sorter) Keep() (*Kept, error) {
	if len(s.runs) == 0 {
		return &Kept{held: s.held()}, nil
	}
	all, err := s.write(append(s.runs[:len(s.runs):len(s.runs)], s.held())...)
	if err != nil {
		return nil, err
	}
	return &Kept{path: all.file.Name()}, all.file.Close()
}

// Close removes the files of the runs.
func (s *Sorter) Close() error {
	var errs []error
	for _, r := range s.runs {
		errs = append(errs, r.file.Close(), os.Remove(r.file.Name()))
	}
	s.runs = nil
	return errors.Join(errs...)
}

// write makes one run of several.
func (s *Sorter) write(from ...*run) (*run, error) {
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
		r, err := merged.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, errors.Join(err, file.Close())
		}
		head = head[:0]
		for _, number := range r.Key {
			head = binary.AppendVarint(head, number)
		}
		head = binary.AppendUvarint(head, uint64(len(r.Value)))
		_, _ = out.Write(head) // a bufio.Writer keeps its error
		_, _ = out.Write(r.Value)
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
	if _, err := r.in.Peek(1); err == io.EOF {
		return io.EOF
	}
	var err error
	for i := range r.at.Key {
		if err == nil {
			r.at.Key[i], err = binary.ReadVarint(r.in)
		}
	}
	var length uint64
	if err == nil {
		length, err = binary.ReadUvarint(r.in)
	}
	if err == nil {
		r.value = slices.Grow(r.value[:0], int(length))[:length]
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

// Records are given in order.
type Records struct {
	all  []*run   // each at its next record, but
	last *run     // at the one that was given last
	file *os.File // that is theirs to close; those of a Sorter are its own
}

func mergeRuns(all ...*run) (*Records, error) {
	m := &Records{all: make([]*run, 0, len(all))}
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

// Next is the next record, io.EOF when there is none. There are so few runs that a
// heap would save nothing.
func (m *Records) Next() (Record, error) {
	if m.last != nil {
		if err := m.last.next(); err == io.EOF {
			m.all = slices.DeleteFunc(m.all, func(r *run) bool { return r == m.last })
		} else if err != nil {
			return Record{}, err
		}
	}
	if len(m.all) == 0 {
		return Record{}, io.EOF
	}
	m.last = slices.MinFunc(m.all, func(a, b *run) int { return byKey(a.at, b.at) })
	return Record{m.last.at.Key, m.last.value}, nil
}

// Close closes the file that the records of a Kept are read from.
func (m *Records) Close() error {
	if m.file == nil {
		return nil
	}
	return m.file.Close()
}

// Kept is records in order, in memory or in one file.
type Kept struct {
	held *run
	path string // of the run; empty when it is held
}

// Open gives all records from the first on. Close them after use.
func (k *Kept) Open() (*Records, error) {
	if k.held != nil {
		return mergeRuns(&run{marks: k.held.marks, values: k.held.values})
	}
	file, err := os.Open(k.path)
	if err != nil {
		return nil, err
	}
	records, err := mergeRuns(newRun(file))
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	records.file = file
	return records, nil
}

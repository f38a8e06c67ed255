package history

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"time"

	"github.com/cespare/xxhash/v2"

	"firstsign/internal/extsort"
	"firstsign/internal/plural"
	"firstsign/signals"
	"firstsign/signals/decode"
)

// items makes one row of the line items of an invoice: those that share account,
// signal, source and id and lie within a day of the first. Amounts that are given as
// sum(COLUMN) are summed, everything else is that of the first line. The lines may
// be anywhere in the file. They are sorted by what they share, summed, and sorted by
// time, outside memory when there are many.
type items struct {
	of      *csvRows
	dir     string // of the sorted runs
	byKey   *extsort.Sorter
	byTime  *extsort.Sorter
	result  *extsort.Records // by time; nil before the table has ended
	decoder decode.Decoder
	record  []byte
	key     []byte

	lines, records int64
	other          int64 // lines whose amounts that are not summed are not those of the first
	otherLine      int   // the first of these
}

// itemsApart is for how long lines of one id belong to one record: numbers of
// invoices may begin anew.
const itemsApart = int64(24 * time.Hour)

func newItems(of *csvRows) (*items, error) {
	dir, err := os.MkdirTemp("", "firstsign-")
	if err != nil {
		return nil, err
	}
	return &items{of: of, dir: dir, byKey: extsort.New(dir, extsort.Memory/2), byTime: extsort.New(dir, extsort.Memory/2)}, nil
}

// next reads the next row into of, and returns its line. An error that is a
// *signals.Reject is about this line. All such errors come before the first row.
func (t *items) next() (line int, err error) {
	for t.result == nil {
		line, err := t.of.nextLine()
		switch err {
		case nil:
			err = t.add(line)
		case io.EOF:
			err = t.sum()
		}
		if err != nil {
			return line, err
		}
	}
	r, err := t.result.Next()
	if err != nil {
		return 0, err
	}
	if err := t.take(r.Value); err != nil {
		return 0, err
	}
	return int(r.Key[1]), nil
}

// add keeps the line that was read. A line without an id stands for itself.
func (t *items) add(line int) error {
	t.lines++
	t.record = t.encode(t.record[:0])
	var in signals.Interaction
	if reject := t.decoder.DecodeValue(t.record[8*(1+len(t.of.amounts)):], &in); reject != nil {
		return reject
	}
	b := t.key[:0]
	for _, field := range [...][]byte{in.Account, in.Signal, in.Source, in.ID} {
		b = append(binary.AppendUvarint(b, uint64(len(field))), field...)
	}
	if len(in.ID) == 0 {
		b = binary.AppendVarint(b, int64(line))
	}
	t.key = b
	return t.byKey.Add(extsort.Key{int64(xxhash.Sum64(b)), in.Time, int64(line)}, t.record)
}

// encode appends what was read: the numbers, and the rest as a record.
func (t *items) encode(b []byte) []byte {
	b = binary.LittleEndian.AppendUint64(b, math.Float64bits(t.of.in.Value))
	for _, a := range t.of.amounts {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(a.value))
	}
	return signals.Append(b, &t.of.in)
}

// take reads what was encoded into of.
func (t *items) take(b []byte) error {
	number := func() float64 {
		v := math.Float64frombits(binary.LittleEndian.Uint64(b))
		b = b[8:]
		return v
	}
	of := t.of
	of.amounts, of.scratch = of.amounts[:0], of.scratch[:0]
	value := number()
	for _, c := range of.columns {
		if c.isSecond() {
			of.amounts = append(of.amounts, amount{c.Field[len(amountPrefix):], number()})
		}
	}
	if reject := t.decoder.DecodeValue(b, &of.in); reject != nil {
		return reject // it was written by signals.Append: a fault of ours
	}
	of.in.Value = value
	return nil
}

// sum makes records of the lines.
func (t *items) sum() error {
	lines, err := t.byKey.Sorted()
	if err != nil {
		return err
	}
	var one summed
	for {
		line, err := lines.Next()
		if err != nil && err != io.EOF {
			return err
		}
		ended := err == io.EOF
		if !ended {
			if err := t.take(line.Value); err != nil {
				return err
			}
			if one.has(line.Key[0], &t.of.in) {
				t.into(&one, int(line.Key[2]))
				continue
			}
		}
		if one.line > 0 {
			if err := t.keep(&one); err != nil {
				return err
			}
		}
		if ended {
			break
		}
		one.begin(line, t.of)
	}
	if err := t.byKey.Close(); err != nil {
		return err
	}
	t.byKey = &extsort.Sorter{}
	t.result, err = t.byTime.Sorted()
	return err
}

// summed is lines that become one.
type summed struct {
	key     int64
	line    int // the first one; 0: none
	in      signals.Interaction
	head    []byte // the first line as it was kept
	numbers []float64
}

func (r *summed) begin(line extsort.Record, of *csvRows) {
	r.key, r.line = line.Key[0], int(line.Key[2])
	r.head = append(r.head[:0], line.Value...)
	r.in = signals.Interaction{Time: of.in.Time, Account: append(r.in.Account[:0], of.in.Account...), ID: append(r.in.ID[:0], of.in.ID...)}
	r.numbers = append(r.numbers[:0], of.in.Value)
	for _, a := range of.amounts {
		r.numbers = append(r.numbers, a.value)
	}
}

// has tells whether a line belongs to the record.
func (r *summed) has(key int64, in *signals.Interaction) bool {
	return r.line > 0 && key == r.key && string(in.ID) == string(r.in.ID) && string(in.Account) == string(r.in.Account) &&
		in.Time-r.in.Time < itemsApart
}

// into adds the line that was taken to a record.
func (t *items) into(one *summed, line int) {
	same := true
	add := func(i int, v float64, sum bool) {
		if sum {
			one.numbers[i] += v
		} else if one.numbers[i] != v {
			same = false
		}
	}
	i := 0
	for _, c := range t.of.columns {
		switch {
		case c.Field == "value":
			add(0, t.of.in.Value, c.Sum)
		case c.isSecond():
			i++
			add(i, t.of.amounts[i-1].value, c.Sum)
		}
	}
	if !same {
		if t.other++; t.other == 1 {
			t.otherLine = line
		}
	}
}

// keep a record that is whole.
func (t *items) keep(one *summed) error {
	for i, v := range one.numbers {
		binary.LittleEndian.PutUint64(one.head[8*i:], math.Float64bits(v))
	}
	t.records++
	return t.byTime.Add(extsort.Key{one.in.Time, int64(one.line), 0}, one.head)
}

// said tells what became one, in sentences.
func (t *items) said() []string {
	said := []string{fmt.Sprintf("%s with an amount to sum are %s", plural.Count(t.lines, "row"), plural.Count(t.records, "record"))}
	if t.other > 0 {
		said = append(said, fmt.Sprintf("in %s a value that is not summed is not that of the first row of the record (first: line %d); that of the first row counts", plural.Count(t.other, "row"), t.otherLine))
	}
	return said
}

// Close removes temporary files.
func (t *items) Close() error {
	return errors.Join(t.byKey.Close(), t.byTime.Close(), os.RemoveAll(t.dir))
}

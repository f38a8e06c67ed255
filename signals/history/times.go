package history

import (
	"errors"
	"io"

	"firstsign/internal/notation"
	"firstsign/internal/notation/number"
	"firstsign/signals"
)

// timeReader reads the times of one column.
type timeReader struct {
	times  *notation.Times
	column *notation.Column // not nil: cells are gathered and not read
}

func newTimeReader(layout *Layout) (timeReader, error) {
	times, err := notation.NewTimes(layout.Time, layout.Location)
	if err != nil {
		return timeReader{}, err
	}
	if times.UTC() && layout.Location != nil && !layout.ZoneAssumed && layout.Location.String() != "UTC" {
		return timeReader{}, errors.New("the Z of the time layout means UTC, and the time zone is " + layout.Location.String() + ": leave one of them out")
	}
	return timeReader{times: times}, nil
}

func (t *timeReader) read(cell string) (int64, *signals.Reject) {
	if t.column != nil {
		t.column.Add(cell)
		return 1, nil
	}
	at, err := t.times.Read(cell)
	switch {
	case err == nil:
		return at, nil
	case errors.Is(err, notation.ErrPlaceholder):
		return 0, &signals.Reject{Reason: PlaceholderTime, Detail: "time: " + err.Error()}
	}
	return 0, &signals.Reject{Reason: signals.BadTime, Detail: "time: " + err.Error()}
}

// numberReader reads the numbers of one column.
type numberReader struct {
	field   string // value or value.SIGNAL
	numbers *number.Reader
	column  *number.Column // not nil: cells are gathered and not read
}

// numberReaders are those of all columns of numbers.
type numberReaders struct {
	mark  number.Mark
	all   []numberReader
	ask   func() (*Notation, error) // what the whole file says; nil when it cannot be read twice
	seen  bool                      // cells are gathered
	units map[string]string         // powers of ten by field
	said  []string                  // of units in the names of columns
}

func (n *numberReaders) of(field string) *numberReader {
	for i := range n.all {
		if n.all[i].field == field {
			return &n.all[i]
		}
	}
	r := numberReader{field: field, numbers: number.New(n.mark)}
	r.numbers.In(n.units[field])
	if n.seen {
		r.column = new(number.Column)
	}
	if n.ask != nil {
		r.numbers.Evidence = func() (number.Verdict, error) {
			found, err := n.ask()
			if err != nil {
				return number.Verdict{}, err
			}
			return found.Numbers[field], nil
		}
	}
	n.all = append(n.all, r)
	return &n.all[len(n.all)-1]
}

// read a value. An empty one is an error: a missing amount is not 1.
func (n *numberReaders) read(field, cell string) (float64, *signals.Reject) {
	r := n.of(field)
	if r.column != nil {
		r.column.Add(cell)
		return 1, nil
	}
	v, err := r.numbers.Read(cell)
	if err != nil {
		return 0, &signals.Reject{Reason: signals.BadValue, Detail: field + ": " + err.Error()}
	}
	return v, nil
}

// Notation is what the columns of a file say about how its times and numbers
// are written.
type Notation struct {
	Times   notation.TimeVerdict
	Numbers map[string]number.Verdict // by field: value, value.SIGNAL
}

// Evidence keeps the Notation of the file that was read last.
type Evidence struct {
	path     string
	notation *Notation
}

// ReadNotation reads the columns of times and numbers of a whole file, and says how
// they are written. The zero Notation is of a file that is no table.
func ReadNotation(path string, layout Layout) (*Notation, error) {
	h, err := open(path, path, layout)
	if err != nil {
		return nil, err
	}
	defer h.Close()
	found := &Notation{Numbers: map[string]number.Verdict{}}
	c, isTable := h.rows.(*csvRows)
	if !isTable {
		return found, nil
	}
	var times notation.Column
	c.clock.column, c.numbers.seen = &times, true
	for {
		_, _, err := c.next()
		if _, bad := errors.AsType[*signals.Reject](err); err == io.EOF {
			break
		} else if err != nil && !bad {
			return nil, err
		}
	}
	found.Times = times.Verdict()
	for i := range c.numbers.all {
		n := &c.numbers.all[i]
		found.Numbers[n.field] = n.column.Verdict()
	}
	return found, nil
}

// withEvidence lets a table ask its whole file where one cell does not tell how
// it is written. The file is read for it when the first such cell comes.
func (h *File) withEvidence(path string, layout Layout) {
	c, isTable := h.rows.(*csvRows)
	if !isTable {
		return
	}
	ask := func() (*Notation, error) {
		kept := layout.Evidence
		if kept != nil && kept.path == path {
			h.notation = kept.notation
		}
		if h.notation == nil {
			found, err := ReadNotation(path, layout)
			if err != nil {
				return nil, err
			}
			h.notation = found
			if kept != nil {
				*kept = Evidence{path, found}
			}
		}
		return h.notation, nil
	}
	c.numbers.ask = ask
	c.clock.times.Evidence = func() (notation.TimeVerdict, error) {
		found, err := ask()
		if err != nil {
			return notation.TimeVerdict{}, err
		}
		return found.Times, nil
	}
}

// Zone is which time zone was taken for times without an offset, and why.
type Zone struct {
	Name string
	Why  ZoneSource
	// Local is how many times of the file have no offset. 0: the zone was not needed.
	Local int64
}

// ZoneSource says where a zone comes from.
type ZoneSource string

// The sources of a zone.
const (
	ZoneGiven    ZoneSource = "given"    // with the layout
	ZoneCalendar ZoneSource = "calendar" // of the deployment
	ZoneDefault  ZoneSource = "default"  // UTC
)

// Zone that was taken so far.
func (h *File) Zone() Zone {
	z := Zone{Name: "UTC", Why: ZoneDefault}
	if h.layout.Location != nil {
		z.Name, z.Why = h.layout.Location.String(), ZoneGiven
		if h.layout.ZoneAssumed {
			z.Why = ZoneCalendar
		}
	}
	if c, isTable := h.rows.(*csvRows); isTable {
		z.Local = c.clock.times.Local
	}
	return z
}

// Text says which zone was taken when nobody gave one; empty when none was
// needed.
func (z Zone) Text() string {
	switch {
	case z.Local == 0 || z.Why == ZoneGiven:
		return ""
	case z.Why == ZoneCalendar:
		return "times without an offset are read in " + z.Name + ", the zone of calendar.yaml (--time-zone names another)"
	}
	return "times without an offset are read in UTC (--time-zone names another)"
}

// say how the file was read.
func (h *File) say() {
	if h.layout.Tell == nil {
		return
	}
	for _, sentence := range h.Taken() {
		h.layout.Tell(h.name + ": " + sentence)
	}
	h.layout.Tell = nil
}

// Taken says in sentences how times and numbers were read where that had to be
// decided; nothing when every cell told it by itself.
func (h *File) Taken() (said []string) {
	c, isTable := h.rows.(*csvRows)
	if !isTable {
		return nil
	}
	if c.items != nil {
		said = append(said, c.items.said()...)
	}
	said = append(said, c.numbers.said...)
	if note := c.clock.times.Note(); note != "" {
		said = append(said, "--time-layout: "+note)
	}
	if h.notation == nil {
		return said
	}
	// What could not be decided is told with each row that is refused for it.
	if h.notation.Times.Order != 0 {
		said = append(said, h.notation.Times.Text())
	}
	for _, n := range c.numbers.all {
		v := h.notation.Numbers[n.field]
		if text := v.Text(); text != "" && (v.Mark != number.Undecided || v.Ambiguous == 0) {
			said = append(said, n.field+": "+text)
		}
	}
	return said
}

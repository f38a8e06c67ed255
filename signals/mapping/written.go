package mapping

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"

	"firstsign/internal/notation"
	"firstsign/internal/notation/number"
	"firstsign/signals"
)

// written is how a mapping's texts are written.
type written struct {
	layout string
	zone   *time.Location
	mark   number.Mark
}

// reader reads the texts of one mapping. It keeps what it has seen; not safe for
// concurrent use.
type reader struct {
	times   *notation.Times
	numbers *number.Reader
}

func writtenAs(c *Config, zone *time.Location) (w written, faults []Fault) {
	w = written{layout: c.TimeLayout, zone: zone}
	if c.Zone != "" {
		own, err := notation.Zone(c.Zone)
		if err != nil {
			faults = append(faults, Fault{Field: "zone", Text: err.Error()})
		} else {
			w.zone = own
		}
	}
	if times, err := notation.NewTimes(c.TimeLayout, w.zone); err != nil {
		faults = append(faults, Fault{Field: "time_layout", Text: err.Error()})
	} else if times.UTC() && c.Zone != "" && w.zone != time.UTC {
		faults = append(faults, Fault{Field: "time_layout", Text: "its Z means UTC, and the mapping has a zone: leave one of them out"})
	}
	switch c.Decimal {
	case "":
	case number.Point.String():
		w.mark = number.Point
	case number.Comma.String():
		w.mark = number.Comma
	default:
		faults = append(faults, Fault{Field: "decimal", Text: fmt.Sprintf("%q is none of point, comma", c.Decimal)})
	}
	return w, faults
}

// reader of a mapping's texts.
func (m *Mapper) reader(of *mapping) *reader {
	r := m.readers[of]
	if r == nil {
		r = &reader{numbers: number.NewRecord()}
		if of.written.mark != number.Undecided {
			r.numbers = number.New(of.written.mark)
		}
		r.times, _ = notation.NewTimes(of.written.layout, of.written.zone) // compile has refused what fails
		m.readers[of] = r
	}
	return r
}

// inMappings are the words of package notation for flags, in mappings.yaml.
var inMappings = strings.NewReplacer("--time-layout", "time_layout:", "--time-zone", "zone:", "--decimal point or --decimal comma", "decimal: point or decimal: comma", "the cell is empty", "it is empty")

// inWords is an error with the words of mappings.yaml.
func inWords(err error) error {
	if err == nil {
		return nil
	}
	return errors.New(inMappings.Replace(err.Error()))
}

// whole reads a time that is a whole number: as the mapping's layout says, such as
// yyyyMMddHHmm or unixns, or else as one since 1970, told by its size.
func (m *Mapper) whole(of *mapping, n int64) (int64, error) {
	if of.written.layout != "" {
		if at, err := m.reader(of).times.Read(strconv.FormatInt(n, 10)); err == nil {
			return at, nil
		}
	}
	return notation.SinceEpoch(n)
}

// instant is a time of CEL.
func instant(t time.Time) (int64, error) {
	if notation.Placeholder(t) {
		return 0, fmt.Errorf("%s is a %w", t.UTC().Format(time.RFC3339), notation.ErrPlaceholder)
	}
	return signals.UnixNano(t)
}

// timeFunction is time(text), time(text, layout) and time(text, layout, zone):
// the instant that a text means. A layout of "" is any form that means one thing
// only.
func timeFunction(zone *time.Location) cel.EnvOption {
	read := func(args ...ref.Val) ref.Val {
		t, err := timeOf(zone, args)
		if err != nil {
			return types.NewErr("time: %v", inWords(err))
		}
		return types.Timestamp{Time: t}
	}
	text := cel.StringType
	return cel.Function("time",
		cel.Overload("time_text", []*cel.Type{text}, cel.TimestampType, cel.UnaryBinding(func(v ref.Val) ref.Val { return read(v) })),
		cel.Overload("time_text_layout", []*cel.Type{text, text}, cel.TimestampType, cel.BinaryBinding(func(a, b ref.Val) ref.Val { return read(a, b) })),
		cel.Overload("time_text_layout_zone", []*cel.Type{text, text, text}, cel.TimestampType, cel.FunctionBinding(read)),
	)
}

func timeOf(zone *time.Location, args []ref.Val) (time.Time, error) {
	var texts [3]string
	for i, a := range args {
		text, ok := a.(types.String)
		if !ok {
			return time.Time{}, errors.New("want texts: the time, its layout and its zone")
		}
		texts[i] = string(text)
	}
	if len(args) == 3 {
		own, err := notation.Zone(texts[2])
		if err != nil {
			return time.Time{}, err
		}
		zone = own
	}
	times, err := notation.NewTimes(texts[1], zone)
	if err != nil {
		return time.Time{}, err
	}
	n, err := times.Read(texts[0])
	return time.Unix(0, n).UTC(), err
}

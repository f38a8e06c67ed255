package mapping

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"

	"firstsign/internal/identity"
	"firstsign/internal/notation"
	"firstsign/internal/notation/number"
	"firstsign/signals"
	"firstsign/signals/decode"
)

// Mapper applies a set. It keeps its buffers; not safe for concurrent use.
type Mapper struct {
	set     *Set
	finish  func(*signals.Interaction)
	decoder decode.Decoder
	readers map[*mapping]*reader // of texts
	in      signals.Interaction
	checked signals.Interaction
	results []Result
	values  []byte         // of results
	ids     []byte         // of in, made clean
	named   map[string]int // results of the present record's items, by what names them
}

// Mapper of a set. finish is called with each interaction before it is written:
// where texts become signs and persons pseudonyms. Nil leaves it as it is.
func (s *Set) Mapper(finish func(*signals.Interaction)) *Mapper {
	if finish == nil {
		finish = func(*signals.Interaction) {}
	}
	return &Mapper{set: s, finish: finish, readers: make(map[*mapping]*reader, len(s.mappings))}
}

// Origin is where a record of a mapped topic comes from. A record of a file has the
// topic of its mapping, and an offset below 0.
type Origin struct {
	Topic     string
	Partition int
	// Only this mapping is applied; empty: all of the topic.
	Mapping string
	// Only these items of the record are mapped; empty: all.
	Items Items
}

// Result is what one mapping makes of a record, or of one item of it: a record
// for the topic of interactions, or a Reject with the reason Unmappable, or
// neither when the mapping passes it over. It is valid until the next Map.
type Result struct {
	Mapping string
	Account []byte
	Value   []byte
	Reject  *signals.Reject
	Items   Items // that Reject is about; empty: the whole record
	Empty   bool  // the mapping goes over a list, and it has no items
}

// Prepare makes sure that Map can read a record. The error means that a schema
// registry does not answer: the record has to wait, and is no dead letter.
func (m *Mapper) Prepare(ctx context.Context, of Origin, r *signals.Record) error {
	if m.set.schemas == nil || r.Value == nil || r.Flaw != "" || len(r.Value) > signals.MaxRecord {
		return nil
	}
	for _, mapping := range m.set.mappings {
		if c := mapping.config; c.Topic == of.Topic && c.Format.HasSchema() && (of.Mapping == "" || of.Mapping == c.Name) {
			return m.set.schemas.Prepare(ctx, r.Value)
		}
	}
	return nil
}

// Map applies the mappings of a record's topic to it, in their order. Records
// that do not count (of an aborted transaction) or say nothing (a tombstone of a
// compacted topic) are passed over.
func (m *Mapper) Map(of Origin, r *signals.Record) []Result {
	m.results, m.values = m.results[:0], m.values[:0]
	msg := message{topic: of.Topic, partition: of.Partition, record: r}
	var last *read // the same for all mappings that want it
	var format Format
	for _, mapping := range m.set.mappings {
		c := mapping.config
		if c.Topic != of.Topic || of.Mapping != "" && of.Mapping != c.Name {
			continue
		}
		if r.Value == nil || r.Flaw != "" {
			m.add(mapping, nil)
			continue
		}
		if last == nil || c.Format != format || c.Format == CSV {
			last, format = m.read(c, r.Value), c.Format
		}
		m.one(mapping, &msg, last, of.Items)
	}
	return m.results
}

// one mapping is applied.
func (m *Mapper) one(of *mapping, msg *message, value *read, only Items) {
	if value.reject != nil || value.value == nil {
		m.add(of, value.reject)
		return
	}
	msg.value, msg.bare = value.value, nil
	if of.each != nil {
		m.items(of, msg, only)
		return
	}
	result := m.add(of, nil)
	if reject := m.make(of, msg, result); reject != nil {
		result.refuse(reject)
	}
}

// add a result: refused, or passed over until something is made.
func (m *Mapper) add(of *mapping, why *signals.Reject) *Result {
	m.results = append(m.results, Result{Mapping: of.config.Name})
	result := &m.results[len(m.results)-1]
	if why != nil {
		result.refuse(why)
	}
	return result
}

// read is the value of a record; nothing of both for a header.
type read struct {
	value  any
	reject *signals.Reject
}

func (m *Mapper) read(c *Config, value []byte) *read {
	if len(value) > signals.MaxRecord {
		return &read{reject: &signals.Reject{Reason: signals.Oversized, Detail: fmt.Sprintf("%d bytes, the limit is %d", len(value), signals.MaxRecord)}}
	}
	r := new(read)
	switch {
	case c.Format == CSV:
		r.value, r.reject = readCSV(c, value)
	case c.Format.HasSchema() && m.set.schemas == nil:
		r.reject = &signals.Reject{Reason: signals.Malformed, Detail: "no schema registry is configured"}
	case c.Format.HasSchema():
		r.value, r.reject = m.set.schemas.Decode(c.Format, value)
	default:
		r.value, r.reject = readJSON(value)
	}
	return r
}

// refuse names the mapping and the cause.
func (r *Result) refuse(why *signals.Reject) {
	detail := why.Detail
	if why.Reason != signals.Unmappable {
		detail = why.Error()
	}
	r.Reject = &signals.Reject{Reason: signals.Unmappable, Detail: "mapping " + r.Mapping + ": " + detail}
}

// make one interaction, and check it as whoever reads the topic does.
func (m *Mapper) make(of *mapping, msg *message, result *Result) *signals.Reject {
	if wanted, reject := of.wants(msg); !wanted {
		return reject
	}
	return m.wanted(of, msg, result)
}

// wanted is a record, or an item, that the mapping is about.
func (m *Mapper) wanted(of *mapping, msg *message, result *Result) *signals.Reject {
	in := &m.in
	*in = signals.Interaction{Value: 1, Attributes: in.Attributes[:0]}
	if reject := m.fill(of, msg, in); reject != nil {
		return reject
	}
	in.Account, m.ids = identity.Clean(in.Account, m.ids[:0])
	in.Contact, m.ids = identity.Clean(in.Contact, m.ids)
	m.finish(in)
	from := len(m.values)
	m.values = signals.Append(m.values, in)
	value := m.values[from:len(m.values):len(m.values)]
	if reject := m.decoder.DecodeValue(value, &m.checked); reject != nil {
		return reject
	}
	result.Account, result.Value = bytes.Clone(in.Account), value
	return nil
}

// wants tells whether the mapping is about the record. What it asks for and the
// record has not is no yes.
func (of *mapping) wants(msg *message) (bool, *signals.Reject) {
	if of.when == nil {
		return true, nil
	}
	v, missing, err := of.when.eval(msg)
	if err != nil || missing != "" {
		return false, of.when.failed(err)
	}
	yes, ok := v.(types.Bool)
	if !ok {
		return false, of.when.unfit(v, "true or false")
	}
	return bool(yes), nil
}

// fill the fields of an interaction.
func (m *Mapper) fill(of *mapping, msg *message, in *signals.Interaction) *signals.Reject {
	if reject := m.moment(of, msg, in); reject != nil {
		return reject
	}
	if reject := of.value.number(msg, m.reader(of).numbers, &in.Value); reject != nil {
		return reject
	}
	for _, f := range []struct {
		*expression
		to       *[]byte
		required bool
	}{
		{of.account, &in.Account, true}, {of.signal, &in.Signal, true}, {of.id, &in.ID, false},
		{of.contact, &in.Contact, false}, {of.source, &in.Source, false}, {of.text, &in.Text, false},
	} {
		if reject := f.name(msg, f.to, f.required); reject != nil {
			return reject
		}
	}
	if len(in.Source) == 0 {
		in.Source = []byte(of.config.Name)
	}
	ofRecord := !of.id.perItem() // and not of one item of it
	if len(in.ID) == 0 && msg.record.Offset >= 0 {
		in.ID, ofRecord = fmt.Appendf(nil, "%s/%d/%d", msg.topic, msg.partition, msg.record.Offset), true
	}
	if of.each != nil && ofRecord && len(in.ID) > 0 {
		in.ID = fmt.Appendf(in.ID, "/%d", msg.index)
	}
	for _, a := range of.attributes {
		var value []byte
		if reject := a.name(msg, &value, false); reject != nil {
			return reject
		}
		if len(value) > 0 {
			in.Attributes = append(in.Attributes, signals.Attribute{Key: []byte(a.key), Value: value})
		}
	}
	return nil
}

// moment reads the time.
func (m *Mapper) moment(of *mapping, msg *message, in *signals.Interaction) *signals.Reject {
	if of.time == nil {
		if in.Time = msg.record.Time; in.Time <= 0 {
			return &signals.Reject{Reason: signals.Unmappable, Detail: "time: the record has no Kafka time, and the mapping gives no other"}
		}
		return nil
	}
	v, missing, err := of.time.eval(msg)
	if v == nil {
		return of.time.absent(missing, err)
	}
	switch v := v.(type) {
	case types.Timestamp:
		in.Time, err = instant(v.Time)
	case types.String:
		in.Time, err = m.reader(of).times.Read(string(v))
	case types.Int:
		in.Time, err = m.whole(of, int64(v))
	case types.Double:
		in.Time, err = notation.FractionSinceEpoch(float64(v))
	default:
		return of.time.unfit(v, "a time")
	}
	return of.time.failed(inWords(err))
}

// number gives a field that is one; not given, it stays as it is. A value that
// is asked for and missing is not 1.
func (x *expression) number(msg *message, texts *number.Reader, to *float64) *signals.Reject {
	if x == nil {
		return nil
	}
	v, missing, err := x.eval(msg)
	if v == nil {
		return x.absent(missing, err)
	}
	switch v := v.(type) {
	case types.Int:
		*to = float64(v)
	case types.Uint:
		*to = float64(v)
	case types.Double:
		*to = float64(v)
	case types.String:
		if *to, err = texts.Read(string(v)); err != nil {
			return x.failed(inWords(err))
		}
	default:
		return x.unfit(v, "a number")
	}
	if math.IsInf(*to, 0) || math.IsNaN(*to) {
		return x.failed(errors.New("it is not finite"))
	}
	return nil
}

// name gives a field that is a text. Empty is as good as absent.
func (x *expression) name(msg *message, to *[]byte, required bool) *signals.Reject {
	if x == nil {
		return nil
	}
	v, missing, err := x.eval(msg)
	switch {
	case v == nil && (required || err != nil):
		return x.absent(missing, err)
	case v == nil:
		return nil
	}
	text, ok := textOf(v)
	if _, flag := v.(types.Bool); !ok || flag && !strings.HasPrefix(x.field, "attributes.") {
		return x.unfit(v, "text") // nobody is called true
	}
	switch {
	case text == "" && required:
		return x.absent("it is empty", nil)
	case !utf8.ValidString(text): // a key, or a header
		return x.failed(errors.New("it is not UTF-8"))
	}
	*to = []byte(text)
	return nil
}

func textOf(v ref.Val) (string, bool) {
	switch v := v.(type) {
	case types.String:
		return strings.TrimSpace(string(v)), true
	case types.Int:
		return strconv.FormatInt(int64(v), 10), true
	case types.Uint:
		return strconv.FormatUint(uint64(v), 10), true
	case types.Double:
		return strconv.FormatFloat(float64(v), 'f', -1, 64), true
	case types.Bool:
		return strconv.FormatBool(bool(v)), true
	case types.Timestamp:
		return v.Format(time.RFC3339Nano), true
	}
	return "", false
}

// absent says what a field needs and the record has not.
func (x *expression) absent(missing string, err error) *signals.Reject {
	if err != nil {
		return x.failed(err)
	}
	return &signals.Reject{Reason: signals.Unmappable, Detail: x.field + ": " + missing}
}

// failed says why an expression gives nothing; nil when nothing failed.
func (x *expression) failed(err error) *signals.Reject {
	if err == nil {
		return nil
	}
	text := err.Error()
	if strings.HasPrefix(text, "no such overload") {
		text += ": texts, whole numbers and fractions do not mix; string(), int() and double() convert"
	}
	return &signals.Reject{Reason: signals.Unmappable, Detail: x.field + ": " + text}
}

func (x *expression) unfit(v ref.Val, wanted string) *signals.Reject {
	return x.failed(fmt.Errorf("want %s, got %s", wanted, v.Type().TypeName()))
}

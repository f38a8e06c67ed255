package decode

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"

	"firstsign/internal/identity"
	"firstsign/signals"
)

// MaxIdentifier is the longest account, signal, id, contact or source, and
// the longest key of an attribute, in bytes.
const MaxIdentifier = 256

// MaxAttributes is how many attributes an interaction may have.
const MaxAttributes = 256

// Decoder reads interactions. It keeps its buffers, so that decoding allocates
// nothing once they have grown; not safe for concurrent use.
//
// Account and contact are given as identity.Clean makes them. A record is strict JSON. Fields it does not know are passed over, for other
// producers add their own; those it knows must have the right type and stand
// once. Null is the same as absent. An identifier with a control character is
// wrong_type; half a surrogate pair is invalid_utf8. Of several faults, those
// of the text itself come first, then the first in the text.
type Decoder struct {
	lex    lexer
	mode   mode
	event  event
	base64 []byte // decoded data_base64

	seen  fields // fields of the record that were read
	timed bool   // one of them was a time
}

// Decode reads a record of the topic: a plain one, or a CloudEvent in
// structured or binary mode. After a reject, in holds nothing of use.
func (d *Decoder) Decode(r *signals.Record, in *signals.Interaction) *signals.Reject {
	if reject := unfit(r); reject != nil {
		return reject
	}
	if reject := d.read(r, in); reject != nil {
		return reject
	}
	if len(r.Key) == 0 {
		return &signals.Reject{Reason: signals.EmptyKey, Detail: "the record has no key; it must be the account"}
	}
	if string(r.Key) != string(in.Account) && !d.isKey(r.Key, in.Account) {
		return &signals.Reject{Reason: signals.KeyMismatch, Detail: fmt.Sprintf("the key %.80q is not the account %.80q", r.Key, in.Account)}
	}
	return nil
}

// isKey says whether a key is another spelling of the account. That decides
// nothing about the partition, which is the account's: a producer that hashes
// another spelling may miss it.
func (d *Decoder) isKey(key, account []byte) bool {
	key, d.lex.scratch = identity.Clean(key, d.lex.scratch)
	return string(key) == string(account)
}

// DecodeValue reads an interaction that has no envelope, such as a line of a
// history: a plain record or a CloudEvent in structured mode.
func (d *Decoder) DecodeValue(value []byte, in *signals.Interaction) *signals.Reject {
	r := signals.Record{Value: value}
	if reject := unfit(&r); reject != nil {
		return reject
	}
	return d.read(&r, in)
}

// unfit says why a record does not count whatever it says.
func unfit(r *signals.Record) *signals.Reject {
	if len(r.Value) > signals.MaxRecord {
		return &signals.Reject{Reason: signals.Oversized, Detail: fmt.Sprintf("%d bytes, the limit is %d", len(r.Value), signals.MaxRecord)}
	}
	if r.Flaw != "" {
		return &signals.Reject{Reason: r.Flaw, Detail: "the log says that the record does not count"}
	}
	return nil
}

// read decodes the value of a record, and its headers when they belong to it.
func (d *Decoder) read(r *signals.Record, in *signals.Interaction) *signals.Reject {
	d.lex.scratch = d.lex.scratch[:0]
	d.mode = plainRecord
	if len(r.Headers) > 0 {
		d.mode = modeOf(r.Headers)
	}
	d.start(r.Value, in)
	if d.mode == plainRecord {
		if d.plain(in) {
			return hinted(missing(in, d.timed), r.Value)
		}
		if !d.isEvent() {
			return d.lex.reject()
		}
		d.mode = structuredEvent
		d.start(r.Value, in)
	}
	return d.cloudEvent(r, in)
}

// start begins a text and an interaction.
func (d *Decoder) start(text []byte, in *signals.Interaction) {
	d.lex.reset(text)
	d.seen, d.timed = 0, false
	*in = signals.Interaction{Value: 1, Attributes: in.Attributes[:0]}
}

// plain reads the text as a record of the contract. False as well when it is
// a CloudEvent.
func (d *Decoder) plain(in *signals.Interaction) bool {
	d.lex.space()
	return d.object(in, 0) && d.lex.end()
}

// hinted adds to a reject for a missing field that the record has it with capitals. Names
// in a record are written one way only, so that a topic has no second one.
func hinted(reject *signals.Reject, value []byte) *signals.Reject {
	if reject == nil {
		return nil
	}
	field, _, _ := strings.Cut(strings.TrimPrefix(reject.Detail, `"`), `"`)
	for rest := value; len(rest) > len(field)+1; {
		at := bytes.IndexByte(rest, '"')
		if at < 0 || at+len(field)+2 > len(rest) {
			break
		}
		rest = rest[at+1:]
		name, after := rest[:len(field)], bytes.TrimLeft(rest[len(field):], "\"")
		if bytes.EqualFold(name, []byte(field)) && string(name) != field && rest[len(field)] == '"' && bytes.HasPrefix(bytes.TrimLeft(after, " \t\r\n"), []byte(":")) {
			reject.Detail += fmt.Sprintf("; the record has %q, and names of fields are in small letters", name)
			break
		}
	}
	return reject
}

// missing checks that the required fields are there.
func missing(in *signals.Interaction, timed bool) *signals.Reject {
	var name string
	switch {
	case !timed:
		name = "time"
	case len(in.Account) == 0:
		name = "account"
	case len(in.Signal) == 0:
		name = "signal"
	default:
		return nil
	}
	return &signals.Reject{Reason: signals.MissingField, Detail: fmt.Sprintf("%q is absent or empty", name)}
}

// fields is a set of the contract's fields.
type fields uint16

const (
	fieldTime fields = 1 << iota
	fieldValue
	fieldAccount
	fieldSignal
	fieldID
	fieldContact
	fieldSource
	fieldText
	fieldAttributes
)

// object reads the contract's object, which stands in depth others.
func (d *Decoder) object(in *signals.Interaction, depth int) bool {
	l := &d.lex
	if l.peek() != '{' {
		return l.mismatch("an object")
	}
	l.i++
	for key := l.member(true); key != nil; key = l.member(false) {
		l.field = key
		if !d.member(key, in, depth) {
			return false
		}
	}
	return l.reason == ""
}

// member reads the value of one field.
func (d *Decoder) member(key []byte, in *signals.Interaction, depth int) bool {
	var field fields
	var identifier *[]byte
	var clean bool // its spellings are made one
	switch string(key) {
	case "time":
		field = fieldTime
	case "value":
		field = fieldValue
	case "account":
		field, identifier, clean = fieldAccount, &in.Account, true
	case "signal":
		field, identifier = fieldSignal, &in.Signal
	case "id":
		field, identifier = fieldID, &in.ID
	case "contact":
		field, identifier, clean = fieldContact, &in.Contact, true
	case "source":
		field, identifier = fieldSource, &in.Source
	case "text":
		field = fieldText
	case "attributes":
		field = fieldAttributes
	case "specversion":
		if d.mode == plainRecord {
			return d.lex.fail(signals.BadEnvelope, d.lex.i, "a CloudEvent") // it is read again as such
		}
		return d.lex.skip(depth + 1)
	default:
		return d.lex.skip(depth + 1)
	}
	l := &d.lex
	if d.seen&field != 0 {
		return l.fail(signals.DuplicateField, l.i, "the field stands twice")
	}
	d.seen |= field
	if l.peek() == 'n' {
		return l.literal("null")
	}
	if identifier != nil {
		return l.identifier(identifier, clean)
	}
	switch field {
	case fieldTime:
		return d.time(&in.Time)
	case fieldValue:
		return l.value(&in.Value)
	case fieldText:
		return l.text(&in.Text)
	default:
		return d.attributes(in, depth+1)
	}
}

// time reads a field that is an instant.
func (d *Decoder) time(t *int64) bool {
	l, at := &d.lex, d.lex.i
	var s []byte
	if !l.text(&s) {
		return false
	}
	if len(s) == 0 {
		return true // as good as absent
	}
	var wrong string
	if *t, wrong = signals.ParseTime(s); wrong != "" {
		return l.fail(signals.BadTime, at, wrong)
	}
	d.timed = true
	return true
}

// text reads a string.
func (l *lexer) text(to *[]byte) (ok bool) {
	if l.peek() != '"' {
		return l.mismatch("a string")
	}
	*to, ok = l.str()
	return ok
}

// identifier reads a string that names something. With clean, spellings that look
// the same are made one.
func (l *lexer) identifier(to *[]byte, clean bool) bool {
	at := l.i
	if at >= len(l.b) || l.b[at] != '"' {
		return l.mismatch("a string")
	}
	s, ok := l.str()
	if !ok {
		return false
	}
	if !l.clean || clean && spaced(s) {
		if s, ok = l.unusual(s, at, clean); !ok {
			return false
		}
	}
	if len(s) > MaxIdentifier {
		return l.fail(signals.FieldTooLong, at, "longer than 256 bytes")
	}
	*to = s
	return true
}

// unusual is an identifier that is more than printable ASCII without spaces.
func (l *lexer) unusual(s []byte, at int, clean bool) (_ []byte, ok bool) {
	switch {
	case clean && identity.IsPlain(s):
		return s, true
	case clean:
		s, l.scratch = identity.Clean(s, l.scratch)
	}
	if len(s) <= MaxIdentifier && controlled(s) {
		return nil, l.fail(signals.WrongType, at, "a control character in an identifier")
	}
	return s, true
}

// spaced says whether printable ASCII holds a space. The last word that is looked at
// may overlap the one before it, so that no byte is looked at alone.
func spaced(s []byte) bool {
	if n := len(s); n >= 8 {
		for i := 0; i < n-8; i += 8 {
			if spacedWord(binary.LittleEndian.Uint64(s[i:])) {
				return true
			}
		}
		return spacedWord(binary.LittleEndian.Uint64(s[n-8:]))
	} else if n >= 4 {
		return spacedWord(uint64(binary.LittleEndian.Uint32(s))<<32 | uint64(binary.LittleEndian.Uint32(s[n-4:])))
	}
	for _, c := range s {
		if c == ' ' {
			return true
		}
	}
	return false
}

func spacedWord(x uint64) bool {
	x ^= ' ' * ones
	return (x-ones)&^x&highs != 0
}

// value reads a finite number.
func (l *lexer) value(to *float64) bool {
	at := l.i
	if c := l.peek(); c != '-' && c-'0' > 9 {
		return l.mismatch("a number")
	}
	n, ok := l.number()
	if !ok {
		return false
	}
	if *to, ok = n.float(); !ok {
		return l.fail(signals.BadValue, at, "too large for a number")
	}
	return true
}

// attributes reads the flat entries of an object that stands in depth others.
func (d *Decoder) attributes(in *signals.Interaction, depth int) bool {
	l := &d.lex
	if l.peek() != '{' {
		return l.mismatch("an object")
	}
	l.i++
	for key := l.member(true); key != nil; key = l.member(false) {
		at := l.i
		if len(key) > MaxIdentifier {
			return l.fail(signals.FieldTooLong, at, "an attribute's key is longer than 256 bytes")
		}
		var value []byte
		var ok bool
		switch l.peek() {
		case '"':
			value, ok = l.str()
		case 'n', '{', '[':
			ok = l.skip(depth + 1)
		default:
			ok = l.skip(depth + 1)
			value = l.b[at:l.i:l.i]
		}
		if !ok {
			return false
		}
		if value == nil {
			continue
		}
		if hasAttribute(in, key) {
			return l.fail(signals.DuplicateField, at, "an attribute stands twice")
		}
		if len(in.Attributes) == MaxAttributes {
			return l.fail(signals.FieldTooLong, at, "more than 256 attributes")
		}
		in.Attributes = append(in.Attributes, signals.Attribute{Key: key, Value: value})
	}
	return l.reason == ""
}

// hasAttribute reports whether an attribute was read. There are few.
func hasAttribute(in *signals.Interaction, key []byte) bool {
	for i := range in.Attributes {
		if string(in.Attributes[i].Key) == string(key) {
			return true
		}
	}
	return false
}

// mismatch says that the next value has another type than wanted.
func (l *lexer) mismatch(wanted string) bool {
	found := "a number"
	switch l.peek() {
	case '"':
		found = "a string"
	case '{':
		found = "an object"
	case '[':
		found = "an array"
	case 't', 'f':
		found = "a boolean"
	case 'n':
		found = "null"
	case 0:
		found = "nothing"
	}
	return l.fail(signals.WrongType, l.i, found+", not "+wanted)
}

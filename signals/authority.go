package signals

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strconv"
	"time"
)

// SignatureHeader of a control record holds when it was signed, in Unix
// milliseconds, a point, and the signature in base64.
const SignatureHeader = "firstsign-signature"

// signedFor is for how long a signature is good, before and after it was made: a copy
// of the record that somebody writes later is not.
const signedFor = int64(10 * time.Minute)

// Authority signs control records, with HMAC-SHA-256 over partition, kind, time of
// signing and body, and tells who wrote one: every source may write to the topic, so
// that a record stands there proves nothing. It is used by several goroutines at once.
// Nil signs nothing and believes everything.
type Authority struct{ keys [][]byte }

// NewAuthority returns that of some keys, nil without any. The first one signs, all
// verify, so that keys can be changed one instance after the other.
func NewAuthority(keys ...[]byte) *Authority {
	if len(keys) == 0 {
		return nil
	}
	return &Authority{keys}
}

// Sign adds the signature to the headers of a control record that is written now, in
// Unix nanoseconds, to a partition.
func (a *Authority) Sign(partition int, c *Control, now int64) (value []byte, headers []Header) {
	value, headers = c.Record()
	if a == nil || !c.Kind.ofService() {
		return value, headers
	}
	return value, append(headers, a.signature(partition, c.Kind, value, now))
}

// SignAlert returns the headers of a line of the topic of alerts, like Sign: what people
// answered is read back from there.
func (a *Authority) SignAlert(partition int, line []byte, now int64) []Header {
	if a == nil {
		return nil
	}
	return []Header{a.signature(partition, AlertLine, line, now)}
}

func (a *Authority) signature(partition int, kind Kind, value []byte, now int64) Header {
	ms := now / int64(time.Millisecond)
	text := strconv.AppendInt(nil, ms, 10)
	text = append(text, '.')
	text = base64.RawStdEncoding.AppendEncode(text, sum(a.keys[0], partition, kind, ms, value))
	return Header{Key: SignatureHeader, Value: text}
}

// AlertLine stands for the kind in the signature of a line of the topic of alerts, which
// is no control record.
const AlertLine Kind = "alert-line"

// ofService tells of a kind that only the service and its commands write. A heartbeat
// is the source's.
func (k Kind) ofService() bool { return k != Heartbeat }

func sum(key []byte, partition int, kind Kind, ms int64, body []byte) []byte {
	h := hmac.New(sha256.New, key)
	var b []byte
	b = binary.BigEndian.AppendUint64(b, uint64(partition))
	b = binary.BigEndian.AppendUint64(b, uint64(ms))
	b = append(binary.AppendUvarint(b, uint64(len(kind))), kind...)
	h.Write(b)
	h.Write(body)
	return h.Sum(nil)
}

// Signed tells whether a record of a partition bears a good signature. Without one the
// Reject says why not.
func (a *Authority) Signed(partition int, r *Record, kind Kind) *Reject {
	unsigned := func(detail string) *Reject {
		return &Reject{Reason: UnsignedControl, Detail: fmt.Sprintf("%s: %s", kind, detail)}
	}
	text := r.Header(SignatureHeader)
	if text == nil {
		return unsigned("there is no signature")
	}
	when, code, _ := bytes.Cut(text, []byte("."))
	ms, err := strconv.ParseInt(string(when), 10, 64)
	mac, wrong := base64.RawStdEncoding.AppendDecode(nil, code)
	if err != nil || wrong != nil {
		return unsigned("the signature cannot be read")
	}
	if apart := r.Time - ms*int64(time.Millisecond); r.Time > 0 && (apart > signedFor || apart < -signedFor) {
		return unsigned("it was signed at another time: a copy?")
	}
	for _, key := range a.keys {
		if hmac.Equal(mac, sum(key, partition, kind, ms, r.Value)) {
			return nil
		}
	}
	return unsigned("the signature is of another key, record or partition")
}

// Required tells whether records of a kind must be signed.
func (a *Authority) Required(kind Kind) bool { return a != nil && kind.ofService() }

// DefaultClockSkew is how much later than its own record a tick may be, where nobody
// says otherwise.
const DefaultClockSkew = 30 * time.Second

// Doubt says why a control record is not believed, nil when it is: by what it is and by
// the partition before it, so that whoever reads it again decides alike. Where there
// are keys, all are signed from the first one that is; signed keeps whether that one
// has come. A tick of a time that had not come when it was written is nobody's clock;
// a skew of 0 is DefaultClockSkew.
func (a *Authority) Doubt(partition int, r *Record, c *Control, signed *bool, skew time.Duration) *Reject {
	if a.Required(c.Kind) {
		reject := a.Signed(partition, r, c.Kind)
		if reject != nil && *signed {
			return reject
		}
		*signed = *signed || reject == nil
	}
	if skew == 0 {
		skew = DefaultClockSkew
	}
	if c.Kind == Tick && r.Time > 0 && c.Time > r.Time+int64(skew) {
		return &Reject{Reason: TickAhead, Detail: fmt.Sprintf("%s after the time of its record", time.Duration(c.Time-r.Time))}
	}
	return nil
}

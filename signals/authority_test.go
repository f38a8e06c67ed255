package signals

import (
	"strings"
	"testing"
	"time"
)

func TestAuthority(t *testing.T) {
	first, second := []byte("the first key, which is long enough"), []byte("the second key, which is long enough")
	a := NewAuthority(first, second)
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC).UnixNano()
	written := func(by *Authority, kind Kind) Record {
		c := Control{Kind: kind, Time: now, Load: "x", Contact: "li", Alert: "a", Label: FalseAlarm}
		r := Record{Time: now}
		r.Value, r.Headers = by.Sign(3, &c, now)
		return r
	}
	for _, kind := range []Kind{Tick, LoadBegin, LoadEnd, Feedback, Erase} {
		r := written(a, kind)
		if reject := a.Signed(3, &r, kind); reject != nil || !a.Required(kind) {
			t.Errorf("%s: %v", kind, reject)
		}
		for name, harm := range map[string]func(r *Record, partition *int, kind *Kind){
			"the signature is of another": func(_ *Record, partition *int, _ *Kind) { *partition = 4 },
			"signature is of another key": func(r *Record, _ *int, _ *Kind) {
				r.Value = append([]byte(nil), strings.Replace(string(r.Value), "2026", "2027", 1)...)
			},
			"another key, record":    func(_ *Record, _ *int, kind *Kind) { *kind = "other" },
			"signed at another time": func(r *Record, _ *int, _ *Kind) { r.Time += int64(11 * time.Minute) },
			"cannot be read":         func(r *Record, _ *int, _ *Kind) { r.Headers[1].Value = []byte("12.!") },
			"there is no signature":  func(r *Record, _ *int, _ *Kind) { r.Headers = r.Headers[:1] },
		} {
			r, partition, kind := written(a, kind), 3, kind
			harm(&r, &partition, &kind)
			if reject := a.Signed(partition, &r, kind); reject == nil || reject.Reason != UnsignedControl || !strings.Contains(reject.Detail, name) {
				t.Errorf("%s: %v, want %s", kind, reject, name)
			}
		}
	}
	// Keys change one instance after the other.
	r := written(NewAuthority(second, first), Tick)
	if reject := a.Signed(3, &r, Tick); reject != nil {
		t.Errorf("signed with the second key: %v", reject)
	}
	if reject := NewAuthority(first).Signed(3, &r, Tick); reject == nil {
		t.Error("a key that nobody has was believed")
	}
	if r := written(a, Heartbeat); len(r.Headers) != 1 || a.Required(Heartbeat) {
		t.Error("a heartbeat is the source's: it has no key")
	}
	if r := written(nil, Tick); len(r.Headers) != 1 || NewAuthority().Required(Tick) {
		t.Error("without keys nothing is signed")
	}
}

// A line of the topic of alerts is signed for its partition, and is no control record.
func TestSignAlert(t *testing.T) {
	a := NewAuthority([]byte("the first key, which is long enough"))
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC).UnixNano()
	r := Record{Time: now, Value: []byte(`{"kind":"acknowledged"}`)}
	r.Headers = a.SignAlert(3, r.Value, now)
	if reject := a.Signed(3, &r, AlertLine); reject != nil {
		t.Error(reject)
	}
	if a.Signed(4, &r, AlertLine) == nil || a.Signed(3, &r, Feedback) == nil {
		t.Error("good for another partition, or as a control record")
	}
	if headers := (*Authority)(nil).SignAlert(3, r.Value, now); headers != nil {
		t.Errorf("signed without a key: %v", headers)
	}
}

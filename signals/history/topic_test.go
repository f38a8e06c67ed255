package history

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"firstsign/signals"
)

// scribe writes records of a log of one partition as they come: of 3 March
// 2026, unless told otherwise, and taken by the log a minute after they happened.
type scribe struct {
	t      *testing.T
	to     *Topic
	offset int64
}

func newScribe(t *testing.T) *scribe {
	return &scribe{t: t, to: &Topic{
		Partitions: 1, Zone: signals.NewZone(time.UTC), Lateness: 24 * time.Hour, Now: instant(t, "2026-06-01T00:00:00Z"), Dir: t.TempDir(),
	}}
}

func instant(t *testing.T, s string) int64 {
	t.Helper()
	at, wrong := signals.ParseTime([]byte(s))
	if wrong != "" {
		t.Fatal(wrong)
	}
	return at
}

func (s *scribe) add(r signals.Record) {
	s.t.Helper()
	r.Offset = s.offset
	s.offset++
	if err := s.to.Add(0, &r); err != nil {
		s.t.Fatal(err)
	}
}

// call of acme; more are further fields.
func (s *scribe) call(at string, more string) {
	s.t.Helper()
	s.add(signals.Record{Time: instant(s.t, at) + int64(time.Minute), Key: []byte("acme"),
		Value: fmt.Appendf(nil, `{"time":%q,"account":"acme","signal":"call"%s}`, at, more)})
}

func (s *scribe) control(c signals.Control) {
	s.t.Helper()
	value, headers := c.Record()
	s.add(signals.Record{Time: c.Time, Value: value, Headers: headers})
}

func (s *scribe) tick(at string) {
	s.control(signals.Control{Kind: signals.Tick, Time: instant(s.t, at)})
}

// lines of the history.
func (s *scribe) lines() (all []string) {
	s.t.Helper()
	defer s.to.Close()
	stream, err := s.to.Stream()
	for err == nil {
		var line *Line
		if line, err = stream.Next(); err == nil {
			all = append(all, string(line.Value))
		}
	}
	if err != io.EOF {
		s.t.Fatal(err)
	}
	return all
}

// want compares lines by what stands in them.
func want(t *testing.T, lines []string, parts ...string) {
	t.Helper()
	if len(lines) != len(parts) {
		t.Fatalf("%d lines, want %d:\n%s", len(lines), len(parts), strings.Join(lines, "\n"))
	}
	for i := range parts {
		if !strings.Contains(lines[i], parts[i]) {
			t.Errorf("line %d is %s, want %s", i+1, lines[i], parts[i])
		}
	}
}

// Late records stand where they belong, repeated ones once; who only shares an
// id is another.
func TestTopicOrder(t *testing.T) {
	s := newScribe(t)
	s.call("2026-03-03T10:00:00Z", `,"id":"b","source":"pbx"`)
	s.call("2026-03-04T10:00:00Z", `,"id":"c","source":"pbx"`)
	s.tick("2026-03-20T00:00:00Z")
	s.call("2026-03-03T09:00:00Z", `,"id":"a","source":"pbx"`)
	s.call("2026-03-03T10:00:00Z", `,"source":"pbx","id":"b"`)
	s.call("2026-03-03T10:00:00Z", `,"id":"b","source":"crm"`)
	s.call("2026-03-03T10:00:00Z", `,"id":"b","source":"pbx","value":2`)
	s.call("2026-03-05T10:00:00Z", ``)
	s.call("2026-03-05T10:00:00Z", ``)
	want(t, s.lines(), `"a"`, `"id":"b","source":"pbx"}`, `"crm"`, `"value":2`, `"c"`, "03-05", "03-05")
	if s.to.Repeated != 1 || s.to.First != instant(t, "2026-03-03T09:00:00Z") || s.to.Last != instant(t, "2026-03-05T10:00:00Z") || s.to.Kept != 8 {
		t.Errorf("%+v", s.to)
	}
}

// A day is over when the newest tick, or the newest record, is its lateness
// past its end; no record is newer than now.
func TestTopicEnd(t *testing.T) {
	for _, c := range []struct {
		tick, taken string
		want        []string
	}{
		{"", "2026-03-05T23:00:00Z", []string{"03-03"}},
		{"2026-03-05T23:59:59Z", "2026-03-05T23:00:00Z", []string{"03-03"}},
		{"2026-03-06T00:00:00Z", "2026-03-05T23:00:00Z", []string{"03-03", "03-04"}},
		{"2026-03-06T00:00:00Z", "2026-03-08T23:00:00Z", []string{"03-03", "03-04", "03-05"}},
		{"", "2099-01-01T00:00:00Z", []string{"03-03", "03-04", "03-05"}},
	} {
		s := newScribe(t)
		s.call("2026-03-03T10:00:00Z", "")
		s.call("2026-03-04T10:00:00Z", "")
		s.add(signals.Record{Time: instant(t, c.taken), Key: []byte("acme"), Value: []byte(`{"time":"2026-03-05T10:00:00Z","account":"acme","signal":"call"}`)})
		if c.tick != "" {
			s.tick(c.tick)
		}
		want(t, s.lines(), c.want...)
		if int(s.to.Open) != 3-len(c.want) {
			t.Errorf("%d are of open days", s.to.Open)
		}
	}
}

// What does not count in the log is counted by its reason, and named.
func TestTopicRejects(t *testing.T) {
	s := newScribe(t)
	s.call("2026-03-03T10:00:00Z", "")
	s.add(signals.Record{Key: []byte("acme"), Value: []byte("hello")})
	s.add(signals.Record{Key: []byte("beta"), Value: []byte(`{"time":"2026-03-03T10:00:00Z","account":"acme","signal":"call"}`)})
	s.add(signals.Record{Flaw: signals.AbortedTransaction, Key: []byte("acme"), Value: []byte(`{"time":"2026-03-03T10:00:00Z","account":"acme","signal":"call"}`)})
	s.add(signals.Record{Headers: []signals.Header{{Key: signals.ControlHeader, Value: []byte("tack")}}})
	s.add(signals.Record{Time: instant(t, "2026-03-03T10:00:00Z"), Key: []byte("acme"), Value: []byte(`{"time":"2026-03-10T10:00:01Z","account":"acme","signal":"call"}`)})
	s.add(signals.Record{Time: instant(t, "2099-03-03T10:00:00Z"), Key: []byte("acme"), Value: []byte(`{"time":"2099-03-03T10:00:00Z","account":"acme","signal":"call"}`)})
	s.tick("2026-03-20T00:00:00Z")
	want(t, s.lines(), "03-03")
	for reason, n := range map[signals.Reason]int64{signals.Malformed: 1, signals.KeyMismatch: 1, signals.AbortedTransaction: 1, signals.BadControl: 1, signals.TooFarAhead: 2} {
		if s.to.Rejected[reason] != n {
			t.Errorf("%s: %d, want %d", reason, s.to.Rejected[reason], n)
		}
	}
	if len(s.to.Rejected) != 5 || len(s.to.Examples) != 6 || s.to.Examples[0].Offset != 1 {
		t.Errorf("%v, %+v", s.to.Rejected, s.to.Examples)
	}

	wrong := newScribe(t)
	wrong.to.Partitions = 1000
	wrong.call("2026-03-03T10:00:00Z", "")
	if len(wrong.lines()) != 0 || wrong.to.Rejected[signals.WrongPartition] != 1 {
		t.Errorf("%v", wrong.to.Rejected)
	}
}

// A person who was erased is nobody before it, under either name, and a new
// one after it.
func TestTopicErased(t *testing.T) {
	names := signals.NewPseudonyms([]byte("key"))
	for _, c := range []struct {
		name string
		keys *signals.Pseudonyms
		by   signals.Control
		gone bool
	}{
		{"of the account", nil, signals.Control{Account: "acme", Contact: "li-wei"}, true},
		{"of all", nil, signals.Control{Contact: "li-wei"}, true},
		{"of another account", nil, signals.Control{Account: "beta", Contact: "li-wei"}, false},
		{"another person", nil, signals.Control{Account: "acme", Contact: "wang-fang"}, false},
		{"by pseudonym", names, signals.Control{Account: "acme", Contact: names.Of("li-wei")}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newScribe(t)
			s.to.Pseudonyms = c.keys
			s.call("2026-03-03T10:00:00Z", `,"contact":"li-wei","text":"Li Wei here"`)
			s.call("2026-03-03T11:00:00Z", `,"contact":"chen-jie"`)
			c.by.Kind, c.by.Time = signals.Erase, instant(t, "2026-03-05T00:00:00Z")
			s.control(c.by)
			s.call("2026-03-04T10:00:00Z", `,"contact":"li-wei"`)
			s.tick("2026-03-20T00:00:00Z")
			first := `"contact":"li-wei","text"`
			if c.gone {
				first = `{"time":"2026-03-03T10:00:00Z","account":"acme","signal":"call","value":1}`
			}
			want(t, s.lines(), first, "chen-jie", "li-wei")
			if (s.to.Erased == 1) != c.gone {
				t.Errorf("%d without person", s.to.Erased)
			}
		})
	}
}

// Every line is one line, and what was told in headers is in it.
func TestTopicLines(t *testing.T) {
	s := newScribe(t)
	s.add(signals.Record{Key: []byte("acme"), Value: []byte("{\"time\":\"2026-03-03T10:00:00Z\",\r\n \"account\":\"acme\", \"signal\":\"call\"}")})
	s.add(signals.Record{Key: []byte("beta"), Value: []byte(`{"account":"beta","signal":"call","contact":"li-wei"}`), Headers: []signals.Header{
		{Key: "ce_specversion", Value: []byte("1.0")}, {Key: "ce_type", Value: []byte("call")}, {Key: "ce_source", Value: []byte("pbx")}, {Key: "ce_id", Value: []byte("1")},
		{Key: "ce_time", Value: []byte("2026-03-03T11:00:00Z")}, {Key: "content-type", Value: []byte("application/json")},
	}})
	s.tick("2026-03-20T00:00:00Z")
	lines := s.lines()
	want(t, lines, `{"time":"2026-03-03T10:00:00Z","account":"acme","signal":"call","value":1}`,
		`{"time":"2026-03-03T11:00:00Z","account":"beta","signal":"call","value":1,"id":"1","contact":"li-wei","source":"pbx"}`)
	if slices.ContainsFunc(lines, func(l string) bool { return strings.ContainsAny(l, "\r\n") }) {
		t.Errorf("%q", lines)
	}
}

// What was put back from the dead letters counts where it stands then.
func TestTopicPutBack(t *testing.T) {
	s := newScribe(t)
	s.to.LeaveOut(0, 1)
	s.call("2026-03-03T10:00:00Z", "")
	s.call("2026-03-04T10:00:00Z", "")
	s.call("2026-03-04T10:00:00Z", `,"value":2`)
	s.tick("2026-03-20T00:00:00Z")
	want(t, s.lines(), "03-03", `"value":2`)
	if s.to.PutBack != 1 {
		t.Errorf("%d were put back", s.to.PutBack)
	}
}

// Whole days between a load and the next, or the first start of the service,
// are named.
func TestTopicBlind(t *testing.T) {
	s := newScribe(t)
	s.control(signals.Control{Kind: signals.LoadBegin, Time: instant(t, "2026-03-03T10:00:00Z"), Load: "l"})
	s.call("2026-03-03T10:00:00Z", "")
	end := instant(t, "2026-03-05T00:00:00Z") // of 3 March, with its lateness
	s.control(signals.Control{Kind: signals.Tick, Time: end, Load: "l"})
	if !s.to.Loading() {
		t.Error("the load has not ended")
	}
	s.control(signals.Control{Kind: signals.LoadEnd, Time: end, Load: "l"})
	if s.to.Loading() {
		t.Error("the load has ended")
	}
	s.tick("2026-03-10T08:00:00Z")
	s.tick("2026-03-20T08:00:00Z")
	second := signals.Control{Kind: signals.LoadBegin, Time: instant(t, "2026-04-01T10:00:00Z"), Load: "m"}
	s.control(second)
	second.Kind, second.Time = signals.LoadEnd, instant(t, "2026-04-03T00:00:00Z")
	s.control(second)
	second.Kind, second.Time = signals.LoadBegin, instant(t, "2026-04-05T00:00:00Z")
	s.control(second)
	second.Kind, second.Time = signals.Tick, instant(t, "2026-04-09T00:00:00Z")
	s.control(second)
	want(t, s.lines(), "03-03")
	if got := fmt.Sprint(s.to.Blind); got != "[{2026-03-04 2026-03-09} {2026-04-02 2026-04-04}]" {
		t.Error(got)
	}
}

// A Log and a Topic are each other's way back.
func TestTopicOfLog(t *testing.T) {
	file := "" +
		`{"time":"2026-03-03T10:00:00Z","account":"acme","signal":"call"}` + "\n" +
		`{"time":"2026-03-03T12:00:00Z","account":"beta","signal":"call"}` + "\n" +
		`{"time":"2026-03-09T10:00:00Z","account":"acme","signal":"order","value":3}` + "\n"
	h, err := New(strings.NewReader(file), "test", Layout{})
	if err != nil {
		t.Fatal(err)
	}
	s := newScribe(t)
	s.to.Partitions = 2
	sequence := Log{Partitions: 2, Zone: signals.NewZone(time.UTC), Lateness: s.to.Lateness, First: instant(t, "2026-03-03T10:00:00Z"), Load: "l"}
	for e, err := range sequence.All(h) {
		if err != nil {
			t.Fatal(err)
		}
		var r signals.Record
		if e.Control != nil {
			r.Value, r.Headers = e.Control.Record()
		} else {
			r.Key, r.Value = e.Line.Interaction.Account, e.Line.Value
		}
		r.Offset, r.Time = s.offset, s.to.Now
		s.offset++
		if err := s.to.Add(e.Partition, &r); err != nil {
			t.Fatal(err)
		}
	}
	if got := strings.Join(s.lines(), "\n") + "\n"; got != file {
		t.Errorf("%s, want %s", got, file)
	}
}

// Control records that the service does not believe, a history does not either: whoever
// may write to the topic cannot take a person out of it, or end it at another day.
func TestTopicForgedControl(t *testing.T) {
	s := newScribe(t)
	s.to.Authority = signals.NewAuthority([]byte("the service's key"))
	s.call("2026-03-03T10:00:00Z", `,"contact":"li-wei"`)
	at := instant(t, "2026-03-20T00:00:00Z")
	tick := signals.Control{Kind: signals.Tick, Time: at}
	value, headers := s.to.Authority.Sign(0, &tick, at)
	s.add(signals.Record{Time: at, Value: value, Headers: headers})
	s.control(signals.Control{Kind: signals.Erase, Time: at, Account: "acme", Contact: "li-wei"})
	s.tick("2026-09-20T00:00:00Z")
	tick.Time += int64(time.Hour)
	value, headers = s.to.Authority.Sign(0, &tick, at)
	s.add(signals.Record{Time: at, Value: value, Headers: headers})
	want(t, s.lines(), "li-wei")
	if n, m := s.to.Rejected[signals.UnsignedControl], s.to.Rejected[signals.TickAhead]; n != 2 || m != 1 || s.to.Until > at {
		t.Errorf("%d unsigned, %d ahead, until %d", n, m, s.to.Until)
	}
}

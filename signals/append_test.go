package signals

import "testing"

func TestAppend(t *testing.T) {
	in := Interaction{
		Time: 1772415011_500000000, Value: -0.25, Account: []byte("acme"), Signal: []byte("call"),
		Contact: []byte("李伟"), Text: []byte("a\"b\\c\n\xff"),
		Attributes: []Attribute{{[]byte("direction"), []byte("inbound")}, {[]byte("n"), []byte("5")}},
	}
	want := `{"time":"2026-03-02T01:30:11.5Z","account":"acme","signal":"call","value":-0.25,"contact":"李伟",` +
		`"text":"a\"b\\c\u000a` + "\ufffd" + `","attributes":{"direction":"inbound","n":"5"}}`
	if got := string(Append(nil, &in)); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	buf := make([]byte, 0, 1024)
	if n := testing.AllocsPerRun(100, func() { buf = Append(buf[:0], &in) }); n != 0 {
		t.Errorf("%g allocations", n)
	}
}

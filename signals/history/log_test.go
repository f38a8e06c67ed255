package history

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"firstsign/signals"
)

func history(t *testing.T, lines ...string) *File {
	t.Helper()
	h, err := New(strings.NewReader(strings.Join(lines, "\n")), "f", Layout{})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func at(account, when string) string {
	return `{"time":"` + when + `","account":"` + account + `","signal":"call"}`
}

// log is a sequence as text, one entry a line.
func logOf(t *testing.T, s *Log, stream Stream) []string {
	t.Helper()
	var got []string
	for e, err := range s.All(stream) {
		switch bad, ok := errors.AsType[*LineError](err); {
		case ok:
			got = append(got, fmt.Sprintf("bad line %d", bad.Line))
		case err != nil:
			t.Fatal(err)
		case e.Control != nil:
			got = append(got, fmt.Sprintf("p%d %s %s %s", e.Partition, e.Control.Kind, time.Unix(0, e.Control.Time).UTC().Format("02T15:04"), e.Control.Load))
		default:
			got = append(got, fmt.Sprintf("p%d %s %s", e.Partition, e.Line.Interaction.Account, time.Unix(0, e.Line.Interaction.Time).UTC().Format("02T15:04")))
		}
	}
	return got
}

func TestLog(t *testing.T) {
	shanghai, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	first, _ := signals.ParseTime([]byte("2026-03-02T09:00:00Z"))
	s := &Log{Partitions: 2, Zone: signals.NewZone(shanghai), Lateness: 26 * time.Hour, First: first, Load: "x"}
	stream := history(t,
		at("acme", "2026-03-02T10:00:00Z"), at("zeta", "2026-03-02T09:00:00Z"), // out of order within the lateness
		at("acme", "2026-03-02T15:59:59Z"), at("zeta", "2026-03-02T16:00:00Z"), // midnight in Shanghai
		"{}", at("acme", "2026-03-02T15:00:00Z"), // late: no tick goes back
		at("acme", "2026-03-07T01:00:00Z"))
	acme, zeta := signals.PartitionOf([]byte("acme"), 2), signals.PartitionOf([]byte("zeta"), 2)
	if acme == zeta {
		t.Fatal("the accounts of the test must live in two partitions")
	}
	a, b := fmt.Sprintf("p%d acme ", acme), fmt.Sprintf("p%d zeta ", zeta)
	expect(t, logOf(t, s, stream),
		"p0 load-begin 02T09:00 x", "p1 load-begin 02T09:00 x",
		a+"02T10:00", b+"02T09:00", a+"02T15:59",
		"p0 tick 02T16:00 x", "p1 tick 02T16:00 x",
		b+"02T16:00", "bad line 5", a+"02T15:00",
		"p0 tick 06T16:00 x", "p1 tick 06T16:00 x", // one tick for the days without events
		a+"07T01:00",
		"p0 tick 08T18:00 x", "p1 tick 08T18:00 x", // the end of the 7th and the lateness
		"p0 load-end 08T18:00 x", "p1 load-end 08T18:00 x")

	s = &Log{Partitions: 1, Zone: signals.NewZone(shanghai), Lateness: time.Hour, First: first, Until: s.Zone.Day(first) + 3}
	expect(t, logOf(t, s, history(t, at("acme", "2026-03-02T10:00:00Z"))), // silent to the end
		"p0 load-begin 02T09:00 ", "p0 acme 02T10:00", "p0 tick 05T17:00 ", "p0 load-end 05T17:00 ")

	if got := logOf(t, s, history(t, "{}")); len(got) != 1 {
		t.Errorf("a history without a good line makes a log: %q", got)
	}
}

func TestMerge(t *testing.T) {
	background := history(t, at("a", "2026-03-02T10:00:00Z"), "{}", at("b", "2026-03-02T12:00:00Z"))
	judged := history(t, at("a~x", "2026-03-02T10:00:00Z"), at("b~x", "2026-03-02T11:00:00Z"), at("c~x", "2026-03-02T13:00:00Z"))
	first, _ := signals.ParseTime([]byte("2026-03-02T10:00:00Z"))
	s := &Log{Partitions: 1, Zone: signals.NewZone(time.UTC), First: first}
	got := logOf(t, s, Merge(background, judged))
	expect(t, got, "p0 load-begin 02T10:00 ", "p0 a 02T10:00", "bad line 2", "p0 a~x 02T10:00", "p0 b~x 02T11:00", "p0 b 02T12:00", "p0 c~x 02T13:00",
		"p0 tick 03T00:00 ", "p0 load-end 03T00:00 ")
}

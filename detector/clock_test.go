package detector

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"firstsign/detector/series"
	"firstsign/signals"
)

// callsOn is what the engine has counted for an account on day n.
func callsOn(e *Engine, account string, n int) int64 {
	a := e.index.of(account)
	if a == nil || len(a.Series) == 0 {
		return 0
	}
	return a.Series[0].At(series.Slot(dayN(n)))
}

// applied applies a log and returns the reasons of its rejects by offset.
func applied(e *Engine, l *written) map[int64]signals.Reason {
	rejects := map[int64]signals.Reason{}
	for i := range l.records {
		if r := e.Apply(&l.records[i]); r != nil {
			rejects[int64(i)] = r.Reason
		}
	}
	return rejects
}

func TestOnlyTicksCloseDays(t *testing.T) {
	rules := testRules()
	rules.Lateness = 6 * time.Hour
	var l written
	l.tick(at(10, 0))
	l.event(at(10, 9), "acme", "call")
	l.event(at(13, 9), "acme", "call") // ahead of the clock: its own day
	e := NewEngine(0, 1, rules)
	applied(e, &l)
	if e.closed != dayN(8) || callsOn(e, "acme", 13) != 1 {
		t.Errorf("closed %s, %d calls ahead", e.closed, callsOn(e, "acme", 13))
	}
	for _, c := range []struct {
		tick time.Time
		want int
	}{
		{at(11, 5.99), 9}, {at(11, 6), 10}, {at(10, 0), 10}, {at(11, 6), 10}, {at(14, 5), 12},
	} {
		e.Apply(tickAt(e.Next(), c.tick))
		if e.closed != dayN(c.want) {
			t.Errorf("tick %s closed %s, want %s", c.tick, e.closed, dayN(c.want))
		}
	}
}

func TestOneTickClosesAllDaysSince(t *testing.T) {
	var l written
	l.tick(at(0, 0))
	l.event(at(0, 9), "acme", "call")
	l.tick(at(1, 0))
	l.tick(at(90, 0))
	e, _ := run(t, testRules(), &l)
	if e.stats.DaysClosed != 90 || e.index.of("acme").Closed != dayN(89) || e.index.of("acme").Series[0].Active != 0 {
		t.Errorf("closed %d days, account %+v", e.stats.DaysClosed, e.index.of("acme"))
	}
}

// Below the first tick the newest event tells the time, unless it claims to
// be ahead of the log itself.
func TestHistoryMode(t *testing.T) {
	var l written
	for d := range 30 {
		l.event(at(d, 9), "acme", "call")
	}
	e := NewEngine(0, 1, testRules())
	if rejects := applied(e, &l); len(rejects) > 0 || e.closed != dayN(28) || e.Ticked() {
		t.Fatalf("rejects %v, closed %s, ticked %v", rejects, e.closed, e.Ticked())
	}
	if e.Clock() != at(29, 9).UnixNano() {
		t.Errorf("clock %s", time.Unix(0, e.Clock()).UTC())
	}
	var ahead written
	ahead.records = make([]signals.Record, len(l.records))
	ahead.lag = -25 * time.Hour
	ahead.event(at(32, 9), "acme", "call")
	r := ahead.records[len(ahead.records)-1]
	if reject := e.Apply(&r); reject == nil || reject.Reason != signals.TooFarAhead || e.closed != dayN(28) {
		t.Errorf("an event from the future: %v, closed %s", reject, e.closed)
	}
	e.Apply(tickAt(e.Next(), at(31, 0)))
	if !e.Ticked() || e.closed != dayN(30) {
		t.Errorf("after the first tick: ticked %v, closed %s", e.Ticked(), e.closed)
	}
	late := signals.Record{Offset: e.Next(), Key: []byte("acme"), Value: []byte(`{"time":"2026-02-06T09:00:00Z","account":"acme","signal":"call"}`)}
	if reject := e.Apply(&late); reject != nil || e.closed != dayN(30) {
		t.Errorf("after the first tick events move nothing: %v, closed %s", reject, e.closed)
	}
}

func TestEventsBesideTheRing(t *testing.T) {
	var l written
	l.tick(at(100, 0)) // closes day 99
	l.event(at(99-series.JudgedDays, 23), "acme", "call")
	l.event(at(100-series.JudgedDays, 0), "acme", "call")
	l.event(at(99+series.ForwardDays, 23), "acme", "call")
	l.event(at(100+series.ForwardDays, 0), "acme", "call")
	e := NewEngine(0, 1, testRules())
	got := applied(e, &l)
	if want := map[int64]signals.Reason{1: signals.TooOld, 4: signals.TooFarAhead}; fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("rejects %v, want %v", got, want)
	}
	if e.stats.Late != 1 || e.stats.Events != 2 {
		t.Errorf("stats %+v", e.stats)
	}
}

// A late event leaves the same state as one in time.
func TestLateEventCorrectsItsDay(t *testing.T) {
	history := func(late bool) *written {
		var l written
		l.tick(at(0, 0))
		for d := range 80 {
			if d != 20 || !late {
				l.event(at(d, 9), "acme", "call")
			}
			l.tick(at(d+1, 0))
			if d == 50 && late {
				l.event(at(20, 9), "acme", "call")
			}
		}
		return &l
	}
	a, _ := run(t, testRules(), history(false))
	b, _ := run(t, testRules(), history(true))
	if x, y := a.index.of("acme").Series[0], b.index.of("acme").Series[0]; x.Baseline.Total != y.Baseline.Total || x.Active != y.Active {
		t.Errorf("in time %+v, late %+v", x, y)
	}
}

func TestDuplicates(t *testing.T) {
	var l written
	l.tick(at(0, 0))
	l.event(at(0, 9), "acme", "call", "id", "1", "source", "pbx")
	l.event(at(0, 10), "acme", "call", "id", "1", "source", "pbx")
	l.event(at(0, 10), "acme", "call", "id", "1", "source", "crm") // another source's 1
	l.event(at(1, 9), "acme", "call", "id", "1", "source", "pbx")  // another day's
	l.event(at(0, 11), "bell", "call", "id", "1", "source", "pbx") // who took part as well
	l.event(at(0, 11), "acme", "mail", "id", "1", "source", "pbx") // of which there is a letter as well
	l.event(at(0, 10), "acme", "call")                             // without an id
	l.event(at(0, 10), "acme", "call")
	e, _ := run(t, testRules(), &l)
	if n := callsOn(e, "acme", 0); n != 4 || e.stats.Duplicates != 1 {
		t.Errorf("counted %d, duplicates %d", n, e.stats.Duplicates)
	}
	if n := callsOn(e, "bell", 0); n != 1 {
		t.Errorf("counted %d of the account with the same id", n)
	}
	if from := e.RestoreIDsFrom(); from != 1 {
		t.Errorf("remember from %d", from)
	}
	e.Apply(tickAt(e.Next(), at(series.JudgedDays, 0)))
	if from := e.RestoreIDsFrom(); from != 1 {
		t.Errorf("remember from %d while day 0 is in the ring", from)
	}
	e.Apply(tickAt(e.Next(), at(series.JudgedDays+1, 0)))
	if from := e.RestoreIDsFrom(); from != 4 {
		t.Errorf("remember from %d after day 0 left the ring", from)
	}
}

// A source that sends the records of closed days again changes nothing, as far
// back as the ring reaches; a late record that is new counts once.
func TestDuplicatesOfClosedDays(t *testing.T) {
	const days = series.JudgedDays
	var l written
	sent := func(day int, id string) { l.event(at(day, 9), "acme", "call", "id", id, "source", "pbx") }
	l.tick(at(0, 0))
	for d := range days {
		sent(d, fmt.Sprint(d))
		l.tick(at(d+1, 0))
	}
	for range 3 {
		for d := range days {
			sent(d, fmt.Sprint(d))
			sent(d, fmt.Sprint("late", d))
		}
	}
	e, _ := run(t, testRules(), &l)
	for d := range days {
		if n := callsOn(e, "acme", d); n != 2 {
			t.Errorf("day %d: %d calls", d, n)
		}
	}
	if e.stats.Duplicates != 5*days || e.stats.Late != days {
		t.Errorf("%d duplicates, %d late", e.stats.Duplicates, e.stats.Late)
	}
}

// What the rules refuse does not count after a restart under mended rules either:
// put back, it counts once.
func TestRefusedRecordsPutBack(t *testing.T) {
	narrow := testRules()
	narrow.Signals = slices.DeleteFunc(slices.Clone(narrow.Signals), func(s series.Signal) bool { return s.Name == "mail" })
	var l written
	l.tick(at(0, 0))
	l.event(at(0, 9), "acme", "call", "id", "1")
	l.event(at(0, 9), "acme", "mail", "id", "2") // refused
	l.event(at(0, 9), "late", "mail", "id", "3") // refused, of an account that nothing is known of
	l.tick(at(2, 0))
	e := NewEngine(0, 1, narrow)
	if got := applied(e, &l); len(got) != 2 {
		t.Fatalf("refused %v", got)
	}
	k := &shelf{accounts: map[string][]byte{}}
	commit := func(e *Engine) {
		if err := e.Commit(1000, 0, 0, func(c *Changes) error { k.take(c); return nil }); err != nil {
			t.Fatal(err)
		}
	}
	commit(e)
	for range 2 { // the second time everything is a repeat
		e = k.reopen(t, testRules(), l.records, rand.New(rand.NewPCG(1, 1)))
		l.event(at(0, 9), "acme", "call", "id", "1")
		l.event(at(0, 9), "acme", "mail", "id", "2")
		l.event(at(0, 9), "late", "mail", "id", "3")
		l.tick(at(2, 0))
		for i := e.Next(); i < int64(len(l.records)); i++ {
			if reject := e.Apply(&l.records[i]); reject != nil {
				t.Fatal(reject)
			}
		}
		commit(e)
		for _, account := range []string{"acme", "late"} {
			count := func(signal string) (n int64) {
				id := e.signals.Index[signal]
				for i := range e.index.of(account).Series {
					if s := &e.index.of(account).Series[i]; s.Key.Signal == id {
						n += s.At(series.Slot(dayN(0)))
					}
				}
				return n
			}
			if calls, mails := count("call"), count("mail"); mails != 1 || calls > 1 {
				t.Errorf("%s: %d calls and %d mails count", account, calls, mails)
			}
		}
	}
}

func TestLoad(t *testing.T) {
	load := func(kind signals.Kind, at time.Time, id string) signals.Control {
		return signals.Control{Kind: kind, Time: at.UnixNano(), Load: id}
	}
	var l written
	l.control(load(signals.LoadBegin, at(0, 9), "h"))
	l.control(load(signals.LoadBegin, at(0, 9), "other")) // started at the same moment
	for d := range 100 {
		l.event(at(d, 9), "acme", "call")
		l.tick(at(500, 0)) // wall ticks do not count meanwhile
		l.control(load(signals.Tick, at(d+1, 0), "h"))
		l.control(load(signals.Tick, at(d+50, 0), "other"))
	}
	l.control(load(signals.LoadEnd, at(100, 0), "other"))
	e := NewEngine(0, 1, testRules())
	applied(e, &l)
	if e.closed != dayN(99) || !e.Ticked() {
		t.Fatalf("closed %s", e.closed)
	}
	end := &written{}
	end.control(load(signals.LoadEnd, at(100, 0), "h"))
	end.records[0].Offset = e.Next()
	e.Apply(&end.records[0])
	// Nothing is known until somebody is there again: not a silence.
	e.Apply(tickAt(e.Next(), at(140, 12)))
	if e.closed != dayN(139) || e.index.of("acme").Evidence != 0 || e.index.of("acme").Series[0].Baseline.Silent != 0 {
		t.Errorf("closed %s, evidence %g", e.closed, e.index.of("acme").Evidence)
	}
	// From the day after, silence counts.
	e.Apply(tickAt(e.Next(), at(161, 0)))
	if e.index.of("acme").Evidence == 0 {
		t.Error("no evidence after three weeks of silence")
	}
	if open := e.yardstick.Today.Open(0); open>>series.JudgedDays&1 != 1 || open>>(series.JudgedDays-20)&1 != 0 {
		t.Errorf("known days %x", open)
	}
	if found := findingsOf(t, e); len(found) == 0 || found[0].Time < at(141, 0).UnixNano() {
		t.Errorf("findings %+v", found)
	}
	// A load of what lies before the clock is refused.
	again := &written{}
	again.control(load(signals.LoadBegin, at(0, 9), "again"))
	again.records[0].Offset = e.Next()
	e.Apply(&again.records[0])
	e.Apply(tickAt(e.Next(), at(162, 0)))
	if e.closed != dayN(161) {
		t.Errorf("closed %s after a refused load", e.closed)
	}
}

// What retention took before it was read is not a silence.
func TestLostDaysAreBlind(t *testing.T) {
	var l written
	l.tick(at(0, 0))
	for d := range 100 {
		l.event(at(d, 9), "acme", "call")
		l.tick(at(d+1, 0))
	}
	e, _ := run(t, testRules(), &l)
	e.SkipLost(e.Next() + 1000)
	e.Apply(tickAt(e.Next(), at(140, 0)))
	if e.index.of("acme").Evidence != 0 || e.closed != dayN(139) {
		t.Errorf("evidence %g, closed %s", e.index.of("acme").Evidence, e.closed)
	}
}

// Days with 23 and 25 hours begin at their midnight.
func TestDaysOfDaylightSaving(t *testing.T) {
	loc, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Skip(err)
	}
	rules := testRules()
	rules.Location = loc
	var l written
	local := func(month time.Month, day, hour, minute int) time.Time {
		return time.Date(2026, month, day, hour, minute, 0, 0, loc)
	}
	l.tick(local(3, 28, 0, 0))
	l.event(local(3, 29, 23, 30), "acme", "call") // the 23-hour day, 21:30 UTC
	l.event(local(3, 30, 0, 30), "acme", "call")  // 22:30 UTC of the same day
	l.tick(local(3, 29, 23, 59))
	e, _ := run(t, rules, &l)
	d, _ := signals.ParseDay("2026-03-29")
	days := &e.index.of("acme").Series[0]
	if days.At(series.Slot(d)) != 1 || days.At(series.Slot(d+1)) != 1 || e.closed != d-1 {
		t.Errorf("counted %d and %d, closed %s", days.At(series.Slot(d)), days.At(series.Slot(d+1)), e.closed)
	}
	e.Apply(tickAt(e.Next(), local(3, 30, 0, 0)))
	if e.closed != d {
		t.Errorf("closed %s", e.closed)
	}
}

func TestRejects(t *testing.T) {
	e := NewEngine(0, 1, testRules())
	e.Apply(tickAt(0, at(0, 0)))
	for value, want := range map[string]signals.Reason{
		`"signal":"nothing"`:               signals.UnknownSignal,
		`"signal":"call","value":-1`:       signals.BadValue,
		`"signal":"call","value":1.5`:      signals.BadValue,
		`"signal":"call","value":1000001`:  signals.BadValue,
		`"signal":"spend","value":-0.01`:   signals.BadValue,
		`"signal":"spend","value":1e30`:    signals.BadValue,
		`"signal":"mood","value":-0.5`:     "",
		`"signal":"spend","value":99.99`:   "",
		`"signal":"call","value":1000000`:  "",
		`"signal":"forwarding","value":2`:  "",
		`"signal":"forwarding","value":.5`: signals.Malformed,
	} {
		r := signals.Record{Offset: e.Next(), Key: []byte("a"), Value: []byte(`{"time":"2026-01-05T09:00:00Z","account":"a",` + value + `}`)}
		if reject := e.Apply(&r); reject == nil && want != "" || reject != nil && reject.Reason != want {
			t.Errorf("%s: %v, want %q", value, reject, want)
		}
	}
	// Kafka's own murmur2 puts "a" on one of 7 partitions, and so not here.
	p := signals.PartitionOf([]byte("a"), 7)
	e = NewEngine((p+1)%7, 7, testRules())
	r := signals.Record{Key: []byte("a"), Value: []byte(`{"time":"2026-01-05T09:00:00Z","account":"a","signal":"call"}`)}
	if reject := e.Apply(&r); reject == nil || reject.Reason != signals.WrongPartition {
		t.Errorf("wrong partition: %v", reject)
	}
}

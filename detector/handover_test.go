package detector_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"firstsign/accounts"
	"firstsign/detector"
	"firstsign/detector/finding"
	"firstsign/detector/relations"
	"firstsign/detector/series"
	"firstsign/signals"
)

// office is a made-up account of several people: what each of them does in a
// week, by day.
type office struct {
	id     string
	told   int // the day on which it is told that the key person has left; 0 is never
	people []func(day int) float64
}

// chief and deputy are the places of the key person and of the one who may take
// over; newcomer is nobody at first.
const (
	chief = iota
	deputy
	newcomer
)

var personIDs = [...]string{"li-wei", "chen-hao", "zhao-min", "sun-li", "wu-gang", "zhou-jie", "xu-ning"}

// offices is n accounts whose key person gives a part of all contact, and from a
// day on what becomes says of each person beside what is usual.
func offices(name string, n int, weekly, part float64, day int, becomes func(who int, after float64) float64) (all []office) {
	for i := range n {
		o := office{id: fmt.Sprintf(name, i)}
		for who := range personIDs {
			usual := weekly * (1 - part) / float64(len(personIDs)-2)
			switch who {
			case chief:
				usual = weekly * part
			case newcomer:
				usual = 0
			}
			o.people = append(o.people, func(d int) float64 {
				if d < day {
					return usual
				}
				return usual + weekly*part*becomes(who, float64(d-day))
			})
		}
		all = append(all, o)
	}
	return all
}

// unchanged, and what else becomes of a key person.
func unchanged(int, float64) float64 { return 0 }

func ramp(after, days float64) float64 { return min(1, after/days) }

// to gives all that the chief did to some others in equal parts, over some days.
func to(days float64, successors ...int) func(int, float64) float64 {
	return func(who int, after float64) float64 {
		part := 1.0
		if days > 0 {
			part = ramp(after, days)
		}
		if who == chief {
			return -part
		}
		for _, s := range successors {
			if s == who {
				return part / float64(len(successors))
			}
		}
		return 0
	}
}

// live runs offices through an engine and returns the findings and the engine.
func liveOffices(t *testing.T, days int, seed uint64, groups ...[]office) (*detector.Engine, []finding.Finding) {
	t.Helper()
	rules := &detector.Rules{Location: time.UTC, Hash: "offices", Signals: []series.Signal{
		{Name: "call", PerContact: true}, {Name: "message", PerContact: true},
		{Name: detector.ContactLeft, Kind: series.Event, PerContact: true, Weight: new(0.3)},
	}}
	var list []accounts.Account
	var all []office
	for _, g := range groups {
		for _, o := range g {
			list = append(list, accounts.Account{ID: o.id, Grade: accounts.Key, Contacts: []accounts.Contact{{ID: personIDs[chief], Key: true}}})
			all = append(all, o)
		}
	}
	rules.Accounts = accounts.NewDirectory(list)
	e := detector.NewEngine(0, 1, rules)
	var buffer []byte
	apply := func(r signals.Record) {
		r.Offset = e.Next()
		if reject := e.Apply(&r); reject != nil {
			t.Fatal(reject)
		}
	}
	tick := func(d int) {
		value, headers := (&signals.Control{Kind: signals.Tick, Time: hour(d, 0).UnixNano()}).Record()
		apply(signals.Record{Value: value, Headers: headers})
	}
	chance := make([]*rand.Rand, len(all))
	for i := range all {
		chance[i] = rand.New(rand.NewPCG(seed, uint64(i)))
	}
	busy := make([][]float64, len(all))
	tick(0)
	for d := range days {
		for i := range all {
			if all[i].told == d && d > 0 {
				in := signals.Interaction{Time: hour(d, 8).UnixNano(), Account: []byte(all[i].id), Signal: []byte(detector.ContactLeft),
					Contact: []byte(personIDs[chief]), Source: []byte("crm"), Value: 1}
				buffer = signals.Append(buffer[:0], &in)
				apply(signals.Record{Time: in.Time, Key: in.Account, Value: buffer})
			}
			rng := chance[i]
			if d%7 == 0 { // each person's week is busier or quieter than usual
				busy[i] = busy[i][:0]
				for range all[i].people {
					busy[i] = append(busy[i], math.Exp(0.4*rng.NormFloat64()-0.08))
				}
			}
			for who, rate := range all[i].people {
				for k, signal := range []string{"call", "message"} {
					mean := rate(d) * weekdays[d%7] * busy[i][who] / 2
					for range NegativeBinomialLog(rng.Float64(), mean, 1.2) {
						in := signals.Interaction{Time: hour(d, 9+k).UnixNano(), Account: []byte(all[i].id), Signal: []byte(signal),
							Contact: []byte(personIDs[who]), Source: []byte("pbx"), Value: 1}
						buffer = signals.Append(buffer[:0], &in)
						apply(signals.Record{Time: in.Time, Key: in.Account, Value: buffer})
					}
				}
			}
		}
		tick(d + 1)
	}
	return e, findingsOf(t, e)
}

// raisedWithin is the share of a group raised from a day on, within some days.
func raisedWithin(found []finding.Finding, group []office, day, within int) (s share) {
	raised := map[string]bool{}
	for _, f := range found {
		at := int((f.Time - hour(0, 0).UnixNano()) / int64(24*time.Hour))
		if (f.Kind == finding.Raised || f.Kind == finding.RaisedAgain) && at > day && at <= day+within {
			raised[f.Account] = true
		}
	}
	for _, o := range group {
		s.of++
		if raised[o.id] {
			s.hits++
		}
	}
	return s
}

// A hand-over raises no alert, a withdrawal does. Everybody is a key account at
// the default threshold. Of a person who gives less than a fifth of the contact
// nobody could tell in time who took over; that is shown and not asked for.
func TestQualityHandover(t *testing.T) {
	simulated(t)
	n := sized(25, 200)
	const day, weekly = 200, 20
	for _, part := range []float64{0.15, 0.3, 0.5} {
		groups := []struct {
			what  string
			group []office
			gone  bool // and nobody takes over
		}{
			{"healthy", offices("healthy-%d", n, weekly, part, day, unchanged), false},
			{"handed over to a deputy", offices("deputy-%d", n, weekly, part, day, to(0, deputy)), false},
			{"handed over to a newcomer", offices("newcomer-%d", n, weekly, part, day, to(0, newcomer)), false},
			{"handed over to two", offices("two-%d", n, weekly, part, day, to(0, deputy, newcomer)), false},
			{"handed over in six weeks", offices("slow-%d", n, weekly, part, day, to(42, deputy)), false},
			{"withdrawn", offices("gone-%d", n, weekly, part, day, to(0)), true},
			{"withdrawn in six weeks", offices("fading-%d", n, weekly, part, day, to(42)), true},
		}
		var all [][]office
		for _, g := range groups {
			all = append(all, g.group)
		}
		e, found := liveOffices(t, day+120, 7, all...)
		for _, g := range groups {
			eight, later := raisedWithin(found, g.group, day, 56), raisedWithin(found, g.group, day, 120)
			switch what := fmt.Sprintf("key person of %.0f %% %s: raised within", 100*part, g.what); {
			case part < 0.2:
				t.Logf("%-62s %-24s 120 days %s", what+" 56 days", eight, later)
			case g.gone && g.what == "withdrawn":
				atLeast(t, what+" 56 days", eight, 0.95, 0.9)
			case g.gone:
				atLeast(t, what+" 120 days", later, 0.95, 0.9)
			default:
				atLeast(t, what+" 56 days: not", eight.rest(), 0.95, 0.9)
				t.Logf("%-62s %-24s", what+" 120 days", later)
			}
		}
		who, _ := e.People("newcomer-0")
		if i := slices.IndexFunc(who.Persons, func(p relations.Person) bool { return p.ID == personIDs[newcomer] }); i < 0 {
			t.Errorf("the newcomer is not among %+v", who.Persons)
		}
	}
}

func (s share) rest() share { return share{s.of - s.hits, s.of} }

// When it was told that the key person has left, a hand-over to a colleague is
// seen more surely; that nobody took over still is seen.
func TestQualityHandoverThatWasTold(t *testing.T) {
	simulated(t)
	n := sized(25, 200)
	const day, weekly = 200, 20
	for _, part := range []float64{0.15, 0.3} {
		told := offices("told-%d", n, weekly, part, day, to(0, deputy))
		gone := offices("gone-%d", n, weekly, part, day, to(0))
		for i := range n {
			told[i].told, gone[i].told = day+2, day+2
		}
		_, found := liveOffices(t, day+120, 7, offices("healthy-%d", n, weekly, part, day, unchanged), told, gone)
		what := fmt.Sprintf("key person of %.0f %% left, it was told", 100*part)
		handed, soon, later := raisedWithin(found, told, day, 120).rest(), raisedWithin(found, gone, day, 56), raisedWithin(found, gone, day, 120)
		t.Logf("%-62s %-24s", what+", withdrawn: raised within 56 days", soon)
		if part < 0.2 {
			t.Logf("%-62s not %s, withdrawn: %s", what+", handed over: raised within 120 days", handed, later)
			continue
		}
		atLeast(t, what+", handed over: raised within 120 days: not", handed, 0.95, 0.9)
		atLeast(t, what+", withdrawn: raised within 120 days", later, 0.95, 0.9)
	}
}

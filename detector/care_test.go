package detector

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"firstsign/accounts"
	"firstsign/detector/account"
	"firstsign/detector/evidence"
	"firstsign/detector/finding"
	"firstsign/detector/series"
	"firstsign/internal/racetest"
	"firstsign/signals"
)

// caringRules owe visits by grade, contacts to key accounts, and an answer to a
// complaint within five days.
func caringRules() *Rules {
	rules := testRules()
	rules.Signals = append(rules.Signals,
		series.Signal{Name: "complaint", Kind: series.Event, Weight: new(0.2)}, series.Signal{Name: "complaint_resolved", Side: series.Ours},
		series.Signal{Name: "event_invited", Side: series.Ours}, series.Signal{Name: "event_attended", Weight: new(0.0)})
	rules.Care = Care{
		Visits:        []string{"visit"},
		Owed:          map[accounts.Grade]Owed{accounts.Key: {Visits: 3}, accounts.Ordinary: {Visits: 1}},
		ComplaintDays: 5,
	}
	list := []accounts.Account{{ID: "acme", Grade: accounts.Key}, {ID: "small", Grade: accounts.Marginal}}
	for i := range 20 {
		list = append(list, accounts.Account{ID: fmt.Sprint("client-", i)})
	}
	rules.Accounts = accounts.NewDirectory(list)
	return rules
}

// tended writes a day of 20 ordinary accounts that call, and are visited once a
// fortnight. One complaint was answered, so that answers are known to be
// written down.
func (l *written) tended(d int) {
	if d == 0 {
		l.event(at(d, 9), "client-0", "complaint_resolved")
	}
	for i := range 20 {
		l.event(at(d, 9), fmt.Sprint("client-", i), "call", "source", "pbx")
		if (d+i)%14 == 0 {
			l.event(at(d, 10), fmt.Sprint("client-", i), "visit", "source", "crm")
		}
	}
}

// cared are the findings about the care for an account, as "day kind: signal
// done of owed".
func cared(found []finding.Finding, account string) (of []string) {
	for _, f := range about(found, account) {
		if f.Kind != finding.Neglected && f.Kind != finding.CaredFor {
			continue
		}
		text := fmt.Sprintf("%d %s", signals.Day((f.Time-1)/oneDay)-dayN(0), f.Kind)
		for _, r := range f.Reasons {
			text += fmt.Sprintf(": %s %g of %g", r.Signal, r.To, r.From)
		}
		of = append(of, text)
	}
	return of
}

func TestNeglect(t *testing.T) {
	racetest.Arithmetic(t)
	every := func(n, from, to int) (days []int) {
		for d := from; d < to; d += n {
			days = append(days, d)
		}
		return days
	}
	for name, tt := range map[string]struct {
		visits []int
		want   []string
	}{
		"three in 28 days": {every(9, 0, 200), nil},
		// Three fit into the first 28 days that end with day 27; of the visits on 45
		// and 54 one is left on day 73.
		"no more visits": {every(9, 0, 60), []string{"73 neglected: visit 1 of 3"}},
		"visits begin again": { // on the third, and seven days of it
			append(every(9, 0, 60), every(9, 100, 200)...), []string{"73 neglected: visit 1 of 3", "124 cared_for"}},
		"a new account has 28 days":                      {[]int{0}, []string{"27 neglected: visit 1 of 3"}},
		"two of three is less than owed, and no neglect": {every(14, 0, 200), nil},
		"three in a week count as well":                  {append(every(9, 0, 60), 74, 75, 76), []string{"73 neglected: visit 1 of 3", "81 cared_for", "103 neglected: visit 1 of 3"}},
	} {
		t.Run(name, func(t *testing.T) {
			var l written
			for d := range 140 {
				l.tick(at(d, 0))
				l.tended(d)
				l.event(at(d, 11), "acme", "call", "source", "pbx")
				l.event(at(d, 11), "small", "call", "source", "pbx")
				if slices.Contains(tt.visits, d) {
					l.event(at(d, 12), "acme", "visit", "source", "crm")
				}
			}
			_, found := run(t, caringRules(), &l)
			if got := cared(found, "acme"); !slices.Equal(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			for _, id := range []string{"small", "client-7"} {
				if got := cared(found, id); len(got) > 0 {
					t.Errorf("%s: %q", id, got)
				}
			}
		})
	}
}

func TestNothingIsOwedToWhoIsGone(t *testing.T) {
	rules := caringRules()
	e := NewEngine(0, 1, rules)
	for d := range 100 {
		var l written
		l.tick(at(d, 0))
		l.tended(d)
		if d < 30 {
			l.event(at(d, 11), "acme", "visit", "source", "crm")
		}
		if d == 31 {
			without := *rules
			without.Accounts = accounts.NewDirectory(slices.DeleteFunc(slices.Collect(func(yield func(accounts.Account) bool) {
				for a := range rules.Accounts.All() {
					if !yield(*a) {
						return
					}
				}
			}), func(a accounts.Account) bool { return a.ID == "acme" }))
			e.SetRules(&without)
		}
		for i := range l.records {
			l.records[i].Offset = e.Next()
			e.Apply(&l.records[i])
		}
	}
	if got := cared(findingsOf(t, e), "acme"); len(got) > 0 {
		t.Errorf("%q", got)
	}
}

// Nobody is neglected when visits are not written down: never, not yet, not on
// holidays, or not while their feed is dead.
func TestNeglectNeedsALog(t *testing.T) {
	for name, tt := range map[string]struct {
		visits func(d int) bool // of everybody
		rules  func(*Rules)
	}{
		"never":            {func(int) bool { return false }, nil},
		"from day 70 on":   {func(d int) bool { return d >= 70 }, nil},
		"a dead feed":      {func(d int) bool { return d < 60 || d > 85 }, nil},
		"a listed holiday": {func(d int) bool { return d < 60 || d > 85 }, func(r *Rules) { r.Holidays = holidays(60, 85) }},
		"no norm":          {func(d int) bool { return d < 60 }, func(r *Rules) { r.Care = Care{} }},
	} {
		t.Run(name, func(t *testing.T) {
			rules := caringRules()
			if tt.rules != nil {
				tt.rules(rules)
			}
			var l, none written
			for d := range 140 {
				l.tick(at(d, 0))
				none.tended(d)
				for _, r := range none.records {
					if tt.visits(d) || !bytes.Contains(r.Value, []byte(`"visit"`)) {
						l.add(r)
					}
				}
				none.records = none.records[:0]
				if d%9 == 0 && tt.visits(d) {
					l.event(at(d, 12), "acme", "visit", "source", "crm")
				}
			}
			_, found := run(t, rules, &l)
			if got := ofKind(found, finding.Neglected); len(got) > 0 {
				t.Errorf("%+v", got)
			}
		})
	}
}

// Where visits are too few to tell by themselves that nothing comes, the source
// says so: its heartbeats stop.
func TestNeglectNeedsALivingSource(t *testing.T) {
	for _, beats := range []bool{true, false} {
		rules := caringRules()
		rules.Accounts = nil
		rules.Care.Owed = map[accounts.Grade]Owed{accounts.Ordinary: {Visits: 3}}
		var l written
		for d := range 100 {
			l.tick(at(d, 0))
			dead := d >= 60 && d < 75
			for i := range 4 {
				l.event(at(d, 9), fmt.Sprint("client-", i), "call", "source", "pbx")
				if (d+2*i)%9 == 0 && !dead {
					l.event(at(d, 10), fmt.Sprint("client-", i), "visit", "source", "crm")
				}
			}
			if beats && !dead {
				l.control(signals.Control{Kind: signals.Heartbeat, Time: at(d, 8).UnixNano(), Source: "crm"})
			}
		}
		_, found := run(t, rules, &l)
		if n := len(ofKind(found, finding.Neglected)); (n == 0) != beats {
			t.Errorf("with heartbeats %v: %d neglected", beats, n)
		}
	}
}

func holidays(from, to int) map[signals.Day]float64 {
	days := map[signals.Day]float64{}
	for d := from; d <= to; d++ {
		days[dayN(d)] = 0
	}
	return days
}

// A complaint is not answered in time: told once, and over with the answer.
func TestUnansweredComplaint(t *testing.T) {
	racetest.Arithmetic(t)
	for name, tt := range map[string]struct {
		complaints, answers []int
		want                []string
	}{
		"answered in time":       {[]int{60}, []int{65}, nil},
		"answered the same day":  {[]int{60}, []int{60}, nil},
		"too late":               {[]int{60}, []int{70}, []string{"66 neglected: complaint 6 of 5", "70 cared_for"}},
		"never":                  {[]int{60}, nil, []string{"66 neglected: complaint 6 of 5"}},
		"one answer ends all":    {[]int{60, 64}, []int{70}, []string{"66 neglected: complaint 6 of 5", "70 cared_for"}},
		"answered after it left": {[]int{10}, []int{120}, []string{"16 neglected: complaint 6 of 5", "120 cared_for"}},
		"another is answered":    {[]int{10, 115}, []int{112}, []string{"16 neglected: complaint 6 of 5", "112 cared_for", "121 neglected: complaint 6 of 5"}},
	} {
		t.Run(name, func(t *testing.T) {
			var l written
			for d := range 140 {
				l.tick(at(d, 0))
				l.tended(d)
				l.event(at(d, 11), "small", "call", "source", "pbx")
				if slices.Contains(tt.complaints, d) {
					l.event(at(d, 12), "small", "complaint")
				}
				if slices.Contains(tt.answers, d) {
					l.event(at(d, 13), "small", "complaint_resolved")
				}
			}
			_, found := run(t, caringRules(), &l)
			if got := cared(found, "small"); !slices.Equal(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			if n := len(ofKind(about(found, "small"), finding.Raised)); n > 0 {
				t.Errorf("%d raised: a complaint alone never alerts", n)
			}
		})
	}
}

// What our side did stands beside what moved: visits, a complaint that waits,
// and events they did not come to.
func TestRaisedTellsWhatWeDid(t *testing.T) {
	var l written
	for d := range 140 {
		l.tick(at(d, 0))
		l.tended(d)
		if d < 100 {
			l.event(at(d, 11), "acme", "call", "source", "pbx")
		}
		switch d {
		case 5, 30, 60, 90:
			l.event(at(d, 12), "acme", "event_invited")
			l.event(at(d, 12), "acme", "visit", "source", "crm")
		case 31:
			l.event(at(d, 12), "acme", "event_attended")
		case 99:
			l.event(at(d, 12), "acme", "complaint")
		}
	}
	e, found := run(t, caringRules(), &l)
	raised := ofKind(about(found, "acme"), finding.Raised)
	if len(raised) != 1 {
		t.Fatalf("%+v", about(found, "acme"))
	}
	var norms []string
	for _, r := range raised[0].Reasons {
		if r.Term == evidence.Norm {
			norms = append(norms, fmt.Sprintf("%s %s %g of %g without %q", r.Side, r.Signal, r.To, r.From, r.Without))
		}
	}
	wait := (raised[0].Time-1)/oneDay - int64(dayN(99))
	want := []string{
		`ours visit 1 of 3 without ""`, fmt.Sprintf(`ours complaint %d of 5 without "complaint_resolved"`, wait),
		`ours event_invited 1 of 4 without "event_attended"`,
	}
	if !slices.Equal(norms, want) {
		t.Errorf("got %q, want %q", norms, want)
	}
	if x, _ := e.Inspect("acme", 0); len(x.Care) != 3 {
		t.Errorf("inspected %+v", x.Care)
	}
}

// What we do ourselves never hides their silence, and what we do not do adds
// nothing to their risk: with and without our calls and visits the evidence of
// every day is the same, and so are the alerts.
func TestOurCareIsNoEvidence(t *testing.T) {
	racetest.Arithmetic(t)
	rapid.Check(t, func(t *rapid.T) {
		seed, silent := rapid.Uint64().Draw(t, "seed"), rapid.IntRange(60, 110).Draw(t, "silent")
		busy := rapid.Float64Range(0, 1).Draw(t, "how much we do")
		play := func(ours bool) (evidence []float32, raised []string) {
			rng, own := rand.New(rand.NewPCG(seed, 1)), rand.New(rand.NewPCG(seed, 2))
			e := NewEngine(0, 1, caringRules())
			var l written
			for d := range 130 {
				l.tick(at(d, 0))
				l.tended(d)
				if d < silent && rng.Float64() < 0.6 || d == 0 {
					l.event(at(d, 9), "acme", "call", "source", "pbx")
				}
				if d > 0 && own.Float64() < busy && ours {
					l.event(at(d, 10), "acme", "visit", "source", "crm")
					l.event(at(d, 11), "acme", "mail", "direction", "outbound", "source", "chat")
				}
			}
			for i := range l.records {
				if reject := e.Apply(&l.records[i]); reject != nil {
					t.Fatal(reject)
				}
				if a := e.index.of("acme"); a != nil {
					if n := len(evidence); n == 0 || evidence[n-1] != a.Evidence {
						evidence = append(evidence, a.Evidence)
					}
				}
			}
			for _, news := range e.news {
				for _, f := range news {
					if f.Account == "acme" && (f.Kind == finding.Raised || f.Kind == finding.RaisedAgain || f.Kind == finding.Closed) {
						raised = append(raised, fmt.Sprint(f.ID, f.Kind, f.Time, f.Risk))
					}
				}
			}
			return evidence, raised
		}
		withUs, alerts := play(true)
		without, sameAlerts := play(false)
		if !slices.Equal(withUs, without) || !slices.Equal(alerts, sameAlerts) {
			t.Fatalf("with us %v %v\nwithout %v %v", withUs, alerts, without, sameAlerts)
		}
	})
}

// Visits and complaints that are told of late count on their day: the state is
// as if they had been told of at once.
func TestLateVisitsLeaveNoTrace(t *testing.T) {
	play := func(late int) *account.Account {
		var l, held written
		for d := range 140 {
			l.tick(at(d, 0))
			l.tended(d)
			if d%9 == 0 {
				held.event(at(d, 12), "acme", "visit", "source", "crm")
			}
			for len(held.records) > 0 && held.records[0].Time <= at(d-late, 24).UnixNano() {
				l.add(held.records[0])
				held.records = held.records[1:]
			}
			l.event(at(d, 11), "acme", "call", "source", "pbx")
			switch d {
			case 20:
				held.event(at(d, 12), "acme", "complaint")
			case 40:
				held.event(at(d, 12), "acme", "complaint_resolved")
			}
		}
		for _, r := range held.records {
			l.add(r)
		}
		l.tick(at(141, 0))
		e, _ := run(t, caringRules(), &l)
		return e.index.of("acme")
	}
	if now, late := play(0), play(4); now.Tended() != late.Tended() {
		t.Errorf("%+v, late %+v", now.Tended(), late.Tended())
	}
}

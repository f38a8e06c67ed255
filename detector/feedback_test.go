package detector

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"pgregory.net/rapid"

	"firstsign/detector/episodes"
	"firstsign/detector/feeds"
	"firstsign/detector/finding"
	"firstsign/detector/series"
	"firstsign/internal/racetest"
	"firstsign/signals"
)

func (l *written) feedback(day int, account, alert string, label signals.Label) {
	l.control(signals.Control{Kind: signals.Feedback, Time: at(day, 9).UnixNano(), Account: account, Alert: alert, Label: label})
}

// Worked by hand: one and a half times rarer each, three times at most; half of
// the logarithm after 180 days; taken back when it was something else.
func TestFalseAlarmsMakeThresholdsRarer(t *testing.T) {
	o := episodes.NewOpinion()
	for i, c := range []struct {
		Episode signals.Day
		label   signals.Label
		day     signals.Day
		want    float64
	}{
		{100, signals.FalseAlarm, 110, 1.5},
		{100, signals.FalseAlarm, 111, 1.498}, // said again: a day of forgetting and nothing else
		{100, signals.ActedSaved, 111, 1},     // taken back
		{100, signals.FalseAlarm, 111, 1.5},
		{100, signals.Expected, 111, 1},
		{200, signals.FalseAlarm, 210, 1.5},
		{390, signals.FalseAlarm, 390, 1.837}, // the first is 180 days old: 1.5 times the root of 1.5
		{391, signals.FalseAlarm, 391, 2.749},
		{392, signals.FalseAlarm, 392, 3},
		{393, signals.NotKnown, 572, 1.732}, // 180 days after the last
	} {
		o.Label(c.Episode, c.label, c.day)
		if got := o.EasedOn(c.day); math.Abs(got-c.want) > 0.005 {
			t.Errorf("%d: %s of %d on day %d: %.3f times rarer, want %.3f", i, c.label, c.Episode, c.day, got, c.want)
		}
	}
	if got := (*episodes.Opinion)(nil).EasedOn(7); got != 1 {
		t.Errorf("nothing was said, and thresholds are %v times rarer", got)
	}
}

// Whatever is said, and how often: thresholds never fall below the grade's nor
// rise above the bound, and silence of those who answer brings them back.
func TestOpinionsAreBounded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o, day := episodes.NewOpinion(), signals.Day(0)
		for range rapid.IntRange(1, 60).Draw(t, "answers") {
			day += signals.Day(rapid.IntRange(0, 40).Draw(t, "days"))
			o.Label(day-signals.Day(rapid.IntRange(0, 5).Draw(t, "age")), rapid.SampledFrom(signals.Labels).Draw(t, "label"), day)
			if f := o.EasedOn(day); f < 1 || f > episodes.MostEased {
				t.Fatalf("%v times rarer", f)
			}
		}
		if f := o.EasedOn(day + 5*episodes.EasedDays); f > 1.05 {
			t.Fatalf("%v times rarer after 900 days", f)
		}
	})
}

// somebodyPauses is a year of an account that pauses now and then, with a crowd;
// what is said of each alert when it is raised is written behind it.
func somebodyPauses(t *testing.T, seed uint64, label signals.Label) (raised int) {
	rng := rand.New(rand.NewPCG(seed, 8))
	e := NewEngine(0, 1, watchful())
	pause := 60
	for d := range 540 {
		var l written
		l.tick(at(d, 0))
		if d == pause+14 {
			pause = d + 30 + rng.IntN(20)
		}
		if d < pause && rng.IntN(2) == 0 {
			l.event(at(d, 10), "acme", "call")
		}
		l.crowd(rng, d, 22, 0.6, "")
		l.tick(at(d+1, 0))
		for i := range l.records {
			l.records[i].Offset = e.Next()
			e.Apply(&l.records[i])
		}
		for _, f := range about(findingsOf(t, e), "acme") {
			if f.Kind != finding.Raised {
				continue
			}
			raised++
			if label != "" {
				var said written
				said.feedback(d, "acme", f.ID, label)
				said.records[0].Offset = e.Next()
				if reject := e.Apply(&said.records[0]); reject != nil {
					t.Fatal(reject)
				}
			}
		}
	}
	return raised
}

func TestFalseAlarmsAreFewer(t *testing.T) {
	if testing.Short() {
		t.Skip("simulates for long: run it without -short")
	}
	racetest.Arithmetic(t)
	for label, bound := range map[signals.Label]func(with, without int) bool{
		signals.FalseAlarm: func(with, without int) bool { return float64(with) <= 0.75*float64(without) },
		signals.ActedSaved: func(with, without int) bool { return with == without },
	} {
		with, without := 0, 0
		for seed := range uint64(12) {
			without += somebodyPauses(t, seed, "")
			with += somebodyPauses(t, seed, label)
		}
		t.Logf("%s: %d alerts, %d without", label, with, without)
		if without < 12 || !bound(with, without) {
			t.Errorf("%s: %d alerts, %d without", label, with, without)
		}
	}
}

// What is expected closes at the next close, at its level; a further fall is
// found, and an answer to another alert changes nothing.
func TestExpectedIsAcceptedAtOnce(t *testing.T) {
	racetest.Arithmetic(t)
	for _, c := range []struct {
		name, alert string
		label       signals.Label
		Accepted    bool
	}{
		{"expected", "", signals.Expected, true},
		{"of another episode", "acme-2001-01-01", signals.Expected, false},
		{"of another account", "shop-2001-01-01", signals.Expected, false},
		{"of our neglect", "acme-neglect-2001-01-01", signals.Expected, false},
		{"of no day", "acme-", signals.Expected, false},
		{"acted", "", signals.ActedLost, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			const fall, further = 120, 300
			e := NewEngine(0, 1, watchful())
			rng := rand.New(rand.NewPCG(4, 9))
			var l written
			l.lives(rng, 420, 22, func(day int) float64 {
				switch {
				case day < fall:
					return 6
				case day < further:
					return 2.4
				}
				return 0.7
			})
			var found []finding.Finding
			said := 0
			for i := range l.records {
				l.records[i].Offset = e.Next()
				e.Apply(&l.records[i])
				for _, f := range about(findingsOf(t, e), "acme") {
					if found = append(found, f); f.Kind != finding.Raised || said > 0 {
						continue
					}
					said = int(signals.Day((f.Time-1)/oneDay) - dayN(0))
					alert := c.alert
					if alert == "" {
						alert = f.ID
					}
					var w written
					w.feedback(said+1, "acme", alert, c.label)
					w.records[0].Offset = e.Next()
					e.Apply(&w.records[0])
				}
			}
			raised, accepted := episodesOf(found, "acme")
			if len(raised) == 0 || raised[0] < fall {
				t.Fatalf("raised on %d", raised)
			}
			if got := len(accepted) > 0 && accepted[0] == said+1; got != c.Accepted {
				t.Errorf("raised on %d, said on %d, accepted on %d", raised, said, accepted)
			}
			if c.Accepted && (len(raised) < 2 || raised[len(raised)-1] < further || raised[len(raised)-1] > further+60) {
				t.Errorf("raised on %d: want the further fall on day %d, and soon", raised, further)
			}
		})
	}
}

// A source that a person retires: its alert ends, its accounts are judged by the
// other source, and nobody whose only source it was is found silent. When it
// comes back it begins anew.
func TestRetiredSource(t *testing.T) {
	racetest.Arithmetic(t)
	const dead, back = 140, 230
	for _, c := range []struct {
		label signals.Label
		since int // of the failure that is named, from dead on
		want  string
	}{
		{signals.Expected, 0, "feed_dead feed_retired"},
		{signals.Expected, 2, "feed_dead feed_retired"}, // as another partition dates it
		{signals.FalseAlarm, 0, "feed_dead feed_back"},
		{signals.Expected, -9, "feed_dead feed_back"},
	} {
		e := NewEngine(0, 1, testRules())
		rng := rand.New(rand.NewPCG(1, 2))
		told, blamed := "", 0
		for d := range 300 {
			var l written
			l.tick(at(d, 0))
			l.crowd(rng, d, 40, 0.7, "crm")
			for i := range 40 { // calls come from pbx alone, and mails from crm
				if at(d, 0).Weekday()%6 != 0 && rng.IntN(10) < 7 && (d < dead || d >= back) {
					l.event(at(d, 11), fmt.Sprint("crowd-", i), "mail", "source", "pbx")
				}
			}
			if d == dead+10 {
				l.control(signals.Control{Kind: signals.Feedback, Time: at(d, 9).UnixNano(), Alert: feeds.FailureID("pbx", dayN(dead+c.since)), Label: c.label})
			}
			l.tick(at(d+1, 0))
			for i := range l.records {
				l.records[i].Offset = e.Next()
				if reject := e.Apply(&l.records[i]); reject != nil {
					t.Fatal(reject)
				}
			}
			for _, f := range findingsOf(t, e) {
				if f.Source == "pbx" {
					told += " " + string(f.Kind)
				} else if f.Kind == finding.Raised {
					blamed++
				}
			}
			f := e.summary.sources.Find("pbx")
			if d == dead+60 && f.IsRetired() != (c.want == "feed_dead feed_retired") {
				t.Errorf("%s of a failure since %d: %s", c.label, dead+c.since, f.State)
			}
			if d == dead+60 && f.IsRetired() {
				if _, x := e.Inspect("crowd-1", 0); !x {
					t.Fatal("no account")
				}
				a := e.index.of("crowd-1")
				for i := range a.Series {
					if s := &a.Series[i]; e.signals.Name(s.Key.Signal) == "mail" && e.yardstick.Today.KnownOf(s) != 0 {
						t.Errorf("a retired source's series is judged by the days %x", e.yardstick.Today.KnownOf(s))
					}
				}
			}
		}
		if told != " "+c.want {
			t.Errorf("%s of a failure since %d: told%s, want %s", c.label, dead+c.since, told, c.want)
		}
		if f := e.summary.sources.Find("pbx"); f.State != FeedAlive || !noAnswers(e) {
			t.Errorf("70 days after it came back it is %s; what was said of its failure is kept: %v", f.State, !noAnswers(e))
		}
		if blamed > 0 {
			t.Errorf("%d accounts were raised", blamed)
		}
	}
}

// noAnswers tells that nothing is kept of what people said of failing sources.
func noAnswers(e *Engine) bool {
	w := &series.Writer{}
	e.sources.EncodeAnswers(w)
	return string(w.Bytes) == "\x00"
}

// saidTo applies records to an engine, at once.
func (l *written) saidTo(t *testing.T, e *Engine) {
	t.Helper()
	for i := range l.records {
		l.records[i].Offset = e.Next()
		if reject := e.Apply(&l.records[i]); reject != nil {
			t.Fatal(reject)
		}
	}
}

// falling is an account that falls from 6 calls a day to 2 on day 120; raised is
// called once, when it is raised, with the day of the alert.
func falling(t *testing.T, rules *Rules, until int, raised func(e *Engine, f finding.Finding, day int)) (found []finding.Finding) {
	var l written
	l.lives(rand.New(rand.NewPCG(4, 9)), until, 22, func(day int) float64 {
		if day < 120 {
			return 6
		}
		return 2.4
	})
	e, asked := NewEngine(0, 1, rules), false
	for i := range l.records {
		l.records[i].Offset = e.Next()
		e.Apply(&l.records[i])
		for _, f := range about(findingsOf(t, e), "acme") {
			if found = append(found, f); f.Kind == finding.Raised && !asked {
				asked = true
				raised(e, f, int(signals.Day((f.Time-1)/oneDay)-dayN(0)))
			}
		}
	}
	return found
}

func kindsOf(found []finding.Finding) (kinds string) {
	for _, f := range found {
		kinds += fmt.Sprintf(" %s", f.Kind)
		if f.NewLevel {
			kinds += "!"
		}
	}
	return kinds
}

// What is said of one alert is not undone by a label of an older one, nor by two
// answers that came to the log in the wrong order; and what comes after it was
// said is not accepted with it.
func TestExpectedIsOfWhatWasRead(t *testing.T) {
	rules := func() *Rules {
		r := watchful()
		r.Patterns = []Pattern{{Name: "forwarding", Signal: "forwarding", Times: 1, Days: 3}}
		return r
	}
	for _, c := range []struct {
		name string
		say  func(l *written, f finding.Finding, day int)
		want string
	}{
		{"an older alert is labelled as well", func(l *written, f finding.Finding, day int) {
			l.feedback(day+1, "acme", f.ID, signals.Expected)
			l.feedback(day+1, "acme", "acme-2025-06-01", signals.ActedSaved)
		}, " raised closed!"},
		{"taken back before, and written after", func(l *written, f finding.Finding, day int) {
			l.feedback(day+2, "acme", f.ID, signals.Expected)
			l.feedback(day+1, "acme", f.ID, signals.NotKnown)
		}, " raised closed!"},
		{"news after it was said", func(l *written, f finding.Finding, day int) {
			l.feedback(day+1, "acme", f.ID, signals.Expected)
			l.event(at(day+1, 12), "acme", "forwarding")
		}, " raised raised_again"},
	} {
		found := falling(t, rules(), 200, func(e *Engine, f finding.Finding, day int) {
			var l written
			c.say(&l, f, day)
			l.saidTo(t, e)
		})
		if got := kindsOf(found); len(got) < len(c.want) || got[:len(c.want)] != c.want || c.want == " raised raised_again" && len(found) > 2 && found[2].Time < found[1].Time+oneDay {
			t.Errorf("%s: found%s, want%s first", c.name, got, c.want)
		}
	}
}

// Bad news is raised before its day closes. What is said of it then waits for
// that day: it ends after it began, and is not raised anew.
func TestExpectedNews(t *testing.T) {
	rules := testRules()
	rules.Lateness = 24 * time.Hour
	rules.Patterns = []Pattern{{Name: "forwarding", Signal: "forwarding", Times: 1, Days: 3}}
	e, rng := NewEngine(0, 1, rules), rand.New(rand.NewPCG(4, 9))
	var found []finding.Finding
	for d := range 170 {
		var l written
		l.tick(at(d, 0))
		l.crowd(rng, d, 22, 0.6, "")
		l.event(at(d, 10), "acme", "call")
		if d == 150 {
			l.event(at(d, 11), "acme", "forwarding")
		}
		l.saidTo(t, e)
		for _, f := range about(findingsOf(t, e), "acme") {
			if found = append(found, f); f.Kind == finding.Raised && d == 150 {
				var said written
				said.feedback(d, "acme", f.ID, signals.Expected)
				said.saidTo(t, e)
			}
		}
	}
	if got := kindsOf(found); got != " raised closed!" || found[1].Time < found[0].Time {
		t.Errorf("found%s: %+v", got, found)
	}
}

// Only the level that a person called expected must grow tenfold.
func TestWorseThanWhatWasExpected(t *testing.T) {
	level := episodes.Episode{Stage: episodes.Accepted, Since: 900, AlertedRisk: 2}
	for _, c := range []struct {
		Opinion *episodes.Opinion
		closed  signals.Day
		worse   bool
	}{
		{nil, 910, true}, {&episodes.Opinion{Of: 100, Last: signals.Expected, Eased: 1, Level: 120}, 910, true},
		{&episodes.Opinion{Of: 880, Last: signals.Expected, Eased: 1, Level: 900}, 910, false},
		{&episodes.Opinion{Of: 880, Last: signals.Expected, Eased: 1, Level: 900}, 928, true},
	} {
		if got := level.Worse(c.Opinion, c.closed, 8, episodes.Threshold{Raise: 1, Clear: 0.9}); got != c.worse {
			t.Errorf("on day %d, after %+v: worse is %v", c.closed, c.Opinion, got)
		}
	}
}

// A sparse source that was retired comes back by its heartbeats.
func TestRetiredSourceBeatsAgain(t *testing.T) {
	var l written
	l.tick(at(0, 0))
	for d := range 300 {
		if d < 130 {
			for i := range 3 {
				l.event(at(d, 10), fmt.Sprint("shop-", i), "call", "source", "crm")
			}
		}
		if d < 130 || d > 190 {
			l.control(signals.Control{Kind: signals.Heartbeat, Time: at(d, 12).UnixNano(), Source: "crm"})
		}
		if d == 140 {
			l.feedback(d, "", feeds.FailureID("crm", dayN(130)), signals.Expected)
		}
		l.tick(at(d+1, 0))
	}
	e, found := run(t, testRules(), &l)
	if f := e.summary.sources.Find("crm"); f.State != FeedAlive || len(ofKind(found, finding.FeedRetired)) != 1 {
		t.Errorf("%s; %d times retired", f.State, len(ofKind(found, finding.FeedRetired)))
	}
}

// An account that both sources told of is judged by the one that is left, also
// when the last that came of it came by the other.
func TestSeriesOfARetiredSourceGoBack(t *testing.T) {
	racetest.Arithmetic(t)
	const dead = 140
	for _, last := range []string{"crm", "pbx"} {
		e, rng := NewEngine(0, 1, testRules()), rand.New(rand.NewPCG(1, 2))
		var found []finding.Finding
		for d := range 260 {
			var l written
			l.tick(at(d, 0))
			l.crowd(rng, d, 40, 0.7, "crm")
			for i := range 40 {
				if at(d, 0).Weekday()%6 != 0 && rng.IntN(10) < 7 && d < dead {
					l.event(at(d, 11), fmt.Sprint("crowd-", i), "mail", "source", "pbx")
				}
			}
			if d < dead {
				source := []string{"crm", "pbx"}[d%2]
				if d == dead-1 {
					source = last
				}
				l.event(at(d, 12), "acme", "call", "source", source)
			}
			if d == dead+10 {
				l.feedback(d, "", feeds.FailureID("pbx", dayN(dead)), signals.Expected)
			}
			l.tick(at(d+1, 0))
			l.saidTo(t, e)
			found = append(found, about(findingsOf(t, e), "acme")...)
		}
		if len(ofKind(found, finding.Raised)) == 0 {
			t.Errorf("the last came by %s, and the silence was never raised", last)
		}
	}
}

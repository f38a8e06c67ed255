package detector

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"firstsign/accounts"
	"firstsign/detector/account"
	"firstsign/detector/series"
	"firstsign/signals"
)

// weekLog is a log that is applied as it is written, beside what its weeks should come to.
type weekLog struct {
	t      *rapid.T
	rules  *Rules
	engine *Engine
	log    written
	sums   map[series.Key]map[signals.Day]int64
	seen   map[series.Key]map[signals.Day]int64
	blind  map[signals.Day]bool
	scores map[signals.Day]float64
}

func newWeekLog(t *rapid.T) *weekLog {
	w := &weekLog{
		t: t, rules: testRules(), blind: map[signals.Day]bool{}, scores: map[signals.Day]float64{},
		sums: map[series.Key]map[signals.Day]int64{}, seen: map[series.Key]map[signals.Day]int64{},
	}
	w.rules.Signals[0].PerContact = true
	w.rules.Accounts = accounts.NewDirectory([]accounts.Account{{ID: "acme", Contacts: []accounts.Contact{{ID: "li-wei", Key: true}}}})
	w.engine = NewEngine(0, 1, w.rules)
	w.watch()
	return w
}

func (w *weekLog) watch() {
	w.engine.OnScore(func(_ string, day signals.Day, score float64) { w.scores[day] = score })
}

// apply has the engine read what was written since the last call.
func (w *weekLog) apply() {
	for w.engine.Next() < int64(len(w.log.records)) {
		if reject := w.engine.Apply(&w.log.records[w.engine.Next()]); reject != nil {
			w.t.Fatal(reject)
		}
	}
}

func (w *weekLog) count(k series.Key, d signals.Day, steps int64) {
	if w.sums[k] == nil {
		w.sums[k], w.seen[k] = map[signals.Day]int64{}, map[signals.Day]int64{}
	}
	w.sums[k][d] += steps
	w.seen[k][d]++
}

// day writes the interactions of a day, some of which are of days long before.
func (w *weekLog) day(n int) {
	ids := w.engine.signals.Index
	for range rapid.IntRange(0, 4).Draw(w.t, "events") {
		of := n
		if rapid.IntRange(0, 3).Draw(w.t, "late") == 0 {
			of = max(0, n-rapid.IntRange(0, series.JudgedDays-2).Draw(w.t, "days late"))
		}
		t, d := at(of, 9), dayN(of)
		switch rapid.IntRange(0, 3).Draw(w.t, "signal") {
		case 0:
			w.log.event(t, "acme", "call", "contact", "li-wei")
			w.count(series.Key{Signal: ids["call"]}, d, 1)
			w.count(series.Key{Signal: ids["call"], Contact: 1}, d, 1)
		case 1:
			w.log.event(t, "acme", "visit")
			w.count(series.Key{Signal: ids["visit"], Ours: true}, d, 1)
		case 2:
			steps := rapid.Int64Range(-1000, 1000).Draw(w.t, "mood")
			w.log.value(t, "acme", "mood", float64(steps)/1000)
			w.count(series.Key{Signal: ids["mood"]}, d, steps)
		case 3:
			steps := rapid.Int64Range(0, 1e9).Draw(w.t, "spend")
			w.log.value(t, "acme", "spend", float64(steps)/100)
			w.count(series.Key{Signal: ids["spend"]}, d, steps)
		}
	}
}

// lose makes the days from the one that is open to a day's end blind.
func (w *weekLog) lose(n int) {
	for d := w.engine.closed + 1; w.engine.started && d <= dayN(n+1); d++ {
		w.blind[d] = true
	}
	w.engine.SkipLost(w.engine.Next())
}

// restart goes on with what a commit has stored.
func (w *weekLog) restart() {
	k := &shelf{accounts: map[string][]byte{}}
	if err := w.engine.Commit(100, 0, 0, func(c *Changes) error { k.take(c); return nil }); err != nil {
		w.t.Fatal(err)
	}
	w.engine = k.reopen(w.t, w.rules, w.log.records, nil)
	w.watch()
}

// Weeks are the sums of the days that were applied, whatever was late, lost or restarted.
func TestWeeksAreTheSumsOfTheirDays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWeekLog(t)
		w.log.tick(at(0, 0))
		days := rapid.IntRange(50, 260).Draw(t, "days")
		for n := range days {
			w.day(n)
			w.apply()
			switch rapid.IntRange(0, 40).Draw(t, "what happens") {
			case 0:
				w.lose(n)
			case 1, 2:
				w.restart()
			}
			w.log.tick(at(n+1, 0))
			w.apply()
		}
		a := w.engine.index.of("acme")
		if a == nil {
			return
		}
		for i := range a.Series {
			w.check(a, i)
		}
		w.checkRisk(a)
	})
}

func (w *weekLog) check(a *account.Account, i int) {
	s := &a.Series[i]
	what := fmt.Sprintf("%s %+v", w.engine.signals.Name(s.Key.Signal), s.Key)
	list := a.Weeks.Of(i, s, a.Closed)
	weekly, greatest := map[signals.Day]int64{}, int64(0)
	for d, steps := range w.sums[s.Key] {
		monday := d - signals.Day((d.Weekday()+6)%7)
		weekly[monday] += steps
		greatest = max(greatest, weekly[monday])
	}
	next := signals.Day(0)
	for _, week := range list {
		if next != 0 && week.First != next {
			w.t.Fatalf("%s: %s follows %s", what, week.First, next-1)
		}
		next = week.Last + 1
		var sum, seen int64
		known := 0
		for d := week.First; d <= week.Last; d++ {
			if !w.blind[d] {
				known++
				sum, seen = sum+w.sums[s.Key][d], seen+w.seen[s.Key][d]
			}
		}
		want := float64(sum)
		if s.Level() != nil && seen > 0 {
			want = math.Round(want / float64(seen))
		}
		within := 0.0
		switch {
		case s.Level() != nil:
			within = 8 // of 1,000: a step is 1000/128 at most
		case greatest > math.MaxUint8:
			within = float64(greatest) / 128 // rounded together with the greatest
		}
		if got := float64(week.Steps); math.Abs(got-want) > within {
			w.t.Fatalf("%s: %s to %s is %g, want %g", what, week.First, week.Last, got, want)
		}
		if week.Known != (known > 0 && (s.Level() == nil || seen > 0)) || week.Known && week.Partly != (known < int(week.Last-week.First+1)) {
			w.t.Fatalf("%s: %+v, %d days are known", what, week, known)
		}
	}
	left := a.Closed - series.JudgedDays
	if s.First <= left && (len(list) == 0 || list[len(list)-1].Last != left || left-list[0].First < min(left-s.First, 7*series.KeptWeeks-1)) {
		w.t.Fatalf("%s since %s: %d weeks, and %s has left", what, s.First, len(list), left)
	}
}

func (w *weekLog) checkRisk(a *account.Account) {
	risk := 0.0
	upTo := func(d signals.Day) float64 {
		for ; d >= a.First; d-- {
			if score, ok := w.scores[d]; ok {
				return score
			}
		}
		return w.rules.Exceedance.Years(0)
	}
	for _, week := range a.Weeks.Risk(a.Closed, a.Evidence) {
		highest := 0.0
		for d := max(week.First, a.First); d <= week.Last; d++ {
			risk = upTo(d)
			highest = max(highest, risk)
		}
		for got, want := range map[float64]float64{week.End: risk, week.Highest: highest} {
			if years := w.rules.Exceedance.Years(got); math.Abs(math.Log(years/want)) > 0.08 {
				w.t.Fatalf("week of %s: %+v is %g years, want %g", week.First, week, years, want)
			}
		}
	}
}

// Weeks of a state of before begin empty, and the first of them says that it is not whole.
func TestWeeksBeginAfterAnUpdate(t *testing.T) {
	e := storied(t)
	a := e.index.of("acme")
	for n := range 20 {
		if n == 2 {
			a.Weeks = nil
		}
		e.Apply(tickAt(e.Next(), at(141+n, 0)))
	}
	list := a.Weeks.Of(0, &a.Series[0], a.Closed)
	if len(list) != 3 || !list[0].Partly || list[1].Partly || list[2].Partly {
		t.Errorf("%+v", list)
	}
}

// An erased person's weeks go with the person, and those of nobody else.
func TestErasedWeeks(t *testing.T) {
	rules := testRules()
	rules.Signals[0].PerContact = true
	contacts := []accounts.Contact{{ID: "chen-hao", Key: true}, {ID: "li-wei", Key: true}}
	rules.Accounts = accounts.NewDirectory([]accounts.Account{{ID: "acme", Contacts: contacts}})
	var l written
	l.tick(at(0, 0))
	for d := range 120 {
		l.event(at(d, 9), "acme", "call", "contact", "li-wei")
		if d%2 == 0 {
			l.event(at(d, 9), "acme", "call", "contact", "chen-hao")
		}
		l.event(at(d, 9), "acme", "visit")
		l.tick(at(d+1, 0))
	}
	e, _ := run(t, rules, &l)
	a := e.index.of("acme")
	weeks := func() map[string][]series.Week {
		of := map[string][]series.Week{}
		for i := range a.Series {
			k := a.Series[i].Key
			of[fmt.Sprint(e.signals.Name(k.Signal), a.KeyContact(k.Contact))] = a.Weeks.Of(i, &a.Series[i], a.Closed)
		}
		return of
	}
	before, long := weeks(), len(a.Weeks)
	if len(before) != 4 || len(before["callli-wei"]) < 8 {
		t.Fatalf("%v", before)
	}
	e.Apply(eraseRecord(e, signals.Control{Contact: "li-wei"}))
	delete(before, "callli-wei")
	if after := weeks(); !reflect.DeepEqual(after, before) || len(a.Weeks) >= long {
		t.Errorf("%d bytes of %d are left: %v, want %v", len(a.Weeks), long, after, before)
	}
}

// Signals that the rules forget take their weeks with them, also where a state is read
// under other rules.
func TestWeeksOfForgottenSignals(t *testing.T) {
	e := storied(t)
	rules := testRules()
	rules.Signals = rules.Signals[3:] // mood, forwarding and spend
	fresh := NewEngine(0, 1, rules)
	if err := fresh.RestoreAccount(AccountState{ID: "shop", State: stateOf(e, "shop")}); err != nil {
		t.Fatal(err)
	}
	a, b, compared := e.index.of("shop"), fresh.index.of("shop"), 0
	for i := range b.Series {
		s := &b.Series[i]
		old := slices.IndexFunc(a.Series, func(o series.Series) bool {
			return e.signals.Name(o.Key.Signal) == fresh.signals.Name(s.Key.Signal)
		})
		if got, want := b.Weeks.Of(i, s, b.Closed), a.Weeks.Of(old, &a.Series[old], a.Closed); !reflect.DeepEqual(got, want) {
			t.Errorf("series %d: %v, want %v", i, got, want)
		} else {
			compared += len(got)
		}
	}
	if compared < 20 {
		t.Errorf("%d weeks are left", compared)
	}
}

// Weeks in which a feed was dead are not known, and one that it ended in only in part.
func TestWeeksOfADeadFeed(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 4))
	var l written
	l.tick(at(0, 0))
	for d := range 200 {
		dead := d >= 100 && d < 123 // Wednesday, and 23 days
		for i := range 60 {
			if rng.Float64() < 0.6 && !dead {
				l.event(at(d, 9), fmt.Sprint("crowd-", i), "call", "source", "pbx")
			}
			l.event(at(d, 9), fmt.Sprint("writer-", i), "mail", "source", "mail", "direction", "in")
		}
		if !dead {
			l.event(at(d, 10), "acme", "call", "source", "pbx")
		}
		l.tick(at(d+1, 0))
	}
	e, _ := run(t, testRules(), &l)
	a := e.index.of("acme")
	got := map[signals.Day]series.Week{}
	for _, week := range a.Weeks.Of(0, &a.Series[0], a.Closed) {
		got[week.First] = week
	}
	for day, want := range map[int]series.Week{
		91: {Known: true, Steps: 7}, 98: {Known: true, Partly: true, Steps: 2}, 105: {}, 112: {}, 119: {Known: true, Partly: true, Steps: 3}, 126: {Known: true, Steps: 7},
	} {
		want.First, want.Last = dayN(day), dayN(day+6)
		if got[dayN(day)] != want {
			t.Errorf("%+v, want %+v", got[dayN(day)], want)
		}
	}
}

package detector_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"firstsign/accounts"
	"firstsign/detector"
	"firstsign/detector/episodes"
	"firstsign/detector/finding"
	"firstsign/signals"
)

// What is no decline raises nothing. Everybody is a key account here, whose
// threshold is the lowest.

// asKey makes every account of the world a key account.
func (w *world) asKey(r *detector.Rules) {
	var list []accounts.Account
	for _, x := range w.residents {
		list = append(list, accounts.Account{ID: x.id, Grade: accounts.Key})
	}
	r.Accounts = accounts.NewDirectory(list)
}

// A moved channel is no decline: the calls of an account become messages.
func TestQualityMovedChannel(t *testing.T) {
	simulated(t)
	const week = 52
	n := sized(40, 400)
	habit := resident{perWeek: 5, spread: 2}
	moved, half := habit, habit
	moved.level = after2(week, 0, 2)
	half.level = after2(week, 0.5, 1.5)
	w := world{
		residents: slices.Concat(residentsOf(n, "healthy-%d", habit), residentsOf(n, "moved~%d", moved), residentsOf(n, "half~%d", half)),
		signals:   2, weeks: 78, seed: 16,
	}
	w.rules = w.asKey
	l := w.live(t)
	th := threshold(l.group(0, n), yearly, 7*(week-26), 7*78)
	key := float32(episodes.DefaultThresholds()[accounts.Key].Raise)
	for _, c := range []struct {
		what string
		from int
	}{{"calls become messages", n}, {"half of the calls become messages", 2 * n}} {
		raised := found(delays(l.group(c.from, c.from+n), key, 7*week, 26*7), 26*7)
		strict := found(delays(l.group(c.from, c.from+n), th, 7*week, 26*7), 26*7)
		t.Logf("%-62s %-24s asked none %s", c.what+": raised within 26 weeks, default", raised, Mark(raised.hits == 0))
		t.Logf("%-62s %-24s healthy accounts: %.2f", "and at 10 % false alarms a year", strict, yearly/2)
		if full && raised.hits > 0 {
			t.Errorf("%s: %d raised", c.what, raised.hits)
		}
	}
}

// after2 is what two signals are from a week on.
func after2(week int, first, second float64) func(int, int) float64 {
	return func(w, k int) float64 {
		switch {
		case w < week:
			return 1
		case k == 0:
			return first
		}
		return second
	}
}

// What befalls all accounts of a portfolio is not an account's decline: a
// holiday, a feed that dies on a Friday, a feed that loses every second record.
// An account is blamed when it is raised meanwhile or within the fortnight
// after, and without the cause would not have come half as far. One in a
// hundred is chance: the lost days hid that it did more than before and after.
//
// The default threshold is far from healthy accounts, so the same is asked at
// the one that 10 % of them exceed within an undisturbed year: no more than
// two in a hundred beyond those that exceed it anyway.
func TestQualityCommonCauses(t *testing.T) {
	simulated(t)
	const from = 40*7 + 4 // a Friday
	listed := map[signals.Day]float64{}
	for d := range 9 {
		listed[signals.Day(hour(from+d, 0).Unix()/86400)] = 0
	}
	undisturbed := common(0, 1, nil).live(t)
	half := float32(episodes.DefaultThresholds()[accounts.Key].Raise) / 2
	strict := threshold(undisturbed.scores, yearly, 26*7, 78*7)
	for _, c := range []struct {
		what     string
		days     int
		part     float64
		holidays map[signals.Day]float64
		failures int // told to the operator; -1: may be
	}{
		{"a holiday of 9 days in the calendar", 9, 0, listed, 0},
		{"a holiday of 9 days in the calendar, one in ten works", 9, 0.1, listed, 0},
		{"a quiet week that no calendar lists, four in ten remain", 7, 0.4, nil, -1},
		{"a feed dies on a Friday for 21 days", 21, 0, nil, 1},
		{"a feed loses half of its records for 21 days", 21, 0.5, nil, 1},
	} {
		w := common(c.days, c.part, c.holidays)
		l := w.live(t)
		span := c.days + 14
		raised, failures := l.during(from, from+span)
		blamed := 0
		for i, s := range undisturbed.scores {
			if raised[w.residents[i].id] && slices.Max(s[from:from+span]) < half {
				blamed++
			}
		}
		near, usual := found(delays(l.scores, strict, from, span), span), found(delays(undisturbed.scores, strict, from, span), span)
		holds := blamed <= len(w.residents)/100 && near.value() <= usual.value()+0.02 && (c.failures < 0 || failures == c.failures)
		t.Logf("%-62s %d blamed, asked none; strictly %.3f, asked %.3f; %d feed failures, asked %s %s",
			c.what, blamed, near.value(), usual.value()+0.02, failures, []string{"any", "0", "1"}[c.failures+1], Mark(holds))
		lo, _ := near.interval()
		if full && !holds || blamed > len(w.residents)/100 || lo > usual.value()+0.1 || c.part == 0 && failures != c.failures {
			t.Errorf("%s: %d accounts blamed, strictly %s, %d feed failures", c.what, blamed, near, failures)
		}
	}
}

// common is a portfolio of lively and sparse key accounts, of which a part of
// the records arrives for some days from the Friday of week 40 on.
func common(days int, part float64, holidays map[signals.Day]float64) *world {
	const from = 40*7 + 4
	n := sized(30, 150)
	w := &world{
		residents: slices.Concat(residentsOf(n, "lively-%d", resident{perWeek: 20, spread: 2}), residentsOf(n, "sparse-%d", resident{perWeek: 3, spread: 1.5})),
		signals:   1, weeks: 78, seed: 17,
		day: func(d int) float64 {
			if d >= from && d < from+days {
				return part
			}
			return 1
		},
	}
	w.rules = func(r *detector.Rules) {
		w.asKey(r)
		r.Holidays = holidays
	}
	return w
}

// during are the accounts for which an alert was raised, and the failures of
// feeds that were found, in a span of days.
func (l *lived) during(from, to int) (raised map[string]bool, failures int) {
	raised = map[string]bool{}
	feeds := map[string]bool{}
	for i := range l.findings {
		f := &l.findings[i]
		switch {
		case f.Time <= hour(from, 0).UnixNano() || f.Time > hour(to, 0).UnixNano():
		case f.Account == "":
			feeds[f.ID] = true
		case f.Kind == finding.Raised || f.Kind == finding.RaisedAgain:
			raised[f.Account] = true
		}
	}
	return raised, len(feeds)
}

// While an account is silent and its feed alive, its risk never falls,
// whatever its past, and whatever the others do meanwhile.
func TestQualitySilenceIsNeverForgotten(t *testing.T) {
	simulated(t)
	rapid.Check(t, func(t *rapid.T) {
		signals := rapid.IntRange(1, 3).Draw(t, "signals")
		last := rapid.IntRange(6, 16).Draw(t, "weeks before it")
		perWeek := rapid.Float64Range(0.3, 25).Draw(t, "per week")
		spread := rapid.Float64Range(1, 4).Draw(t, "spread")
		slope := rapid.Float64Range(-0.03, 0.03).Draw(t, "growth a week")
		holiday := rapid.IntRange(0, 84).Draw(t, "quiet spell of the others")
		seed := rapid.Uint64().Draw(t, "seed")
		silent := resident{id: "silent~", perWeek: perWeek, spread: spread, level: func(w, _ int) float64 {
			if w >= last {
				return 0
			}
			return max(0.1, 1+slope*float64(w))
		}}
		w := world{
			residents: append(residentsOf(22, "a%d", resident{perWeek: 8, spread: 2}), silent),
			signals:   signals, alike: 0.3, weeks: last + 14, seed: seed,
			day: func(d int) float64 {
				if d >= 7*last+holiday && d < 7*last+holiday+7 {
					return 0.4
				}
				return 1
			},
		}
		s := w.live(t).scores[22]
		for d := 7*last + 1; d < len(s); d++ {
			if s[d] < s[d-1] {
				t.Fatalf("risk fell from %g to %g, %d days into the silence", s[d-1], s[d], d-7*last)
			}
		}
	})
}

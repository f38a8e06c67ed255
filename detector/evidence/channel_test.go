package evidence

import (
	"firstsign/detector/series/seriestest"
	"fmt"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"firstsign/detector/series"
)

// channelOf is one channel.
func channelOf(s *series.Series, r *series.Rule, t Term, v *series.View) Channel {
	var cs Channels
	cs.Add(s, r, t, v)
	return cs[0]
}

// By hand: 30 in 30 learned days and the prior are 30.5/37 a day, 23.08 in four
// weeks, with the variance m + m^2 (0.5 + 1/30.5). What was learned is enough, so
// the ring's own days are no part of what is usual.
func TestBalanceByHand(t *testing.T) {
	s := &series.Series{Baseline: series.Baseline{Total: 30, Exposure: 30, Days: 30}}
	c := channelOf(s, &series.Rule{}, Term{}, seriestest.Flat(func(i int) float64 {
		if i < 29 {
			return 5
		}
		return 2
	}))
	four := slices.Index(movedDays[:], 28)
	m := 28 * 30.5 / 37
	near(t, "more", c.balance(four).more, 56-m, 1e-12)
	near(t, "variance", c.balance(four).variance, m+m*m*(0.5+1/30.5), 1e-12)
	if c.last != series.ViewDays-1 {
		t.Errorf("last contact %d", c.last)
	}
	// Before four weeks are learned the ring's older days are the past: one a
	// day on 21 days, a week left out before the four.
	young := channelOf(&series.Series{}, &series.Rule{}, Term{}, seriestest.Flat(func(i int) float64 { return float64(1 - i/29) }))
	if young.balance(four).more != 0 { // 20 days are known, 28 are not
		near(t, "young", young.balance(four).more, -28*21.5/28, 1e-12)
	}
}

// among are the channels of one account.
func among(list ...Channel) Channels {
	for i := range list {
		if list[i].Series == nil {
			list[i].Series, list[i].Rule = &series.Series{}, &series.Rule{Weight: 1}
		}
	}
	return list
}

// over is a channel with its last contact so many days ago, whose balance is the
// same over all of movedDays.
func over(days int, more, variance float64) Channel {
	c := Channel{last: series.ViewDays - 1 - days, worked: 1<<len(movedDays) - 1}
	for i := range c.balances {
		c.balances[i] = balance{more: more, variance: variance}
	}
	return c
}

// ofUsual says how much there is of a channel.
func ofUsual(n float64, c Channel) Channel {
	for i := range c.balances {
		c.balances[i].usual = n
	}
	return c
}

// By hand, for a channel that is silent and has lost 20, beside others whose
// chance has the variance 100: the log of the likelihood ratio is (20 G - 200) / 100
// for a gain of G, it counts twice, and the log of the odds before it is 1, or six times
// the channel's part of all contact.
func TestMovedByHand(t *testing.T) {
	of := func(contact uint8, c Channel) Channel {
		c.Series, c.Rule = &series.Series{Key: series.Key{Contact: contact}}, &series.Rule{Weight: 1}
		return c
	}
	silent := over(7, -20, 50)
	for _, c := range []struct {
		name   string
		lost   Channel
		others []Channel
		want   float64
		asked  float64 // others
	}{
		{"all of it", silent, []Channel{over(0, 20, 100)}, 1 / (1 + math.Exp(-5)), 1},
		{"half of it", silent, []Channel{over(0, 10, 100)}, 1 / (1 + math.Exp(-1)), 1},
		{"none of it", silent, []Channel{over(0, 0, 100)}, 1 / (1 + math.Exp(3)), 1},
		{"half of it to each of two", silent, []Channel{over(0, 10, 60), over(0, 10, 40)}, 1 / (1 + math.Exp(-5)), 2},
		{"the others lost as well", silent, []Channel{over(9, -20, 100)}, 1 / (1 + math.Exp(11)), 1},
		{"a loss that nobody could tell", silent, []Channel{over(0, 20, 801)}, -1, 1},
		{"no other", silent, nil, 0, 0},
		{"nothing lost", over(7, 3, 50), []Channel{over(0, 20, 100)}, 0, 0},
		{"in use six days ago", over(6, -20, 50), []Channel{over(0, 20, 100)}, 0, 0},
		{"a third of all contact, none of it", ofUsual(30, silent), []Channel{ofUsual(60, over(0, 0, 100))}, 1 / (1 + math.Exp(2)), 1},
		{"two thirds of all contact, none of it", ofUsual(60, silent), []Channel{ofUsual(30, over(0, 0, 100))}, 1 / (1 + math.Exp(0)), 1},
		{"a tenth of all contact, none of it", ofUsual(10, silent), []Channel{ofUsual(90, over(0, 0, 100))}, 1 / (1 + math.Exp(3)), 1},
		{"somebody else's", silent, []Channel{of(1, over(0, 20, 100))}, 0, 0},
	} {
		e := among(append([]Channel{c.lost}, c.others...)...)
		got, asked := e.moved(&e[0])
		if math.Abs(got-c.want) > 1e-12 || asked != c.asked {
			t.Errorf("%s: %g of %g others; want %g of %g", c.name, got, asked, c.want, c.asked)
		}
	}
}

// A loss is balanced over days on which the channel was silent, up to eight weeks.
func TestMovedWindow(t *testing.T) {
	for days, want := range map[int]int{0: 7, 7: 7, 9: 7, 10: 10, 15: 14, 28: 28, 33: 28, 34: 34, 55: 48, 56: 56, series.ViewDays: 56} {
		c := over(days, 0, 1)
		if place, silent := c.window(); movedDays[place] != want || silent != (days >= fewestSilent) {
			t.Errorf("%d days: over %d, silent %v", days, movedDays[place], silent)
		}
	}
}

// Who does much on the last day before a channel falls silent has lost as much
// since as who did not.
func TestLossBeginsWithTheSilence(t *testing.T) {
	s := &series.Series{Baseline: series.Baseline{Total: 30, Exposure: 30, Days: 30}}
	const silent = 13
	for _, last := range []float64{1, 20} {
		c := channelOf(s, &series.Rule{}, Term{}, seriestest.Flat(func(i int) float64 {
			switch {
			case i >= series.ViewDays-silent:
				return 0
			case i == series.ViewDays-silent-1:
				return last
			}
			return 1
		}))
		w, _ := c.window()
		near(t, fmt.Sprintf("%g on the last day", last), c.balance(w).more, -10*30.5/37, 1e-12)
	}
}

// A part is a part, and the more the others gained the larger it is.
func TestMovedIsMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		amount := rapid.Float64Range(0, 1e7)
		gain, variance := amount.Draw(t, "gain"), 1e-3+amount.Draw(t, "variance")
		lost := over(9, -amount.Draw(t, "loss"), 1)
		part := func(gain float64) float64 {
			e := among(lost, over(0, gain, variance))
			part, _ := e.moved(&e[0])
			return part
		}
		if a, b := part(gain), part(gain+amount.Draw(t, "more")); !(b >= a && b <= 1) {
			t.Fatalf("%g, with more gained %g", a, b)
		}
	})
}

// A silent channel is worth what has not moved, and no more than contact of any
// kind allows: that is more, the surer it is that the others gained nothing. One in
// use is worth what it shows.
func TestSettleByHand(t *testing.T) {
	worth := func(days int, gain, union float64) float64 {
		lost := over(days, -20, 50)
		lost.Term = Term{Kind: Gap, Worth: 6, Evidence: 6}
		most := 0.0
		among(lost, over(0, gain, 100)).Settle(union, func(*Channel) float64 { return 0 }, func(_ *Channel, t Term) { most = max(most, t.Worth) })
		return most
	}
	stayed := 1 / (1 + math.Exp(3)) // the part that moved, where the others gained nothing
	near(t, "in use", worth(2, 20, 0), 6, 1e-12)
	near(t, "moved", worth(9, 20, 9), 6*(1-1/(1+math.Exp(-5))), 1e-12)
	near(t, "gone", worth(9, 0, 9), 6*(1-stayed), 1e-12)
	near(t, "gone, while as much comes as ever", worth(9, 0, 0.5), 0.5+silentAlone+goneAlone*(0.5-stayed), 1e-12)
}

// A channel is given up after twelve weeks without it, 56 days in the ring and
// 28 since, while another one is in use.
func TestRetired(t *testing.T) {
	// silent is a channel whose last contact was so many days ago, of even exposure.
	silent := func(days int) Channel {
		s := &series.Series{Baseline: series.Baseline{Silent: float32(max(0, days-series.JudgedDays))}}
		return channelOf(s, &series.Rule{Weight: 1}, Term{}, seriestest.Flat(func(i int) float64 {
			if i == series.ViewDays-1-days {
				return 1
			}
			return 0
		}))
	}
	for _, c := range []struct {
		name         string
		lost, others int // days of silence
		want         bool
	}{
		{"twelve weeks", 84, 0, true},
		{"a day less", 83, 0, false},
		{"in the ring still", 55, 0, false},
		{"another four weeks ago", 84, 28, true},
		{"no other in four weeks before it was known", 84, 29, false},
		{"given up, then the whole account pauses", 84 + 50, 50, true},
		{"gone for years, the account silent for long", 900, 300, true},
		{"fell silent with the account", 900, 890, false},
	} {
		cs := Channels{silent(c.lost), silent(c.others)}
		if got := cs.retired(&cs[0]); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
	if cs := (Channels{silent(900)}); cs.retired(&cs[0]) {
		t.Error("an only channel was given up")
	}
}

// What was given up is not evidence again while the account pauses: its difference
// to the others stays what it was.
func TestRetirementIsFinal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lost, other := rapid.Float64Range(0, 2000).Draw(t, "lost"), rapid.Float64Range(0, 2000).Draw(t, "other")
		pause := rapid.Float64Range(0, 500).Draw(t, "pause")
		of := func(silence float64) Channel {
			return Channel{Series: &series.Series{Baseline: series.Baseline{Silent: float32(silence)}}, last: -1, silence: silence + series.JudgedDays}
		}
		before := Channels{of(lost), of(other)}
		after := Channels{of(lost + pause), of(other + pause)}
		if before.retired(&before[0]) && !after.retired(&after[0]) {
			t.Fatalf("%g and %g days of silence: back after a pause of %g", lost, other, pause)
		}
	})
}

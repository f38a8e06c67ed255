package evidence

import (
	"math"
	"math/bits"
	"slices"
	"strings"

	"firstsign/detector/series"
	"firstsign/signals"
)

// pattern is a Pattern by the numbers of its signals.
type pattern struct {
	Pattern
	signal, without uint16 // without is noSignal when nothing answers
}

const noSignal = math.MaxUint16

// Patterns are those in force, by name. Their places make sets of bits.
type Patterns []pattern

// NewPatterns numbers the patterns whose signal exists, and marks the signals in t
// whose interactions must be looked at as they arrive.
func NewPatterns(list []Pattern, t *series.Table) (ps Patterns) {
	for _, p := range list {
		id, ok := t.Index[p.Signal]
		if !ok || !t.Rules[id].On || len(ps) == MaxPatterns {
			continue
		}
		n := pattern{Pattern: p, signal: id, without: noSignal}
		if w, ok := t.Index[p.Without]; ok {
			n.without = w
		}
		n.Times = max(1, n.Times)
		ps = append(ps, n)
		t.Rules[id].Watched = t.Rules[id].Watched || !p.Waits()
	}
	slices.SortFunc(ps, func(a, b pattern) int { return strings.Compare(a.Name, b.Name) })
	return ps
}

// Names and Set turn a set of patterns into names and back: in a state stand
// names, which mean the same under other rules.
func (ps Patterns) Names(set uint32) (names []string) {
	for m := set; m != 0; m &= m - 1 {
		names = append(names, ps[bits.TrailingZeros32(m)].Name)
	}
	return names
}

// Set is the set of the patterns of these names.
func (ps Patterns) Set(names ...string) (set uint32) {
	for i := range ps {
		if slices.Contains(names, ps[i].Name) {
			set |= 1 << i
		}
	}
	return set
}

// Account is what patterns read of an account.
type Account struct {
	Table    *series.Table
	Set      *series.Set
	Exposure *series.Exposure // of the last close; not read by patterns that wait for nothing
}

// Match is a pattern that holds of an account.
type Match struct {
	Pattern int // its place
	Key     series.Key
	Since   signals.Day // of the interaction, or the first of those that are enough
	N       int         // how many there were, or the days since
	Usual   float64     // days that the account's own answers take; 0 when not asked or not known
}

// Arrival tells whether the pattern at a place may hold as soon as an interaction
// of a signal has come.
func (ps Patterns) Arrival(place int, signal uint16) bool {
	return ps[place].signal == signal && !ps[place].Waits()
}

// Match tells whether the pattern at a place holds of an account, by its days up
// to end.
func (ps Patterns) Match(place int, in *Account, end signals.Day) (m Match, ok bool) {
	p := &ps[place]
	ours := in.Table.Rules[p.signal].Side == series.Ours
	for i := range in.Set.Series {
		s := &in.Set.Series[i]
		if s.Key.Signal != p.signal || s.Key.Ours != ours || (s.Key.Contact > 0) != (p.Of == KeyContact) {
			continue
		}
		m = Match{Pattern: place, Key: s.Key}
		if p.Waits() {
			m.Since, m.N, m.Usual, ok = p.awaited(in, s)
		} else {
			m.Since, m.N, ok = p.enough(s, end)
		}
		if ok {
			return m, true
		}
	}
	return m, false
}

// enough tells whether a series has enough interactions in the days up to end:
// since when, and how many.
func (p *pattern) enough(s *series.Series, end signals.Day) (first signals.Day, n int, ok bool) {
	lo := end - signals.Day(p.Days) + 1
	days := series.Since(s.Active, lo) & (1<<p.Days - 1)
	for m := days; m != 0; m &= m - 1 {
		n += int(s.At(series.Slot(lo + signals.Day(bits.TrailingZeros64(m)))))
	}
	return lo + signals.Day(bits.TrailingZeros64(days)), n, n >= p.Times
}

// awaited tells whether what should have followed an interaction of a series
// has not come for long enough: since which interaction, for how many days, and
// what is usual of the account.
func (p *pattern) awaited(in *Account, s *series.Series) (from signals.Day, n int, usual float64, ok bool) {
	all := in.recent(s)
	asked := all
	if asked == 0 {
		return 0, 0, 0, false
	}
	alive := uint64(1<<series.ViewDays - 1)
	var contact, answers uint64
	for i := range in.Set.Series {
		o := &in.Set.Series[i]
		if o.Key.Signal == p.without && o.Key.Contact == 0 {
			answers |= in.recent(o)
			asked &^= 1<<bits.Len64(answers) - 1 // answered
			alive &= in.Exposure.KnownOf(o)
		}
		if in.Table.IsContact(o.Key) {
			contact |= in.recent(o)
		}
	}
	if asked == 0 {
		return 0, 0, 0, false
	}
	at := bits.TrailingZeros64(asked)
	quiet := at
	if p.FollowedBy == Silence {
		at = bits.Len64(asked) - 1
		quiet = max(at, bits.Len64(contact)-1)
	}
	// Weeks are only about seven days of exposure, so half a day is not counted.
	total, silent := in.business(s, at, alive), in.business(s, quiet, alive)
	days := float64(p.Days)
	if p.Own {
		usual = in.usualAnswer(s, all, answers, alive)
		days = max(days, min(LongestWait, 2*usual))
	}
	return in.Exposure.Lo + signals.Day(at), series.ViewDays - 1 - quiet, usual, silent >= days-0.5 && total-silent <= days
}

// usualAnswer is the median of how many days of exposure lie between each
// question of the kept days and the first answer after it, 0 when none was
// answered.
func (in *Account) usualAnswer(s *series.Series, asked, answers, alive uint64) float64 {
	var waits [series.ViewDays]float64
	n := 0
	for m := asked; m != 0; m &= m - 1 {
		at := bits.TrailingZeros64(m)
		if later := answers >> at << at; later != 0 {
			waits[n] = in.business(s, at, alive) - in.business(s, bits.TrailingZeros64(later), alive)
			n++
		}
	}
	if n == 0 {
		return 0
	}
	slices.Sort(waits[:n])
	return (waits[(n-1)/2] + waits[n/2]) / 2
}

// recent are the days of a series up to the closed one, as bits from the
// view's first day on, without the one that is leaving.
func (in *Account) recent(s *series.Series) uint64 {
	return series.Since(s.Active, in.Exposure.Lo) & (1<<series.ViewDays - 1) &^ 1
}

func (in *Account) business(s *series.Series, after int, alive uint64) float64 {
	return in.Exposure.Business(in.Table, in.Set, s, after, alive)
}

package survey

import (
	"math/bits"
	"slices"

	"firstsign/detector/account"
	"firstsign/detector/evidence"
	"firstsign/detector/feeds"
	"firstsign/detector/series"
	"firstsign/signals"
)

// Flow is one signal that comes from one source.
type Flow struct{ Source, Signal string }

// Tally is what is kept of a flow.
type Tally struct {
	Accounts int
	Last     signals.Day // newest day with a record that is kept; series.NoDay: none
	active   uint64      // days of the ring with records
	closed   signals.Day
}

// Gap is the median of the days from one day with records to the next; 0 with fewer than
// two such days.
func (t *Tally) Gap() int {
	var gaps []int
	for days := series.Since(t.active, t.closed-series.JudgedDays+1); days != 0; {
		first := bits.TrailingZeros64(days)
		if days &^= 1 << first; days != 0 {
			gaps = append(gaps, bits.TrailingZeros64(days)-first)
		}
	}
	if len(gaps) == 0 {
		return 0
	}
	slices.Sort(gaps)
	return gaps[len(gaps)/2]
}

// Reach is how many accounts a source matters to.
type Reach struct {
	Accounts int // with a signal of it
	Alone    int // of those, the ones whose contact comes from nowhere else
}

// Rate is how often an account does something.
type Rate struct {
	Signal  string
	PerWeek float64
}

// Account is what one account lives on.
type Account struct {
	ID      string
	Known   int    // days, up to the last closed one
	Dormant bool   // it has become quiet and is judged no longer
	Blind   bool   // every source of its contact fails
	Source  string // of the busiest signal; empty without contact
	Rates   []Rate // of counts of what they do
}

// PerWeek is how often there is contact of any kind.
func (a *Account) PerWeek() (sum float64) {
	for _, r := range a.Rates {
		sum += r.PerWeek
	}
	return sum
}

// Survey of one or several partitions. Make one with New.
type Survey struct {
	Flows    map[Flow]*Tally
	Sources  map[string]*Reach
	Accounts []Account
}

// New returns an empty Survey.
func New() *Survey { return &Survey{Flows: map[Flow]*Tally{}, Sources: map[string]*Reach{}} }

// Partition is what the accounts of a partition are looked at with.
type Partition struct {
	Signals *series.Table
	Sources *feeds.Sources
	Judged  *feeds.Judgement // nil before the first close
	Closed  signals.Day
}

// Add counts an account.
func (v *Survey) Add(p *Partition, a *account.Account, dormant bool) {
	one := Account{ID: a.ID, Known: max(0, int(p.Closed-a.First)+1), Dormant: dormant, Blind: true}
	from := map[string]bool{} // sources; true: contact comes from it
	busiest := -1.0
	for i := range a.Series {
		s := &a.Series[i]
		if s.Key.Contact != 0 || s.Key.Signal == series.AnyContactID {
			continue
		}
		rule, source := &p.Signals.Rules[s.Key.Signal], p.Sources.Name(s.Source)
		v.flow(Flow{source, rule.Name}, s, p.Closed)
		contact := p.Signals.IsContact(s.Key)
		from[source] = from[source] || contact
		if contact && (!p.failing(s.Source) || s.Other != s.Source && !p.failing(s.Other)) {
			one.Blind = false
		}
		if !p.Signals.Unites(s.Key) {
			if contact && busiest < 0 {
				one.Source = source
			}
			continue
		}
		rate := p.perWeek(s)
		one.Rates = append(one.Rates, Rate{rule.Name, rate})
		if rate > busiest {
			one.Source, busiest = source, rate
		}
	}
	alone := 0
	for _, contact := range from {
		if contact {
			alone++
		}
	}
	one.Blind = one.Blind && alone > 0
	for source, contact := range from {
		r := v.Sources[source]
		if r == nil {
			r = new(Reach)
			v.Sources[source] = r
		}
		r.Accounts++
		if contact && alone == 1 {
			r.Alone++
		}
	}
	v.Accounts = append(v.Accounts, one)
}

// failing tells whether nothing is known of a source now.
func (p *Partition) failing(source uint16) bool {
	f := p.Judged.Find(p.Sources.Name(source))
	return f != nil && (f.State == feeds.Dead || f.State == feeds.Low || f.State == feeds.Retired)
}

// perWeek is how often something came, over what was learned and the days that are kept.
func (p *Partition) perWeek(s *series.Series) float64 {
	lo := p.Closed - series.JudgedDays + 1
	lived := float64(min(series.JudgedDays, max(1, int(p.Closed-s.First)+1)))
	counted := float64(s.Counted(lo, 0, series.JudgedDays-1))
	b := &s.Baseline
	return evidence.PerWeek(float64(b.Total)+counted, float64(b.Exposure)+float64(b.Silent)+lived)
}

func (v *Survey) flow(f Flow, s *series.Series, closed signals.Day) {
	t := v.Flows[f]
	if t == nil {
		t = &Tally{Last: series.NoDay}
		v.Flows[f] = t
	}
	t.Accounts++
	t.Last = max(t.Last, s.LastDay(closed))
	t.active |= s.Active
	t.closed = max(t.closed, closed)
}

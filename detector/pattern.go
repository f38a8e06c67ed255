package detector

import (
	"math"
	"math/bits"
	"slices"
	"strings"

	"firstsign/detector/evidence"
	"firstsign/detector/series"
	"firstsign/signals"
)

// Pattern is a rule beside the statistics: what somebody wrote down, not what
// was learned. It holds from the first hour, with no past to compare with, and
// says of itself that it is a rule.
//
// It is about interactions of one signal: enough of them within some days; or,
// with FollowedBy or Without, one after which something else did not come.
type Pattern struct {
	// Name stands in the message.
	Name string `yaml:"name"`
	// Signal whose interactions it is about. What they do, or what we do when the
	// signal's side is ours.
	Signal string `yaml:"signal"`
	// Of leaves only interactions of key contacts; empty is everybody.
	Of Whose `yaml:"of"`
	// Times that are enough within Days. Default 1.
	Times int `yaml:"times"`
	// Days: how far back Times are counted, plain days. With FollowedBy or Without
	// how long to wait, in days of exposure: a week has seven of them,
	// a holiday or a day on which the feed was dead none.
	Days int `yaml:"days"`
	// FollowedBy silence: no contact of any kind for Days, within as many days
	// after the interaction.
	FollowedBy Sequel `yaml:"followed_by"`
	// Without this signal for Days, which would have been the answer to it.
	Without string `yaml:"without"`
	// Own waits, with Without, for twice as long as the account's own answers take
	// where that is longer than Days, as far as the kept days tell.
	Own bool `yaml:"own"`
}

// Whose interactions a pattern is about.
type Whose string

// KeyContact are the contacts that the directory lists.
const KeyContact Whose = "key_contact"

// Sequel is what follows.
type Sequel string

// Silence is no contact of any kind.
const Silence Sequel = "silence"

const (
	// MaxPatterns is how many can be told apart in an account's state.
	MaxPatterns = 32
	// LongestCount and LongestWait in days: what the ring holds, and what fits
	// into it together with a long holiday.
	LongestCount = series.JudgedDays
	LongestWait  = 42
)

// Waits tells whether the pattern is about what did not come after.
func (p *Pattern) Waits() bool { return p.FollowedBy != "" || p.Without != "" }

// pattern is a Pattern as the engine uses it.
type pattern struct {
	Pattern
	signal, without uint16 // numbers; without is noSignal when nothing answers
}

const noSignal = math.MaxUint16

// setPatterns numbers the patterns whose signal exists, and marks the signals
// whose interactions must be looked at as they arrive.
func (e *Engine) setPatterns(list []Pattern) {
	before := e.patterns
	e.patterns = nil
	for _, p := range list {
		id, ok := e.signals.Index[p.Signal]
		if !ok || !e.signals.Rules[id].On || len(e.patterns) == MaxPatterns {
			continue
		}
		n := pattern{Pattern: p, signal: id, without: noSignal}
		if w, ok := e.signals.Index[p.Without]; ok {
			n.without = w
		}
		n.Times = max(1, n.Times)
		e.patterns = append(e.patterns, n)
		e.signals.Rules[id].Watched = e.signals.Rules[id].Watched || !p.Waits()
	}
	slices.SortFunc(e.patterns, func(a, b pattern) int { return strings.Compare(a.Name, b.Name) })
	for _, a := range e.accounts {
		if told := a.episode.told; told != 0 {
			a.episode.told = e.patternSet(patternNames(before, told)...)
		}
	}
}

// patternNames and patternSet turn a set of patterns into names and back: in a
// state stand names, which mean the same under other rules.
func patternNames(patterns []pattern, set uint32) (names []string) {
	for m := set; m != 0; m &= m - 1 {
		names = append(names, patterns[bits.TrailingZeros32(m)].Name)
	}
	return names
}

func (e *Engine) patternSet(names ...string) (set uint32) {
	for i := range e.patterns {
		if slices.Contains(names, e.patterns[i].Name) {
			set |= 1 << i
		}
	}
	return set
}

// match is a pattern that holds of an account.
type match struct {
	pattern int
	key     series.Key
	since   signals.Day // of the interaction, or the first of those that are enough
	n       int         // how many there were, or the days since
	usual   float64     // days that the account's own answers take; 0 when not asked or not known
}

// matchClosed finds the patterns that hold of an account at a day's close.
func (e *Engine) matchClosed(j *judgement, d signals.Day) {
	for i := range e.patterns {
		e.match(j, i, d)
	}
}

// matchArrival finds those that hold now that an interaction has come. It
// tells whether there is one that the open episode was not told of.
func (e *Engine) matchArrival(j *judgement, o *observation) bool {
	if !o.rule.Watched {
		return false
	}
	for i := range e.patterns {
		if p := &e.patterns[i]; p.signal == o.rule.ID && !p.Waits() {
			e.match(j, i, max(o.day, e.closed+1))
		}
	}
	return j.newMatch()
}

// match notes that a pattern holds of an account, by its days up to end.
func (e *Engine) match(j *judgement, number int, end signals.Day) {
	p := &e.patterns[number]
	ours := e.signals.Rules[p.signal].Side == series.Ours
	for i := range j.account.Series {
		s := &j.account.Series[i]
		if s.Key.Signal != p.signal || s.Key.Ours != ours || (s.Key.Contact > 0) != (p.Of == KeyContact) {
			continue
		}
		m, ok := match{pattern: number, key: s.Key}, false
		if p.Waits() {
			m.since, m.n, m.usual, ok = e.awaited(p, j.account, s)
		} else {
			m.since, m.n, ok = p.enough(s, end)
		}
		if ok {
			j.matches = append(j.matches, m)
			return
		}
	}
}

// enough tells whether a series has enough interactions in the days up to end:
// since when, and how many.
func (p *pattern) enough(s *series.Series, end signals.Day) (first signals.Day, n int, ok bool) {
	lo := end - signals.Day(p.Days) + 1
	days := series.Since(s.Active, lo) & (1<<p.Days - 1)
	for m := days; m != 0; m &= m - 1 {
		n += int(s.Days.At(series.Slot(lo + signals.Day(bits.TrailingZeros64(m)))))
	}
	return lo + signals.Day(bits.TrailingZeros64(days)), n, n >= p.Times
}

// awaited tells whether what should have followed an interaction of a series
// has not come for long enough: since which interaction, for how many days, and
// what is usual of the account.
func (e *Engine) awaited(p *pattern, a *account, s *series.Series) (from signals.Day, n int, usual float64, ok bool) {
	all := e.recent(s)
	asked := all
	if asked == 0 {
		return 0, 0, 0, false
	}
	alive := uint64(1<<series.ViewDays - 1)
	var contact, answers uint64
	for i := range a.Series {
		o := &a.Series[i]
		if o.Key.Signal == p.without && o.Key.Contact == 0 {
			answers |= e.recent(o)
			asked &^= 1<<bits.Len64(answers) - 1 // answered
			alive &= e.today.KnownOf(o)
		}
		if e.signals.IsContact(o.Key) {
			contact |= e.recent(o)
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
	total, silent := e.business(a, s, at, alive), e.business(a, s, quiet, alive)
	days := float64(p.Days)
	if p.Own {
		usual = e.usualAnswer(a, s, all, answers, alive)
		days = max(days, min(LongestWait, 2*usual))
	}
	return e.today.Lo + signals.Day(at), series.ViewDays - 1 - quiet, usual, silent >= days-0.5 && total-silent <= days
}

// usualAnswer is the median of how many days of exposure lie between each
// question of the kept days and the first answer after it, 0 when none was
// answered.
func (e *Engine) usualAnswer(a *account, s *series.Series, asked, answers, alive uint64) float64 {
	var waits [series.ViewDays]float64
	n := 0
	for m := asked; m != 0; m &= m - 1 {
		at := bits.TrailingZeros64(m)
		if later := answers >> at << at; later != 0 {
			waits[n] = e.business(a, s, at, alive) - e.business(a, s, bits.TrailingZeros64(later), alive)
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
func (e *Engine) recent(s *series.Series) uint64 {
	return series.Since(s.Active, e.today.Lo) & (1<<series.ViewDays - 1) &^ 1
}

// business is how much of normal days the days after one index were to an
// account: the mean over the ways it makes contact, or that of s when it has none.
// A dead feed takes away its part, so that nobody is blamed for it.
func (e *Engine) business(a *account, s *series.Series, after int, alive uint64) (sum float64) {
	ways := 0.0
	for i := range a.Series {
		if o := &a.Series[i]; e.signals.IsContact(o.Key) {
			sum += e.today.Normal(o, after, alive)
			ways++
		}
	}
	if ways == 0 {
		return e.today.Normal(s, after, alive)
	}
	return sum / ways
}

// matched is the set of the patterns that hold.
func (j *judgement) matched() (set uint32) {
	for i := range j.matches {
		set |= 1 << j.matches[i].pattern
	}
	return set
}

// newMatch tells whether a pattern holds that the episode was not told of.
func (j *judgement) newMatch() bool { return j.matched()&^j.account.episode.told != 0 }

// evidenceOf a judgement is the account's evidence. A pattern, or bad news in the
// files, is worth
// what opens an episode of the account's grade, and no more: nobody knows how
// rare it is.
func (e *Engine) evidenceOf(j *judgement) float32 {
	evidence := float32(j.Nats())
	if news, _ := j.badNews(); len(j.matches)+len(news) == 0 {
		return evidence
	}
	t := e.threshold(j.account)
	// Rounded up, so that the risk does not fall below when the pattern ends.
	worth := math.Nextafter32(float32(e.rules.Exceedance.Evidence(t.Raise)), math.MaxFloat32)
	if j.ruled = worth > evidence; j.ruled {
		return worth
	}
	return evidence
}

// matchWords are the reasons of the patterns that hold.
func (e *Engine) matchWords(j *judgement) (reasons []Reason) {
	for i := range j.matches {
		m := &j.matches[i]
		p := &e.patterns[m.pattern]
		x := Reason{
			Signal: p.Signal, Side: series.Theirs, Term: evidence.Rule, Rule: p.Name, Window: p.Days, From: m.usual, To: float64(m.n), Since: m.since, Without: p.Without,
		}
		if p.FollowedBy == Silence {
			x.Without = series.AnyContact
		}
		if m.key.Contact > 0 {
			x.Contact = j.account.people[m.key.Contact-1]
		}
		reasons = append(reasons, x)
	}
	return reasons
}

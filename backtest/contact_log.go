package backtest

import (
	"slices"
	"sort"
	"strings"

	"firstsign/accounts"
	"firstsign/detector"
	"firstsign/internal/identity"
	"firstsign/signals"
	"firstsign/signals/history"
)

// ContactLog records, while a history is replayed, on which days each account was
// in touch and how often. Simple methods judge by it, and lookback reads it. Only
// what the account did counts. Bad news is no contact.
type ContactLog struct {
	First, Last signals.Day // of any interaction; First is above Last while there is none

	signals   *detector.ByName
	directory *accounts.Directory
	zone      *signals.Zone
	byAccount map[string]*AccountLog
}

// AccountLog is one account of a ContactLog.
type AccountLog struct {
	Account string
	Days    []signals.Day // with contact, in order
	Counts  []float64     // how much contact, on each of Days
	Sources []string      // sources that delivered it
}

// NewContactLog returns an empty log. Interactions that the rules reject are not
// recorded.
func NewContactLog(rules *detector.Rules) *ContactLog {
	return &ContactLog{
		First: 1, signals: detector.NewByName(rules.Signals), directory: rules.Accounts,
		zone: signals.NewZone(rules.Location), byAccount: map[string]*AccountLog{},
	}
}

// Watch returns the same stream and records what is read from it.
func (d *ContactLog) Watch(stream history.Stream) history.Stream { return &watched{stream, d} }

type watched struct {
	history.Stream
	log *ContactLog
}

// Next implements history.Stream.
func (w *watched) Next() (*history.Line, error) {
	line, err := w.Stream.Next()
	if err == nil {
		w.log.add(&line.Interaction)
	}
	return line, err
}

func (d *ContactLog) add(in *signals.Interaction) {
	rule := d.signals.Find(in.Signal)
	if rule == nil || d.directory.GetBytes(in.Account) == nil && (d.directory != nil || identity.IsNone(in.Account)) {
		return
	}
	day := d.zone.Day(in.Time)
	if d.First > d.Last {
		d.First, d.Last = day, day
	}
	d.First, d.Last = min(d.First, day), max(d.Last, day)
	if rule.Act(in) != detector.TheirAct || !IsContact(rule) {
		return
	}
	p := d.byAccount[string(in.Account)]
	if p == nil {
		p = &AccountLog{Account: string(in.Account)}
		d.byAccount[p.Account] = p
	}
	n := 1.0
	if rule.Kind == detector.Count {
		n = in.Value
	}
	p.add(day, n)
	if len(p.Sources) < 8 && !slices.Contains(p.Sources, string(in.Source)) {
		p.Sources = append(p.Sources, string(in.Source))
	}
}

func (p *AccountLog) add(day signals.Day, n float64) {
	if n <= 0 {
		return
	}
	if last := len(p.Days) - 1; last >= 0 && p.Days[last] == day {
		p.Counts[last] += n
		return
	}
	at, found := slices.BinarySearch(p.Days, day)
	if found {
		p.Counts[at] += n
		return
	}
	p.Days = slices.Insert(p.Days, at, day)
	p.Counts = slices.Insert(p.Counts, at, n)
}

// Len is the number of accounts with any contact.
func (d *ContactLog) Len() int { return len(d.byAccount) }

// Account is what is known of one account; nil when it had no contact.
func (d *ContactLog) Account(id string) *AccountLog { return d.byAccount[id] }

// Accounts are the accounts with any contact, by id.
func (d *ContactLog) Accounts() []*AccountLog {
	list := make([]*AccountLog, 0, len(d.byAccount))
	for _, p := range d.byAccount {
		list = append(list, p)
	}
	slices.SortFunc(list, func(a, b *AccountLog) int { return strings.Compare(a.Account, b.Account) })
	return list
}

// First is the first day of contact.
func (p *AccountLog) First() signals.Day { return p.Days[0] }

// Last is the last day of contact.
func (p *AccountLog) Last() signals.Day { return p.Days[len(p.Days)-1] }

// indexFrom is the index of the first day with contact on d or later.
func (p *AccountLog) indexFrom(d signals.Day) int {
	return sort.Search(len(p.Days), func(i int) bool { return p.Days[i] >= d })
}

// LastBefore is the last day with contact before d. It is false when there is none.
func (p *AccountLog) LastBefore(d signals.Day) (signals.Day, bool) {
	i := p.indexFrom(d)
	if i == 0 {
		return 0, false
	}
	return p.Days[i-1], true
}

// NextFrom is the first day with contact on d or later. It is false when there is
// none.
func (p *AccountLog) NextFrom(d signals.Day) (signals.Day, bool) {
	i := p.indexFrom(d)
	if i == len(p.Days) {
		return 0, false
	}
	return p.Days[i], true
}

// Between is how much contact there was in [from, to), and on how many days.
func (p *AccountLog) Between(from, to signals.Day) (count float64, days int) {
	for i := p.indexFrom(from); i < len(p.Days) && p.Days[i] < to; i++ {
		count += p.Counts[i]
		days++
	}
	return count, days
}

// LongestPause is the longest time between two contacts, in days, up to and
// including day d.
func (p *AccountLog) LongestPause(d signals.Day) (pause signals.Day) {
	for i := 1; i < len(p.Days) && p.Days[i] <= d; i++ {
		pause = max(pause, p.Days[i]-p.Days[i-1])
	}
	return pause
}

// GradeAndOwner are an account's grade and manager; empty where no directory names
// them.
func (d *ContactLog) GradeAndOwner(account string) (accounts.Grade, string) {
	if a := d.directory.Get(account); a != nil {
		return a.Grade, a.Owner
	}
	return "", ""
}

// SettlingDays is for how many days an account must be known before it is judged:
// twelve weeks, as in the benchmark.
const SettlingDays = 84

// IsContact tells whether a signal is contact: not an event, and not bad news.
func IsContact(s *detector.Signal) bool {
	return s.Kind != detector.Event && (s.Weight == nil || *s.Weight > 0)
}

// PerWeek is how much contact there was a week in [from, to). The time before the
// first contact is left out.
func (p *AccountLog) PerWeek(from, to signals.Day) float64 {
	from = max(from, p.First())
	if from >= to {
		return 0
	}
	n, _ := p.Between(from, to)
	return 7 * n / float64(to-from)
}

package backtest

import (
	"slices"
	"strings"

	"firstsign/accounts"
	"firstsign/detector"
	"firstsign/detector/survey"
	"firstsign/internal/identity"
	"firstsign/signals"
	"firstsign/signals/history"
)

// ContactLog records, while a history is replayed, on which days each account was
// in touch and how often. Simple methods judge by it, and lookback reads it. Only
// what the account did counts. Bad news is no contact.
type ContactLog struct {
	First, Last signals.Day // of any interaction; First is above Last while there is none
	// Parts also keeps the contact of an account by signal and person.
	Parts bool

	signals   *detector.ByName
	directory *accounts.Directory
	zone      *signals.Zone
	byAccount map[string]*AccountLog
}

// AccountLog is one account of a ContactLog.
type AccountLog struct {
	Account string
	DayLog           // contact of any kind
	Sources []string // sources that delivered it
	// Parts are the same contact by signal and person, in order of appearance. They
	// are kept when ContactLog.Parts is set.
	Parts []*ContactPart
}

// ContactPart is the contact of an account through one signal with one person.
type ContactPart struct {
	Signal, Contact string // Contact is empty where no person is named
	DayLog
	// Sums are the values of each of Days, of a score or an amount; nil of a count.
	Sums []float64
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
	if d.Parts {
		p.part(in).add(day, rule.Kind, n, in.Value)
	}
	if len(p.Sources) < 8 && !slices.Contains(p.Sources, string(in.Source)) {
		p.Sources = append(p.Sources, string(in.Source))
	}
}

// part is the part of an interaction.
func (p *AccountLog) part(in *signals.Interaction) *ContactPart {
	for _, part := range p.Parts {
		if part.Signal == string(in.Signal) && part.Contact == string(in.Contact) {
			return part
		}
	}
	part := &ContactPart{Signal: string(in.Signal), Contact: string(in.Contact)}
	p.Parts = append(p.Parts, part)
	return part
}

func (p *ContactPart) add(day signals.Day, kind detector.Kind, n, value float64) {
	at, found := slices.BinarySearch(p.Days, day)
	if p.DayLog.add(day, n); kind == detector.Count {
		return
	}
	if !found {
		p.Sums = slices.Insert(p.Sums, at, 0)
	}
	p.Sums[at] += value
}

// Part is the contact through one signal, with one person or with all of them together
// when contact is empty. Of detector.AnyContact it is that person's contact through all
// signals, without values.
func (p *AccountLog) Part(signal, contact string) *ContactPart {
	sum := &ContactPart{Signal: signal, Contact: contact}
	for _, part := range p.Parts {
		if part.Contact != contact && contact != "" || part.Signal != signal && signal != detector.AnyContact {
			continue
		}
		for i, day := range part.Days {
			if part.Sums == nil || signal == detector.AnyContact {
				sum.DayLog.add(day, part.Counts[i])
			} else {
				sum.add(day, detector.Score, part.Counts[i], part.Sums[i])
			}
		}
	}
	return sum
}

// Values is how much there was on each day: of a count its numbers, of an amount its
// values.
func (p *ContactPart) Values() *DayLog {
	if p.Sums == nil {
		return &p.DayLog
	}
	return &DayLog{p.Days, p.Sums}
}

// Mean of a score in [from, to). It is false when there was no value.
func (p *ContactPart) Mean(from, to signals.Day) (mean float64, ok bool) {
	n := 0.0
	for i := p.indexFrom(from); i < len(p.Sums) && p.Days[i] < to; i++ {
		mean += p.Sums[i]
		n += p.Counts[i]
	}
	return mean / n, n > 0
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

// GradeAndOwner are an account's grade and manager; empty where no directory names
// them.
func (d *ContactLog) GradeAndOwner(account string) (accounts.Grade, string) {
	if a := d.directory.Get(account); a != nil {
		return a.Grade, a.Owner
	}
	return "", ""
}

// SettlingDays is for how many days an account must be known before it is judged.
const SettlingDays = survey.SettlingDays

// IsContact tells whether a signal is contact: not an event, and not bad news.
func IsContact(s *detector.Signal) bool {
	return s.Kind != detector.Event && (s.Weight == nil || *s.Weight > 0)
}

package backtest

import (
	"errors"
	"io"
	"math"
	"math/bits"
	"slices"
	"strings"

	"firstsign/accounts"
	"firstsign/detector"
	"firstsign/signals"
)

// Chronicle is who was in touch when: what a history tells of its accounts
// before anything is judged. Accounts that the directory does not know,
// signals that the rules do not know, and guests (acme~drop50) are left out.
type Chronicle struct {
	First, Last signals.Day // of any interaction
	Lives       []*Life     // by account

	rules map[string]*detector.Signal
	index map[string]*Life
}

// Life is one account of a Chronicle. Contact is what they did themselves,
// bad news aside.
type Life struct {
	Account string
	Grade   accounts.Grade // as which it is judged: an ordinary one where nobody gives it one
	Owner   string
	given   accounts.Grade // by the directory; empty without one
	people  bool           // key contacts are listed
	// First and Last day of contact.
	First, Last signals.Day

	days  bitset      // with contact, from the chronicle's first day on
	since signals.Day // the chronicle's first day
	uses  []use       // by signal, in the order in which they came
	index map[string]int
	saved []Saved // by date
}

// use is what an account did of one signal.
type use struct {
	signal      *detector.Signal
	records     int
	weeks       []float32 // counted, by weeks since the chronicle's first day
	sum, square float64
}

// bitset holds a bit a day.
type bitset []uint64

func (b *bitset) set(i int) {
	for len(*b) <= i/64 {
		*b = append(*b, 0)
	}
	(*b)[i/64] |= 1 << (i % 64)
}

// count of the bits in [from, to).
func (b bitset) count(from, to int) (n int) {
	from, to = max(from, 0), min(to, 64*len(b))
	for i := from; i < to; {
		width := min(64-i%64, to-i)
		n += bits.OnesCount64(b[i/64] >> (i % 64) << (64 - width))
		i += width
	}
	return n
}

// ReadChronicle makes the chronicle of a stream. Lines that are no interaction are
// passed over.
func ReadChronicle(stream signals.Stream, rules *detector.Rules) (*Chronicle, error) {
	c := &Chronicle{First: math.MaxInt32, Last: math.MinInt32, rules: signalsByName(rules), index: map[string]*Life{}}
	zone := signals.NewZone(rules.Location)
	for {
		line, err := stream.Next()
		if _, bad := errors.AsType[*signals.LineError](err); bad {
			continue
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		c.add(&line.Interaction, zone.Day(line.Interaction.Time), rules.Accounts)
	}
	c.Lives = slices.DeleteFunc(c.Lives, func(l *Life) bool { return l.Last < l.First })
	slices.SortFunc(c.Lives, func(a, b *Life) int { return strings.Compare(a.Account, b.Account) })
	return c, nil
}

// signalsByName are the signals of rules.
func signalsByName(rules *detector.Rules) map[string]*detector.Signal {
	names := make(map[string]*detector.Signal, len(rules.Signals))
	for i := range rules.Signals {
		names[rules.Signals[i].Name] = &rules.Signals[i]
	}
	return names
}

func (c *Chronicle) add(in *signals.Interaction, d signals.Day, directory *accounts.Directory) {
	rule := c.rules[string(in.Signal)]
	if rule == nil {
		return
	}
	if c.First > c.Last {
		c.First = d
	}
	c.Last = max(c.Last, d)
	l, known := c.index[string(in.Account)]
	if !known {
		l = c.admit(string(in.Account), directory)
	}
	if l == nil || rule.Ours(in) || d < c.First {
		return
	}
	l.use(rule).add(in.Value, int(d-c.First)/7)
	if isContact(rule) {
		if l.Last < l.First {
			l.First = d
		}
		l.Last = max(l.Last, d)
		l.days.set(int(d - c.First))
	}
}

// admit takes in an account that was not seen before; nil is one that is left
// out.
func (c *Chronicle) admit(id string, directory *accounts.Directory) *Life {
	l := &Life{Account: id, Grade: accounts.Ordinary, First: 1, since: c.First, index: map[string]int{}}
	listed := directory.Get(id)
	switch {
	case strings.Contains(id, "~"), directory != nil && listed == nil:
		l = nil
	case listed != nil:
		l.Grade, l.given, l.Owner, l.people = listed.Grade, listed.Grade, listed.Owner, listed.KeyPerson() != nil
	}
	c.index[id] = l
	if l != nil {
		c.Lives = append(c.Lives, l)
	}
	return l
}

// isContact tells whether a signal is contact: it counts, and is no bad news.
func isContact(s *detector.Signal) bool {
	return s.Kind != detector.Event && (s.Weight == nil || *s.Weight > 0)
}

func (l *Life) use(rule *detector.Signal) *use {
	i, ok := l.index[rule.Name]
	if !ok {
		i = len(l.uses)
		l.index[rule.Name] = i
		l.uses = append(l.uses, use{signal: rule})
	}
	return &l.uses[i]
}

func (u *use) add(value float64, week int) {
	u.records++
	u.sum += value
	u.square += value * value
	for len(u.weeks) <= week {
		u.weeks = append(u.weeks, 0)
	}
	if u.signal.Kind == detector.Count {
		u.weeks[week] += float32(value)
	} else {
		u.weeks[week]++
	}
}

// deviation is the standard deviation of the values.
func (u *use) deviation() float64 {
	n := float64(u.records)
	return math.Sqrt(max(0, u.square/n-(u.sum/n)*(u.sum/n)))
}

// activeDays with contact in [from, to).
func (l *Life) activeDays(from, to signals.Day) int {
	return l.days.count(int(from-l.since), int(to-l.since))
}

// counts are the uses of signals that are counts of contact, busiest first.
func (l *Life) counts() []*use {
	var list []*use
	for i := range l.uses {
		if u := &l.uses[i]; u.signal.Kind == detector.Count && isContact(u.signal) {
			list = append(list, u)
		}
	}
	slices.SortStableFunc(list, func(a, b *use) int { return b.records - a.records })
	return list
}

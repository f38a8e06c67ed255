package calibrate

import (
	"errors"
	"io"
	"math"
	"math/bits"
	"slices"
	"strings"

	"firstsign/accounts"
	"firstsign/backtest"
	"firstsign/detector"
	"firstsign/internal/identity"
	"firstsign/signals"
	"firstsign/signals/history"
)

// ActivityIndex is who was in touch when, read from a history before anything is
// judged. It leaves out accounts that the directory does not know, ids that say that
// there is no account, and signals that the rules do not know.
type ActivityIndex struct {
	First, Last signals.Day        // of any interaction
	Accounts    []*AccountActivity // by id

	rules     *detector.ByName
	byAccount map[string]*AccountActivity
}

// AccountActivity is one account of an ActivityIndex. Contact is what the account
// did itself, without bad news.
type AccountActivity struct {
	Account        string
	Grade          accounts.Grade // as which it is judged; ordinary when none is given
	Owner          string
	listedGrade    accounts.Grade // of the directory; empty without one
	hasKeyContacts bool           // the directory lists key contacts
	// First and Last day of contact.
	First, Last signals.Day

	days   daySet      // days with contact, counted from origin
	origin signals.Day // first day of the index
	uses   []signalUse // one per signal, in order of appearance
	index  map[string]int
	saved  []backtest.Saved // by date
}

// signalUse is an account's use of one signal.
type signalUse struct {
	signal      *detector.Signal
	records     int
	weeks       []float32 // amount by week since the first day of the index
	sum, square float64
}

// daySet is a set of days, one bit each.
type daySet []uint64

func (b *daySet) set(i int) {
	for len(*b) <= i/64 {
		*b = append(*b, 0)
	}
	(*b)[i/64] |= 1 << (i % 64)
}

// count is the number of days in [from, to).
func (b daySet) count(from, to int) (n int) {
	from, to = max(from, 0), min(to, 64*len(b))
	for i := from; i < to; {
		width := min(64-i%64, to-i)
		n += bits.OnesCount64(b[i/64] >> (i % 64) << (64 - width))
		i += width
	}
	return n
}

// ReadActivity indexes a stream. It skips lines that are no interaction.
func ReadActivity(stream history.Stream, rules *detector.Rules) (*ActivityIndex, error) {
	c := &ActivityIndex{First: math.MaxInt32, Last: math.MinInt32, rules: detector.NewByName(rules.Signals), byAccount: map[string]*AccountActivity{}}
	zone := signals.NewZone(rules.Location)
	for {
		line, err := stream.Next()
		if _, bad := errors.AsType[*history.LineError](err); bad {
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
	c.Accounts = slices.DeleteFunc(c.Accounts, func(l *AccountActivity) bool { return l.Last < l.First })
	slices.SortFunc(c.Accounts, func(a, b *AccountActivity) int { return strings.Compare(a.Account, b.Account) })
	return c, nil
}

func (c *ActivityIndex) add(in *signals.Interaction, d signals.Day, directory *accounts.Directory) {
	rule := c.rules.Find(in.Signal)
	if rule == nil {
		return
	}
	if c.First > c.Last {
		c.First = d
	}
	c.Last = max(c.Last, d)
	l, known := c.byAccount[string(in.Account)]
	if !known {
		l = c.admit(string(in.Account), directory)
	}
	if l == nil || rule.Act(in) != detector.TheirAct || d < c.First {
		return
	}
	l.use(rule).add(in.Value, int(d-c.First)/7)
	if backtest.IsContact(rule) {
		if l.Last < l.First {
			l.First = d
		}
		l.Last = max(l.Last, d)
		l.days.set(int(d - c.First))
	}
}

// admit adds an account that was not seen before. It returns nil for one that is
// left out.
func (c *ActivityIndex) admit(id string, directory *accounts.Directory) *AccountActivity {
	l := &AccountActivity{Account: id, Grade: accounts.Ordinary, First: 1, origin: c.First, index: map[string]int{}}
	listed := directory.Get(id)
	switch {
	case listed == nil && (directory != nil || identity.IsNone([]byte(id))):
		l = nil
	case listed != nil:
		l.Grade, l.listedGrade, l.Owner, l.hasKeyContacts = listed.Grade, listed.Grade, listed.Owner, listed.KeyPerson() != nil
	}
	c.byAccount[id] = l
	if l != nil {
		c.Accounts = append(c.Accounts, l)
	}
	return l
}

func (l *AccountActivity) use(rule *detector.Signal) *signalUse {
	i, ok := l.index[rule.Name]
	if !ok {
		i = len(l.uses)
		l.index[rule.Name] = i
		l.uses = append(l.uses, signalUse{signal: rule})
	}
	return &l.uses[i]
}

func (u *signalUse) add(value float64, week int) {
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
func (u *signalUse) deviation() float64 {
	n := float64(u.records)
	return math.Sqrt(max(0, u.square/n-(u.sum/n)*(u.sum/n)))
}

// activeDays is the number of days with contact in [from, to).
func (l *AccountActivity) activeDays(from, to signals.Day) int {
	return l.days.count(int(from-l.origin), int(to-l.origin))
}

// counts are the signals that count contact, busiest first.
func (l *AccountActivity) counts() []*signalUse {
	var list []*signalUse
	for i := range l.uses {
		if u := &l.uses[i]; u.signal.Kind == detector.Count && backtest.IsContact(u.signal) {
			list = append(list, u)
		}
	}
	slices.SortStableFunc(list, func(a, b *signalUse) int { return b.records - a.records })
	return list
}

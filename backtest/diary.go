package backtest

import (
	"slices"
	"sort"
	"strings"

	"firstsign/accounts"
	"firstsign/detector"
	"firstsign/signals"
)

// Diary keeps, while a history is replayed, on which days each account was in
// touch and how often: what can be known of it without a detector. Only what
// they did counts, and bad news is no contact.
type Diary struct {
	First, Last signals.Day // of any interaction; First is above Last while there is none

	signals   map[string]*detector.Signal
	directory *accounts.Directory
	zone      *signals.Zone
	pages     map[string]*page
}

// page is one account of a diary.
type page struct {
	account string
	days    []signals.Day // with contact, in order
	counts  []float64     // on each of them
	sources []string      // that told of it
}

// NewDiary returns an empty diary. What the rules reject is left out.
func NewDiary(rules *detector.Rules) *Diary {
	return &Diary{
		First: 1, signals: signalsByName(rules), directory: rules.Accounts,
		zone: signals.NewZone(rules.Location), pages: map[string]*page{},
	}
}

// Watch returns the same stream; what is read from it is written down.
func (d *Diary) Watch(stream signals.Stream) signals.Stream { return &watched{stream, d} }

type watched struct {
	signals.Stream
	diary *Diary
}

// Next implements signals.Stream.
func (w *watched) Next() (*signals.Line, error) {
	line, err := w.Stream.Next()
	if err == nil {
		w.diary.note(&line.Interaction)
	}
	return line, err
}

func (d *Diary) note(in *signals.Interaction) {
	rule := d.signals[string(in.Signal)]
	if rule == nil || d.directory != nil && d.directory.GetBytes(in.Account) == nil {
		return
	}
	day := d.zone.Day(in.Time)
	if d.First > d.Last {
		d.First, d.Last = day, day
	}
	d.First, d.Last = min(d.First, day), max(d.Last, day)
	if rule.Ours(in) || !isContact(rule) {
		return
	}
	p := d.pages[string(in.Account)]
	if p == nil {
		p = &page{account: string(in.Account)}
		d.pages[p.account] = p
	}
	n := 1.0
	if rule.Kind == detector.Count {
		n = in.Value
	}
	p.add(day, n)
	if len(p.sources) < 8 && !slices.Contains(p.sources, string(in.Source)) {
		p.sources = append(p.sources, string(in.Source))
	}
}

func (p *page) add(day signals.Day, n float64) {
	if n <= 0 {
		return
	}
	if last := len(p.days) - 1; last >= 0 && p.days[last] == day {
		p.counts[last] += n
		return
	}
	at, found := slices.BinarySearch(p.days, day)
	if found {
		p.counts[at] += n
		return
	}
	p.days = slices.Insert(p.days, at, day)
	p.counts = slices.Insert(p.counts, at, n)
}

// Accounts of the diary, by name: those with any contact.
func (d *Diary) sorted() []*page {
	list := make([]*page, 0, len(d.pages))
	for _, p := range d.pages {
		list = append(list, p)
	}
	slices.SortFunc(list, func(a, b *page) int { return strings.Compare(a.account, b.account) })
	return list
}

func (p *page) first() signals.Day { return p.days[0] }
func (p *page) last() signals.Day  { return p.days[len(p.days)-1] }

// index of the first day with contact on d or later.
func (p *page) index(d signals.Day) int {
	return sort.Search(len(p.days), func(i int) bool { return p.days[i] >= d })
}

// lastBefore is the last day with contact before d; false when there is none.
func (p *page) lastBefore(d signals.Day) (signals.Day, bool) {
	i := p.index(d)
	if i == 0 {
		return 0, false
	}
	return p.days[i-1], true
}

// next is the first day with contact on d or later; false when there is none.
func (p *page) next(d signals.Day) (signals.Day, bool) {
	i := p.index(d)
	if i == len(p.days) {
		return 0, false
	}
	return p.days[i], true
}

// between is what was counted, and on how many days, in [from, to).
func (p *page) between(from, to signals.Day) (count float64, days int) {
	for i := p.index(from); i < len(p.days) && p.days[i] < to; i++ {
		count += p.counts[i]
		days++
	}
	return count, days
}

// longestPause is the most days between two contacts up to and with day d.
func (p *page) longestPause(d signals.Day) (pause signals.Day) {
	for i := 1; i < len(p.days) && p.days[i] <= d; i++ {
		pause = max(pause, p.days[i]-p.days[i-1])
	}
	return pause
}

// gradeOf an account, empty where no directory gives it one, and who looks after
// it.
func (d *Diary) gradeOf(account string) (accounts.Grade, string) {
	if a := d.directory.Get(account); a != nil {
		return a.Grade, a.Owner
	}
	return "", ""
}

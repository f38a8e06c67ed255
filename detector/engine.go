package detector

import (
	"fmt"
	"time"

	"github.com/cespare/xxhash/v2"

	"firstsign/accounts"
	"firstsign/detector/account"
	"firstsign/detector/assessment"
	"firstsign/detector/duplicates"
	"firstsign/detector/evidence"
	"firstsign/detector/feeds"
	"firstsign/detector/finding"
	"firstsign/detector/idchange"
	"firstsign/detector/relations"
	"firstsign/detector/series"
	"firstsign/signals"
	"firstsign/signals/decode"
)

// Engine is the judgement of one partition, a function of its log and of the
// rules. It is used by one goroutine at a time; only Find may run beside it.
type Engine struct {
	partition, partitions int

	rules     *Rules
	coming    *Rules // in force from the next close on
	zone      *signals.Zone
	signals   series.Table
	sources   feeds.Sources
	yardstick assessment.Yardstick // what all accounts are judged by
	listing   listing

	accounts roster
	index    index
	dirty    []*account.Account
	news     map[*account.Account][]*finding.Finding // since the last commit
	feedNews []*finding.Finding

	clock
	duplicates duplicates.IDs
	pseudonyms *signals.PseudonymCache
	misrouted  feeds.Misrouted
	strangers  idchange.Strangers
	dayCloses  dayCloses
	summary    *summary // of the last close; nil before the first

	finder     *finder
	decoded    Decoded // of a record that was not decoded before its turn
	signs      []signals.Sign
	judge      judge
	others     []*judge // that help at a day's close
	stats      Stats
	onScore    func(string, signals.Day, float64)
	onMeasures func(account, signal string, day signals.Day, measures []float64)
	buffer     []byte // of encoding
	warmer     []upcoming
	warmth     int // see Warm

	unjudged bool // accounts are counted and not judged; see NewAdopter
}

// NewEngine returns the engine of a fresh partition.
func NewEngine(partition, partitions int, rules *Rules) *Engine {
	e := &Engine{
		partition: partition, partitions: partitions,
		sources:   feeds.NewSources(),
		news:      map[*account.Account][]*finding.Finding{},
		misrouted: feeds.Misrouted{},
		finder:    new(finder),
		stats:     newStats(),
	}
	e.judge.engine = e
	e.yardstick.Numbering = account.Numbering{Signals: &e.signals, Sources: &e.sources}
	e.clock.tickedAt = none
	e.clock.blindFrom = series.NoDay
	e.clock.idsFrom = none
	e.signals.Index = map[string]uint16{}
	e.enforce(rules)
	return e
}

// SetRules takes effect at the next day's close, so that a replay of the log
// finds a change where it was.
func (e *Engine) SetRules(r *Rules) { e.coming = r }

// enforce puts rules into force.
func (e *Engine) enforce(r *Rules) {
	e.finder.mu.Lock()
	defer e.finder.mu.Unlock()
	e.finder.ruling++
	e.rules, e.coming = r, nil
	e.listing = listing{by: &e.yardstick}
	e.pseudonyms = signals.NewPseudonymCache(r.Pseudonyms)
	if e.zone == nil || e.zone.Location() != r.location() {
		e.zone = signals.NewZone(r.location())
		e.judge.zone, e.finder.zone = e.zone, signals.NewZone(r.location())
	}
	changed := e.signals.Apply(r.Signals)
	e.setPatterns(r.Patterns)
	y := &e.yardstick
	y.Directory, y.Thresholds, y.Exceedance, y.Care, y.Calendar = r.Accounts, r.Thresholds, r.Exceedance, &r.Care, &r.Calendar
	for _, name := range r.Care.Visits {
		if id, ok := e.signals.Index[name]; ok {
			e.signals.Rules[id].Visit = true
		}
	}
	for _, a := range e.accounts {
		a.ForgetListed()
		if a.Prune(changed) {
			e.touch(a)
		}
	}
}

func (r *Rules) location() *time.Location {
	if r.Location == nil {
		return time.UTC
	}
	return r.Location
}

// longestLateness leaves the current day and the next room in the ring above
// the last closed one.
const longestLateness = (series.ForwardDays - 2) * 24 * time.Hour

func (r *Rules) lateness() int64 { return int64(min(max(r.Lateness, 0), longestLateness)) }

// OnMeasures has f called at every day's close with what each statistic measures of each
// count of what they do, in the order of curves of package evidence.
// deploy/bench/detection curves fits those to it. The measures are f's only during the call.
func (e *Engine) OnMeasures(f func(account, signal string, day signals.Day, measures []float64)) {
	e.onMeasures = f
}

// OnScore has f called at every day's close for each account whose risk
// changed, with the risk in account-years.
func (e *Engine) OnScore(f func(account string, day signals.Day, score float64)) { e.onScore = f }

// Next is the offset of the next record to apply.
func (c *clock) Next() int64 { return c.next }

// ChangedAccounts is the number of accounts that changed since the last Commit.
func (e *Engine) ChangedAccounts() int { return len(e.dirty) }

// Skip moves Next over offsets that hold no record.
func (c *clock) Skip(next int64) { c.next = max(c.next, next) }

// Apply takes the next record of the log. It returns nil when the record
// counted, was a duplicate, or is in the state of its account already, and
// otherwise why it does not count.
func (e *Engine) Apply(r *signals.Record) *signals.Reject { return e.ApplyDecoded(r, nil) }

// ApplyDecoded is Apply of a record that was decoded before its turn. A nil d
// is decoded now. A d that was never given to Find is looked up now.
func (e *Engine) ApplyDecoded(r *signals.Record, d *Decoded) *signals.Reject {
	if r.Offset < e.next {
		return nil // read again
	}
	e.next, e.idsFrom = r.Offset+1, none
	if len(r.Headers) > 0 {
		if c, control, reject := decode.Control(r); reject != nil {
			return reject
		} else if control {
			return e.control(&c, r)
		}
	}
	o, reject := e.examine(r, d)
	if reject != nil {
		if o.known != nil && o.known.Since < r.Offset && len(o.in.ID) > 0 {
			e.duplicates.Refuse(r.Offset)
		}
		if reject.Reason == signals.UnknownAccount {
			e.strangers.Note(o.in.Account)
		}
		return reject
	}
	if !e.ticked() {
		if reject := e.history(&o, r); reject != nil {
			return reject
		}
	}
	if reject := kept(o.day, e.closed); reject != nil {
		return reject
	}
	if o.act == series.NobodysAct {
		e.stats.Internal++
		return nil
	}
	e.count(&o)
	return nil
}

// observation is an interaction as it is counted.
type observation struct {
	offset int64
	in     *signals.Interaction
	rule   *series.Rule
	act    series.Act
	listed *accounts.Account  // nil without a directory
	known  *account.Account   // nil when it is new
	met    *relations.Contact // nil when nothing is kept of the contact
	day    signals.Day
	steps  int64 // value in whole steps of the signal's resolution
	source uint16
	id     duplicates.ID // means nothing when the interaction has none

	own, personal int // where its series are likely to be
}

// examine reads a record and checks all that does not depend on the clock.
func (e *Engine) examine(r *signals.Record, d *Decoded) (o observation, reject *signals.Reject) {
	if d == nil {
		d = &e.decoded
		d.Decode(r)
	}
	if d.Reject != nil {
		return o, d.Reject
	}
	in := &d.Interaction
	in.Contact = e.pseudonyms.Of(in.Contact)
	o = observation{offset: r.Offset, in: in, known: d.known, id: d.id, own: d.own, personal: d.personal}
	if now := e.rules.Aliases.Of(in.Account); now != nil {
		in.Account, o.known = now, nil
		d.hash = xxhash.Sum64(now)
		o.id = duplicates.IDOf(in, d.hash)
	}
	if o.known == nil {
		o.known = e.index.get(in.Account, d.hash)
	}
	// An account that is known is on the right partition.
	if o.known == nil && e.partitions > 1 && signals.PartitionOf(in.Account, e.partitions) != e.partition {
		return o, e.misroute(in, r.Key)
	}
	found := d.rule != nil && d.ruling == e.finder.ruling
	if found {
		o.rule, o.day = d.rule, d.day
	} else if o.rule = e.signals.Find(in); o.rule == nil {
		return o, &signals.Reject{Reason: signals.UnknownSignal, Detail: fmt.Sprintf("%.80q", in.Signal)}
	}
	if reject := e.listing.look(&o); reject != nil {
		return o, reject
	}
	if o.act, reject = o.rule.Understand(in); reject != nil {
		return o, reject
	}
	var ok bool
	if o.steps, ok = o.rule.StepsOf(in.Value); !ok {
		return o, &signals.Reject{Reason: signals.BadValue, Detail: fmt.Sprintf("%g for %s %q: %s", in.Value, o.rule.Kind, in.Signal, o.rule.Bounds())}
	}
	if !found {
		o.day = e.zone.Day(in.Time)
	}
	return o, nil
}

// Guests has accounts judged against the portfolio without being a part of it:
// those for which host names another account, which they are copies of. Nil, as
// in the service, is no guests.
func (e *Engine) Guests(host func(account []byte) []byte) { e.yardstick.Host = host }

// kept checks that a day is one of those in the ring, of which closed is the last
// closed one.
func kept(day, closed signals.Day) *signals.Reject {
	switch {
	case day > closed+series.ForwardDays:
		return &signals.Reject{Reason: signals.TooFarAhead, Detail: fmt.Sprintf("%s is after %s, the last day that is kept", day, closed+series.ForwardDays)}
	case day <= closed-series.JudgedDays:
		return &signals.Reject{Reason: signals.TooOld, Detail: fmt.Sprintf("%s is before %s, the first day that is kept", day, closed-series.JudgedDays+1)}
	}
	return nil
}

// count adds an observation to its account, unless it was seen before.
func (e *Engine) count(o *observation) {
	in := o.in
	if len(in.ID) > 0 && e.duplicates.Seen(o.day, o.id, o.rule.ID, o.offset) {
		e.stats.Duplicates++
		return
	}
	if o.day <= e.closed {
		e.stats.Late++
	}
	o.source = e.sources.Admit(in.Source)
	a := o.known
	if a == nil {
		a = account.New(in.Account, e.closed, o.day)
		a.Since = o.offset
		a.Guest = e.yardstick.IsGuest(in.Account)
		e.finder.mu.Lock()
		e.index.put(a)
		e.finder.mu.Unlock()
		e.accounts = append(e.accounts, a)
		e.stats.Accounts++
	}
	if !a.Guest {
		e.sources.Receive(o.source, o.day)
	}
	if a.Next > o.offset {
		e.stats.Skipped++
		return
	}
	a.Next = o.offset + 1
	a.First = min(a.First, o.day)
	e.touch(a)
	e.stats.Events++

	ours := o.act == series.OurAct
	if len(in.Contact) > 0 && o.steps > 0 && o.rule.Meets(ours) {
		o.met = a.Meet(in.Contact, o.day, e.closed, o.steps, ours)
	}
	e.signs = e.signs[:0]
	if !ours {
		readSigns(e, a, o)
	}
	e.tally(a, o, ours)
	e.countSigns(a, o)
}

// tally adds an observation to the series that it is of.
func (e *Engine) tally(a *account.Account, o *observation, ours bool) {
	e.add(a, series.Key{Signal: o.rule.ID, Ours: ours}, o.own, o)
	if o.rule.PerContact {
		if p := a.AdmitKey(o.met, o.listed, o.in.Contact); p != 0 {
			e.add(a, series.Key{Signal: o.rule.ID, Contact: p, Ours: ours}, o.personal, o)
		}
	}
	if o.rule.Watched || o.rule.Kind == series.Event && !ours {
		e.arrived(a, o)
	}
}

// add counts an observation in a series, which is likely to be at a place.
func (e *Engine) add(a *account.Account, k series.Key, place int, o *observation) {
	before := len(a.Series)
	s := a.TakeAt(place, k, o.rule.Kind, o.day)
	if s == nil {
		return
	}
	if len(a.Series) > before {
		e.stats.Series++
		s.Source, s.Other = o.source, o.source
	}
	if s.Source != o.source {
		s.Source, s.Other = o.source, s.Source
	}
	s.Add(o.day, o.steps)
}

// touch remembers that an account changed.
func (e *Engine) touch(a *account.Account) {
	if !a.Dirty {
		a.Dirty = true
		e.dirty = append(e.dirty, a)
	}
}

// setPatterns puts patterns into force. What an open episode was told of it stays
// told, by name.
func (e *Engine) setPatterns(list []Pattern) {
	before := e.yardstick.Patterns
	e.yardstick.Patterns = evidence.NewPatterns(list, &e.signals)
	for _, a := range e.accounts {
		if told := a.Episode.Told; told != 0 {
			a.Episode.Told = e.yardstick.Patterns.Set(before.Names(told)...)
		}
	}
}

// readSigns reads what an interaction of theirs says beside what it is, and notes the
// competitor that it names: what is told of the interaction at once has the name already.
func readSigns(e *Engine, a *account.Account, o *observation) {
	if e.rules.Reader == nil {
		return
	}
	e.signs = e.rules.Reader.Signs(o.in, e.signs)
	for _, s := range e.signs {
		if id, ok := e.signals.Index[s.Signal]; ok && s.Rival != "" && e.signals.Rules[id].On {
			a.SetRivals(a.Rivals().Note(s.Rival, id, o.day, &e.signals))
		}
	}
}

// countSigns counts the signs that were read, once for each whose signal there is. An
// interaction is no sign of itself: a complaint in whose text they complain is one.
func (e *Engine) countSigns(a *account.Account, o *observation) {
	if len(e.signs) == 0 {
		return
	}
	sign := *o
	for _, s := range e.signs {
		id, ok := e.signals.Index[s.Signal]
		if !ok || id == o.rule.ID || !e.signals.Rules[id].On {
			continue
		}
		sign.rule = &e.signals.Rules[id]
		if sign.steps, ok = sign.rule.StepsOf(s.Value); ok && sign.rule.Act(o.in) == series.TheirAct {
			e.tally(a, &sign, false)
		}
	}
}

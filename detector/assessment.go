package detector

import (
	"firstsign/detector/account"
	"firstsign/detector/evidence"
	"firstsign/detector/feeds"
	"firstsign/detector/portfolio"
	"firstsign/detector/series"
	"firstsign/internal/identity"
	"firstsign/signals"
	"math"
)

// yardstick is what every account of the partition is judged by: the rules in
// force, the numbers of signals and sources, and the day that was closed last.
type yardstick struct {
	rules   *Rules
	zone    *signals.Zone
	signals series.Table
	sources feeds.Sources
	// numbering is of signals, of sources and of the patterns in force.
	numbering account.Numbering
	closed    signals.Day         // last closed day
	near      *identity.Index     // of the accounts in force; nil until asked
	today     *dayContext         // of the last close; nil before the first
	host      func([]byte) []byte // of a guest; see Guests
}

// assessment is one account as it is being judged: the evidence of all its series,
// and where that is worked out. It is good until the next account is judged.
type assessment struct {
	*yardstick
	account *account.Account
	open    bool        // something is known of the closed day
	read    signals.Day // on which what is told is read
	until   signals.Day // up to which day something may have come by then
	told    signals.Day // when it was told of before, NoDay when it was not
	untold  uint32      // the patterns that were not told of then
	contact signals.Day // the last of theirs
	seen    uint64      // the view's days with contact of the account
	blind   uint64      // those of which something is not known
	dormant bool        // see package activity
	reasons []weighed
	evidence.Fusion
	matches   []match // the patterns that hold
	ruled     bool    // and it is one of them that counts
	handovers []handover

	view     series.View              // of the series that is being judged
	union    evidence.Union           // of contact of any kind
	year     [series.ViewDays]float64 // see ownYear
	measured evidence.Measurements
	channels evidence.Channels
	ofPeople []ofPerson                    // see parts
	parts    [series.MaxPeople + 1]float64 // of each person in the contact of the account
}

// assess begins the judgement of an account. Its memory is used again.
func (e *Engine) assess(a *account.Account) *assessment {
	j := &e.scratch
	j.yardstick, j.account = &e.yardstick, a
	j.read, j.until, j.told, j.untold = a.Closed+1, a.Closed, series.NoDay, 0
	j.open, j.ruled, j.dormant = false, false, false
	j.contact, j.seen, j.blind, j.Fusion = 0, 0, 0, evidence.Fusion{}
	j.reasons, j.matches, j.handovers, j.channels = j.reasons[:0], j.matches[:0], j.handovers[:0], j.channels[:0]
	j.ofPeople = j.ofPeople[:0]
	return j
}

// compareFiles marks on an account's timeline what the files in force say otherwise
// than at the close before.
func (y *yardstick) compareFiles(a *account.Account, d signals.Day) {
	if y.rules.Accounts == nil {
		return
	}
	if a.Listed == nil {
		a.Listed = y.listed([]byte(a.ID))
	}
	if a.Listed != nil {
		a.CompareFiles(a.Listed, d)
	}
}

// add takes in the evidence of one series.
func (j *assessment) add(s *series.Series, r *series.Rule, t evidence.Term, lo signals.Day) {
	e := j.Add(r, s.Key.Contact > 0, j.parts[s.Key.Contact], t)
	if t.Evidence > 0 {
		j.reasons = append(j.reasons, weighed{s.Key, t, lo, e})
	}
}

// weigh judges all series of an account that have begun by a day. arrival is
// for bad news as it comes: incidents of days that are still open count. each is
// called for every series after it was judged.
func (j *assessment) weigh(until signals.Day, arrival bool, each func(*series.Series)) {
	a := j.account
	j.union.Reset()
	own := j.ownYear()
	j.seen, j.blind = 0, 0
	for i := range a.Series {
		s := &a.Series[i]
		if s.First > until {
			continue
		}
		j.view.Fill(s, &j.today.Exposure, j.yearOf(s, own), false)
		if j.signals.Unites(s.Key) {
			j.union.Take(&j.view, &s.Baseline)
		}
		extra := 0.0
		if arrival && j.signals.Rules[s.Key.Signal].Kind == series.Event {
			extra = s.OpenCount(j.closed)
		}
		j.notice(s, &j.today.Exposure)
		if j.judge(s, extra) {
			j.open = true
		}
		each(s)
	}
	j.dormant = a.Activity.Dormant(j.ring())
	if j.union.Finish(j.today.Lo) {
		j.judgeUnion(j.ofAnyKind())
	}
	j.share()
	for i := range j.ofPeople {
		p := &j.ofPeople[i]
		j.add(p.series, p.rule, p.term, p.lo)
	}
	j.channels.Settle(j.Union, j.takenOver, func(c *evidence.Channel, t evidence.Term) { j.add(c.Series, c.Rule, t, c.Lo) })
}

// notice takes in the days of the view of a series that contact is made up of.
func (j *assessment) notice(s *series.Series, d *series.Exposure) {
	if j.signals.IsContact(s.Key) {
		j.seen |= j.view.Seen
		j.blind |= ^d.KnownOf(s)
	}
}

// ring are the days that activity.Dormant asks for.
func (j *assessment) ring() uint64 { return (j.seen | j.blind) >> 1 }

// ofPerson is a term of a key contact's series that is no count.
type ofPerson struct {
	series *series.Series
	rule   *series.Rule
	term   evidence.Term
	lo     signals.Day
}

// share works out each key contact's part in the account's contact, by all that is
// known of the counts. Who has none is taken for one of as many as there are.
func (j *assessment) share() {
	parts := j.parts[:j.account.KeyContacts()+1]
	clear(parts)
	total := 0.0
	for i := range j.channels {
		c := &j.channels[i]
		if parts[c.Series.Key.Contact] += c.Rate; c.Series.Key.Contact == 0 {
			total += c.Rate
		}
	}
	for i := range parts {
		if total > 0 && parts[i] > 0 {
			parts[i] = min(1, parts[i]/total)
		} else {
			parts[i] = 1 / float64(max(1, j.account.KeyContacts()))
		}
	}
}

// ofAnyKind is what was learned of contact of any kind. While there was one kind only
// it is what was learned of that.
func (j *assessment) ofAnyKind() *series.Baseline {
	a := j.account
	if a.Any != (series.Baseline{}) {
		return &a.Any
	}
	any := &a.Any // empty
	for i := range a.Series {
		if s := &a.Series[i]; j.signals.Unites(s.Key) && s.Baseline.Exposure >= any.Exposure {
			any = &s.Baseline
		}
	}
	return any
}

// learn takes the leaving day into an account's past, by what the oldest days
// say alone: a repair of the days since changes nothing of it.
func (j *assessment) learn(d signals.Day, weight float64) {
	a := j.account
	past := *j.ofAnyKind()
	j.union.Reset()
	own := j.ownYear()
	seen, expected := 0.0, 0.0
	j.seen, j.blind = 0, 0
	for i := range a.Series {
		s := &a.Series[i]
		if s.First > d {
			continue
		}
		mine := j.yearOf(s, own)
		j.view.Fill(s, &j.today.past, mine, true)
		j.notice(s, &j.today.past)
		j.view.Seen &= 1<<portfolio.LearnedDays - 1
		if j.signals.Unites(s.Key) {
			j.union.Take(&j.view, &s.Baseline)
		}
		kind := j.signals.Rules[s.Key.Signal].Kind
		if (kind == series.Count || kind == series.Amount) && !s.Key.Ours && s.Key.Contact == 0 {
			n, m := s.Yearly(&j.view, kind, mine)
			seen, expected = seen+n, expected+m
		}
		s.Learn(&j.view, weight, kind)
	}
	if j.blind&1 == 0 && a.First <= d-series.JudgedDays {
		a.Activity.Learn(d, j.seen&1 == 1)
	}
	if expected > 0 && a.Year == nil {
		a.Year = new(series.Year)
	}
	if a.Year != nil {
		a.Year.Add(j.today.before, j.today.halves[0], seen, expected)
	}
	if j.union.Finish(j.today.Lo) {
		a.Any = past
		a.Any.Learn(&j.union.View, weight, true)
	}
}

// judge adds the strongest evidence of a series to a judgement. It tells
// whether anything is known of the series' closed day.
func (j *assessment) judge(s *series.Series, extra float64) bool {
	v := &j.view
	r := &j.signals.Rules[s.Key.Signal]
	if s.Key.Ours || !r.On {
		return false // what we do ourselves is no evidence of their health
	}
	if r.Weight > 0 {
		t, ok := j.strongest(s, r, v, extra)
		if q := j.peerOf(j.account, s, v); q != nil {
			if p := evidence.ComparePeers(&q.Prior, s, v); p.Worth > t.Worth {
				t, ok = p, true
			}
		}
		switch {
		case ok && r.Kind == series.Count:
			j.channels = append(j.channels, evidence.ChannelOf(s, r, t, v))
		case ok && s.Key.Contact > 0:
			j.ofPeople = append(j.ofPeople, ofPerson{s, r, t, v.Lo})
		case ok:
			j.add(s, r, t, v.Lo)
		}
		if last := v.Last(); last >= 0 && s.Key.Contact == 0 && r.Kind != series.Event {
			j.contact = max(j.contact, v.Lo+signals.Day(last))
		}
	}
	return j.today.KnownOf(s)>>series.JudgedDays&1 == 1
}

// strongest is the strongest term of a series; false when it is no habit yet.
func (j *assessment) strongest(s *series.Series, r *series.Rule, v *series.View, extra float64) (evidence.Term, bool) {
	switch r.Kind {
	case series.Score:
		if r.Worse == series.Up {
			return evidence.MeanRose(s.Level, v)
		}
		return evidence.MeanFell(s.Level, v)
	case series.Event:
		return evidence.BadNews(&s.Baseline, v, j.today.BySignal[s.Key.Signal].Rate, extra)
	case series.Amount:
		return evidence.Shrunk(&s.Baseline, v, &j.measured)
	}
	return evidence.Fall(&s.Baseline, v, 1, false, &j.measured)
}

// ownYear is what each day of a view is for the account by its own year, nil when
// it says nothing of these days.
func (j *assessment) ownYear() *[series.ViewDays]float64 {
	return j.account.Year.Unpack(&j.today.halves, &j.year)
}

// yearOf a series is the account's, but for bad news, which keeps no season,
// and for what we do.
func (y *yardstick) yearOf(s *series.Series, own *[series.ViewDays]float64) *[series.ViewDays]float64 {
	if s.Key.Ours || y.signals.Rules[s.Key.Signal].Kind == series.Event {
		return nil
	}
	return own
}

// judgeUnion adds the evidence of contact of any kind.
func (j *assessment) judgeUnion(p *series.Baseline) {
	t, _ := evidence.Fall(p, &j.union.View, 1, false, &j.measured)
	j.Union = t.Worth
	if t.Evidence > 0 {
		j.reasons = append(j.reasons, weighed{series.Key{Signal: series.AnyContactID}, t, j.union.View.Lo, t.Worth})
	}
}

// match is a pattern that holds of an account.
type match = evidence.Match

// matchClosed finds the patterns that hold of an account at a day's close.
func (j *assessment) matchClosed(d signals.Day) {
	for i := range j.numbering.Patterns {
		j.match(i, d)
	}
}

// matchArrival finds those that hold now that an interaction has come. It
// tells whether there is one that the open episode was not told of.
func (j *assessment) matchArrival(o *observation) bool {
	if !o.rule.Watched {
		return false
	}
	for i := range j.numbering.Patterns {
		if j.numbering.Patterns.Arrival(i, o.rule.ID) {
			j.match(i, max(o.day, j.closed+1))
		}
	}
	return j.newMatch()
}

// match notes that a pattern holds of an account, by its days up to end.
func (j *assessment) match(number int, end signals.Day) {
	in := evidence.Account{Table: &j.signals, Set: &j.account.Set}
	if j.today != nil {
		in.Exposure = &j.today.Exposure
	}
	if m, ok := j.numbering.Patterns.Match(number, &in, end); ok {
		j.matches = append(j.matches, m)
	}
}

// matched is the set of the patterns that hold.
func (j *assessment) matched() (set uint32) {
	for i := range j.matches {
		set |= 1 << j.matches[i].Pattern
	}
	return set
}

// newMatch tells whether a pattern holds that the episode was not told of.
func (j *assessment) newMatch() bool { return j.matched()&^j.account.Episode.Told != 0 }

// restPrice in nats is how much stronger the evidence of a dormant account must be: its
// longest silences still rank first, and its pauses raise nothing. Chosen on the dev
// accounts of the benchmark's sets.
const restPrice = 1.5

// resting is the evidence of a dormant account's habit: what it was when it became
// dormant, unless it is much more by now.
func (j *assessment) resting() float64 { return max(float64(j.account.Floor), j.Habit()-restPrice) }

// evidenceOf a judgement is the account's evidence. A pattern, or bad news in the files,
// is worth what opens an episode of the account's grade, and no more: nobody knows how
// rare it is.
func (j *assessment) evidenceOf() float32 {
	var nats float64
	if j.dormant {
		nats = max(j.resting(), j.Alone())
	} else {
		nats = j.Nats()
	}
	evidence := float32(nats)
	if news, _ := j.badNews(); len(j.matches)+len(news) == 0 {
		return evidence
	}
	t := j.threshold(j.account)
	// Rounded up, so that the risk does not fall below when the pattern ends.
	worth := math.Nextafter32(float32(j.rules.Exceedance.Evidence(t.Raise)), math.MaxFloat32)
	if j.ruled = worth > evidence; j.ruled {
		return worth
	}
	return evidence
}

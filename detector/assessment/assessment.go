package assessment

import (
	"firstsign/detector/account"
	"firstsign/detector/evidence"
	"firstsign/detector/series"
	"firstsign/signals"
)

// Assessment is one account as it is being judged: the evidence of all its series, and
// the memory to work it out. It is valid until the next Begin.
type Assessment struct {
	by      *Yardstick
	account *account.Account
	closed  signals.Day // last closed day of the partition
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
	fusion  evidence.Fusion
	matches []match // the patterns that hold
	ruled   bool    // and it is one of them that counts

	handovers []handover

	view     series.View              // of the series that is being judged
	union    evidence.Union           // of contact of any kind
	year     [series.ViewDays]float64 // room for ownYear
	own      *[series.ViewDays]float64
	unpacked bool // own is what ownYear returns
	measured evidence.Measurements
	channels evidence.Channels
	ofPeople []ofPerson                    // see parts
	parts    [series.MaxPeople + 1]float64 // of each person in the contact of the account
}

// Begin starts to judge an account. closed is the last closed day of the partition.
// The memory of the account before is used again.
func (j *Assessment) Begin(y *Yardstick, a *account.Account, closed signals.Day) {
	j.by, j.account, j.closed = y, a, closed
	j.read, j.until, j.told, j.untold = a.Closed+1, a.Closed, series.NoDay, 0
	j.open, j.ruled, j.dormant, j.unpacked = false, false, false, false
	j.contact, j.seen, j.blind, j.fusion = 0, 0, 0, evidence.Fusion{}
	j.reasons, j.matches, j.handovers, j.channels = j.reasons[:0], j.matches[:0], j.handovers[:0], j.channels[:0]
	j.ofPeople = j.ofPeople[:0]
}

// Account returns the account that is being judged.
func (j *Assessment) Account() *account.Account { return j.account }

// LastContact is the last day of the view on which they were in touch; 0 when there is
// none. Weigh finds it out.
func (j *Assessment) LastContact() signals.Day { return j.contact }

// Dormant tells whether the account has become quiet. Weigh finds it out.
func (j *Assessment) Dormant() bool { return j.dormant }

// Measures returns what each statistic shows of the series that was judged last, in the
// order of the curves. They change with the next series.
func (j *Assessment) Measures() []float64 { return j.measured.Measure[:] }

// add takes in the evidence of one series.
func (j *Assessment) add(s *series.Series, r *series.Rule, t evidence.Term, lo signals.Day) {
	e := j.fusion.Add(r, s.Key.Contact > 0, j.parts[s.Key.Contact], t)
	if t.Evidence > 0 {
		j.reasons = append(j.reasons, weighed{s.Key, t, lo, e})
	}
}

// Weigh judges all series that have begun by a day. With arrival, for bad news as it
// comes, the incidents of days that are still open count too. each is called after
// every series, also those that are not judged; nil: nobody looks at them.
func (j *Assessment) Weigh(until signals.Day, arrival bool, each func(*series.Series)) {
	a := j.account
	j.union.Reset(series.ViewDays)
	own := j.ownYear()
	j.seen, j.blind = 0, 0
	for i := range a.Series {
		s := &a.Series[i]
		if s.First > until || each == nil && !j.judged(s.Key) {
			continue
		}
		news, open := j.by.Signals.Rules[s.Key.Signal].Kind == series.Event, evidence.Arrived{}
		if arrival && news {
			open.N, open.After = s.OpenCount(j.closed)
		}
		j.view.See(s, &j.by.Today.Exposure, false)
		if !news || evidence.AnyNews(&j.view, open.N) {
			j.view.Fill(s, &j.by.Today.Exposure, j.by.yearOf(s, own), false)
		}
		if j.by.Signals.Unites(s.Key) {
			j.union.Take(&j.view, &s.Baseline)
		}
		j.notice(s, &j.by.Today.Exposure)
		if j.judge(s, open) {
			j.open = true
		}
		if each != nil {
			each(s)
		}
	}
	j.dormant = a.Activity.Dormant(j.ring())
	if j.union.Finish(j.by.Today.Lo) {
		j.judgeUnion(j.ofAnyKind())
	}
	j.share()
	for i := range j.ofPeople {
		p := &j.ofPeople[i]
		j.add(p.series, p.rule, p.term, p.lo)
	}
	j.channels.Settle(j.fusion.Union, j.takenOver, func(c *evidence.Channel, t evidence.Term) { j.add(c.Series, c.Rule, t, c.Lo) })
}

// judged tells whether a series is judged: what we do ourselves is no evidence of their
// health.
func (j *Assessment) judged(k series.Key) bool { return !k.Ours && j.by.Signals.Rules[k.Signal].On }

// notice takes in the days of the view of a series that contact is made up of.
func (j *Assessment) notice(s *series.Series, d *series.Exposure) {
	if j.by.Signals.IsContact(s.Key) {
		j.seen |= j.view.Seen
		j.blind |= ^d.KnownOf(s)
	}
}

// ring are the days that activity.Dormant asks for.
func (j *Assessment) ring() uint64 { return (j.seen | j.blind) >> 1 }

// ofPerson is a term of a key contact's series that is no count.
type ofPerson struct {
	series *series.Series
	rule   *series.Rule
	term   evidence.Term
	lo     signals.Day
}

// share works out each key contact's part in the account's contact, by all that is
// known of the counts. Who has none is taken for one of as many as there are.
func (j *Assessment) share() {
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

// judge adds the strongest evidence of a series to a judgement. It tells
// whether anything is known of the series' closed day.
func (j *Assessment) judge(s *series.Series, open evidence.Arrived) bool {
	v := &j.view
	r := &j.by.Signals.Rules[s.Key.Signal]
	if !j.judged(s.Key) {
		return false
	}
	if r.Weight > 0 {
		t, ok := j.strongest(s, r, v, open)
		if q := j.by.peerOf(j.account, s, v); q != nil {
			if p := evidence.ComparePeers(&q.Prior, s, v); p.Worth > t.Worth {
				t, ok = p, true
			}
		}
		switch {
		case ok && r.Kind == series.Count:
			j.channels.Add(s, r, t, v)
		case ok && s.Key.Contact > 0:
			j.ofPeople = append(j.ofPeople, ofPerson{s, r, t, v.Lo})
		case ok:
			j.add(s, r, t, v.Lo)
		}
		if last := v.Last(); last >= 0 && s.Key.Contact == 0 && r.Kind != series.Event {
			j.contact = max(j.contact, v.Lo+signals.Day(last))
		}
	}
	return j.by.Today.KnownOf(s)>>series.JudgedDays&1 == 1
}

// strongest is the strongest term of a series; false when it is no habit yet.
func (j *Assessment) strongest(s *series.Series, r *series.Rule, v *series.View, open evidence.Arrived) (evidence.Term, bool) {
	switch r.Kind {
	case series.Score:
		if r.Worse == series.Up {
			return evidence.MeanRose(s, v)
		}
		return evidence.MeanFell(s, v)
	case series.Event:
		return evidence.BadNews(&s.Baseline, v, j.by.Today.BySignal[s.Key.Signal].Rate, open)
	case series.Amount:
		return evidence.Shrunk(&s.Baseline, v, &j.measured)
	}
	return evidence.Fall(&s.Baseline, v, 1, false, &j.measured)
}

// judgeUnion adds the evidence of contact of any kind.
func (j *Assessment) judgeUnion(p *series.Baseline) {
	t, _ := evidence.Fall(p, &j.union.View, 1, false, &j.measured)
	j.fusion.Union = t.Worth
	if t.Evidence > 0 {
		j.reasons = append(j.reasons, weighed{series.Key{Signal: series.AnyContactID}, t, j.union.View.Lo, t.Worth})
	}
}

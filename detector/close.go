package detector

import (
	"firstsign/detector/evidence"
	"firstsign/detector/series"
	"firstsign/signals"
)

// closing is a close whose portfolio must not be computed again: the first
// accounts that passed it may be written already.
type closing struct {
	offset    int64 // of the record that closed the day
	portfolio *portfolio
}

// close closes a day: the portfolio first, then every account that has not
// passed it.
func (e *Engine) close(d signals.Day, offset int64) {
	if e.coming != nil {
		e.enforce(e.coming)
	}
	p := e.closings.find(d, offset)
	if p == nil {
		p = e.summarise(d)
		e.closings = append(e.closings, closing{offset, p})
	}
	var before *portfolio
	if e.today != nil {
		before = e.today.portfolio
	}
	e.feedFindings(before, p, e.zone.Start(d+1))
	e.today = e.unpack(p)
	e.stats.countSources(p.feeds)
	for _, a := range e.accounts {
		if a.closed < d {
			e.closeAccount(a, d, offset)
		}
	}
	for _, b := range e.beats {
		b.days &^= 1 << series.Slot(d-series.JudgedDays)
	}
	e.forgetReceipts(d - series.JudgedDays)
	e.forgetMisrouted(d)
	e.forgetGivenUp()
	e.duplicates.close(d)
	e.closed = d
	e.stats.DaysClosed++
}

// closings are those since the last complete commit.
type closings []closing

// find returns the portfolio of a close that was done before a crash, nil when it
// was not.
func (cs closings) find(d signals.Day, offset int64) *portfolio {
	for i := range cs {
		if c := &cs[i]; c.offset == offset && c.portfolio.day == d {
			return c.portfolio
		}
	}
	return nil
}

// closeAccount learns the day that leaves the ring and judges the closed one.
func (e *Engine) closeAccount(a *account, d signals.Day, offset int64) {
	leaving := d - series.JudgedDays
	weight := 1.0
	if a.raised>>series.Slot(leaving)&1 == 1 {
		weight = series.EpisodeWeight
	}
	a.raised &^= 1 << series.Slot(leaving)
	a.closed = d
	a.next = max(a.next, offset)
	e.touch(a)

	if e.today.retired != nil {
		a.handBack(e.today.retired)
	}
	j := e.assess(a)
	j.learn(d, weight)
	e.careDay().Leave(&a.Set, &a.tended, leaving)
	for i := range a.Series {
		a.Series[i].Drop(leaving)
	}
	if len(a.circle) > 0 {
		a.circle = a.circle.Pass(leaving)
	}
	e.compareFiles(a, d)
	j.weigh(d, false, func(s *series.Series) {
		if e.onLook != nil && e.signals.Unites(s.Key) {
			e.onLook(a.id, e.signals.Name(s.Key.Signal), d, j.measured.Measure[:])
		}
	})
	j.remember()
	j.matchClosed(d)
	if a.First > d {
		return
	}
	if news, _ := j.badNews(); j.open || len(j.matches)+len(news) > 0 { // else nothing is known of this day
		e.conclude(j, d)
	}
	e.tend(a, d)
}

// weigh judges all series of an account that have begun by a day. arrival is
// for bad news as it comes: incidents of days that are still open count. each is
// called for every series after it was judged.
func (j *assessment) weigh(until signals.Day, arrival bool, each func(*series.Series)) {
	a := j.account
	j.union.Reset()
	own := j.ownYear()
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
		if j.judge(s, extra) {
			j.open = true
		}
		each(s)
	}
	if j.union.Finish(j.today.Lo) {
		j.judgeUnion(&a.any)
	}
	j.channels.Settle(j.Union, j.takenOver, func(c *evidence.Channel, t evidence.Term) { j.add(c.Series, c.Rule, t, c.Lo) })
}

// learn takes the leaving day into an account's past, by what the oldest days
// say alone: a repair of the days since changes nothing of it.
func (j *assessment) learn(d signals.Day, weight float64) {
	a := j.account
	j.union.Reset()
	own := j.ownYear()
	seen, expected := 0.0, 0.0
	for i := range a.Series {
		s := &a.Series[i]
		if s.First > d {
			continue
		}
		mine := j.yearOf(s, own)
		j.view.Fill(s, &j.today.past.Exposure, mine, true)
		j.view.Seen &= 1<<learnedDays - 1
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
	if expected > 0 && a.year == nil {
		a.year = new(series.Year)
	}
	if a.year != nil {
		a.year.Add(j.today.before, j.today.halves[0], seen, expected)
	}
	if j.union.Finish(j.today.Lo) {
		a.any.Learn(&j.union.View, weight, true)
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
			return evidence.MeanRose(s.Level, s, v)
		}
		return evidence.MeanFell(s.Level, s, v)
	case series.Event:
		return evidence.BadNews(&s.Baseline, v, j.today.BySignal[s.Key.Signal].Rate, extra)
	case series.Amount:
		return evidence.Shrunk(&s.Baseline, v, &j.measured)
	}
	return evidence.Fall(&s.Baseline, v, 1, false, &j.measured)
}

// arrived judges an account at once when bad news comes: the event's own day
// may be open for long, and one can be enough.
func (e *Engine) arrived(a *account, o *observation) {
	j := e.assess(a)
	if !j.matchArrival(o) && (o.rule.Kind != series.Event || e.today == nil || a.episode.isOpen() && a.episode.alertedOn >= e.closed) {
		return // nothing closed yet, or told already
	}
	if e.today != nil {
		j.weigh(e.closed+series.ForwardDays, true, func(*series.Series) {})
	}
	e.concludeArrival(j, o)
}

// ownYear unpacks what each day of a view is for the account by its own year;
// nil while two years of it are not known, and when they say nothing of these days.
func (j *assessment) ownYear() *[series.ViewDays]float64 {
	a := j.account
	usual, ok := a.year.Known()
	if !ok {
		return nil
	}
	x, quiet := 1.0, false
	for i, h := range j.today.halves {
		if i == 0 || h != j.today.halves[i-1] {
			x = a.year.Factor(h, usual)
			quiet = quiet || x < 1
		}
		j.year[i] = x
	}
	if !quiet {
		return nil
	}
	return &j.year
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

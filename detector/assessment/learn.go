package assessment

import (
	"firstsign/detector/portfolio"
	"firstsign/detector/series"
	"firstsign/signals"
)

// ofAnyKind is what was learned of contact of any kind. While there was one kind only
// it is what was learned of that.
func (j *Assessment) ofAnyKind() *series.Baseline {
	a := j.account
	if a.Any != (series.Baseline{}) {
		return &a.Any
	}
	most := &a.Any // empty
	for i := range a.Series {
		if s := &a.Series[i]; j.by.Signals.Unites(s.Key) && s.Baseline.Exposure >= most.Exposure {
			most = &s.Baseline
		}
	}
	return most
}

// Learn adds the day that leaves the ring to the account's past. It uses only what the
// oldest days say, so a repair of newer days changes nothing.
func (j *Assessment) Learn(d signals.Day, weight float64) {
	a := j.account
	past, seldom := *j.ofAnyKind(), a.Activity.Seldom()
	j.union.Reset(portfolio.LearnedDays)
	own := j.ownYear()
	seen, expected := 0.0, 0.0
	j.seen, j.blind = 0, 0
	for i := range a.Series {
		s := &a.Series[i]
		if s.First > d {
			continue
		}
		mine := j.by.yearOf(s, own)
		kind := j.by.Signals.Rules[s.Key.Signal].Kind
		if kind == series.Count || kind == series.Amount {
			j.view.Fill(s, &j.by.Today.learned, mine, true)
		} else { // which are learned without the days around
			j.view.FillLeaving(s, &j.by.Today.learned, mine)
		}
		j.notice(s, &j.by.Today.learned)
		j.view.Seen &= 1<<portfolio.LearnedDays - 1
		if j.by.Signals.Unites(s.Key) {
			j.union.Take(&j.view, &s.Baseline)
		}
		if (kind == series.Count || kind == series.Amount) && !s.Key.Ours && s.Key.Contact == 0 {
			n, m := s.Yearly(&j.view, kind, mine)
			seen, expected = seen+n, expected+m
		}
		s.Learn(&j.view, weight, kind, seldom)
	}
	if j.blind&1 == 0 && a.First <= d-series.JudgedDays {
		a.Activity.Learn(d, j.seen&1 == 1)
	}
	if expected > 0 && a.Year == nil {
		a.Year = new(series.Year)
	}
	if a.Year != nil {
		a.Year.Add(j.by.Today.before, j.by.Today.halves[0], seen, expected)
		if j.by.Today.before != j.by.Today.halves[0] {
			j.unpacked = false // a half month is over
		}
	}
	if j.union.Finish(j.by.Today.Lo) {
		a.Any = past
		a.Any.Learn(&j.union.View, weight, true, seldom)
	}
}

// ownYear is what each day of a view is for the account by its own year, nil when
// it says nothing of these days.
func (j *Assessment) ownYear() *[series.ViewDays]float64 {
	if !j.unpacked {
		j.own, j.unpacked = j.account.Year.Unpack(&j.by.Today.halves, &j.year), true
	}
	return j.own
}

// yearOf a series is the account's, but for bad news, which keeps no season,
// and for what we do.
func (y *Yardstick) yearOf(s *series.Series, own *[series.ViewDays]float64) *[series.ViewDays]float64 {
	if s.Key.Ours || y.Signals.Rules[s.Key.Signal].Kind == series.Event {
		return nil
	}
	return own
}

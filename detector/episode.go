package detector

import (
	"cmp"
	"fmt"
	"slices"

	"firstsign/accounts"
	"firstsign/detector/account"
	"firstsign/detector/episodes"
	"firstsign/detector/evidence"
	"firstsign/detector/finding"
	"firstsign/detector/series"
	"firstsign/signals"
)

// given is the grade that the directory gives an account; empty without one.
func (y *yardstick) given(a *account.Account) accounts.Grade {
	if l := y.listed([]byte(a.ID)); l != nil {
		return l.Grade
	}
	return ""
}

// gradeOf is the grade as which an account is judged: an ordinary one where
// nobody gives it one.
func (y *yardstick) gradeOf(a *account.Account) accounts.Grade {
	return cmp.Or(y.given(a), accounts.Ordinary)
}

// threshold of an account: its grade's, rarer after false alarms.
func (y *yardstick) threshold(a *account.Account) episodes.Threshold {
	grade := y.gradeOf(a)
	t, ok := y.rules.Thresholds[grade]
	if !ok {
		t = defaultThresholds[grade]
	}
	eased := a.Opinion().EasedOn(y.closed)
	return episodes.Threshold{Raise: t.Raise * eased, Clear: t.Clear * eased}
}

var defaultThresholds = episodes.DefaultThresholds()

// step moves the episode by one closed day.
func (e *Engine) step(j *assessment, d signals.Day, risk float64) {
	a := j.account
	ep := &a.Episode
	t := e.threshold(a)
	at := e.zone.Start(d + 1)
	switch {
	case ep.Stage == episodes.Raised:
		e.stepRaised(j, d, risk, t)
	case ep.Stage == episodes.Accepted && !j.newMatch() && !ep.StepAccepted(a.Opinion(), a.Closed, risk, t):
	case risk >= t.Raise:
		ep.Begin(d)
		e.raise(j, finding.Raised, d, at, risk)
	case risk >= t.Clear && ep.Stage == episodes.Calm:
		*ep = episodes.Episode{Stage: episodes.Pending, Since: d}
	case risk < t.Clear:
		*ep = episodes.Episode{}
	}
	if ep.Stage == episodes.Raised {
		a.MarkRaised(d)
	}
}

func (e *Engine) stepRaised(j *assessment, d signals.Day, risk float64, t episodes.Threshold) {
	ep := &j.account.Episode
	at := e.zone.Start(d + 1)
	if risk < t.Clear {
		if ep.Quiet++; ep.Quiet >= episodes.QuietDays {
			e.tell(j, finding.Closed, at, risk)
			*ep = episodes.Episode{}
			e.stats.EpisodesOpen--
		}
		return
	}
	ep.Quiet = 0
	_, fresh := j.badNews()
	grown := risk >= t.Raise && risk >= episodes.AgainFactor*float64(ep.AlertedRisk)
	if fresh || j.newMatch() || d >= ep.AlertedOn+episodes.AgainDays && (grown && j.hasNews(ep.AlertedOn) || j.clearer()) {
		e.raise(j, finding.RaisedAgain, d, at, risk)
	}
}

// stepArrival raises on bad news, without waiting for the day's end.
func (e *Engine) stepArrival(j *assessment, o *observation, evidence, risk float64) {
	a := j.account
	ep := &a.Episode
	t := e.threshold(a)
	d := max(o.day, e.closed+1)
	switch {
	case risk < t.Raise:
	case ep.Stage == episodes.Accepted && !j.newMatch() && !ep.Worse(a.Opinion(), a.Closed, risk, t):
	case ep.Stage != episodes.Raised:
		ep.Begin(d)
		a.Evidence = max(a.Evidence, float32(evidence))
		e.raise(j, finding.Raised, d, o.in.Time, risk)
	case j.newMatch() || risk >= episodes.AgainFactor*float64(ep.AlertedRisk) && d > ep.AlertedOn+episodes.AgainDays && j.hasNews(ep.AlertedOn):
		a.Evidence = max(a.Evidence, float32(evidence))
		e.raise(j, finding.RaisedAgain, d, o.in.Time, risk)
	}
}

// raise opens an episode, or tells of it again.
func (e *Engine) raise(j *assessment, kind finding.Kind, d signals.Day, at int64, risk float64) {
	ep := &j.account.Episode
	if ep.Stage != episodes.Raised {
		e.stats.EpisodesOpen++
		ep.Opened = d
	}
	j.told = series.NoDay
	if kind == finding.RaisedAgain {
		j.told, j.untold = ep.AlertedOn, j.matched()&^ep.Told
	}
	if o := j.account.Opinion(); o != nil {
		o.Expected = false // it was said of what was told before
	}
	ep.Stage, ep.Quiet = episodes.Raised, 0
	ep.AlertedOn, ep.AlertedRisk = d, float32(risk)
	ep.Told |= j.matched()
	f := e.tell(j, kind, at, risk)
	if f.Verdict = j.verdict(evidence.FairlyStrong); f.Verdict != "" {
		ep.Verdict = uint8(slices.Index(finding.Verdicts, f.Verdict))
	}
}

// tell hands a finding out with the next commit.
func (e *Engine) tell(j *assessment, kind finding.Kind, at int64, risk float64) *finding.Finding {
	a := j.account
	j.read, j.until = e.zone.Day(at), e.zone.Day(at-1)
	f := &finding.Finding{
		ID:   fmt.Sprintf("%s-%s", a.ID, a.Episode.Since),
		Kind: kind, Time: at, Account: a.ID, Grade: e.given(a), Since: a.Episode.Since,
		Risk: risk, History: int(j.read - a.First), Evidence: float64(a.Evidence), Reasons: j.words(),
		SeasonUnknown: a.Closed-a.First < 2*365, Rules: e.rules.Hash,
	}
	if kind != finding.Closed { // whether it is they who withdraw, or we
		f.Reasons = append(f.Reasons, e.careOf(a, j.read, false)...)
	}
	e.news[a] = append(e.news[a], f)
	e.stats.Findings[kind]++
	return f
}

// conclude turns a closed day's judgement into risk and episode.
func (e *Engine) conclude(j *assessment, d signals.Day) {
	a := j.account
	evidence := j.evidenceOf()
	// While an account is silent its risk never falls.
	if j.contact <= a.FloorDay {
		evidence = max(evidence, a.Floor)
	}
	if j.dormant {
		a.Floor = float32(j.resting())
	} else {
		a.FloorDay, a.Floor = max(a.FloorDay, j.contact), evidence
	}
	changed := a.Evidence != evidence
	a.Evidence = evidence
	risk := e.rules.Exceedance.Years(float64(evidence))
	if changed && e.onScore != nil {
		e.onScore(a.ID, d, risk)
	}
	e.step(j, d, risk)
	expected := a.Opinion().TakeExpected(&a.Episode, d)
	if j.acceptable(d) || expected {
		e.accept(j, d, risk)
	}
	if expected {
		a.Opinion().Level = d
	}
}

// concludeArrival raises an alert at once when an event is enough.
func (e *Engine) concludeArrival(j *assessment, o *observation) {
	evidence := j.evidenceOf()
	risk := e.rules.Exceedance.Years(float64(evidence))
	e.stepArrival(j, o, float64(evidence), risk)
}

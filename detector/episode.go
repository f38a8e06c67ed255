package detector

import (
	"fmt"
	"slices"

	"firstsign/detector/assessment"
	"firstsign/detector/episodes"
	"firstsign/detector/evidence"
	"firstsign/detector/finding"
	"firstsign/signals"
)

// step moves the episode by one closed day.
func (e *Engine) step(j *assessment.Assessment, d signals.Day, risk float64) {
	if e.held(j, d) {
		return
	}
	a := j.Account()
	ep := &a.Episode
	t := e.yardstick.Threshold(a, e.closed)
	at := e.zone.Start(d + 1)
	switch {
	case ep.Stage == episodes.Raised:
		e.stepRaised(j, d, risk, t)
	case ep.Stage == episodes.Accepted && !j.NewMatch() && !ep.StepAccepted(a.Opinion(), a.Closed, risk, t):
	case risk >= t.Raise:
		ep.Begin(d)
		e.raise(j, finding.Raised, d, at, risk)
	case risk >= t.Clear && ep.Stage == episodes.Calm:
		*ep = episodes.Episode{Stage: episodes.Pending, Since: d}
	case risk < t.Clear:
		*ep = episodes.Episode{}
	}
	if ep.Stage == episodes.Raised && !j.Dormant() { // what a dormant account does is its habit
		a.MarkRaised(d)
	}
}

func (e *Engine) stepRaised(j *assessment.Assessment, d signals.Day, risk float64, t episodes.Threshold) {
	ep := &j.Account().Episode
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
	grown := risk >= t.Raise && risk >= episodes.AgainFactor*float64(ep.AlertedRisk)
	again := d >= ep.AlertedOn+episodes.AgainDays && (grown && j.HasNews(ep.AlertedOn) || j.Clearer())
	if j.FreshBadNews() || j.NewMatch() || again && !j.Acceptable(d) {
		e.raise(j, finding.RaisedAgain, d, at, risk)
	}
}

// stepArrival raises on bad news, without waiting for the day's end.
func (e *Engine) stepArrival(j *assessment.Assessment, o *observation, evidence, risk float64) {
	a := j.Account()
	ep := &a.Episode
	t := e.yardstick.Threshold(a, e.closed)
	d := max(o.day, e.closed+1)
	switch {
	case risk < t.Raise:
	case ep.Stage == episodes.Accepted && !j.NewMatch() && !ep.Worse(a.Opinion(), a.Closed, risk, t):
	case ep.Stage != episodes.Raised:
		ep.Begin(d)
		a.Evidence = max(a.Evidence, float32(evidence))
		e.raise(j, finding.Raised, d, o.in.Time, risk)
	case j.NewMatch() || risk >= episodes.AgainFactor*float64(ep.AlertedRisk) && d > ep.AlertedOn+episodes.AgainDays && j.HasNews(ep.AlertedOn):
		a.Evidence = max(a.Evidence, float32(evidence))
		e.raise(j, finding.RaisedAgain, d, o.in.Time, risk)
	}
}

// raise opens an episode, or tells of it again.
func (e *Engine) raise(j *assessment.Assessment, kind finding.Kind, d signals.Day, at int64, risk float64) {
	ep := &j.Account().Episode
	if ep.Stage != episodes.Raised {
		e.stats.EpisodesOpen++
		ep.Opened = d
	}
	j.ToldBefore(kind == finding.RaisedAgain)
	if o := j.Account().Opinion(); o != nil {
		o.Expected = false // it was said of what was told before
	}
	ep.Stage, ep.Quiet = episodes.Raised, 0
	ep.AlertedOn, ep.AlertedRisk = d, float32(risk)
	ep.Told |= j.Matched()
	f := e.tell(j, kind, at, risk)
	if f.Verdict = j.Verdict(evidence.FairlyStrong); f.Verdict != "" {
		f.ShareNoted = j.ShareNoted()
		ep.Verdict = uint8(slices.Index(finding.Verdicts, f.Verdict))
	}
}

// tell hands a finding out with the next commit.
func (e *Engine) tell(j *assessment.Assessment, kind finding.Kind, at int64, risk float64) *finding.Finding {
	a := j.Account()
	read := e.zone.Day(at)
	f := &finding.Finding{
		ID:   fmt.Sprintf("%s-%s", a.ID, a.Episode.Since),
		Kind: kind, Time: at, Account: a.ID, Grade: e.yardstick.Given(a), Since: a.Episode.Since,
		Risk: risk, History: int(read - a.First), Evidence: float64(a.Evidence), Reasons: j.Reasons(read, e.zone.Day(at-1)),
		SeasonUnknown: a.Closed-a.First < 2*365, Rules: e.rules.Hash,
	}
	if kind != finding.Closed { // whether it is they who withdraw, or we
		f.Reasons = append(f.Reasons, e.yardstick.CareReasons(a, read, false)...)
	}
	e.news[a] = append(e.news[a], f)
	e.stats.Findings[kind]++
	return f
}

// conclude turns a closed day's judgement into risk and episode.
func (e *Engine) conclude(j *assessment.Assessment, d signals.Day) {
	a := j.Account()
	changed := j.Conclude()
	risk := e.rules.Exceedance.Years(float64(a.Evidence))
	if changed && e.onScore != nil {
		e.onScore(a.ID, d, risk)
	}
	e.step(j, d, risk)
	expected := a.Opinion().TakeExpected(&a.Episode, d)
	if j.Acceptable(d) || expected {
		e.accept(j, d, risk)
	}
	if expected {
		a.Opinion().Level = d
	}
}

// accept closes the episode of an account, which goes on at the level that it has.
func (e *Engine) accept(j *assessment.Assessment, d signals.Day, risk float64) {
	a := j.Account()
	j.AcceptLevel(d)
	e.tell(j, finding.Closed, e.zone.Start(d+1), risk).NewLevel = true
	a.Episode = episodes.Episode{Stage: episodes.Accepted, Since: d, AlertedRisk: float32(risk), Told: j.Matched()}
	a.LearnInFull()
	e.stats.EpisodesOpen--
}

// concludeArrival raises an alert at once when an event is enough.
func (e *Engine) concludeArrival(j *assessment.Assessment, o *observation) {
	evidence := float64(j.Evidence())
	e.stepArrival(j, o, evidence, e.rules.Exceedance.Years(evidence))
}

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
func (g *judge) step(j *assessment.Assessment, d signals.Day, risk float64) {
	if g.held(j, d) {
		return
	}
	a := j.Account()
	ep := &a.Episode
	t := g.engine.yardstick.Threshold(a, g.engine.closed)
	at := g.zone.Start(d + 1)
	switch {
	case ep.Stage == episodes.Raised:
		g.stepRaised(j, d, risk, t)
	case ep.Stage == episodes.Accepted && !j.NewMatch() && !ep.StepAccepted(a.Opinion(), a.Closed, risk, t):
	case risk >= t.Raise:
		ep.Begin(d)
		g.raise(j, finding.Raised, d, at, risk)
	case risk >= t.Clear && ep.Stage == episodes.Calm:
		*ep = episodes.Episode{Stage: episodes.Pending, Since: d}
	case risk < t.Clear:
		*ep = episodes.Episode{}
	}
	if ep.Stage == episodes.Raised && !j.Dormant() { // what a dormant account does is its habit
		a.MarkRaised(d)
	}
}

func (g *judge) stepRaised(j *assessment.Assessment, d signals.Day, risk float64, t episodes.Threshold) {
	ep := &j.Account().Episode
	at := g.zone.Start(d + 1)
	if risk < t.Clear {
		if ep.Quiet++; ep.Quiet >= episodes.QuietDays {
			g.tell(j, finding.Closed, at, risk)
			*ep = episodes.Episode{}
			g.opened--
		}
		return
	}
	ep.Quiet = 0
	grown := risk >= t.Raise && risk >= episodes.AgainFactor*float64(ep.AlertedRisk)
	again := d >= ep.AlertedOn+episodes.AgainDays && (grown && j.HasNews(ep.AlertedOn) || j.Clearer())
	if j.FreshBadNews() || j.NewMatch() || again && !j.Acceptable(d) {
		g.raise(j, finding.RaisedAgain, d, at, risk)
	}
}

// stepArrival raises on bad news, without waiting for the day's end.
func (g *judge) stepArrival(j *assessment.Assessment, o *observation, evidence, risk float64) {
	a := j.Account()
	ep := &a.Episode
	t := g.engine.yardstick.Threshold(a, g.engine.closed)
	d := max(o.day, g.engine.closed+1)
	switch {
	case risk < t.Raise:
	case ep.Stage == episodes.Accepted && !j.NewMatch() && !ep.Worse(a.Opinion(), a.Closed, risk, t):
	case ep.Stage != episodes.Raised:
		ep.Begin(d)
		a.Evidence = max(a.Evidence, float32(evidence))
		g.raise(j, finding.Raised, d, o.in.Time, risk)
	case j.NewMatch() || risk >= episodes.AgainFactor*float64(ep.AlertedRisk) && d > ep.AlertedOn+episodes.AgainDays && j.HasNews(ep.AlertedOn):
		a.Evidence = max(a.Evidence, float32(evidence))
		g.raise(j, finding.RaisedAgain, d, o.in.Time, risk)
	}
}

// raise opens an episode, or tells of it again.
func (g *judge) raise(j *assessment.Assessment, kind finding.Kind, d signals.Day, at int64, risk float64) {
	ep := &j.Account().Episode
	if ep.Stage != episodes.Raised {
		g.opened++
		ep.Opened = d
	}
	j.ToldBefore(kind == finding.RaisedAgain)
	if o := j.Account().Opinion(); o != nil {
		o.Expected = false // it was said of what was told before
	}
	ep.Stage, ep.Quiet = episodes.Raised, 0
	ep.AlertedOn, ep.AlertedRisk = d, float32(risk)
	ep.Told |= j.Matched()
	f := g.tell(j, kind, at, risk)
	if f.Verdict = j.Verdict(evidence.FairlyStrong); f.Verdict != "" {
		f.ShareNoted = j.ShareNoted()
		ep.Verdict = uint8(slices.Index(finding.Verdicts, f.Verdict))
	}
}

// tell hands a finding out with the next commit.
func (g *judge) tell(j *assessment.Assessment, kind finding.Kind, at int64, risk float64) *finding.Finding {
	a := j.Account()
	read := g.zone.Day(at)
	f := &finding.Finding{
		ID:   fmt.Sprintf("%s-%s", a.ID, a.Episode.Since),
		Kind: kind, Time: at, Account: a.ID, Grade: g.engine.yardstick.Given(a), Since: a.Episode.Since,
		Risk: risk, History: int(read - a.First), Evidence: float64(a.Evidence), Reasons: j.Reasons(read, g.zone.Day(at-1)),
		SeasonUnknown: a.Closed-a.First < 2*365, Rules: g.engine.rules.Hash,
	}
	if kind != finding.Closed { // whether it is they who withdraw, or we
		g.picture(j, f)
		f.Reasons = append(f.Reasons, g.engine.yardstick.CareReasons(a, read, false)...)
	}
	g.say(a, f)
	return f
}

// picture keeps the weeks of what a finding is about beside its reasons, for they must tell
// of the same moment.
func (g *judge) picture(j *assessment.Assessment, f *finding.Finding) {
	p := j.Picture(f.Reasons)
	if p == nil {
		return
	}
	for _, day := range g.engine.holidays(p.Last) {
		if day >= p.First() {
			p.Holidays = append(p.Holidays, day)
		}
	}
	f.Pictured = p
}

// conclude turns a closed day's judgement into risk and episode.
func (g *judge) conclude(j *assessment.Assessment, d signals.Day) {
	a := j.Account()
	changed := j.Conclude()
	risk := g.engine.rules.Exceedance.Years(float64(a.Evidence))
	if changed && g.engine.onScore != nil {
		g.scores = append(g.scores, score{a.ID, d, risk})
	}
	g.step(j, d, risk)
	expected := a.Opinion().TakeExpected(&a.Episode, d)
	if j.Acceptable(d) || expected {
		g.accept(j, d, risk)
	}
	if expected {
		a.Opinion().Level = d
	}
}

// accept closes the episode of an account, which goes on at the level that it has.
func (g *judge) accept(j *assessment.Assessment, d signals.Day, risk float64) {
	a := j.Account()
	j.AcceptLevel(d)
	g.tell(j, finding.Closed, g.zone.Start(d+1), risk).NewLevel = true
	a.Episode = episodes.Episode{Stage: episodes.Accepted, Since: d, AlertedRisk: float32(risk), Told: j.Matched()}
	a.LearnInFull()
	g.opened--
}

// concludeArrival raises an alert at once when an event is enough.
func (g *judge) concludeArrival(j *assessment.Assessment, o *observation) {
	evidence := float64(j.Evidence())
	g.stepArrival(j, o, evidence, g.engine.rules.Exceedance.Years(evidence))
}

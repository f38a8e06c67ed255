package report

import (
	"fmt"
	"slices"

	"firstsign/backtest"
)

// sentences are the first ones of a page. Both languages say the same in the same order, and
// differ in words; a function stands where a word depends on a number.
type sentences struct {
	alerts func(n int) string              // "3 alerts"
	were   func(n int, what string) string // "3 were right"
	are    func(n int) string              // "3 are"
	list   func(parts []string) string
	stop   string

	none    string // no alert
	unnamed string // no loss is named; with the alerts
	of      string // with the alerts and a list of what they were
	what    map[backtest.Result]string
	unknown string // of how many it is not known, in that list
	single  string // with what the only alert was
	one     map[backtest.Result]string

	right, wrong, perMonth string // right with days before and after, perMonth with false alerts
	wrongUnnamed           string // where no loss is named; with how many
	unsettled              string // with how many are
	unjudged, also         string // with also, after unsettled ones, and how many are
	tooYoung, feedFailures func(n int) string

	lossesTold, lossTold, lossMissed string // lossesTold with losses, and how many had an alert
	lead, medianLead                 string // with ahead
	ahead                            func(days int) string
	earlyLosses, absentLosses        string // with how many
	simple                           string // with the days of silence, and what they and random days find
}

// answer is how many alerts were right.
func (s *sentences) answer(n *counts) string {
	switch {
	case n.All == 0:
		return s.none
	case n.LossesSeen == 0:
		return fmt.Sprintf(s.unnamed, s.alerts(n.All))
	case n.All == 1:
		return fmt.Sprintf(s.single, s.one[n.only()])
	}
	return fmt.Sprintf(s.of, s.alerts(n.All), s.results(n.Of, backtest.RightResult, backtest.FalseResult))
}

// results are how many alerts were right, false and so on. What none was is left out, except
// for always.
func (s *sentences) results(of map[backtest.Result]int, always ...backtest.Result) string {
	var parts []string
	for _, r := range []backtest.Result{backtest.RightResult, backtest.FalseResult, backtest.EarlyResult} {
		if of[r] > 0 || slices.Contains(always, r) {
			parts = append(parts, s.were(of[r], s.what[r]))
		}
	}
	if unknown := unknownOf(of); unknown > 0 {
		parts = append(parts, fmt.Sprintf(s.unknown, unknown))
	}
	return s.list(parts)
}

// notes are the sentences below the answer.
func (s *sentences) notes(n *counts) (list []string) {
	say := func(format string, args ...any) { list = append(list, fmt.Sprintf(format, args...)) }
	if n.Of[backtest.RightResult] > 0 {
		say(s.right, backtest.LossBefore, backtest.LossAfter)
	}
	if wrong := n.Of[backtest.FalseResult]; wrong > 0 && n.LossesSeen == 0 {
		say(s.wrongUnnamed, wrong)
	} else if wrong > 0 {
		list = append(list, s.wrong)
	}
	also := ""
	if open := n.Of[backtest.UnsettledResult]; open > 0 {
		say(s.unsettled, s.are(open))
		also = s.also
	}
	if young := n.Of[backtest.UnjudgedResult]; young > 0 {
		say(s.unjudged, also, s.are(young))
	}
	if n.Managers > 0 {
		say(s.perMonth, n.PerManagerMonth.Value)
	}
	list = append(list, s.losses(n)...)
	if n.TooYoung > 0 {
		list = append(list, s.tooYoung(n.TooYoung))
	}
	if n.FeedFailures > 0 {
		list = append(list, s.feedFailures(n.FeedFailures))
	}
	return list
}

// losses say what became of the known ones.
func (s *sentences) losses(n *counts) (list []string) {
	if n.LossesSeen == 0 {
		return nil
	}
	text, lead := fmt.Sprintf(s.lossesTold, n.LossesSeen, n.Told), s.medianLead
	if n.LossesSeen == 1 {
		text = s.lossMissed
	}
	if n.Told == 1 {
		lead = s.lead
		if n.LossesSeen == 1 {
			text = s.lossTold
		}
	}
	if n.Lead != nil {
		text += fmt.Sprintf(lead, s.ahead(*n.Lead))
	}
	list = append(list, text+s.stop)
	if n.EarlyLosses > 0 {
		list = append(list, fmt.Sprintf(s.earlyLosses, n.EarlyLosses))
	}
	if absent := n.LossesKnown - n.LossesSeen; absent > 0 {
		list = append(list, fmt.Sprintf(s.absentLosses, absent))
	}
	if m, random := n.method(backtest.AsManyDays), n.method(backtest.AtRandom); m != nil && random != nil {
		list = append(list, fmt.Sprintf(s.simple, m.Threshold, m.Found, random.Found))
	}
	return list
}

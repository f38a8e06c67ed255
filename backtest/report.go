package backtest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"firstsign/accounts"
	"firstsign/detector"
	"firstsign/detector/stats"
	"firstsign/signals"
)

// Report is what a replay was worth: its false alerts, the losses it found, and
// what simple methods find on the same accounts at the same number of false alerts.
// The same history, rules and losses give the same report.
type Report struct {
	Rules        string      `json:"rules"`
	From         signals.Day `json:"from"`
	To           signals.Day `json:"to"`
	Interactions int64       `json:"interactions"`
	// Accounts have any contact. TooYoung is how many of them have no day that is
	// judged.
	Accounts     int     `json:"accounts"`
	TooYoung     int     `json:"too_young"`
	AccountYears float64 `json:"account_years"` // healthy days of all accounts, in years

	FalseAlerts    int            `json:"false_alerts"`
	PerAccountYear stats.Interval `json:"per_account_year"`
	// Managers own accounts. ManagerMonths is for how long they were watched
	// together, PerManagerMonth their false alerts a month. All are 0 when no
	// account has an owner.
	Managers        int            `json:"managers"`
	ManagerMonths   float64        `json:"manager_months"`
	PerManagerMonth stats.Interval `json:"per_manager_month"`
	FeedFailures    int            `json:"feed_failures"` // reported to the operator
	// Alerts are all alerts about accounts, by day.
	Alerts []AlertResult `json:"alerts"`

	Grades  []GradeResult  `json:"grades"`
	Methods []MethodResult `json:"methods"` // ours first
	// LossesKnown is the number of losses given, LossesSeen how many of them have
	// contact in the history.
	LossesKnown int         `json:"losses_known"`
	LossesSeen  int         `json:"losses_seen"`
	Losses      []LossFate  `json:"losses,omitempty"`
	Curves      []Curve     `json:"curves,omitempty"`
	Exceedance  []Exceeding `json:"exceedance"`
	Definitions []string    `json:"definitions"`
}

// GradeResult is the alerts about accounts of one grade.
type GradeResult struct {
	Grade          accounts.Grade `json:"grade"` // empty: no grade given
	Accounts       int            `json:"accounts"`
	AccountYears   float64        `json:"account_years"`
	Alerts         int            `json:"alerts"`
	FalseAlerts    int            `json:"false_alerts"`
	PerAccountYear stats.Interval `json:"per_account_year"`
	Losses         int            `json:"losses"`
	Found          int            `json:"found"`
}

// MethodResult is the false alerts of one method and the losses it found.
type MethodResult struct {
	Method MethodName `json:"method"`
	// Threshold in the method's own unit: days, or standard deviations. Ours is 1.
	Threshold      float64        `json:"threshold"`
	FalseAlerts    float64        `json:"false_alerts"`
	PerAccountYear stats.Interval `json:"per_account_year"`
	// Unsettled alerts are about a silence that lasted to the end of the history.
	Unsettled int `json:"unsettled"`
	// Found is how many losses were told in time. Early is how many were told
	// before that and still open.
	Found      float64         `json:"found"`
	FoundShare *stats.Interval `json:"found_share,omitempty"`
	Early      int             `json:"early"`
	// ValueShare is the share of the lost value that was found. It is nil when
	// losses have no values.
	ValueShare *float64 `json:"value_share,omitempty"`
	// MedianLead is the median of days before the loss, of the losses found.
	MedianLead *int    `json:"median_lead,omitempty"`
	Ahead      []Ahead `json:"ahead,omitempty"`
}

// Ahead is the share of losses that were told at least Days before them. Negative
// days are after the loss.
type Ahead struct {
	Days  int     `json:"days"`
	Share float64 `json:"share"`
}

// Fate is whether a known loss was found.
type Fate string

// The fates.
const (
	FoundFate  Fate = "found"
	EarlyFate  Fate = "early"
	MissedFate Fate = "missed"
	AbsentFate Fate = "not in the history"
)

// LossFate is how one known loss was found, or not.
type LossFate struct {
	Loss
	Told *signals.Day `json:"told,omitempty"`
	Lead int          `json:"lead,omitempty"`
	Fate Fate         `json:"fate"`
	// DateIsLast: see LossWindow.
	DateIsLast bool `json:"date_is_last_contact,omitempty"`
}

// Curve is losses found against false alerts, over all thresholds of a method.
type Curve struct {
	Method MethodName   `json:"method"`
	Points []CurvePoint `json:"points"`
}

// CurvePoint is one threshold of a Curve.
type CurvePoint struct {
	Threshold float64 `json:"threshold"`
	PerYear   float64 `json:"false_per_account_year"`
	Found     float64 `json:"found"`
	// Before is the share that was told by the day of the loss.
	Before float64 `json:"found_before"`
}

// Exceeding is how often healthy accounts reach a risk. If the risk means what it
// says, that is once in Risk account-years.
type Exceeding struct {
	Risk    float64        `json:"risk"`
	PerYear stats.Interval `json:"per_account_year"`
}

const monthDays = 365.25 / 12

// Definitions explain what is counted. They are part of every report.
var Definitions = []string{
	"An alert counts on the day people hear of it: the day after the closed day that raised it, or the day of bad news that is enough by itself.",
	"A healthy day of an account: from 84 days after its first contact until its last contact, or until 60 days before the last contact before a loss.",
	"A false alert is one told on a healthy day. Some of them a manager may have wanted; without a file of losses, none is known to be right, so the figure is the most it can be.",
	"A loss is found when an alert is told from 60 days before the last contact before it to 30 days after it. One told earlier and still open then is neither found nor false: early.",
	"Where the date of a loss is the last contact, or within 2 days of it, nobody could know of the loss on that day. Alerts then count until the account is silent: without contact for 60 days, or for twice its longest pause before, whichever is longer.",
	"An alert about a silence that had not ended when the history did, of an account that is no known loss, is neither false nor found: unsettled.",
	"Every method is judged by the same rules on the same accounts: an episode alerts once and is over after 14 days below its threshold (ours, as configured: below clear). The threshold of a simple method is the one whose number of false alerts is nearest to ours.",
	"Intervals are at 90 %: of counts exact (Garwood), of shares Wilson's.",
}

// aheadDays are the days before the loss that are shown; negative ones are after
// it.
var aheadDays = []int{60, 45, 30, 21, 14, 7, 0, -7, -14, -21, -30}

// NewReport measures a replay with Scores. contacts recorded the same history.
func NewReport(j Judged, contacts *ContactLog, losses []Loss) *Report {
	t := newEvaluation(contacts, losses)
	r := &Report{
		Rules: j.Rules.Hash, From: contacts.First, To: contacts.Last, Interactions: j.Counted,
		Accounts: len(t.accounts), TooYoung: t.tooYoung(), AccountYears: t.years(),
		LossesKnown: len(losses), LossesSeen: len(t.losses), Definitions: Definitions,
	}
	episodes := j.Episodes(signals.NewZone(j.Rules.Location))
	byAccount := map[string][]Episode{}
	for _, e := range episodes {
		if e.Account == "" {
			if e.Source != detector.AccountIDs {
				r.FeedFailures++
			}
			continue
		}
		byAccount[e.Account] = append(byAccount[e.Account], e)
	}
	r.Alerts = t.alertResults(episodes)
	ours := t.tallyOf(byAccount)
	r.FalseAlerts = ours.falses
	r.PerAccountYear = t.rate(ours.falses)
	r.perManager(t, byAccount)
	r.Grades = t.grades(byAccount, ours)
	r.Losses = t.fates(losses, ours)
	r.compareMethods(t, j, ours)
	r.Exceedance = t.exceedance(j)
	return r
}

// compareMethods adds simple methods at the same number of false alerts as ours.
func (r *Report) compareMethods(t *evaluation, j Judged, ours *tally) {
	own := oursMethod(j.Outcome, func(account string) float64 {
		grade, _ := t.log.GradeAndOwner(account)
		return RaiseThreshold(j.Rules, grade)
	}, geometric(0.03, 100, 12))
	silence := silenceMethod(AsManyDays, daysFromAWeek(min(730, int(r.To-r.From))))
	z := rollingZ()
	fixed := t.sweep(silenceMethod(ThirtyDays, []float64{30}))
	bySilence, byZ := t.sweep(silence), t.sweep(z)
	r.Methods = []MethodResult{t.result(Ours, 1, ours)}
	for _, m := range []struct {
		method *method
		sweep  []tally
	}{{&silence, bySilence}, {&z, byZ}} {
		i := nearest(m.sweep, ours.falses)
		r.Methods = append(r.Methods, t.result(m.method.name, m.method.thresholds[i], &m.sweep[i]))
	}
	r.Methods = append(r.Methods, t.result(ThirtyDays, 30, &fixed[0]), t.atRandom(ours))
	if len(t.losses) > 0 {
		r.Curves = []Curve{t.curve(&own, t.sweep(own)), t.curve(&silence, bySilence), t.curve(&z, byZ)}
	}
}

// nearest is the index of the threshold with the number of false alerts nearest to
// the wanted one. Of several it is the one that finds most.
func nearest(sweep []tally, falses int) (best int) {
	off := func(i int) int { return max(sweep[i].falses-falses, falses-sweep[i].falses) }
	for i := range sweep {
		if off(i) < off(best) || off(i) == off(best) && sweep[i].found() > sweep[best].found() {
			best = i
		}
	}
	return best
}

// perManager fills in what managers receive in a month.
func (r *Report) perManager(t *evaluation, episodes map[string][]Episode) {
	type span struct{ from, to signals.Day }
	watched, falses := map[string]span{}, 0
	for i := range t.accounts {
		a := &t.accounts[i]
		if a.owner == "" || a.from >= a.to {
			continue
		}
		s, ok := watched[a.owner]
		if !ok {
			s = span{a.from, a.to}
		}
		watched[a.owner] = span{min(s.from, a.from), max(s.to, a.to)}
		for _, e := range episodes[a.log.Account] {
			if v, _ := t.judge(a, e.Told, e.Ended); v == wrong {
				falses++
			}
		}
	}
	for _, s := range watched {
		r.ManagerMonths += float64(s.to - s.from) // sums of whole numbers do not depend on the order
	}
	if r.Managers = len(watched); r.Managers > 0 {
		r.ManagerMonths /= monthDays
		r.PerManagerMonth = stats.CountInterval(falses).Times(1 / r.ManagerMonths)
	}
}

// DatesAreLast is of how many losses the date is the last contact.
func (r *Report) DatesAreLast() (losses int) {
	for i := range r.Losses {
		if r.Losses[i].DateIsLast {
			losses++
		}
	}
	return losses
}

// fates are the results of all known losses, by account and date.
func (t *evaluation) fates(losses []Loss, ours *tally) []LossFate {
	list := make([]LossFate, 0, len(losses))
	for _, l := range losses {
		i := slices.IndexFunc(t.losses, func(w lossWindow) bool { return w.Loss == l })
		f := LossFate{Loss: l, Fate: AbsentFate}
		if i >= 0 {
			f.Fate, f.DateIsLast = MissedFate, t.losses[i].DateIsLast
			switch {
			case ours.lead[i] != noLead:
				told := l.Day - signals.Day(ours.lead[i])
				f.Fate, f.Told, f.Lead = FoundFate, &told, ours.lead[i]
			case ours.early[i]:
				f.Fate = EarlyFate
			}
		}
		list = append(list, f)
	}
	slices.SortStableFunc(list, func(a, b LossFate) int {
		return cmp.Or(cmp.Compare(a.Account, b.Account), cmp.Compare(a.Day, b.Day))
	})
	return list
}

// WriteJSON writes all numbers as JSON.
func (r *Report) WriteJSON(w io.Writer) error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return fmt.Errorf("encode report: %w", err)
	}
	_, err = w.Write(append(text, '\n'))
	return err
}

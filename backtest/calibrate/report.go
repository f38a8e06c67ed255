package calibrate

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
	"text/tabwriter"

	"firstsign/accounts"
	"firstsign/alerting/message"
	"firstsign/backtest"
	"firstsign/detector"
	"firstsign/detector/stats"
	"firstsign/detector/survey"
	"firstsign/internal/plural"
	"firstsign/signals"
)

// Report is the result of a calibration.
type Report struct {
	From         signals.Day                           `json:"from"`
	To           signals.Day                           `json:"to"`
	Rules        string                                `json:"rules"` // hash of the rules
	Accounts     int                                   `json:"accounts"`
	AccountYears float64                               `json:"account_years"`
	Budget       float64                               `json:"budget"`
	Portfolio    Portfolio                             `json:"portfolio"`
	Exceedance   stats.Exceedance                      `json:"exceedance"`
	Thresholds   map[accounts.Grade]detector.Threshold `json:"thresholds"`
	ByHand       []accounts.Grade                      `json:"by_hand,omitempty"`
	OutOfSample  FalseAlerts                           `json:"false_alerts"`
	Detection    []Detection                           `json:"detection"`
	BlindSpots   []BlindSpot                           `json:"blind_spots"`
	Calls        []Call                                `json:"calls"`
	// Alerts are those that the thresholds would have raised in this history, by day. Losses
	// are those that were named.
	Alerts []backtest.AlertResult `json:"alerts"`
	Losses backtest.Losses        `json:"losses,omitempty"`
}

// Call is an account that somebody should call this week.
type Call struct {
	Account string         `json:"account"`
	Owner   string         `json:"owner,omitempty"`
	Grade   accounts.Grade `json:"grade,omitempty"`
	// Risk at the end of the history, and Raised, its share of the threshold.
	Risk   float64 `json:"risk"`
	Raised float64 `json:"raised"`
	// Quiet is the number of days since the last contact. PerWeek and Lately are
	// days with contact a week: usually, and in the last four weeks.
	Quiet   int     `json:"quiet_days"`
	PerWeek float64 `json:"days_per_week"`
	Lately  float64 `json:"days_per_week_lately"`
	// ByWeek is on how many days there was contact in each of the last weeks.
	ByWeek []int `json:"days_by_week"`
}

// callsShown is how many accounts to call are shown.
const callsShown = 3

// calls are the accounts nearest to their threshold, or furthest above it, at the
// end of the history. Accounts that have been gone for months are left out.
func (c *ActivityIndex) calls(traces map[string]evidenceTrace, curve stats.Exceedance, thresholds map[accounts.Grade]detector.Threshold, losses backtest.Losses) []Call {
	var list []Call
	for _, l := range c.Accounts {
		trace := traces[l.Account]
		if _, lost := losses[l.Account]; lost || len(trace) == 0 || l.Last <= c.Last-current || l.First+backtest.SettlingDays > c.Last {
			continue
		}
		risk := curve.Years(trace.at(c.Last))
		list = append(list, Call{
			Account: l.Account, Owner: l.Owner, Grade: l.listedGrade, Risk: risk, Raised: risk / thresholds[l.Grade].Raise, Quiet: int(c.Last - l.Last),
			PerWeek: 7 * float64(l.activeDays(l.First, c.Last-27)) / float64(c.Last-27-l.First),
			Lately:  7 * float64(l.activeDays(c.Last-27, c.Last+1)) / 28,
			ByWeek:  l.activeDaysByWeek(c.Last),
		})
	}
	slices.SortFunc(list, func(a, b Call) int {
		return cmp.Or(cmp.Compare(b.Raised, a.Raised), cmp.Compare(a.Account, b.Account))
	})
	return list[:min(len(list), callsShown)]
}

// weeksShown are those of a Call.
const weeksShown = 26

// activeDaysByWeek are the days with contact in each of the last weeks up to a day.
func (l *AccountActivity) activeDaysByWeek(last signals.Day) (days []int) {
	for from := last + 1 - 7*weeksShown; from <= last; from += 7 {
		days = append(days, l.activeDays(from, from+7))
	}
	return days
}

// spotsShown is how many blind spots the text shows. The JSON has all.
const spotsShown = 20

// WriteText writes the report for people.
func (r *Report) WriteText(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	fmt.Fprintf(t, "Fitted on %s, %.1f account-years from %s to %s.\n", plural.Count(r.Accounts, "account"), r.AccountYears, r.From, r.To)
	r.writeBudget(t)
	r.writeFalseAlerts(t)
	r.writeDetection(t)
	r.writeBlindSpots(t)
	r.writeCalls(t)
	return t.Flush()
}

func (r *Report) writeBudget(w io.Writer) {
	p := &r.Portfolio
	alerts := "false alerts"
	if r.Budget == 1 {
		alerts = "false alert"
	}
	fmt.Fprintf(w, "Budget: %g %s a month for each manager. Managers: %d, accounts in touch: %d.\n", r.Budget, alerts, p.Managers, p.size())
	if p.Assumed > 0 {
		fmt.Fprintf(w, "Of the managers %d are assumed, one for %d accounts without an owner: name owners in the accounts file.\n", p.Assumed, survey.AccountsPerManager)
	}
	fmt.Fprintf(w, "\ngrade\taccounts\traise\tclear\taccount-years\n")
	for _, g := range accounts.Grades {
		if p.Accounts[g] == 0 {
			continue
		}
		note := ""
		switch {
		case slices.Contains(r.ByHand, g):
			note = "set by hand in signals.yaml"
		case r.isLowest(g):
			note = "lowest possible: the budget is larger than the number of alerts worth raising"
		}
		fmt.Fprintf(w, "%s\t%d\t%g\t%g\t%s\n", g, p.Accounts[g], r.Thresholds[g].Raise, r.Thresholds[g].Clear, note)
	}
}

// isLowest tells whether the threshold of a grade is as low as any can be.
func (r *Report) isLowest(g accounts.Grade) bool {
	return r.Exceedance.Evidence(r.Thresholds[g].Raise) < leastEvidence+levelStep/2
}

func (r *Report) writeFalseAlerts(w io.Writer) {
	f := &r.OutOfSample
	fmt.Fprintf(w, "\nFalse alerts, each counted with a curve fitted on other accounts and the other half of the time (90 %% intervals):\n")
	fmt.Fprintf(w, "a manager and month\t%s\tbudget %g\n", r.interval(f.PerManagerMonth), r.Budget)
	fmt.Fprintf(w, "an account-year\t%s\t%d in %.1f account-years\n", r.interval(f.PerAccountYear), f.Alerts, f.AccountYears)
	for _, g := range accounts.Grades {
		if b, ok := f.ByGrade[g]; ok && len(f.ByGrade) > 1 {
			fmt.Fprintf(w, "- %s\t%s\t%d in %.1f account-years\n", g, r.interval(b.PerAccountYear), b.Alerts, b.AccountYears)
		}
	}
}

func (r *Report) interval(i stats.Interval) string {
	return fmt.Sprintf("%.2f (%.2f to %.2f)", i.Value, i.Low, i.High)
}

func (r *Report) writeDetection(w io.Writer) {
	if len(r.Detection) == 0 {
		fmt.Fprintf(w, "\nNo account has a habit long enough to try a change on it: contact on %d of %d days, and %d days of history after them.\n", habitDays, backtest.SettlingDays, followed)
		return
	}
	fmt.Fprintf(w, "\nChanges tried on healthy accounts: share seen within so many days\nchange\tgrade\taccounts")
	for _, days := range withinDays {
		fmt.Fprintf(w, "\t%d", days)
	}
	fmt.Fprintf(w, "\thalf of them after\n")
	for i := range r.Detection {
		d := &r.Detection[i]
		fmt.Fprintf(w, "%s\t%s\t%d", d.Scenario, cmp.Or(string(d.Grade), "all"), d.Accounts)
		for k := range withinDays {
			if k < len(d.Within) {
				s := d.Within[k].Share
				fmt.Fprintf(w, "\t%.2f (%.2f-%.2f)", s.Value, s.Low, s.High)
			} else {
				fmt.Fprint(w, "\t")
			}
		}
		median := "-"
		if d.MedianDays > 0 {
			median = fmt.Sprintf("%d days", d.MedianDays)
		}
		fmt.Fprintf(w, "\t%s\n", median)
	}
	fmt.Fprintf(w, "moved and unchanged should be found as rarely as each other.\n")
}

func (r *Report) writeBlindSpots(w io.Writer) {
	if len(r.BlindSpots) == 0 {
		fmt.Fprintf(w, "\nNo blind spots: if any account halved its contact, it would be seen within six weeks.\n")
		return
	}
	graded := map[accounts.Grade]int{}
	for i := range r.BlindSpots {
		graded[r.BlindSpots[i].Grade]++
	}
	fmt.Fprintf(w, "\nBlind spots: %d accounts could halve their contact, and nobody would see it within six weeks\n", len(r.BlindSpots))
	for _, g := range accounts.Grades {
		if graded[g] > 0 {
			fmt.Fprintf(w, "- %d of the %s ones\n", graded[g], g)
		}
	}
	fmt.Fprintf(w, "account\tgrade\ta week\thalving is seen\tsilence is seen\tcure\n")
	for i := range r.BlindSpots[:min(len(r.BlindSpots), spotsShown)] {
		b := &r.BlindSpots[i]
		fmt.Fprintf(w, "%s\t%s\t%.1f\t%s\t%s\t%s\n", b.Account, cmp.Or(b.Grade, "-"), b.PerWeek, after(b.HalvingDays), after(b.SilenceDays), b.Cure.Words(message.English))
	}
	if more := len(r.BlindSpots) - spotsShown; more > 0 {
		fmt.Fprintf(w, "... and %d more\n", more)
	}
}

func after(days int) string {
	if days == 0 {
		return fmt.Sprintf("not within %d days", tryDays)
	}
	return fmt.Sprintf("after %d days", days)
}

func (r *Report) writeCalls(w io.Writer) {
	if len(r.Calls) == 0 {
		return
	}
	fmt.Fprintf(w, "\nMost worth a call this week\naccount\tgrade\trisk\tof its threshold\tlast contact\tdays with contact a week\n")
	for i := range r.Calls {
		c := &r.Calls[i]
		fmt.Fprintf(w, "%s\t%s\t%.3g\t%.0f %%\t%s\t%.1f, lately %.1f\n", c.Account, cmp.Or(c.Grade, "-"), c.Risk, 100*math.Min(c.Raised, 99.99), ago(c.Quiet), c.PerWeek, c.Lately)
	}
}

func ago(days int) string {
	switch days {
	case 0:
		return "on the last day"
	case 1:
		return "a day before the end"
	}
	return fmt.Sprintf("%d days before the end", days)
}

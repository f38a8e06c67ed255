package backtest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"

	"firstsign/accounts"
	"firstsign/detector"
	"firstsign/signals"
)

// Calibration fits the exceedance curve to a history's own untouched accounts,
// turns the budget into thresholds, and measures what they find. No labels are
// needed: changes are injected.
type Calibration struct {
	Rules      *detector.Rules // without a calibration
	Partitions int
	// Budget is how many false alerts a manager may get in a month.
	Budget float64
	// ByHand are the grades whose thresholds somebody set; they stay.
	ByHand map[accounts.Grade]detector.Threshold
	Losses Losses
	Seed   uint64
	// Progress, when not nil, is called every few thousand lines of the replay.
	Progress func()
}

// mostGuests is how many accounts are drawn as guests, each with all
// scenarios.
const mostGuests = 300

// Run calibrates on a history, of which c is the chronicle and first the time
// of the earliest event.
func (k *Calibration) Run(ctx context.Context, history signals.Stream, c *Chronicle, first int64) (*CalibrationReport, error) {
	if err := k.Losses.check(c); err != nil {
		return nil, err
	}
	guests := c.Draw(k.Rules, k.Losses, mostGuests, k.Seed)
	all := append(guests[:len(guests):len(guests)], c.thinned()...)
	replay := Replay{Rules: k.Rules, Partitions: k.Partitions, First: first, Scores: true, Progress: k.Progress}
	outcome, err := replay.Run(ctx, Inject(history, c, k.Rules, all, k.Seed))
	if err != nil {
		return nil, err
	}
	courses := coursesOf(outcome, k.Rules.Exceedance)
	blocks := c.blocks(courses, k.Losses)
	whole := blocks.sum(func(int, int) bool { return true })
	if whole.years == 0 {
		return nil, fmt.Errorf("no account is in touch for longer than %d days: there is nothing to calibrate on", settled)
	}
	curve := fitCurve(whole)
	portfolio := c.portfolio(k.Losses)
	thresholds, err := k.thresholds(portfolio)
	if err != nil {
		return nil, err
	}
	levelOf := levelsOf(curve, thresholds)
	r := &CalibrationReport{
		From: c.First, To: c.Last, Accounts: blocks.accounts, AccountYears: math.Round(whole.years*10) / 10, Budget: k.Budget, Portfolio: portfolio,
		Exceedance: curve, Thresholds: thresholds, Rules: k.Rules.Hash,
		OutOfSample: blocks.validate(k.Budget, thresholds),
		Detection:   detections(guests, courses, c.gradeOf, levelOf),
		BlindSpots:  c.blindSpots(courses, levelOf, k.Losses),
		Calls:       c.calls(courses, curve, thresholds, k.Losses),
	}
	for g := range k.ByHand {
		r.ByHand = append(r.ByHand, g)
	}
	return r, nil
}

// check that losses are about accounts of the history.
func (l Losses) check(c *Chronicle) error {
	for account := range l {
		if c.index[account] == nil {
			names := make([]string, len(c.Lives))
			for i, known := range c.Lives {
				names[i] = known.Account
			}
			return fmt.Errorf("loss of %q: the history has no such account%s", account, accounts.DidYouMean(account, names))
		}
	}
	return nil
}

func (c *Chronicle) gradeOf(account string) accounts.Grade {
	if l := c.index[account]; l != nil {
		return l.Grade
	}
	return accounts.Ordinary
}

// Portfolio is who is looked after, and by how many: the accounts that were
// in touch in the last three months of the history.
type Portfolio struct {
	Accounts map[accounts.Grade]int `json:"accounts"`
	Managers int                    `json:"managers"`
	// Assumed managers look after the accounts without an owner.
	Assumed int `json:"assumed_managers"`
}

const (
	// current accounts were in touch within so many days.
	current = 90
	// perManager accounts are what one manager is taken to look after where the
	// accounts name no owner.
	perManager = 30
)

func (c *Chronicle) portfolio(losses Losses) Portfolio {
	p := Portfolio{Accounts: map[accounts.Grade]int{}}
	owners := map[string]int{}
	for _, l := range c.Lives {
		if _, lost := losses[l.Account]; !lost && l.Last > c.Last-current {
			p.Accounts[l.Grade]++
			owners[l.Owner]++
		}
	}
	p.Assumed = (owners[""] + perManager - 1) / perManager
	delete(owners, "")
	p.Managers = len(owners) + p.Assumed
	return p
}

// size of the portfolio.
func (p *Portfolio) size() (n int) {
	for _, of := range p.Accounts {
		n += of
	}
	return n
}

// thresholds spend the budget: all managers together get as many false alerts
// as theirs add up to, and the grades are as strict beside each other as by
// default.
func (k *Calibration) thresholds(p Portfolio) (map[accounts.Grade]detector.Threshold, error) {
	standard := detector.DefaultThresholds()
	yearly := 0.0 // by default
	for grade, n := range p.Accounts {
		yearly += float64(n) / standard[grade].Raise
	}
	if yearly == 0 {
		return nil, fmt.Errorf("no account was in touch in the last %d days of the history: there is no portfolio to spend a budget on", current)
	}
	if k.Budget <= 0 {
		return nil, errors.New("the budget must be above 0 false alerts a month")
	}
	factor := yearly / (12 * k.Budget * float64(p.Managers))
	for grade, t := range standard {
		standard[grade] = detector.Threshold{Raise: round3(t.Raise * factor), Clear: round3(t.Clear * factor)}
	}
	maps.Copy(standard, k.ByHand)
	return standard, nil
}

// round3 leaves three digits.
func round3(x float64) float64 {
	if x == 0 {
		return 0
	}
	unit := math.Pow(10, math.Floor(math.Log10(math.Abs(x)))-2)
	return math.Round(x/unit) * unit
}

// levelsOf are the evidence at which each grade alerts.
func levelsOf(curve detector.Exceedance, thresholds map[accounts.Grade]detector.Threshold) map[accounts.Grade]float64 {
	levelOf := map[accounts.Grade]float64{}
	for grade, t := range thresholds {
		levelOf[grade] = curve.Evidence(t.Raise)
	}
	return levelOf
}

// priorYears is what the shipped curve counts for beside the own history.
const priorYears = 20

// fewestEpisodes is how many must be behind a point of the curve, those of the
// prior included; beyond the last such point it goes on as steeply as the
// shipped one.
const fewestEpisodes = 3

// pointYears are the account-years at which the fitted curve has its points.
var pointYears = []float64{0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000}

// fitCurve is the exceedance curve after a history was watched: the rate of
// episodes at each level has a gamma distribution, of which priorYears of the
// shipped curve are the prior and the mean is taken.
func fitCurve(w *calm) detector.Exceedance {
	shipped := detector.ShippedExceedance()
	years := w.years + priorYears
	// yearly is the rate at each level, made to fall: at low levels episodes
	// run into one another.
	var yearly [levels]float64
	for i := levels - 1; i >= 0; i-- {
		yearly[i] = (w.episodes[i] + priorYears/shipped.Years(float64(i)*levelStep)) / years
		if i+1 < levels {
			yearly[i] = max(yearly[i], yearly[i+1])
		}
	}
	var curve detector.Exceedance
	for _, y := range pointYears {
		if years/y < fewestEpisodes {
			break
		}
		if e, ok := crossing(&yearly, 1/y); ok && (len(curve) == 0 || e >= curve[len(curve)-1].Evidence+0.05) {
			curve = append(curve, detector.ExceedancePoint{Evidence: math.Round(e*100) / 100, Years: y})
		}
	}
	if len(curve) == 0 {
		return shipped
	}
	last := curve[len(curve)-1]
	beyond := shipped.Evidence(10) - shipped.Evidence(1)
	return append(curve, detector.ExceedancePoint{Evidence: math.Round((last.Evidence+beyond)*100) / 100, Years: last.Years * 10})
}

// crossing is the level at which the rate falls below a given one.
func crossing(yearly *[levels]float64, rate float64) (float64, bool) {
	if yearly[0] < rate {
		return 0, false
	}
	for i := 1; i < levels; i++ {
		if yearly[i] < rate {
			part := 0.5
			if yearly[i] > 0 && yearly[i-1] > yearly[i] {
				part = math.Log(yearly[i-1]/rate) / math.Log(yearly[i-1]/yearly[i])
			}
			return (float64(i-1) + part) * levelStep, true
		}
	}
	return 0, false
}

package calibrate

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"

	"firstsign/accounts"
	"firstsign/backtest"
	"firstsign/detector"
	"firstsign/detector/stats"
	"firstsign/internal/fault"
	"firstsign/signals"
)

// Calibrator fits the exceedance curve to a history's own untouched accounts,
// turns the budget into thresholds, and measures what they find. No labels are
// needed: changes are injected.
type Calibrator struct {
	Rules      *detector.Rules // without a calibration
	Partitions int
	// Budget is how many false alerts a manager may get in a month.
	Budget float64
	// ByHand are the grades whose thresholds somebody set; they stay.
	ByHand map[accounts.Grade]detector.Threshold
	Losses backtest.Losses
	// Saved accounts were about to leave for a time, which is left out.
	Saved []backtest.Saved
	Seed  uint64
	// Progress, when not nil, is called every few thousand lines of the replay.
	Progress func()
}

// mostVariants is how many accounts are drawn as guests, each with all
// scenarios.
const mostVariants = 300

// Run calibrates on a history, of which c is the chronicle and first the time
// of the earliest event.
func (k *Calibrator) Run(ctx context.Context, history signals.Stream, c *ActivityIndex, first int64) (*Report, error) {
	if err := checkLosses(k.Losses, c); err != nil {
		return nil, err
	}
	c.noteSaved(k.Saved)
	guests := c.DrawVariants(k.Rules, k.Losses, mostVariants, k.Seed)
	all := slices.Concat(guests, c.thinnedVariants())
	replay := backtest.Replay{Rules: k.Rules, Partitions: k.Partitions, First: first, Scores: true, Progress: k.Progress}
	outcome, err := replay.Run(ctx, Inject(history, c, k.Rules, all, k.Seed))
	if err != nil {
		return nil, err
	}
	courses := tracesOf(outcome, k.Rules.Exceedance)
	blocks := c.blocks(courses, k.Losses)
	whole := blocks.sum(func(int, int) bool { return true })
	if whole.years == 0 {
		return nil, fmt.Errorf("no account is in touch for longer than %d days: there is nothing to calibrate on", backtest.SettlingDays)
	}
	curve := fitCurve(whole)
	portfolio := c.currentPortfolio(k.Losses)
	thresholds, err := k.thresholds(portfolio, curve)
	if err != nil {
		return nil, err
	}
	levelOf := levelsOf(curve, thresholds)
	r := &Report{
		From: c.First, To: c.Last, Accounts: blocks.accounts, AccountYears: math.Round(whole.years*10) / 10, Budget: k.Budget, Portfolio: portfolio,
		Exceedance: curve, Thresholds: thresholds, Rules: k.Rules.Hash,
		OutOfSample: blocks.validate(k.Budget, thresholds),
		Detection:   detections(guests, courses, c.gradeOf, levelOf),
		BlindSpots:  c.blindSpots(courses, curve, thresholds, k.Losses),
		Calls:       c.calls(courses, curve, thresholds, k.Losses),
	}
	for _, g := range accounts.Grades {
		if _, ok := k.ByHand[g]; ok {
			r.ByHand = append(r.ByHand, g)
		}
	}
	return r, nil
}

// checkLosses tells whether losses are about accounts of the history.
func checkLosses(losses backtest.Losses, c *ActivityIndex) error {
	for account := range losses {
		if c.byAccount[account] == nil {
			names := make([]string, len(c.Accounts))
			for i, known := range c.Accounts {
				names[i] = known.Account
			}
			return fmt.Errorf("loss of %q: the history has no such account%s", account, fault.DidYouMean(account, names))
		}
	}
	return nil
}

func (c *ActivityIndex) gradeOf(account string) accounts.Grade {
	if l := c.byAccount[account]; l != nil {
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

func (c *ActivityIndex) currentPortfolio(losses backtest.Losses) Portfolio {
	p := Portfolio{Accounts: map[accounts.Grade]int{}}
	owners := map[string]int{}
	for _, l := range c.Accounts {
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

// Below leastEvidence there would be an alert about every little pause, however
// large the budget, and none of its reasons would be worth showing. clearPart of the
// risk that opens an episode ends it: little less, because the budget is counted in
// episodes that end where they began, and one that lingers hides the next. On the
// benchmark 0.9 raises 4 % fewer than are counted at one a year and 11 % at
// two; 0.7 raises 10 % and 30 % fewer.
const (
	leastEvidence = 1.5
	clearPart     = 0.9
)

// thresholds spend the budget: all managers together get as many false alerts
// as theirs add up to, and the grades are as strict beside each other as by
// default.
func (k *Calibrator) thresholds(p Portfolio, curve stats.Exceedance) (map[accounts.Grade]detector.Threshold, error) {
	standard := detector.DefaultThresholds()
	yearly := 0.0 // by default
	for _, grade := range accounts.Grades {
		yearly += float64(p.Accounts[grade]) / standard[grade].Raise
	}
	if yearly == 0 {
		return nil, fmt.Errorf("no account was in touch in the last %d days of the history: there is no portfolio to spend a budget on", current)
	}
	if k.Budget <= 0 {
		return nil, errors.New("the budget must be above 0 false alerts a month")
	}
	factor := yearly / (12 * k.Budget * float64(p.Managers))
	for grade, t := range standard {
		raise := round3(max(t.Raise*factor, curve.Years(leastEvidence)))
		standard[grade] = detector.Threshold{Raise: raise, Clear: round3(clearPart * raise)}
	}
	maps.Copy(standard, k.ByHand)
	return standard, nil
}

// round3 leaves three digits.
func round3(x float64) float64 {
	short, _ := strconv.ParseFloat(strconv.FormatFloat(x, 'g', 3, 64), 64) // it was just written
	return short
}

// levelsOf are the evidence at which each grade alerts.
func levelsOf(curve stats.Exceedance, thresholds map[accounts.Grade]detector.Threshold) map[accounts.Grade]float64 {
	levelOf := map[accounts.Grade]float64{}
	for grade, t := range thresholds {
		levelOf[grade] = curve.Evidence(t.Raise)
	}
	return levelOf
}

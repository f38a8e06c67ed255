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
	"firstsign/detector/survey"
	"firstsign/internal/fault"
	"firstsign/signals/history"
)

// Calibrator fits the exceedance curve to a history's own healthy accounts, turns
// the budget into thresholds, and measures what they find. It needs no labels,
// because it injects changes itself.
type Calibrator struct {
	Rules      *detector.Rules // without a calibration
	Partitions int
	// Budget is how many false alerts a manager may get in a month.
	Budget float64
	// ByHand are the thresholds that somebody set. They stay.
	ByHand map[accounts.Grade]detector.Threshold
	Losses backtest.Losses
	// Saved are accounts that were about to leave for a time. That time is left
	// out.
	Saved []backtest.Saved
	Seed  uint64
	Now   int64 // see backtest.Replay
	// Progress, when not nil, is called every few thousand lines of the replay.
	Progress func()
}

// mostVariants is how many accounts are drawn at most. Each gets all scenarios.
const mostVariants = 300

// Run calibrates on a history. c is its index, and first the time of the earliest
// event in Unix nanoseconds.
func (k *Calibrator) Run(ctx context.Context, history history.Stream, c *ActivityIndex, first int64) (*Report, error) {
	if err := checkLosses(k.Losses, c); err != nil {
		return nil, err
	}
	c.noteSaved(k.Saved)
	variants := c.DrawVariants(k.Rules, k.Losses, mostVariants, k.Seed)
	all := slices.Concat(variants, c.thinnedVariants())
	replay := backtest.Replay{Rules: k.Rules, Partitions: k.Partitions, First: first, Now: k.Now, Scores: true, Guests: Guests(all), Progress: k.Progress}
	outcome, err := replay.Run(ctx, Inject(history, c, k.Rules, all, k.Seed))
	if err != nil {
		return nil, err
	}
	traces := tracesOf(outcome, k.Rules.Exceedance)
	blocks := c.blocks(traces, k.Losses)
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
		Detection:   detections(variants, traces, c.gradeOf, levelOf),
		BlindSpots:  c.blindSpots(traces, curve, thresholds, k.Losses),
		Calls:       c.calls(traces, curve, thresholds, k.Losses),
		Alerts:      c.pastAlerts(traces, levelOf, k.Losses),
		Losses:      k.Losses,
	}
	for _, g := range accounts.Grades {
		if _, ok := k.ByHand[g]; ok {
			r.ByHand = append(r.ByHand, g)
		}
	}
	return r, nil
}

// checkLosses returns an error when a loss is about an account that the history
// does not have.
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

// Portfolio is the accounts that were in touch in the last three months of the
// history, and how many managers they have.
type Portfolio struct {
	Accounts map[accounts.Grade]int `json:"accounts"`
	Managers int                    `json:"managers"`
	// Assumed is how many managers are assumed for the accounts without an owner.
	Assumed int `json:"assumed_managers"`
}

// current accounts had contact within so many days.
const current = 90

func (c *ActivityIndex) currentPortfolio(losses backtest.Losses) Portfolio {
	p := Portfolio{Accounts: map[accounts.Grade]int{}}
	owners := map[string]int{}
	for _, l := range c.Accounts {
		if _, lost := losses[l.Account]; !lost && l.Last > c.Last-current {
			p.Accounts[l.Grade]++
			owners[l.Owner]++
		}
	}
	p.Assumed = (owners[""] + survey.AccountsPerManager - 1) / survey.AccountsPerManager
	delete(owners, "")
	p.Managers = len(owners) + p.Assumed
	return p
}

// size is the number of accounts.
func (p *Portfolio) size() (n int) {
	for _, of := range p.Accounts {
		n += of
	}
	return n
}

// Below leastEvidence every little pause would alert, however large the budget, and
// no reason would be worth showing.
//
// clearPart of the risk that opens an episode ends it. It is close to 1, because
// the budget counts episodes that end where they began, and a long one hides the
// next. On the benchmark, 0.9 raises 4 % fewer alerts than are budgeted at one a
// year, and 11 % fewer at two; 0.7 raises 10 % and 30 % fewer.
const (
	leastEvidence = 1.5
	clearPart     = 0.9
)

// thresholds spend the budget. All managers together get as many false alerts as
// their budgets add up to. The ratios between grades are those of the defaults.
func (k *Calibrator) thresholds(p Portfolio, curve stats.Exceedance) (map[accounts.Grade]detector.Threshold, error) {
	standard := detector.DefaultThresholds()
	yearly := 0.0 // false alerts a year with the default thresholds
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

// round3 rounds to three significant digits.
func round3(x float64) float64 {
	short, _ := strconv.ParseFloat(strconv.FormatFloat(x, 'g', 3, 64), 64) // it parses what was just formatted
	return short
}

// levelsOf are the levels of evidence at which each grade alerts.
func levelsOf(curve stats.Exceedance, thresholds map[accounts.Grade]detector.Threshold) map[accounts.Grade]float64 {
	levelOf := map[accounts.Grade]float64{}
	for grade, t := range thresholds {
		levelOf[grade] = curve.Evidence(t.Raise)
	}
	return levelOf
}

package backtest

import "firstsign/signals"

// Result is whether an alert was right, as far as the history and the known losses tell.
type Result string

// The results. Definitions say what each means.
const (
	RightResult     Result = "right"
	EarlyResult     Result = "early"
	FalseResult     Result = "false"
	UnsettledResult Result = "unsettled"
	UnjudgedResult  Result = "not judged" // the account is too young, or was lost already
)

// Results lists all, in the order in which reports show them.
var Results = []Result{RightResult, EarlyResult, FalseResult, UnsettledResult, UnjudgedResult}

var resultOf = map[verdict]Result{found: RightResult, early: EarlyResult, wrong: FalseResult, unsettled: UnsettledResult, neither: UnjudgedResult}

// AlertResult is an alert about an account, with its result.
type AlertResult struct {
	Account string      `json:"account"`
	Told    signals.Day `json:"told"`
	Result  Result      `json:"result"`
}

// CountResults counts alerts by result.
func CountResults(alerts []AlertResult) map[Result]int {
	n := map[Result]int{}
	for i := range alerts {
		n[alerts[i].Result]++
	}
	return n
}

// alertResults judges the alerts about accounts, in order of time. One about an account that
// had no contact is not judged.
func (t *evaluation) alertResults(episodes []Episode) (list []AlertResult) {
	byAccount := map[string]*evaluated{}
	for i := range t.accounts {
		byAccount[t.accounts[i].log.Account] = &t.accounts[i]
	}
	for i := range episodes {
		e := &episodes[i]
		if e.Account == "" {
			continue
		}
		a := AlertResult{Account: e.Account, Told: e.Told, Result: UnjudgedResult}
		if of := byAccount[e.Account]; of != nil {
			v, _ := t.judge(of, e.Told, e.Ended)
			a.Result = resultOf[v]
		}
		list = append(list, a)
	}
	return list
}

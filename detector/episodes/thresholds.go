package episodes

import "firstsign/accounts"

// Threshold says when an episode of a grade opens and ends, in account-years:
// how rarely a healthy account shows as much.
type Threshold struct {
	// Raise opens an episode at this risk; raising it means fewer, later alerts.
	Raise float64 `yaml:"raise"`
	// Clear is the risk below which an episode starts to end.
	Clear float64 `yaml:"clear"`
}

// DefaultThresholds are account-years. A manager of 30 accounts (3 key, 7 with
// potential, 15 ordinary, 5 marginal) who pause as the benchmark's people do
// would see 3 + 4.7 + 6 + 0.8 false alerts a year: about one a month.
func DefaultThresholds() map[accounts.Grade]Threshold {
	return map[accounts.Grade]Threshold{
		accounts.Key:       {Raise: 1, Clear: 0.9},
		accounts.Potential: {Raise: 1.5, Clear: 1.35},
		accounts.Ordinary:  {Raise: 2.5, Clear: 2.25},
		accounts.Marginal:  {Raise: 6, Clear: 5.4},
		accounts.Problem:   {Raise: 1, Clear: 0.9},
	}
}

// Package calibrate answers: which thresholds spend the budget of false alerts
// on this portfolio, and what do they find?
//
// It injects known changes into copies of untouched accounts, replays the
// history with them, and fits the thresholds. No labels are needed. Accounts
// whose change would not be seen are its blind spots.
package calibrate

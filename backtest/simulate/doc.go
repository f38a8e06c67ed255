// Package simulate answers: what would a portfolio look like of which we know
// the truth?
//
// A simulation has the habits of real accounts: working weeks, holidays, busy
// and quiet weeks, vacations. Some of its accounts decline, and its Truth says
// which, when and how.
package simulate

// Package assessment answers: what does the state of one account say today, and in
// which reasons?
//
// A Yardstick is what every account of a partition is judged by. An Assessment is one
// account as it is judged: it learns the day that leaves the ring, weighs all series
// against their own past, and finds the patterns that hold. It makes one number of that,
// the account's evidence, and says in a finding's reasons and verdict what it rests on.
//
// It knows no log and hands nothing out. What becomes of an account's episode is up to
// the engine.
package assessment

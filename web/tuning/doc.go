// Package tuning answers: do the thresholds in force keep what they promise?
//
// It draws the page of the data team: alerts for each manager beside the budget, how many
// were right, promised rarity beside what was seen, accounts that cannot be judged with
// what would cure most of them, and the thresholds with the lines that set them. It says
// "not enough" where too little was seen.
package tuning

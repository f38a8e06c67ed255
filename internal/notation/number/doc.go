// Package number answers: which number does a text mean, when people write it with
// separators, currencies and units?
//
// The decimal mark is decided by the evidence of the whole column. What could mean
// several numbers is an error and never a guess.
package number

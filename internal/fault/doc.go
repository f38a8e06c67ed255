// Package fault answers: what is wrong with a file that a person wrote, and on
// which line?
package fault

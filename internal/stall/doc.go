// Package stall answers: what cannot be done at the moment, why, and is waiting right?
package stall

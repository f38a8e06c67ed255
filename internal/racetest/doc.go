// Package racetest answers: does a test run under the race detector, and should it?
package racetest

//go:build race

package words

// The race detector makes pools forget at random, so that allocations say
// nothing.
const underRace = true

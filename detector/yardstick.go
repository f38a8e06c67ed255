package detector

import (
	"firstsign/detector/evidence"
	"firstsign/detector/series"
	"firstsign/signals"
)

// yardstick is what every account of the partition is judged by: the rules in
// force, the numbers of signals and sources, and the day that was closed last.
type yardstick struct {
	rules    *Rules
	zone     *signals.Zone
	signals  series.Table
	sources  nameTable
	patterns evidence.Patterns // in force
	closed   signals.Day       // last closed day
	today    *daylight         // of the last close; nil before the first
}

package detector

import "firstsign/signals"

// holiday is the part of a normal day that is left of d, 1 when it is none.
func (y *yardstick) holiday(d signals.Day) float64 { return y.rules.Worked(d) }

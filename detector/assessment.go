package detector

import (
	"firstsign/detector/evidence"
	"firstsign/detector/series"
	"firstsign/signals"
)

// assessment is one account as it is being judged: the evidence of all its series,
// and where that is worked out. It is good until the next account is judged.
type assessment struct {
	*yardstick
	account *account
	open    bool        // something is known of the closed day
	contact signals.Day // the last of theirs
	reasons []weighed
	evidence.Fusion
	matches   []match // the patterns that hold
	ruled     bool    // and it is one of them that counts
	handovers []handover

	view     series.View              // of the series that is being judged
	union    evidence.Union           // of contact of any kind
	year     [series.ViewDays]float64 // see ownYear
	measured evidence.Measurements
	channels evidence.Channels
}

// assess begins the judgement of an account. Its memory is used again.
func (e *Engine) assess(a *account) *assessment {
	j := &e.scratch
	j.yardstick, j.account = &e.yardstick, a
	j.open, j.ruled, j.contact, j.Fusion = false, false, 0, evidence.Fusion{}
	j.reasons, j.matches, j.handovers, j.channels = j.reasons[:0], j.matches[:0], j.handovers[:0], j.channels[:0]
	return j
}

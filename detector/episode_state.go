package detector

import (
	"firstsign/detector/series"
	"firstsign/signals"
)

// episode is a stretch of raised risk of one account.
type episode struct {
	stage       stage
	quiet       uint8 // closed days in a row below the threshold's Clear
	verdict     uint8 // that was told last: its place in verdicts
	since       signals.Day
	alertedOn   signals.Day // day of the last finding
	alertedRisk float32
	opened      signals.Day // day it was told of first
	told        uint32      // the patterns that were told of, each once
}

// stage is how far an episode is.
type stage uint8

const (
	calm    stage = iota
	pending       // above Clear, not yet at Raise
	raised
	accepted // closed at a level that has lasted
)

const (
	// quietDays below Clear end an episode.
	quietDays = 14
	// An episode is told again when its risk has grown tenfold, and at most once a
	// fortnight: a silence that goes on says little new.
	againFactor = 10
	againDays   = 14
)

const (
	// worseFactor is how many times rarer than the accepted level, at its
	// calmest since, is worse.
	worseFactor = 3
)

// stepAccepted moves an episode whose level was accepted by one closed day. It
// tells whether it is worse than that level, which makes it a new alert.
func (ep *episode) stepAccepted(o *opinion, closed signals.Day, risk float64, t Threshold) (worse bool) {
	if risk < t.Clear {
		if ep.quiet++; ep.quiet >= quietDays {
			*ep = episode{}
		}
		return false
	}
	ep.quiet = 0
	if worse = ep.worse(o, closed, risk, t); !worse {
		ep.alertedRisk = min(ep.alertedRisk, float32(risk))
	}
	return worse
}

// worse tells whether a risk is an alert beside the level that was accepted. What a
// person called expected must grow as much as what is told again, until as many
// days of it are known as count of those before.
func (ep *episode) worse(o *opinion, closed signals.Day, risk float64, t Threshold) bool {
	factor := float64(worseFactor)
	if o != nil && o.level == ep.since && closed < ep.since+series.FadedWorth {
		factor = againFactor
	}
	return risk >= t.Raise && risk >= factor*float64(ep.alertedRisk)
}

func (ep *episode) isOpen() bool { return ep.stage == raised }

// open is 1 for an open episode, for counting.
func (ep *episode) open() int64 {
	if ep.isOpen() {
		return 1
	}
	return 0
}

// begin makes a day the episode's first, if it has none yet.
func (ep *episode) begin(d signals.Day) {
	if ep.stage == calm || ep.stage == accepted {
		ep.since = d
	}
}

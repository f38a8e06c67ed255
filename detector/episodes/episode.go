package episodes

import (
	"firstsign/detector/series"
	"firstsign/signals"
)

// Episode is a stretch of raised risk of one account.
type Episode struct {
	Stage       Stage
	Quiet       uint8 // closed days in a row below the threshold's Clear
	Verdict     uint8 // that was told last: its place in verdicts
	Since       signals.Day
	AlertedOn   signals.Day // day of the last finding
	AlertedRisk float32
	Opened      signals.Day // day it was told of first
	Told        uint32      // the patterns that were told of, each once
}

// Stage is how far an episode is.
type Stage uint8

// The stages.
const (
	Calm    Stage = iota
	Pending       // above Clear, not yet at Raise
	Raised
	Accepted // closed at a level that has lasted
	Replaced // silent because its id was replaced: nothing is told
)

const (
	// QuietDays below Clear end an episode.
	QuietDays = 14
	// AgainFactor is how much the risk must have grown before an episode is told again.
	AgainFactor = 10
	// AgainDays is the least time between two messages about an episode: a silence that
	// goes on says little new.
	AgainDays = 14
)

const (
	// worseFactor is how many times rarer than the accepted level, at its
	// calmest since, is worse.
	worseFactor = 3
)

// StepAccepted moves an episode whose level was accepted by one closed day. It
// tells whether it is worse than that level, which makes it a new alert.
func (ep *Episode) StepAccepted(o *Opinion, closed signals.Day, risk float64, t Threshold) (worse bool) {
	if risk < t.Clear {
		if ep.Quiet++; ep.Quiet >= QuietDays {
			*ep = Episode{}
		}
		return false
	}
	ep.Quiet = 0
	if worse = ep.Worse(o, closed, risk, t); !worse {
		ep.AlertedRisk = min(ep.AlertedRisk, float32(risk))
	}
	return worse
}

// Worse tells whether a risk is an alert beside the level that was accepted. What a
// person called expected must grow as much as what is told again, until as many
// days of it are known as count of those before.
func (ep *Episode) Worse(o *Opinion, closed signals.Day, risk float64, t Threshold) bool {
	factor := float64(worseFactor)
	if o != nil && o.Level == ep.Since && closed < ep.Since+series.FadedWorth {
		factor = AgainFactor
	}
	return risk >= t.Raise && risk >= factor*float64(ep.AlertedRisk)
}

// IsOpen reports whether the episode was told of and has not ended.
func (ep *Episode) IsOpen() bool { return ep.Stage == Raised }

// Count is 1 for an open episode, for counting.
func (ep *Episode) Count() int64 {
	if ep.IsOpen() {
		return 1
	}
	return 0
}

// Begin makes a day the episode's first, if it has none yet.
func (ep *Episode) Begin(d signals.Day) {
	if ep.Stage == Calm || ep.Stage == Accepted || ep.Stage == Replaced {
		ep.Since = d
	}
}

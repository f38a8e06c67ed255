package calibrate

import (
	"math"

	"firstsign/signals"
)

// Levels of evidence at which episodes are counted, in nats: 0, levelStep, 2
// levelStep and so on.
const (
	levelStep = 0.05
	levels    = 320
)

// episodeCounts is for how many account-years healthy accounts were judged, and how
// many episodes there were at each level of evidence.
type episodeCounts struct {
	years    float64
	episodes [levels]float64
}

func (c *episodeCounts) add(o *episodeCounts) {
	c.years += o.years
	for i := range c.episodes {
		c.episodes[i] += o.episodes[i]
	}
}

// at is the number of episodes at a level, interpolated between the counted levels.
func (c *episodeCounts) at(evidence float64) float64 {
	at := min(max(evidence/levelStep, 0), levels-1)
	i := min(int(at), levels-2)
	part := at - float64(i)
	return c.episodes[i]*(1-part) + c.episodes[i+1]*part
}

// count counts the episodes that began in [from, to), at each level.
func (c evidenceTrace) count(from, to signals.Day) *episodeCounts {
	w := &episodeCounts{years: float64(max(0, to-from)) / 365.25}
	highest := math.Inf(-1)
	for _, s := range c {
		highest = max(highest, s.evidence)
	}
	for i := range levels {
		level := float64(i) * levelStep
		if level > highest {
			break
		}
		c.episodes(level, to-1, func(d signals.Day) {
			if d >= from {
				w.episodes[i]++
			}
		})
	}
	return w
}

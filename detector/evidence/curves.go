package evidence

import (
	"firstsign/detector/stats"
)

// curves of the statistics. Nats are the logarithm of 8 episodes a year over those
// that a healthy account reaches the measure with, times a weight between 0.6 and
// 1.1. The curves were fitted to the development accounts of the benchmark, 210
// real people of four sets, by episodes on days on which they were not about to
// leave; the weights were chosen by how soon injected declines are found. Beyond
// two months silence is steeper than that: who was lost had mostly been silent
// for long, and the longest silence must rank first. See docs/data-team/detection/curves.md.
var curves = [statistics]stats.Curve{
	statSilence: {{0, 0.00}, {4.54, 0.38}, {15.2, 0.77}, {23.8, 1.16}, {33.2, 1.55}, {47.7, 1.94}, {60, 2.19}, {100, 3.79}},
	statGap:     {{0, 0.00}, {0.845, 0.18}, {2.74, 0.60}, {3.98, 1.01}, {5.63, 1.43}, {7.46, 1.85}, {8.49, 2.27}},
	statFarOut:  {{0, 0.00}, {0.337, 0.36}, {0.953, 0.96}, {1.63, 1.56}, {2.38, 2.16}, {2.84, 2.76}, {3.26, 3.36}},
	statDays14:  {{0, 0.00}, {0.0978, 0.49}, {1.51, 1.21}, {1.93, 1.93}, {2.18, 2.65}, {2.38, 3.37}, {2.61, 4.09}},
	statDays28:  {{0, 0.00}, {0.0883, 0.98}, {1.08, 1.60}, {1.7, 2.22}, {2.15, 2.84}, {2.44, 3.47}, {2.69, 4.09}},
	statDays42:  {{0, 0.00}, {0.0771, 1.21}, {0.799, 1.87}, {1.44, 2.53}, {1.87, 3.18}, {2.27, 3.84}, {2.69, 4.50}},
	statDays56:  {{0, 0.00}, {0.0675, 1.23}, {0.53, 1.78}, {1.04, 2.32}, {1.34, 2.87}, {1.59, 3.42}, {1.7, 3.96}},
	statDrop28:  {{0, 0.00}, {0.499, 0.66}, {2.01, 1.16}, {3.57, 1.66}, {5.85, 2.17}, {8.6, 2.67}, {11.5, 3.17}},
	statDrop56:  {{0, 0.00}, {0.556, 0.99}, {1.42, 1.46}, {2.76, 1.94}, {4.24, 2.42}, {4.95, 2.89}, {8.52, 3.37}},
	statRecent:  {{0, 0.00}, {0.296, 0.27}, {1.64, 0.67}, {2.58, 1.07}, {3.9, 1.47}, {5.88, 1.88}, {8.5, 2.28}},
	statChart:   {{0, 0.00}, {0.0662, 0.70}, {0.967, 1.05}, {2, 1.41}, {3, 1.76}, {3.98, 2.12}, {5.5, 2.47}},
	// Set by hand. On the dev accounts of the benchmark's sets: who is seldom in touch has few
	// pauses a year, and a nat of them is worth more; beyond a risk of one account-year less, for
	// that is how rarely the companies show it.
	statSeldom: {{0, 0}, {2, 3.5}, {8, 7.1}},
	// On simulated customers: a year by the model is worth less than one.
	statOverdue: {{0, 0}, {2.08, 2.8}, {4.4, 5.3}, {8, 8}},
}

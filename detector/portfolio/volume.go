package portfolio

import "firstsign/detector/series"

const (
	// volumePrior is how many usual contacts outweigh the share of active
	// accounts as the measure of a day.
	volumePrior = 10
	// fewerShare is how much less there must be of each active account before a
	// day is measured by volume. Above it the number of active accounts is the
	// better clock, because it does not follow the few who do most.
	fewerShare = 0.8
)

// follow lowers the exposure of day i where active accounts did much less than
// usual. active is the exposure by the number of active accounts.
func follow(v *series.Volume, i int, active float64) float64 {
	usual := active * float64(v.Usual.At(i)) / series.Whole
	if less := (float64(v.Counted[i])/series.Whole + volumePrior) / (usual + volumePrior); less < fewerShare {
		return active * less
	}
	return active
}

package series

import "math"

// Level is what was learned of a score, and how many observations each day of
// the ring rests on.
type Level struct {
	Mean, Weight, Spread, Days float32
	seen                       packed // one less than Seen; nil where there was one each day
}

// Level is what was learned of a score; nil of any other series.
func (s *Series) Level() *Level {
	if s.days.more == nil {
		return nil
	}
	return s.days.more.level
}

// SetLevel makes a series that of a score, if there is one.
func (s *Series) SetLevel(l *Level) {
	switch {
	case s.days.more != nil:
		s.days.more.level = l
	case l != nil:
		s.days.more = &more{level: l}
	}
}

// Seen is how many observations there were on an active day of the series' ring.
func (s *Series) Seen(slot int) int64 {
	if s.Level().seen == nil {
		return 1
	}
	return s.Level().seen.at(rank(s.Active, slot)) + 1
}

// see takes in one more observation of a day, which need not be active yet.
func (l *Level) see(active uint64, slot int) {
	again := int64(active >> slot & 1)
	if l.seen == nil {
		if again == 0 {
			return
		}
		l.seen = packedOf(active, new([RingDays]int64))
	}
	before := int64(0)
	if again == 1 {
		before = l.seen.at(rank(active, slot))
	}
	l.seen.set(active, slot, before+again)
}

// drop forgets an active day.
func (l *Level) drop(active uint64, slot int) {
	if l.seen != nil {
		l.seen.drop(rank(active, slot))
	}
}

// keptOfDay is what is kept of a level for each day that it learns.
var keptOfDay = math.Exp(-math.Ln2 / HalfLife)

// Learn takes in the leaving day's mean, weighted by what it rests on. The
// spread is that of one observation, from the means of days, so that what
// several observations of a day have in common counts as spread (Chan, Golub,
// LeVeque 1983 for the update).
func (l *Level) Learn(s *Series, v *View, weight float64) {
	if v.X[0] == 0 && v.N[0] == 0 || v.Seen&1 == 0 {
		return
	}
	n := float64(s.Seen(Slot(v.Lo)))
	mean := v.N[0] / n
	keep := keptOfDay
	n *= weight
	old := float64(l.Weight) * keep
	d := mean - float64(l.Mean)
	l.Spread = float32(float64(l.Spread)*keep + d*d*n*old/(n+old))
	l.Mean += float32(d * n / (n + old))
	l.Weight = float32(old + n)
	l.Days = float32(float64(l.Days)*keep + weight)
}

// Fade is the same of the days a level rests on.
func (l *Level) Fade() {
	if l.Days <= FadedWorth {
		return
	}
	part := FadedWorth / l.Days
	l.Weight, l.Spread, l.Days = l.Weight*part, l.Spread*part, FadedWorth
}

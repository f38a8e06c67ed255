package detector

import (
	"math/rand/v2"
	"testing"

	"firstsign/detector/series"
)

// Days of which nothing is known say nothing about the others: neither while
// they are among those of the view, nor when the first of them leaves it.
func TestBlindDaysAreNoPartOfTheShape(t *testing.T) {
	const blindFrom, blindTo = 70, 84
	e := NewEngine(0, 1, testRules())
	rng := rand.New(rand.NewPCG(2, 3))
	for d := range 150 {
		var l written
		if d < blindFrom || d > blindTo {
			l.crowd(rng, d, 60, 0.6, "")
		} else {
			e.blind = []span{{dayN(blindFrom), dayN(blindTo)}}
		}
		l.tick(at(d+1, 0))
		for i := range l.records {
			l.records[i].Offset = e.Next()
			e.Apply(&l.records[i])
		}
		if d <= blindTo+14 {
			continue
		}
		shape := e.yardstick.Today.BySignal[e.signals.Index["call"]]
		// Five days of seven are worked, so each of them is 7/5 of a mean one.
		worked, free := 0.0, 0.0
		for i := series.ViewDays - 14; i < series.ViewDays; i++ {
			if at(d-series.ViewDays+1+i, 0).Weekday()%6 == 0 {
				free += shape.X[i] / 4
			} else {
				worked += shape.X[i] / 10
			}
		}
		if worked < 1.25 || worked > 1.55 || free > 0.3 {
			t.Fatalf("at the close of day %d a working day is %.2f, a free one %.2f; want 1.4 and 0", d, worked, free)
		}
	}
}

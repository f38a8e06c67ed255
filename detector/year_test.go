package detector

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"pgregory.net/rapid"

	"firstsign/detector/series"
	"firstsign/internal/racetest"
	"firstsign/signals"
)

func dayOf(year int, month time.Month, day int) signals.Day {
	return signals.Day(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() / (24 * 60 * 60))
}

func TestHalfMonth(t *testing.T) {
	for _, tt := range []struct {
		month time.Month
		day   int
		want  uint8
	}{{time.January, 1, 0}, {time.January, 15, 0}, {time.January, 16, 1}, {time.February, 28, 3}, {time.August, 1, 14}, {time.December, 31, 23}} {
		if got := series.HalfMonth(dayOf(2024, tt.month, tt.day)); got != tt.want {
			t.Errorf("%s %d: %d, want %d", tt.month, tt.day, got, tt.want)
		}
	}
}

// yearOfTen lets a year expect ten in each half month; it brings ten, and what
// is said of some.
func yearOfTen(y *series.Year, of int, brings map[uint8]float64) {
	for d := dayOf(of, time.January, 1); d < dayOf(of+1, time.January, 1); d++ {
		seen, expected := 0.0, 0.0
		before, h := series.HalfMonth(d-1), series.HalfMonth(d)
		if before != h { // all on its first day
			seen, expected = 10, 10
			if n, ok := brings[h]; ok {
				seen = n
			}
		}
		y.Add(before, h, seen, expected)
	}
	y.Add(series.HalfMonths-1, 0, 0, 0)
}

// By hand: 2 of 10 are (2+3)/(10+3) = 0.385, ln -0.96, four steps of 0.22 down:
// -0.88. None are 3/13, ln -1.47, seven steps: -1.54. The one that says less
// counts, less a fifth: exp(-0.88 + 0.2).
func TestYearByHand(t *testing.T) {
	const august = 14
	var y series.Year
	yearOfTen(&y, 2023, map[uint8]float64{august: 2, 3: 0, 4: 0})
	if _, ok := y.Usual(1); ok {
		t.Error("one year is two")
	}
	yearOfTen(&y, 2024, map[uint8]float64{august: 0, 3: 10, 4: 40})
	for back := range 2 {
		if ln, ok := y.Usual(back); !ok || ln != 0 {
			t.Errorf("usual %d: %g %v", back, ln, ok)
		}
	}
	near(t, "both years less", y.Factor(august, [2]float64{}), math.Exp(-0.88+0.2), 1e-9)
	if q := y.Quiet(); len(q) != 1 || q["08-01"] != y.Factor(august, [2]float64{}) {
		t.Errorf("quiet %v", q)
	}
	near(t, "one year less", y.Factor(3, [2]float64{}), 1, 0)
	near(t, "less, then more", y.Factor(4, [2]float64{}), 1, 0)
	near(t, "more in both years", y.Factor(4, [2]float64{0, -3}), 1, 0)
	near(t, "as ever", y.Factor(10, [2]float64{}), 1, 0)
	yearOfTen(&y, 2025, map[uint8]float64{august: 10})
	near(t, "no more", y.Factor(august, [2]float64{}), 1, 0)
}

// An account that brought a half more in all of the year grew: that is no season.
func TestGrowthIsNoSeason(t *testing.T) {
	var y series.Year
	all := map[uint8]float64{}
	for h := range uint8(series.HalfMonths) {
		all[h] = 15
	}
	yearOfTen(&y, 2023, all)
	yearOfTen(&y, 2024, all)
	var halves [series.ViewDays]uint8
	var parts [series.ViewDays]float64
	if x := y.Unpack(&halves, &parts); x != nil {
		t.Errorf("a season: %v", x)
	}
	if usual, ok := y.Known(); !ok || usual[0] <= 0 {
		t.Errorf("two years are not known: %v", usual)
	}
}

// A half month of which nothing was known keeps what was known before.
func TestBlindHalfMonth(t *testing.T) {
	var y series.Year
	yearOfTen(&y, 2023, map[uint8]float64{14: 0})
	before := y.Parts
	for d := dayOf(2024, time.January, 1); d <= dayOf(2024, time.December, 31); d++ {
		y.Add(series.HalfMonth(d-1), series.HalfMonth(d), 0, 0)
	}
	if y.Parts != before {
		t.Errorf("%v, before %v", y.Parts, before)
	}
}

// A factor is 1 where the years disagree, never above it, and never further from
// it than either of them.
func TestYearFactor(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var y series.Year
		h := rapid.Uint8Range(0, series.HalfMonths-1).Draw(t, "half month")
		y.Parts[h] = rapid.Byte().Draw(t, "parts")
		usual := [2]float64{rapid.Float64Range(-2, 1).Draw(t, "last"), rapid.Float64Range(-2, 1).Draw(t, "before")}
		ln := math.Log(y.Factor(h, usual))
		last, ok := y.Part(h, 0)
		before, both := y.Part(h, 1)
		last, before = last-usual[0], before-usual[1]
		if !ok || !both || last >= 0 || before >= 0 {
			if ln != 0 {
				t.Fatalf("ln %g of years that say nothing", ln)
			}
		} else if ln > 0 || ln < max(last, before) {
			t.Fatalf("ln %g, the years say %g and %g", ln, last, before)
		}
	})
}

// Each account is away for three weeks of a year, at a time of its own. In the
// third year that is known; another three weeks are as remarkable as ever.
func TestOwnYearIsLearned(t *testing.T) {
	racetest.Arithmetic(t)
	const (
		n     = 24
		years = 3
		away  = 21
	)
	rng := rand.New(rand.NewPCG(1, 2))
	e := NewEngine(0, 1, testRules())
	var l written
	done := 0
	apply := func() {
		for ; done < len(l.records); done++ {
			if reject := e.Apply(&l.records[done]); reject != nil {
				t.Fatal(reject)
			}
		}
	}
	begin := func(i int) int { return 100 + i*9 } // the day of the year; the other absence is 110 days after the third
	var most [years + 1]float64                   // mean of the highest evidence in each absence; the other one last
	var top [n][years + 1]float64
	l.tick(at(0, 0))
	for d := range years*365 + 80 {
		for i := range n {
			k := -1
			if at := d % 365; at >= begin(i) && at < begin(i)+away && d < years*365 {
				k = d / 365
			} else if other := d - (years-1)*365 - begin(i) - 110; other >= 0 && other < away {
				k = years
			}
			if k >= 0 {
				if a := e.index.of(fmt.Sprint("a", i)); a != nil {
					top[i][k] = max(top[i][k], float64(a.Evidence))
				}
				continue
			}
			for range poisson(rng, 1.2) {
				l.event(at(d, 9), fmt.Sprint("a", i), "call")
			}
		}
		l.tick(at(d+1, 0))
		apply()
		findingsOf(t, e)
	}
	for i := range n {
		for k := range most {
			most[k] += top[i][k] / n
		}
	}
	t.Logf("mean of the highest evidence: away in the first year %.2f, second %.2f, third %.2f; three other weeks %.2f", most[0], most[1], most[2], most[3])
	if most[2] > 0.75*most[1] {
		t.Errorf("the third absence is as remarkable as the second")
	}
	if most[3] < 0.9*most[1] {
		t.Errorf("another absence is less remarkable than the second was")
	}
}

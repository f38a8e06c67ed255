package evidence

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"firstsign/detector/stats"
)

// By simulation: of pauses of evenness 4 whose mean is known from 30 days of contact, and
// of which one in twenty is twice as long, so many are longer than two and a half means.
func TestOverdueIsWhatIsSimulated(t *testing.T) {
	const days, evenness, rate, silence, n = 30, 4, 1.0 / 14, 35, 400_000
	chance := rand.New(rand.NewPCG(4, 4))
	k := 1 / (gapDispersion + 1/((days+0.5)*evenness))
	longer := 0
	for range n {
		times := 1
		if chance.Float64() < skipped {
			times = 2
		}
		pause := 0.0
		for range times {
			pause += gamma(chance, evenness) / evenness
		}
		if pause/(gamma(chance, k)/k)/rate > silence {
			longer++
		}
	}
	want := -math.Log(float64(longer)/n) - math.Log(365*rate/tellings)
	near(t, "overdue", overdue(evenness, days, rate, silence), want, 0.05)
}

// gamma draws from a gamma distribution of scale 1 and a shape of at least 1 (Marsaglia
// and Tsang 2000).
func gamma(chance *rand.Rand, shape float64) float64 {
	d := shape - 1.0/3
	for {
		x := chance.NormFloat64()
		v := math.Pow(1+x/math.Sqrt(9*d), 3)
		if v > 0 && math.Log(1-chance.Float64()) < x*x/2+d*(1-v+math.Log(v)) {
			return d * v
		}
	}
}

// Who comes as by chance is never overdue; nobody is before the usual time has gone by.
func TestNobodyIsOverdueByChance(t *testing.T) {
	near(t, "as by chance", overdue(1, 30, 0.1, 100), 0, 0)
	near(t, "in time", overdue(8, 30, 0.1, 9.9), 0, 0)
}

// A longer silence is never less, and there is a bound.
func TestOverdueIsMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		days := rapid.Float64Range(4, 500).Draw(t, "days")
		rate := rapid.Float64Range(0.005, 1).Draw(t, "rate")
		silence := rapid.Float64Range(0, 1000).Draw(t, "silence")
		evenness := rapid.Float64Range(1, 14).Draw(t, "evenness")
		x := overdue(evenness, days, rate, silence)
		if more := overdue(evenness, days, rate, silence*rapid.Float64Range(1, 3).Draw(t, "longer")); more < x-1e-9 {
			t.Fatalf("%g, longer %g", x, more)
		}
		if !(x >= 0 && x <= stats.MaxNats) {
			t.Fatalf("%g nats", x)
		}
	})
}

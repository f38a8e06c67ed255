package detector

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"

	"firstsign/signals"
)

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if math.Abs(got-want) > tolerance*math.Max(1, math.Abs(want)) {
		t.Errorf("%s: %.6g, want %.6g", what, got, want)
	}
}

// By hand: NB with mean m and dispersion d has k = 1/d and q = m/(k+m); for
// k = 2, m = 6, q = 3/4: P(0) = (1/4)^2 = 1/16, P(1) = 2*(3/4)/16 = 3/32, so
// P(N<=1) = 5/32. P(N>=2) = 27/32.
func TestNegativeBinomialByHand(t *testing.T) {
	near(t, "P(N<=0)", lowerTail(0, 6, 0.5), math.Log(16), 1e-12)
	near(t, "P(N<=1)", lowerTail(1, 6, 0.5), math.Log(32.0/5), 1e-12)
	// Above the mean there is no surprise; k = 2, m = 1, q = 1/3:
	// P(N>=2) = 1 - 4/9 - 2/3*4/9 = 7/27.
	near(t, "P(N>=2)", upperTail(2, 1, 0.5), math.Log(27.0/7), 1e-12)
	if e := lowerTail(6, 6, 0.5); e != 0 {
		t.Errorf("at the mean: %g", e)
	}
}

// A negative binomial with k = 1e9 is a Poisson; gonum has its tails. Table:
// P(N<=2 | 8) = 0.013754 (Pearson and Hartley, Biometrika Tables I, 7).
func TestLowerTailIsPoissonInTheLimit(t *testing.T) {
	near(t, "table", lowerTail(2, 8, 1e-9), -math.Log(0.013754), 1e-4)
	for _, m := range []float64{0.5, 3, 20, 60} {
		poisson := distuv.Poisson{Lambda: m}
		for n := 0.0; n < m; n++ {
			near(t, "lower", lowerTail(n, m, 1e-9), -math.Log(poisson.CDF(n)), 1e-5)
		}
	}
	near(t, "upper", upperTail(5, 1, 1e-9), -math.Log(distuv.Poisson{Lambda: 1}.Survival(4)), 1e-6)
}

// Where the sum hands over to the beta function, nothing jumps.
func TestLowerTailIsSmooth(t *testing.T) {
	for _, d := range []float64{0.02, 0.2, 1} {
		for _, m := range []float64{80, 130, 300} {
			a, b, c := lowerTail(63, m, d), lowerTail(64, m, d), lowerTail(65, m, d)
			if !(a > b && b > c) || math.Abs((a-b)-(b-c)) > 0.15*(a-b) {
				t.Errorf("m=%g d=%g: %g %g %g", m, d, a, b, c)
			}
		}
	}
}

// flat is a view of even exposure 1 with n a day on some days.
func flat(contact func(i int) float64) *view {
	v := &view{lo: dayN(0)}
	for i := range viewDays {
		v.x[i] = 1
		if v.n[i] = contact(i); v.n[i] > 0 {
			v.seen |= 1 << i
		}
		v.cx[i+1], v.cn[i+1] = v.cx[i]+v.x[i], v.cn[i]+v.n[i]
	}
	return v
}

// With A days of contact in exposure B, P(silence of e) = (B/(B+e))^A: here
// 20 contacts in 100, then 30 of silence. The prior adds half a contact in a
// week; the tail is widened.
func TestGapByHand(t *testing.T) {
	p := pace{days: 10, exposure: 74, total: 10}
	v := flat(func(i int) float64 {
		if i >= 1 && i <= 26 && (i-1)%2 == 0 || i == 26 {
			return 1
		}
		return 0
	})
	var k look
	if !p.silence(v, &k) {
		t.Fatal("no habit")
	}
	days, exposure := 10.0+14, 74.0+26
	rate, shape := (days+0.5)/(exposure+7), 1/(gapDispersion+1/(days+0.5))
	near(t, "silence", k.measure[lensSilence], 30, 1e-12)
	near(t, "gap", k.measure[lensGap], shape*math.Log(1+rate*30/shape), 1e-12)
	// Of 13 pauses 12 are of 2 days, the last of 1: Q3 is 2, the IQR 0, but at
	// least a day.
	near(t, "far out", k.measure[lensFarOut], 30/(2+3*1.0), 1e-12)
	if g := k.term[lensGap]; g.last != 26 || g.to != 30 || g.kind != Gap {
		t.Errorf("gap %+v", g)
	}
	near(t, "usual pause", k.term[lensGap].from, 1/rate, 1e-12)
}

// A silence longer than the ring goes on growing, and teaches nothing.
func TestSilenceBeyondTheRing(t *testing.T) {
	p := pace{days: 30, exposure: 100, total: 30}
	before := p
	last := 0.0
	for range 300 {
		v := flat(func(int) float64 { return 0 })
		p.learn(v, 1, true)
		var k look
		g, _ := p.fall(v, 1, false, &k)
		if g.evidence <= last && g.evidence < maxEvidence {
			t.Fatalf("evidence fell from %g to %g", last, g.evidence)
		}
		last = g.evidence
	}
	if p.silent != 300 || p.total != before.total || p.exposure != before.exposure {
		t.Errorf("learned %+v", p)
	}
	// Its end teaches all of it at once.
	p.learn(flat(func(i int) float64 { return float64(i / 56) }), 1, true)
	if p.silent != 0 || p.exposure < 200 {
		t.Errorf("after its end %+v", p)
	}
}

// Method of moments by hand: ten a day on every other day is 30 or 40 over 7
// days, where 35 are to be expected; each window counts for a seventh.
func TestDispersionByHand(t *testing.T) {
	p := pace{total: 5000, exposure: 1000, days: 500}
	v := flat(func(i int) float64 { return 10 * float64(i%2) })
	p.learnDispersion(v, 1)
	m := 7 * (5000 + 30) / (1000 + 7.0)
	near(t, "excess", float64(p.excess[0]), ((30-m)*(30-m)-m)/7, 1e-6)
	near(t, "square", float64(p.square[0]), m*m/7, 1e-6)
	// Two windows of the prior stand beside a seventh of one.
	want := (float64(p.excess[0]) + 2*m*m*priorDispersion) / (float64(p.square[0]) + 2*m*m)
	near(t, "dispersion", p.dispersion(14, 2*m), want, 1e-12)
}

// Student's t: P(T > 2.228) = 0.025 for 10 degrees of freedom, P(T > 12.706) =
// 0.025 for 1 (any table).
func TestStudentByTable(t *testing.T) {
	near(t, "10", studentUpper(2.228, 10), -math.Log(0.025), 1e-3)
	near(t, "1", studentUpper(12.706, 1), -math.Log(0.025), 1e-4)
	near(t, "gonum", studentUpper(5, 7), -math.Log(distuv.StudentsT{Sigma: 1, Nu: 7}.Survival(5)), 1e-9)
}

func TestShiftSeesAFallenMean(t *testing.T) {
	// Twenty days learned with mean 500 and spread 100 a day, then a fall to 300.
	l := &level{mean: 500, weight: 20, spread: 19 * 100 * 100, days: 20}
	s := &series{level: l}
	v := flat(func(i int) float64 {
		if i >= viewDays-14 && i%2 == 0 {
			return 300
		}
		return 0
	})
	for i := range viewDays {
		if v.seen>>i&1 == 1 {
			l.seen.set(slot(v.lo+signals.Day(i)), 1)
		}
	}
	x, ok := l.shift(s, v)
	// t = 200 / (100*sqrt(1/7+1/20)) = 4.554 with 19 degrees of freedom.
	want := studentUpper(200/(100*math.Sqrt(1.0/7+1.0/20)), 19)
	if !ok || x.from != 500 || x.to != 300 {
		t.Errorf("shift %+v", x)
	}
	near(t, "shift", x.evidence, want, 1e-3)
}

// An event that the portfolio shows once in 1000 days, and this account never
// in 500: a gamma prior of one event in 1000 and 500 more days of nothing make
// the mean of 7 days m = 7/1500, with a dispersion of 1 and the clustering 8,
// so k = 1/9: P(at least one) = 1-(k/(k+m))^k.
func TestIncidentByHand(t *testing.T) {
	p := pace{exposure: 451}
	v := flat(func(int) float64 { return 0 })
	x, _ := p.incident(v, 0.001, 1)
	k, m := 1.0/9, 7.0/1500
	near(t, "one event", x.evidence, -math.Log(1-math.Pow(k/(k+m), k)), 1e-6)
	if x, _ := p.incident(v, 0.001, 0); x.evidence != 0 {
		t.Errorf("no event: %+v", x)
	}
}

// One series is its own evidence; the sum of many small ones counts.
func TestFusion(t *testing.T) {
	fuse := func(evidence ...float64) float64 {
		j := judgement{}
		for _, e := range evidence {
			j.add(&series{}, &rule{Signal: Signal{Kind: Count}, weight: 1}, term{evidence: e, worth: e}, 0)
		}
		return j.fuse()
	}
	near(t, "one", fuse(5), 5, 1e-12)
	near(t, "one of four", fuse(9, 0, 0, 0), 9-lookPrice*math.Log(4), 1e-12)
	if all := fuse(3, 3, 3, 3, 3, 3); all < 3.5 { // the largest alone is worth less than 3
		t.Errorf("six times 3 nats: %g", all)
	}
	for _, more := range []float64{0, 1, 4} {
		if fuse(2, 3+more, 1) < fuse(2, 3, 1) {
			t.Errorf("not monotone at %g", more)
		}
	}
}

// An incident that happens once in twenty account-years is, by itself, a risk
// of an eighth of that.
func TestRareEventsRisk(t *testing.T) {
	peers := 1.0 / (20 * 365)
	p := pace{}
	v := &view{} // no exposure: nothing known of the account itself
	x, _ := p.incident(v, peers, 1)
	j := judgement{}
	j.add(&series{}, &rule{Signal: Signal{Kind: Event}, weight: 1}, x, 0)
	near(t, "years", shipped.Years(j.fuse()), 20.0/aloneYears, 0.01)
}

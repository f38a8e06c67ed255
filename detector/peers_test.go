package detector

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"firstsign/accounts"
	"firstsign/detector/series"
	"firstsign/detector/stats"
	"firstsign/signals"
)

// Ten accounts with contact on a quarter of their days and ten on half of them:
// the mean is 3/8 and the variance 1/64, so the shape is 9.
func TestPeerSums(t *testing.T) {
	var sums peerSums
	for range 10 {
		sums.add(14, 28, 56*exposureSteps)
		sums.add(28, 28, 56*exposureSteps)
	}
	q := sums.peer("call", accounts.Key)
	if q == nil || q.rate != 0.375 || math.Abs(float64(q.shape)-9) > 1e-6 || math.Abs(float64(q.each)-56.0/42) > 1e-6 {
		t.Errorf("%+v", q)
	}
	sums.members = fewestMembers - 1
	if q := sums.peer("call", accounts.Key); q != nil {
		t.Errorf("19 accounts say what is usual: %+v", q)
	}
	var alike peerSums
	for range 20 {
		alike.add(28, 28, 56*exposureSteps)
	}
	if q := alike.peer("call", ""); q.shape != 14 {
		t.Errorf("peers that are all alike are worth %g days with contact, want 14: those of 28 days", q.shape)
	}
}

// newSeries is one that began so many days ago, with contact on days of its
// own: 0 is the first.
func newSeries(age int, contact ...int) (*series.Series, *series.View) {
	s, v := &series.Series{First: signals.Day(series.ViewDays - 1 - age)}, &series.View{}
	for i := max(0, int(s.First)); i < series.ViewDays; i++ {
		v.X[i] = 1
	}
	for _, c := range contact {
		i := int(s.First) + c
		v.N[i], v.Seen = 1, v.Seen|1<<i
	}
	for i := range series.ViewDays {
		v.Cx[i+1], v.Cn[i+1] = v.Cx[i]+v.X[i], v.Cn[i]+v.N[i]
	}
	return s, v
}

// 27 days without contact, after the first: 3/8 * 27 = 10.125 were to be
// expected. Dispersion 2.8/27 + 1/9, k = 4.6552: k ln(1 + 10.125/k) = 5.378.
func TestCompareWithPeers(t *testing.T) {
	q := &peer{rate: 0.375, shape: 9, each: 1.5}
	s, v := newSeries(27, 0)
	got := q.compare(s, v)
	if math.Abs(got.evidence-5.378) > 0.001 || got.kind != Gap || !got.peers || got.to != 27 || math.Abs(got.from-1/0.375) > 1e-9 {
		t.Errorf("%+v", got)
	}
	// Five contacts in the next ten days, then 17 days of silence: k = 14 in
	// 24 + 10 days, so 7 were to be expected of 17. Dispersion 2.8/17 + 1/14, k = 4.2363.
	s, v = newSeries(27, 0, 2, 4, 6, 8, 10)
	got = q.compare(s, v)
	k := 1 / (2.8/17 + 1.0/14)
	if want := k * math.Log(1+7/k); math.Abs(got.evidence-want) > 1e-6 || got.to != 17 {
		t.Errorf("%+v, want %g nats", got, want)
	}
	s, v = newSeries(6, 0)
	if got := q.compare(s, v); got.worth != 0 {
		t.Errorf("a week says something: %+v", got)
	}
}

// More contact never makes it worse, and nothing is without bounds.
func TestCompareIsMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := &peer{
			rate: float32(rapid.Float64Range(0.001, 1).Draw(t, "rate")), shape: float32(rapid.Float64Range(leastShape, 28).Draw(t, "shape")), each: 1}
		age := rapid.IntRange(1, 56).Draw(t, "age")
		late := rapid.IntRange(max(1, age-13), age).Draw(t, "late")
		var contact []int
		for d := range age + 1 {
			if d != late && (d == 0 || rapid.Bool().Draw(t, "contact")) {
				contact = append(contact, d)
			}
		}
		fewer := q.compare(newSeries(age, contact...))
		more := q.compare(newSeries(age, append(contact, late)...))
		if math.IsNaN(fewer.worth) || fewer.worth < 0 || fewer.worth > stats.MaxNats {
			t.Fatalf("%+v", fewer)
		}
		if late > age-7 && more.worth > fewer.worth+1e-9 {
			t.Fatalf("contact on day %d of %d: %+v, without %+v", late, age, more, fewer)
		}
	})
}

// A new account among 40 that call on three days of five: silent from its
// second day on, it is told of within its first weeks, and the reason says with
// what it was compared. A new one that calls as they do is not.
func TestNewAccountIsComparedWithItsPeers(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 2))
	rules := testRules()
	rules.Thresholds = map[accounts.Grade]Threshold{accounts.Ordinary: {Raise: 1, Clear: 0.7}}
	var l written
	l.tick(at(0, 0))
	for d := range 160 {
		l.crowd(rng, d, 40, 0.6, "")
		if d == 100 {
			l.event(at(d, 9), "acme", "call")
		}
		if d >= 100 && d%7 < 5 && rng.Float64() < 0.6 {
			l.event(at(d, 9), "healthy", "call")
		}
		l.tick(at(d+1, 0))
	}
	e, found := run(t, rules, &l)
	if of := about(found, "healthy"); len(of) > 0 {
		t.Errorf("%+v", of)
	}
	acme := about(found, "acme")
	if len(acme) == 0 {
		t.Fatalf("not told of; its risk is %g", e.rules.Exceedance.Years(float64(e.index["acme"].evidence)))
	}
	day := signals.Day((acme[0].Time-1)/oneDay) - dayN(0)
	if r := acme[0].Reasons[0]; !r.Peers || r.Term != Gap || day > 130 || r.Since != dayN(100) {
		t.Errorf("told on day %d: %+v", day, r)
	}
	if q := e.today.peers[e.signals.Index["call"]]; q[len(accounts.Grades)] == nil || math.Abs(float64(q[len(accounts.Grades)].rate)-0.6*5/7) > 0.05 {
		t.Errorf("peers %+v", q)
	}
}

// Peers of the same grade go first; with fewer than 20 of them all count.
func TestPeersByGrade(t *testing.T) {
	rules := testRules()
	list := []accounts.Account{}
	for i := range 50 {
		grade := accounts.Ordinary
		if i < 25 {
			grade = accounts.Key
		}
		list = append(list, accounts.Account{ID: fmt.Sprint("a", i), Grade: grade})
	}
	list[49].Grade = accounts.Marginal
	rules.Accounts = accounts.NewDirectory(list)
	var l written
	for d := range 60 {
		l.tick(at(d, 0))
		for i := range 50 {
			if i < 25 || d%3 == 0 {
				l.event(at(d, 9), fmt.Sprint("a", i), "call")
			}
		}
	}
	e, _ := run(t, rules, &l)
	of := e.today.peers[e.signals.Index["call"]]
	key, ordinary, marginal, all := of[0], of[2], of[3], of[5]
	if key == nil || ordinary == nil || all == nil || marginal != nil || key.rate < 2*ordinary.rate || all.rate > key.rate || all.shape >= key.shape {
		t.Errorf("key %+v, ordinary %+v, marginal %+v, all %+v", key, ordinary, marginal, all)
	}
}

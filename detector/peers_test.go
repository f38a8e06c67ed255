package detector

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"firstsign/accounts"
	"firstsign/detector/episodes"
	"firstsign/detector/evidence"
	"firstsign/signals"
)

// A new account among 40 that call on three days of five: silent from its
// second day on, it is told of within its first weeks, and the reason says with
// what it was compared. A new one that calls as they do is not.
func TestNewAccountIsComparedWithItsPeers(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 2))
	rules := testRules()
	rules.Thresholds = map[accounts.Grade]episodes.Threshold{accounts.Ordinary: {Raise: 1, Clear: 0.7}}
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
		t.Fatalf("not told of; its risk is %g", e.rules.Exceedance.Years(float64(e.index.of("acme").Evidence)))
	}
	day := signals.Day((acme[0].Time-1)/oneDay) - dayN(0)
	if r := acme[0].Reasons[0]; !r.Peers || r.Term != evidence.Gap || day > 130 || r.Since != dayN(100) {
		t.Errorf("told on day %d: %+v", day, r)
	}
	if q := e.summary.Peers(&e.signals)[e.signals.Index["call"]]; q[len(accounts.Grades)] == nil || math.Abs(float64(q[len(accounts.Grades)].Rate)-0.6*5/7) > 0.05 {
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
	of := e.summary.Peers(&e.signals)[e.signals.Index["call"]]
	key, ordinary, marginal, all := of[0], of[2], of[3], of[5]
	if key == nil || ordinary == nil || all == nil || marginal != nil || key.Rate < 2*ordinary.Rate || all.Rate > key.Rate || all.Shape >= key.Shape {
		t.Errorf("key %+v, ordinary %+v, marginal %+v, all %+v", key, ordinary, marginal, all)
	}
}

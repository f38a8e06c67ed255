package detector

import (
	"math/bits"
	"slices"

	"firstsign/accounts"
	"firstsign/detector/series"
)

// A new account has no habit yet. What is usual of it is what is usual of its
// peers, the accounts of the same grade, as far as they are alike: a gamma prior of
// the rate of days with contact, by the mean and the variance of theirs (empirical
// Bayes: Robbins 1956; for rates of a Poisson process Gaver and O'Muircheartaigh
// 1987).

// peer is what is usual for a signal among the accounts of a grade.
type peer struct {
	signal string
	grade  accounts.Grade // empty: of all grades
	series.Prior
}

const (
	// newDays is how long an account is new, peersWorth the most exposure that
	// its peers are worth beside its own.
	newDays    = 84
	peersWorth = 28
	// leastShape is of peers that have hardly anything in common.
	leastShape = 0.25
)

// peerSums are sums over accounts, in whole numbers.
type peerSums struct {
	members      int64
	rates        int64 // in series.Whole
	squares      int64
	days, counts int64
}

// add takes in an account with so many days with contact of so much exposure,
// in exposureSteps.
func (t *peerSums) add(days, counts, exposure int64) {
	rate := days * series.Whole * exposureSteps / exposure
	t.members++
	t.rates += rate
	t.squares += rate * rate
	t.days += days
	t.counts += counts
}

// peer is nil when there are too few accounts to say what is usual.
func (t *peerSums) peer(signal string, grade accounts.Grade) *peer {
	if t.members < series.FewestAccounts || t.days == 0 {
		return nil
	}
	n := float64(t.members)
	mean := float64(t.rates) / series.Whole / n
	variance := float64(t.squares)/series.Whole/series.Whole/n - mean*mean
	shape := peersWorth * mean
	if variance > 0 {
		shape = max(leastShape, min(shape, mean*mean/variance))
	}
	return &peer{signal, grade, series.Prior{Rate: float32(mean), Shape: float32(shape), Each: float32(float64(t.counts) / float64(t.days))}}
}

// peers says what is usual among the accounts, for each count of theirs and
// grade. Accounts that have been silent for all the days that are kept are left
// out: they are gone.
func (e *Engine) peers(p *portfolio, cover []uint64) (list []peer) {
	grades := len(accounts.Grades)
	sums := make([][]peerSums, len(e.signals.Rules))
	spans := make([]exposureOf, len(sums))
	for i := range p.shapes {
		id := e.signals.Index[p.shapes[i].signal]
		sums[id] = make([]peerSums, grades+1)
		spans[id].shape = &p.shapes[i]
	}
	lo := p.day - series.JudgedDays
	p.began = p.day
	for _, a := range e.accounts {
		if a.Guest {
			continue
		}
		p.began = min(p.began, a.First)
		if !a.Lively(lo) {
			continue
		}
		could := uint64(1<<series.ViewDays-1) &^ 1 &^ p.blind
		if skip := int(a.First - lo + 1); skip >= series.ViewDays {
			continue
		} else if skip > 0 {
			could &^= 1<<skip - 1
		}
		grade := e.gradeOf(a)
		g := slices.Index(accounts.Grades, grade)
		for i := range a.Series {
			s := &a.Series[i]
			if id := s.Key.Signal; e.signals.Unites(s.Key) {
				known := could & s.Known(cover)
				days, counts := s.Tally(lo, known)
				x := spans[id].of(known)
				if x < peersWorth*exposureSteps {
					continue
				}
				sums[id][grades].add(days, counts, x)
				if g >= 0 {
					sums[id][g].add(days, counts, x)
				}
			}
		}
	}
	return e.listPeers(p, sums)
}

// listPeers are those of whom there are enough, by signal and grade.
func (e *Engine) listPeers(p *portfolio, sums [][]peerSums) (list []peer) {
	grades := len(accounts.Grades)
	for i := range p.shapes {
		signal := p.shapes[i].signal
		for g, t := range sums[e.signals.Index[signal]] {
			grade := accounts.Grade("")
			if g < grades {
				grade = accounts.Grades[g]
			}
			if q := t.peer(signal, grade); q != nil {
				list = append(list, *q)
			}
		}
	}
	return list // in the order of the shapes and of the grades
}

// exposureOf sums up a shape over some days, and remembers the last ones: most
// accounts have the same.
type exposureOf struct {
	shape *shape
	days  uint64
	sum   int64
}

func (x *exposureOf) of(days uint64) int64 {
	if days != x.days {
		x.days, x.sum = days, 0
		for m := days; m != 0; m &= m - 1 {
			x.sum += int64(x.shape.exposure[bits.TrailingZeros64(m)])
		}
	}
	return x.sum
}

// peerOf is what a series is compared with while it has no habit of its own:
// that of a new account, or one that has begun lately. Nil when it has one, or
// nothing is known of its peers.
func (y *yardstick) peerOf(a *account, s *series.Series, v *series.View) *peer {
	if !y.signals.Unites(s.Key) || y.today.peers == nil {
		return nil
	}
	known := float64(s.Baseline.Exposure) + float64(s.Baseline.Silent) + v.Exposure(1, series.ViewDays)
	if !y.today.isNew(a) && known >= peersWorth {
		return nil
	}
	grade := y.gradeOf(a)
	of := y.today.peers[s.Key.Signal]
	if g := slices.Index(accounts.Grades, grade); g >= 0 && of[g] != nil {
		return of[g]
	}
	return of[len(accounts.Grades)]
}

// isNew tells whether an account came lately. Of those that were there when the
// log began nobody knows how long they have been.
func (d *daylight) isNew(a *account) bool {
	return a.closed-a.First <= newDays && a.First >= d.began+peersWorth
}

// byGrade are the peers of a signal, in the order of the grades; all of them
// last.
type byGrade [6]*peer

func (e *Engine) unpackPeers(list []peer) []byGrade {
	if len(list) == 0 {
		return nil
	}
	of := make([]byGrade, len(e.signals.Rules))
	for i := range list {
		q := &list[i]
		id, ok := e.signals.Index[q.signal]
		if !ok {
			continue
		}
		g := slices.Index(accounts.Grades, q.grade)
		if g < 0 {
			g = len(accounts.Grades)
		}
		of[id][g] = q
	}
	return of
}

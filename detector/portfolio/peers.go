package portfolio

import (
	"math/bits"
	"slices"

	"firstsign/accounts"
	"firstsign/detector/series"
	"firstsign/signals"
)

// A new account has no habit yet. It is compared with its peers, the accounts of the
// same grade. What is usual of them is a gamma prior of the rate of days with contact,
// with the mean and the variance of their rates (empirical Bayes: Robbins 1956; for
// rates of a Poisson process Gaver and O'Muircheartaigh 1987).

// Peer is what is usual for a signal among the accounts of a grade.
type Peer struct {
	signal string
	grade  accounts.Grade // empty: of all grades
	series.Prior
}

const (
	// PeersWorth is the most exposure, in days, that its peers are worth beside an
	// account's own.
	PeersWorth = 28
	// leastShape is the shape of peers that have hardly anything in common.
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
func (t *peerSums) peer(signal string, grade accounts.Grade) *Peer {
	if t.members < series.FewestAccounts || t.days == 0 {
		return nil
	}
	n := float64(t.members)
	mean := float64(t.rates) / series.Whole / n
	variance := float64(t.squares)/series.Whole/series.Whole/n - mean*mean
	shape := PeersWorth * mean
	if variance > 0 {
		shape = max(leastShape, min(shape, mean*mean/variance))
	}
	return &Peer{signal, grade, series.Prior{Rate: float32(mean), Shape: float32(shape), Each: float32(float64(t.counts) / float64(t.days))}}
}

// peerTotals sum up peers by signal, and in it by grade; all grades last.
type peerTotals struct {
	*Close
	sums  [][]peerSums
	spans []exposureOf // by signal
	began signals.Day  // first day of any account
}

// findPeers says what is usual among the accounts, for each count of theirs and each
// grade.
func (s *Summary) findPeers(c *Close) {
	all := series.SideBySide(c.Accounts, func(some series.Members) *peerTotals {
		t := s.newPeerTotals(c)
		for n, a := range some {
			t.began = min(t.began, a.First)
			t.add(n, a)
		}
		return t
	})
	t := all[0]
	for _, o := range all[1:] {
		t.join(o)
	}
	s.Began, s.peers = t.began, t.list(s.shapes)
}

// newPeerTotals have summed up nothing yet.
func (s *Summary) newPeerTotals(c *Close) *peerTotals {
	t := &peerTotals{c, make([][]peerSums, len(c.Signals.Rules)), make([]exposureOf, len(c.Signals.Rules)), c.Day}
	for i := range s.shapes {
		id := c.Signals.Index[s.shapes[i].signal]
		t.sums[id] = make([]peerSums, len(accounts.Grades)+1)
		t.spans[id].shape = &s.shapes[i]
	}
	return t
}

// join adds the sums of other accounts.
func (t *peerTotals) join(o *peerTotals) {
	t.began = min(t.began, o.began)
	for id := range t.sums {
		for g := range t.sums[id] {
			t.sums[id][g].join(&o.sums[id][g])
		}
	}
}

func (t *peerSums) join(o *peerSums) {
	t.members += o.members
	t.rates += o.rates
	t.squares += o.squares
	t.days += o.days
	t.counts += o.counts
}

// add takes in one account. One that was silent on all the days that are kept is left
// out: it is gone.
func (t *peerTotals) add(number int, a *series.Set) {
	lo := t.lo()
	if !a.Lively(lo) {
		return
	}
	could := uint64(1<<series.ViewDays-1) &^ 1 &^ t.Blind
	if skip := int(a.First - lo + 1); skip >= series.ViewDays {
		return
	} else if skip > 0 {
		could &^= 1<<skip - 1
	}
	g := slices.Index(accounts.Grades, t.Grade(number))
	for i := range a.Series {
		s := &a.Series[i]
		id := s.Key.Signal
		if !t.Signals.Unites(s.Key) {
			continue
		}
		known := could & s.Known(t.Cover)
		days, counts := s.Tally(lo, known)
		x := t.spans[id].of(known)
		if x < PeersWorth*exposureSteps {
			continue
		}
		t.sums[id][len(accounts.Grades)].add(days, counts, x)
		if g >= 0 {
			t.sums[id][g].add(days, counts, x)
		}
	}
}

// list are the peers of whom there are enough, in the order of the shapes and of the
// grades.
func (t *peerTotals) list(shapes []shape) (list []Peer) {
	for i := range shapes {
		signal := shapes[i].signal
		for g, sums := range t.sums[t.Signals.Index[signal]] {
			grade := accounts.Grade("")
			if g < len(accounts.Grades) {
				grade = accounts.Grades[g]
			}
			if q := sums.peer(signal, grade); q != nil {
				list = append(list, *q)
			}
		}
	}
	return list
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

// ByGrade are the peers of a signal, in the order of the grades; all of them last.
type ByGrade [6]*Peer

// Of returns the peers of a grade, or all of them where the grade has too few; nil
// when there are too few of all.
func (b *ByGrade) Of(grade accounts.Grade) *Peer {
	if g := slices.Index(accounts.Grades, grade); g >= 0 && b[g] != nil {
		return b[g]
	}
	return b[len(accounts.Grades)]
}

// Peers returns the peers of each signal, by the signal's number; nil when there are
// none.
func (s *Summary) Peers(signals *series.Table) []ByGrade {
	if len(s.peers) == 0 {
		return nil
	}
	of := make([]ByGrade, len(signals.Rules))
	for i := range s.peers {
		q := &s.peers[i]
		id, ok := signals.Index[q.signal]
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

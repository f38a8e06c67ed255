package portfolio

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"firstsign/accounts"
	"firstsign/detector/series"
	"firstsign/detector/series/seriestest"
	"firstsign/signals"
)

// anyAccount has some series of calls, spend and moods, some of which began lately or share
// two sources.
func anyAccount(rng *rand.Rand, lo signals.Day) *series.Set {
	a := &series.Set{First: lo + signals.Day(rng.IntN(60)-30)}
	for id, kind := range []series.Kind{series.Count, series.Amount, series.Score, series.Count} {
		if rng.IntN(4) == 0 {
			continue
		}
		s := a.Take(series.Key{Signal: uint16(id), Ours: rng.IntN(9) == 0}, kind, max(a.First, lo))
		s.Source, s.Other = uint16(rng.IntN(2)), uint16(rng.IntN(2))
		if kind != series.Score {
			s.Baseline = series.Baseline{Total: float32(rng.IntN(80)), Exposure: float32(rng.IntN(80)), Days: 10}
		}
		part := rng.Float64()
		for d := s.First; d < lo+series.ViewDays; d++ {
			if rng.Float64() < part {
				s.Add(d, int64(1+rng.IntN(3)))
			}
		}
	}
	return a
}

// The census of the oldest days that is taken along with that of all days is what a census
// of these days alone would be.
func TestCensusOfTheOldestDays(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	lo := seriestest.Day(0)
	var table series.Table
	table.Index = map[string]uint16{}
	table.Apply([]series.Signal{{Name: "call"}, {Name: "spend", Kind: series.Amount}, {Name: "mood", Kind: series.Score}, {Name: "visit"}})
	for range 50 {
		var sets []*series.Set
		for range 40 {
			sets = append(sets, anyAccount(rng, lo))
		}
		c := &Close{
			Day: lo + series.JudgedDays, Calendar: &series.Calendar{}, Signals: &table, Accounts: []series.Members{slices.All(sets)},
			Blind: rng.Uint64() & rng.Uint64() & rng.Uint64(), Cover: []uint64{1<<series.ViewDays - 1, rng.Uint64() | rng.Uint64()},
		}
		oldest := *c
		oldest.Blind |= (1<<series.ViewDays - 1) &^ (1<<LearnedDays - 1)
		got, want := c.takeCensuses().then, oldest.takeCensuses().now
		for id := range table.Rules {
			for i := range LearnedDays {
				if c.Blind>>i&1 == 0 && got.exposure(id, i) != want.exposure(id, i) {
					t.Fatalf("signal %d, day %d: %g, want %g", id, i, got.exposure(id, i), want.exposure(id, i))
				}
			}
		}
		if got.weekdays != want.weekdays {
			t.Fatalf("weekdays %v, want %v", got.weekdays, want.weekdays)
		}
	}
}

// Accounts in several parts say together what they say in one.
func TestPartsAreSummedUpAlike(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	lo := seriestest.Day(0)
	table := series.Table{Index: map[string]uint16{}}
	table.Apply([]series.Signal{{Name: "call"}, {Name: "spend", Kind: series.Amount}, {Name: "mood", Kind: series.Score}, {Name: "visit", Kind: series.Event}})
	for range 20 {
		var sets []*series.Set
		for range 90 {
			sets = append(sets, anyAccount(rng, lo))
		}
		cover := []uint64{1<<series.ViewDays - 1, rng.Uint64() | rng.Uint64() | rng.Uint64()}
		summary := func(parts ...[]*series.Set) Summary {
			volumes := series.NewVolumes(len(table.Rules), lo, LearnedDays)
			c := &Close{
				Day: lo + series.JudgedDays, Calendar: &series.Calendar{}, Signals: &table, Volumes: volumes,
				Grade: func(n int) accounts.Grade { return accounts.Grades[n%len(accounts.Grades)] }, Cover: cover,
			}
			first := 0
			for _, some := range parts {
				c.Accounts = append(c.Accounts, func(yield func(int, *series.Set) bool) {
					for k, a := range some {
						if !yield(first+k, a) {
							return
						}
					}
				})
				first += len(some)
			}
			return Summarise(c)
		}
		one := summary(sets)
		if several := summary(sets[:6], sets[6:66], sets[66:]); !reflect.DeepEqual(one, several) || len(one.peers) == 0 {
			t.Fatalf("in one part %+v, in three %+v", one, several)
		}
	}
}

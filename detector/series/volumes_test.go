package series

import (
	"math/rand/v2"
	"testing"

	"firstsign/signals"
)

// anySeries is a series of the days from 0 on, lively or sparse, with small counts or any.
func anySeries(rng *rand.Rand, kind Kind) *Series {
	a := &Set{}
	s := a.Take(Key{Signal: uint16(rng.IntN(2))}, kind, 0)
	s.Baseline = Baseline{Total: float32(rng.IntN(80)), Exposure: float32(rng.IntN(80)), Days: 10}
	part, most, from := rng.Float64(), 1+rng.IntN(2)*rng.IntN(40), rng.IntN(2)*rng.IntN(RingDays)
	for d := from; d < RingDays; d++ {
		if rng.Float64() < part {
			s.Add(signals.Day(d), int64(1+rng.IntN(most)))
		}
	}
	return s
}

// What is summed up once, by signal and source, is what the series come to one by one.
func TestVolumes(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	const lo, oldest = signals.Day(3), 28
	for range 50 {
		sums := NewVolumes(2, lo, oldest)
		var bySource [3]Volume
		var all, old [2]Volume
		for range 30 {
			kind := Count
			s := anySeries(rng, kind)
			if s.Key.Signal == 1 {
				kind = Amount
			}
			source := rng.IntN(3)
			s.Source, s.Other = uint16(source), uint16(source)
			if !sums.Holds(&Set{First: lo - 1}, s) {
				t.Fatal("a series that is as old as can be")
			}
			sums.Add(s, kind)
			bySource[source].Add(s, kind, lo, wholeView)
			if source != 1 {
				all[s.Key.Signal].Add(s, kind, lo, wholeView)
				old[s.Key.Signal].Add(s, kind, lo, 1<<oldest-1)
			}
		}
		var gotBySource [3]Volume
		sums.BySource(gotBySource[:])
		if gotBySource != bySource {
			t.Fatal("the sums of the sources differ")
		}
		var got, gotOld [2]Volume
		for signal := range got {
			sums.OfSignal(signal, func(source uint16) bool { return source != 1 }, &got[signal], &gotOld[signal])
		}
		if got != all || gotOld != old {
			t.Fatal("the sums of the signals differ")
		}
	}
}

// A series that began within the view, or that two sources tell of, is summed up by itself.
func TestVolumesHold(t *testing.T) {
	v := NewVolumes(1, 10, 28)
	for name, s := range map[string]Series{
		"two sources": {Source: 1, Other: 2}, "ours": {Key: Key{Ours: true}}, "a contact's": {Key: Key{Contact: 1}},
		"one of many sources": {Source: mostSources, Other: mostSources},
	} {
		if v.Holds(&Set{First: 3}, &s) {
			t.Error(name)
		}
	}
	if s := (&Series{}); v.Holds(&Set{First: 10}, s) || (*Volumes)(nil).Holds(&Set{First: 3}, s) || !v.Holds(&Set{First: 9}, s) {
		t.Error("only accounts from before the view are held, and by nobody none")
	}
}

// A tally of some days is that of each of them.
func TestTally(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 10))
	for range 500 {
		s := anySeries(rng, Count)
		lo, among := signals.Day(rng.IntN(8)), rng.Uint64()|rng.Uint64()
		var wantDays, wantCounts int64
		for i := range RingDays {
			if n := s.At(Slot(lo + signals.Day(i))); n != 0 && among>>i&1 == 1 {
				wantDays, wantCounts = wantDays+1, wantCounts+n
			}
		}
		if days, counts := s.Tally(lo, among); days != wantDays || counts != wantCounts {
			t.Fatalf("%d on %d days, want %d on %d", counts, days, wantCounts, wantDays)
		}
	}
}

// The leaving day alone is seen as it is among all days.
func TestFillLeaving(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 12))
	for range 500 {
		s := anySeries(rng, Score)
		s.First, s.Key = signals.Day(rng.IntN(3)), Key{}
		d := Exposure{Lo: signals.Day(rng.IntN(3)), Known: (rng.Uint64() | rng.Uint64()) & wholeView, BySignal: make([]Shape, 1)}
		sh, year := &d.BySignal[0], new([ViewDays]float64)
		for i := range ViewDays {
			sh.X[i], year[i] = float64(rng.IntN(80))/50, rng.Float64()
			sh.Weekdays[d.Weekday(i)] += sh.X[i]
			sh.Total += sh.X[i]
		}
		if rng.IntN(2) == 0 {
			year = nil
		}
		got, want := View{X: [ViewDays]float64{7}, N: [ViewDays]float64{7}}, View{}
		got.FillLeaving(s, &d, year)
		want.Fill(s, &d, year, true)
		if got.X[0] != want.X[0] || got.N[0] != want.N[0] || got.Seen != want.Seen || got.Lo != want.Lo {
			t.Fatalf("%+v, want %+v", got, want)
		}
	}
}

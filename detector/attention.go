package detector

import (
	"math/bits"

	"firstsign/detector/series"
	"firstsign/signals"
)

// Whether we neglect an account can be said only where what we do is written
// down. So what we do for all accounts together decides on which days it is known.

const (
	// loggedShare is the part of what is owed to all accounts that must be in the
	// log: where it is less, it is the log that is not kept.
	loggedShare = 0.25
	// darkDeeds are how many of a duty must be missing on days without any, to say
	// that they were not written down: chance alone leaves out seven once in a
	// thousand times.
	darkDeeds = 7
)

// attention are the days of the view on which what we did of a duty is known.
func (e *Engine) attention(p *portfolio, cover []uint64) (known [duties]uint64) {
	for d := range duties {
		known[d] = e.knownDays(d, p.day-series.JudgedDays, (1<<series.ViewDays-1)&^p.blind, cover)
	}
	return known
}

func (e *Engine) knownDays(d duty, lo signals.Day, known uint64, cover []uint64) uint64 {
	if len(e.rules.Care.Owed) == 0 {
		return 0
	}
	var deeds [series.ViewDays]int
	var owedDays, done int64
	covered := known
	for _, a := range e.accounts {
		if a.Guest {
			continue
		}
		grade := e.gradeOf(a)
		if owed := e.owed(a, d, grade); owed > 0 {
			owedDays += int64(owed) * int64(bits.OnesCount64(known&a.Existed(lo)))
		}
		for i := range a.Series {
			s := &a.Series[i]
			if !e.fulfils(s, d) {
				continue
			}
			m := series.Since(s.Active, lo) & known
			if m != 0 {
				covered &= s.Known(cover)
			}
			for ; m != 0; m &= m - 1 {
				k := bits.TrailingZeros64(m)
				deeds[k] += int(s.Days.At(series.Slot(lo + signals.Day(k))))
			}
		}
	}
	for _, n := range deeds {
		done += int64(n)
	}
	if owedDays == 0 || float64(done)*CareDays < loggedShare*float64(owedDays) {
		return 0
	}
	return covered &^ e.dark(&deeds, covered, lo)
}

// dark are the days of stretches without any deed, where as many were to be
// expected by the same weekdays that it cannot be chance.
func (e *Engine) dark(deeds *[series.ViewDays]int, known uint64, lo signals.Day) (dark uint64) {
	var usual, days [7]float64
	for m := known; m != 0; m &= m - 1 {
		d := lo + signals.Day(bits.TrailingZeros64(m))
		usual[d.Weekday()] += float64(deeds[d-lo])
		days[d.Weekday()] += e.holiday(d)
	}
	run, missing := uint64(0), 0.0
	for i := range series.ViewDays + 1 {
		if i < series.ViewDays && (known>>i&1 == 0 || deeds[i] == 0) {
			d := lo + signals.Day(i)
			run |= 1 << i
			if known>>i&1 == 1 && days[d.Weekday()] > 0 {
				missing += usual[d.Weekday()] / days[d.Weekday()] * e.holiday(d)
			}
			continue
		}
		if missing >= darkDeeds {
			dark |= run
		}
		run, missing = 0, 0
	}
	return dark
}

// windows are the first days of the windows of CareDays that end with the
// closed day and some days before, as indexes; 0 where not so many are known.
func (e *Engine) windows(p *portfolio) (from [duties][caredDays]uint8) {
	lo := p.day - series.JudgedDays
	for d := range duties {
		for k := range caredDays {
			left := CareDays - 0.5 // halves of holidays need not add up
			for i := series.ViewDays - 1 - k; i > 0 && left > 0; i-- {
				if p.tended[d]>>i&1 == 1 {
					left -= e.holiday(lo + signals.Day(i))
				}
				if left <= 0 {
					from[d][k] = uint8(i)
				}
			}
		}
	}
	return from
}

// answered is the day since which answers to complaints are written down, 0
// when none ever was: nobody could tell which of those before were answered.
func (e *Engine) answered() (since signals.Day) {
	for _, a := range e.accounts {
		for i := range a.Series {
			s := &a.Series[i]
			if r := &e.signals.Rules[s.Key.Signal]; !a.Guest && r.On && r.Name == resolvedName && (since == 0 || s.First < since) {
				since = s.First
			}
		}
	}
	return since
}

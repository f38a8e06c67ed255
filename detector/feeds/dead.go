package feeds

import (
	"firstsign/detector/series"
	"firstsign/signals"
)

// A source is dead on a day with less than 1/deadShare of its usual accounts, of
// which there are at least series.FewestAccounts. Of 20 accounts that leaves at most
// 2, which chance alone does on one day in a million. It is back with 1/backShare.
const (
	deadShare = 10
	backShare = 3
)

// findDead goes through the days of a view and marks those on which the source was
// dead as unknown. A backfill that brings them back makes them known again.
func (j *judge) findDead(f *Feed, active *[series.ViewDays]uint32, before *Feed, b *heartbeats) {
	dense := f.dense()
	dead, since := false, j.lo
	if before != nil && before.State == Dead && before.Since < j.lo {
		dead, since = true, before.Since
	}
	for i, n := range active {
		d := j.lo + signals.Day(i)
		if j.Blind>>i&1 == 1 {
			continue
		}
		usual := j.usualOn(f, d)
		switch {
		case dense && !dead && usual >= series.FewestAccounts && n*deadShare < usual,
			!dense && !dead && b != nil && d > b.first && n == 0 && !b.on(d):
			dead, since = true, d
		case dense && dead && n > 0 && n*backShare >= usual,
			!dense && dead && (n > 0 || b.on(d)):
			dead = false
		}
		if dead {
			f.Cover &^= 1 << i
		}
	}
	switch {
	case dead:
		f.fail(Dead, since, before)
	case dense || b != nil:
		f.State = Alive
	}
}

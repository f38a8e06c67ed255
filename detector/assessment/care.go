package assessment

import (
	"firstsign/detector/account"
	"firstsign/detector/evidence"
	"firstsign/detector/finding"
	"firstsign/detector/relations"
	"firstsign/detector/series"
	"firstsign/signals"
)

// OwedTo returns what we owe an account. We owe nothing to one that is no longer listed.
func (y *Yardstick) OwedTo(a *account.Account) (owed relations.Owed) {
	if y.Directory != nil && y.Listed([]byte(a.ID)) == nil {
		return owed
	}
	return y.Care.Owed[y.GradeOf(a)]
}

// CareReasons returns what we owe an account, and the key events that it did not come
// to. read is the day on which people read them. all includes what is in order.
func (y *Yardstick) CareReasons(a *account.Account, read signals.Day, all bool) []finding.Reason {
	if y.Today == nil {
		return nil
	}
	facts := y.Dues(a, read, all)
	if x, ok := y.Today.Care.Attendance(&a.Set, all); ok {
		facts = append(facts, careReason(&x))
	}
	return facts
}

// Dues returns what we owe an account and did not do, and the complaint that waits. With
// all it includes what we did. A complaint's days are counted to the day on which people
// read them.
func (y *Yardstick) Dues(a *account.Account, read signals.Day, all bool) (facts []finding.Reason) {
	kept := a.Tended()
	for _, x := range y.Today.Care.Dues(&a.Set, &kept, y.OwedTo(a), all) {
		fact := careReason(&x)
		if x.Without != "" {
			fact.Window = int(read - x.Since)
		}
		facts = append(facts, fact)
	}
	return facts
}

func careReason(x *relations.Due) finding.Reason {
	return finding.Reason{Signal: x.Signal, Side: series.Ours, Term: evidence.Norm, Window: x.Window, From: x.From, To: x.To, Since: x.Since, Without: x.Without}
}

package assessment

import "math"

// restPrice in nats is how much stronger the evidence of a dormant account must be: its
// longest silences still rank first, and its pauses raise nothing. Chosen on the dev
// accounts of the benchmark's sets.
const restPrice = 1.5

// resting is the evidence of a dormant account's habit: what it was when it became
// dormant, unless it is much more by now.
func (j *Assessment) resting() float64 {
	return max(float64(j.account.Floor), j.fusion.Habit()-restPrice)
}

// Evidence is the account's evidence in nats. Nobody knows how rare a pattern is, or bad
// news in the files. So each is worth just enough to open an episode of the account's
// grade.
func (j *Assessment) Evidence() float32 {
	var nats float64
	if j.dormant {
		nats = max(j.resting(), j.fusion.Alone())
	} else {
		nats = j.fusion.Nats()
	}
	evidence := float32(nats)
	if news, _ := j.badNews(); len(j.matches)+len(news) == 0 {
		return evidence
	}
	t := j.by.Threshold(j.account, j.closed)
	// Rounded up, so that the risk does not fall below when the pattern ends.
	worth := math.Nextafter32(float32(j.by.Exceedance.Evidence(t.Raise)), math.MaxFloat32)
	if j.ruled = worth > evidence; j.ruled {
		return worth
	}
	return evidence
}

// Informed tells whether there is anything to judge by: something is known of the closed
// day, a pattern holds, or there is bad news in the files.
func (j *Assessment) Informed() bool {
	news, _ := j.badNews()
	return j.open || len(j.matches)+len(news) > 0
}

// Conclude stores the evidence of a closed day in the account. It tells whether the
// evidence changed.
func (j *Assessment) Conclude() (changed bool) {
	a := j.account
	evidence := j.Evidence()
	// While an account is silent its risk never falls.
	if j.contact <= a.FloorDay {
		evidence = max(evidence, a.Floor)
	}
	if j.dormant {
		a.Floor = float32(j.resting())
	} else {
		a.FloorDay, a.Floor = max(a.FloorDay, j.contact), evidence
	}
	changed = a.Evidence != evidence
	a.Evidence = evidence
	return changed
}

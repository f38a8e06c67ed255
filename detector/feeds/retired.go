package feeds

import (
	"firstsign/detector/series"
	"firstsign/signals"
)

// A person retires a failing source that will not come back by labelling its alert
// as expected. Until then its accounts are blind and its alert stays open. The series
// of a retired source are not judged. Where another source brings the same signal,
// they belong to that source alone. When a retired source brings anything again, it
// begins anew.

// sameFailure in days: partitions notice a failure on different days, and an answer
// to the alert of one partition holds for all.
const sameFailure = 7

// Answer notes what a person says of the alert of a failing source.
func (s *Sources) Answer(alert string, label signals.Label, now *Judgement) {
	source, since, ok := parseFailureID(alert)
	if !ok {
		return
	}
	f := now.Find(source)
	switch {
	case !f.fails() || f.Since < since-sameFailure || f.Since > since+sameFailure:
	case label == signals.Expected:
		s.givenUp[source] = f.Since
	default:
		delete(s.givenUp, source)
	}
}

// ForgetAnswers drops the answers about failures that are over.
func (s *Sources) ForgetAnswers(now *Judgement) {
	for name, since := range s.givenUp {
		if f := now.Find(name); !f.fails() || f.Since != since {
			delete(s.givenUp, name)
		}
	}
}

// stayRetired tells whether a source is retired at a close, and makes it so. A
// person must have said so during this failure. It stays retired as long as nothing
// comes after the close before.
func (j *judge) stayRetired(f *Feed) bool {
	before := j.Before.Find(f.Source)
	switch {
	case before.IsRetired() && j.cameBack(f.Source):
		f.restart(j.Day)
		return false
	case before.IsRetired(), before.fails() && f.fails() && j.Sources.givenUp[f.Source] == before.Since:
		since := before.Since
		f.restart(0)
		f.State, f.Since, f.Cover = Retired, since, 0
		return true
	}
	return false
}

// cameBack tells whether a source brought anything after the close before.
func (j *judge) cameBack(source string) bool {
	flow := &j.flows[j.Sources.index[source]]
	return flow.anyAfter(j.Before.Day-j.lo) || j.Sources.beatBetween(source, j.Before.Day, j.Day)
}

// HandBack gives an account's series of retired sources to the other source that
// brings them. retired is by the source's number; it may be shorter than the sources.
func HandBack(a *series.Set, retired []bool) {
	is := func(source uint16) bool { return int(source) < len(retired) && retired[source] }
	for i := range a.Series {
		if s := &a.Series[i]; is(s.Source) && !is(s.Other) {
			s.Source, s.Other = s.Other, s.Source
		}
	}
}

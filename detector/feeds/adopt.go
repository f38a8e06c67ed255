package feeds

// Adopt makes what people were told of failing sources that of other judgements. What
// those have told is not told again, and what they have not is. A source that fails here
// as well keeps the day under which it was told, that of the last judgement. Adopt
// returns the failures that are none here.
func (j *Judgement) Adopt(theirs ...*Judgement) (unknown []Feed) {
	for i := range j.Feeds {
		j.Feeds[i].Told = false
	}
	j.Quiet.Told = false
	for _, t := range theirs {
		for i := range t.Feeds {
			if f := &t.Feeds[i]; f.Told && f.fails() && !j.take(f, false) {
				unknown = append(unknown, *f)
			}
		}
		if t.Quiet.Told {
			j.Quiet = t.Quiet
		}
	}
	return unknown
}

// End takes over a failure that is none here, so that the next close tells that it is
// over. It does nothing for a source that is not known.
func (j *Judgement) End(failure *Feed) { j.take(failure, true) }

func (j *Judgement) take(failure *Feed, anyway bool) bool {
	f := j.Find(failure.Source)
	if f == nil || !anyway && !f.fails() {
		return false
	}
	f.State, f.Since, f.Told = failure.State, failure.Since, true
	return true
}

// Adopt takes over the sources whose records were on the wrong partition elsewhere.
func (m Misrouted) Adopt(theirs Misrouted) {
	for source, n := range theirs {
		known := *n
		m[source] = &known
	}
}

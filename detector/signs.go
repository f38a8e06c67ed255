package detector

// countSigns counts what an interaction of theirs says beside what it is, once
// for each sign whose signal there is. An interaction is no sign of itself: a
// complaint in whose text they complain is one.
func (e *Engine) countSigns(a *account, o *observation) {
	if e.rules.Reader == nil {
		return
	}
	e.signs = e.rules.Reader.Signs(o.in, e.signs[:0])
	sign := *o
	for _, s := range e.signs {
		id, ok := e.signals.Index[s.Signal]
		if !ok || id == o.rule.ID || !e.signals.Rules[id].On {
			continue
		}
		sign.rule = &e.signals.Rules[id]
		if sign.steps, ok = sign.rule.StepsOf(s.Value); ok && !sign.rule.Ours(o.in) {
			e.tally(a, &sign, false)
		}
	}
}

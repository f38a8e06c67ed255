package detector

// shrink looks for a fall of an amount: the same windows as a count's, in
// units of what a day with any usually brings, so that one large order is not
// a hundred small ones.
func (p *pace) shrink(v *view) (t term, ok bool) {
	days := float64(p.days) + v.contacts(viewDays-1)
	total := float64(p.total) + v.counted(1, viewDays)
	if days < fewestContacts || total <= 0 {
		return term{kind: Shrink}, false
	}
	t, ok = p.drop(v, total/days, true)
	t.kind = Shrink
	return t, ok
}

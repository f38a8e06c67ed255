package messagecheck

import (
	"fmt"
	"slices"

	"firstsign/alerting/message"
	"firstsign/detector"
	"firstsign/detector/series"
	"firstsign/signals"
)

// barsAreOff counts the weeks of a picture again. Of a week with a blind day that is longer
// ago than the days are kept, less may be there.
func barsAreOff(m *told, _ message.Language) string {
	p := m.finding.Pictured
	if p == nil || p.Kind != series.Count {
		return ""
	}
	h, fits := p.HalfYear(), of(p.Signal, p.Contact, p.Side == detector.Ours)
	happened := func(from, to signals.Day) (n float64) {
		for i := range m.record.events {
			if e := &m.record.events[i]; e.day >= from && e.day <= to && fits(e) && !slices.Contains(p.Blind, e.day) {
				n++
			}
		}
		return n
	}
	for _, w := range h.Weeks {
		if n := happened(w.First, w.First+6); n != w.Actual {
			return fmt.Sprintf("%g of %s in the week from %s, and %g happened", w.Actual, p.Signal, w.First, n)
		}
	}
	for _, w := range h.Past {
		if n := happened(w.First, w.Last); w.Known && (w.Actual > n || w.Whole && n != w.Actual) {
			return fmt.Sprintf("%g of %s from %s to %s, and %g happened", w.Actual, p.Signal, w.First, w.Last, n)
		}
	}
	return ""
}

// changeIsOff compares the mark with the reason of the same series.
func changeIsOff(m *told, _ message.Language) string {
	p := m.finding.Pictured
	if p == nil || p.ChangedOn == nil {
		return ""
	}
	for i := range m.finding.Reasons {
		r := &m.finding.Reasons[i]
		if r.Signal != p.Signal || r.Contact != p.Contact || r.Side != p.Side || r.Term == detector.Rule {
			continue
		}
		since := r.Since
		if r.Term.NothingCame(r.To) {
			since++
		}
		if since != *p.ChangedOn && !r.Older {
			return fmt.Sprintf("the mark is on %s, and the reason says %s: %+v", *p.ChangedOn, r.Since, *r)
		}
		return ""
	}
	return ""
}

package portfolio

import (
	"firstsign/alerting/message"
	"firstsign/signals"
)

// turnover tells which accounts became key, and which are key no more. The accounts are those
// of the longest time that is known.
func (w *writer) turnover() {
	r := w.report
	if r.Filter.Grade != "" || !r.Surveyed || r.Lacking.Directory {
		return
	}
	for i := range r.Turnover {
		t := &r.Turnover[i]
		w.Page.Turnover = append(w.Page.Turnover, w.TurnoverOf(t.Key, t.Left, t.Joined, weeksBefore(r, t.Since)))
		if t.Known < r.Accounts {
			w.Page.Turnover = append(w.Page.Turnover, w.TurnoverKnown(t.Known, r.Accounts))
		}
		if t.Left+t.Joined > 0 {
			w.Page.KeyLeft, w.Page.KeyJoined = w.moved(t.Left, t.WhoLeft), w.moved(t.Joined, t.WhoJoined)
		}
	}
	if len(r.Turnover) < len(turnoverDays) {
		since := ""
		if r.GradesSince != nil {
			since = message.DateText(w.language, *r.GradesSince)
		}
		w.Page.Turnover = append(w.Page.Turnover, w.TurnoverUnknown(int(turnoverDays[len(r.Turnover)]/7), since))
	}
}

func weeksBefore(r *Report, d signals.Day) int { return int(r.today-d) / 7 }

func (w *writer) moved(total int, some []Moved) List {
	list := List{Total: total, More: w.more(total, len(some))}
	for i := range some {
		m := &some[i]
		row := w.listRow(&m.Listed)
		if m.On != nil {
			row.Facts[0] = w.GradeSince(row.Facts[0], message.DateText(w.language, *m.On))
		} else {
			row.Facts[0] = w.GradeNew(row.Facts[0])
		}
		if now, before := w.amount(m.Sales), w.amount(m.Before); now != "" && before != "" {
			row.Texts = []string{w.Sales(now, before, change(m.Sales/m.Before-1))}
		}
		list.Rows = append(list.Rows, row)
	}
	return list
}

// change writes by which part something grew or fell.
func change(part float64) string {
	switch {
	case part >= 0.005:
		return "+" + percent(part)
	case part <= -0.005:
		return "−" + percent(-part)
	}
	return percent(0)
}

package series

import "firstsign/signals"

// Week is a calendar week that has left the ring, or the part of one that has.
type Week struct {
	First, Last signals.Day
	Known       bool  // of one day at least
	Partly      bool  // of some of the days nothing is known
	Steps       int64 // what was counted, in steps of the signal's resolution; of a score the mean
}

// RiskWeek is the risk of a calendar week.
type RiskWeek struct {
	First, Last signals.Day
	End         float64 // evidence at the close of the last day, in nats
	Highest     float64 // at the close of any of its days
}

// sundayBefore is the last Sunday up to a day.
func sundayBefore(d signals.Day) signals.Day { return d - signals.Day(d.Weekday()) }

// Of returns the weeks of the series with a number, the oldest first. closed is the last
// closed day of the account.
func (w Weeks) Of(number int, s *Series, closed signals.Day) (list []Week) {
	r := Reader{Rest: w[w.riskSize():]}
	var p pastSeries
	for range number + 1 {
		if p = (pastSeries{}); len(r.Rest) == 0 {
			return nil // begun since
		}
		p.read(&r)
	}
	left := closed - JudgedDays
	monday := sundayBefore(left) + 1 // of the open week
	for i := p.weeks - 1; i >= 0; i-- {
		first := monday - signals.Day(7*(i+1))
		list = append(list, Week{
			First: max(first, s.First), Last: first + 6,
			Known: p.unknown>>i&1 == 0, Partly: p.partly>>i&1 == 1, Steps: p.values[i],
		})
	}
	if first := max(monday, s.First); first <= left {
		list = append(list, Week{
			First: first, Last: left, Known: p.known > 0 && (!p.mean || p.seen > 0), Partly: p.known < int(left-first+1), Steps: p.open(),
		})
	}
	return list
}

// Risk returns the complete weeks, the oldest first, and the one that goes on. closed is
// the last closed day of the account, at whose end there was so much evidence.
func (w Weeks) Risk(closed signals.Day, evidence float32) (list []RiskWeek) {
	if len(w) == 0 {
		return nil
	}
	var p pastRisk
	p.read(&Reader{Rest: w})
	monday := sundayBefore(closed) + 1
	for i := p.weeks - 1; i >= 0; i-- {
		first := monday - signals.Day(7*(i+1))
		end := float64(p.ends[i]) * evidenceStep
		list = append(list, RiskWeek{First: first, Last: first + 6, End: end, Highest: end + float64(p.excess[i])*evidenceStep})
	}
	if monday <= closed {
		end := float64(evidence)
		list = append(list, RiskWeek{First: monday, Last: closed, End: end, Highest: max(end, float64(p.most)*evidenceStep)})
	}
	return list
}

// Remove drops the record of the series with a number.
func (w *Weeks) Remove(number int) {
	at := w.riskSize()
	for range number {
		if at == len(*w) {
			return // begun since
		}
		_, size := (*w)[at:].sumOf()
		at += size
	}
	if at == len(*w) {
		return
	}
	_, size := (*w)[at:].sumOf()
	*w = append((*w)[:at], (*w)[at+size:]...)
}

// Encode appends the weeks.
func (w Weeks) Encode(to *Writer) {
	to.Uint(uint64(len(w)))
	to.Bytes = append(to.Bytes, w...)
}

// DecodeWeeks reads what Encode wrote, of so many series at most.
func DecodeWeeks(r *Reader, most int) Weeks {
	text := r.Text()
	if text == "" {
		return nil
	}
	w := Weeks(text)
	rest := Reader{Rest: w}
	new(pastRisk).read(&rest)
	for ; len(rest.Rest) > 0; most-- {
		new(pastSeries).read(&rest)
	}
	if rest.Err != nil || most < 0 {
		r.Fail("no weeks of an account")
		return nil
	}
	return w
}

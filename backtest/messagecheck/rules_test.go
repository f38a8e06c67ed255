package messagecheck

import (
	"fmt"
	"slices"
	"strings"

	"firstsign/alerting/message"
	"firstsign/detector"
	"firstsign/signals"
)

// rule is what no message may break.
type rule struct {
	name     string
	sentence string
	// breaks says how a message breaks it; empty when it does not.
	breaks func(*told, message.Language) string
}

var rules = []rule{
	{"verdict", "A verdict rests on our share and on purchases since the fall, not on older ones, and says when our share was noted.", verdictIsOlder},
	{"taken over", "Who has taken over contact is in touch with us by now.", successorIsSilent},
	{"in total", "Nobody buys as much as before who has bought nothing for some days.", buysNothing},
	{"agrees", "A verdict does not say the contrary of a reason beside it.", verdictContradicts},
	{"complaints", "Complaints are to be settled only where one waits.", noComplaintWaits},
	{"one number", "A silence is counted to the day of the message, and has one number in it.", silenceIsOff},
	{"rarity", "Nothing is rarer than the history of the account can show.", tooRare},
	{"not seen", "What was not seen before did not happen before.", wasSeen},
	{"came", "What came so often since a day came on that day, and so often from it on.", cameOtherwise},
	{"advice", "Advice fits the newest fact: whom to meet is there, and who took over is the one to ask.", adviceIsOld},
	{"told again", "An alert that is told again says something new in its headline, or when it was told before.", nothingNew},
	{"fortnight", "An alert is told again at most once a fortnight, but for a rule or a file that says something that day.", tooSoon},
	{"bars", "The bars of a picture are what happened on days of which all is known.", barsAreOff},
	{"change", "A picture marks the change on the day that the message says.", changeIsOff},
}

// ofPurchases are sentences on what an account buys: the verdicts.
var (
	saysDefection = []string{"It looks like defection", "疑似流失"}
	saysDownturn  = []string{"It looks like a downturn", "疑似需求下滑"}
	saysEarly     = []string{"It looks like early defection", "疑似早期流失"}
)

// fresh is for how many days nobody could know of a fall.
const fresh = 10

func verdictIsOlder(m *told, l message.Language) string {
	r := m.record
	if r.fell == 0 || r.fell > m.day-fresh || !m.says(slices.Concat(saysDefection, saysDownturn, saysEarly)...) {
		return ""
	}
	falls := "order"
	if m.says(saysEarly...) {
		falls = "contact"
	}
	fell := r.fellAfter(of(falls, "", false))
	noted := r.last(m.finding.Time, of("share_of_wallet", "", false))
	if noted < fell-fresh {
		return fmt.Sprintf("the share was noted last on %s, the fall began on %s", noted, fell)
	}
	if !m.saysNoted(l, m.day) && !m.saysNoted(l, m.day-1) {
		return fmt.Sprintf("it does not say that the share was noted last on %s", noted)
	}
	if last := r.last(m.finding.Time, of("order", "", false)); last < fell && m.says(saysEarly...) {
		return fmt.Sprintf("the last order was on %s, the fall began on %s", last, fell)
	}
	return ""
}

// saysNoted tells whether a message names the last day before another on which the share
// was noted. A message may come before the day before it has closed.
func (m *told) saysNoted(l message.Language, before signals.Day) bool {
	day := message.DateText(l, m.record.lastDay(before, of("share_of_wallet", "", false)))
	return m.says("(share last noted on "+day, "（份额最近一次记录于"+day)
}

// goneDays without contact make somebody silent.
const goneDays = 14

func successorIsSilent(m *told, l message.Language) string {
	for _, id := range m.successors(l) {
		if last := m.record.last(m.finding.Time, inTouch(id)); daysSince(m.day, last) > goneDays {
			return fmt.Sprintf("%s was in touch last on %s", id, last)
		}
		if slices.ContainsFunc(m.silences(l), func(s silence) bool { return m.contactID(s.contact) == id }) {
			return id + " is told of as silent"
		}
	}
	return ""
}

func buysNothing(m *told, l message.Language) string {
	if !m.says("in total they buy as much as before", "while purchases and our share are still as before", "orders still come",
		"采购总额与以往持平", "采购额与我方份额尚与以往持平", "采购尚未减少", "趁订单尚在") {
		return ""
	}
	for _, s := range m.silences(l) {
		if s.signal == "order" || s.signal == "spend" || s.signal == "contact" && s.contact == "" {
			return s.line
		}
	}
	return ""
}

func verdictContradicts(m *told, _ message.Language) string {
	fell := func(signals ...string) bool {
		return slices.ContainsFunc(m.finding.Reasons, func(r detector.Reason) bool {
			return r.Side == detector.Theirs && r.Contact == "" && slices.Contains(signals, r.Signal) && r.Sign() && r.Term != detector.Rule && (r.Term == detector.Gap || r.To <= 0.8*r.From)
		})
	}
	switch {
	case m.says(saysEarly...) && fell("order", "spend", "share_of_wallet"):
		return "an early defection, and purchases or our share fell"
	case m.says(saysDownturn...) && fell("share_of_wallet"):
		return "a downturn, and our share fell"
	}
	return ""
}

func noComplaintWaits(m *told, _ message.Language) string {
	asks := m.says("settle their complaint", "Have the complaint answered", "解决其投诉", "今天就答复投诉")
	if asks && !m.record.waits(m.finding.Time) {
		return "no complaint waits"
	}
	return ""
}

func silenceIsOff(m *told, l message.Language) string {
	for _, s := range m.silences(l) {
		last := m.record.last(m.finding.Time, of(s.signal, m.contactID(s.contact), s.ours))
		n := daysSince(m.day, max(last, s.after))
		if s.atLeast && s.days >= n || !s.atLeast && s.days != n {
			return fmt.Sprintf("%q, and the last was on %s, %d days before %s", s.line, last, n, m.day)
		}
	}
	for _, w := range m.waits(l) {
		if n := daysSince(m.day, w.since); n != w.days {
			return fmt.Sprintf("%q on %s, that is %d days", w.line, m.day, n)
		}
	}
	return ""
}

func tooRare(m *told, l message.Language) string {
	if days := m.rarest(l); days > m.age()+16 { // a number of months is rounded
		return fmt.Sprintf("once in %.0f days, after %.0f", days, m.age())
	}
	return ""
}

// wasSeen looks at what the reasons mean by "not seen".
func wasSeen(m *told, l message.Language) string {
	if !notSeen.MatchString(m.texts[l].Body) {
		return ""
	}
	for i := range m.finding.Reasons {
		r := &m.finding.Reasons[i]
		text := message.ReasonText(l, r, r.Contact)
		if r.Term != detector.Incident || !notSeen.MatchString("- "+text) {
			continue
		}
		before := func(e *event) bool { return e.day < r.Since && of(r.Signal, r.Contact, false)(e) }
		if last := m.record.last(m.finding.Time, before); last != 0 {
			return fmt.Sprintf("%q, and there was one on %s", text, last)
		}
	}
	return ""
}

// cameOtherwise counts what the reasons tell of again. Of the days that are open, some may
// not have been judged yet.
func cameOtherwise(m *told, _ message.Language) string {
	for i := range m.finding.Reasons {
		r := &m.finding.Reasons[i]
		if r.Term != detector.Incident && (r.Term != detector.Rule || r.Without != "") {
			continue
		}
		came, closed, first := 0, 0, false
		for j := range m.record.events {
			e := &m.record.events[j]
			if e.day < r.Since || e.time > m.finding.Time || !of(r.Signal, r.Contact, false)(e) {
				continue
			}
			came++
			first = first || e.day == r.Since
			if e.day < m.day {
				closed++
			}
		}
		if n := int(r.To); !first || n > came || n < closed {
			return fmt.Sprintf("%d %s since %s, and %d (%d before today) came, on that day: %t", n, r.Signal, r.Since, came, closed, first)
		}
	}
	return ""
}

func adviceIsOld(m *told, l message.Language) string {
	advice := m.advice(l)
	for _, c := range m.account.Contacts {
		if !strings.Contains(strings.ReplaceAll(advice, " ", ""), strings.ReplaceAll(c.Name, " ", "")) {
			continue
		}
		if left := m.record.last(m.finding.Time, of("contact_left", c.ID, false)); left != 0 && m.record.last(m.finding.Time, inTouch(c.ID)) <= left {
			return c.Name + " has left"
		}
		successors := m.successors(l)
		gone := slices.ContainsFunc(m.silences(l), func(s silence) bool { return m.contactID(s.contact) == c.ID })
		if gone && len(successors) > 0 && !slices.Contains(successors, c.ID) {
			return c.Name + " is silent, and somebody else has taken over"
		}
	}
	return ""
}

func nothingNew(m *told, l message.Language) string {
	if m.finding.Kind != detector.RaisedAgain || m.before == nil {
		return ""
	}
	if len(m.finding.Reasons) > 0 {
		if now := &m.finding.Reasons[0]; now.Term.NothingCame(now.To) && now.Since > m.before.day {
			return "" // another silence, which happens to be as long
		}
	}
	now, then := m.texts[l].Title, m.before.texts[l].Title
	if m.headline(l) == m.before.headline(l) && m.finding.Verdict == m.before.finding.Verdict || now == then {
		return fmt.Sprintf("%q after %q", now, then)
	}
	return ""
}

func tooSoon(m *told, _ message.Language) string {
	if m.finding.Kind != detector.RaisedAgain || m.before == nil || daysSince(m.day, m.before.day) >= 14 {
		return ""
	}
	// A replay closes a day after the interactions of the next one: of two findings, the
	// one that was found first may have the later time.
	if saysRule(m, m.before) || saysRule(m.before, m) {
		return ""
	}
	return fmt.Sprintf("told on %s and on %s", m.before.day, m.day)
}

// saysRule tells whether a rule holds in one message that the other does not tell of.
func saysRule(m, other *told) bool {
	return slices.ContainsFunc(m.finding.Reasons, func(r detector.Reason) bool {
		return r.Term == detector.Rule && !slices.ContainsFunc(other.finding.Reasons, func(o detector.Reason) bool { return o.Term == r.Term && o.Rule == r.Rule })
	})
}

package message

import (
	"fmt"

	"firstsign/detector"
)

// norm says what our side owes, and what it did.
func (english) norm(r *detector.Reason) string {
	owed, done := int(r.From), int(r.To)
	if isWait(r) {
		if r.Window == 0 {
			return "complaint of " + englishDate(r.Since) + " not resolved yet"
		}
		s := fmt.Sprintf("complaint since %s not resolved for %s", englishDate(r.Since), count(r.Window, "day"))
		if owed > 0 {
			s += fmt.Sprintf(" (limit %d%s)", owed, map[bool]string{true: ", holidays not counted"}[overHolidays(r)])
		}
		return s
	}
	if r.Without != "" {
		return fmt.Sprintf("invited to %s in about a year, came to %d", count(owed, "key event"), done)
	}
	what := clean(r.Signal) + ": " + number(r.To, 0)
	switch r.Signal {
	case "visit":
		what = count(done, "visit")
	case "contact":
		what = count(done, "contact") + " of ours"
	}
	return fmt.Sprintf("%s in %s, owed %d", what, count(r.Window, "day"), owed)
}

func (english) careTitle(kind detector.FindingKind, name, what string) string {
	if kind == detector.CaredFor {
		return name + ": we do what we owe it again"
	}
	return after("We neglect "+name, ": ", what)
}

func (english) neglected(what string) string { return after("neglected by us", ": ", what) }

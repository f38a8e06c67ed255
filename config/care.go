package config

import (
	"slices"

	"firstsign/accounts"
	"firstsign/config/document"
	"firstsign/detector"
	"firstsign/internal/fault"
)

// visitName is the signal that counts as a visit when the file names none.
const visitName = "visit"

// standardCare holds when the file does not give care and its signals exist. Key-account
// managers aim at three to four visits a month for key accounts; lower grades are owed
// less.
func standardCare(list []detector.Signal) (c detector.Care) {
	if s := signalNamed(list, visitName); s != nil && canVisit(s) {
		c.Visits = []string{visitName}
		c.Owed = map[accounts.Grade]detector.Owed{
			accounts.Key: {Visits: 3}, accounts.Potential: {Visits: 2}, accounts.Ordinary: {Visits: 1}, accounts.Problem: {Visits: 1},
		}
	}
	if canAnswer(list) {
		c.ComplaintDays = 5
	}
	return c
}

func signalNamed(list []detector.Signal, name string) *detector.Signal {
	if i := slices.IndexFunc(list, func(s detector.Signal) bool { return s.Name == name }); i >= 0 {
		return &list[i]
	}
	return nil
}

// canVisit reports whether a signal can be a visit of ours.
func canVisit(s *detector.Signal) bool { return s.Kind == detector.Count && s.Side != detector.Theirs }

// canAnswer reports whether some signal shows that a complaint was answered.
func canAnswer(list []detector.Signal) bool {
	return signalNamed(list, complaintName) != nil && signalNamed(list, complaintResolved) != nil
}

// mostOwed bounds what is owed in four weeks: three a day.
const mostOwed = 84

func (c *Detector) checkCare(d *document.Document) {
	if !d.Has("care") {
		c.Care = standardCare(c.Signals)
		return
	}
	visits := false
	for _, g := range accounts.Grades {
		visits = visits || c.Care.Owed[g].Visits > 0
	}
	c.checkOwed(d)
	if visits && !d.Has("care.visits") {
		c.Care.Visits = []string{visitName}
	}
	for i, name := range c.Care.Visits {
		at := document.Item("care.visits", i)
		switch s := c.signalOf(d, at, name); {
		case s == nil:
		case !canVisit(s):
			d.Note(at, "%s is no visit of ours: a visit is a count with side ours or direction", name)
		case slices.Contains(c.Care.Visits[:i], name):
			d.Note(at, "signal %q stands here twice", name)
		}
	}
	switch {
	case c.Care.ComplaintDays < 0 || c.Care.ComplaintDays > detector.LongestComplaint:
		d.Note("care.complaint_days", "must be between 0 (no limit) and %d", detector.LongestComplaint)
	case c.Care.ComplaintDays > 0 && !canAnswer(c.Signals):
		d.Note("care.complaint_days", "needs the signals %s and %s", complaintName, complaintResolved)
	}
}

func (c *Detector) checkOwed(d *document.Document) {
	for g, o := range c.Care.Owed {
		at := document.Join("care.owed", string(g))
		if !slices.Contains(accounts.Grades, g) {
			known := make([]string, len(accounts.Grades))
			for i, g := range accounts.Grades {
				known[i] = string(g)
			}
			d.Note(at, "unknown grade %q%s", g, fault.DidYouMean(string(g), known))
		}
		for key, n := range map[string]int{"visits": o.Visits, "contacts": o.Contacts} {
			if n < 0 || n > mostOwed {
				d.Note(document.Join(at, key), "must be between 0 (nothing is owed) and %d in %d days", mostOwed, detector.CareDays)
			}
		}
	}
}

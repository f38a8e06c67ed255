package assessment

import (
	"slices"
	"strings"

	"firstsign/detector/series"
	"firstsign/signals"
)

// rivalsOf are the names of the competitors that were told of in a signal since a day; empty
// where none was named. Who named them is not kept, so of a contact they are told only where
// all of it came from that contact.
func (j *Assessment) rivalsOf(key series.Key, since signals.Day) string {
	var names []string
	for _, r := range j.account.Rivals() {
		if r.Signal == key.Signal && r.Last >= since {
			names = append(names, r.Name)
		}
	}
	if len(names) == 0 || key.Contact != 0 && !j.allFrom(key, since) {
		return ""
	}
	slices.Sort(names)
	return strings.Join(names, " / ")
}

// allFrom tells whether a contact's series counts all that the account's does.
func (j *Assessment) allFrom(key series.Key, since signals.Day) bool {
	own, all := j.account.Find(key), j.account.Find(series.Key{Signal: key.Signal})
	if own == nil || all == nil {
		return false
	}
	n := func(s *series.Series) int {
		_, counts := s.Tally(max(since, j.account.Closed-series.JudgedDays+1), ^uint64(0))
		return int(counts)
	}
	return n(own) == n(all)
}

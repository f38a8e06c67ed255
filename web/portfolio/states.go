package portfolio

import (
	"context"
	"slices"

	"firstsign/detector"
	"firstsign/signals"
	"firstsign/signals/text"
)

// States is where the states of all accounts come from.
type States interface {
	// Closed returns the last closed day of each partition, 0 for one that has closed
	// none. It is cheap.
	Closed(ctx context.Context) ([]signals.Day, error)
	// Survey hands over every account of a partition, as its owner last wrote it. It
	// reads all of them. Both block until ctx ends and may be called concurrently.
	Survey(ctx context.Context, partition int, each func(*detector.Inspection)) error
}

// rivalDays is the window in which such signs are counted, and the one before it. The state
// keeps twice as many days.
const rivalDays = 28

// standing is what is kept of one account's state between two surveys.
type standing struct {
	first   signals.Day // of its interactions
	grades  gradeHistory
	dormant bool
	only    bool     // nearly all contact goes through one person
	rival   bool     // a sign of a competitor in the last rivalDays
	earlier bool     // and in as many days before
	rivals  []string // who was named in the last rivalDays
}

func standingOf(x *detector.Inspection) standing {
	s := standing{first: x.First, grades: gradesOf(x.Grades), dormant: x.Dormant, only: x.People != nil && x.People.Only != ""}
	for i := range x.Series {
		of := &x.Series[i]
		if !slices.Contains(text.AboutRival[:], text.Sign(of.Signal)) || of.Side != detector.Theirs {
			continue
		}
		for day, n := range of.Days {
			ago := len(of.Days) - 1 - day
			s.rival = s.rival || n > 0 && ago < rivalDays
			s.earlier = s.earlier || n > 0 && ago >= rivalDays && ago < 2*rivalDays
		}
	}
	for _, r := range x.Rivals {
		if r.Last > x.AsOf-rivalDays {
			s.rivals = append(s.rivals, r.Name)
		}
	}
	return s
}

// survey is what the state said of all accounts of a partition at the end of a day.
type survey struct {
	closed   signals.Day
	accounts map[string]standing
}

// surveyAgain reads the partitions that have closed a day since they were read, and tells
// whether there are some. It returns new surveys: readers may hold the old ones.
func surveyAgain(ctx context.Context, states States, old []survey) (now []survey, some bool, err error) {
	closed, err := states.Closed(ctx)
	if err != nil {
		return old, false, err
	}
	now = make([]survey, len(closed))
	for p, day := range closed {
		if p < len(old) && old[p].closed == day {
			now[p] = old[p]
			continue
		}
		now[p] = survey{closed: day, accounts: map[string]standing{}}
		if day == 0 {
			continue
		}
		err := states.Survey(ctx, p, func(x *detector.Inspection) { now[p].accounts[x.Account] = standingOf(x) })
		if err != nil {
			return old, false, err
		}
		some = true
	}
	return now, some, nil
}

package config

import (
	"embed"
	"io/fs"
	"path"
	"slices"
	"strings"

	"firstsign/config/document"
	"firstsign/internal/fault"
	"firstsign/signals"
)

// The calendars that come with the program, each with the notice it was taken
// from. A year whose notice cannot be cited is left out rather than guessed.
//
//go:embed calendars
var shipped embed.FS

func shippedCalendars() (names []string) {
	entries, _ := fs.ReadDir(shipped, "calendars")
	for _, e := range entries {
		names = append(names, strings.TrimSuffix(e.Name(), ".yaml"))
	}
	return names
}

// addShipped adds the calendars that are named.
func (c *Calendar) addShipped(d *document.Document, names []string) {
	known := shippedCalendars()
	for i, name := range names {
		at := document.Item("calendars", i)
		switch {
		case !slices.Contains(known, name):
			d.Note(at, "%q does not come with the program%s: there is %s; others are given by files", name, fault.DidYouMean(name, known), strings.Join(known, ", "))
		case slices.Contains(names[:i], name):
			d.Note(at, "%q is given twice", name)
		default:
			text, _ := shipped.ReadFile(path.Join("calendars", name+".yaml"))
			one := Calendar{Holidays: map[signals.Day]float64{}, MakeUp: map[signals.Day]bool{}}
			one.read(&document.Document{Name: name}, text, nil) // has no faults: a test reads them all
			for day, factor := range one.Holidays {
				c.holiday(day, factor)
			}
			for day := range one.MakeUp {
				c.makeUp(day)
			}
		}
	}
}

// holiday and makeUp say what a day is; what is said later counts.
func (c *Calendar) holiday(day signals.Day, factor float64) {
	c.Holidays[day] = factor
	delete(c.MakeUp, day)
}

func (c *Calendar) makeUp(day signals.Day) {
	c.MakeUp[day] = true
	delete(c.Holidays, day)
}

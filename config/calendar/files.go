package calendar

import (
	"maps"
	"path/filepath"
	"slices"

	"firstsign/config/document"
	"firstsign/config/icalendar"
	"firstsign/internal/fault"
	"firstsign/signals"
)

// addFiles adds the iCalendar files that are named. texts holds those that exist.
func (c *Calendar) addFiles(d *document.Document, names []string, factor float64, texts map[string][]byte) {
	for i, name := range names {
		at := document.Item("files", i)
		text, ok := texts[name]
		switch {
		case filepath.Base(name) != name || filepath.Ext(name) != ".ics":
			d.Note(at, "%q is no name of an iCalendar file (.ics) beside calendar.yaml", name)
		case !ok:
			d.Note(at, "%q is not there", name)
		default:
			faults := icalendar.Read(filepath.Join(filepath.Dir(d.Name), name), text, func(first, last signals.Day) {
				for day := first; day <= last; day++ {
					c.holiday(day, factor)
				}
			})
			d.Faults = append(d.Faults, faults...)
		}
	}
}

// ignored adds a fault for an iCalendar file that calendar.yaml does not name: nobody
// puts one there to be ignored.
func (c *Calendar) ignored(d *document.Document, names []string, texts map[string][]byte) {
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		if filepath.Ext(name) == ".ics" && !slices.Contains(names, name) {
			d.Faults = append(d.Faults, fault.Fault{
				File: filepath.Join(filepath.Dir(d.Name), name), Line: 1, Text: "calendar.yaml does not name it under files",
			})
		}
	}
}

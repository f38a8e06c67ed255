package backtest

import (
	"io"
	"slices"

	"firstsign/alerting"
	"firstsign/internal/shown"
	"firstsign/signals"
)

// WriteLabels writes a line for each account's alert that somebody labelled, by
// account and date: what ReadLosses reads.
func WriteLabels(w io.Writer, zone *signals.Zone, alerts []*alerting.Alert) error {
	rows := [][]string{}
	for _, a := range alerts {
		e := a.Labelled()
		if e == nil || a.Account == "" {
			continue
		}
		day := zone.Day(e.Time.UnixNano())
		if a.Closed != nil && a.Label == signals.ActedSaved { // it was at risk until then
			day = max(day, zone.Day(a.Closed.UnixNano()))
		}
		rows = append(rows, []string{a.Account, day.String(), string(a.Label), a.Since.String(), a.ID, e.By})
	}
	slices.SortFunc(rows, slices.Compare)
	out := shown.NewCSV(w)
	_ = out.Write([]string{"account", "date", "label", "since", "alert", "by"}) // Error says it
	_ = out.WriteAll(rows)
	return out.Error()
}

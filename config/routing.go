package config

import (
	"time"

	"firstsign/alerting"
	"firstsign/config/document"
)

// maxHorizon bounds the age of a finding that gets a message of its own.
const maxHorizon = 366 * 24 * time.Hour

// readRouting reads routing.yaml.
func readRouting(d *document.Document, text []byte) alerting.Routing {
	var r alerting.Routing
	if !d.Read(text, &r) {
		return r
	}
	for _, p := range r.Validate() {
		d.Note(p.Field, "%s", p.Text)
	}
	if r.NotifyHorizon > maxHorizon {
		d.Note("notify_horizon", "is %s; it must be at most %s", document.ShortDuration(r.NotifyHorizon), document.ShortDuration(maxHorizon))
	}
	return r.WithDefaults()
}

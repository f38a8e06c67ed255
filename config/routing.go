package config

import (
	"time"

	"firstsign/alerting"
)

// maxHorizon bounds the age of what is still told in a message of its own.
const maxHorizon = 366 * 24 * time.Hour

// readRouting reads routing.yaml.
func readRouting(d *document, text []byte) alerting.Routing {
	var r alerting.Routing
	if !d.read(text, &r) {
		return r
	}
	for _, p := range r.Validate() {
		d.note(p.Field, "%s", p.Text)
	}
	if r.NotifyHorizon > maxHorizon {
		d.note("notify_horizon", "is %s; it must be at most %s", short(r.NotifyHorizon), short(maxHorizon))
	}
	return r.WithDefaults()
}

package app

import (
	"log/slog"

	"firstsign/alerting"
	"firstsign/alerting/notify"
	"firstsign/config"
)

// Routing opens the channels and the keys of a configuration.
func Routing(c *config.Config, dir string, log *slog.Logger) (*alerting.RoutingSnapshot, error) {
	channels, err := notify.Open(c.Routing.Channels, dir, log)
	if err != nil {
		return nil, err
	}
	links, err := alerting.OpenLinks(c.Routing.Links, dir)
	if err != nil {
		return nil, err
	}
	return &alerting.RoutingSnapshot{
		Routing: c.Routing, Channels: channels, Links: links, Accounts: c.Accounts, Location: c.Calendar.Location,
	}, nil
}

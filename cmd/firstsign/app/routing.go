package app

import (
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"time"

	"firstsign/alerting"
	"firstsign/alerting/delivery"
	"firstsign/alerting/links"
	"firstsign/alerting/notify"
	"firstsign/config"
	"firstsign/internal/plural"
)

// Routing opens the channels and the keys of a configuration.
func Routing(c *config.Config, dir string, log *slog.Logger) (*alerting.RoutingSnapshot, error) {
	channels, err := notify.Open(c.Routing.Channels, dir, log)
	if err != nil {
		return nil, err
	}
	signer, err := links.Open(c.Routing.Links, dir)
	if err != nil {
		return nil, err
	}
	return &alerting.RoutingSnapshot{
		Routing: c.Routing, Channels: channels, Links: signer, Accounts: c.Accounts, Location: c.Calendar.Location,
	}, nil
}

// channels reports which of the notifier's channels refuse messages.
type channels struct {
	notifier *atomic.Pointer[delivery.Notifier]
}

// Ready implements web.Reporter. A channel that refuses does not make an instance
// unready: all others work, and another instance would be refused as well.
func (c channels) Ready() (map[string]string, bool) {
	n := c.notifier.Load()
	if n == nil {
		return nil, true
	}
	var refuse []string
	for _, h := range n.Channels() {
		if h.Failures > 0 {
			refuse = append(refuse, fmt.Sprintf("%s refuses messages since %s (%s), %s waiting", h.Name, h.Since.UTC().Format(time.RFC3339),
				plural.Count(h.Failures, "attempt"), plural.Count(h.Waits, "message")))
		}
	}
	if len(refuse) == 0 {
		return map[string]string{"channels": "ready"}, true
	}
	return map[string]string{"channels": strings.Join(refuse, "; ") + ". The log says what it answered."}, true
}

package notify

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"

	"firstsign/alerting"
	"firstsign/internal/secret"
)

// Open opens the channels of a configuration, and the log. Relative file names are
// in dir. The error lists everything that is wrong, one line each.
func Open(configs map[string]alerting.ChannelConfig, dir string, log *slog.Logger) (map[string]alerting.Channel, error) {
	channels := map[string]alerting.Channel{alerting.LogChannel: Log(log)}
	var problems []error
	for _, name := range slices.Sorted(maps.Keys(configs)) {
		config := configs[name]
		url, err := address(config, dir)
		if err == nil {
			channels[name], err = newChannel(url, cmp.Or(config.Timeout, alerting.DefaultTimeout))
		}
		if err != nil {
			delete(channels, name)
			problems = append(problems, fmt.Errorf("channels.%s: %w", name, err))
		}
	}
	if len(problems) > 0 {
		return nil, errors.Join(problems...)
	}
	return channels, nil
}

// address returns a channel's URL from one of its three places.
func address(c alerting.ChannelConfig, dir string) (string, error) {
	from := secret.Source{File: c.URLFile, Env: c.URLEnv}
	switch {
	case from.Given():
		text, err := from.Read(dir, "URL")
		if err != nil {
			return "", err
		}
		if url := strings.TrimSpace(text); url != "" {
			return url, nil
		}
		return "", fmt.Errorf("%s is empty", from)
	case c.URL != "":
		return c.URL, nil
	}
	return "", errors.New("has no URL")
}

// Log is the channel that writes messages to a log.
func Log(log *slog.Logger) alerting.Channel { return logChannel{log} }

type logChannel struct{ log *slog.Logger }

// Service implements alerting.Channel.
func (logChannel) Service() string { return alerting.LogChannel }

// Send implements alerting.Channel.
func (c logChannel) Send(ctx context.Context, m alerting.Message) error {
	c.log.LogAttrs(ctx, slog.LevelWarn, m.Title, slog.String("alert", m.ID), //nolint:sloglint // a message is what is sent here
		slog.String("severity", string(m.Severity)), slog.String("text", m.Text))
	return nil
}

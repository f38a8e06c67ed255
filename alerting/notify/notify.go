package notify

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"firstsign/alerting"
)

// Open opens the channels of a configuration, and the log. Relative file names are
// in dir. The error lists everything that is wrong, one line each.
func Open(configs map[string]alerting.ChannelConfig, dir string, getenv func(string) string, log *slog.Logger) (map[string]alerting.Channel, error) {
	channels := map[string]alerting.Channel{alerting.LogChannel: Log(log)}
	var problems []error
	for _, name := range slices.Sorted(maps.Keys(configs)) {
		config := configs[name]
		url, err := address(config, dir, getenv)
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
func address(c alerting.ChannelConfig, dir string, getenv func(string) string) (string, error) {
	switch {
	case c.URLEnv != "":
		if url := strings.TrimSpace(getenv(c.URLEnv)); url != "" {
			return url, nil
		}
		return "", fmt.Errorf("environment variable %s is not set", c.URLEnv)
	case c.URLFile != "":
		file := c.URLFile
		if !filepath.IsAbs(file) {
			file = filepath.Join(dir, file)
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return "", fmt.Errorf("read its URL: %w", err)
		}
		if url := strings.TrimSpace(string(text)); url != "" {
			return url, nil
		}
		return "", fmt.Errorf("%s is empty", c.URLFile)
	case c.URL != "":
		return c.URL, nil
	}
	return "", errors.New("has no URL")
}

// Log is the channel that writes messages to a log.
func Log(log *slog.Logger) alerting.Channel { return logChannel{log} }

type logChannel struct{ log *slog.Logger }

func (logChannel) Service() string { return alerting.LogChannel }

// Send implements alerting.Channel.
func (c logChannel) Send(ctx context.Context, m alerting.Message) error {
	c.log.LogAttrs(ctx, slog.LevelWarn, m.Title, slog.String("alert", m.ID), //nolint:sloglint // a message is what is sent here
		slog.String("severity", string(m.Severity)), slog.String("text", m.Text))
	return nil
}

package reading

import (
	"context"
	"fmt"

	"firstsign/cmd/firstsign/app"
	"firstsign/cmd/firstsign/console"
	"firstsign/config"
	"firstsign/detector"
	"firstsign/signals/history"
)

// NamesIn a configuration, or in a file of accounts that takes the place of its own:
// who the ids of a history are. Of neither, the ids speak for themselves.
func NamesIn(ctx context.Context, dir string, file AccountsFlags) (history.Names, error) {
	cfg, err := configIn(ctx, dir, file, config.Default)
	if err != nil {
		return history.Names{}, err
	}
	return NamesOf(cfg), nil
}

// NamesOf is the same of a configuration that is loaded.
func NamesOf(cfg *config.Config) history.Names {
	return history.Names{
		Current: cfg.Aliases().Of,
		Listed:  func(id []byte) bool { return cfg.Accounts.GetBytes(id) != nil },
	}
}

// configIn loads a directory. Without one it takes what otherwise returns. A file of
// accounts replaces the directory's own.
func configIn(ctx context.Context, dir string, file AccountsFlags, otherwise func() *config.Config) (c *config.Config, err error) {
	switch {
	case dir == "":
		c = otherwise()
	case file.Accounts != "":
		c, err = config.Load(dir)
	default:
		c, err = app.LoadConfig(ctx, dir)
	}
	if err != nil {
		return nil, err
	}
	if file.Accounts != "" {
		d, err := config.OpenAccounts(file.Accounts, file.AccountsAs.Options())
		if err != nil {
			return nil, err
		}
		c.UseAccounts(d)
	}
	return c, nil
}

// ConfigFor is the configuration for a history: the directory's, or one that is made for
// the signals that the history holds. A file of accounts replaces the directory's own.
func ConfigFor(ctx context.Context, dir string, file AccountsFlags, s *history.Reading) (*config.Config, error) {
	c, err := configIn(ctx, dir, file, func() *config.Config {
		made, assumed := config.FromHistory(s.Signals())
		sayAssumed(assumed)
		return made
	})
	if err != nil {
		return nil, err
	}
	WarnCalendar(c, s)
	return c, nil
}

// WarnCalendar says for which years of a history the calendar has no holidays.
func WarnCalendar(c *config.Config, s *history.Reading) {
	if text := c.Calendar.Missing(s.First, s.Last); text != "" {
		fmt.Fprintln(console.Err, text)
	}
}

// sayAssumed shows the signals that no configuration describes, as lines of signals.yaml.
func sayAssumed(assumed []detector.Signal) {
	if len(assumed) == 0 {
		return
	}
	fmt.Fprintln(console.Err, "no --config: taken by their values as what the customer does; if that is wrong, say it in signals.yaml:")
	for _, s := range assumed {
		fmt.Fprintf(console.Err, "  - {name: %q, kind: %s}\n", s.Name, s.Kind)
	}
}

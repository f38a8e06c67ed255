package main

import (
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"firstsign/accounts"
	"firstsign/cmd/firstsign/app"
	"firstsign/cmd/firstsign/console"
	"firstsign/config"
	"firstsign/config/calendar"
	"firstsign/detector"
	"firstsign/internal/notation"
	"firstsign/internal/plural"
	"firstsign/signals"
)

// checkCommand reports all problems of a directory.
type checkCommand struct {
	app.ConfigFlag
	WithoutSecrets bool `help:"Do not look for passwords, keys and addresses that only the machine of the service has, in files and variables."`
}

// Run checks.
func (c *checkCommand) Run() error {
	cfg, err := config.Load(c.Config)
	if err != nil {
		return err
	}
	cases, err := cfg.Cases(c.Config)
	if err != nil {
		return err
	}
	fmt.Fprintf(console.Out, "%s is good: %d signals, %d accounts, rules %s\n",
		c.Config, len(cfg.Detector.Signals), cfg.Accounts.Len(), cfg.Rules().Hash)
	if len(cases) > 0 {
		fmt.Fprintf(console.Out, "%s beside it: firstsign test plays them\n", plural.Count(len(cases), "case"))
	}
	if c := cfg.Calibration; c != nil {
		fmt.Fprintf(console.Out, "calibrated on %s, %s to %s, for a budget of %g%s\n",
			plural.Count(c.FittedOn.Accounts, "account"), c.FittedOn.From, c.FittedOn.To, c.FittedOn.Budget, byHand(cfg.Detector.ByHand))
	}
	if cfg.Access != nil && cfg.Accounts != nil {
		if strangers := cfg.Access.Strangers(cfg.Accounts); len(strangers) > 0 {
			fmt.Fprintf(console.Out, "access.yaml: no account names %s as owner, stand-in, project manager, expert or superior, so they see no account\n", strings.Join(strangers, ", "))
		}
	}
	if n := len(cfg.Mappings); n > 0 {
		set, err := cfg.Mapped()
		if err != nil {
			return err
		}
		fmt.Fprintf(console.Out, "%s of %s\n", plural.Count(n, "mapping"), plural.Count(len(set.Topics()), "topic"))
	}
	if list := cfg.TopList(); list.TooMuch() {
		fmt.Fprintf(console.Out, "%.0f %% of the key accounts change by what they are worth: firstsign accounts grade tells who and why\n", 100*list.Part)
	}
	for _, doubt := range cfg.Accounts.Doubts(time.Now()) {
		fmt.Fprintln(console.Out, "Look at this: accounts:", doubt)
	}
	sayCalendar(&cfg.Calendar, time.Now())
	if err := cfg.CanRun(); err != nil {
		fmt.Fprintln(console.Out, "it is enough for backtest; run also needs:", err)
		return nil
	}
	if exposed := app.WebConfig(&cfg.Service.HTTP).Exposed(cfg.Access); exposed != "" {
		fmt.Fprintln(console.Out, "WARNING:", exposed)
	}
	if c.WithoutSecrets {
		return nil
	}
	return c.start(cfg)
}

// start prepares everything that run prepares, without connecting.
func (c *checkCommand) start(cfg *config.Config) error {
	a, err := app.New(cfg, c.Config, slog.New(slog.DiscardHandler))
	if err != nil {
		return fmt.Errorf("run would not start: %w", err)
	}
	defer a.Close()
	if err := a.Apply(cfg); err != nil {
		return fmt.Errorf("run would not start: %w", err)
	}
	return nil
}

// sayCalendar shows the years whose holidays are known, and warns when the last one ends
// soon. It also tells of a zone whose name turns its sign round.
func sayCalendar(c *calendar.Calendar, now time.Time) {
	if text := notation.TurnedSign(c.Location.String()); text != "" {
		fmt.Fprintln(console.Out, "WARNING: calendar.yaml: timezone:", text)
	}
	years := c.KnownYears()
	if len(years) == 0 {
		return
	}
	fmt.Fprintf(console.Out, "the calendar knows the holidays of %s\n", spans(years))
	if text := c.Ending(signals.NewZone(c.Location).Day(now.UnixNano())); text != "" {
		fmt.Fprintln(console.Out, "WARNING:", text)
	}
}

// spans writes years as people do: 2002 to 2024, 2026.
func spans(years []int) string {
	var parts []string
	for i := 0; i < len(years); {
		last := i
		for last+1 < len(years) && years[last+1] == years[last]+1 {
			last++
		}
		part := strconv.Itoa(years[i])
		if last > i {
			part = fmt.Sprintf("%d to %d", years[i], years[last])
		}
		parts, i = append(parts, part), last+1
	}
	return strings.Join(parts, ", ")
}

// byHand names the grades whose thresholds signals.yaml gives, so that no calibration
// changes them.
func byHand(given map[accounts.Grade]detector.Threshold) string {
	var names []string
	for _, g := range accounts.Grades {
		if _, ok := given[g]; ok {
			names = append(names, string(g))
		}
	}
	if names == nil {
		return ""
	}
	return "; by hand in signals.yaml, whatever was calibrated: " + strings.Join(names, ", ")
}

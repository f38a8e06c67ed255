package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"firstsign/alerting"
	"firstsign/alerting/message"
	alertredis "firstsign/alerting/redis"
	"firstsign/cmd/firstsign/app"
	"firstsign/cmd/firstsign/console"
	"firstsign/config"
	"firstsign/detector"
	state "firstsign/detector/redis"
	"firstsign/internal/identity"
	"firstsign/internal/plural"
	"firstsign/signals"
	"firstsign/signals/kafka"
)

// alertsCommand shows the store of alerts and answers them.
type alertsCommand struct {
	List     alertsList     `cmd:"" help:"List alerts, those with most at risk first."`
	Ack      alertsAck      `cmd:"" help:"Acknowledge an alert: you will take care of it."`
	Snooze   alertsSnooze   `cmd:"" help:"Snooze an alert. It comes back when the time is over, or when the evidence grows."`
	Feedback alertsFeedback `cmd:"" help:"Label an alert. A false alarm means fewer alerts about the account for some months. \"expected\" makes the present level the new normal, and retires a failing source."`
	Labels   alertsLabels   `cmd:"" help:"Print the labels of alerts as CSV: a file of losses for calibrate, backtest and lookback."`
	Try      alertsTry      `cmd:"" help:"Send a trial message to the channels of a person, to see that it arrives."`
}

type alertsList struct {
	configFlag
	State    string `enum:"living,open,acknowledged,snoozed,closed,all" default:"living" help:"living (not closed), open, acknowledged, snoozed, closed or all."`
	Severity string `enum:",warning,critical" default:"" help:"warning or critical."`
	Kind     string `placeholder:"KIND" help:"Only those whose last finding is of this kind: raised, neglected, feed_dead ..."`
	Account  string `placeholder:"ID" help:"Only of this account."`
	Owner    string `placeholder:"NAME" help:"Only of this manager."`
	Max      int    `default:"100" help:"At most this many; 0: all."`
	After    string `placeholder:"CURSOR" help:"From after this place in the list on, which the list before names."`
	JSON     bool   `help:"As JSON, with reasons and history."`
}

// filter is what the flags ask for.
func (c *alertsList) filter() (alerting.Filter, error) {
	f := alerting.Filter{Account: identity.CleanString(c.Account), Owner: c.Owner, Severity: alerting.Severity(c.Severity)}
	switch c.State {
	case "living":
		f.Living = true
	case "all":
	default:
		f.State = alerting.State(c.State)
	}
	if kind := detector.FindingKind(c.Kind); kind != "" {
		if !slices.Contains(detector.FindingKinds, kind) {
			return f, fmt.Errorf("--kind is %q; it must be one of %v", c.Kind, detector.FindingKinds)
		}
		f.Kinds = []detector.FindingKind{kind}
	}
	if c.Max < 0 {
		return f, fmt.Errorf("--max is %d; it must not be below 0", c.Max)
	}
	return f, alerting.Cursor(c.After).Validate()
}

// listPage is how many alerts are read in one call.
const listPage = 500

// Run lists, a page at a time: any number of alerts fits into memory.
func (c *alertsList) Run(ctx context.Context) error {
	f, err := c.filter()
	if err != nil {
		return err
	}
	return withAlertStore(ctx, c.Config, func(cfg *config.Config, store alerting.AlertStore) error {
		print, end := textList(cfg)
		if c.JSON {
			print, end = jsonList(console.JSON)
		}
		shown, total, after := 0, 0, alerting.Cursor(c.After)
		for {
			size := listPage
			if c.Max > 0 {
				size = min(size, c.Max-shown)
			}
			p, err := store.Page(ctx, f, after, size)
			if err != nil {
				return err
			}
			for _, a := range p.Alerts {
				if err := print(a); err != nil {
					return err
				}
			}
			shown, total, after = shown+len(p.Alerts), p.Total, p.Next
			if after == "" || c.Max > 0 && shown >= c.Max {
				break
			}
		}
		if err := end(); err != nil {
			return err
		}
		if after != "" {
			fmt.Fprintf(console.Err, "%d of %s; the next: --after '%s', all: --max 0\n", shown, plural.Count(total, "alert"), after)
		}
		return nil
	})
}

// textList prints alerts for people.
func textList(cfg *config.Config) (print func(*alerting.Alert) error, end func() error) {
	n, labels := 0, map[signals.Label]int{}
	print = func(a *alerting.Alert) error {
		n++
		labels[a.Label]++
		printAlert(console.Out, cfg, a)
		return nil
	}
	return print, func() error {
		_, err := fmt.Fprintln(console.Out, plural.Count(n, "alert")+labelsOf(labels))
		return err
	}
}

// jsonList prints alerts as one JSON array, as encoding/json would.
func jsonList(w io.Writer) (print func(*alerting.Alert) error, end func() error) {
	separator := "["
	print = func(a *alerting.Alert) error {
		var text bytes.Buffer
		out := json.NewEncoder(&text)
		out.SetIndent("  ", "  ")
		out.SetEscapeHTML(false)
		if err := out.Encode(a); err != nil {
			return err
		}
		_, err := fmt.Fprintf(w, "%s\n  %s", separator, bytes.TrimSuffix(text.Bytes(), []byte("\n")))
		separator = ","
		return err
	}
	return print, func() error {
		text := "\n]\n"
		if separator == "[" {
			text = "[]\n" // nothing is a list, too
		}
		_, err := io.WriteString(w, text)
		return err
	}
}

// answerFlags name an alert and who answers it.
type answerFlags struct {
	configFlag
	ID   string `arg:"" help:"The alert's id, as list shows it."`
	Link string `placeholder:"URL" help:"The link of a message: you answer as the person it was sent to. Without it you answer as the user of this system."`
	JSON bool   `help:"Print the alert as JSON."`
}

// actor is who answers: the person to whom a link was sent, or else the user who
// runs the command. A name that somebody merely gives would prove nothing.
func (c *answerFlags) actor(cfg *config.Config, now time.Time) (string, error) {
	if c.Link == "" {
		return console.User()
	}
	links, err := alerting.OpenLinks(cfg.Routing.Links, c.Config)
	if err != nil {
		return "", err
	}
	if links == nil {
		return "", errors.New("--link: routing.yaml has no links")
	}
	u, err := url.Parse(c.Link)
	if err != nil {
		return "", fmt.Errorf("--link: %w", alerting.ErrForged)
	}
	link, err := links.Open(u.Query(), now)
	if err != nil {
		return "", fmt.Errorf("--link: %w", err)
	}
	if link.Action == alerting.ToAnswer && link.Alert != c.ID {
		return "", fmt.Errorf("--link: it is the link of alert %s", link.Alert)
	}
	return link.To, nil
}

type alertsAck struct{ answerFlags }

// Run acknowledges.
func (c *alertsAck) Run(ctx context.Context) error { return c.answer(ctx, alerting.Answer{}, 0) }

type alertsSnooze struct {
	answerFlags
	Days int `default:"7" help:"For how many days."`
}

// Run lets it sleep.
func (c *alertsSnooze) Run(ctx context.Context) error {
	if c.Days < 1 || c.Days > maxSnooze {
		return fmt.Errorf("--days is %d; an alert sleeps 1 to %d days", c.Days, maxSnooze)
	}
	return c.answer(ctx, alerting.Answer{}, time.Duration(c.Days)*24*time.Hour)
}

// maxSnooze in days: who wants to hear nothing for longer has acknowledged.
const maxSnooze = 90

// answer gives an answer; the alert sleeps when there is a time for it.
func (c *answerFlags) answer(ctx context.Context, n alerting.Answer, sleep time.Duration) error {
	return withAlertStore(ctx, c.Config, func(cfg *config.Config, store alerting.AlertStore) error {
		now := time.Now()
		by, err := c.actor(cfg, now)
		if err != nil {
			return err
		}
		client, err := kafka.Open(cfg.Service.Kafka, console.Logger("text", slog.LevelWarn), kafka.NewMetrics(prometheus.NewRegistry()))
		if err != nil {
			return err
		}
		defer client.Close()
		r := app.AnswerHandler(store, client, alerting.NewMetrics(prometheus.NewRegistry()))
		n.Alert, n.By = c.ID, by
		if sleep > 0 {
			n.Until = now.Add(sleep)
		}
		a, err := r.Handle(ctx, n, now)
		if err != nil {
			return fmt.Errorf("alert %s: %w", c.ID, err)
		}
		if c.JSON {
			print, end := jsonList(console.JSON)
			return errors.Join(print(a), end())
		}
		printAlert(console.Out, cfg, a)
		return nil
	})
}

// withAlertStore opens the store of a configuration's service.
func withAlertStore(ctx context.Context, dir string, do func(cfg *config.Config, store alerting.AlertStore) error) error {
	cfg, err := app.LoadConfig(ctx, dir)
	if err != nil {
		return err
	}
	if err := cfg.CanRun(); err != nil {
		return err
	}
	client, err := state.Open(cfg.Service.Redis)
	if err != nil {
		return err
	}
	defer client.Close()
	return do(cfg, alertredis.New(client, app.Namespace(cfg)))
}

// printAlert writes an alert's headline, and where it is in its life.
func printAlert(w io.Writer, cfg *config.Config, a *alerting.Alert) {
	m := alerting.Render(cfg.Routing.Language, a, a.Kind, cfg.Accounts.Get(a.Account))
	fmt.Fprintf(w, "%s\n  %s, %s, since %s", m.Title, a.ID, a.State, a.Since)
	if a.Owner != "" {
		fmt.Fprintf(w, ", of %s", a.Owner)
	}
	if e := a.Answer(); e != nil {
		fmt.Fprintf(w, ", answered by %s on %s", e.By, e.Time.In(cfg.Calendar.Location).Format(time.DateOnly))
	}
	if a.Label != "" {
		fmt.Fprintf(w, ", %s", message.LabelText(message.English, a.Label))
	}
	if a.Until != nil {
		fmt.Fprintf(w, ", sleeps until %s", a.Until.In(cfg.Calendar.Location).Format(time.DateOnly))
	}
	fmt.Fprintln(w)
}

// alertsTry sends a trial message. It needs neither Kafka nor Redis.
type alertsTry struct {
	configFlag
	Name string `arg:"" help:"A manager, a superior or a stand-in, by the name that the accounts give; or operator."`
}

// Run sends it on every channel of the person, and says of each what became of it.
func (c *alertsTry) Run(ctx context.Context) error {
	cfg, err := config.Load(c.Config)
	if err != nil {
		return err
	}
	snapshot, err := app.Routing(cfg, c.Config, console.Logger("text", slog.LevelWarn))
	if err != nil {
		return err
	}
	names := snapshot.ChannelsOf(c.Name)
	if len(names) == 0 {
		return fmt.Errorf("%s has no channel: name one in routing.yaml under owners, teams or default", c.Name)
	}
	var failed error
	for _, name := range names {
		if err := snapshot.Channels[name].Send(ctx, snapshot.Trial(c.Name, name, time.Now())); err != nil {
			fmt.Fprintf(console.Out, "%s: failed: %v\n", name, err)
			failed = errors.New("not every channel took it")
			continue
		}
		fmt.Fprintf(console.Out, "%s: sent\n", name)
	}
	return failed
}

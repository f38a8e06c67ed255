package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"firstsign/alerting"
	"firstsign/alerting/message"
	alertredis "firstsign/alerting/redis"
	"firstsign/cmd/firstsign/app"
	"firstsign/cmd/firstsign/console"
	"firstsign/config"
	state "firstsign/detector/redis"
	"firstsign/internal/identity"
	"firstsign/internal/plural"
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
	State   string `enum:"living,open,acknowledged,snoozed,closed,all" default:"living" help:"living (not closed), open, acknowledged, snoozed, closed or all."`
	Account string `placeholder:"ID" help:"Only of this account."`
	Owner   string `placeholder:"NAME" help:"Only of this manager."`
	JSON    bool   `help:"As JSON, with reasons and history."`
}

// Run lists.
func (c *alertsList) Run(ctx context.Context) error {
	return withAlertStore(ctx, c.Config, func(cfg *config.Config, store alerting.AlertStore) error {
		f := alerting.Filter{Account: identity.CleanString(c.Account), Owner: c.Owner}
		switch c.State {
		case "living":
			f.Living = true
		case "all":
		default:
			f.State = alerting.State(c.State)
		}
		alerts, err := store.List(ctx, f)
		if err != nil {
			return err
		}
		alerting.MostAtRisk(alerts)
		if c.JSON {
			return printAlerts(os.Stdout, alerts)
		}
		for _, a := range alerts {
			printAlert(os.Stdout, cfg, a)
		}
		fmt.Println(plural.Count(len(alerts), "alert") + labelsOf(alerts))
		return nil
	})
}

// answerFlags name an alert and who answers it.
type answerFlags struct {
	configFlag
	ID   string `arg:"" help:"The alert's id, as list shows it."`
	By   string `env:"USER" required:"" placeholder:"NAME" help:"Who answers; your login name unless given."`
	JSON bool   `help:"Print the alert as JSON."`
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
		client, err := kafka.Open(cfg.Service.Kafka, console.Logger("text", slog.LevelWarn), kafka.NewMetrics(prometheus.NewRegistry()))
		if err != nil {
			return err
		}
		defer client.Close()
		r := app.AnswerHandler(store, client, alerting.NewMetrics(prometheus.NewRegistry()))
		now := time.Now()
		n.Alert, n.By = c.ID, c.By
		if sleep > 0 {
			n.Until = now.Add(sleep)
		}
		a, err := r.Handle(ctx, n, now)
		if err != nil {
			return fmt.Errorf("alert %s: %w", c.ID, err)
		}
		if c.JSON {
			return printAlerts(os.Stdout, []*alerting.Alert{a})
		}
		printAlert(os.Stdout, cfg, a)
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

func printAlerts(w io.Writer, alerts []*alerting.Alert) error {
	out := json.NewEncoder(w)
	out.SetIndent("", "  ")
	out.SetEscapeHTML(false)
	if alerts == nil {
		alerts = []*alerting.Alert{} // nothing is a list, too
	}
	return out.Encode(alerts)
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
			fmt.Printf("%s: failed: %v\n", name, err)
			failed = errors.New("not every channel took it")
			continue
		}
		fmt.Printf("%s: sent\n", name)
	}
	return failed
}

package alerts

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"firstsign/alerting"
	"firstsign/alerting/links"
	"firstsign/cmd/firstsign/app"
	"firstsign/cmd/firstsign/console"
	"firstsign/cmd/firstsign/topic"
	"firstsign/config"
	state "firstsign/detector/redis"
	"firstsign/signals"
	"firstsign/signals/kafka"
)

// answerFlags name an alert and who answers it.
type answerFlags struct {
	app.ConfigFlag
	ID   string `arg:"" help:"The alert's id, as list shows it."`
	Link string `placeholder:"URL" help:"The link of a message. You then answer as the person to whom it was sent (default: as the user of this system)."`
	JSON bool   `help:"Print the alert as JSON."`
}

// actor is who answers: the person to whom the link was sent, or else the user who runs
// the command. A flag with a name would prove nothing.
func (c *answerFlags) actor(cfg *config.Config, now time.Time) (string, error) {
	if c.Link == "" {
		return console.User()
	}
	signer, err := links.Open(cfg.Routing.Links, c.Config)
	if err != nil {
		return "", err
	}
	if signer == nil {
		return "", errors.New("--link: routing.yaml has no links")
	}
	u, err := url.Parse(c.Link)
	if err != nil {
		return "", fmt.Errorf("--link: %w", links.ErrForged)
	}
	link, err := signer.Open(u.Query(), now)
	if err != nil {
		return "", fmt.Errorf("--link: %w", err)
	}
	if link.Action == links.ToAnswer && link.Alert != c.ID {
		return "", fmt.Errorf("--link: it is the link of alert %s", link.Alert)
	}
	return link.To, nil
}

type ack struct{ answerFlags }

// Run acknowledges.
func (c *ack) Run(ctx context.Context) error { return c.answer(ctx, alerting.Answer{}, 0) }

type snooze struct {
	answerFlags
	Days int `default:"7" help:"Number of days."`
}

// Run snoozes.
func (c *snooze) Run(ctx context.Context) error {
	if c.Days < 1 || c.Days > maxSnooze {
		return fmt.Errorf("--days is %d; an alert sleeps 1 to %d days", c.Days, maxSnooze)
	}
	return c.answer(ctx, alerting.Answer{}, time.Duration(c.Days)*24*time.Hour)
}

// maxSnooze is in days. Acknowledge an alert that need not come back sooner.
const maxSnooze = 90

// answer writes an answer. A sleep above 0 snoozes the alert.
func (c *answerFlags) answer(ctx context.Context, n alerting.Answer, sleep time.Duration) error {
	return app.WithStores(ctx, c.Config, func(cfg *config.Config, store alerting.AlertStore, kept *state.Store) error {
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
		if err := topic.Believed(ctx, client, cfg); err != nil {
			return err
		}
		r := app.AnswerHandler(store, kept, client, alerting.NewMetrics(prometheus.NewRegistry()))
		n.Alert, n.By = c.ID, by
		if sleep > 0 {
			n.Until = now.Add(sleep)
		}
		a, err := r.Handle(ctx, n, now)
		if err != nil {
			return fmt.Errorf("alert %s: %w", c.ID, err)
		}
		if c.JSON {
			show, end := jsonList(console.JSON)
			return errors.Join(show(a), end())
		}
		printAlert(console.Out, cfg, a)
		return nil
	})
}

type feedback struct {
	answerFlags
	Label string `arg:"" enum:"false,expected,acted-saved,acted-lost,unknown" help:"What it was: false (nothing was wrong), expected (the reason is known and is no sign of leaving), acted-saved, acted-lost, or unknown, which takes a label back."`
}

// Run labels.
func (c *feedback) Run(ctx context.Context) error {
	return c.answer(ctx, alerting.Answer{Label: signals.Label(c.Label)}, 0)
}

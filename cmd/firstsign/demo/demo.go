package demo

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"firstsign/accounts"
	"firstsign/alerting"
	"firstsign/alerting/links"
	"firstsign/alerting/message"
	"firstsign/backtest/simulate"
	"firstsign/cmd/firstsign/app"
	"firstsign/cmd/firstsign/console"
	"firstsign/cmd/firstsign/embedded"
	"firstsign/cmd/firstsign/numbers"
	"firstsign/cmd/firstsign/topic"
	"firstsign/config"
	"firstsign/detector"
	"firstsign/signals"
	"firstsign/signals/history"
)

// Start is the first simulated day. With the same seed a demo always shows the same. The
// half year holds a Spring Festival.
const Start = "2026-01-05"

// linksHold is how long links are valid in the demo's own fast time: longer than anybody
// watches.
const linksHold = 100 * 365 * 24 * time.Hour

// Options of a demo. The tags are those of the command line.
type Options struct {
	Listen   string        `default:"127.0.0.1:8080" help:"Address of the page, the health checks and the metrics. :8080 listens on every interface."`
	Language string        `enum:"en,zh" default:"en" help:"Language of the alerts: en or zh."`
	Accounts numbers.Count `default:"60" help:"Number of simulated accounts."`
	Days     numbers.Count `default:"182" help:"Days of simulated history."`
	Seed     uint64        `default:"1" help:"The same seed gives the same portfolio."`
	Pace     time.Duration `default:"10s" help:"Real time that one simulated day takes after the history."`
}

// Simulated plays a portfolio: half a year in seconds, then live.
func Simulated(ctx context.Context, c Options) error {
	if c.Pace <= 0 {
		return errors.New("--pace must be above 0")
	}
	shanghai, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		return err
	}
	start, err := signals.ParseDay(Start)
	if err != nil {
		return err
	}
	s := simulate.New(simulate.Plan{
		Seed: c.Seed, Accounts: int(c.Accounts), Start: start, Days: int(c.Days), Location: shanghai, Story: true, Personas: true,
	})
	cfg := configuration(s.Accounts())
	cfg.Calendar.Location = shanghai
	cfg.Calendar.Holidays, cfg.Calendar.MakeUp = simulate.Holidays(start, start+signals.Day(c.Days)+365)
	w := wordsOf(message.Language(c.Language))
	fmt.Fprintf(console.Out, w.portfolio, len(s.Accounts()), c.Days)
	fmt.Fprint(console.Out, w.cast(s))
	fmt.Fprint(console.Out, w.grading(cfg.Grading, cfg.Accounts))
	cfg.Service.CommitInterval = 0 // each step waits until it is committed
	return c.show(ctx, cfg, signals.NewZone(shanghai).Start(start), s.History(), s)
}

// configuration is the demo company's own: its accounts, its proposals and its
// competitor.
func configuration(list []accounts.Account) *config.Config {
	cfg, added := config.FromHistory([]history.NameCount{{Name: "proposal"}, {Name: "proposal_answer"}}) // and the rule that one waits for the other
	cfg.Accounts = accounts.NewDirectory(list)
	cfg.Grading.Potential = simulate.LargeWallet
	cfg.Words.Competitors = []string{simulate.StoryCompetitor}
	cfg.Words.Numbers.Competitor = []string{simulate.StoryCompetitorNumber}
	cfg.Words.Numbers.Voicemail = []string{simulate.StoryVoicemail}
	for i := range cfg.Detector.Signals {
		switch signal := &cfg.Detector.Signals[i]; signal.Name {
		case added[0].Name:
			signal.Side = detector.Ours
		case added[1].Name:
			signal.Weight = new(0.0)
		}
	}
	return cfg
}

// History plays a history that begins at first, and keeps running at its end.
func History(ctx context.Context, c Options, cfg *config.Config, first int64, stream history.Stream) error {
	cfg.Service.CommitInterval = 200 * time.Millisecond
	return c.show(ctx, cfg, first, stream, nil)
}

// show loads a history into an embedded broker and runs the service on it. live goes on
// where the history ends, unless it is nil.
func (c *Options) show(ctx context.Context, cfg *config.Config, first int64, stream history.Stream, live *simulate.Portfolio) error {
	parts, err := embedded.Start(cfg)
	if err != nil {
		return err
	}
	defer parts.Close()
	c.configure(cfg)
	channels := onScreen(cfg)
	a, err := app.New(cfg, "", console.Logger("text", slog.LevelWarn))
	if err != nil {
		return err
	}
	defer a.Close()
	topics, err := a.Kafka.EnsureTopics(ctx)
	if err != nil {
		return err
	}
	attempt, err := topic.Prepare(ctx, a.Kafka, cfg, topics.Partitions, first, false)
	if err != nil {
		return err
	}
	began, last, lines := time.Now(), int64(0), 0
	err = topic.Load(ctx, a.Kafka, cfg, 0, console.Watch(stream, func(l *history.Line) {
		last, lines = max(last, l.Interaction.Time), lines+1
	}), attempt)
	if err != nil {
		return err
	}
	fmt.Fprintf(console.Out, wordsOf(cfg.Routing.Language).loaded, lines, time.Since(began).Seconds(), browsable(c.Listen))

	zone := signals.NewZone(cfg.Calendar.Location)
	end := time.Unix(0, zone.Start(zone.Day(last)+1)).Add(cfg.Detector.Lateness)
	lockstep := newLockstep(a, topics.Partitions, end)
	a.Channels = channels
	a.Links = links.New("http://"+browsable(c.Listen), linksHold, []byte(rand.Text()+rand.Text()))
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return a.Run(ctx) })
	g.Go(func() error { return app.Ended(ctx, c.play(ctx, lockstep, live)) })
	return g.Wait()
}

// play delivers what the history brought, and goes on.
func (c *Options) play(ctx context.Context, l *lockstep, live *simulate.Portfolio) error {
	w := wordsOf(l.app.Config.Routing.Language)
	if err := l.judged(ctx); err != nil {
		return err
	}
	if live == nil {
		fmt.Fprint(console.Out, w.over)
		return l.live(ctx, nothing{}, nil, 24*time.Hour)
	}
	fmt.Fprintf(console.Out, w.goesOn, c.Pace)
	return l.live(ctx, live, newsOf(l.app.Config, live), c.Pace)
}

// configure fits the service to a demo: messages appear on the screen at once, and
// simulated days pass quickly.
func (c *Options) configure(cfg *config.Config) {
	cfg.Service.HTTP.Listen = c.Listen
	cfg.Service.TickInterval = 500 * time.Millisecond
	cfg.Service.MaxClockSkew = 1 << 62 // its clock is simulated
	cfg.Routing.Language = message.Language(c.Language)
	cfg.Routing.NotifyHorizon = 1 << 62 // the half year is told as it comes
}

// onScreen takes the channels of a configuration's routing away and returns a screen for
// each: a demo tells half a year of alerts, and no manager must get them.
func onScreen(cfg *config.Config) map[string]alerting.Channel {
	shown := &screen{w: console.Out}
	channels := map[string]alerting.Channel{alerting.LogChannel: shown}
	for name := range cfg.Routing.Channels {
		channels[name] = shown
	}
	cfg.Routing.Channels, cfg.Routing.Links = nil, links.Config{}
	return channels
}

// browsable turns an address into one that a browser on this machine can open.
func browsable(listen string) string {
	if strings.HasPrefix(listen, ":") {
		return "localhost" + listen
	}
	return listen
}

// screen replaces the log channel: a person in front of the demo reads the messages as a
// manager would.
type screen struct {
	mu sync.Mutex
	w  io.Writer
}

// Send implements alerting.Channel.
func (s *screen) Send(_ context.Context, m alerting.Message) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	text := strings.TrimSpace(m.Text)
	if m.Answer != "" {
		text += "\n" + m.Answer
	}
	_, err := fmt.Fprintf(s.w, "\n%s\n", text)
	return err
}

// Service implements alerting.Channel.
func (s *screen) Service() string { return alerting.LogChannel }

package main

import (
	"context"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"firstsign/cmd/firstsign/app"
	"firstsign/cmd/firstsign/console"
	"firstsign/config"
)

// runCommand is the service.
type runCommand struct{ app.ConfigFlag }

// Run works until it is told to stop.
func (c *runCommand) Run(ctx context.Context) error {
	cfg, err := config.Load(c.Config)
	if err != nil {
		return err
	}
	if err := cfg.CanRun(); err != nil {
		return err
	}
	log := loggerOf(cfg)
	a, err := app.New(cfg, c.Config, log)
	if err != nil {
		return err
	}
	defer a.Close()
	a.Audit = console.Logger(cfg.Service.Log.Format, slog.LevelInfo) // at every level of the log
	a.Hangup = make(chan os.Signal, 1)
	signal.Notify(a.Hangup, syscall.SIGHUP)
	defer signal.Stop(a.Hangup)
	log.Info("firstsign starts", "version", version(), "config", c.Config, "rules", cfg.Rules().Hash,
		"group", cfg.Service.Kafka.Group, "listen", cfg.Service.HTTP.Listen)
	err = a.Run(ctx)
	log.Info("firstsign ends")
	return err
}

func loggerOf(cfg *config.Config) *slog.Logger {
	level := slog.LevelInfo
	_ = level.UnmarshalText([]byte(cfg.Service.Log.Level)) // checked by config; info when it is empty
	return console.Logger(cfg.Service.Log.Format, level)
}

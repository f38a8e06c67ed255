package app

import (
	"context"

	"github.com/prometheus/client_golang/prometheus"

	"firstsign/alerting"
	alertredis "firstsign/alerting/redis"
	"firstsign/config"
	state "firstsign/detector/redis"
)

// WithStores opens the stores of alerts and of the state of a configuration's service, and
// closes them when do returns. The error is one of the configuration, of Redis, or of do.
func WithStores(ctx context.Context, dir string, do func(*config.Config, alerting.AlertStore, *state.Store) error) error {
	cfg, err := LoadConfig(ctx, dir)
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
	store, err := state.New(client, Namespace(cfg), prometheus.NewRegistry())
	if err != nil {
		return err
	}
	return do(cfg, alertredis.New(client, Namespace(cfg)), store)
}

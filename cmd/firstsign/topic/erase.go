package topic

import (
	"context"
	"time"

	"firstsign/config"
	"firstsign/internal/identity"
	"firstsign/signals"
	"firstsign/signals/kafka"
)

// Erase appends the record to the partition of the account, or to all.
func Erase(ctx context.Context, client *kafka.Client, cfg *config.Config, account, contact string, now time.Time) (partitions int, _ error) {
	account, contact = identity.CleanString(account), identity.CleanString(contact)
	return client.Control(ctx, signals.Control{Kind: signals.Erase, Time: now.UnixNano(), Account: account, Contact: cfg.Pseudonyms.Of(contact)})
}

// Package embedded answers: where do Kafka and Redis come from when there is nothing to install?
package embedded

import (
	"fmt"

	"github.com/alicebob/miniredis/v2"
	"github.com/twmb/franz-go/pkg/kfake"

	"firstsign/config"
)

// Services are a Kafka broker and a Redis, both inside this process. Close removes all
// data.
type Services struct {
	broker *kfake.Cluster
	store  *miniredis.Miniredis
}

// Start starts both and points the configuration at them.
func Start(c *config.Config) (*Services, error) {
	broker, err := kfake.NewCluster(kfake.NumBrokers(1))
	if err != nil {
		return nil, fmt.Errorf("embedded broker: %w", err)
	}
	store, err := miniredis.Run()
	if err != nil {
		broker.Close()
		return nil, fmt.Errorf("embedded store: %w", err)
	}
	none := config.Default().Service // whatever is named otherwise belongs to another Kafka and Redis
	k, namespace := &c.Service.Kafka, c.Service.Redis.Namespace
	k.Brokers, k.TLS, k.SASL = broker.ListenAddrs(), none.Kafka.TLS, none.Kafka.SASL
	k.Replication = 1
	k.Accounts = "" // they have been read
	c.Service.Redis = none.Redis
	c.Service.Redis.Addr, c.Service.Redis.Namespace = store.Addr(), namespace
	return &Services{broker, store}, nil
}

// Close ends both.
func (s *Services) Close() {
	s.store.Close()
	s.broker.Close()
}

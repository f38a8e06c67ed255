package main

import (
	"fmt"

	"github.com/alicebob/miniredis/v2"
	"github.com/twmb/franz-go/pkg/kfake"

	"firstsign/config"
)

// embedded is a Kafka-protocol broker and a Redis-protocol store inside this
// process: what demo and bench use where there is nothing else. It keeps
// nothing when it ends.
type embedded struct {
	broker *kfake.Cluster
	store  *miniredis.Miniredis
}

// startEmbedded starts both and points the configuration at them.
func startEmbedded(c *config.Config) (*embedded, error) {
	broker, err := kfake.NewCluster(kfake.NumBrokers(1))
	if err != nil {
		return nil, fmt.Errorf("embedded broker: %w", err)
	}
	store, err := miniredis.Run()
	if err != nil {
		broker.Close()
		return nil, fmt.Errorf("embedded store: %w", err)
	}
	c.Service.Kafka.Brokers = broker.ListenAddrs()
	c.Service.Kafka.Replication = 1
	c.Service.Kafka.Accounts = "" // they have been read
	c.Service.Redis.Addr = store.Addr()
	return &embedded{broker, store}, nil
}

func (e *embedded) close() {
	e.store.Close()
	e.broker.Close()
}

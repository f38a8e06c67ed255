package demo

import (
	"testing"

	"firstsign/alerting"
	"firstsign/cmd/firstsign/embedded"
	"firstsign/config"
)

// A demo with the configuration of a service reaches nobody and nothing of the service:
// neither the channels of its managers nor its Kafka and Redis.
func TestADemoIsByItself(t *testing.T) {
	cfg := config.Default()
	cfg.Routing.Channels = map[string]alerting.ChannelConfig{"team": {URLFile: "/run/secrets/team"}}
	cfg.Routing.Links.BaseURL = "https://firstsign.example.com"
	channels := onScreen(cfg)
	if len(cfg.Routing.Channels) > 0 || cfg.Routing.Links.BaseURL != "" {
		t.Errorf("%+v is left of the routing", cfg.Routing)
	}
	for _, name := range []string{"team", alerting.LogChannel} {
		if _, ok := channels[name].(*screen); !ok {
			t.Errorf("messages on %s go to %T", name, channels[name])
		}
	}
	redis := &cfg.Service.Redis
	redis.Addresses, redis.Cluster, redis.Username, redis.PasswordEnv = []string{"redis.example.com:6379"}, true, "firstsign", "PASSWORD"
	cfg.Service.Kafka.TLS.CA = "ca.pem"
	parts, err := embedded.Start(cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer parts.Close()
	if redis.Cluster || len(redis.Addresses) > 0 || redis.Username != "" || redis.PasswordEnv != "" || cfg.Service.Kafka.TLS.CA != "" {
		t.Errorf("the demo would go to %+v and %+v", redis, cfg.Service.Kafka)
	}
}

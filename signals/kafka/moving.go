package kafka

import (
	"context"
	"errors"
	"fmt"

	kafkago "github.com/segmentio/kafka-go"
)

// Running returns how many instances are in the consumer group, as the brokers know
// it. An instance that was killed counts until its session times out. Without the right
// to ask it returns 0.
func (c *Client) Running(ctx context.Context) (instances int, err error) {
	err = c.retry(ctx, "ask who is in the group "+c.config.Group, func(ctx context.Context) error {
		res, err := c.client.DescribeGroups(ctx, &kafkago.DescribeGroupsRequest{GroupIDs: []string{c.config.Group}})
		if err != nil {
			return err
		}
		for _, g := range res.Groups {
			if errors.Is(g.Error, kafkago.GroupAuthorizationFailed) {
				return nil
			}
			if g.Error != nil {
				return g.Error
			}
			instances = len(g.Members)
		}
		return nil
	})
	return instances, err
}

const (
	timestamps  = "message.timestamp.type"
	writersTime = "CreateTime"
)

// KeepsTimes refuses topics of which the broker replaces the records' times by its own.
// A copy would lose when things were written: retention and signatures go by it.
func (c *Client) KeepsTimes(ctx context.Context) error {
	var req kafkago.DescribeConfigsRequest
	for _, topic := range []string{c.config.Topic, c.config.Alerts} {
		req.Resources = append(req.Resources, kafkago.DescribeConfigRequestResource{
			ResourceType: kafkago.ResourceTypeTopic, ResourceName: topic, ConfigNames: []string{timestamps},
		})
	}
	return c.retry(ctx, "ask how "+c.config.Topic+" keeps times", func(ctx context.Context) error {
		res, err := c.client.DescribeConfigs(ctx, &req)
		if err != nil {
			return err
		}
		for _, r := range res.Resources {
			if errors.Is(r.Error, kafkago.TopicAuthorizationFailed) {
				continue // what is read back will tell
			}
			if r.Error != nil {
				return r.Error
			}
			for _, e := range r.ConfigEntries {
				if e.ConfigName == timestamps && e.ConfigValue != writersTime {
					return fmt.Errorf("%w: %s has %s=%s. Set it to %s for the copy, and back when that is done", ErrTopic, r.ResourceName, timestamps, e.ConfigValue, writersTime)
				}
			}
		}
		return nil
	})
}

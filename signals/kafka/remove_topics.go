package kafka

import (
	"context"
	"errors"
	"fmt"

	kafkago "github.com/segmentio/kafka-go"
)

// RemoveTopics deletes the topics of the configuration, with all that is
// in them, and returns when the brokers know none of them any more: whoever
// creates them at once would find them there otherwise, for another moment.
func (c *Client) RemoveTopics(ctx context.Context) error {
	names := c.config.topics()
	err := c.retry(ctx, "delete "+c.config.Topic, func(ctx context.Context) error {
		res, err := c.client.DeleteTopics(ctx, &kafkago.DeleteTopicsRequest{
			Topics: names,
		})
		if err != nil {
			return err
		}
		for _, err := range res.Errors {
			if err != nil && !errors.Is(err, kafkago.UnknownTopicOrPartition) { // gone already, it may be by an earlier attempt
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return c.retry(ctx, "see "+c.config.Topic+" gone", func(ctx context.Context) error {
		topics, _, err := c.metadata(ctx, names...)
		if err != nil {
			return err
		}
		for _, t := range topics {
			if !errors.Is(t.Error, kafkago.UnknownTopicOrPartition) {
				return fmt.Errorf("%w: %s", errStillThere, t.Name)
			}
		}
		return nil
	})
}

var errStillThere = errors.New("the brokers have not deleted it yet")

package kafka

import (
	"context"
	"errors"

	kafkago "github.com/segmentio/kafka-go"
)

// RemoveTopics deletes the topics of the configuration, with all that is
// in them: a benchmark cleans up after itself.
func (c *Client) RemoveTopics(ctx context.Context) error {
	return c.retry(ctx, "delete "+c.config.Topic, func(ctx context.Context) error {
		res, err := c.client.DeleteTopics(ctx, &kafkago.DeleteTopicsRequest{
			Topics: c.config.topics(),
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
}

package kafka

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	kafkago "github.com/segmentio/kafka-go"
)

// Identity is what a state must be of: this topic of this cluster.
type Identity struct {
	Cluster    string
	Topic      string
	Partitions int
}

// Identify asks the cluster for its id and the topic's partitions; the topic
// must exist, or appear while it waits.
func (c *Client) Identify(ctx context.Context) (Identity, error) {
	return c.ask(ctx, c.config.Topic, kafkago.UnknownTopicOrPartition)
}

// Find is Identify for those who only read: a topic that does not exist is
// ErrNoTopic, and is not waited for.
func (c *Client) Find(ctx context.Context) (Identity, error) {
	return c.ask(ctx, c.config.Topic, ErrNoTopic)
}

// partitions of a topic, which must exist, or appear while it waits.
func (c *Client) partitions(ctx context.Context, topic string) (n int, err error) {
	id, err := c.ask(ctx, topic, kafkago.UnknownTopicOrPartition)
	return id.Partitions, err
}

// ask about a topic. missing is the error while there is none: whether
// it is temporary says whether the topic is waited for.
func (c *Client) ask(ctx context.Context, topic string, missing error) (Identity, error) {
	id := Identity{Topic: topic}
	err := c.retry(ctx, "ask about "+topic, func(ctx context.Context) error {
		topics, cluster, err := c.metadata(ctx, topic)
		if err != nil {
			return err
		}
		id.Cluster, id.Partitions = cluster, len(topics[0].Partitions)
		if errors.Is(topics[0].Error, kafkago.UnknownTopicOrPartition) {
			return missing
		}
		return topics[0].Error
	})
	return id, err
}

// metadata is answered from the transport's cache, a few seconds old.
func (c *Client) metadata(ctx context.Context, topics ...string) ([]kafkago.Topic, string, error) {
	res, err := c.client.Metadata(ctx, &kafkago.MetadataRequest{Topics: topics})
	if err != nil {
		return nil, "", err
	}
	for i := range res.Topics {
		if t := &res.Topics[i]; t.Error == nil && len(t.Partitions) == 0 {
			t.Error = kafkago.UnknownTopicOrPartition
		}
	}
	return res.Topics, res.ClusterID, nil
}

// ErrNoTopic means that the cluster has no such topic.
var ErrNoTopic = errors.New("there is no such topic")

// ErrTopic means that a topic exists but is not fit for its purpose.
var ErrTopic = errors.New("topic is not fit for use")

// EnsureTopics creates the topics that are missing and checks those that
// exist. It waits for brokers that are away.
func (c *Client) EnsureTopics(ctx context.Context) (Identity, error) {
	wanted := []kafkago.TopicConfig{
		c.topicConfig(c.config.Topic, max(c.config.Partitions, 1)),
		c.topicConfig(c.config.DeadLetters, 1),
		c.topicConfig(c.config.Alerts, 1),
	}
	if c.config.Accounts != "" {
		table := c.topicConfig(c.config.Accounts, 1)
		table.ConfigEntries = []kafkago.ConfigEntry{{ConfigName: cleanup, ConfigValue: compact}}
		wanted = append(wanted, table)
	}
	for _, t := range wanted {
		err := c.retry(ctx, "create or check "+t.Topic, func(ctx context.Context) error {
			created, err := c.create(ctx, t)
			if created || err != nil {
				return err
			}
			return c.checkTopic(ctx, t.Topic)
		})
		if err != nil {
			return Identity{}, err
		}
	}
	if err := c.awaitTopics(ctx, wanted); err != nil {
		return Identity{}, err
	}
	id, err := c.Identify(ctx)
	if err == nil && c.config.Partitions > 0 && id.Partitions != c.config.Partitions {
		return id, fmt.Errorf("%w: %s has %d partitions, the configuration says %d", ErrTopic, id.Topic, id.Partitions, c.config.Partitions)
	}
	return id, err
}

// awaitTopics returns when the brokers know all of them: a new one is not known
// at once, and one that was there may just have been about to be deleted; that
// one is created again.
func (c *Client) awaitTopics(ctx context.Context, wanted []kafkago.TopicConfig) error {
	names := make([]string, len(wanted))
	for i, t := range wanted {
		names[i] = t.Topic
	}
	return c.retry(ctx, "wait for "+strings.Join(names, ", "), func(ctx context.Context) error {
		topics, _, err := c.metadata(ctx, names...)
		if err != nil {
			return err
		}
		for _, t := range topics {
			if t.Error == nil {
				continue
			}
			at := slices.IndexFunc(wanted, func(w kafkago.TopicConfig) bool { return w.Topic == t.Name })
			if at < 0 || !errors.Is(t.Error, kafkago.UnknownTopicOrPartition) {
				return t.Error
			}
			if _, err := c.create(ctx, wanted[at]); err != nil {
				return err
			}
			return t.Error
		}
		return nil
	})
}

func (c *Client) topicConfig(name string, partitions int) kafkago.TopicConfig {
	retention := int64(-1)
	if c.config.Retention > 0 {
		retention = c.config.Retention.Milliseconds()
	}
	replication := c.config.Replication
	if replication == 0 {
		replication = -1
	}
	return kafkago.TopicConfig{
		Topic: name, NumPartitions: partitions, ReplicationFactor: replication,
		ConfigEntries: []kafkago.ConfigEntry{
			{ConfigName: cleanup, ConfigValue: "delete"},
			{ConfigName: "retention.ms", ConfigValue: strconv.FormatInt(retention, 10)},
		},
	}
}

// create says false when the topic exists already.
func (c *Client) create(ctx context.Context, t kafkago.TopicConfig) (bool, error) {
	topics, _, err := c.metadata(ctx, t.Topic)
	if err != nil || topics[0].Error == nil {
		return false, err
	}
	res, err := c.client.CreateTopics(ctx, &kafkago.CreateTopicsRequest{Topics: []kafkago.TopicConfig{t}})
	if err != nil {
		return false, err
	}
	switch err := res.Errors[t.Topic]; {
	case err == nil:
		c.log.Info("topic created", "topic", t.Topic, "partitions", t.NumPartitions)
		return true, nil
	case errors.Is(err, kafkago.TopicAlreadyExists):
		return false, nil
	default:
		return false, err
	}
}

const (
	cleanup = "cleanup.policy"
	compact = "compact"
)

// checkTopic refuses a compacted topic for a log: compaction removes all but
// the last record of an account. For the table of accounts just that is wanted,
// and "delete" would forget those that have not changed for long.
func (c *Client) checkTopic(ctx context.Context, name string) error {
	res, err := c.client.DescribeConfigs(ctx, &kafkago.DescribeConfigsRequest{
		Resources: []kafkago.DescribeConfigRequestResource{{
			ResourceType: kafkago.ResourceTypeTopic, ResourceName: name, ConfigNames: []string{cleanup},
		}},
	})
	if err != nil {
		return err
	}
	for _, r := range res.Resources {
		if errors.Is(r.Error, kafkago.TopicAuthorizationFailed) {
			c.log.Warn("the topic's settings may not be read by us; they are not checked", "topic", name)
			return nil
		}
		if r.Error != nil {
			return r.Error
		}
		for _, e := range r.ConfigEntries {
			switch isTable := name == c.config.Accounts; {
			case e.ConfigName != cleanup:
			case isTable && e.ConfigValue != compact:
				return fmt.Errorf("%w: %s is not compacted alone (cleanup.policy=%s), and accounts that do not change would be lost; it must be \"compact\"", ErrTopic, name, e.ConfigValue)
			case !isTable && strings.Contains(e.ConfigValue, compact):
				return fmt.Errorf("%w: %s is compacted (cleanup.policy=%s), which removes records that are counted; it must be \"delete\"", ErrTopic, name, e.ConfigValue)
			}
		}
	}
	return nil
}

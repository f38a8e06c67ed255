package migrate

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/prometheus/client_golang/prometheus"

	alertredis "firstsign/alerting/redis"
	"firstsign/cmd/firstsign/app"
	"firstsign/config"
	state "firstsign/detector/redis"
	"firstsign/detector/worker"
	"firstsign/internal/plural"
	"firstsign/signals/kafka"
)

// deployment is one side of a move: its topics, its state and its alerts.
type deployment struct {
	config   *config.Config
	client   *kafka.Client
	identity kafka.Identity
	lines    int // partitions of the topic of alerts
	store    *state.Store
	alerts   *alertredis.Store
	closers  []func()
}

// open a deployment. topics asks for its topics.
func open(ctx context.Context, c *config.Config, log *slog.Logger, topics func(*kafka.Client) (kafka.Identity, error)) (d *deployment, err error) {
	d = &deployment{config: c}
	defer func() {
		if err != nil {
			d.close()
		}
	}()
	if err := c.CanRun(); err != nil {
		return d, err
	}
	if d.client, err = kafka.Open(c.Service.Kafka, log, nil); err != nil {
		return d, err
	}
	d.closers = append(d.closers, d.client.Close)
	redis, err := state.Open(c.Service.Redis)
	if err != nil {
		return d, err
	}
	d.closers = append(d.closers, func() { _ = redis.Close() })
	if d.store, err = state.New(redis, app.Namespace(c), prometheus.NewRegistry()); err != nil {
		return d, err
	}
	d.alerts = alertredis.New(redis, app.Namespace(c))
	if d.identity, err = topics(d.client); err != nil {
		return d, err
	}
	d.lines, err = d.client.AlertPartitions(ctx)
	return d, err
}

func (d *deployment) close() {
	for _, c := range d.closers {
		c()
	}
}

func (d *deployment) partitions() int { return d.identity.Partitions }

// owner is what the state of the deployment belongs to.
func (d *deployment) owner() worker.Identity {
	return worker.Identity{
		Cluster: d.identity.Cluster, Topic: d.identity.Topic, Partitions: d.partitions(), TimeZone: d.config.Calendar.Location.String(),
	}
}

// idle refuses a deployment of which instances run.
func (d *deployment) idle(ctx context.Context) error {
	n, err := d.client.Running(ctx)
	if err == nil && n > 0 {
		err = fmt.Errorf("the group %s has %s: stop the service first. One that was killed counts until its session times out (%s)",
			d.config.Service.Kafka.Group, plural.Count(n, "running instance"), d.config.Service.Kafka.SessionTimeout)
	}
	return err
}

// apart refuses sides that share what each must have for itself: going back means to
// start the old configuration again.
func apart(from, to *deployment) error {
	a, b := &from.config.Service, &to.config.Service
	switch {
	case from.identity.Cluster == to.identity.Cluster && (a.Kafka.Topic == b.Kafka.Topic || a.Kafka.Alerts == b.Kafka.Alerts):
		return fmt.Errorf("both configurations name the topics %s and %s of one cluster: name new ones under kafka.topic and kafka.alerts", b.Kafka.Topic, b.Kafka.Alerts)
	case app.Namespace(from.config) == app.Namespace(to.config) && fmt.Sprint(a.Redis.Addr, a.Redis.Addresses, a.Redis.DB) == fmt.Sprint(b.Redis.Addr, b.Redis.Addresses, b.Redis.DB):
		return fmt.Errorf("both configurations keep their state under the name %q in one Redis: name a new one under redis.namespace", app.Namespace(to.config))
	case from.identity.Cluster == to.identity.Cluster && a.Kafka.Group != b.Kafka.Group && len(to.config.Mappings) > 0:
		return fmt.Errorf("the group %s would map the topics of mappings.yaml from their beginning, and %s has mapped them: leave kafka.group as it is", b.Kafka.Group, a.Kafka.Group)
	case from.owner().TimeZone != to.owner().TimeZone:
		return fmt.Errorf("the time zone is %s and would be %s: its days are others", from.owner().TimeZone, to.owner().TimeZone)
	}
	return nil
}

// standing is where the old deployment stopped.
type standing struct {
	metas []worker.Meta
	ends  []int64 // of the partitions, when the copy began
}

// stands looks at what is stored, and refuses what cannot be moved as it is.
func (d *deployment) stands(ctx context.Context) (s standing, err error) {
	if err := d.alerts.Check(ctx); err != nil {
		return s, err
	}
	for p := range d.partitions() {
		id, meta, err := d.store.Inspect(ctx, p)
		if err != nil {
			return s, err
		}
		waiting, err := d.store.Outbox(ctx, p, "", 1)
		if err != nil {
			return s, err
		}
		start, end, err := d.bounds(ctx, p)
		again := "start the service once more until /-/ready says that all is live, and stop it"
		switch {
		case err != nil:
			return s, err
		case meta.Position == nil:
			return s, fmt.Errorf("partition %d of %s was never read under the name %q: %s", p, d.identity.Topic, app.Namespace(d.config), again)
		case id != d.owner():
			return s, fmt.Errorf("%w: partition %d is of %+v, and the configuration says %+v", worker.ErrIdentity, p, id, d.owner())
		case end < meta.Position.Next:
			return s, fmt.Errorf("%w: partition %d was read to offset %d and ends at %d", worker.ErrForeignLog, p, meta.Position.Next, end)
		case len(waiting) > 0:
			return s, fmt.Errorf("findings of partition %d wait to become alerts: %s", p, again)
		case p > 0 && meta.Position.Day != s.metas[0].Position.Day:
			return s, fmt.Errorf("partition %d has closed other days than partition 0: %s", p, again)
		case start > meta.Position.Next:
			return s, fmt.Errorf("partition %d was read to offset %d, and retention has removed what is behind: %s", p, meta.Position.Next, again)
		}
		s.metas, s.ends = append(s.metas, meta), append(s.ends, end)
	}
	return s, nil
}

// errWorked means that the old deployment was used during the copy.
var errWorked = errors.New("the service worked, or somebody answered, while its alerts and state were copied")

// unchanged fails when the state is not what it was.
func (d *deployment) unchanged(ctx context.Context, s *standing) error {
	for p := range s.metas {
		_, now, err := d.store.Inspect(ctx, p)
		if err != nil {
			return err
		}
		if was := &s.metas[p]; now.Seq != was.Seq || now.Epoch != was.Epoch || now.Position == nil || now.Position.Next != was.Position.Next {
			return fmt.Errorf("%w: partition %d. Stop the service and start again with new topics", errWorked, p)
		}
	}
	return nil
}

func (d *deployment) bounds(ctx context.Context, partition int) (start, end int64, err error) {
	p := d.client.Partition(partition)
	defer p.Close()
	return p.Bounds(ctx)
}

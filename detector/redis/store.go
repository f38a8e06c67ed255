// Package redis answers: how is the state of partitions stored in Redis?
//
// A partition has four keys in one hash slot. The hash meta holds the partition
// as a whole, the hash accounts has one field per account, the stream outbox holds
// the findings that await delivery, and the stream settled those that were delivered
// lately. Claim and commit are one script each,
// so each is all or nothing.
package redis

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"regexp"
	"strconv"

	"github.com/prometheus/client_golang/prometheus"
	goredis "github.com/redis/go-redis/v9"

	"firstsign/detector"
	"firstsign/detector/worker"
)

// The names of all keys and fields. Only the scripts name version, accounts and
// outbox (how many there are), token and writer (the token that wrote seq).
const (
	keyMeta     = ":meta"
	keyAccounts = ":accounts"
	keyOutbox   = ":outbox"

	fieldSeq          = "seq"
	fieldEpoch        = "epoch"
	fieldPortfolio    = "portfolio"
	fieldNext         = "next"
	fieldAnchor       = "anchor"
	fieldAnchorOffset = "anchor_offset"
	fieldClock        = "clock"
	fieldDay          = "day"
	fieldRules        = "rules"
	fieldLog          = "log"
	fieldCluster      = "cluster"
	fieldTopic        = "topic"
	fieldPartitions   = "partitions"
	fieldTimeZone     = "timezone"
	fieldMark         = "mark" // of the newest Settle

	fieldFinding = "finding" // of an entry in the outbox
)

// keySpace is what all keys begin with, those of the alerts as well.
const keySpace = "firstsign:{"

func prefix(namespace string) string { return keySpace + namespace + "/" }

func (s *Store) keys(partition int) []string {
	p := prefix(s.namespace) + strconv.Itoa(partition) + "}"
	return []string{p + keyMeta, p + keyAccounts, p + keyOutbox}
}

const (
	version = 1   // of these keys and fields; raise it when older programs would misread them
	batch   = 500 // accounts or entries per call; more would keep others waiting
)

var (
	//go:embed damage.lua
	damageSource string
	//go:embed claim.lua
	claimSource string
	claimScript = goredis.NewScript(damageSource + claimSource)
	//go:embed commit.lua
	commitSource string
	commitScript = goredis.NewScript(damageSource + commitSource)
)

// Store is a worker.Store on Redis. One Store serves all partitions.
type Store struct {
	client    goredis.UniversalClient
	namespace string
	metrics   *metrics
	hold      string // why this store may claim what is held; see Hold
}

// A namespace is part of every key. It is also part of the glob pattern in the
// command that removes the state, so it must hold no special character.
var validNamespace = regexp.MustCompile(`^[A-Za-z0-9._:-]+$`)

// New returns the store of a namespace. The caller closes the client.
func New(client goredis.UniversalClient, namespace string, reg prometheus.Registerer) (*Store, error) {
	if !validNamespace.MatchString(namespace) {
		return nil, fmt.Errorf("redis namespace %q: only letters, digits and ._:- can be in it", namespace)
	}
	return &Store{client: client, namespace: namespace, metrics: newMetrics(reg)}, nil
}

// Ping tells whether Redis answers.
func (s *Store) Ping(ctx context.Context) error {
	if err := s.client.Ping(ctx).Err(); err != nil {
		return fmt.Errorf("ping redis: %w", err)
	}
	return nil
}

// Claim implements worker.Store.
func (s *Store) Claim(ctx context.Context, partition int, token string, id worker.Identity) (worker.Meta, error) {
	identity := map[string]string{
		fieldCluster:    id.Cluster,
		fieldTopic:      id.Topic,
		fieldPartitions: strconv.Itoa(id.Partitions),
		fieldTimeZone:   id.TimeZone,
	}
	args := []any{token, version}
	for _, field := range []string{fieldTopic, fieldCluster, fieldPartitions, fieldTimeZone} {
		args = append(args, field, identity[field])
	}
	var reply []any
	err := s.Claimable(ctx)
	if err == nil {
		reply, err = s.run(ctx, worker.CallClaim, claimScript, partition, args)
	}
	if err == nil {
		err = s.claimRefused(reply, identity)
	}
	var meta worker.Meta
	if err == nil {
		meta, err = readMeta(reply)
	}
	if err != nil {
		return worker.Meta{}, fmt.Errorf("claim partition %d: %w", partition, err)
	}
	return meta, nil
}

// claimRefused returns why a claim was not granted, nil when it was.
func (s *Store) claimRefused(reply []any, ours map[string]string) error {
	remedy := fmt.Sprintf("use another namespace, or remove the state: "+
		"redis-cli --scan --pattern '%s*' | xargs redis-cli unlink", prefix(s.namespace))
	switch reply[0] {
	case "OK":
		return nil
	case "IDENTITY":
		field := reply[1].(string)
		return fmt.Errorf("%w: %s is %q in Redis and %q here; %s", worker.ErrIdentity, field, reply[2], ours[field], remedy)
	case "VERSION":
		return fmt.Errorf("%w: the stored state has version %s and this program reads up to %d: start the newer program, or %s",
			worker.ErrIdentity, reply[1], version, remedy)
	case "DAMAGED":
		return damaged(reply)
	}
	return fmt.Errorf("unknown answer %q", reply[0])
}

// damaged says what is missing of a state.
func damaged(reply []any) error {
	return fmt.Errorf("%w: there should be %s %s and there are %s. Was a key removed, or evicted (set maxmemory-policy noeviction)? Restore a backup, or rebuild the state from the topic: firstsign rebuild",
		worker.ErrDamaged, reply[2], reply[1], reply[3])
}

// Accounts implements worker.Store.
func (s *Store) Accounts(ctx context.Context, partition int, yield func(detector.AccountState) error) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop() // of the page that nobody waits for any more
	var state []byte
	for next := s.scan(ctx, partition, 0); next != nil; {
		page := <-next
		if page.err != nil {
			return fmt.Errorf("read the accounts of partition %d: %w", partition, page.err)
		}
		next = nil
		if page.cursor != 0 {
			next = s.scan(ctx, partition, page.cursor)
		}
		for i := 0; i+1 < len(page.pairs); i += 2 {
			state = append(state[:0], page.pairs[i+1]...)
			if err := yield(detector.AccountState{ID: page.pairs[i], State: state}); err != nil {
				return err
			}
		}
	}
	return nil
}

// page is one answer to HSCAN.
type page struct {
	pairs  []string
	cursor uint64 // of the next page; 0: this is the last
	err    error
}

// scan asks for a page of accounts, while the one before it is being used.
func (s *Store) scan(ctx context.Context, partition int, cursor uint64) <-chan page {
	answer := make(chan page, 1)
	go func() {
		done := s.metrics.call(worker.CallAccounts)
		var p page
		p.pairs, p.cursor, p.err = s.client.HScan(ctx, s.keys(partition)[1], cursor, "", batch).Result()
		done(p.err)
		answer <- p
	}()
	return answer
}

// Commit implements worker.Store.
func (s *Store) Commit(ctx context.Context, partition int, c *worker.Chunk) (worker.Receipt, error) {
	receipt, err := s.commit(ctx, partition, c)
	if err != nil {
		return worker.Receipt{}, fmt.Errorf("commit %d of partition %d: %w", c.Seq, partition, err)
	}
	return receipt, nil
}

func (s *Store) commit(ctx context.Context, partition int, c *worker.Chunk) (r worker.Receipt, err error) {
	meta := metaValues(c)
	args := make([]any, 0, 5+len(meta)+2*len(c.Accounts)+len(c.Findings))
	args = append(args, c.Token, c.Seq, c.Seq-1, len(meta), 2*len(c.Accounts))
	args = append(args, meta...)
	for _, a := range c.Accounts {
		args = append(args, a.ID, a.State)
	}
	for _, finding := range c.Findings {
		args = append(args, finding)
	}
	reply, err := s.run(ctx, worker.CallCommit, commitScript, partition, args)
	if err != nil {
		return r, err
	}
	switch reply[0] {
	case "REFUSED":
		return r, worker.ErrRefused
	case "DAMAGED":
		return r, damaged(reply)
	}
	r.StoreTime, err = readTime(reply)
	return r, err
}

// run runs a script that answers with a list whose first value is a word.
func (s *Store) run(ctx context.Context, call worker.Call, script *goredis.Script, partition int, args []any) ([]any, error) {
	done := s.metrics.call(call)
	reply, err := script.Run(ctx, s.client, s.keys(partition), args...).Slice()
	if err == nil && len(reply) == 0 {
		err = errors.New("empty answer")
	}
	done(err)
	return reply, err
}

// Forget removes all that is kept of a partition.
func (s *Store) Forget(ctx context.Context, partition int) error {
	if err := s.client.Unlink(ctx, append(s.keys(partition), s.settledKey(partition))...).Err(); err != nil {
		return fmt.Errorf("forget partition %d: %w", partition, err)
	}
	return nil
}

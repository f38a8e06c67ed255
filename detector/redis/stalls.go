package redis

import (
	"context"
	"errors"
	"math"
	"net"
	"slices"
	"strings"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"firstsign/internal/stall"
	"firstsign/internal/tlsfiles"
)

// refusals are the beginnings of Redis' errors, and why it gives them.
var refusals = []struct {
	begins string
	reason stall.Reason
}{
	{"WRONGPASS", stall.RedisLogin},
	{"NOAUTH", stall.RedisLogin},
	{"ERR AUTH", stall.RedisLogin},             // a password where none is set
	{"ERR invalid password", stall.RedisLogin}, // Redis before 6
	{"ERR Client sent AUTH", stall.RedisLogin}, // the same
	{"NOPERM", stall.RedisRights},
	{"ERR The user executing the script", stall.RedisRights}, // a command in it is not allowed
	{"MOVED", stall.RedisMoved},
	{"ASK", stall.RedisMoved},
	{"CROSSSLOT", stall.RedisMoved},
	{"READONLY", stall.RedisMoved},
	{"OOM", stall.RedisFull},
	{"MISCONF", stall.RedisFull},
	{"NOREPLICAS", stall.RedisFull},
}

// reasonOf an error of a command; empty when it is no stall: a script that is not loaded.
func reasonOf(err error) stall.Reason {
	if tlsfiles.Refused(err) {
		return stall.RedisLogin
	}
	answer, is := errors.AsType[goredis.Error](err)
	if !is {
		return stall.RedisAway
	}
	for _, r := range refusals {
		if strings.HasPrefix(answer.Error(), r.begins) {
			return r.reason
		}
	}
	if strings.HasPrefix(answer.Error(), "NOSCRIPT") {
		return ""
	}
	return stall.RedisAway
}

// hook tells a board how commands on our keys end, and says in their errors why.
type hook struct {
	stalls  *stall.Board
	cluster bool // the client follows what MOVED says
}

func newHook(stalls *stall.Board, cluster bool) hook {
	if stalls == nil {
		stalls = new(stall.Board)
	}
	return hook{stalls, cluster}
}

// DialHook implements goredis.Hook.
func (hook) DialHook(next goredis.DialHook) goredis.DialHook {
	return func(ctx context.Context, network, addr string) (net.Conn, error) { return next(ctx, network, addr) }
}

// ProcessHook implements goredis.Hook.
func (h hook) ProcessHook(next goredis.ProcessHook) goredis.ProcessHook {
	return func(ctx context.Context, cmd goredis.Cmder) error {
		return h.ended(ctx, cmd, next(ctx, cmd))
	}
}

// ProcessPipelineHook implements goredis.Hook.
func (h hook) ProcessPipelineHook(next goredis.ProcessPipelineHook) goredis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []goredis.Cmder) error {
		err := next(ctx, cmds)
		if err != nil && !slices.ContainsFunc(cmds, func(cmd goredis.Cmder) bool { return cmd.Err() != nil }) {
			for _, cmd := range cmds { // none was sent: a login that is refused, say
				cmd.SetErr(err)
			}
		}
		var first error
		for _, cmd := range cmds {
			if ended := h.ended(ctx, cmd, cmd.Err()); first == nil {
				first = ended
			}
		}
		if err != nil && first != nil {
			return first
		}
		return err
	}
}

// ended tells how a command ended, and returns its error with the reason.
func (h hook) ended(ctx context.Context, cmd goredis.Cmder, err error) error {
	exchange := nameOf(cmd)
	switch {
	case exchange == "":
		return err
	case err == nil || errors.Is(err, goredis.Nil):
		h.stalls.Worked(exchange)
		return err
	case ctx.Err() != nil && errors.Is(ctx.Err(), context.Canceled): // nobody waits any more
		return err
	}
	reason := reasonOf(err)
	if reason == "" {
		return err
	}
	stalled := h.failed(exchange, reason, err)
	cmd.SetErr(stalled)
	return stalled
}

// failOverTime is how long a fail-over may last that was under way when we began. One that
// begins later is waited for as long as it lasts.
const failOverTime = 30 * time.Second

// failed notes a failure. A replica is waited for: where a partition was claimed it was
// the master, and elsewhere it may become the master within failOverTime. In a Cluster
// the nodes disagree for as long as a fail-over lasts, and send the client in circles.
func (h hook) failed(exchange string, reason stall.Reason, err error) *stall.Error {
	if h.cluster && reason == stall.RedisMoved && !strings.HasPrefix(err.Error(), "CROSSSLOT") {
		return h.stalls.Waits(exchange, reason, err, math.MaxInt64)
	}
	if reason != stall.RedisMoved || !strings.HasPrefix(err.Error(), "READONLY") {
		return h.stalls.Failed(exchange, reason, err)
	}
	patience := failOverTime
	if h.stalls.HasWorked("eval ", keyMeta) {
		patience = math.MaxInt64
	}
	return h.stalls.Waits(exchange, reason, err, patience)
}

// nameOf an exchange: the command and its first key. Empty for commands without a key
// of ours, such as what the client asks by itself when it connects.
func nameOf(cmd goredis.Cmder) string {
	args, name, at := cmd.Args(), cmd.Name(), 1
	if name == "evalsha" || name == "eval" { // the same script: Redis had forgotten it
		name, at = "eval", 3
	}
	if len(args) <= at {
		return ""
	}
	key, _ := args[at].(string)
	if !strings.HasPrefix(key, keySpace) {
		return ""
	}
	return name + " " + key
}

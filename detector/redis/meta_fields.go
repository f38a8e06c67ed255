package redis

import (
	"fmt"
	"strconv"
	"time"

	"firstsign/detector"
	"firstsign/detector/worker"
)

// metaValues returns names and values of the fields of meta that a chunk writes.
func metaValues(c *worker.Chunk) []any {
	var values []any
	if c.Portfolio != nil {
		values = append(values, fieldPortfolio, c.Portfolio)
	}
	if p := c.Position; p != nil {
		values = append(values,
			fieldNext, p.Next,
			fieldAnchor, p.Anchor,
			fieldAnchorOffset, p.AnchorOffset,
			fieldClock, p.Clock,
			fieldDay, p.Day,
			fieldRules, p.Rules,
			fieldLog, p.Log)
	}
	return values
}

// readMeta reads what the claim script answers: OK, seconds, microseconds, and
// names and values of the hash.
func readMeta(reply []any) (meta worker.Meta, err error) {
	if meta.StoreTime, err = readTime(reply); err != nil {
		return meta, err
	}
	if len(reply) < 4 {
		return meta, fmt.Errorf("unknown answer of %d values", len(reply))
	}
	pairs, ok := reply[3].([]any)
	if !ok {
		return meta, fmt.Errorf("unknown answer %T", reply[3])
	}
	f := fields{values: make(map[string]string, len(pairs)/2)}
	for i := 0; i+1 < len(pairs); i += 2 {
		name, _ := pairs[i].(string)
		f.values[name], _ = pairs[i+1].(string)
	}
	f.meta(&meta)
	return meta, f.err
}

// meta fills in what the fields of the hash say.
func (f *fields) meta(meta *worker.Meta) {
	meta.Seq = f.unsigned(fieldSeq)
	meta.Epoch = f.unsigned(fieldEpoch)
	if portfolio, ok := f.values[fieldPortfolio]; ok {
		meta.Portfolio = []byte(portfolio)
	}
	if _, ok := f.values[fieldNext]; ok {
		meta.Position = &detector.Position{
			Next:         f.signed(fieldNext, 64),
			Anchor:       f.unsigned(fieldAnchor),
			AnchorOffset: f.signed(fieldAnchorOffset, 64),
			Clock:        f.signed(fieldClock, 64),
			Day:          int32(f.signed(fieldDay, 32)),
			Rules:        f.values[fieldRules],
			Log:          []byte(f.values[fieldLog]),
		}
	}
}

// readTime reads Redis' clock from the second and third value of an answer.
func readTime(reply []any) (time.Time, error) {
	if len(reply) < 3 {
		return time.Time{}, fmt.Errorf("unknown answer of %d values", len(reply))
	}
	f := fields{values: make(map[string]string, 2)}
	f.values["seconds"], _ = reply[1].(string)
	f.values["microseconds"], _ = reply[2].(string)
	seconds, micros := f.signed("seconds", 64), f.signed("microseconds", 64)
	return time.Unix(seconds, micros*1000), f.err
}

// fields reads numbers and keeps the first error.
type fields struct {
	values map[string]string
	err    error
}

func (f *fields) signed(name string, bits int) int64 {
	n, err := strconv.ParseInt(f.values[name], 10, bits)
	f.keep(name, err)
	return n
}

func (f *fields) unsigned(name string) uint64 {
	n, err := strconv.ParseUint(f.values[name], 10, 64)
	f.keep(name, err)
	return n
}

func (f *fields) keep(name string, err error) {
	if err != nil && f.err == nil {
		f.err = fmt.Errorf("%s in Redis: %w", name, err)
	}
}

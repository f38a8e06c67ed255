package main

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"firstsign/backtest/simulate"
	"firstsign/signals"
	"firstsign/signals/decode"
	"firstsign/signals/history"
)

// badKind is one way in which a record can be wrong.
type badKind struct {
	name   string
	reason signals.Reason
	number int // of records
	spoil  func(r *kgo.Record, in *signals.Interaction, n int)
}

// repairable records are of a signal of their own, so that what replay brings
// in can be told from everything else.
const repairable = "repaired"

func withValue(f func(value []byte) []byte) func(*kgo.Record, *signals.Interaction, int) {
	return func(r *kgo.Record, _ *signals.Interaction, _ int) { r.Value = f(r.Value) }
}

func withField(text string) func(*kgo.Record, *signals.Interaction, int) {
	return withValue(func(v []byte) []byte { return append(bytes.TrimSuffix(v, []byte("}")), text...) })
}

func withInteraction(change func(*signals.Interaction)) func(*kgo.Record, *signals.Interaction, int) {
	return func(r *kgo.Record, in *signals.Interaction, _ int) {
		change(in)
		r.Value = signals.Append(nil, in)
	}
}

func withControl(kind, value string) func(*kgo.Record, *signals.Interaction, int) {
	return func(r *kgo.Record, _ *signals.Interaction, _ int) {
		r.Key, r.Value, r.Headers = nil, []byte(value), []kgo.RecordHeader{{Key: signals.ControlHeader, Value: []byte(kind)}}
	}
}

// without takes the value away that Append writes, so that a test can add one.
func without(field string) func([]byte) []byte {
	return func(v []byte) []byte {
		at := bytes.Index(v, []byte(`,"`+field+`":`))
		end := at + 1 + bytes.IndexAny(v[at+1:], ",}")
		return slices.Concat(v[:at], v[end:])
	}
}

func withNumber(text string) func(*kgo.Record, *signals.Interaction, int) {
	return withValue(func(v []byte) []byte {
		return append(bytes.TrimSuffix(without("value")(v), []byte("}")), `,"value":`+text+`}`...)
	})
}

// badKinds are 29 with 10,000 records together.
var badKinds = []badKind{
	{"truncated", signals.Malformed, 357, withValue(func(v []byte) []byte { return v[:len(v)/2] })},
	{"not JSON", signals.Malformed, 357, withValue(func([]byte) []byte { return []byte("2026-03-02 acme called") })},
	{"tombstone", signals.Malformed, 357, withValue(func([]byte) []byte { return nil })},
	{"NaN", signals.Malformed, 357, withNumber(`NaN`)},
	{"NaN text", signals.WrongType, 357, withNumber(`"NaN"`)},
	{"value as text", signals.WrongType, 357, withNumber(`"1"`)},
	{"an array", signals.WrongType, 357, withValue(func(v []byte) []byte { return slices.Concat([]byte("["), v, []byte("]")) })},
	{"huge number", signals.BadValue, 357, withNumber(`1e309`)},
	{"huge count", signals.BadValue, 357, withNumber(`1e15`)},
	{"negative count", signals.BadValue, 357, withNumber(`-1`)},
	{"half a call", signals.BadValue, 357, withNumber(`0.5`)},
	{"year 9999", signals.BadTime, 357, withValue(func(v []byte) []byte { return bytes.Replace(v, []byte(`"time":"20`), []byte(`"time":"99`), 1) })},
	{"10 MB", signals.Oversized, 4, func(r *kgo.Record, in *signals.Interaction, _ int) {
		in.Text = bytes.Repeat([]byte("0123456789"), 1<<20)
		r.Value = signals.Append(nil, in)
	}},
	{"invalid UTF-8", signals.InvalidUTF8, 357, withField(",\"text\":\"\xff\"}")},
	{"unknown signal", signals.UnknownSignal, 357, withInteraction(func(in *signals.Interaction) { in.Signal = []byte("telepathy") })},
	{"bad control", signals.BadControl, 357, withControl("tock", `{}`)},
	{"tick without time", signals.BadControl, 357, withControl("tick", `{"owner":"nobody"}`)},
	{"feedback on nothing", signals.BadControl, 357, withControl("feedback", `{"time":"2026-03-02T09:30:11Z","label":"false"}`)},
	{"duplicate field", signals.DuplicateField, 357, withField(`,"account":"acme"}`)},
	{"missing field", signals.MissingField, 357, withValue(without("signal"))},
	{"other envelope", signals.BadEnvelope, 357, withField(`,"specversion":"2.0"}`)},
	{"long field", signals.FieldTooLong, 357, withInteraction(func(in *signals.Interaction) { in.Contact = bytes.Repeat([]byte("x"), 300) })},
	{"too old", signals.TooOld, 357, withInteraction(func(in *signals.Interaction) { in.Time -= 3650 * 24 * int64(time.Hour) })},
	{"too far ahead", signals.TooFarAhead, 357, withInteraction(func(in *signals.Interaction) { in.Time += 365 * 24 * int64(time.Hour) })},
	{"aborted transaction", signals.AbortedTransaction, 357, func(*kgo.Record, *signals.Interaction, int) {}},

	{"unknown account", signals.UnknownAccount, 357, func(r *kgo.Record, in *signals.Interaction, n int) {
		in.Account = fmt.Appendf(nil, "newcomer-%d", n%newcomers)
		r.Key, r.Value = in.Account, signals.Append(nil, in)
		r.Partition = int32(signals.PartitionOf(r.Key, badPartitions))
	}},
	{"empty key", signals.EmptyKey, 357, func(r *kgo.Record, _ *signals.Interaction, _ int) { r.Key = nil }},
	{"wrong key", signals.KeyMismatch, 357, func(r *kgo.Record, _ *signals.Interaction, _ int) { r.Key = []byte("somebody-else") }},
	{"wrong partition", signals.WrongPartition, 357, func(r *kgo.Record, _ *signals.Interaction, _ int) { r.Partition = 1 - r.Partition }},
}

const badPartitions = 2

// logLateness is how long after a day its tick comes.
const logLateness = 2 * time.Hour

// newcomers are accounts that are not known at first.
const newcomers = 5

// repairs are the kinds that replay can mend.
var repairs = []signals.Reason{signals.UnknownAccount, signals.EmptyKey, signals.KeyMismatch, signals.WrongPartition}

// repairDays are the last days of the history; only in them are there records
// that can be repaired, because their days must still be kept then.
const repairDays = 40

// writtenLog is what was put into a topic besides good records.
type writtenLog struct {
	bad      map[place]signals.Reason
	repaired map[string]int // by account: how many of its records can be repaired
}

// place is where a record is in a topic.
type place struct {
	partition int32
	offset    int64
}

// goodEntry is one record of the undisturbed log.
type goodEntry struct {
	record kgo.Record
	time   int64 // of an interaction; 0 for a control record
}

// goodLog is a simulated history as load would write it.
func goodLog(t *testing.T, plan simulate.Plan) (log []goodEntry) {
	t.Helper()
	zone := signals.NewZone(time.UTC)
	sequence := history.Log{
		Partitions: badPartitions, Zone: zone, Lateness: logLateness, First: zone.Start(plan.Start), Load: "history",
	}
	for e, err := range sequence.All(simulate.New(plan).History()) {
		if err != nil {
			t.Fatal(err)
		}
		g := goodEntry{record: kgo.Record{Partition: int32(e.Partition)}}
		if e.Control == nil {
			g.record.Key, g.record.Value, g.time = bytes.Clone(e.Line.Interaction.Account), bytes.Clone(e.Line.Value), e.Line.Interaction.Time
		} else {
			value, headers := e.Control.Record()
			g.record.Value = value
			g.record.Headers = []kgo.RecordHeader{{Key: headers[0].Key, Value: headers[0].Value}}
		}
		log = append(log, g)
	}
	return log
}

// insertions says which bad records come after which record of a log.
func insertions(random *rand.Rand, log []goodEntry) map[int][]*badKind {
	recent := log[len(log)-1].time
	for i := len(log) - 1; recent == 0; i-- {
		recent = log[i].time
	}
	recent -= repairDays * 24 * int64(time.Hour)
	found := map[int][]*badKind{}
	for i := range badKinds {
		k := &badKinds[i]
		for n := 0; n < k.number; {
			at := random.IntN(len(log))
			if log[at].time == 0 || slices.Contains(repairs, k.reason) && log[at].time < recent {
				continue
			}
			found[at] = append(found[at], k)
			n++
		}
	}
	return found
}

// writeLog puts a history into the deployment's topic and, when it is to be
// dirty, the bad records between its records.
func writeLog(t *testing.T, d *deployment, plan simulate.Plan, dirty bool) *writtenLog {
	t.Helper()
	topic := createTopic(t, d, badPartitions)
	plain := d.client(t, kgo.ProducerBatchMaxBytes(16<<20), kgo.ProducerBatchCompression(kgo.NoCompression()))
	log, good := &writtenLog{map[place]signals.Reason{}, map[string]int{}}, goodLog(t, plan)
	var bad map[int][]*badKind
	if dirty {
		bad = insertions(rand.New(rand.NewPCG(1, 2)), good)
	}
	reasons := map[*kgo.Record]signals.Reason{}
	const segments = 20
	size, number := len(good)/segments+1, 0
	for segment := range segments {
		var records, aborted []*kgo.Record
		for i := segment * size; i < min((segment+1)*size, len(good)); i++ {
			r := good[i].record
			r.Topic = topic
			records = append(records, &r)
			for _, k := range bad[i] {
				number++
				b := k.record(&good[i], number)
				b.Topic, reasons[b] = topic, k.reason
				switch {
				case k.reason == signals.AbortedTransaction:
					aborted = append(aborted, b)
					continue
				case slices.Contains(repairs, k.reason):
					log.repaired[accountOfRecord(b)]++
				}
				records = append(records, b)
			}
		}
		switch {
		case dirty && segment == segments/2: // of a transaction that ends well
			transact(t, d, records, kgo.TryCommit)
		default:
			if err := plain.ProduceSync(t.Context(), records...).FirstErr(); err != nil {
				t.Fatal(err)
			}
		}
		if len(aborted) > 0 {
			transact(t, d, aborted, kgo.TryAbort)
		}
	}
	for r, reason := range reasons {
		log.bad[place{r.Partition, r.Offset}] = reason
	}
	return log
}

// record is a bad record that came after a good one.
func (k *badKind) record(good *goodEntry, number int) *kgo.Record {
	in := signals.Interaction{
		Time: good.time, Account: good.record.Key, Signal: []byte("call"), Value: 1,
		ID: fmt.Appendf(nil, "bad-%d", number), Source: []byte("bad"),
	}
	if slices.Contains(repairs, k.reason) {
		in.Signal = []byte(repairable)
	}
	r := &kgo.Record{Partition: good.record.Partition, Key: good.record.Key, Value: signals.Append(nil, &in)}
	k.spoil(r, &in, number)
	return r
}

func accountOfRecord(r *kgo.Record) string {
	var d decode.Decoder
	var in signals.Interaction
	if err := d.DecodeValue(r.Value, &in); err != nil {
		panic(err)
	}
	return string(in.Account)
}

// transact puts records into a transaction and ends it.
func transact(t *testing.T, d *deployment, records []*kgo.Record, how kgo.TransactionEndTry) {
	t.Helper()
	cl := d.client(t, kgo.TransactionalID(d.name), kgo.ProducerBatchMaxBytes(16<<20))
	defer cl.Close()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := cl.BeginTransaction(); err != nil {
		t.Fatal(err)
	}
	if err := cl.ProduceSync(ctx, records...).FirstErr(); err != nil {
		t.Fatal(err)
	}
	if err := cl.EndTransaction(ctx, how); err != nil {
		t.Fatal(err)
	}
}

// createTopic creates the topic of a deployment so that it takes records of
// 10 MB.
func createTopic(t *testing.T, d *deployment, partitions int32) string {
	t.Helper()
	req := kmsg.NewCreateTopicsRequest()
	rt := kmsg.NewCreateTopicsRequestTopic()
	rt.Topic, rt.NumPartitions, rt.ReplicationFactor = d.name+".interactions", partitions, 1
	for name, value := range map[string]string{"max.message.bytes": "16000000", "cleanup.policy": "delete"} {
		rc := kmsg.NewCreateTopicsRequestTopicConfig()
		rc.Name, rc.Value = name, &value
		rt.Configs = append(rt.Configs, rc)
	}
	req.Topics = append(req.Topics, rt)
	res, err := req.RequestWith(t.Context(), d.client(t))
	if err != nil || res.Topics[0].ErrorCode != 0 {
		t.Fatalf("create %s: %v %+v", rt.Topic, err, res)
	}
	return rt.Topic
}

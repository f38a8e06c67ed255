package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"firstsign/cmd/firstsign/app"
	"firstsign/signals"
	"firstsign/signals/kafka"
	"firstsign/signals/mapping"
)

const ordersMapping = `mappings:
  - name: shop
    topic: %s
    account: '%s'
    signal: '"order"'
`

// Records of another system are counted: each once, though the service is
// killed and its group forgotten; and those that a slip in the
// mapping has refused are, once it is mended.
func TestMappedTopicEndToEnd(t *testing.T) {
	t.Parallel()
	const customers, each, renamed = 20, 10, 4 // the last of each customer's have another field
	d := deploy(t, realParts(t), 2, nil)
	d.removeAfter(t)
	topic := d.name + ".shop"
	d.write(t, "mappings.yaml", fmt.Sprintf(ordersMapping, topic, "msg.customer"))
	s := d.start(t)
	eventually(t, "the topic is missed", func() error {
		if _, parts := s.ready(); !strings.Contains(parts["mappings"], topic) {
			return fmt.Errorf("parts: %v", parts)
		}
		return nil
	})
	franz := d.client(t)
	create := kmsg.NewCreateTopicsRequest()
	ct := kmsg.NewCreateTopicsRequestTopic()
	ct.Topic, ct.NumPartitions, ct.ReplicationFactor = topic, 2, 1
	create.Topics = append(create.Topics, ct)
	if res, err := create.RequestWith(t.Context(), franz); err != nil || res.Topics[0].ErrorCode != 0 {
		t.Fatalf("create %s: %v %+v", topic, err, res)
	}
	sell := func(from, to int) {
		for i := from; i < to; i++ {
			for c := range customers {
				field := "customer"
				if i >= each-renamed {
					field = "client"
				}
				r := &kgo.Record{Topic: topic, Partition: int32(c % 2), Value: fmt.Appendf(nil, `{%q:"c%d","nr":%d}`, field, c, i)}
				if err := franz.ProduceSync(t.Context(), r).FirstErr(); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	orders := func() (n int, ids map[string]int) {
		ids = map[string]int{}
		for _, r := range d.records(t, d.name+".interactions") {
			if bytes.Contains(r.Value, []byte(`"source":"shop"`)) {
				var record struct{ ID string }
				if err := json.Unmarshal(r.Value, &record); err != nil {
					t.Fatal(err)
				}
				n++
				ids[record.ID]++
			}
		}
		return n, ids
	}
	sell(0, 3)
	eventually(t, "the first are mapped", func() error {
		if _, ids := orders(); len(ids) < customers {
			return fmt.Errorf("%d are", len(ids))
		}
		return nil
	})
	_ = s.cmd.Process.Kill()
	_ = s.cmd.Wait()
	sell(3, each)
	d.forget(t)
	before, _ := orders()

	s = d.start(t)
	const good = customers * (each - renamed)
	eventually(t, "all are mapped, those from the beginning again", func() error {
		if n, ids := orders(); len(ids) != good || n != before+good {
			return fmt.Errorf("%d records of %d orders; %d before", n, len(ids), before)
		}
		return nil
	})
	eventually(t, "the others are dead letters", func() error {
		if n := len(d.records(t, d.name+".dead")); n != customers*renamed {
			return fmt.Errorf("%d letters", n)
		}
		return nil
	})
	if out := firstsign(t, "replay", "--config", d.dir, "--dry-run"); !strings.Contains(out, "0 would be put back, 0 were before, 80 still cannot be mapped") {
		t.Errorf("replay before it is mended: %s", out)
	}
	d.write(t, "mappings.yaml", fmt.Sprintf(ordersMapping, topic, `has(msg.client) ? msg.client : msg.customer`))
	_ = s.cmd.Process.Signal(syscall.SIGHUP)
	if out := firstsign(t, "replay", "--config", d.dir, "--reason", "unmappable"); !strings.Contains(out, "80 put back, 0 were before\n") {
		t.Errorf("replay: %s", out)
	}
	sell(each, each+1) // by the mapping of now
	eventually(t, "those are mapped by the mended one", func() error {
		if _, ids := orders(); len(ids) != customers*(each+1) {
			return fmt.Errorf("%d are", len(ids))
		}
		return nil
	})
	d.closeDays(t)
	for c := range customers {
		if n := d.counted(t, fmt.Sprintf("c%d", c), "order"); n != each+1 {
			t.Errorf("c%d has %v orders in the state, want %d", c, n, each+1)
		}
	}
	s.stop()
}

// forget removes the group of mappings, offsets and all, once its members are
// given up.
func (d *deployment) forget(t *testing.T) {
	t.Helper()
	req := kmsg.NewPtrDeleteGroupsRequest()
	req.Groups = []string{d.name + ".mappings"}
	eventually(t, "the group is removed", func() error {
		res, err := req.RequestWith(t.Context(), d.client(t))
		if err == nil && res.Groups[0].ErrorCode != 0 {
			err = fmt.Errorf("code %d", res.Groups[0].ErrorCode)
		}
		return err
	})
}

// takesAnyTime has the broker take records of times to come.
func (d *deployment) takesAnyTime(t *testing.T) {
	t.Helper()
	most := "9223372036854775807"
	req := kmsg.NewPtrIncrementalAlterConfigsRequest()
	resource := kmsg.NewIncrementalAlterConfigsRequestResource()
	resource.ResourceType, resource.ResourceName = kmsg.ConfigResourceTypeTopic, d.name+".interactions"
	resource.Configs = []kmsg.IncrementalAlterConfigsRequestResourceConfig{{Name: "message.timestamp.after.max.ms", Value: &most}}
	req.Resources = append(req.Resources, resource)
	res, err := req.RequestWith(t.Context(), d.client(t))
	if err != nil || res.Resources[0].ErrorCode != 0 {
		t.Fatalf("%v, %+v", err, res)
	}
}

// closeDays puts ticks of the day after tomorrow into the log and waits until
// they are judged.
func (d *deployment) closeDays(t *testing.T) {
	t.Helper()
	client, err := kafka.Open(d.config(t).Service.Kafka, slog.New(slog.DiscardHandler), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	d.takesAnyTime(t)
	later := time.Now().Add(48 * time.Hour)
	client.SetClock(func() time.Time { return later })
	id, err := client.Identify(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for n := range id.Partitions {
		tick := signals.Control{Kind: signals.Tick, Time: later.UnixNano()}
		if err := client.Partition(n).Append(t.Context(), tick); err != nil {
			t.Fatal(err)
		}
	}
	d.reach(t, d.ends(t, d.name+".interactions"))
}

// counted is how many of a signal the state has of an account.
func (d *deployment) counted(t *testing.T, account, signal string) (n float64) {
	t.Helper()
	var found struct {
		Series []struct {
			Signal, Contact string
			Days            []float64
		}
	}
	if err := json.Unmarshal([]byte(firstsign(t, "inspect", "--config", d.dir, account)), &found); err != nil {
		t.Fatal(err)
	}
	for _, s := range found.Series {
		if s.Signal == signal && s.Contact == "" {
			for _, v := range s.Days {
				n += v
			}
		}
	}
	return n
}

// The commented example is a configuration when its comments are taken away.
func TestExampleOfMappings(t *testing.T) {
	text, err := os.ReadFile("../../config/example/mappings.yaml")
	if err != nil {
		t.Fatal(err)
	}
	_, commented, ok := strings.Cut(string(text), "# mappings:\n")
	if !ok {
		t.Fatal("no commented mappings")
	}
	commented = strings.ReplaceAll("\n"+strings.ReplaceAll(commented, "mappings: []\n", ""), "\n#", "\n")
	d := deploy(t, parts{"b:9092", "r:6379"}, 1, map[string]string{"mappings.yaml": " mappings:" + commented})
	if got := d.config(t).Mappings; len(got) != 3 || got[2].Value != `msg.amount.replace(",", ".")` {
		t.Errorf("%+v", got)
	}
}

// The mappings of docs/data-team/mappings.md are good ones, and make interactions of the
// records that stand before them.
func TestDocumentedMappings(t *testing.T) {
	text, err := os.ReadFile("../../docs/data-team/mappings.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile(`(?m)^    ([{\d].*)\n\n((?:    .*\n)+)`).FindAllStringSubmatch(string(text), -1)
	if len(blocks) != 4 {
		t.Fatalf("%d examples, want 4", len(blocks))
	}
	var got []string
	for _, b := range blocks {
		d := deploy(t, parts{"b:9092", "r:6379"}, 1, map[string]string{"mappings.yaml": strings.ReplaceAll("\n"+b[2], "\n    ", "\n")})
		c := d.config(t)
		m, err := app.MappedBy(c)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range m.Mapper().Map(mapping.Origin{Topic: c.Mappings[0].Topic}, &signals.Record{Value: []byte(b[1])}) {
			if r.Reject != nil {
				t.Error(r.Reject)
			}
			got = append(got, string(r.Value))
		}
	}
	want := []string{
		`{"time":"2026-03-02T01:30:11Z","account":"c-118","signal":"call","value":1,"id":"0b4f","contact":"li-wei","source":"pbx","attributes":{"direction":"inbound"}}`,
		`{"time":"2026-03-02T01:30:11.123Z","account":"9007199254740993","signal":"complaint","value":1,"id":"4711","source":"crm"}`,
		`{"time":"2026-03-02T00:00:00Z","account":"c-118","signal":"order","value":1,"id":"4711","source":"order"}`,
		`{"time":"2026-03-02T00:00:00Z","account":"c-118","signal":"spend","value":1299.5,"id":"4711","source":"spend"}`,
		`{"time":"2026-03-02T01:30:11Z","account":"c-1","signal":"message","value":1,"id":"e1","source":"hook"}`,
		`{"time":"2026-03-02T01:30:12Z","account":"c-2","signal":"message","value":1,"id":"e2","source":"hook"}`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

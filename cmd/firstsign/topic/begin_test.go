package topic

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"firstsign/backtest/simulate"
	"firstsign/config"
	"firstsign/signals"
	"firstsign/signals/history"
	"firstsign/signals/kafka"
)

// small is a history of all three partitions, and when it begins.
var small = simulate.Plan{Seed: 4, Accounts: 12, Start: signals.Day(20454), Days: 20}

func smallFirst() int64 {
	return signals.NewZone(config.Default().Calendar.Location).Start(small.Start)
}

func prepare(t *testing.T, client *kafka.Client, cfg *config.Config, goOn bool) *Attempt {
	t.Helper()
	a, err := Prepare(t.Context(), client, cfg, 3, smallFirst(), goOn)
	if err != nil {
		t.Fatal(err)
	}
	a.quiet = 0
	return a
}

// meanwhile is a stream during which something happens.
type meanwhile struct {
	history.Stream
	line   *int
	at     int
	happen func()
}

func (m meanwhile) Next() (*history.Line, error) {
	if *m.line++; *m.line == m.at {
		m.happen()
	}
	return m.Stream.Next()
}

// TestResumeBehindAnEnd: a load that was cut off at its very end, when some partitions had
// all of it, leaves those as they are.
func TestResumeBehindAnEnd(t *testing.T) {
	from, cfg := loadTopic(t)
	if err := load(t, from, cfg, smallFirst(), simulate.New(small).History()); err != nil {
		t.Fatal(err)
	}
	want := content(t, from)
	client, cfg := loadTopic(t)
	producer, err := client.Producer(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for p := range 3 {
		partition := from.Partition(p)
		_, end, err := partition.Bounds(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if p == 1 {
			end /= 2
		}
		for r := Between(partition, 0, end); ; {
			rec, err := r.Record(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if rec == nil {
				break
			}
			if err := producer.Copy(p, rec); err != nil {
				t.Fatal(err)
			}
		}
		partition.Close()
	}
	if err := producer.Flush(); err != nil {
		t.Fatal(err)
	}
	producer.Close()
	a := prepare(t, client, cfg, true)
	err = a.Compare(t.Context(), client, cfg, 0, simulate.New(small).History())
	if err == nil {
		err = Load(t.Context(), client, cfg, 0, simulate.New(small).History(), a)
	}
	if err != nil {
		t.Fatal(err)
	}
	if got := content(t, client); !slices.Equal(got, want) {
		t.Errorf("%d records, want %d", len(got), len(want))
	}
}

// TestTwoLoadsAtOnce: of two loads of one file, and of two that go on with one, that have
// both looked at the topic before either wrote, one writes.
func TestTwoLoadsAtOnce(t *testing.T) {
	whole, cfg := loadTopic(t)
	if err := load(t, whole, cfg, smallFirst(), simulate.New(small).History()); err != nil {
		t.Fatal(err)
	}
	want := content(t, whole)
	for _, goOn := range []bool{false, true} {
		for _, at := range []int{3, 1 << 30} {
			client, cfg := loadTopic(t)
			if left := 300; goOn {
				_ = load(t, client, cfg, smallFirst(), failing{simulate.New(small).History(), &left})
			}
			one, two := prepare(t, client, cfg, goOn), prepare(t, client, cfg, goOn)
			second := func() {
				err := Load(t.Context(), client, cfg, 0, simulate.New(small).History(), two)
				if !errors.Is(err, ErrRefused) {
					t.Errorf("resuming %v: the second load says %v", goOn, err)
				}
			}
			line := 0
			if err := Load(t.Context(), client, cfg, 0, meanwhile{simulate.New(small).History(), &line, at, second}, one); err != nil {
				t.Fatal(err)
			}
			if line < at {
				second()
			}
			if got := content(t, client); !slices.Equal(got, want) {
				t.Errorf("resuming %v, the second at line %d: %d records, want %d", goOn, min(at, line), len(got), len(want))
			}
			for p := range 3 {
				if f, err := look(t.Context(), client, p, cfg); err != nil || f.load != "" {
					t.Errorf("the load %q of partition %d is open, %v", f.load, p, err)
				}
			}
		}
	}
}

// TestResumeOfALoadThatGoesOn: it writes ticks of its own. Whoever would resume hears them.
func TestResumeOfALoadThatGoesOn(t *testing.T) {
	client, cfg := loadTopic(t)
	var resumed error
	resume := func() { // the one that goes on has written some, and writes again
		a := prepare(t, client, cfg, true)
		tick := signals.Control{Kind: signals.Tick, Time: smallFirst() + int64(time.Hour), Load: a.load}
		if err := client.Partition(0).Append(t.Context(), tick); err != nil {
			t.Fatal(err)
		}
		resumed = Load(t.Context(), client, cfg, 0, simulate.New(small).History(), a)
	}
	line := 0
	if err := load(t, client, cfg, smallFirst(), meanwhile{simulate.New(small).History(), &line, 300, resume}); err != nil {
		t.Fatal(err)
	}
	if !errors.Is(resumed, ErrRefused) || !strings.Contains(resumed.Error(), "still goes on") {
		t.Errorf("the one that resumes says %v", resumed)
	}
	// The same, when it writes after the beginning of the one that listens.
	client, cfg = loadTopic(t)
	left := 300
	_ = load(t, client, cfg, smallFirst(), failing{simulate.New(small).History(), &left})
	a := prepare(t, client, cfg, true)
	end := signals.Control{Kind: signals.LoadEnd, Time: smallFirst(), Load: a.load}
	if err := client.Partition(0).Append(t.Context(), end); err != nil {
		t.Fatal(err)
	}
	if err := a.listen(t.Context(), client.Partition(0), a.states[0]); !errors.Is(err, errLives) {
		t.Errorf("the one that listens says %v", err)
	}
}

// TestLoadBehindTheClock: a service that is started, or a source that begins to write,
// while the topic is looked at or before, makes the history too late for the detector.
// Nothing of it is written then.
func TestLoadBehindTheClock(t *testing.T) {
	now := time.Now()
	for name, write := range map[string]func(t *testing.T, client *kafka.Client) error{
		"a service": func(t *testing.T, client *kafka.Client) error {
			return client.Partition(1).Append(t.Context(), signals.Control{Kind: signals.Tick, Time: now.UnixNano()})
		},
		"a source": func(t *testing.T, client *kafka.Client) error {
			producer, err := client.Producer(t.Context())
			if err != nil {
				return err
			}
			defer producer.Close()
			value := signals.Append(nil, &signals.Interaction{Time: now.UnixNano(), Account: []byte("acme"), Signal: []byte("call"), Value: 1})
			return errors.Join(producer.PutTo(1, []byte("acme"), value, nil), producer.Flush())
		},
	} {
		client, cfg := loadTopic(t)
		a := prepare(t, client, cfg, false)
		if err := write(t, client); err != nil {
			t.Fatal(err)
		}
		before := len(content(t, client))
		if err := Load(t.Context(), client, cfg, 0, simulate.New(small).History(), a); !errors.Is(err, ErrRefused) {
			t.Errorf("%s that comes meanwhile: %v", name, err)
		}
		for _, line := range content(t, client)[before:] {
			if strings.Contains(line, "{") && !strings.Contains(line, "acme") {
				t.Fatalf("%s: %s was written", name, line)
			}
		}
		for p := range 3 {
			if f, err := look(t.Context(), client, p, cfg); err != nil || f.load != "" {
				t.Errorf("%s: the load %q of partition %d stays open, %v", name, f.load, p, err)
			}
		}
		if _, err := Prepare(t.Context(), client, cfg, 3, smallFirst(), false); err == nil || !strings.Contains(err.Error(), "what was before is closed") {
			t.Errorf("%s that was there before: %v", name, err)
		}
	}
}

// changed is a stream in which one line says something else.
type changed struct {
	history.Stream
	line *int
	at   int
}

func (c changed) Next() (*history.Line, error) {
	l, err := c.Stream.Next()
	if *c.line++; err == nil && *c.line == c.at {
		l.Value = append([]byte(" "), l.Value...)
	}
	return l, err
}

// TestResumeOfAChangedFile: lines behind what is there may come and change. A change
// before would write again all that is behind it.
func TestResumeOfAChangedFile(t *testing.T) {
	client, cfg := loadTopic(t)
	left := 300
	_ = load(t, client, cfg, smallFirst(), failing{simulate.New(small).History(), &left})
	a := prepare(t, client, cfg, true)
	for at, refused := range map[int]bool{0: false, 5: true, 200: true, 400: false} {
		line := 0
		err := a.Compare(t.Context(), client, cfg, 0, changed{simulate.New(small).History(), &line, at})
		if (err != nil) != refused || at == 200 && !strings.Contains(err.Error(), "not what they were") {
			t.Errorf("line %d has changed: %v", at, err)
		}
	}
}

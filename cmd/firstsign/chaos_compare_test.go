package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"firstsign/alerting"
	"firstsign/cmd/firstsign/app"
	"firstsign/detector"
	"firstsign/signals"
)

// outcome is all that a fleet has made of the topic, in words to compare.
type outcome struct {
	accounts map[string]string // the kept bytes by partition and account
	alerts   map[string]string // by id
	lines    map[string]string // of the topic of alerts; each may stand there more than once
	letters  map[string]string // dead letters by partition and offset; the same
}

func (f *fleet) outcome() outcome {
	ctx, cancel := context.WithTimeout(f.t.Context(), time.Minute)
	defer cancel()
	o := outcome{map[string]string{}, map[string]string{}, map[string]string{}, map[string]string{}}
	for p := range f.config.Service.Kafka.Partitions {
		err := f.store.Accounts(ctx, p, func(a detector.AccountState) error {
			o.accounts[fmt.Sprintf("%d/%s", p, a.ID)] = string(a.State)
			return nil
		})
		if err != nil {
			f.t.Fatal(err)
		}
	}
	list, err := f.alertStore.List(ctx, alerting.Filter{})
	if err != nil {
		f.t.Fatal(err)
	}
	for _, a := range list {
		o.alerts[a.ID] = found(a)
	}
	f.read(ctx, f.name+".alerts", func(r *signals.Record) { o.lines[string(r.Value)] = string(r.Key) })
	f.read(ctx, f.name+".dead", func(r *signals.Record) {
		said := map[string]string{}
		for _, h := range r.Headers {
			said[h.Key] = string(h.Value)
		}
		at := said["firstsign-topic"] + "/" + said["firstsign-partition"] + "/" + said["firstsign-offset"]
		o.letters[at] = said["firstsign-reason"] + " " + string(r.Value)
	})
	return o
}

// found is what an alert says of the account; when it came into the store and
// how people were told of it is not the same twice.
func found(a *alerting.Alert) string {
	a.Version = 0
	for i, e := range a.History {
		a.History[i] = alerting.Event{Kind: e.Kind, Time: e.Time, Risk: e.Risk}
	}
	b, _ := json.Marshal(a) // it was read as JSON
	return string(b)
}

// read a topic from its beginning to its end.
func (c *chaos) read(ctx context.Context, topic string, yield func(*signals.Record)) {
	client := c.open(topic)
	id, err := client.Identify(ctx)
	if err != nil {
		c.t.Fatal(err)
	}
	for n := range id.Partitions {
		p := client.Partition(n)
		next, end, err := p.Bounds(ctx)
		for err == nil && next < end {
			var batch signals.Batch
			batch, err = p.Read(ctx, next)
			for i := range batch.Records {
				yield(&batch.Records[i])
			}
			next = batch.Next
		}
		p.Close()
		if err != nil {
			c.t.Fatalf("read %s: %v", topic, err)
		}
	}
}

// compare fails for every kind of thing in which the two differ.
func (c *chaos) compare(stormy, calm *fleet) {
	got, want := stormy.outcome(), calm.outcome()
	table := "| compared | undisturbed | differ | again |\n|---|---:|---:|---:|\n"
	row := func(what string, got, want map[string]string) (differ []string) {
		differ = c.differ(what, got, want)
		table += fmt.Sprintf("| %s | %d | %d | |\n", what, len(want), len(differ))
		return differ
	}
	differ := row("accounts", got.accounts, want.accounts)
	row("alerts", got.alerts, want.alerts)
	row("lines of the topic of alerts", got.lines, want.lines)
	row("dead letters", got.letters, want.letters)
	c.note("compared\n%s", table+c.compareDeliveries(stormy, calm))
	if n := c.malformed.Load(); len(want.letters) != int(n) {
		c.t.Errorf("%d malformed or aborted records were written and %d dead letters came", n, len(want.letters))
		reasons := map[string]int{}
		for _, letter := range want.letters {
			reason, _, _ := strings.Cut(letter, " ")
			if reasons[reason]++; reasons[reason] <= 3 {
				c.note("%.300s", letter)
			}
		}
		c.note("%v", reasons)
	}
	if len(want.accounts) < c.plan.Accounts || len(want.alerts) < c.plan.Accounts/8 || len(want.lines) < c.plan.Accounts/8 {
		c.t.Error("too little happened for a comparison")
	}
	for _, at := range differ[:min(len(differ), 3)] {
		_, account, _ := strings.Cut(at, "/")
		c.note("%s, disturbed:   %s", account, stormy.inspect(account))
		c.note("%s, undisturbed: %s", account, calm.inspect(account))
	}
	for _, f := range []*fleet{stormy, calm} {
		for _, bad := range []string{"an operator must decide", "clock skew too large", "cannot be read and is dropped", "panic:", "retention removed"} {
			if n := f.said(bad); n > 0 {
				c.t.Errorf("%s said %q %d times", f.name, bad, n)
			}
		}
	}
}

// differ returns the names under which two maps do not hold the same.
func (c *chaos) differ(what string, got, want map[string]string) (names []string) {
	missing, extra, other := 0, 0, 0
	for name, w := range want {
		g, ok := got[name]
		if ok && g == w {
			continue
		}
		names = append(names, name)
		if ok {
			other++
		} else {
			missing++
		}
	}
	for name := range got {
		if _, ok := want[name]; !ok {
			names = append(names, name)
			extra++
		}
	}
	if len(names) == 0 {
		return nil
	}
	slices.Sort(names)
	c.t.Errorf("%s: of %d, %d are missing, %d are too many, %d are different", what, len(want), missing, extra, other)
	for _, name := range names[:min(len(names), 5)] {
		g, w := got[name], want[name]
		at := 0
		for at < min(len(g), len(w)) && g[at] == w[at] {
			at++
		}
		c.t.Logf("%s %s: %d and %d bytes, from byte %d on %.80q is not %.80q", what, name, len(g), len(w), at, g[at:], w[at:])
	}
	return names
}

func (f *fleet) inspect(account string) string {
	found, err := app.Inspect(f.t.Context(), f.store, f.rules, account, 0)
	if err != nil {
		return err.Error()
	}
	b, err := json.Marshal(found)
	if err != nil {
		return err.Error()
	}
	return string(b)
}

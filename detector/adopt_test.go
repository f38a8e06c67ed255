package detector

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"firstsign/detector/finding"
	"firstsign/detector/series"
	"firstsign/internal/racetest"
	"firstsign/signals"
	"firstsign/signals/decode"
)

// divided writes a log to some partitions as a topic has it: an interaction to the
// partition of its account, a control record to all. Each begins with some ticks that
// change nothing, so that offsets differ.
func divided(l *written, partitions, ticks int) []*written {
	logs := make([]*written, partitions)
	for p := range logs {
		logs[p] = &written{}
		for range ticks {
			logs[p].tick(at(0, 0))
		}
	}
	var d decode.Decoder
	var in signals.Interaction
	for _, r := range l.records {
		if d.Decode(&r, &in) == nil {
			logs[signals.PartitionOf(in.Account, partitions)].add(r)
			continue
		}
		for _, log := range logs {
			log.add(r)
		}
	}
	return logs
}

// fleet reads partitions, each with an engine of its own.
func fleet(t *testing.T, logs []*written, engine func(int, int, *Rules) *Engine) (engines []*Engine) {
	t.Helper()
	for p, log := range logs {
		e := engine(p, len(logs), testRules())
		if rejects := applied(e, log); len(rejects) > 0 {
			t.Fatal(rejects)
		}
		engines = append(engines, e)
	}
	return engines
}

// goOn has engines read what has come to their logs since, and returns their findings.
func goOn(t *testing.T, engines []*Engine, logs []*written) (found []finding.Finding) {
	t.Helper()
	for p, e := range engines {
		for _, r := range logs[p].records[e.Next():] {
			if reject := e.Apply(&r); reject != nil {
				t.Fatal(reject)
			}
		}
		found = append(found, findingsOf(t, e)...)
	}
	return found
}

// adopt has engines take over what others know.
func adopt(t *testing.T, to, from []*Engine) {
	t.Helper()
	for _, e := range to {
		d := e.Adopt()
		for _, f := range from {
			for _, a := range f.accounts {
				if signals.PartitionOf([]byte(a.ID), len(to)) != e.partition {
					continue
				}
				w := &series.Writer{}
				f.yardstick.Encode(w, a)
				if err := d.Account(AccountState{ID: a.ID, State: w.Bytes}); err != nil {
					t.Fatal(err)
				}
			}
		}
		for _, f := range d.Partitions(from...) {
			d.EndFailure(&f)
		}
		d.End()
	}
}

// withoutOffsets is the state of an account without what its own log decides.
func withoutOffsets(e *Engine, id string) []byte {
	a := *e.index.of(id)
	a.Next, a.Since = 0, 0
	w := &series.Writer{}
	e.yardstick.Encode(w, &a)
	return w.Bytes
}

// clients are enough for each of 4 partitions to know when a source is dead.
const clients = 400

// falls writes days of many accounts of which some fall silent. From day 150 to 160
// the source of half of the calls is dead.
func falls(from, to int) *written {
	var l written
	for d := range to {
		rng := rand.New(rand.NewPCG(uint64(d), 7))
		for i := range clients {
			source := []string{"pbx", "crm"}[i%2]
			busy := rng.Float64() < 0.6
			gone := i < 20 && d > 100+2*i && (i < 10 || d < 170)
			if d < from || !busy || gone || source == "pbx" && d >= 150 && d < 160 {
				continue
			}
			l.event(at(d, 9), fmt.Sprintf("client-%d", i), "call", "source", source, "id", fmt.Sprint(d, i))
		}
		if d >= from {
			l.tick(at(d+1, 0))
		}
	}
	return &l
}

// What other engines have learned is known in every byte, whatever the number of
// partitions; with the same number they find the same from then on.
func TestAdopt(t *testing.T) {
	racetest.Arithmetic(t)
	past, later := falls(0, 155), falls(155, 200)
	for _, partitions := range []int{4, 3, 1} {
		t.Run(fmt.Sprint("from 4 partitions to ", partitions), func(t *testing.T) {
			old, oldLogs := fleet(t, divided(past, 4, 0), NewEngine), divided(later, 4, 0)
			before := goOn(t, old, divided(past, 4, 0))
			logs := divided(past, partitions, 5)
			engines := fleet(t, logs, NewAdopter)
			adopt(t, engines, old)
			for _, e := range engines {
				e.unjudged = false // as when the service goes on with what is stored
			}
			if found := goOn(t, engines, logs); len(found) > 0 {
				t.Errorf("%d findings of days that were judged already, such as %+v", len(found), found[0])
			}
			n := 0
			for _, e := range engines {
				for _, a := range e.accounts {
					n++
					from := old[signals.PartitionOf([]byte(a.ID), len(old))]
					if !bytes.Equal(withoutOffsets(e, a.ID), withoutOffsets(from, a.ID)) {
						t.Errorf("%s is another account", a.ID)
					}
				}
			}
			if n != clients {
				t.Errorf("%d accounts, want %d", n, clients)
			}

			extend(oldLogs, divided(past, 4, 0))
			more := divided(later, partitions, 0)
			extend(more, logs)
			want, got := goOn(t, old, oldLogs), goOn(t, engines, more)
			if partitions == len(old) && fmt.Sprint(told(got)) != fmt.Sprint(told(want)) {
				t.Errorf("found\n%v, want\n%v", told(got), told(want))
			}
			closes(t, before, got)
		})
	}
}

// extend puts logs before others.
func extend(logs, before []*written) {
	for p, l := range logs {
		whole := &written{}
		for _, r := range slices.Concat(before[p].records, l.records) {
			whole.add(r)
		}
		*l = *whole
	}
}

func told(found []finding.Finding) (list []string) {
	for _, f := range found {
		list = append(list, fmt.Sprint(f.ID, " ", f.Kind, " ", f.Time, " ", f.Risk))
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// closes fails unless what was open before ends afterwards, of accounts that came back
// and of the feed.
func closes(t *testing.T, before, after []finding.Finding) {
	t.Helper()
	open, raised := map[string]bool{}, map[string]bool{}
	for _, f := range before {
		open[f.ID] = f.Kind.Raises()
		raised[f.ID] = true
	}
	ended := map[finding.Kind]int{}
	for _, f := range after {
		if f.Kind == finding.Closed || f.Kind == finding.FeedBack {
			if f.Kind == finding.FeedBack && !raised[f.ID] {
				t.Errorf("%+v ends what nobody was told of", f)
			}
			ended[f.Kind]++
			delete(open, f.ID)
		}
	}
	for id, is := range open {
		if is && id[:5] == "feed:" {
			t.Errorf("%s does not end", id)
		}
	}
	if ended[finding.Closed] == 0 || ended[finding.FeedBack] == 0 {
		t.Errorf("%v ended", ended)
	}
}

// An account that was judged up to another day is refused.
func TestAdoptOtherDay(t *testing.T) {
	logs := divided(falls(0, 30), 1, 0)
	old, e := fleet(t, logs, NewEngine)[0], fleet(t, divided(falls(0, 31), 1, 0), NewEngine)[0]
	w := &series.Writer{}
	old.yardstick.Encode(w, old.accounts[0])
	if err := e.Adopt().Account(AccountState{ID: old.accounts[0].ID, State: w.Bytes}); !errors.Is(err, ErrOtherDay) {
		t.Error(err)
	}
}

// A failure of which no partition knows ends at the next close.
func TestAdoptUnknownFailure(t *testing.T) {
	racetest.Arithmetic(t)
	old := fleet(t, divided(falls(0, 155), 1, 0), NewEngine)
	logs := divided(falls(0, 155), 40, 0) // too few accounts in each to know
	engines := fleet(t, logs, NewAdopter)
	adopt(t, engines, old)
	for _, e := range engines {
		e.unjudged = false
	}
	before := goOn(t, old, divided(falls(0, 155), 1, 0))
	for _, l := range logs {
		l.tick(at(156, 0))
	}
	feed := func(found []finding.Finding, kind finding.Kind) (ids []string) {
		for _, f := range ofKind(found, kind) {
			ids = append(ids, f.ID)
		}
		slices.Sort(ids)
		return slices.Compact(ids)
	}
	if got, want := feed(goOn(t, engines, logs), finding.FeedBack), feed(before, finding.FeedDead); len(want) == 0 || !slices.Equal(got, want) {
		t.Errorf("%v end, want %v", got, want)
	}
}

// Accounts whose ids were replaced stay unblamed, though each new partition holds a few
// of them only, and the change is not told again.
func TestAdoptIDChange(t *testing.T) {
	racetest.Arithmetic(t)
	story := replacing{days: 150, from: 140, replaced: every, newID: crm}
	past := story.log()
	story.days = 175
	later := story.log()
	later.records = later.records[len(past.records):]
	old := fleet(t, divided(past, 1, 0), NewEngine)
	if n := old[0].summary.ids.Held; n < 30 {
		t.Fatalf("%d accounts are held: that says little", n)
	}
	logs := divided(past, 4, 0)
	engines := fleet(t, logs, NewAdopter)
	adopt(t, engines, old)
	for _, e := range engines {
		e.unjudged = false
	}
	more := divided(later, 4, 0)
	extend(more, logs)
	if found := goOn(t, engines, more); len(found) > 0 {
		t.Errorf("%d findings, such as %+v", len(found), found[0])
	}
}

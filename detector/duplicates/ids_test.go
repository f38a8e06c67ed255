package duplicates

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/cespare/xxhash/v2"

	"firstsign/detector/series"
	"firstsign/signals"
)

// callID is of a call from pbx; its signal has number 0.
func callID(account, id string) ID {
	return IDOf(&signals.Interaction{Account: []byte(account), Source: []byte("pbx"), ID: []byte(id)}, xxhash.Sum64String(account))
}

func TestRepeatsOfClosedDays(t *testing.T) {
	var d IDs
	const today = signals.Day(20000)
	offset := int64(0)
	for day := today; day < today+series.JudgedDays; day++ {
		for i := range 100 {
			if d.Seen(day, callID("acme", fmt.Sprint(day, i)), 0, offset) {
				t.Fatalf("day %d, id %d is new", day, i)
			}
			offset++
		}
		d.Close(day, offset)
		d.Closed(day, offset)
	}
	last := today + series.JudgedDays - 1
	for day := today; day <= last; day++ {
		for i := range 100 {
			if !d.Seen(day, callID("acme", fmt.Sprint(day, i)), 0, offset) {
				t.Fatalf("day %d, id %d was seen", day, i)
			}
			if d.Seen(day, callID("apex", fmt.Sprint(day, i)), 0, offset) {
				t.Fatalf("day %d, id %d of another account was not", day, i)
			}
			if !d.Seen(day, callID("apex", fmt.Sprint(day, i)), 0, offset) {
				t.Fatalf("day %d, id %d came late before", day, i)
			}
		}
	}
	if from := d.From(offset); from != 0 {
		t.Errorf("ids are known from offset %d on", from)
	}
	d.Close(last+1, offset)
	for range 2 {
		if d.Seen(today, callID("acme", fmt.Sprint(today, 1)), 0, offset) {
			t.Error("a day that left the ring is known")
		}
	}
	if from := d.From(offset); from != 100 {
		t.Errorf("ids are known from offset %d on, 100 once the first day has left", from)
	}
}

// An id names a record only together with its account, source and signal.
func TestSameIDOfAnother(t *testing.T) {
	var d IDs
	for _, one := range []struct {
		account, source, id string
		signal              uint16
	}{
		{"acme", "pbx", "1", 0}, {"apex", "pbx", "1", 0}, {"acme", "crm", "1", 0}, {"acme", "pbx", "2", 0}, {"acme", "pbx", "1", 1},
		{"acmep", "bx", "1", 0}, {"acme", "pb", "x1", 0}, {"pbx", "acme", "1", 0}, {"acme", "", "1", 0}, {"acme", "1", "", 0},
	} {
		id := IDOf(&signals.Interaction{Account: []byte(one.account), Source: []byte(one.source), ID: []byte(one.id)}, xxhash.Sum64String(one.account))
		if d.Seen(100, id, one.signal, 0) {
			t.Errorf("%+v was not seen before", one)
		}
		if !d.Seen(100, id, one.signal, 0) {
			t.Errorf("%+v was seen before", one)
		}
	}
}

// Out of reach: forgotten with all days before, and not learned again by halves.
func TestReach(t *testing.T) {
	var d IDs
	d.Seen(100, callID("acme", "a"), 0, 10)
	d.Close(100, 20)
	d.Seen(102, callID("acme", "b"), 0, 15)
	d.Seen(101, callID("acme", "c"), 0, 30)
	d.Close(101, 40)
	d.Close(102, 15+reach)
	for day, id := range map[signals.Day]string{101: "c", 102: "b"} {
		if !d.Seen(day, callID("acme", id), 0, reach) {
			t.Errorf("%s of day %d is within reach", id, day)
		}
	}
	if d.Seen(100, callID("acme", "a"), 0, reach) {
		t.Error("a is out of reach")
	}
	d.Close(103, 16+reach)
	for day, id := range map[signals.Day]string{100: "a", 101: "c", 102: "b"} {
		for range 2 {
			if d.Seen(day, callID("acme", id), 0, reach) {
				t.Errorf("%s of day %d is out of reach, as a day after it is", id, day)
			}
		}
	}
	if from := d.From(7); from != 7 {
		t.Errorf("ids are known from offset %d on", from)
	}
}

func TestClosedAt(t *testing.T) {
	var d IDs
	if day := d.ClosedAt(5, 7); day != 7 {
		t.Errorf("without closes: %d", day)
	}
	d.Seen(11, callID("acme", "a"), 0, 3)
	d.Closed(10, 4)
	d.Closed(12, 9)
	for offset, want := range map[int64]signals.Day{3: 10, 4: 10, 8: 10, 9: 12, 100: 12} {
		if day := d.ClosedAt(offset, 0); day != want {
			t.Errorf("at %d: %d, want %d", offset, day, want)
		}
	}
	w := &series.Writer{}
	d.Encode(w)
	var again IDs
	r := &series.Reader{Rest: w.Bytes}
	if again.Decode(r); r.End() != nil || again.ClosedAt(8, 0) != 10 || again.first != d.first {
		t.Errorf("read again: %+v, %v", again, r.Err)
	}
}

// Of very many refused records the first are forgotten, with the closed days whose
// ids began before.
func TestRefused(t *testing.T) {
	var d IDs
	d.Closed(99, 0)
	d.Seen(100, callID("acme", "a"), 0, 1)
	d.Refuse(2)
	d.Close(100, 3)
	d.Closed(100, 3)
	d.Seen(101, callID("acme", "b"), 0, 4)
	w := &series.Writer{}
	d.Encode(w)
	var again IDs
	if again.Decode(&series.Reader{Rest: w.Bytes}); !again.Refused(2) || again.Refused(3) {
		t.Error("what was refused is not read again")
	}
	for offset := int64(10); offset < 10+mostRefused; offset++ {
		d.Refuse(offset)
	}
	if d.Refused(2) || !d.Refused(9+mostRefused) || len(d.refused) > mostRefused {
		t.Errorf("%d refused records are known from %d on", len(d.refused), d.refused[0])
	}
	if d.Seen(100, callID("acme", "a"), 0, 9) {
		t.Error("an id of a closed day is known, and what was refused of that day is not")
	}
	if !d.Seen(101, callID("acme", "b"), 0, 9) {
		t.Error("an id of an open day is forgotten")
	}
	if d.Close(101, 10+mostRefused); d.refused[0] < d.From(0) {
		t.Errorf("refused from %d on, ids from %d on", d.refused[0], d.From(0))
	}
}

// The set beside a map, frozen now and then.
func TestSet(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	var s idSet
	known := map[uint64]bool{}
	for range 20000 {
		h := rng.Uint64N(15000)<<40 | 1
		if seen := s.frozen(h) || !s.add(h); seen != known[h] {
			t.Fatalf("%x: seen %v, want %v", h, seen, known[h])
		}
		known[h] = true
		if rng.IntN(1000) == 0 {
			s.freeze()
		}
	}
	if s.len() != len(known) {
		t.Errorf("%d hashes, want %d", s.len(), len(known))
	}
}

// A frozen day has the hashes of its table in order, also those that went on at the
// beginning of the table, and those that came after it was frozen.
func TestFreezeSorts(t *testing.T) {
	rng := rand.New(rand.NewPCG(13, 14))
	for range 200 {
		var s idSet
		var all []uint64
		for range 2 {
			for range 1 + rng.IntN(300) {
				h := rng.Uint64() | 1
				if rng.IntN(3) == 0 {
					h |= 0xfff << 52 // many at the end of the table
				}
				if s.add(h) {
					all = append(all, h)
				}
			}
			s.freeze()
		}
		slices.Sort(all)
		if !slices.Equal(s.sorted, all) {
			t.Fatalf("%x, want %x", s.sorted, all)
		}
	}
}

func BenchmarkFreeze(b *testing.B) {
	rng := rand.New(rand.NewPCG(15, 16))
	var full idSet
	for range 1 << 21 {
		full.add(rng.Uint64() | 1)
	}
	for b.Loop() {
		s := full
		s.freeze()
	}
}

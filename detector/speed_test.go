package detector

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"

	"firstsign/detector/series"
	"firstsign/internal/racetest"
)

// eightRules are a usual portfolio's signals: five counts, one of each other
// kind.
func eightRules() *Rules {
	r := testRules()
	r.Signals = []series.Signal{
		{Name: "call"}, {Name: "mail"}, {Name: "meeting"}, {Name: "order"}, {Name: "login"},
		{Name: "mood", Kind: series.Score}, {Name: "forwarding", Kind: series.Event}, {Name: "spend", Kind: series.Amount},
	}
	return r
}

// portfolioOf is an engine with n accounts of eight signals that were active
// for some days.
func portfolioOf(t testing.TB, n, days int) *Engine {
	e := NewEngine(0, 1, eightRules())
	rng := rand.New(rand.NewPCG(1, 1))
	var l written
	l.tick(at(0, 0))
	flush := func() {
		for i := range l.records {
			l.records[i].Offset = e.Next()
			if reject := e.Apply(&l.records[i]); reject != nil {
				t.Fatal(reject)
			}
		}
		l.records = l.records[:0]
	}
	for d := range days {
		for i := range n {
			account := fmt.Sprintf("account-%06d", i)
			for k, s := range e.rules.Signals {
				switch {
				case s.Kind == series.Event && rng.IntN(60) > 0, s.Kind != series.Event && rng.Float64() > 0.15+0.05*float64(k):
				case s.Kind == series.Score:
					l.value(at(d, 9), account, s.Name, rng.Float64()*2-1, "source", "pbx")
				case s.Kind == series.Amount:
					l.value(at(d, 9), account, s.Name, float64(rng.IntN(1000000))/100, "source", "erp")
				default:
					l.value(at(d, 9), account, s.Name, float64(1+rng.IntN(4)), "source", "pbx")
				}
			}
		}
		l.tick(at(d+1, 0))
		flush()
		if d%20 == 0 {
			findingsOf(t, e)
		}
	}
	return e
}

func TestApplyAllocatesNothing(t *testing.T) {
	e := portfolioOf(t, 20, 10)
	var l written
	l.value(at(10, 9), "account-000003", "call", 1, "source", "pbx", "id", "cdr-1")
	l.value(at(10, 9), "account-000004", "mood", 0.5, "source", "pbx")
	l.value(at(10, 9), "account-000005", "spend", 12.5, "source", "erp")
	i := 0
	allocs := testing.AllocsPerRun(300, func() {
		r := &l.records[i%len(l.records)]
		i++
		r.Offset = e.Next()
		if reject := e.Apply(r); reject != nil {
			t.Fatal(reject)
		}
	})
	if allocs != 0 {
		t.Errorf("%g allocations an event", allocs)
	}
}

// An account with eight signals takes at most 1,750 bytes in memory and 900 encoded.
func TestBytesPerAccount(t *testing.T) {
	if testing.Short() {
		t.Skip("simulates for long: run it without -short")
	}
	racetest.Arithmetic(t) // and the race detector has memory of its own
	const n = 2000         // so many that what other tests leave behind is lost among them
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	e := portfolioOf(t, n, 300)
	findingsOf(t, e)
	e.buffer = nil
	runtime.GC()
	runtime.ReadMemStats(&after)
	memory := float64(after.HeapAlloc-before.HeapAlloc) / n
	encoded := 0
	for _, a := range e.accounts {
		w := &series.Writer{}
		e.yardstick.Encode(w, a)
		encoded += len(w.Bytes)
	}
	t.Logf("%.0f bytes an account in memory, %d encoded", memory, encoded/n)
	if memory > 1750 || encoded/n > 900 {
		t.Errorf("%.0f bytes in memory, %d encoded; the limits are 1750 and 900", memory, encoded/n)
	}
}

func BenchmarkApply(b *testing.B) {
	e := portfolioOf(b, 1000, 10)
	var l written
	for i := range 10000 {
		l.value(at(10, 9), fmt.Sprintf("account-%06d", i*7%1000), "call", 1, "source", "pbx", "id", fmt.Sprint(i))
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		r := &l.records[i%len(l.records)]
		r.Offset = e.Next()
		e.Apply(r)
	}
}

// BenchmarkDayClose closes days of accounts with eight signals each.
func BenchmarkDayClose(b *testing.B) {
	const n = 1000
	for _, days := range []int{70, 250, 800} {
		b.Run(fmt.Sprintf("history=%d", days), func(b *testing.B) {
			e := portfolioOf(b, n, days)
			d := days
			b.ReportAllocs()
			for b.Loop() {
				d++
				e.Apply(tickAt(e.Next(), at(d, 0)))
				e.dayCloses = e.dayCloses[:0]
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n/1000, "µs/account")
		})
	}
}

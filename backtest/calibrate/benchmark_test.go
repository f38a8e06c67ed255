package calibrate

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"firstsign/backtest"
	"firstsign/config"
	"firstsign/detector"
	"firstsign/detector/stats"
	"firstsign/signals"
	"firstsign/signals/decode"
	"firstsign/signals/history"
)

// budgets in false alerts per account-year.
var budgets = []float64{0.25, 0.5, 1, 2}

// observed is a replayed history whose accounts can be split at will.
type observed struct {
	rules    *detector.Rules
	activity *ActivityIndex
	calm     []*episodeCounts // of each life
}

// observe replays a history. Lively accounts are watched from the day on which
// they first have a habit; otherwise all are.
func observe(t testing.TB, rules *detector.Rules, first int64, lively bool, open func() history.Stream) *observed {
	t.Helper()
	c, err := ReadActivity(open(), rules)
	if err != nil {
		t.Fatal(err)
	}
	replay := backtest.Replay{Rules: rules, Partitions: 1, First: first, Scores: true}
	o, err := replay.Run(context.Background(), open())
	if err != nil {
		t.Fatal(err)
	}
	traces := tracesOf(o, rules.Exceedance)
	w := &observed{rules: rules, activity: c}
	for _, l := range c.Accounts {
		from, to := l.judgedDays(nil)
		for lively && from < to && l.activeDays(from-backtest.SettlingDays, from) < habitDays {
			from++
		}
		w.calm = append(w.calm, traces[l.Account].count(from, to))
	}
	return w
}

// total of some of the accounts.
func (w *observed) total(of func(i int) bool) *episodeCounts {
	sum := &episodeCounts{}
	for i, c := range w.calm {
		if of(i) {
			sum.add(c)
		}
	}
	return sum
}

// realised false alerts beside the budgeted ones, for a budget per
// account-year.
func realised(curve stats.Exceedance, w *episodeCounts, budget float64) float64 {
	return w.at(curve.Evidence(1/budget)) / (budget * w.years)
}

// splits fits on a random half of the accounts and measures on the other; the
// median ratio of realised to budgeted, by budget.
func (w *observed) splits(n int) (medians []float64) {
	ratios := make([][]float64, len(budgets))
	rng := rand.New(rand.NewPCG(1, 2))
	for range n {
		half := make([]bool, len(w.calm))
		for k, i := range rng.Perm(len(w.calm)) {
			half[i] = k%2 == 0
		}
		curve := fitCurve(w.total(func(i int) bool { return half[i] }))
		rest := w.total(func(i int) bool { return !half[i] })
		for b, budget := range budgets {
			ratios[b] = append(ratios[b], realised(curve, rest, budget))
		}
	}
	return mediansOf(ratios)
}

func mediansOf(ratios [][]float64) (medians []float64) {
	for _, r := range ratios {
		slices.Sort(r)
		medians = append(medians, (r[len(r)/2]+r[(len(r)-1)/2])/2)
	}
	return medians
}

// shorts fits on four months of thirty accounts that are all there is, and
// measures on all others.
func (w *observed) shorts(t testing.TB, n int, lively bool, open func() history.Stream) (medians []float64) {
	const months, members = 122, 30
	ratios := make([][]float64, len(budgets))
	rng := rand.New(rand.NewPCG(3, 4))
	for range n {
		c := w.activity
		from := c.First + signals.Day(rng.IntN(max(1, int(c.Last-c.First)-months)))
		inside := map[string]bool{}
		for _, i := range rng.Perm(len(c.Accounts)) {
			if l := c.Accounts[i]; len(inside) < members && l.activeDays(from, from+backtest.SettlingDays) >= habitDays && l.Last >= from+months {
				inside[l.Account] = true
			}
		}
		if len(inside) < members {
			continue
		}
		zone := signals.NewZone(w.rules.Location)
		few := func() history.Stream {
			return &someLines{open(), func(l *history.Line) bool {
				d := zone.Day(l.Interaction.Time)
				return d >= from && d < from+months && inside[string(l.Interaction.Account)]
			}}
		}
		short := observe(t, w.rules, zone.Start(from), lively, few)
		curve := fitCurve(short.total(func(int) bool { return true }))
		rest := w.total(func(i int) bool { return !inside[c.Accounts[i].Account] })
		for b, budget := range budgets {
			ratios[b] = append(ratios[b], realised(curve, rest, budget))
		}
	}
	if len(ratios[0]) == 0 {
		return nil
	}
	return mediansOf(ratios)
}

// someLines of a stream.
type someLines struct {
	history.Stream
	wanted func(*history.Line) bool
}

func (s *someLines) Next() (*history.Line, error) {
	for {
		l, err := s.Stream.Next()
		if err != nil || s.wanted(l) {
			return l, err
		}
	}
}

// Fifty random halves of each real history, and thirty accounts with four
// months; part of make bench-detection.
func TestCalibrationOnBenchmark(t *testing.T) {
	folder := os.Getenv("FIRSTSIGN_BENCH")
	sets := slices.DeleteFunc([]string{"emaileu", "oss", "onlineretail", "enron", "mitphone", "uploads"}, func(set string) bool {
		_, err := os.Stat(filepath.Join(folder, set, "events.jsonl.gz"))
		return err != nil
	})
	if folder == "" || len(sets) == 0 {
		t.Skip("FIRSTSIGN_BENCH does not name the benchmark's folder")
	}
	for _, set := range sets {
		t.Run(set, func(t *testing.T) {
			c, err := config.Load(filepath.Join("..", "testdata", "bench", set))
			if err != nil {
				t.Fatal(err)
			}
			lines := held(t, filepath.Join(folder, set, "events.jsonl.gz"))
			for _, lively := range []bool{false, true} {
				w := observe(t, c.Rules(), lines.lines[0].Interaction.Time, lively, lines.open)
				accounts, years := 0, 0.0
				for _, one := range w.calm {
					if years += one.years; one.years > 0 {
						accounts++
					}
				}
				t.Logf("%s, lively only: %v: %d accounts, %.0f account-years; realised/budgeted at %v an account-year", set, lively, accounts, years, budgets)
				halves := w.splits(50)
				t.Logf("  50 halves                    %s", w.digits(halves))
				if accounts >= 80 {
					w.ask(t, halves, 0.8, 1.2)
				}
				if !lively {
					continue // thirty accounts that somebody looks after are lively
				}
				shorts := w.shorts(t, 50, lively, lines.open)
				t.Logf("  30 accounts and four months  %s", w.digits(shorts))
				if accounts >= 80 {
					w.ask(t, shorts, 0.7, 1.4)
				}
			}
		})
	}
}

// reaches tells whether these accounts show anything as often as a budget
// allows: some contributors of open-source projects are hardly ever there.
func (w *observed) reaches(budget float64) bool {
	all := w.total(func(int) bool { return true })
	return slices.Max(all.episodes[:]) > budget*all.years
}

// ask that ratios are between bounds.
func (w *observed) ask(t *testing.T, ratios []float64, low, high float64) {
	for i, r := range ratios {
		if w.reaches(budgets[i]) && (r < low || r > high) {
			t.Errorf("budget %v: realised is %.2f of it, asked is %v to %v", budgets[i], r, low, high)
		}
	}
}

func (w *observed) digits(ratios []float64) (s string) {
	for i, x := range ratios {
		if w.reaches(budgets[i]) {
			s += fmt.Sprintf(" %.2f", x)
		} else {
			s += " -"
		}
	}
	return s
}

// heldLines is a history in memory, to be read again and again.
type heldLines struct{ lines []history.Line }

func held(t testing.TB, path string) *heldLines {
	t.Helper()
	h, err := history.Open(path, history.Layout{})
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	var all heldLines
	for {
		l, err := h.Next()
		if errors.Is(err, io.EOF) {
			return &all
		}
		if err != nil {
			t.Fatal(err)
		}
		own := history.Line{File: l.File, Number: l.Number, Value: slices.Clone(l.Value)}
		var d decode.Decoder
		if reject := d.DecodeValue(own.Value, &own.Interaction); reject != nil {
			t.Fatal(reject)
		}
		all.lines = append(all.lines, own)
	}
}

func (h *heldLines) open() history.Stream { return &heldStream{h.lines} }

type heldStream struct{ left []history.Line }

func (s *heldStream) Next() (*history.Line, error) {
	if len(s.left) == 0 {
		return nil, io.EOF
	}
	l := &s.left[0]
	s.left = s.left[1:]
	return l, nil
}

package detector_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"firstsign/detector"
	"firstsign/detector/finding"
	"firstsign/detector/series"
	"firstsign/signals"
)

// The quality tests measure how well changes are found in made-up portfolios
// whose truth is known. They run small in every test run, against what noise
// cannot miss, and with
//
//	FIRSTSIGN_QUALITY=full go test -run '^TestQuality' -v ./detector
//
// at sizes that give narrow intervals, against what is asked for
// (docs/data-team/quality-simulated.md). Everything goes through Apply and comes back
// through OnScore and the findings: nothing is known of how it is judged.

// resident is an account of a made-up portfolio. A week's count of a signal is
// negative binomial, independent of other weeks; its days share it out.
type resident struct {
	id      string // with a ~: judged, but no part of the portfolio
	perWeek float64
	spread  float64 // variance of a week's count over its mean; 1 is Poisson
	// level of a signal in a week, as a part of perWeek; nil is 1 for ever.
	level func(week, signal int) float64
}

// world is a portfolio and how long it lives.
type world struct {
	residents []resident
	signals   int
	// alike is the correlation of an account's signals within a week: that of the
	// latent normal variables of a Gaussian copula with one common factor.
	alike float64
	weeks int
	seed  uint64
	rules func(*detector.Rules)
	// day returns which part of a day's records reach the log; nil is all.
	day func(day int) float64
	// said is what people call an alert on the day it is raised; nil is nothing.
	said func(f *finding.Finding, day int) signals.Label
}

// weekdays share a week's events out, Monday first.
var weekdays = [7]float64{0.2, 0.2, 0.19, 0.19, 0.18, 0.03, 0.01}

// lived is what came of a world.
type lived struct {
	scores   [][]float32 // by resident and day: the risk after its close
	counts   [][]uint16  // by resident: week*signals + signal
	signals  int
	findings []finding.Finding
}

// Signals are called s0, s1 and so on.
func signalName(k int) string { return fmt.Sprint("s", k) }

// failing is a test, of whatever library.
type failing interface {
	Helper()
	Fatal(...any)
}

// live runs a world through an engine.
func (w *world) live(t failing) *lived {
	t.Helper()
	rules := &detector.Rules{Location: time.UTC, Hash: "quality"}
	for k := range w.signals {
		rules.Signals = append(rules.Signals, series.Signal{Name: signalName(k)})
	}
	if w.rules != nil {
		w.rules(rules)
	}
	e := detector.NewEngine(0, 1, rules)
	e.Guests(func(account []byte) []byte {
		if bytes.IndexByte(account, '~') < 0 {
			return nil
		}
		return account
	})
	out := &lived{signals: w.signals, scores: make([][]float32, len(w.residents)), counts: make([][]uint16, len(w.residents))}
	index := map[string]int{}
	chance := make([]*rand.Rand, len(w.residents))
	for i, r := range w.residents {
		index[r.id] = i
		chance[i] = rand.New(rand.NewPCG(w.seed, uint64(i)))
		out.scores[i] = make([]float32, 7*w.weeks)
		out.counts[i] = make([]uint16, w.weeks*w.signals)
	}
	today := make([]float32, len(w.residents))
	e.OnScore(func(account string, _ signals.Day, score float64) { today[index[account]] = float32(score) })
	feed := feeder{t: t, engine: e, chance: rand.New(rand.NewPCG(w.seed, math.MaxUint64))}
	days := make([][7]uint16, len(w.residents)*w.signals)
	feed.tick(hour(0, 0))
	for week := range w.weeks {
		clear(days)
		for i := range w.residents {
			w.residents[i].week(week, w.signals, w.alike, chance[i], out.counts[i][week*w.signals:], days[i*w.signals:])
		}
		for wd := range 7 {
			d := 7*week + wd
			feed.part = 1
			if w.day != nil {
				feed.part = w.day(d)
			}
			for k := range days {
				feed.count(d, w.residents[k/w.signals].id, rules.Signals[k%w.signals].Name, days[k][wd])
			}
			feed.tick(hour(d+1, 0))
			if w.said != nil {
				out.findings = append(out.findings, feed.answers(func(f *finding.Finding) signals.Label { return w.said(f, d) })...)
			}
			for i := range today {
				out.scores[i][d] = today[i]
			}
		}
	}
	out.findings = append(out.findings, findingsOf(t, e)...)
	return out
}

// hour is a time of day n; day 0 is a Monday.
func hour(n, h int) time.Time {
	return time.Date(2024, 1, 1, h, 0, 0, 0, time.UTC).AddDate(0, 0, n)
}

func findingsOf(t failing, e *detector.Engine) (all []finding.Finding) {
	t.Helper()
	err := e.Commit(500, 0, 0, func(c *detector.Changes) error {
		for _, text := range c.Findings {
			var f finding.Finding
			if err := json.Unmarshal(text, &f); err != nil {
				return err
			}
			all = append(all, f)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// week draws a week's counts and shares them out over its days.
func (r *resident) week(week, of int, alike float64, chance *rand.Rand, counts []uint16, days [][7]uint16) {
	common := chance.NormFloat64()
	for k := range of {
		z := math.Sqrt(alike)*common + math.Sqrt(1-alike)*chance.NormFloat64()
		mean := r.perWeek
		if r.level != nil {
			mean *= r.level(week, k)
		}
		n := NegativeBinomialLog(math.Erfc(-z/math.Sqrt2)/2, mean, r.spread)
		counts[k] = uint16(n)
		for range n {
			u, day := chance.Float64(), 0
			for ; day < 6 && u >= weekdays[day]; day++ {
				u -= weekdays[day]
			}
			days[k][day]++
		}
	}
}

// NegativeBinomialLog is the quantile u of a count with a mean, and a variance of
// spread times the mean.
func NegativeBinomialLog(u, mean, spread float64) (n int) {
	if mean <= 0 {
		return 0
	}
	p, next := math.Exp(-mean), func(n float64) float64 { return mean / (n + 1) }
	if spread > 1 {
		size := mean / (spread - 1)
		p = math.Pow(spread, -size)
		next = func(n float64) float64 { return (size + n) / (n + 1) * (1 - 1/spread) }
	}
	for sum := p; sum < u && n < 10_000; n++ {
		p *= next(float64(n))
		sum += p
	}
	return n
}

// feeder writes records into an engine.
type feeder struct {
	t      failing
	engine *detector.Engine
	chance *rand.Rand
	part   float64 // of the events that arrive
	buffer []byte
}

func (f *feeder) count(day int, account, signal string, n uint16) {
	if f.part < 1 {
		arrived := uint16(0)
		for range n {
			if f.chance.Float64() < f.part {
				arrived++
			}
		}
		n = arrived
	}
	if n == 0 {
		return
	}
	in := signals.Interaction{
		Time: hour(day, 9).UnixNano(), Account: []byte(account), Signal: []byte(signal), Source: []byte("pbx"), Value: float64(n),
	}
	f.buffer = signals.Append(f.buffer[:0], &in)
	r := signals.Record{Offset: f.engine.Next(), Time: in.Time, Key: in.Account, Value: f.buffer}
	if reject := f.engine.Apply(&r); reject != nil {
		f.t.Fatal(reject)
	}
}

func (f *feeder) tick(at time.Time) {
	f.control(signals.Control{Kind: signals.Tick, Time: at.UnixNano()})
}

// answers writes what people call the alerts that were raised, and returns all
// findings.
func (f *feeder) answers(said func(*finding.Finding) signals.Label) []finding.Finding {
	found := findingsOf(f.t, f.engine)
	for i := range found {
		if l := said(&found[i]); l != "" && found[i].Kind == finding.Raised {
			f.control(signals.Control{Kind: signals.Feedback, Time: found[i].Time, Account: found[i].Account, Alert: found[i].ID, Label: l})
		}
	}
	return found
}

func (f *feeder) control(c signals.Control) {
	r := signals.Record{Offset: f.engine.Next(), Time: c.Time}
	r.Value, r.Headers = c.Record()
	if reject := f.engine.Apply(&r); reject != nil {
		f.t.Fatal(reject)
	}
}

// residentsOf returns n equal residents.
func residentsOf(n int, name string, r resident) (all []resident) {
	for i := range n {
		r.id = fmt.Sprintf(name, i)
		all = append(all, r)
	}
	return all
}

// group returns the scores of residents from..to.
func (l *lived) group(from, to int) [][]float32 { return l.scores[from:to] }

// A world is what it says it is: a week's counts have the mean, the variance
// and the correlation that were asked for, and arrive in the engine.
func TestQualityWorld(t *testing.T) {
	w := world{residents: residentsOf(30, "a%d", resident{perWeek: 20, spread: 2}), signals: 2, alike: 0.3, weeks: 60, seed: 5}
	l := w.live(t)
	var n, sum, square, product float64
	for _, c := range l.counts {
		for week := range w.weeks {
			a, b := float64(c[2*week]), float64(c[2*week+1])
			n, sum, square, product = n+2, sum+a+b, square+a*a+b*b, product+2*a*b
		}
	}
	mean := sum / n
	variance := square/n - mean*mean
	nearly(t, "mean", mean, 20, 0.03)
	nearly(t, "variance over mean", variance/mean, 2, 0.12)
	nearly(t, "correlation", (product/n-mean*mean)/variance, 0.3, 0.08)
	nearly(t, "quantile by hand, Poisson of 1: P(0) = .37", float64(NegativeBinomialLog(0.36, 1, 1)), 0, 0)
	nearly(t, "P(0)+P(1) = .74", float64(NegativeBinomialLog(0.73, 1, 1)), 1, 0)
	nearly(t, "k = 1, mean 1: P(0) = 1/2, P(1) = 1/4", float64(NegativeBinomialLog(0.74, 1, 2)), 1, 0)
	if len(l.scores[0]) != 7*w.weeks || l.scores[0][7*w.weeks-1] <= 0 {
		t.Errorf("scores %v", l.scores[0])
	}
}

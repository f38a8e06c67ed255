package calibrate

import (
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"firstsign/accounts"
	"firstsign/backtest"
	"firstsign/detector"
	"firstsign/signals"
	"firstsign/signals/decode"
	"firstsign/signals/history"
)

// lively are rules with a signal of each kind.
func livelyRules(list ...accounts.Account) *detector.Rules {
	r := &detector.Rules{Location: time.UTC, Signals: []detector.Signal{
		{Name: "call", Kind: detector.Count, Side: detector.ByDirection},
		{Name: "forwarding", Kind: detector.Event},
		{Name: "message", Kind: detector.Count},
		{Name: "mood", Kind: detector.Score},
		{Name: "spend", Kind: detector.Amount},
		{Name: "visit", Kind: detector.Count, Side: detector.Ours},
	}}
	if len(list) > 0 {
		r.Accounts = accounts.NewDirectory(list)
	}
	return r
}

// handMade is a history that is written by hand, line by line.
type handMade struct {
	lines []history.Line
	start signals.Day
}

// add adds an interaction of a day at an hour.
func (h *handMade) add(day, hour int, account, signal string, value float64, direction string) {
	in := signals.Interaction{
		Time: (int64(h.start)+int64(day))*86400e9 + int64(hour)*3600e9, Value: value,
		Account: []byte(account), Signal: []byte(signal), ID: fmt.Appendf(nil, "%d", len(h.lines)), Source: []byte("pbx"),
	}
	if direction != "" {
		in.Attributes = []signals.Attribute{{Key: []byte("direction"), Value: []byte(direction)}}
	}
	h.lines = append(h.lines, history.Line{File: "by hand", Number: len(h.lines) + 1, Interaction: in, Value: signals.Append(nil, &in)})
}

func (h *handMade) open() history.Stream {
	slices.SortStableFunc(h.lines, func(a, b history.Line) int { return int(a.Interaction.Time/1e9 - b.Interaction.Time/1e9) })
	return &heldStream{h.lines}
}

// office is 240 days of some accounts that are alike.
func office(t *testing.T, names ...string) *handMade {
	h := &handMade{start: monday}
	rng := rand.New(rand.NewPCG(1, 1))
	for d := range 240 {
		for _, a := range names {
			h.add(d, 8, a, "call", 1, "inbound")
			h.add(d, 9, a, "call", 1, "outbound")
			h.add(d, 10, a, "message", 6, "")
			h.add(d, 11, a, "mood", 10+rng.NormFloat64(), "")
			h.add(d, 12, a, "call", 1, "inbound")
			h.add(d, 12, a, "spend", 100, "")
			h.add(d, 13, a, "visit", 1, "")
		}
	}
	return h
}

// lived is what a stream holds of an account: the records as text.
func records(t *testing.T, s history.Stream, account string) (lines []string) {
	t.Helper()
	last := int64(math.MinInt64)
	for {
		l, err := s.Next()
		if err == io.EOF {
			return lines
		}
		if err != nil {
			t.Fatal(err)
		}
		if l.Interaction.Time < last {
			t.Fatalf("%s is out of order", l.Value)
		}
		last = l.Interaction.Time
		var d decode.Decoder
		var in signals.Interaction
		if reject := d.DecodeValue(l.Value, &in); reject != nil || string(in.Account) != string(l.Interaction.Account) {
			t.Fatalf("%s: %v", l.Value, reject)
		}
		if string(in.Account) == account {
			lines = append(lines, string(l.Value))
		}
	}
}

func activityOf(t *testing.T, h *handMade, rules *detector.Rules) *ActivityIndex {
	t.Helper()
	c, err := ReadActivity(h.open(), rules)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// count of the records that hold a text.
func holding(lines []string, parts ...string) (n int) {
	for _, l := range lines {
		if !slices.ContainsFunc(parts, func(p string) bool { return !strings.Contains(l, p) }) {
			n++
		}
	}
	return n
}

func TestGuests(t *testing.T) {
	h, rules := office(t, "acme", "other"), livelyRules()
	c := activityOf(t, h, rules)
	const from = 150
	variant := func(s Scenario) Variant {
		return Variant{Account: "acme", Scenario: s, From: h.start + from, Until: h.start + 1000, signal: "call", other: "message"}
	}
	base := records(t, h.open(), "acme")
	changed := 0
	for i, l := range base {
		if strings.Contains(l, (h.start + from).String()) {
			changed = i
			break
		}
	}
	for _, tt := range []struct {
		scenario               Scenario
		calls, messages, moods [2]int // after the change: fewest and most
	}{
		{Silent, [2]int{}, [2]int{}, [2]int{}},
		{Drop75, [2]int{25, 65}, [2]int{50, 90}, [2]int{10, 36}},
		{Drop50, [2]int{65, 115}, [2]int{70, 90}, [2]int{30, 60}},
		{Drop30, [2]int{105, 147}, [2]int{80, 90}, [2]int{50, 76}},
		{Halved, [2]int{90, 90}, [2]int{90, 90}, [2]int{45, 45}},
		{Sentiment, [2]int{180, 180}, [2]int{90, 90}, [2]int{90, 90}},
		{Moved, [2]int{0, 0}, [2]int{270, 270}, [2]int{90, 90}},
		{BadNews, [2]int{180, 180}, [2]int{90, 90}, [2]int{90, 90}},
	} {
		g := variant(tt.scenario)
		if g.signal = "call"; tt.scenario == BadNews {
			g.signal = "forwarding"
		}
		both := func(variants ...Variant) history.Stream { return Inject(h.open(), c, rules, variants, 5) }
		if got := records(t, both(g), "acme"); !slices.Equal(got, base) {
			t.Fatalf("%s: the account itself has changed", tt.scenario)
		}
		got := records(t, both(g), g.ID())
		for i := range changed {
			want := strings.Replace(base[i], `"acme"`, `"`+g.ID()+`"`, 1)
			want = strings.Replace(want, `","source"`, `~`+string(tt.scenario)+`","source"`, 1)
			if i >= len(got) || got[i] != want {
				t.Fatalf("%s: before the change\n%s\nwant\n%s", tt.scenario, got[i], want)
			}
		}
		after := got[changed:]
		within := func(what string, n int, bounds [2]int) {
			if n < bounds[0] || n > bounds[1] {
				t.Errorf("%s: %d %s after the change, want %v", tt.scenario, n, what, bounds)
			}
		}
		within("calls", holding(after, `"call"`, "inbound"), tt.calls)
		within("messages", holding(after, `"message"`), tt.messages)
		within("moods", holding(after, `"mood"`), tt.moods)
		if n := holding(after, `"visit"`) + holding(after, "outbound"); n != 180 {
			t.Errorf("%s: our own side did %d things, want 180", tt.scenario, n)
		}
		if spends, noon := holding(after, `"spend"`), holding(after, "T12:", `"call"`); tt.scenario != Moved && tt.scenario != Halved && spends != noon {
			t.Errorf("%s: %d spends beside %d calls of the same instant", tt.scenario, spends, noon)
		}
		// The same whoever else is a variant, and whoever comes first.
		other := variant(Drop50)
		other.Account = "other"
		if again := records(t, both(other, variant(Decay2), g), g.ID()); !slices.Equal(got, again) {
			t.Errorf("%s: another variant has changed it", tt.scenario)
		}
	}
}

// Six messages told in one record are six messages: each has its own fate.
func TestThinningOfSums(t *testing.T) {
	h, rules := office(t, "acme"), livelyRules()
	c := activityOf(t, h, rules)
	s := Inject(h.open(), c, rules, []Variant{{Account: "acme", Scenario: Drop75, From: h.start, Until: h.start + 1000}}, 1)
	sum, whole := 0.0, 0
	for {
		l, err := s.Next()
		if err == io.EOF {
			break
		}
		if string(l.Interaction.Account) == "acme~drop75" && string(l.Interaction.Signal) == "message" {
			sum += l.Interaction.Value
			if l.Interaction.Value == 6 {
				whole++
			}
		}
	}
	// 1,440 messages, a quarter kept: 360, give or take 16.4.
	if sum < 290 || sum > 430 || whole > 2 {
		t.Errorf("%v messages are left, %d days untouched", sum, whole)
	}
}

func TestBadNewsAndSentiment(t *testing.T) {
	h, rules := office(t, "acme"), livelyRules(accounts.Account{ID: "acme", Contacts: []accounts.Contact{{ID: "li-wei", Key: true}}})
	c := activityOf(t, h, rules)
	g := Variant{Account: "acme", Scenario: BadNews, From: h.start + 100, Until: h.start + 1000, signal: "forwarding"}
	news := records(t, Inject(h.open(), c, rules, []Variant{g}, 1), g.ID())
	if n := holding(news, `"forwarding"`, g.From.String()+"T12:00", "li-wei"); n != 1 || holding(news, `"forwarding"`) != 1 {
		t.Errorf("%d pieces of bad news, %d of them right", holding(news, `"forwarding"`), n)
	}
	g.Scenario, g.From = BadNews, h.start+500 // after the history's end
	if got := records(t, Inject(h.open(), c, rules, []Variant{g}, 1), g.ID()); holding(got, `"forwarding"`) != 1 {
		t.Error("news after the last line was lost")
	}
	g.Scenario, g.From = Sentiment, h.start+100
	s := Inject(h.open(), c, rules, []Variant{g}, 1)
	var before, after []float64
	for {
		l, err := s.Next()
		if err == io.EOF {
			break
		}
		if in := &l.Interaction; string(in.Account) == g.ID() && string(in.Signal) == "mood" {
			if signals.Day(in.Time/86400e9) < g.From {
				before = append(before, in.Value)
			} else {
				after = append(after, in.Value)
			}
		}
	}
	// One standard deviation, which is 1; the means are known to 0.13.
	if shift := mean(before) - mean(after); math.Abs(shift-1) > 0.4 {
		t.Errorf("moods fell by %v, want 1", shift)
	}
}

func mean(list []float64) (m float64) {
	for _, x := range list {
		m += x / float64(len(list))
	}
	return m
}

// Who is drawn has a habit, goes on for long after the change, and is no loss;
// every grade has its share.
func TestDraw(t *testing.T) {
	h := office(t, "key-1", "a-1", "a-2", "a-3", "a-4", "lost")
	for d := range 240 {
		if d%20 == 0 {
			h.add(d, 7, "rare", "call", 1, "inbound")
		}
		if d < 160 {
			h.add(d, 7, "short", "call", 1, "inbound")
		}
	}
	list := []accounts.Account{{ID: "key-1", Grade: accounts.Key}}
	for _, id := range []string{"a-1", "a-2", "a-3", "a-4", "lost", "rare", "short"} {
		list = append(list, accounts.Account{ID: id})
	}
	rules := livelyRules(list...)
	c := activityOf(t, h, rules)
	losses := backtest.Losses{"lost": h.start + 200}
	drawn := map[string]bool{}
	for _, g := range c.DrawVariants(rules, losses, 3, 1) {
		drawn[g.Account] = true
		l := c.byAccount[g.Account]
		if g.From < l.First+backtest.SettlingDays || g.From+followed > l.Last || g.Scenario == Moved && (g.signal != "call" || g.other != "message") {
			t.Errorf("%+v of %s to %s", g, l.First, l.Last)
		}
	}
	if len(drawn) != 3 || !drawn["key-1"] {
		t.Errorf("drawn are %v, want three with the only key account", drawn)
	}
	all := map[string]int{}
	for _, g := range c.DrawVariants(rules, losses, 100, 1) {
		all[g.Account]++
	}
	if len(all) != 5 || all["lost"]+all["rare"]+all["short"] > 0 || all["a-1"] != len(Scenarios) {
		t.Errorf("drawn of all are %v", all)
	}
}

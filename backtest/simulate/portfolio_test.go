package simulate

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"math"
	"runtime"
	"testing"
	"time"

	"firstsign/accounts"
	"firstsign/backtest"
	"firstsign/internal/racetest"
	"firstsign/signals"
	"firstsign/signals/decode"
	"firstsign/signals/history"
	"firstsign/signals/text"
)

func day(t *testing.T, s string) signals.Day {
	t.Helper()
	d, err := signals.ParseDay(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func plan(t *testing.T, count, days int) Plan {
	t.Helper()
	shanghai, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	return Plan{Seed: 7, Accounts: count, Start: day(t, "2025-06-02"), Days: days, Location: shanghai, Declines: 0.2, Story: true}
}

// written is the history of a simulation as a file.
func written(t *testing.T, s *Portfolio) []byte {
	t.Helper()
	var b bytes.Buffer
	if _, err := backtest.WriteHistory(&b, s.History()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestSimulationIsAFunctionOfItsPlan(t *testing.T) {
	p := plan(t, 30, 90)
	one, two := written(t, New(p)), written(t, New(p))
	if !bytes.Equal(one, two) {
		t.Fatal("the same plan gave two histories")
	}
	// Pinned, so that a seed that somebody quotes keeps its meaning. A change of
	// the habits changes it: then write the new one here.
	sum := sha256.Sum256(one)
	if got := hex.EncodeToString(sum[:8]); got != pinnedHistory && runtime.GOARCH == "amd64" { // others round math.Exp differently
		t.Errorf("history of %d bytes has hash %s, want %s", len(one), got, pinnedHistory)
	}
	p.Seed++
	if bytes.Equal(one, written(t, New(p))) {
		t.Error("another seed gave the same history")
	}
}

// A department looks after key and potential accounts: two more people, who manage none.
func TestDepartmentsOfAccounts(t *testing.T) {
	p := plan(t, 60, 1)
	p.Personas = true
	list := New(p).Accounts()
	owners := map[string]bool{}
	for i := range list {
		owners[list[i].Owner] = true
	}
	for i := range list {
		a := &list[i]
		valued := a.Grade == accounts.Key || a.Grade == accounts.Potential
		if named := a.ProjectManager != "" && a.Expert != ""; named != valued || a.ProjectManager == a.Expert && named {
			t.Errorf("%s is %s: project manager %q, expert %q", a.ID, a.Grade, a.ProjectManager, a.Expert)
		}
		if owners[a.ProjectManager] || owners[a.Expert] {
			t.Errorf("%s: %q or %q manages accounts", a.ID, a.ProjectManager, a.Expert)
		}
	}
}

const pinnedHistory = "bf9ffe4251e83119"

// The history and what comes after it live are one stream, in order of time,
// with ids that are unique within a source, all of it readable.
func TestSimulationGoesOnLive(t *testing.T) {
	p := plan(t, 20, 60)
	s := New(p)
	zone := signals.NewZone(p.Location)
	end := zone.Start(p.Start + 60)
	var decoder decode.Decoder
	var in signals.Interaction
	ids := map[string]bool{}
	last, after := int64(math.MinInt64), 0
	check := func(line *history.Line) {
		if reject := decoder.DecodeValue(line.Value, &in); reject != nil {
			t.Fatalf("%s: %v", line.Value, reject)
		}
		id := string(in.Source) + " " + string(in.ID)
		if in.Time < last || ids[id] || len(in.ID) == 0 {
			t.Fatalf("%s: out of order, or its id was used", line.Value)
		}
		last, ids[id] = in.Time, true
	}
	history := s.History()
	for {
		line, err := history.Next()
		if err == io.EOF {
			break
		}
		if line.Interaction.Time >= end {
			t.Fatalf("%s is after the history", line.Value)
		}
		check(line)
	}
	for range 2000 {
		line, _ := s.Next()
		if after++; after == 1 && line.Interaction.Time >= zone.Start(p.Start+61)+int64(24*time.Hour) {
			t.Errorf("the live part begins with %s", line.Value)
		}
		check(line)
	}
}

// tally counts the interactions of an account by signal and side of a day.
type tally map[string]map[string][2]int

func count(t *testing.T, s *Portfolio, from map[string]signals.Day) tally {
	t.Helper()
	zone := signals.NewZone(s.plan.Location)
	got := tally{}
	history := s.History()
	for {
		line, err := history.Next()
		if err == io.EOF {
			return got
		}
		in := &line.Interaction
		name := string(in.Signal)
		if d := in.Attribute("direction"); string(d) == "outbound" {
			name += " ours"
		}
		account := string(in.Account)
		if got[account] == nil {
			got[account] = map[string][2]int{}
		}
		n := got[account][name]
		if cut, ok := from[account]; ok && zone.Day(in.Time) >= cut {
			n[1]++
		} else {
			n[0]++
		}
		got[account][name] = n
	}
}

func TestTruthIsTrue(t *testing.T) {
	p := plan(t, 250, 160)
	s := New(p)
	truth := s.Truth()
	from, kinds := map[string]signals.Day{}, map[DeclineKind]int{}
	for _, a := range truth.Accounts {
		kinds[a.Kind]++
		if a.Kind != "" {
			from[a.Account] = day(t, a.From)
		}
	}
	if len(truth.Accounts) != 250 || kinds[Silence] < 7 || kinds[Drop] < 7 || kinds[Decay] < 4 || kinds[Defection] < 3 || kinds[""] < 180 {
		t.Fatalf("%d accounts, %v", len(truth.Accounts), kinds)
	}
	got := count(t, s, from)
	var before, left [2]float64 // of drops: observed over expected
	for _, a := range truth.Accounts {
		if a.Kind == "" {
			continue
		}
		n := got[a.Account]
		days := float64(day(t, a.From) - p.Start)
		rest := 160 - days
		their := [2]int{n["call"][0] + n["message"][0], n["call"][1] + n["message"][1]}
		switch a.Kind {
		case Silence:
			if their[1] != 0 || n["order"][1] != 0 || n["spend"][1] != 0 || n["sentiment"][1] != 0 || n["share_of_wallet"][1] != 0 {
				t.Errorf("%s is silent from %s, but: %v", a.Account, a.From, n)
			}
			if rest > 40 && n["call ours"][1]+n["visit"][1] == 0 {
				t.Errorf("%s: our side fell silent at once with theirs", a.Account)
			}
		case Defection:
			signs := n["forwarding"][1] >= 2 && n["competitor_praise"][1] >= 2 && n["meeting_declined"][1] >= 4 && n["complaint"][1] >= 1
			if gone := day(t, a.Leaves) <= p.Start+160; gone && !signs {
				t.Errorf("%s turns away from %s on without its signs: %v", a.Account, a.From, n)
			}
		case Drop:
			before[0] += float64(their[0]) / days * rest
			before[1] += float64(their[0]) / days * rest * a.To
			left[0] += float64(their[1])
		}
	}
	if ratio := left[0] / before[1]; ratio < 0.65 || ratio > 1.35 { // seasons and holidays
		t.Errorf("after their drops accounts did %.2f of what the truth says (%.0f of usually %.0f)", ratio, left[0], before[0])
	}
}

func TestStory(t *testing.T) {
	racetest.Arithmetic(t)
	p := plan(t, 50, 182)
	p.StoryLeaves = p.Start + 175
	s := New(p)
	story := s.Story()
	if story.Account.Grade != accounts.Key || story.Leaves != p.StoryLeaves || story.From >= story.Leaves || s.Accounts()[0].ID != story.Account.ID {
		t.Fatalf("story: %+v", story)
	}
	type seen struct{ early, late, after int }
	got := map[string]*seen{}
	zone := signals.NewZone(p.Location)
	texts := ""
	history := s.History()
	for {
		line, err := history.Next()
		if err == io.EOF {
			break
		}
		in := &line.Interaction
		if string(in.Account) != story.Account.ID {
			continue
		}
		name := string(in.Signal) + " " + string(in.Contact)
		if string(in.Attribute("direction")) == "outbound" || string(in.Signal) == "visit" {
			name = "ours"
		}
		if got[name] == nil {
			got[name] = &seen{}
		}
		switch d := zone.Day(in.Time); {
		case d >= story.Leaves:
			got[name].after++
		case d >= story.Leaves-28:
			got[name].late++
			texts += string(in.Text)
		case d < story.From && d >= story.From-84:
			got[name].early++
		}
	}
	key := story.Contact.ID
	if c := got["call "+key]; c.early < 30 || 3*c.late*2 > c.early {
		t.Errorf("the key person's calls: %+v; want less than half the rate in the last 4 weeks", c)
	}
	for name, want := range map[string]int{"forwarding": 3, "competitor_praise": 1, "meeting_declined": 3, "meeting_postponed": 1, "meeting_shortened": 1} {
		if c := got[name+" "+key]; c == nil || c.late < want {
			t.Errorf("%s of the key person: %+v, want %d in the last 4 weeks", name, c, want)
		}
	}
	for name, c := range got {
		if name != "ours" && c.after > 0 {
			t.Errorf("%s: %d after it left", name, c.after)
		}
	}
	reader := text.New(text.Config{Competitors: []string{StoryCompetitor}})
	if said := reader.Read([]byte(texts)).Words; len(said) != 4 {
		t.Errorf("what he said means %v, and should be all that can be read: %s", said, texts)
	}
}

// The habits are those of people: weekends, the Spring Festival, more variance
// than chance alone, spells that last.
func TestHabits(t *testing.T) {
	p := plan(t, 80, 300)
	p.Declines, p.Story = 0, false
	p.Location = time.UTC
	s := New(p)
	perDay := make([]float64, 300)
	weekly := map[string][]float64{}
	events := 0
	history := s.History()
	for {
		line, err := history.Next()
		if err == io.EOF {
			break
		}
		events++
		d := int(line.Interaction.Time/86400e9) - int(p.Start)
		perDay[d]++
		if string(line.Interaction.Signal) == "message" {
			a := string(line.Interaction.Account)
			if weekly[a] == nil {
				weekly[a] = make([]float64, 43)
			}
			weekly[a][d/7]++
		}
	}
	if perAccountYear := float64(events) / 80 / 300 * 365; perAccountYear < 1000 || perAccountYear > 2000 {
		t.Errorf("%.0f interactions per account and year, want 1000 to 2000", perAccountYear)
	}
	mean := func(from string, days int) (m float64) {
		at := int(day(t, from) - p.Start)
		for _, n := range perDay[at : at+days] {
			m += n / float64(days)
		}
		return m
	}
	work := mean("2025-11-03", 5)
	if weekend := mean("2025-11-08", 2); weekend > 0.3*work {
		t.Errorf("weekend %.0f, working day %.0f", weekend, work)
	}
	if festival := mean("2026-02-16", 5); festival > 0.15*work {
		t.Errorf("Spring Festival %.0f, working day %.0f", festival, work)
	}
	if worked := mean("2026-02-28", 1); worked < 0.4*work {
		t.Errorf("a Saturday that is worked %.0f, working day %.0f", worked, work)
	}
	// From mid-October to December there is no holiday. Chance alone gives
	// variance = mean.
	var dispersion, lag, accounts float64
	for _, w := range weekly {
		w = w[19:30]
		var m, v, c float64
		for _, n := range w {
			m += n / float64(len(w))
		}
		if m < 2 {
			continue
		}
		for i, n := range w {
			v += (n - m) * (n - m) / float64(len(w)-1)
			if i > 0 {
				c += (n - m) * (w[i-1] - m) / float64(len(w)-1)
			}
		}
		accounts++
		dispersion += v / m
		lag += c / v
	}
	if dispersion /= accounts; dispersion < 1.3 {
		t.Errorf("variance of weekly messages is %.2f of the mean; real people have more than chance", dispersion)
	}
	t.Logf("%d events, dispersion %.2f, lag-1 %.2f", events, dispersion, lag/accounts)
}

func BenchmarkSimulation(b *testing.B) {
	for b.Loop() {
		s := New(Plan{Seed: 1, Accounts: 1000, Start: 20000, Days: 365})
		n, err := backtest.WriteHistory(io.Discard, s.History())
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(n), "events")
	}
}

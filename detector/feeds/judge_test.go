package feeds

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"firstsign/detector/series"
	"firstsign/detector/series/seriestest"
	"firstsign/signals"
)

// partition is a portfolio of accounts that call and mail every day, each by a
// source of its own, until a source is down.
type partition struct {
	sources Sources
	signals series.Table
	sets    []*series.Set
	now     *Judgement
	told    []string
}

func newPartition(accounts int) *partition {
	p := &partition{sources: NewSources()}
	p.signals.Index = map[string]uint16{}
	p.signals.Apply([]series.Signal{{Name: "call"}, {Name: "mail"}})
	for range accounts {
		p.sets = append(p.sets, &series.Set{First: seriestest.Day(0)})
	}
	return p
}

// live brings one day of the sources that are up, and closes it.
func (p *partition) live(n int, up ...string) {
	d := seriestest.Day(n)
	for _, a := range p.sets {
		for id, name := range []string{"pbx", "chat"} {
			if slices.Contains(up, name) {
				s := a.Take(series.Key{Signal: uint16(id)}, series.Count, d)
				s.Source = p.sources.Admit([]byte(name))
				s.Other = s.Source
				s.Add(d, 1)
				p.sources.Receive(s.Source, d)
			}
		}
	}
	p.close(d)
}

func (p *partition) close(d signals.Day) {
	now := Judge(&Close{
		Day: d, Calendar: &series.Calendar{}, Signals: &p.signals, Sources: &p.sources, Accounts: []series.Members{slices.All(p.sets)}, Before: p.now,
	})
	for _, c := range Changes(p.now, &now) {
		p.told = append(p.told, fmt.Sprint(int(d-seriestest.Day(0)), ":", [...]string{"dead", "low", "quiet", "back", "given up"}[c.Event], " ", c.Source))
	}
	p.now = &now
	leaving := d - series.JudgedDays
	for _, a := range p.sets {
		for i := range a.Series {
			a.Series[i].Drop(leaving)
		}
	}
	p.sources.Forget(leaving)
	p.sources.ForgetAnswers(&now)
}

// A dead source is told on its first day, its days are unknown, and it is back when
// it brings as much as ever.
func TestDeadSource(t *testing.T) {
	p := newPartition(30)
	for n := range 100 {
		if n >= 80 && n < 83 {
			p.live(n, "chat")
		} else {
			p.live(n, "pbx", "chat")
		}
		if n == 82 {
			f, cover := p.now.Find("pbx"), p.now.Cover(&p.sources)
			if f.State != Dead || f.Since != seriestest.Day(80) || f.Cover>>(series.ViewDays-4)&0xf != 1 {
				t.Errorf("%+v, cover %x", f, f.Cover)
			}
			if cover[p.sources.Intern("pbx")] != f.Cover || cover[p.sources.Intern("chat")] != 1<<series.ViewDays-1 {
				t.Errorf("cover %x", cover)
			}
		}
	}
	if got := strings.Join(p.told, ", "); got != "80:dead pbx, 83:back pbx" {
		t.Error(got)
	}
}

// When all sources are dark together, nothing is told of any of them.
func TestQuietTogether(t *testing.T) {
	p := newPartition(30)
	for n := range 100 {
		if n >= 80 && n < 86 {
			p.live(n)
		} else {
			p.live(n, "pbx", "chat")
		}
	}
	if got := strings.Join(p.told, ", "); got != "83:quiet all sources, 86:back all sources" {
		t.Error(got)
	}
}

// A source that a person gives up is retired as long as it brings nothing: its series
// go back to the other source that brings them.
func TestGivenUp(t *testing.T) {
	p := newPartition(30)
	for n := range 80 {
		p.live(n, "pbx", "chat")
	}
	p.live(80, "chat")
	p.sources.Answer(FailureID("pbx", seriestest.Day(85)), signals.Expected, p.now) // as another partition dates it
	p.live(81, "chat")
	pbx, chat := p.sources.Intern("pbx"), p.sources.Intern("chat")
	retired := p.now.Retired(&p.sources)
	if !p.now.Find("pbx").IsRetired() || !retired[pbx] || retired[chat] || p.now.Cover(&p.sources)[pbx] != 0 {
		t.Fatalf("%+v", p.now.Find("pbx"))
	}
	both := series.Set{Series: []series.Series{{Source: pbx, Other: chat}, {Source: pbx, Other: pbx}, {Source: chat, Other: pbx}}}
	HandBack(&both, retired)
	if s := both.Series; s[0].Source != chat || s[0].Other != pbx || s[1].Source != pbx || s[2].Source != chat {
		t.Errorf("%+v", s)
	}
	p.live(82, "chat", "pbx")
	if got := strings.Join(p.told, ", "); got != "80:dead pbx, 81:given up pbx" || p.now.Retired(&p.sources) != nil {
		t.Errorf("%s, %+v", got, p.now.Find("pbx"))
	}
}

// Few accounts say nothing about their source. Heartbeats do, once they have begun.
func TestHeartbeats(t *testing.T) {
	p := newPartition(3)
	for n := range 70 {
		p.live(n, "pbx")
	}
	if f := p.now.Find("pbx"); f.State != Unknown {
		t.Errorf("without heartbeats %s", f.State)
	}
	for n := 70; n < 80; n++ {
		p.sources.Beat("pbx", seriestest.Day(n))
		p.live(n)
	}
	if f := p.now.Find("pbx"); f.State != Alive {
		t.Errorf("with heartbeats %s", f.State)
	}
	p.live(80)
	if f := p.now.Find("pbx"); f.State != Dead || f.Since != seriestest.Day(80) || !f.Told {
		t.Errorf("%+v", f)
	}
}

// What was known is read back as it was written.
func TestEncoding(t *testing.T) {
	p := newPartition(30)
	for n := range 80 {
		p.sources.Beat("erp", seriestest.Day(n))
		p.live(n, "pbx", "chat")
	}
	p.live(80, "chat")
	p.sources.Answer(FailureID("pbx", seriestest.Day(80)), signals.Expected, p.now)
	encode := func(s *Sources, j *Judgement) string {
		w := &series.Writer{}
		s.Encode(w)
		s.EncodeAnswers(w)
		j.Quiet.Encode(w)
		EncodeFeeds(w, j.Feeds)
		return string(w.Bytes)
	}
	want := encode(&p.sources, p.now)
	r, again := &series.Reader{Rest: []byte(want)}, NewSources()
	again.Decode(r)
	again.DecodeAnswers(r)
	j := Judgement{Day: p.now.Day, Quiet: DecodeQuiet(r), Feeds: DecodeFeeds(r)}
	if err := r.End(); err != nil || encode(&again, &j) != want || !slices.Equal(j.Feeds, p.now.Feeds) {
		t.Errorf("%v, %+v, was %+v", err, j, p.now)
	}
}

package feeds

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"firstsign/detector/series"
	"firstsign/detector/series/seriestest"
)

// Accounts in several parts show of the sources what they show in one.
func TestPartsAreSummedUpAlike(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	p := newPartition(90)
	for n := range 40 {
		d := seriestest.Day(n)
		for _, a := range p.sets {
			if rng.IntN(3) == 0 {
				continue
			}
			signal := uint16(rng.IntN(2))
			s := a.Take(series.Key{Signal: signal}, series.Count, d)
			if s.Source, s.Other = p.sources.Admit([]byte("pbx")), p.sources.Admit([]byte("pbx")); rng.IntN(4) == 0 {
				s.Other = p.sources.Admit([]byte("chat"))
			}
			s.Baseline = series.Baseline{Total: 20, Exposure: 40, Days: 10}
			s.Add(d, int64(1+rng.IntN(30)))
			p.sources.Receive(s.Source, d)
		}
	}
	close := func(parts ...series.Members) (Judgement, *series.Volumes, *judge) {
		day := seriestest.Day(60)
		c := &Close{Day: day, Calendar: &series.Calendar{}, Signals: &p.signals, Sources: &p.sources, Accounts: parts, Volumes: series.NewVolumes(2, day-series.JudgedDays, 28)}
		j := &judge{Close: c, lo: day - series.JudgedDays}
		j.sumUp()
		volumes := *c.Volumes
		return Judge(c), &volumes, j
	}
	one, volumes, flows := close(slices.All(p.sets))
	several, others, parts := close(slices.All(p.sets[:7]), slices.All(p.sets[7:70]), slices.All(p.sets[70:]))
	if !reflect.DeepEqual(one, several) || !reflect.DeepEqual(volumes, others) || !reflect.DeepEqual(flows.flows, parts.flows) || !reflect.DeepEqual(flows.sharing, parts.sharing) {
		t.Errorf("one part: %+v, %+v; three: %+v, %+v", one, flows.sharing, several, parts.sharing)
	}
	if pbx := flows.flows[p.sources.index["pbx"]]; pbx.active[30] == 0 || pbx.volume[30] == 0 || len(flows.sharing.by) == 0 {
		t.Errorf("nothing was summed up: %v, %+v", pbx, flows.sharing)
	}
}

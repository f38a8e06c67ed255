package detector

import (
	"sync"

	"firstsign/detector/account"
	"firstsign/detector/assessment"
	"firstsign/detector/finding"
	"firstsign/signals"
)

// judge judges accounts. At a day's close several of them work side by side, each on
// accounts of its own: what an account comes to depends on nothing but the account and the
// summary of the day. What a judge has to say is kept until the engine takes it, in the
// order of the accounts. So the findings are the same however many there are.
type judge struct {
	engine  *Engine       // only read while several work
	zone    *signals.Zone // of its own, because a zone remembers a day
	scratch assessment.Assessment

	told    []accountFinding
	scores  []score
	opened  int64 // episodes that opened, less those that ended
	dormant int64 // accounts that became dormant, less those that woke
}

// accountFinding is a finding and its account.
type accountFinding struct {
	account *account.Account
	finding *finding.Finding
}

// score is a call of onScore.
type score struct {
	account string
	day     signals.Day
	risk    float64
}

// assess begins the judgement of an account. It is good until the next one begins.
func (g *judge) assess(a *account.Account) *assessment.Assessment {
	g.scratch.Begin(&g.engine.yardstick, a, g.engine.closed)
	return &g.scratch
}

// say keeps a finding for the engine.
func (g *judge) say(a *account.Account, f *finding.Finding) {
	g.told = append(g.told, accountFinding{a, f})
}

// countDormant notes whether an account is dormant since the last close.
func (g *judge) countDormant(a *account.Account, dormant bool) {
	g.dormant -= dormantCount(a)
	a.Dormant = dormant
	g.dormant += dormantCount(a)
}

// take takes over what a judge has to say.
func (e *Engine) take(g *judge) {
	for _, s := range g.told {
		e.news[s.account] = append(e.news[s.account], s.finding)
		e.stats.Findings[s.finding.Kind]++
	}
	for _, s := range g.scores {
		e.onScore(s.account, s.day, s.risk)
	}
	e.stats.EpisodesOpen += g.opened
	e.stats.Dormant += g.dormant
	clear(g.told)
	g.told, g.scores, g.opened, g.dormant = g.told[:0], g.scores[:0], 0, 0
}

// closeAccounts closes a day of every account that has not passed it, on as many cores as
// there are.
func (e *Engine) closeAccounts(d signals.Day, offset int64) {
	for _, a := range e.accounts {
		if a.Closed < d {
			e.touch(a)
		}
	}
	n := e.accounts.cores()
	if e.onMeasures != nil {
		n = 1 // who looks on is called at once
	}
	for len(e.others) < n-1 {
		e.others = append(e.others, &judge{engine: e})
	}
	var working sync.WaitGroup
	part := func(i int) roster { _, some := e.accounts.part(i, n); return some }
	for i, g := range e.others[:n-1] {
		g.zone = signals.NewZone(e.zone.Location())
		working.Go(func() { g.closeAll(part(i+1), d, offset) })
	}
	e.judge.closeAll(part(0), d, offset)
	working.Wait()
	e.take(&e.judge)
	for _, g := range e.others[:n-1] {
		e.take(g)
	}
}

func (g *judge) closeAll(some roster, d signals.Day, offset int64) {
	for _, a := range some {
		if a.Closed < d {
			g.closeAccount(a, d, offset)
			g.keepRisk(a, d)
		}
	}
}

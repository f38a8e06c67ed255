package report

import (
	"firstsign/alerting/message"
	"firstsign/backtest"
	"firstsign/backtest/layout"
)

// phrases are the words of the page of a backtest in one language.
type phrases struct {
	title, subtitle string // subtitle with interactions, accounts, from, to, rules
	first           sentences
	figures         figures

	results  map[backtest.Result]string
	overTime picture
	loss     string // a mark on the time axis

	methodsTitle, methodsText, noLosses  string
	methods                              map[backtest.MethodName]string
	asSet, days                          string
	methodColumns, lossMethodColumns     []layout.Column
	unsettledColumn                      layout.Column
	plusEarly                            string
	detection, leads                     picture
	falsePerYear, shareFound, leadAcross string
	asConfigured, byItsDay, lossDay      string

	gradesTitle, notGraded string
	gradeColumns           []layout.Column
	gradeLosses            layout.Column
	of                     string

	rarity                picture
	rarityTitle, promised string
	seen                  string

	lossesTitle, datesAreLast string
	lossColumns               []layout.Column
	fates                     map[backtest.Fate]string

	countedTitle string
	definitions  []string
}

// figures are the words of the numbers on top.
type figures struct {
	perYear, perYearNote       string
	perManager, perManagerNote string
	found, foundNote           string
	lead, leadNote             string
	value                      string
	ahead                      func(days int) string
	managers                   func(n int) string
}

// picture is the words of a chart.
type picture struct{ title, caption, label string }

func wordsOf(l message.Language) *phrases {
	if l == message.Chinese {
		return &chinese
	}
	return &english
}

// counts are what the first sentences say.
type counts struct {
	*backtest.Report
	Of                map[backtest.Result]int
	All               int
	Told, EarlyLosses int // losses: found, told too early to count
	Lead              *int
}

func countsOf(r *backtest.Report) *counts {
	n := &counts{Report: r, Of: backtest.CountResults(r.Alerts), All: len(r.Alerts), Lead: r.Methods[0].MedianLead}
	for i := range r.Losses {
		switch r.Losses[i].Fate {
		case backtest.FoundFate:
			n.Told++
		case backtest.EarlyFate:
			n.EarlyLosses++
		}
	}
	return n
}

// unknownOf is of how many alerts it is not known whether they were right.
func unknownOf(of map[backtest.Result]int) int {
	return of[backtest.UnsettledResult] + of[backtest.UnjudgedResult]
}

// only is the result of a single alert.
func (n *counts) only() backtest.Result {
	for result, alerts := range n.Of {
		if alerts > 0 {
			return result
		}
	}
	return backtest.UnjudgedResult
}

// method is the result of a method; nil when the report has none.
func (n *counts) method(name backtest.MethodName) *backtest.MethodResult {
	for i := range n.Methods {
		if n.Methods[i].Method == name {
			return &n.Methods[i]
		}
	}
	return nil
}

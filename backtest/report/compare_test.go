package report

import (
	"bytes"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"firstsign/accounts"
	"firstsign/alerting/message"
	"firstsign/backtest"
	"firstsign/backtest/layout/layouttest"
	"firstsign/detector"
	"firstsign/signals"
)

// changed is a comparison with every kind of change.
func changed(losses int) *backtest.Comparison {
	c := &backtest.Comparison{
		Rules: [2]string{"74e458", "acme0"}, Alerts: [2]int{4, 4}, Feeds: [2]int{1, 1}, Unchanged: []signals.Day{20010, 20030},
		Counts: map[backtest.Change]int{backtest.Added: 1, backtest.Removed: 1, backtest.Earlier: 1, backtest.Later: 1, backtest.Same: 2},
		Judgement: &backtest.Judgement{From: 20000, To: 20400, LossesSeen: losses, Results: [2]map[backtest.Result]int{
			{backtest.FalseResult: 2, backtest.RightResult: 1}, {backtest.FalseResult: 1, backtest.RightResult: 1, backtest.UnsettledResult: 1},
		}},
	}
	for i, change := range []backtest.Change{backtest.Added, backtest.Removed, backtest.Earlier, backtest.Later} {
		e := &backtest.Episode{Account: hostile, Grade: accounts.Key, Told: signals.Day(20100 + 30*i),
			Reasons: []detector.Reason{{Signal: "call", Term: detector.Gap, From: 2, To: 30, Since: 20100, Side: detector.Theirs}}}
		d := backtest.Difference{Change: change, Before: e, After: e, Days: 7, Result: backtest.FalseResult}
		switch change {
		case backtest.Added:
			d.Before = nil
		case backtest.Removed:
			d.After = nil
		case backtest.Later:
			d.Before, d.After, d.Result = &backtest.Episode{Source: "pbx", Told: 20200}, &backtest.Episode{Source: "pbx", Told: 20207}, ""
		}
		c.Differences = append(c.Differences, d)
	}
	return c
}

func comparison(t *testing.T, c *backtest.Comparison, l message.Language) string {
	t.Helper()
	var b bytes.Buffer
	if err := WriteComparison(&b, c, l, nil, ""); err != nil {
		t.Fatal(err)
	}
	layouttest.SelfContained(t, b.String())
	layouttest.Speaks(t, b.String(), l, append(terms, "pbx", "--json")...)
	return b.String()
}

func TestComparisonPage(t *testing.T) {
	for l, want := range map[message.Language][2]string{
		message.English: {"With the change: of 3 alerts, 1 was right, 1 was false and of 1 it is not known.", "With the change there would have been 3 alerts instead of 3."},
		message.Chinese: {"改动之后：3 次预警中，1 次属实，1 次误报，1 次无法判断。", "改动之后会有 3 次预警，现在是 3 次。"},
	} {
		for i, losses := range []int{2, 0} {
			p := comparison(t, changed(losses), l)
			if at := strings.Index(p, want[i]); at < 0 || at > strings.Index(p, "<table") || strings.Count(p, `<svg class="chart `) != 1 {
				t.Errorf("%s: %q is not said before the first table, or %d charts", l, want[i], strings.Count(p, `<svg class="chart `))
			}
		}
		// What fewer alerts cost comes first, and many rows are folded away.
		c := changed(2)
		for range differencesShown {
			c.Differences = append(c.Differences, c.Differences[0])
		}
		p := comparison(t, c, l)
		words := compareWordsOf(l)
		cell := func(c backtest.Change) int { return strings.Index(p, ">"+words.changes[c]+"</td>") }
		if at := cell(backtest.Removed); at < 0 || at > cell(backtest.Added) || strings.Count(p, "<tr><td>") != len(c.Differences) || !strings.Contains(p, "(4)") && !strings.Contains(p, "（4）") {
			t.Errorf("%s: %d rows; removed ones at %d", l, strings.Count(p, "<tr><td>"), at)
		}
		// A page stays small, and says how many it leaves out.
		for len(c.Differences) < differencesListed+7 {
			c.Differences = append(c.Differences, c.Differences[:differencesShown]...)
		}
		c.Differences = c.Differences[:differencesListed+7]
		if p := comparison(t, c, l); strings.Count(p, "<tr><td>") != differencesListed || !strings.Contains(p, fmt.Sprintf(words.left, 7)) || len(p) > 2e6 {
			t.Errorf("%s: %d rows in %d bytes", l, strings.Count(p, "<tr><td>"), len(p))
		}
	}
}

func TestBothComparisonsSayAll(t *testing.T) {
	sayTheSame(t, "comparison", reflect.ValueOf(englishComparison), reflect.ValueOf(chineseComparison))
}

// What became of added and removed alerts is told without zeros.
func TestWhatChangedAlertsWere(t *testing.T) {
	const added, early = backtest.Added, backtest.EarlyResult
	for _, c := range []struct {
		of   []backtest.Result
		want [2]string
	}{
		{[]backtest.Result{backtest.FalseResult, backtest.FalseResult}, [2]string{"Of the added ones, 2 were false.", "新增的预警中，2 次误报。"}},
		{[]backtest.Result{backtest.RightResult, early, backtest.UnjudgedResult}, [2]string{
			"Of the added ones, 1 was right, 1 was too early to count and of 1 it is not known.", "新增的预警中，1 次属实，1 次过早、不计入，1 次无法判断。"}},
		{[]backtest.Result{backtest.UnsettledResult}, [2]string{"Whether the added ones were right is not known.", "新增的预警是否属实，无从得知。"}},
		{[]backtest.Result{""}, [2]string{}}, // about a source
	} {
		n := &difference{Comparison: changed(1)}
		n.Differences = nil
		for _, r := range c.of {
			n.Differences = append(n.Differences, backtest.Difference{Change: added, Result: r})
		}
		for i, w := range []*comparePhrases{&englishComparison, &chineseComparison} {
			notes := w.notes(n)
			if want := c.want[i]; want == "" && len(notes) != 2 || want != "" && (len(notes) != 3 || notes[1] != want) {
				t.Errorf("%q, want %q", notes, want)
			}
		}
	}
	none := &difference{Comparison: changed(1)} // no alert of the history is left
	if got := chineseComparison.answers(none); got[0] != "改动之后：这段记录中没有预警。" {
		t.Errorf("%q", got)
	}
}

package backtest

import (
	"bufio"
	"cmp"
	"io"
	"slices"
	"strconv"

	"firstsign/alerting"
	"firstsign/alerting/message"
	"firstsign/detector"
	"firstsign/internal/shown"
	"firstsign/signals"
)

// Outcome is what a Replay found. It does not depend on how goroutines were
// scheduled.
type Outcome struct {
	Lines    int64                    // number of interactions read
	Counted  int64                    // those of them that were not rejected
	Findings []detector.Finding       // by time and account; a finding of several partitions is listed once
	Scores   []Score                  // by account and day
	Rejected map[signals.Reason]int64 // number of lines and records rejected
	Examples []Example                // the first few of each reason, in order of the history
	Stats    []*detector.Stats        // of each partition

	engines []*detector.Engine // one per partition; empty unless Replay.Keep
}

// Inspect returns all that is known of an account at the end of the history. It is
// false when the account did not appear, or when the engines were not kept.
func (o *Outcome) Inspect(account string) (*detector.Inspection, bool) {
	if len(o.engines) == 0 {
		return nil, false
	}
	return o.engines[signals.PartitionOf([]byte(account), len(o.engines))].Inspect(account, 0)
}

// Neglected are the accounts that our side neglects at the end of the history, by
// id, with the finding.
func (o *Outcome) Neglected() map[string]*detector.Finding {
	open := map[string]*detector.Finding{}
	for i := range o.Findings {
		switch f := &o.Findings[i]; f.Kind {
		case detector.Neglected:
			open[f.Account] = f
		case detector.CaredFor:
			delete(open, f.Account)
		}
	}
	return open
}

// Score is the risk of an account at the end of a day.
type Score struct {
	Account string
	Day     signals.Day
	Score   float64
}

// WriteAlerts writes a JSON line for every alert that was raised or raised again,
// as in the topic of alerts. It returns the number of lines.
func (o *Outcome) WriteAlerts(w io.Writer, language message.Language) (alerts int, err error) {
	out := bufio.NewWriter(w)
	for i := range o.Findings {
		text, err := alerting.TopicLine(&o.Findings[i], language)
		if err != nil {
			return alerts, err
		}
		if text == nil {
			continue
		}
		alerts++
		_, _ = out.Write(text)
		_ = out.WriteByte('\n')
	}
	return alerts, out.Flush()
}

// WriteScores writes the scores as CSV: account,day,score.
func (o *Outcome) WriteScores(w io.Writer) error {
	out := shown.NewCSV(w) // quotes accounts that need it, and keeps its error
	_ = out.Write([]string{"account", "day", "score"})
	for _, s := range o.Scores {
		_ = out.Write([]string{s.Account, s.Day.String(), strconv.FormatFloat(s.Score, 'g', -1, 64)})
	}
	out.Flush()
	return out.Error()
}

// ScoresByAccount splits the scores of an outcome by account.
func ScoresByAccount(o *Outcome) map[string][]Score {
	by := map[string][]Score{}
	for from := 0; from < len(o.Scores); {
		to := from
		for to < len(o.Scores) && o.Scores[to].Account == o.Scores[from].Account {
			to++
		}
		by[o.Scores[from].Account] = o.Scores[from:to]
		from = to
	}
	return by
}

// ScoreOn is the score of an account at the end of a day; 0 before its first.
func ScoreOn(trace []Score, d signals.Day) float64 {
	i, found := slices.BinarySearchFunc(trace, d, func(s Score, d signals.Day) int { return cmp.Compare(s.Day, d) })
	if found {
		i++
	}
	if i == 0 {
		return 0
	}
	return trace[i-1].Score
}

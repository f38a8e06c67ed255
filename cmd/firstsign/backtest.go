package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"firstsign/alerting/message"
	"firstsign/backtest"
	"firstsign/cmd/firstsign/console"
	"firstsign/config"
	"firstsign/detector"
	"firstsign/internal/plural"
	"firstsign/signals"
	"firstsign/signals/history"
)

// backtestCommand replays a history.
type backtestCommand struct {
	eventsFlags
	Config     string `type:"existingdir" placeholder:"DIR" help:"Configuration directory; without it, the built-in signals and every other one as a count."`
	Background string `type:"existingfile" placeholder:"FILE" help:"A second history that makes up the portfolio; accounts of --events that it does not hold and whose name is another account's with ~ and more behind it are judged against it."`
	Accounts   string `type:"existingfile" placeholder:"FILE" help:"accounts.csv or accounts.yaml, instead of the directory's."`
	Alerts     string `placeholder:"OUT.jsonl" help:"Write a line for each alert raised or raised again."`
	Scores     string `placeholder:"OUT.csv.gz" help:"Write account,day,score: the risk at the end of each day on which it changed."`
	Report     string `placeholder:"OUT.html|OUT.json" help:"Write what the alerts were worth: false alerts, losses found, and what simple methods do on the same accounts."`
	Losses     string `type:"existingfile" placeholder:"losses.csv" help:"For the report: accounts that are known to have left, as account,date and, where known, value."`
	Partitions int    `placeholder:"N" help:"Split the accounts as a topic of N partitions does (default: as service.yaml says)."`
}

// Run replays.
func (c *backtestCommand) Run(ctx context.Context) error {
	losses, err := c.losses()
	if err != nil {
		return err
	}
	end, err := c.gather(ctx, c.Config, c.Accounts)
	if err != nil {
		return err
	}
	defer end()
	survey, err := c.survey()
	if err != nil {
		return err
	}
	c.current(losses)
	warnStrangers(c.Losses, losses, survey)
	first := survey.First
	var background *history.Reading
	var guests func([]byte) []byte
	if c.Background != "" {
		if background, err = c.surveyFile(c.Background); err != nil {
			return err
		}
		defer background.Close()
		first, guests = min(first, background.First), guestsOf(background.Summary)
	}
	cfg, err := configFor(ctx, c.Config, c.Accounts, survey)
	if err != nil {
		return err
	}
	if err := writable(c.Alerts, c.Scores, c.Report); err != nil {
		return err
	}
	read, err := c.whatWasRead(c.name(), survey, cfg)
	if err != nil {
		return err
	}
	if background != nil {
		if _, err := c.whatWasRead(c.Background, background, cfg); err != nil {
			return err
		}
	}
	r := backtest.Replay{
		Rules: cfg.Rules(), Partitions: c.partitions(c.Partitions, cfg), First: first, Now: survey.Now, Scores: c.Scores != "" || c.Report != "", Guests: guests,
	}
	contacts := backtest.NewContactLog(r.Rules)
	outcome, err := c.replay(ctx, &r, contacts, background)
	if err != nil {
		return err
	}
	if err := c.write(outcome, cfg); err != nil {
		return err
	}
	if c.Report != "" {
		report := backtest.NewReport(backtest.Judged{Outcome: outcome, Rules: r.Rules}, contacts, losses)
		report.Read = read.HTML(message.English)
		if err := writeReport(c.Report, report); err != nil {
			return err
		}
	}
	c.summary(outcome, survey, r.Rules)
	return nil
}

// guestsOf a background: accounts that it does not hold, named after one with ~
// and more behind it (acme~drop50). They are copies: judged against the background,
// and no part of it.
func guestsOf(background *history.Summary) func(account []byte) []byte {
	members := map[string]bool{}
	for _, a := range background.Accounts() {
		members[a.Name] = true
	}
	return func(account []byte) []byte {
		first := bytes.IndexByte(account, '~')
		if first < 0 || members[string(account)] {
			return nil
		}
		for at := bytes.LastIndexByte(account, '~'); at > first; at = bytes.LastIndexByte(account[:at], '~') {
			if members[string(account[:at])] {
				return account[:at]
			}
		}
		return account[:first]
	}
}

// writable looks for the folders of what will be written, where a name is given:
// better now than after a long replay.
func writable(paths ...string) error {
	for _, path := range paths {
		if path == "" {
			continue
		}
		if _, err := os.Stat(filepath.Dir(path)); err != nil {
			return fmt.Errorf("cannot write %s: %w", path, err)
		}
	}
	return nil
}

// losses that are known; only a report has a use for them.
func (c *backtestCommand) losses() ([]backtest.Loss, error) {
	switch {
	case c.Report == "" && c.Losses == "":
		return nil, nil
	case c.Report == "":
		return nil, errors.New("--losses is for --report: name the file to write")
	case c.Background != "":
		return nil, errors.New("--report is about one history: leave out --background")
	case !strings.HasSuffix(c.Report, ".html") && !strings.HasSuffix(c.Report, ".json"):
		return nil, fmt.Errorf("--report %s: the name must end in .html or .json", c.Report)
	case c.Losses == "":
		return nil, nil
	}
	losses, _, err := backtest.OpenLosses(c.Losses)
	return losses, err
}

// writeReport as its name says.
func writeReport(path string, r *backtest.Report) error {
	if strings.HasSuffix(path, ".json") {
		return backtest.WriteFile(path, r.WriteJSON)
	}
	return backtest.WriteFile(path, r.WriteHTML)
}

// replay the history, and its background when there is one.
func (c *backtestCommand) replay(ctx context.Context, r *backtest.Replay, contacts *backtest.ContactLog, background *history.Reading) (*backtest.Outcome, error) {
	if background == nil {
		return c.judge(ctx, r, contacts)
	}
	before, err := background.Open()
	if err != nil {
		return nil, err
	}
	defer before.Close()
	return c.judge(ctx, r, nil, goodLines{before})
}

// partitionsOf a backtest: as asked for, else as the service has them, else one.
func partitionsOf(asked int, cfg *config.Config) int {
	if asked > 0 {
		return asked
	}
	return max(1, cfg.Service.Kafka.Partitions)
}

// judge replays a history and closes it, with progress. contacts record it when
// they are not nil. Lines of before come first at the same time.
func judge(ctx context.Context, events history.Source, r *backtest.Replay, contacts *backtest.ContactLog, before ...history.Stream) (*backtest.Outcome, error) {
	defer events.Close()
	var stream history.Stream = goodLines{events}
	if len(before) > 0 {
		stream = history.Merge(append(before, stream)...)
	}
	if contacts != nil {
		stream = contacts.Watch(stream)
	}
	var end func()
	r.Progress, end = console.Reading(events, "replaying")
	o, err := r.Run(ctx, stream)
	end()
	if err != nil {
		return nil, err
	}
	left := int64(0)
	for _, n := range o.Rejected {
		left += n
	}
	if o.Lines > 0 && left >= o.Lines {
		complainOf(o)
		return nil, errors.New("nothing of the history counts: every record was left out")
	}
	return o, nil
}

func (c *backtestCommand) write(o *backtest.Outcome, cfg *config.Config) error {
	if c.Alerts != "" {
		err := backtest.WriteFile(c.Alerts, func(w io.Writer) error {
			_, err := o.WriteAlerts(w, cfg.Routing.Language)
			return err
		})
		if err != nil {
			return err
		}
	}
	if c.Scores != "" {
		return backtest.WriteFile(c.Scores, o.WriteScores)
	}
	return nil
}

// summary says what came of it, in a few lines.
func (c *backtestCommand) summary(o *backtest.Outcome, s *history.Reading, rules *detector.Rules) {
	raised := map[detector.FindingKind]int{}
	accounts := map[string]bool{}
	for i := range o.Findings {
		raised[o.Findings[i].Kind]++
		if o.Findings[i].Kind == detector.Raised {
			accounts[o.Findings[i].Account] = true
		}
	}
	feeds := 0
	for _, e := range o.Episodes(signals.NewZone(rules.Location)) {
		if e.Account == "" {
			feeds++
		}
	}
	fmt.Fprintf(console.Out, "%s of %s: %s about %s, %d raised again, %s\n",
		plural.Count(o.Lines, "interaction"), plural.Count(len(s.Accounts()), "account"), plural.Count(raised[detector.Raised], "alert"),
		plural.Count(len(accounts), "account"), raised[detector.RaisedAgain], plural.Count(feeds, "feed failure"))
	if n := raised[detector.Neglected]; n > 0 {
		fmt.Fprintf(console.Out, "%s of our side, told as such and no part of the budget\n", plural.Count(n, "neglect"))
	}
	complainOf(o)
}

// complainOf what does not count in a history.
func complainOf(o *backtest.Outcome) {
	console.LeftOut(o.Rejected)
	for _, e := range o.Examples {
		if e.File != "" {
			fmt.Fprintf(console.Err, "  %s:%d: %s\n", e.File, e.Line, e.Reject)
		}
	}
	if o.Rejected[signals.UnknownAccount] > 0 {
		fmt.Fprintln(console.Err, "only the accounts of the directory count: add the others there, or name another file with --accounts")
	}
	if o.Rejected[signals.UnknownSignal] > 0 {
		fmt.Fprintln(console.Err, "only the signals of signals.yaml count: add the others there")
	}
}

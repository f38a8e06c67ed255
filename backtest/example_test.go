package backtest_test

import (
	"context"
	"fmt"
	"log"
	"time"

	"firstsign/accounts"
	"firstsign/backtest"
	"firstsign/backtest/simulate"
	"firstsign/config"
	"firstsign/signals"
)

// A history is replayed through the engine, and the report counts what it
// found. Here the history is simulated, so it is known which account left.
func Example() {
	plan := simulate.Plan{Seed: 1, Accounts: 10, Start: 20089, Days: 200, Location: time.UTC, Story: true, StoryLeaves: 20260}
	portfolio := simulate.New(plan)
	cfg := config.Default()
	cfg.Accounts = accounts.NewDirectory(portfolio.Accounts())

	replay := backtest.Replay{Rules: cfg.Rules(), Partitions: 1, First: signals.NewZone(time.UTC).Start(plan.Start), Scores: true}
	contacts := backtest.NewContactLog(replay.Rules)
	outcome, err := replay.Run(context.Background(), contacts.Watch(portfolio.History()))
	if err != nil {
		log.Fatal(err)
	}

	lost := backtest.Loss{Account: portfolio.Story().Account.ID, Day: portfolio.Story().Leaves}
	report := backtest.NewReport(backtest.Judged{Outcome: outcome, Rules: replay.Rules}, contacts, []backtest.Loss{lost})
	for _, loss := range report.Losses {
		fmt.Println(loss.Account, "lost on", loss.Day, "was", loss.Fate)
	}
	// Output:
	// shenzhen-xinghe lost on 2025-06-21 was found
}

package simulate_test

import (
	"fmt"

	"firstsign/backtest/simulate"
	"firstsign/signals"
)

// A portfolio of 20 accounts over 90 days: half of them decline, and the truth
// says how.
func Example() {
	start, err := signals.ParseDay("2025-01-01")
	if err != nil {
		panic(err)
	}
	portfolio := simulate.New(simulate.Plan{Seed: 1, Accounts: 20, Start: start, Days: 90, Declines: 0.5})
	history, interactions := portfolio.History(), 0
	for _, err := history.Next(); err == nil; _, err = history.Next() {
		interactions++
	}
	declines := map[simulate.DeclineKind]int{}
	for _, a := range portfolio.Truth().Accounts {
		declines[a.Kind]++
	}
	fmt.Println("some interactions:", interactions > 1000)
	fmt.Println("healthy accounts:", declines[""])
	// Output:
	// some interactions: true
	// healthy accounts: 10
}

// One key account leaves, and its story is told sign by sign.
func ExamplePortfolio_Story() {
	start, err := signals.ParseDay("2025-01-01")
	if err != nil {
		panic(err)
	}
	story := simulate.New(simulate.Plan{Seed: 1, Accounts: 10, Start: start, Days: 180, Story: true}).Story()
	fmt.Println(story.Account.Name, "/", story.Contact.Name)
	fmt.Println("fewer calls from", story.From)
	fmt.Println("no contact from", story.Leaves)
	// Output:
	// 星河通信技术（深圳）有限公司 / 陈建国
	// fewer calls from 2025-05-15
	// no contact from 2025-07-10
}

package accounts

import (
	"fmt"
	"strings"
	"time"

	"firstsign/internal/plural"
)

// Doubts are what can be right and seldom is, one sentence each: no fault, for the files
// are read as they stand.
func (d *Directory) Doubts(today time.Time) (said []string) {
	const lastYear = 366 * 24 * time.Hour
	for _, doubt := range []struct {
		is   func(a *Account) bool
		of   func(a *Account) string
		text string
	}{
		{func(a *Account) bool { return a.Superior != "" && a.Superior == a.Owner }, func(a *Account) string { return a.Owner },
			"the superior is the owner, so nobody else hears when the neglect is ours"},
		{func(a *Account) bool { return !a.Renewal.IsZero() && today.Sub(a.Renewal) > lastYear }, func(a *Account) string { return a.Renewal.Format(time.DateOnly) },
			"the renewal was more than a year ago, so it is not said when the contract ends"},
		{func(a *Account) bool { return a.Potential > 0 && a.Sales > a.Potential }, func(a *Account) string { return fmt.Sprintf("%.0f %%", 100*a.Sales/a.Potential) },
			"sales are above the potential, which is what an account buys from anybody: is it an old estimate, or are the two in different units?"},
		{func(a *Account) bool { return a.Sales > 0 && a.Margin > a.Sales }, func(a *Account) string { return fmt.Sprintf("%.0f %%", 100*a.Margin/a.Sales) },
			"the margin is above the sales: are the two in different units?"},
	} {
		const named = 3
		count, examples := 0, []string(nil)
		for a := range d.All() {
			if !doubt.is(a) {
				continue
			}
			if count++; count <= named {
				examples = append(examples, fmt.Sprintf("%s: %s", a.ID, doubt.of(a)))
			}
		}
		if count > named {
			examples = append(examples, "...")
		}
		if count > 0 {
			said = append(said, fmt.Sprintf("%s (%s): %s", plural.Count(count, "account"), strings.Join(examples, "; "), doubt.text))
		}
	}
	return said
}

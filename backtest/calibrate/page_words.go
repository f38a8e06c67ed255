package calibrate

import (
	"fmt"

	"firstsign/alerting/message"
	"firstsign/backtest"
	"firstsign/backtest/layout"
	"firstsign/internal/plural"
)

// phrases are the words of the page in one language. Functions get what they talk about.
type phrases struct {
	title, subtitle string // subtitle with accounts, account-years, from, to
	first           sentences
	results         map[backtest.Result]string
	loss            string

	timeTitle, timeCaption string // caption with from, to

	seenTitle, seenText, seenCaption string
	noHabit                          string
	scenarios                        map[Scenario]string
	seenColumns                      []layout.Column // before the days
	within                           string          // days
	median                           layout.Column
	allGrades, notWithin, inDays     string
	shareSeen, daysAcross            string
	byGrade                          string // title of the rows of grades, with their number

	callTitle, callText, callCaption string
	alert                            string // a mark in the weeks of an account
	callLine                         func(c *Call) []string

	thresholdsTitle, byHand, lowest string
	thresholdColumns                []layout.Column

	falseTitle, falseText, all string
	falseColumns               []layout.Column

	blindTitle, blindText, noBlind, others string
	blindColumns                           []layout.Column
}

func wordsOf(l message.Language) *phrases {
	if l == message.Chinese {
		return &chinese
	}
	return &english
}

var english = phrases{
	title:    "What the thresholds cost, and what they find",
	subtitle: "Fitted on %d accounts, %.1f account-years from %s to %s.",
	first:    englishSentences,
	results: map[backtest.Result]string{
		backtest.RightResult: "right", backtest.FalseResult: "false", backtest.UnsettledResult: "silence not over yet", backtest.UnjudgedResult: "not judged",
	},
	loss: "known loss",

	timeTitle:   "When these thresholds would have alerted",
	timeCaption: "Alerts by the day on which the evidence reached the threshold, %s to %s. They are counted on the history to which the curve is fitted; the false alerts in the table below are not.",

	seenTitle:   "How soon a change is seen",
	seenText:    "Changes were tried on copies of healthy accounts. What is found about as rarely as an unchanged account is not seen at all.",
	seenCaption: "Share of the changed accounts that had an alert, by days since the change.",
	noHabit:     "No account has a habit long enough to try a change on it.",
	scenarios: map[Scenario]string{
		Silent: "silence", Drop75: "contact falls to a quarter", Drop50: "contact halves", Drop30: "contact falls by 30 %", Decay4: "4 % less every week",
		Decay2: "2 % less every week", Sentiment: "scores fall by one standard deviation", BadNews: "one more piece of bad news",
		Moved: "another channel: should not be found", Unchanged: "nothing changes: found by chance",
	},
	seenColumns: []layout.Column{
		{Head: "change"}, {Head: "grade"}, {Head: "accounts", Number: true, Means: "On how many accounts the change was tried. Accounts that already had an alert are not counted."},
	},
	within: "%d days", median: layout.Column{Head: "half after", Number: true, Means: "After so long, half of the changes were seen."},
	allGrades: "all", notWithin: "not within %d days", inDays: "%d days",
	byGrade:   "By grade (%d)",
	shareSeen: "share seen", daysAcross: "days since the change →",

	alert:     "alert",
	callTitle: "Most worth a call this week", callText: "The accounts that were nearest to their threshold, or furthest above it, when the history ended.",
	callCaption: "Days with contact in each week, %s to %s.",
	callLine: func(c *Call) []string {
		return []string{
			fmt.Sprintf("Its risk is %.3g account-years, %.0f %% of its threshold.", c.Risk, 100*min(c.Raised, 99.99)),
			fmt.Sprintf("The last contact was %s.", ago(c.Quiet)),
			fmt.Sprintf("It was in touch on %.1f days a week, lately on %.1f.", c.PerWeek, c.Lately),
		}
	},

	thresholdsTitle: "The thresholds", byHand: "set by hand in signals.yaml",
	lowest: "lowest possible: the budget is larger than the number of alerts worth raising",
	thresholdColumns: []layout.Column{
		{Head: "grade"}, {Head: "accounts", Number: true, Means: "Accounts in touch in the last 90 days."},
		{Head: "raise", Number: true, Means: "An alert is raised at this risk, in account-years: a healthy account reaches it once in so long."},
		{Head: "clear", Number: true, Means: "Below this risk for 14 days, the alert is over."}, {Head: "note"},
	},

	falseTitle: "False alerts", all: "all",
	falseText: "Each is counted with a curve that was fitted on other accounts and the other half of the time.",
	falseColumns: []layout.Column{
		{Head: "grade"}, {Head: "per account-year", Number: true, Means: "In brackets: where the true rate lies with 90 % confidence."},
		{Head: "alerts", Number: true}, {Head: "account-years", Number: true, Means: "For how long healthy accounts were watched, together."},
	},

	blindTitle: "Blind spots", blindText: "These accounts could halve their contact, and nobody would see it within six weeks.",
	noBlind: "None: if any account halved its contact, it would be seen within six weeks.", others: "All others (%d)",
	blindColumns: []layout.Column{
		{Head: "account"}, {Head: "grade"}, {Head: "contacts a week", Number: true},
		{Head: "halving seen", Number: true, Means: "After so many days there is an alert if its contact halves."},
		{Head: "silence seen", Number: true, Means: "The same if its contact ends."}, {Head: "what would help"},
	},
}

var englishSentences = sentences{
	alerts: func(n int) string { return plural.Count(n, "alert") },

	none:    "These thresholds would have raised no alert in this history.",
	unnamed: "These thresholds would have raised %s. How many were right is not known, because no loss is named.",
	known:   "At these thresholds, of %s %d would have been right and %d false.",
	partly:  "At these thresholds, of %s %d would have been right and %d false, and of %d it is not known.",
	budget:  "A manager gets about %.1f false alerts a month (%.1f to %.1f); the budget is %g.",

	wrong: "After %d of them contact went on, so they count as false.",
	tried: "Tried out: of %d %s, %d had an alert within %d days.",
	triedOn: map[Scenario]string{
		Silent: "accounts that fell silent", Drop50: "accounts whose contact halved", Unchanged: "accounts that did not change",
	},
	blind: func(n, of int) string {
		return fmt.Sprintf("Blind spots: %d of the %s in touch could halve their contact unseen for six weeks.", n, plural.Count(of, "account"))
	},
	managers: func(n, of int) string {
		return fmt.Sprintf("Of %s, %d are assumed for accounts without an owner: name owners in the accounts file.", plural.Count(of, "manager"), n)
	},
}

package report

import (
	"fmt"
	"strings"

	"firstsign/backtest"
	"firstsign/backtest/layout"
	"firstsign/internal/plural"
)

var english = phrases{
	title:    "What these alerts would have been worth",
	subtitle: "%d interactions of %d accounts, %s to %s, rules %s.",
	first:    englishSentences,
	figures: figures{
		perYear: "false alerts per account and year", perYearNote: "%d in %s account-years; %.2f to %.2f",
		perManager: "false alerts per manager and month", perManagerNote: "%s, %.0f months in all; %.2f to %.2f",
		found: "of known losses found", foundNote: "%.0f of %d; %.0f to %.0f %%",
		lead: "is when the alert came", leadNote: "median of the losses found",
		value:    "of the value lost was found",
		managers: func(n int) string { return plural.Count(n, "manager") },
		ahead:    func(days int) string { return backtest.DaysAhead(days, "the loss") },
	},
	results: map[backtest.Result]string{
		backtest.RightResult: "right", backtest.EarlyResult: "too early to count", backtest.FalseResult: "false",
		backtest.UnsettledResult: "silence not over yet", backtest.UnjudgedResult: "not judged",
	},
	overTime: picture{"When the alerts came", "Alerts by the day on which people would have heard of them, %s to %s. A cross is the day of a known loss.", "Alerts over time, by result"},
	loss:     "known loss",

	methodsTitle: "Compared with simple methods",
	methodsText:  "Each method is judged on the same accounts, at the number of false alerts that is nearest to ours.",
	noLosses:     "Without a file of losses (--losses) it is not known what they find.",
	methods: map[backtest.MethodName]string{
		backtest.Ours: "Firstsign", backtest.AsManyDays: "days of silence, one number for all", backtest.ThirtyDays: "30 days of silence",
		backtest.RollingZ: "rolling z, 28 days against 84", backtest.AtRandom: "alerts on random days",
	},
	asSet: "as set", days: "%d days",
	methodColumns: []layout.Column{
		{Head: "method"},
		{Head: "threshold", Number: true, Means: "Where the method alerts: days of silence, or standard deviations. It is chosen with hindsight, except for Firstsign and 30 days."},
		{Head: "false alerts", Number: true, Means: "Alerts while contact went on."},
		{Head: "per account-year", Number: true, Means: "False alerts for one account in one year."},
	},
	lossMethodColumns: []layout.Column{
		{Head: "losses found", Number: true, Means: "Share of the known losses with an alert near the loss, see what is counted. Early ones came before that and were still open."},
		{Head: "by its day", Number: true, Means: "Share with an alert by the day of the loss."},
		{Head: "30 days ahead", Number: true, Means: "Share with an alert at least 30 days before the loss."},
		{Head: "median lead", Number: true, Means: "Half of the losses found had their alert at least so long before the loss."},
	},
	unsettledColumn: layout.Column{Head: "not over yet", Number: true, Means: "Alerts about a silence that had not ended when the history did."},
	plusEarly:       " + %d early",
	detection:       picture{"What is found at which price", "Share of the known losses that is found, if so many false alerts are allowed. Dashed: the alert came by the day of the loss.", "Share of losses found against false alerts per account and year"},
	leads:           picture{"How long before the loss", "Share of the known losses with an alert, by days before the loss. Each method has about our number of false alerts, except 30 days of silence.", "Share of losses with an alert, by days before the loss"},
	falsePerYear:    "false alerts per account and year →", shareFound: "share of losses found", leadAcross: "days from the loss →",
	asConfigured: "Firstsign as configured", byItsDay: "by the day of the loss", lossDay: "the day of the loss",

	gradesTitle: "By grade", notGraded: "not graded",
	gradeColumns: []layout.Column{
		{Head: "grade"},
		{Head: "accounts", Number: true},
		{Head: "account-years", Number: true, Means: "For how long healthy accounts were watched, together."},
		{Head: "alerts", Number: true},
		{Head: "false", Number: true, Means: "Alerts while contact went on."},
		{Head: "false per account-year", Number: true, Means: "In brackets: where the true rate lies with 90 % confidence."},
	},
	gradeLosses: layout.Column{Head: "losses found", Number: true}, of: "%d of %d",

	rarityTitle: "Does the risk mean what it says?",
	rarity:      picture{"", "A risk of 3 says: a healthy account looks this unusual once in 3 account-years. On the dashed line that is true. Below it, alerts come more often than promised; firstsign calibrate corrects that.", "Promised rarity against seen rarity"},
	promised:    "promised: once in … account-years", seen: "seen: once in … account-years",

	lossesTitle:  "The known losses",
	datesAreLast: "Of %d, the date given is the last contact (marked *). Alerts during the silence after it count until the account is silent. If you know when you learnt of the loss, give that day.",
	lossColumns: []layout.Column{
		{Head: "account"}, {Head: "lost"}, {Head: "alert on"},
		{Head: "lead", Number: true, Means: "From the alert to the loss. Below zero, the alert came after it."},
		{Head: "result", Means: "Found: an alert near the loss. Too early: it came before that and was still open. Missed: neither."},
	},
	fates: map[backtest.Fate]string{
		backtest.FoundFate: "found", backtest.EarlyFate: "too early to count", backtest.MissedFate: "missed", backtest.AbsentFate: "not in the history",
	},

	countedTitle: "What is counted",
	definitions:  backtest.Definitions,
}

var englishSentences = sentences{
	alerts: func(n int) string { return plural.Count(n, "alert") },
	were: func(n int, what string) string {
		if n == 1 {
			return "1 was " + what
		}
		return fmt.Sprintf("%d were %s", n, what)
	},
	are: are,
	list: func(parts []string) string {
		last := len(parts) - 1
		if last == 0 {
			return parts[0]
		}
		return strings.Join(parts[:last], ", ") + " and " + parts[last]
	},
	stop: ".",

	none:    "There was no alert in this history.",
	unnamed: "How many of %s were right is not known, because no loss is named.",
	of:      "Of %s, %s.",
	what: map[backtest.Result]string{
		backtest.RightResult: "right", backtest.FalseResult: "false", backtest.EarlyResult: "too early to count",
	},
	unknown: "of %d it is not known",
	single:  "There was one alert; it was %s.",
	one: map[backtest.Result]string{
		backtest.RightResult: "right", backtest.FalseResult: "false", backtest.EarlyResult: "too early to count",
		backtest.UnsettledResult: "about a silence that had not ended, so nobody knows yet", backtest.UnjudgedResult: "not judged",
	},

	right:        "Right: the account was lost, and the alert came near the loss: from %d days before its last contact to %d days after the loss.",
	wrong:        "False: contact went on. A manager may have wanted some of these alerts all the same.",
	wrongUnnamed: "After %d of them contact went on. They count as false here, although somebody may have wanted them.",
	unsettled:    "Not known: %s about a silence that had not ended when the history did.",
	unjudged:     "Not known%s: %s about an account that was too new to judge, or lost already.", also: " either",
	perMonth: "A manager would have got %.1f false alerts a month.",
	tooYoung: func(n int) string {
		if n == 1 {
			return "1 account is too young to be judged."
		}
		return plural.Count(n, "account") + " are too young to be judged."
	},
	feedFailures: func(n int) string {
		return "The operator would have been told of " + plural.Count(n, "feed failure") + "."
	},

	lossesTold: "Of %d known losses, %d had an alert near the loss", lossTold: "The known loss had an alert", lossMissed: "The known loss had no alert near it",
	lead: ", %s", medianLead: ", in the median %s",
	ahead:        func(days int) string { return backtest.DaysAhead(days, "it") },
	earlyLosses:  "For %d more the alert came too early to count.",
	absentLosses: "The history has no contact with %d more before the day of the loss.",
	simple:       "With about as many false alerts, a rule of %.0f days of silence would have found %.0f of them, and alerts on random days about %.0f.",
}

func are(n int) string {
	if n == 1 {
		return "1 is"
	}
	return fmt.Sprintf("%d are", n)
}

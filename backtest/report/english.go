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
	answer:   englishAnswer,
	notes:    englishNotes,
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

func englishAnswer(n *counts) string {
	switch {
	case n.All == 0:
		return "There was no alert in this history."
	case n.LossesSeen == 0:
		return fmt.Sprintf("How many of %s were right is not known, because no loss is named.", plural.Count(n.All, "alert"))
	}
	if n.All == 1 {
		return "There was one alert; it was " + englishOne[n.only()] + "."
	}
	parts := []string{were(n.Of[backtest.RightResult], "right"), were(n.Of[backtest.FalseResult], "false")}
	if early := n.Of[backtest.EarlyResult]; early > 0 {
		parts = append(parts, were(early, "too early to count"))
	}
	if n.Unknown() > 0 {
		parts = append(parts, fmt.Sprintf("of %d it is not known", n.Unknown()))
	}
	last := len(parts) - 1
	return fmt.Sprintf("Of %s, %s and %s.", plural.Count(n.All, "alert"), strings.Join(parts[:last], ", "), parts[last])
}

// englishOne is what a single alert was.
var englishOne = map[backtest.Result]string{
	backtest.RightResult: "right", backtest.FalseResult: "false", backtest.EarlyResult: "too early to count",
	backtest.UnsettledResult: "about a silence that had not ended, so nobody knows yet", backtest.UnjudgedResult: "not judged",
}

func were(n int, what string) string {
	if n == 1 {
		return "1 was " + what
	}
	return fmt.Sprintf("%d were %s", n, what)
}

func englishNotes(n *counts) (list []string) {
	say := func(format string, args ...any) { list = append(list, fmt.Sprintf(format, args...)) }
	if n.Of[backtest.RightResult] > 0 {
		say("Right: the account was lost, and the alert came near the loss: from %d days before its last contact to %d days after the loss.", backtest.LossBefore, backtest.LossAfter)
	}
	if wrong := n.Of[backtest.FalseResult]; wrong > 0 && n.LossesSeen == 0 {
		say("After %d of them contact went on. They count as false here, although somebody may have wanted them.", wrong)
	} else if wrong > 0 {
		say("False: contact went on. A manager may have wanted some of these alerts all the same.")
	}
	if open := n.Of[backtest.UnsettledResult]; open > 0 {
		say("Not known: %s about a silence that had not ended when the history did.", are(open))
	}
	if young := n.Of[backtest.UnjudgedResult]; young > 0 {
		either := ""
		if n.Of[backtest.UnsettledResult] > 0 {
			either = " either"
		}
		say("Not known%s: %s about an account that was too new to judge, or lost already.", either, are(young))
	}
	if n.Managers > 0 {
		say("A manager would have got %.1f false alerts a month.", n.PerManagerMonth.Value)
	}
	list = append(list, englishLosses(n)...)
	if n.TooYoung > 0 {
		say("%s too young to be judged.", plural.Count(n.TooYoung, "account")+map[bool]string{true: " is", false: " are"}[n.TooYoung == 1])
	}
	if n.FeedFailures > 0 {
		say("The operator would have been told of %s.", plural.Count(n.FeedFailures, "feed failure"))
	}
	return list
}

func are(n int) string {
	if n == 1 {
		return "1 is"
	}
	return fmt.Sprintf("%d are", n)
}

func englishLosses(n *counts) (list []string) {
	if n.LossesSeen == 0 {
		return nil
	}
	s := fmt.Sprintf("Of %d known losses, %d had an alert near the loss", n.LossesSeen, n.Told)
	if n.LossesSeen == 1 {
		s = "The known loss had " + map[bool]string{true: "an alert", false: "no alert near it"}[n.Told == 1]
	}
	if n.Lead != nil {
		s += map[bool]string{true: ", ", false: ", in the median "}[n.Told == 1] + backtest.DaysAhead(*n.Lead, "it")
	}
	list = append(list, s+".")
	if n.EarlyLosses > 0 {
		list = append(list, fmt.Sprintf("For %d more the alert came too early to count.", n.EarlyLosses))
	}
	if absent := n.LossesKnown - n.LossesSeen; absent > 0 {
		list = append(list, fmt.Sprintf("The history has no contact with %d more before the day of the loss.", absent))
	}
	if m, random := n.method(backtest.AsManyDays), n.method(backtest.AtRandom); m != nil && random != nil {
		list = append(list, fmt.Sprintf("With about as many false alerts, a rule of %.0f days of silence would have found %.0f of them, and alerts on random days about %.0f.", m.Threshold, m.Found, random.Found))
	}
	return list
}

package lookback

import (
	"fmt"
	"strings"

	"firstsign/accounts"
	"firstsign/alerting/message"
	"firstsign/backtest"
	"firstsign/backtest/layout"
	"firstsign/internal/plural"
	"firstsign/signals"
)

var english = phrases{
	title: "Would we have known?",
	subtitle: func(b *Report) string {
		return fmt.Sprintf("%s of %s, %s to %s. Every day is judged only by what was known on that day.",
			plural.Count(b.Interactions, "interaction"), plural.Count(b.Accounts, "account"), b.From, b.To)
	},
	alertsAnswer: englishAlerts,
	lossAnswer:   func(b *Report) string { return join(" ", englishLost(b), englishLastContact(b), englishSilent(b)) },
	whyNot: func(reasons []missCount, late int) string {
		var list []string
		for _, u := range reasons {
			list = append(list, fmt.Sprintf("%s (%d)", u.reason, u.losses))
		}
		s := "Reasons for no alert: " + strings.Join(list, ", ") + "."
		if late > 0 {
			s += fmt.Sprintf(" Of these accounts, %d had an alert that came too late to count.", late)
		}
		return s
	},
	short: func(days int) string {
		return fmt.Sprintf("The history covers only %s. It takes 12 weeks to learn a habit, so signs may be missing here.", plural.Count(days, "day"))
	},
	meaningTitle: "What the words mean",
	meanings: []layout.Meaning{
		{Word: "lost", Text: "You named the account as lost, with the day on which you learnt of it (--lost, --losses)."},
		{Word: "silent", Text: fmt.Sprintf("No contact for more than %d days, and for more than twice its longest pause before. It had contact on at least %d days. Only what they do is contact.", backtest.SilentDays, backtest.HabitDays)},
		{Word: "an alert counts", Text: fmt.Sprintf("For a loss: it was open at some time from %d days before the last contact to %d days after the loss. For a silence: until the account is silent by the definition above; after that, a plain list of silent accounts tells as much. The same holds where the date of a loss is the last contact, give or take %d days, for nobody could know of the loss on that day.", backtest.LossBefore, backtest.LossAfter, backtest.SameDay)},
		{Word: "right", Text: "The alert counts for a lost or silent account. Or what it named first stayed at half or less of the usual for eight weeks. A mean, such as a share of wallet, stayed nearer to what was told than to the usual."},
		{Word: "wrong", Text: "Contact went on, or came back, above that half. The history does not tell whether somebody saw to it."},
		{Word: "too late", Text: "The account was lost for longer than that, or silent already."},
		{Word: "cannot be said yet", Text: "Fewer than eight weeks followed, or the pause is not long enough to be silent."},
	},

	sign: "first sign", alert: "alert", loss: "loss", silent: "silent from here",
	timeTitle: "When the alerts came", timeCaption: "Alerts by the day on which people would have heard of them, %s to %s. Below: the days of losses, and from when accounts are silent.",
	weeks:  "Contact by week, %s to %s.",
	more:   "... and %d more. The page lists all of them (--out PAGE.html).",
	others: "All others (%d)",

	lostTitle:          "The lost accounts",
	lostIntroduction:   "If you know the day on which you learnt of a loss, give that day and not the last order.",
	silentTitle:        "Silent at the end of the history",
	silentIntroduction: "These accounts are not named as lost. If one is lost, name it: --lost account:date.",
	alertsTitle:        "The strongest alerts",
	alertsIntroduction: "The highest risk that was told comes first. Risk rises while a silence lasts, so the first ones are right more often than the rest. The result is what the history shows. You may know better: mark what each alert really was.",
	noAlerts:           "There were none.",
	alertHeads:         []string{"account", "alert on", "result", "what changed", "afterwards"},
	alertMeans:         []string{"", "The day on which people would have heard of it.", "What the history shows, see what the words mean.", "The strongest reason of the alert.", "What the signal or person that it names first did next."},
	labels:             []string{"false", "expected", "right"},
	labelHead:          "what it was",
	verdicts:           [...]string{Right: "right", Wrong: "wrong", TooLate: "too late", Undecided: "cannot be said yet"},
	blindTitle:         "Blind spots",
	blindIntroduction:  "These accounts could halve their contact, and nobody would see it within six weeks. All had contact in the last six weeks.",
	noBlind:            "None: if any account in touch in the last six weeks halved its contact, it would be seen within six weeks.",
	blindHeads:         []string{"account", "contacts a week", "silence is seen after", "a halving is seen after", "what would help"},
	blindMeans:         []string{"", "In the last weeks of the history.", "If its contact ended, there would be an alert after so many days.", "The same if its contact halved.", ""},
	lostHeads:          []string{"account", "lost on", "last contact", "alert"},
	silentHeads:        []string{"account", "silent since", "longest pause before", "alert"},
	noAlert:            "none",

	graded: func(name string, grade accounts.Grade) string { return fmt.Sprintf("%s (%s)", name, grade) },
	lostOn: func(d signals.Day) string { return ", lost on " + d.String() },
	silentSince: func(d *Departure) string {
		return fmt.Sprintf(", silent since %s (longest pause before: %s)", d.Day, plural.Count(d.Pause, "day"))
	},
	days:     func(n int) string { return plural.Count(n, "day") },
	notThere: "The history has no contact with it before that day.",
	lastContact: func(d *Departure) string {
		return fmt.Sprintf("Last contact %s, %s.", d.Last, backtest.DaysAhead(int(d.Day-d.Last), "the loss"))
	},
	dateIsLast: func(d *Departure) string {
		return fmt.Sprintf("The date given is the last contact (%s). Alerts count until %s, when the account is silent: %s without contact.", d.Last, d.To, plural.Count(int(d.Limit), "day"))
	},
	contactWent: func(last signals.Day) string {
		return fmt.Sprintf("Contact went on after that date: the last was on %s.", last)
	},
	firstSign: func(d *Departure, lost bool) string {
		return fmt.Sprintf("First sign %s, %s.", d.FirstSign, englishFrom(d, lost, d.FirstSign))
	},
	told: func(d *Departure, lost bool) string {
		return fmt.Sprintf("Alert %s, %s (%s):", d.Alert.Told, englishFrom(d, lost, d.Alert.Told), message.RarityText(message.English, d.Alert.Risk, d.Alert.History))
	},
	when: func(d *Departure, lost bool) string {
		return fmt.Sprintf("%s, %s", d.Alert.Told, englishFrom(d, lost, d.Alert.Told))
	},
	why: func(d *Departure) string {
		switch d.Unseen {
		case TooYoung:
			return fmt.Sprintf("No alert: the history knows it for only %s, too short to learn a habit.", plural.Count(d.Known, "day"))
		case NoHabit:
			return fmt.Sprintf("No alert: too few interactions to learn a habit (contact on %s in the last 12 weeks).", plural.Count(d.Days, "day"))
		case FeedBlind:
			return fmt.Sprintf("No alert: the feed %s was down from %s. A silent account looks the same as a silent feed.", nameOfFeed(d.Feed), d.Feed.Since)
		case TooEarly:
			return fmt.Sprintf("No alert yet: the history ends %s after the last contact.", plural.Count(d.Ends, "day"))
		case AsUsual:
			return fmt.Sprintf("No alert: contact was normal until %s (%.1f a week in the four weeks up to it, %.1f before). The recorded signals showed no sign; others might.", d.Last, d.PerWeek, d.Usual)
		}
		return fmt.Sprintf("No alert: there were signs, but below the threshold. The highest risk was %.2g account-years; an alert needs %.2g.", d.Highest, d.Raise)
	},
	closed: func(e *backtest.Episode) string {
		return fmt.Sprintf("An earlier alert on %s was closed on %s.", e.Told, e.Ended)
	},
	late: func(d *Departure, lost bool) string {
		return fmt.Sprintf("There was an alert on %s, %s: too late to count.", d.Late.Told, englishFrom(d, lost, d.Late.Told))
	},
	after: englishAfter,
	delay: func(days int) string {
		if days == 0 {
			return "not within 90 days"
		}
		return plural.Count(days, "day")
	},
}

func nameOfFeed(e *backtest.Episode) string {
	if e.Source == "" {
		return "(no source)"
	}
	return e.Source
}

// englishFrom says how far a day is from the loss, or from the last contact.
func englishFrom(d *Departure, lost bool, day signals.Day) string {
	if d.sinceLast(lost) {
		return backtest.DaysAhead(int(d.Last-day), "the last contact")
	}
	return backtest.DaysAhead(int(d.Day-day), "the loss")
}

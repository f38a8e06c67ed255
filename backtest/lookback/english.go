package lookback

import (
	"fmt"
	"slices"
	"strings"

	"firstsign/accounts"
	"firstsign/alerting/message"
	"firstsign/backtest"
	"firstsign/internal/plural"
	"firstsign/signals"
)

var english = phrases{
	title: "Would we have known?",
	subtitle: func(b *Report) string {
		return fmt.Sprintf("%s of %s, %s to %s. Every day is judged only by what was known on that day.",
			plural.Count(b.Interactions, "interaction"), plural.Count(b.Accounts, "account"), b.From, b.To)
	},
	answer: func(b *Report) string {
		switch seen, median := b.warnedLosses(); {
		case len(b.Lost) == 0 && len(b.Silent) == 0:
			return "No account is named as lost, and none has been silent for long."
		case len(b.Lost) == 0:
			warned, after := b.warnedSilent()
			s := fmt.Sprintf("No account is named as lost. %s silent at the end of the history. There would have been an alert about %d", areSilent(len(b.Silent)+b.MoreSilent), warned)
			if b.MoreSilent > 0 {
				s += fmt.Sprintf(" of the %d shown", len(b.Silent))
			}
			if warned > 0 {
				s += ", in the median " + backtest.DaysAhead(-after, "the last contact")
			}
			return s + "."
		case seen == 0 && len(b.Lost) == 1:
			return "There would have been no alert about the lost account."
		case seen == 0:
			return fmt.Sprintf("There would have been no alert about any of %s.", plural.Count(len(b.Lost), "lost account"))
		case len(b.Lost) == 1:
			return fmt.Sprintf("There would have been an alert about the lost account, %s.", backtest.DaysAhead(median, "the loss"))
		default:
			return fmt.Sprintf("There would have been an alert about %d of %s, in the median %s.", seen, plural.Count(len(b.Lost), "lost account"), backtest.DaysAhead(median, "the loss"))
		}
	},
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
	sign: "first sign", alert: "alert", loss: "loss", silent: "silent from here",
	more: "... and %d more.", moreAlerts: "There were %d more alerts in the past year.",

	lostTitle:          "The lost accounts",
	lostIntroduction:   "An alert counts when it was open between 60 days before the last contact and 30 days after the loss. Give the day you learnt of the loss, not the last order; otherwise every alert counts as late.",
	silentTitle:        "Silent at the end of the history",
	silentIntroduction: "These accounts have been silent for more than two months, and for more than twice their longest pause. They are not named as lost. If one is lost, name it: --lost account:date.",
	alertsTitle:        "The strongest alerts of the past year",
	alertsIntroduction: "These accounts are neither lost nor silent above. What was each alert about? Your answers show how much noise to expect.",
	noAlerts:           "There were no other alerts in the past year.",
	alertHeads:         []string{"account", "alert on", "how unusual", "what changed", "afterwards"},
	labels:             []string{"false", "expected", "right"},
	blindTitle:         "Blind spots",
	blindIntroduction:  "These accounts could halve their contact, and nobody would see it within six weeks.",
	noBlind:            "None: if any account in touch halved its contact, it would be seen within six weeks.",
	blindHeads:         []string{"account", "contacts a week", "silence is seen after", "a halving is seen after", "what would help"},

	graded: func(name string, grade accounts.Grade) string { return fmt.Sprintf("%s (%s)", name, grade) },
	lostOn: func(d signals.Day) string { return ", lost on " + d.String() },
	silentSince: func(d *Departure) string {
		return fmt.Sprintf(", silent since %s (longest pause before: %s)", d.Day, plural.Count(d.Pause, "day"))
	},
	notThere: "The history has no contact with it before that day.",
	lastContact: func(d *Departure) string {
		return fmt.Sprintf("Last contact %s, %s.", d.Last, backtest.DaysAhead(int(d.Day-d.Last), "the loss"))
	},
	firstSign: func(d *Departure, lost bool) string {
		if lost {
			return fmt.Sprintf("First sign %s, %s.", d.FirstSign, backtest.DaysAhead(int(d.Day-d.FirstSign), "the loss"))
		}
		return fmt.Sprintf("First sign %s.", d.FirstSign)
	},
	told: func(d *Departure, lost bool) string {
		when := fmt.Sprintf("%s after the last contact", plural.Count(d.lead(false), "day"))
		if lost {
			when = backtest.DaysAhead(d.lead(true), "the loss")
		} else if d.lead(false) <= 0 {
			when = "while there was contact"
		}
		return fmt.Sprintf("Alert %s, %s (%s):", d.Alert.Told, when, message.RarityText(message.English, d.Alert.Risk, d.Alert.History))
	},
	why: func(d *Departure) string {
		switch d.Unseen {
		case TooYoung:
			return fmt.Sprintf("No alert: the history knows it for only %s, too short to learn a habit.", plural.Count(d.Known, "day"))
		case NoHabit:
			return fmt.Sprintf("No alert: too few interactions to learn a habit (contact on %s in the last 12 weeks).", plural.Count(d.Days, "day"))
		case FeedBlind:
			return fmt.Sprintf("No alert: the feed %s was down from %s. A silent account looks the same as a silent feed.", nameOfFeed(d.Feed), d.Feed.Since)
		case AsUsual:
			return fmt.Sprintf("No alert: contact stayed normal until the end (%.1f a week in the last four weeks, %.1f before). The recorded signals showed no sign; others might.", d.PerWeek, d.Usual)
		}
		return fmt.Sprintf("No alert: there were signs, but below the threshold. The highest risk was %.2g account-years; an alert needs %.2g.", d.Highest, d.Raise)
	},
	closed: func(e *backtest.Episode) string {
		return fmt.Sprintf("An earlier alert on %s was closed on %s.", e.Told, e.Ended)
	},
	late: func(d *Departure) string {
		return fmt.Sprintf("There was an alert on %s, %s: too late to count.", d.Late.Told, backtest.DaysAhead(int(d.Day-d.Late.Told), "the loss"))
	},
	rare: func(risk float64, history int) string { return message.RarityText(message.English, risk, history) },
	after: func(a *PastAlert) string {
		switch a.aftermath() {
		case tooSoon:
			return "too soon to say"
		case stillSilent:
			return fmt.Sprintf("still silent %s later", plural.Count(a.Waited, "day"))
		case cameBack:
			return fmt.Sprintf("came back after %s; %.1f contacts a week since, %.1f before", plural.Count(a.Back, "day"), a.After, a.Before)
		}
		return fmt.Sprintf("contact went on: %.1f a week in the eight weeks after, %.1f before", a.After, a.Before)
	},
	delay: func(days int) string {
		if days == 0 {
			return "not within 90 days"
		}
		return plural.Count(days, "day")
	},
}

func areSilent(n int) string {
	if n == 1 {
		return "1 account is"
	}
	return fmt.Sprintf("%d accounts are", n)
}

func nameOfFeed(e *backtest.Episode) string {
	if e.Source == "" {
		return "(no source)"
	}
	return e.Source
}

// medianOf is the upper median of a list; 0 of an empty one.
func medianOf(list []int) int {
	if len(list) == 0 {
		return 0
	}
	slices.Sort(list)
	return list[len(list)/2]
}

package lookback

import (
	"fmt"
	"math"
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
		return fmt.Sprintf("%s of %s, %s to %s. Worked out from past records alone: each day is judged by what was known on it.",
			plural.Count(b.Interactions, "interaction"), plural.Count(b.Accounts, "account"), b.From, b.To)
	},
	answer: func(b *Report) string {
		switch seen, median := b.warnedLosses(); {
		case len(b.Lost) == 0 && len(b.Silent) == 0:
			return "No account is called lost, and none has fallen silent for long."
		case len(b.Lost) == 0:
			warned, after := b.warnedSilent()
			s := fmt.Sprintf("No account is called lost. %s silent at the end; there would have been an alert about %d", areSilent(len(b.Silent)+b.MoreSilent), warned)
			if b.MoreSilent > 0 {
				s += fmt.Sprintf(" of the %d shown", len(b.Silent))
			}
			if warned > 0 {
				s += ", on the median " + backtest.DaysAhead(-after, "the last contact")
			}
			return s + "."
		case seen == 0 && len(b.Lost) == 1:
			return "The lost account would not have been told of."
		case seen == 0:
			return fmt.Sprintf("Of %s, none would have been told of.", plural.Count(len(b.Lost), "lost account"))
		case len(b.Lost) == 1:
			return fmt.Sprintf("The lost account would have been told of, %s.", backtest.DaysAhead(median, "the loss"))
		default:
			return fmt.Sprintf("Of %s, %d would have been told of, on the median %s.", plural.Count(len(b.Lost), "lost account"), seen, backtest.DaysAhead(median, "the loss"))
		}
	},
	whyNot: func(reasons []missCount, late int) string {
		var list []string
		for _, u := range reasons {
			list = append(list, fmt.Sprintf("%s (%d)", u.reason, u.losses))
		}
		s := "Not told of: " + strings.Join(list, ", ") + "."
		if late > 0 {
			s += fmt.Sprintf(" Of these, %d had an alert later than that, too late to count.", late)
		}
		return s
	},
	short: func(days int) string {
		return fmt.Sprintf("The history covers %s only. A habit takes 12 weeks to be known: what is not told here may be there all the same.", plural.Count(days, "day"))
	},
	sign: "first sign", alert: "alert", loss: "loss", silent: "silent from here",
	more: "... and %d more.", moreAlerts: "There were %d more alerts in the past year.",

	lostTitle:          "The lost accounts",
	lostIntroduction:   "An alert counts when it was open between 60 days before the last contact and 30 days after the loss. The loss is the day on which it became known; who gives the day of the last contact leaves a silence no time to be seen.",
	silentTitle:        "Silent at the end of the history",
	silentIntroduction: "For longer than two months and than twice their own longest pause. Nobody has said that they are lost; who is, can be named: --lost account:date.",
	alertsTitle:        "The strongest alerts of the past year",
	alertsIntroduction: "About accounts that are neither lost nor silent above. What were they? The answers tell how much noise to expect.",
	noAlerts:           "There were no other alerts in the past year.",
	alertHeads:         []string{"account", "told", "how unusual", "what moved", "afterwards"},
	labels:             []string{"false", "expected", "right"},
	blindTitle:         "Blind spots",
	blindIntroduction:  "Half of the contact with these accounts could go, and it would not be seen within six weeks.",
	noBlind:            "None: of every account in touch, half the contact could not go unseen for six weeks.",
	blindHeads:         []string{"account", "contacts a week", "silence is seen after", "a halving is seen after", "what would help"},

	graded: func(name string, grade accounts.Grade) string { return fmt.Sprintf("%s (%s)", name, grade) },
	lostOn: func(d signals.Day) string { return ", lost on " + d.String() },
	silentSince: func(d *Departure) string {
		return fmt.Sprintf(", silent since %s (longest pause before: %s)", d.Day, plural.Count(d.Pause, "day"))
	},
	notThere: "It has no contact in the history before that day.",
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
		return fmt.Sprintf("Alert %s, %s (%s):", d.Alert.Told, when, englishRare(d.Alert.Risk))
	},
	why: func(d *Departure) string {
		switch d.Unseen {
		case TooYoung:
			return fmt.Sprintf("No alert: it had been known for %s only, too short to have a habit that could be broken.", plural.Count(d.Known, "day"))
		case NoHabit:
			return fmt.Sprintf("No alert: too few interactions to have a habit that could be broken (contact on %s in the last 12 weeks).", plural.Count(d.Days, "day"))
		case FeedBlind:
			return fmt.Sprintf("No alert: the feed %s was down from %s on, so its silence could not be told from the feed's.", nameOfFeed(d.Feed), d.Feed.Since)
		case AsUsual:
			return fmt.Sprintf("No alert: contact went on within its own habit until the end (%.1f a week in the last four weeks, %.1f before). What is recorded held no sign; other signals might.", d.PerWeek, d.Usual)
		}
		return fmt.Sprintf("No alert: there were signs, but below the threshold: the risk came to %.2g, and %.2g is told.", d.Highest, d.Raise)
	},
	closed: func(e *backtest.Episode) string {
		return fmt.Sprintf("There had been an alert on %s, closed on %s.", e.Told, e.Ended)
	},
	late: func(d *Departure) string {
		return fmt.Sprintf("There was an alert on %s, %s: too late to count.", d.Late.Told, backtest.DaysAhead(int(d.Day-d.Late.Told), "the loss"))
	},
	rare: englishRare,
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
		return "1 account has fallen"
	}
	return fmt.Sprintf("%d accounts have fallen", n)
}

func nameOfFeed(e *backtest.Episode) string {
	if e.Source == "" {
		return "(no source)"
	}
	return e.Source
}

// englishRare says a risk.
func englishRare(risk float64) string {
	switch {
	case risk > message.MostYears:
		return "a healthy account shows as much less than once in 50 years"
	case risk < 1.5:
		return fmt.Sprintf("a healthy account shows as much once in %s", plural.Count(int(math.Round(risk*12)), "month"))
	}
	return fmt.Sprintf("a healthy account shows as much once in %s", plural.Count(int(math.Round(risk)), "year"))
}

// medianOf is the upper median of a list; 0 of an empty one.
func medianOf(list []int) int {
	if len(list) == 0 {
		return 0
	}
	slices.Sort(list)
	return list[len(list)/2]
}

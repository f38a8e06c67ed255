package message

import (
	"strings"
	"time"

	"firstsign/signals"
)

var englishDelivery = DeliveryText{
	NotAnswered: "Not answered: ",
	GoesOn:      "It goes on: ",
	Assigned:    "Assigned to you: ",
	returned: func(closed signals.Day, fresh []string) string {
		s := "The previous alert closed on " + englishDate(closed) + ". "
		if len(fresh) == 0 {
			return s + "Nothing is new since then."
		}
		return s + "New since then: " + strings.Join(fresh, "; ") + "."
	},
	AnswerLink: "Answer, or say what it was: ",
	ListLink:   "Answer each of them: ",
	Superior: func(owner string) string {
		if owner == "" {
			return "You get a copy because the neglect is ours, not theirs: nobody looks after this account."
		}
		return "You get a copy as the superior of " + clean(owner) + ", because the neglect is ours, not theirs."
	},
	Copied: func(superior string) string {
		return clean(superior) + " has a copy, because the neglect is ours."
	},
	StandIn: func(owner string, after time.Duration) string {
		if owner == "" {
			return "Nobody has answered this for " + englishWait(after) + ", so it comes to you as the stand-in."
		}
		return clean(owner) + " has not answered this for " + englishWait(after) + ", so it comes to you as the stand-in."
	},
	AssignedBy: func(by string) string { return clean(by) + " assigned this to you." },
	Woken: func(by string, until signals.Day) string {
		return clean(by) + " snoozed this until " + englishDate(until) + ". It goes on."
	},
	GrownSinceSnooze: func(by string, on signals.Day) string {
		return clean(by) + " snoozed this on " + englishDate(on) + ". It has grown since."
	},
	GrownSinceLabel: func(by string, on signals.Day, label signals.Label) string {
		return clean(by) + " said on " + englishDate(on) + ": " + englishLabels[label] + ". It has grown since."
	},
	GrownSinceAck: func(by string, on signals.Day) string {
		return clean(by) + " acknowledged this on " + englishDate(on) + ". It has grown since."
	},
}

func englishWait(d time.Duration) string {
	if d < 48*time.Hour {
		return count(wholeHours(d), "hour")
	}
	return englishSpan(d.Hours() / 24)
}

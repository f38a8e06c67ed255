package message

import (
	"time"

	"firstsign/signals"
)

// DeliveryText says in one language why a message comes to its reader, and comes
// now. It stands beside what Render says about the alert.
type DeliveryText struct {
	// Superior and StandIn tell the reader in which role they get the message.
	// owner is empty where nobody owns the account.
	Superior func(owner string) string
	StandIn  func(owner string, after time.Duration) string
	// Copied tells the owner who has a copy.
	Copied func(superior string) string
	// AssignedBy: by wants the reader to take care of the alert.
	AssignedBy func(by string) string
	// Woken: by let the alert sleep until a day, and that is over.
	Woken func(by string, until signals.Day) string
	// The alert has grown since by answered it on a day.
	GrownSinceSnooze func(by string, on signals.Day) string
	GrownSinceLabel  func(by string, on signals.Day, label signals.Label) string
	GrownSinceAck    func(by string, on signals.Day) string
	// NotAnswered, GoesOn and Assigned begin the headline of what was told before.
	NotAnswered, GoesOn, Assigned string
	// AnswerLink and ListLink stand before the link of an alert and of a digest.
	AnswerLink, ListLink string

	returned func(closed signals.Day, fresh []string) string
}

// DeliveryText in this language.
func (l Language) DeliveryText() *DeliveryText {
	if l == Chinese {
		return &chineseDelivery
	}
	return &englishDelivery
}

// maxNew bounds what is named as new.
const maxNew = 3

// Returned is the line about the alert before this one: when it closed, and
// what is new since.
func Returned(l Language, f *Facts, closed signals.Day) string {
	t := l.translator()
	var heads []string
	for _, r := range f.New[:min(len(f.New), maxNew)] {
		heads = append(heads, headline(t, r, f.Known))
	}
	return t.finish(l.DeliveryText().returned(closed, heads))
}

func wholeHours(d time.Duration) int { return max(1, int(d.Round(time.Hour).Hours())) }

package alerting

import (
	"strings"
	"testing"
	"time"

	"firstsign/accounts"
	"firstsign/detector"
)

// No name turns the direction of writing in a message: not the account's, a
// contact's, a feed's, nor that of whoever did not answer.
func TestMessagesHoldNoMarks(t *testing.T) {
	const mark = "\u202e"
	snapshot := &RoutingSnapshot{
		Routing: Routing{}.WithDefaults(),
		Accounts: accounts.NewDirectory([]accounts.Account{{
			ID: "acme", Name: "Ac" + mark + "me", Owner: "an" + mark + "na", StandIn: "be" + mark + "rt",
			Contacts: []accounts.Contact{{ID: "li-wei", Name: "Li" + mark + "Wei"}},
		}}),
	}
	reasons := []detector.Reason{{Signal: "call", Contact: "li-wei", Term: detector.Drop, Window: 28, From: 3.5, To: 1}}
	a := &Alert{
		ID: "a", Account: "acme", Owner: "an" + mark + "na", Kind: detector.Raised, State: Open, Reasons: reasons, Pictured: &detector.Pictured{Signal: "call", Contact: "li-wei"},
		History: []Event{{Kind: detector.Raised, Delivery: ByMessage}, {Kind: escalated, Delivery: ByMessage, Of: &time.Time{}}},
	}
	feed := &Alert{ID: "f", Source: "p" + mark + "bx", Kind: detector.FeedDead, History: []Event{{Kind: detector.FeedDead}}}
	var all []Message
	for _, e := range a.History {
		for _, role := range []Role{Owner, StandIn, Superior} {
			d := Destination{Channel: "mail", To: "be" + mark + "rt", Role: role}
			it := AlertEvent{a, e}
			all = append(all, snapshot.EventMessage(it, d, time.Now()), snapshot.DigestMessage(a.Owner, []AlertEvent{it}, d, time.Now()))
		}
	}
	all = append(all, Render("en", feed, feed.Kind, nil), snapshot.Trial("an"+mark+"na", "mail", time.Now()))
	for i, m := range all {
		text := m.Title + m.Text
		if m.Picture != nil {
			text += m.Picture.Alt + m.Picture.Legend
		}
		if strings.Contains(text, mark) || m.Text == "" {
			t.Errorf("message %d: %q", i, text)
		}
	}
}

package notify

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"firstsign/accounts"
	"firstsign/alerting"
	"firstsign/alerting/links"
	words "firstsign/alerting/message"
	"firstsign/alerting/message/messagetest"
	"firstsign/detector"
)

// everyMessage are messages of each sort, as they are sent: a raise, one without anything to
// answer, a digest and a trial.
func everyMessage(t *testing.T, l words.Language, linked bool) []alerting.Message {
	t.Helper()
	snapshot := &alerting.RoutingSnapshot{Routing: alerting.Routing{Language: l}.WithDefaults(), Accounts: accounts.NewDirectory([]accounts.Account{*messagetest.FullAccount()})}
	if linked {
		snapshot.Links = links.New("https://firstsign.example.com", 0, []byte("one-key-of-thirty-two-characters"))
	}
	store, now := alerting.NewMemoryStore(), time.Unix(0, messagetest.Story().Time)
	closed := messagetest.Story()
	closed.Kind, closed.Time = detector.Closed, closed.Time+int64(24*time.Hour)
	for _, f := range []*detector.Finding{messagetest.Story(), messagetest.Neglect(), closed} {
		if _, _, err := alerting.StoreFinding(t.Context(), store, 0, f, snapshot, now); err != nil {
			t.Fatal(err)
		}
	}
	to := alerting.Destination{Channel: "mail", To: "anna"}
	var all []alerting.Message
	var events []alerting.AlertEvent
	for _, id := range []string{closed.ID, messagetest.Neglect().ID} {
		a, err := store.Get(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range a.History {
			all = append(all, snapshot.EventMessage(alerting.AlertEvent{Alert: a, Event: e}, to, now))
		}
		events = append(events, alerting.AlertEvent{Alert: a, Event: a.History[0]})
	}
	return append(all, snapshot.DigestMessage("anna", events, to, now), snapshot.Trial("anna", "mail", now))
}

// Every message says the same on every channel, in both languages, with a link and without.
func TestEveryMessageOnEveryChannel(t *testing.T) {
	sees, server := readers(t), new(mailServer).start(t)
	for _, l := range words.Languages {
		for _, linked := range []bool{true, false} {
			for i, m := range everyMessage(t, l, linked) {
				name := fmt.Sprintf("%s, links %v, message %d", l, linked, i)
				if m.Title == "" || !strings.HasPrefix(m.Text, m.Title) {
					t.Fatalf("%s: %q", name, m.Text)
				}
				for chatName, c := range chats {
					got := sees(c, m)
					if want := c.reads(sentencesOf(&m)...); !slices.Equal(c.sentences(got.text), want) {
						t.Errorf("%s, %s: says %q, want %q", chatName, name, c.sentences(got.text), want)
					}
					if got.buttonURL != m.Button.URL || got.button != m.Button.Text || unwide(got.title) != unwide(m.Title) {
						t.Errorf("%s, %s: %+v", chatName, name, got)
					}
				}
				if err := open(t, mailURL(server, "")).Send(t.Context(), m); err != nil {
					t.Fatal(err)
				}
				all := server.letters()
				got := all[len(all)-1]
				if want := append([]string{m.Title}, sentencesOf(&m)...); !slices.Equal(sentencesOfPage(got.page), want) {
					t.Errorf("mail, %s: says %q, want %q", name, sentencesOfPage(got.page), want)
				}
				if want := body(&m, 0); strings.TrimSpace(got.plain) != want || strings.Contains(got.page, "<a ") != (m.Button.URL != "") || (len(got.pictures) == 1) != (m.Picture != nil) {
					t.Errorf("mail, %s: %d pictures, plain %q, want %q", name, len(got.pictures), got.plain, want)
				}
			}
		}
	}
}

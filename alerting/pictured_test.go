package alerting

import (
	"context"
	"reflect"
	"testing"
	"time"

	"firstsign/accounts"
	"firstsign/alerting/message/messagetest"
	"firstsign/detector"
)

// An alert keeps the weeks of its newest raise through a restart, and all messages that tell
// of the raise show them.
func TestAlertsKeepTheirPicture(t *testing.T) {
	snapshot := &RoutingSnapshot{Routing: Routing{}.WithDefaults(), Accounts: accounts.NewDirectory([]accounts.Account{messagetest.Acme})}
	store, now := NewMemoryStore(), time.Unix(0, messagetest.Story().Time)
	enter := func(f *detector.Finding) *Alert {
		t.Helper()
		if _, _, err := StoreFinding(t.Context(), store, 0, f, snapshot, now); err != nil {
			t.Fatal(err)
		}
		a, err := store.Get(t.Context(), f.ID)
		if err != nil {
			t.Fatal(err)
		}
		text, err := a.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if a, err = Decode(text); err != nil {
			t.Fatal(err)
		}
		return a
	}
	a := enter(messagetest.Story())
	if !reflect.DeepEqual(a.Pictured, messagetest.Calls()) {
		t.Errorf("kept %+v", a.Pictured)
	}
	a.History = append(a.History, Event{Kind: escalated, Of: &now}, Event{Kind: detector.Closed})
	for i, want := range []bool{true, true, false} {
		m := snapshot.EventMessage(AlertEvent{a, a.History[i]}, Destination{Channel: "mail", To: "anna"}, now)
		if (m.Picture != nil) != want || want && (m.Picture.Series != a.Pictured || m.Picture.Alt == "" || m.Picture.Legend == "") {
			t.Errorf("%s: picture %+v", a.History[i].Kind, m.Picture)
		}
	}
	if m := snapshot.DigestMessage("anna", []AlertEvent{{a, a.History[0]}}, Destination{}, now); m.Picture != nil {
		t.Error("a digest of several alerts shows one of them")
	}
	later := messagetest.Story()
	later.Kind, later.Time, later.Pictured = detector.RaisedAgain, later.Time+int64(24*time.Hour), nil
	if a := enter(later); a.Pictured != nil {
		t.Error("a newer raise without a picture shows the old one")
	}
}

// Alerts from before there were pictures are told without.
func TestOldAlertsHaveNoPicture(t *testing.T) {
	a, err := Decode([]byte(`{"id":"acme-2026-02-03","account":"acme","state":"open","severity":"warning","kind":"raised","since":"2026-02-03",
		"raised":"2026-03-02T16:00:00Z","updated":"2026-03-02T16:00:00Z","rules":"r1","reasons":[{"signal":"call","side":"theirs","term":"drop","window":28,
		"from":3.5,"to":0.75,"since":"2026-02-03","evidence":5}],"history":[{"kind":"raised","time":"2026-03-02T16:00:00Z","entered":"2026-03-02T16:00:00Z"}],"version":1}`))
	if err != nil {
		t.Fatal(err)
	}
	if m := Render("en", a, detector.Raised, nil); m.Picture != nil || m.Text == "" {
		t.Errorf("%+v", m)
	}
}

// Who is erased leaves the picture as well.
func TestErasedPersonLeavesThePicture(t *testing.T) {
	ctx, store := context.Background(), NewMemoryStore()
	f := messagetest.Story()
	f.Reasons = f.Reasons[3:4] // the account's own mood
	snapshot := &RoutingSnapshot{Routing: Routing{}.WithDefaults()}
	if _, _, err := StoreFinding(ctx, store, 0, f, snapshot, time.Unix(0, f.Time)); err != nil {
		t.Fatal(err)
	}
	for _, contact := range []string{"chen-hao", "li-wei", "li-wei"} {
		if err := ErasePerson(ctx, store, "acme", contact); err != nil {
			t.Fatal(err)
		}
		a, err := store.Get(ctx, f.ID)
		if err != nil {
			t.Fatal(err)
		}
		if (a.Pictured == nil) != (contact == "li-wei") || len(a.Reasons) != 1 {
			t.Errorf("after %s: %+v", contact, a.Pictured)
		}
	}
}

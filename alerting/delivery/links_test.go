package delivery_test

import (
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"firstsign/alerting/links"
	"firstsign/detector"
)

func TestMessagesHoldLinksWhereThereIsSomethingToAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := branch()
		o.snapshot.Links = links.New("http://x", 0, []byte("one-key-of-thirty-two-characters"))
		o.happens(t, detector.Raised, 0, "a0")
		runs(t, o.notifier(), time.Minute)
		o.happens(t, detector.Closed, 0, "a0")
		runs(t, o.notifier(), time.Minute)
		o.happens(t, detector.Raised, 10*aDay, "a2")
		_ = o.store.SetCaughtUp(t.Context(), 0, true)
		runs(t, o.notifier(), time.Minute)
		if len(o.anna.got) != 3 {
			t.Fatalf("anna got %q", o.anna.titles())
		}
		for i, want := range []links.Link{{Action: links.ToAnswer, Alert: "a0@x", To: "anna"}, {}, {Action: links.ToList, To: "anna"}} {
			m := o.anna.got[i]
			if want == (links.Link{}) {
				if m.Answer != "" {
					t.Errorf("a closing is to be answered: %s", m.Answer)
				}
				continue
			}
			_, link, _ := strings.Cut(m.Answer, ": ")
			u, err := url.Parse(link)
			if err != nil {
				t.Fatal(err)
			}
			k, err := o.snapshot.Links.Open(u.Query(), time.Now())
			if err != nil || k.Action != want.Action || k.Alert != want.Alert || k.To != want.To {
				t.Errorf("message %d holds %s: %+v, %v", i, m.Answer, k, err)
			}
			if strings.Contains(m.Text, "http://") {
				t.Errorf("the text, which logs keep, holds the link: %s", m.Text)
			}
		}
	})
}

package alerting

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"firstsign/alerting/message"
	"firstsign/detector"
)

// episode is one that begins and ends so many days after the story's.
func episode(n, begins, ends int, reasons ...detector.Reason) []*detector.Finding {
	raised, closed := finding(detector.Raised, begins), finding(detector.Closed, ends)
	raised.ID = fmt.Sprint("acme-", n)
	closed.ID, raised.Reasons = raised.ID, reasons
	return []*detector.Finding{raised, closed}
}

// What returns within a month says so, and what is new.
func TestAnAlertThatReturns(t *testing.T) {
	calls, forwarding, meetings := story().Reasons[0], story().Reasons[1], story().Reasons[2]
	fewer := calls
	fewer.Term, fewer.To = detector.Gap, 40 // another view of the same calls
	care := func(f *detector.Finding) *detector.Finding {
		f.ID += "-care"
		f.Kind = map[detector.FindingKind]detector.FindingKind{detector.Raised: detector.Neglected, detector.Closed: detector.CaredFor}[f.Kind]
		return f
	}
	for _, c := range []struct {
		name         string
		past         []*detector.Finding
		now          *detector.Finding
		title, line  string
		chinese      string
		chineseTitle string
	}{
		{"the same", episode(1, 0, 20, calls), episode(2, 28, 50, fewer)[0],
			"Acme Telecom is drifting away again: no calls from Li Wei", "The previous alert closed on 22 Mar 2026. Nothing is new since then.",
			"上一次预警已于 2026年3月22日解除。此后没有新的变化。", "Acme Telecom 再次疏远：Li Wei"},
		{"with something new", episode(1, 0, 20, calls), episode(2, 28, 50, fewer, meetings, forwarding)[0],
			"again: no meetings with Li Wei for 41 days", "New since then: no meetings with Li Wei for 41 days; Li Wei changed the call forwarding.",
			"此后新的变化：Li Wei 已 41 天没有会面；Li Wei 更改了呼叫转移。", "再次疏远：Li Wei 已 41 天没有会面"},
		{"the newest of several", append(episode(1, 0, 10, calls), episode(2, 11, 20, meetings)...), episode(3, 28, 50, calls)[0],
			"again", "The previous alert closed on 22 Mar 2026. New since then: Li Wei's calls", "解除。此后新的变化", "再次"},
		{"long ago", episode(1, 0, 20, calls), episode(2, 51, 80, calls)[0], "is drifting away: ", "Key account", "关键客户", "正在疏远"},
		{"still open", episode(1, 0, 20, calls)[:1], episode(2, 28, 80, calls)[0], "is drifting away: ", "Key account", "关键客户", "正在疏远"},
		{"of another sort", episode(1, 0, 20, calls), care(episode(2, 28, 80, calls)[0]), "We neglect Acme Telecom", "Key account", "关键客户", "维护不足"},
		{"neglect", []*detector.Finding{care(episode(1, 0, 20, calls)[0]), care(episode(1, 0, 20, calls)[1])}, care(episode(2, 28, 80, calls)[0]),
			"We neglect Acme Telecom again", "The previous alert closed", "上一次预警已于", "我方再次对 Acme Telecom 维护不足"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := storeFinding(t, storeOf(t, c.past...), c.now)
			for l, want := range map[message.Language][2]string{message.English: {c.title, c.line}, message.Chinese: {c.chineseTitle, c.chinese}} {
				snapshot := testSnapshot()
				snapshot.Routing.Language = l
				e := a.History[0]
				m := snapshot.EventMessage(AlertEvent{a, e}, Destination{Channel: "anna", To: "anna"}, time.Time{})
				if second := strings.Split(m.Text, "\n")[1]; !strings.Contains(m.Title, want[0]) || !strings.Contains(second, want[1]) {
					t.Errorf("%s\n%s\nwant %q and %q", m.Title, second, want[0], want[1])
				}
			}
		})
	}
}

// Who is erased is not in what an alert returns to, either.
func TestScrubOfWhatReturned(t *testing.T) {
	store := storeOf(t, append(episode(1, 0, 20, story().Reasons[0]), episode(2, 28, 50, story().Reasons[3])...)...)
	for range 2 {
		if err := ErasePerson(t.Context(), store, "acme", "li-wei"); err != nil {
			t.Fatal(err)
		}
	}
	a, err := store.Get(t.Context(), "acme-2")
	if err != nil || a.Earlier == nil || a.Earlier.ID != "acme-1" || a.Earlier.names("li-wei") {
		t.Errorf("%+v, %v", a, err)
	}
}

// An alert that is told again with the same numbers says when they were told.
func TestToldAgainWithNothingNew(t *testing.T) {
	calls, fewer := story().Reasons[0], story().Reasons[0]
	fewer.To /= 2
	raise := func(kind detector.FindingKind, days int, r detector.Reason) *detector.Finding {
		f := finding(kind, days)
		f.Reasons = []detector.Reason{r}
		return f
	}
	first, same, late := raise(detector.Raised, 0, calls), raise(detector.RaisedAgain, 20, calls), raise(detector.RaisedAgain, 10, fewer)
	told := ", as was told on 2 Mar 2026"
	for _, c := range []struct {
		name     string
		findings []*detector.Finding
		says     bool
	}{
		{"the same", []*detector.Finding{first, same}, true},
		{"the same, and one that came late", []*detector.Finding{first, same, late}, true},
		{"less", []*detector.Finding{first, raise(detector.RaisedAgain, 20, fewer)}, false},
		{"the same, then less", []*detector.Finding{first, same, raise(detector.RaisedAgain, 40, fewer)}, false},
	} {
		store := NewMemoryStore()
		var a *Alert
		for _, f := range c.findings {
			a = storeFinding(t, store, f)
		}
		if m := Render(message.English, a, detector.RaisedAgain, nil); strings.Contains(m.Title, told) != c.says {
			t.Errorf("%s: %q", c.name, m.Title)
		}
	}
}

package web

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"firstsign/accounts"
	"firstsign/alerting"
	"firstsign/alerting/message"
	"firstsign/detector"
	"firstsign/web/access"
)

// confirmed is what the page says after an answer in a form of a page.
func (c *counter) confirmed(t *testing.T, page string, change map[string]string) string {
	t.Helper()
	_, shown := c.ask(http.MethodGet, page, nil)
	v := fields(t, shown)
	for name, value := range change {
		v.Set(name, value)
	}
	w := c.send(v)
	if w.Code != http.StatusSeeOther {
		t.Fatalf("%v: %d %s", change, w.Code, w.Body)
	}
	_, shown = c.ask(http.MethodGet, w.Header().Get("Location"), nil)
	return shown
}

// An alert can be assigned to whom the files name for the account, by their role and before the
// others of the team. Who has two roles is listed once.
func TestColleaguesByRole(t *testing.T) {
	c := answering(t, "dora")
	c.snapshot.Accounts = accounts.NewDirectory([]accounts.Account{
		{ID: "acme", Owner: "zoe", StandIn: "bert", ProjectManager: "pia", Expert: "emil", Superior: "zoe", Team: "north"}, {ID: "other", Owner: "anna", Expert: "erik", Team: "north"}, {ID: "far", Owner: "mallory", Team: "south"},
	})
	parts := c.withState()
	parts.Pages.Handler, parts.Guard = c.answers, access.NewGuard(func(*http.Request) string { return "dora" }, nil, func() *accounts.Directory { return c.snapshot.Accounts })
	c.handler = Handler(parts, quiet())
	_, page := c.ask(http.MethodGet, "/accounts/acme", nil)
	want := `<option value="zoe">zoe (account manager)</option><option value="bert">bert (stand-in)</option><option value="pia">pia (project manager)</option><option value="emil">emil (expert)</option>` +
		`<option value="anna">anna</option><option value="dora">dora</option><option value="erik">erik</option></select>`
	c.expect("the people", 200, page, 200, want, "!mallory", "!superior)")
}

// Each answer is confirmed, and undone where that means something.
func TestAnswersAreConfirmed(t *testing.T) {
	c := answering(t, "anna")
	for _, step := range []struct {
		change   map[string]string
		says     string
		undo     string // in the confirmation's form; empty: there is none
		assignee string
		state    alerting.State
	}{
		{map[string]string{"do": "snooze"}, "Snoozed until 12 Mar 2026.", "undo", "", alerting.Snoozed},
		{map[string]string{"do": "undo"}, "Taken back.", "", "", alerting.Open},
		{map[string]string{"do": "assign", "to": "bert"}, "Assigned to bert.", "assign", "bert", alerting.Open},
		{map[string]string{"do": "assign", "to": ""}, "Assigned to nobody in particular.", "assign", "", alerting.Open},
		{map[string]string{"do": "note", "note": "called\r\nhe is away"}, "Note saved.", "", "", alerting.Open},
		{map[string]string{"do": "acknowledge", "note": "I take it <b>"}, "Acknowledged.", "undo", "", alerting.Acknowledged},
		{map[string]string{"label": "false"}, "Recorded: a false alarm.", "unknown", "", alerting.Acknowledged},
		{map[string]string{"label": "unknown"}, "Taken back.", "", "", alerting.Acknowledged},
	} {
		for _, page := range []string{"/accounts/acme"} {
			c.now = c.now.Add(time.Minute)
			shown := c.confirmed(t, page, step.change)
			_, said, _ := strings.Cut(shown, `role="status"`)
			said, _, _ = strings.Cut(said, "</div>")
			if !strings.Contains(said, step.says) || strings.Contains(said, "<form") != (step.undo != "") || step.undo != "" && !strings.Contains(said, `value="`+step.undo+`"`) {
				t.Errorf("%v: %s", step.change, said)
			}
			if a := c.alert(); a.Assignee != step.assignee || a.State != step.state {
				t.Errorf("%v: %s, assigned to %q", step.change, a.State, a.Assignee)
			}
		}
	}
	_, page := c.ask(http.MethodGet, "/", nil)
	c.expect("the list", 200, page, 200, "anna, 5 Mar 2026: I take it &lt;b&gt;", "acknowledged by anna", "!<b>anna")
	_, page = c.ask(http.MethodGet, "/accounts/acme", nil)
	c.expect("its history", 200, page, 200, "assigned by anna → bert", "note by anna: called\nhe is away", "answer taken back by anna", "I take it")
	c.now = c.now.Add(doneFor + time.Minute)
	if _, page = c.ask(http.MethodGet, "/?done=acme-2026-02-03", nil); strings.Contains(page, `role="status"`) {
		t.Error("it is confirmed long after")
	}
}

// What cannot be done is said, and the alert stays as it is.
func TestActionsAreRefused(t *testing.T) {
	c := answering(t, "anna")
	_, page := c.ask(http.MethodGet, "/accounts/acme", nil)
	v := fields(t, page)
	for _, step := range []struct {
		change map[string]string
		code   int
		says   string
	}{
		{map[string]string{"do": "assign", "to": "mallory"}, 409, "&#34;mallory&#34; looks after no account of this team"},
		{map[string]string{"do": "assign", "to": "bert", "held": "chen"}, 409, "was not assigned: somebody assigned it"},
		{map[string]string{"do": "undo"}, 409, "no acknowledgement or snooze of yours"},
		{map[string]string{"do": "note", "note": " \n\x00"}, 400, "choose again"},
		{map[string]string{"do": "note", "note": strings.Repeat("长", alerting.MaxNote+1)}, 400, "choose again"},
		{map[string]string{"do": "note", "note": strings.Repeat("长", 3000)}, 403, ""}, // the form is cut off
	} {
		now := url.Values{}
		for name := range v {
			now.Set(name, v.Get(name))
		}
		now.Set("note", "")
		for name, value := range step.change {
			now.Set(name, value)
		}
		if w := c.send(now); w.Code != step.code || !strings.Contains(w.Body.String(), step.says) {
			t.Errorf("%v: %d %s", step.change, w.Code, w.Body)
		}
	}
	if a := c.alert(); len(a.History) != 1 {
		t.Errorf("history %+v", a.History)
	}
}

// The same by a program.
func TestActionsByProgram(t *testing.T) {
	c := answering(t, "anna")
	for _, step := range []struct {
		body string
		code int
		says string
	}{
		{`{"do": "assign", "to": "bert", "held": ""}`, 200, `"assignee": "bert"`},
		{`{"do": "assign", "to": "anna", "held": ""}`, 409, "was assigned to somebody else"},
		{`{"do": "assign", "to": "anna"}`, 200, `"assignee": "anna"`},
		{`{"do": "assign"}`, 400, "no answer"},
		{`{"do": "assign", "to": "mallory"}`, 409, "nobody of that name"},
		{`{"do": "note", "text": "called"}`, 200, `"text": "called"`},
		{`{"do": "note", "text": "called"}`, 409, "the same note"},
		{`{"do": "note"}`, 400, "1 to 1,000"},
		{`{"do": "note", "text": "x", "days": 3}`, 400, "days does not go with note"},
		{`{"do": "acknowledge", "text": "x"}`, 400, "text does not go with acknowledge"},
		{`{"label": "expected", "to": "x"}`, 400, "to does not go with label"},
		{`{"do": "undo"}`, 409, "take back"},
		{`{"do": "acknowledge"}`, 200, `"state": "acknowledged"`},
		{`{"do": "undo"}`, 200, `"state": "open"`},
	} {
		c.now = c.now.Add(time.Second)
		r := httptest.NewRequest(http.MethodPost, "/api/v1/alerts/acme-2026-02-03/answers", strings.NewReader(step.body))
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		c.handler.ServeHTTP(w, r)
		if w.Code != step.code || !strings.Contains(w.Body.String(), step.says) {
			t.Errorf("%s: %d %s, want %d with %s", step.body, w.Code, w.Body, step.code, step.says)
		}
	}
}

// Mine, my team and all are three addresses, and what is assigned to somebody is theirs.
func TestMineMyTeamAll(t *testing.T) {
	who := "anna"
	c, parts := withTwo(t, &who)
	list := []accounts.Account{}
	for a := range c.snapshot.Accounts.All() {
		one := *a
		if one.ID == "acme" {
			one.Team = "north" // as bolt is
		}
		list = append(list, one)
	}
	c.snapshot.Accounts = accounts.NewDirectory(list)
	policy := &access.Policy{People: twoManagers.People, ManagersSee: access.Team}
	if problems := policy.Validate(); problems != nil {
		t.Fatal(problems)
	}
	parts.Guard = access.NewGuard(func(*http.Request) string { return who }, func() *access.Policy { return policy }, func() *accounts.Directory { return c.snapshot.Accounts })
	parts.Guard.ShowAssigned(access.AssignedIn(c.store))
	h := Handler(parts, quiet())
	shows := func(address string, acme, bolt bool) {
		t.Helper()
		if code, page := ask(t, h, http.MethodGet, address); code != 200 || strings.Contains(page, "/accounts/acme") != acme || strings.Contains(page, "/accounts/bolt") != bolt {
			t.Errorf("%s of %s: %d, acme %t, bolt %t", address, who, code, strings.Contains(page, "/accounts/acme"), strings.Contains(page, "/accounts/bolt"))
		}
	}
	shows("/", true, true)
	shows("/?whose=mine", true, false)
	shows("/?whose=team", true, true)
	policy.ManagersSee = access.Own
	c.snapshot.Accounts = accounts.NewDirectory(list) // so that it is looked at anew
	shows("/", true, false)
	if _, err := c.answers.Handle(t.Context(), alerting.Answer{Alert: "bolt-1", By: "bert", Assign: &alerting.Assignment{To: "anna"}}, c.now); err != nil {
		t.Fatal(err)
	}
	shows("/", true, true)
	shows("/?whose=mine", true, true)
	shows("/accounts/bolt", false, true)
	who = "bert"
	shows("/?whose=mine", false, true)
	shows("/?whose=all&owner=anna", false, false)
	if code, _ := ask(t, h, http.MethodGet, "/?whose=others"); code != http.StatusBadRequest {
		t.Errorf("an unknown whose: %d", code)
	}
}

// A row is new when it was raised since the last visit, which ends with half an hour's
// absence.
func TestNewSinceTheLastVisit(t *testing.T) {
	c := newCounter(t, message.English).acme()
	var kept *http.Cookie
	look := func(is bool, since string) {
		t.Helper()
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		if kept != nil {
			r.AddCookie(kept)
		}
		w := httptest.NewRecorder()
		c.handler.ServeHTTP(w, r)
		if cookies := w.Result().Cookies(); len(cookies) == 1 {
			kept = cookies[0]
		}
		page := w.Body.String()
		if strings.Contains(page, `"tag new"`) != is || since == "" == strings.Contains(page, "since you were last here") || !strings.Contains(page, since) {
			t.Errorf("at %s: new %t, want %t since %q", c.now, strings.Contains(page, `"tag new"`), is, since)
		}
	}
	c.now = found.Add(-time.Hour)
	look(false, "") // the first visit
	c.now = found.Add(time.Hour)
	look(true, "since you were last here, 2 Mar 2026 15:00.")
	c.now = found.Add(80 * time.Minute)
	look(true, "2 Mar 2026 15:00") // the same visit
	c.now = found.Add(5 * time.Hour)
	look(false, "2 Mar 2026 17:20")
	c.happens(detector.RaisedAgain, 1)
	c.now = found.Add(26 * time.Hour)
	look(true, "2 Mar 2026 21:00")
	for _, value := range []string{"", "x.y", "99990101T000000Z.99990101T000000Z", "<script>"} {
		kept = &http.Cookie{Name: access.VisitCookie, Value: value}
		look(false, "")
	}
}

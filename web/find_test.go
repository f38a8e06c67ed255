package web

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"firstsign/accounts"
	"firstsign/alerting/message"
)

func TestFindingAccounts(t *testing.T) {
	c := newCounter(t, message.English).acme()
	list := []accounts.Account{
		{ID: "acme", Name: "Acme <Telecom>", Owner: "anna", Margin: 10}, {ID: "hengda", Name: "恒达钢铁", Owner: "wang", ProjectManager: "pia", Margin: 30},
		{ID: "acme-2", Name: "Not Acme", Owner: "wang", Margin: 20},
	}
	for i := range 60 {
		list = append(list, accounts.Account{ID: fmt.Sprint("many-", i), Owner: "zoe"})
	}
	c.snapshot.Accounts = accounts.NewDirectory(list)
	for text, want := range map[string]struct {
		location string
		holds    []string
	}{
		"acme":     {"/accounts/acme", nil}, // an id
		"ACME":     {"", []string{"2 accounts found", "Acme &lt;Telecom&gt;</a>", `href="/accounts/acme-2"`}},
		"钢铁":       {"/accounts/hengda", nil},
		"Pia":      {"/accounts/hengda", nil}, // who works for it
		"Wang":     {"", []string{"2 accounts found", "恒达钢铁"}},
		"zoe":      {"", []string{"60 accounts found", "There are more", "many-10", "!acme"}},
		"nothing":  {"", []string{"No account found"}},
		"":         {"", []string{"No account found"}},
		"<script>": {"", []string{"No account found", `value="&lt;script&gt;"`, "!<script"}},
	} {
		r := httptest.NewRequest(http.MethodGet, "/accounts", nil)
		q := r.URL.Query()
		q.Set("q", text)
		r.URL.RawQuery = q.Encode()
		w := httptest.NewRecorder()
		c.handler.ServeHTTP(w, r)
		if want.location != "" {
			if w.Code != http.StatusSeeOther || w.Header().Get("Location") != want.location {
				t.Errorf("%q leads to %d %q", text, w.Code, w.Header().Get("Location"))
			}
			continue
		}
		c.expect(text, w.Code, w.Body.String(), 200, want.holds...)
		if n := strings.Count(w.Body.String(), "<article"); n > foundShown {
			t.Errorf("%q: %d rows", text, n)
		}
	}
	c.snapshot.Accounts = nil // no file lists the accounts: the state knows acme
	w := httptest.NewRecorder()
	c.handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/accounts?q=acme", nil))
	if w.Header().Get("Location") != "/accounts/acme" {
		t.Errorf("without files: %d", w.Code)
	}
}

// What begins with the text comes first, then what brings most.
func TestOrderOfFoundAccounts(t *testing.T) {
	d := accounts.NewDirectory([]accounts.Account{
		{ID: "1", Name: "The Steel", Margin: 90}, {ID: "2", Name: "Steel East", Margin: 10}, {ID: "3", Name: "Steel West", Margin: 20}, {ID: "4", Name: "Wood"},
	})
	var ids string
	for _, a := range search(d, "steel") {
		ids += a.ID
	}
	if ids != "321" {
		t.Errorf("order %s", ids)
	}
}

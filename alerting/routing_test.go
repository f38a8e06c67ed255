package alerting

import (
	"slices"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"firstsign/accounts"
	"firstsign/alerting/message"
)

func TestRoutingValidate(t *testing.T) {
	const file = `
language: fr
channels:
  mail: {url: "smtp://u:p@mail.example.com/?to=a@b.c"}
  hook: {url_env: HOOK, timeout: 5s}
  log: {url_file: secret}
  none: {}
  both: {url_env: A, url_file: B}
  bare: {url: sEcReT}
  slow: {url_env: A, timeout: -1s}
owners:
  anna: [mail, hook]
  bert: [mial, mail, mail]
default: [nowhere]
operator: [hook]
notify_horizon: -1h
retention_days: -1
critical: {key: 0, gold: 3}
`
	var r Routing
	if err := yaml.Unmarshal([]byte(file), &r); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range r.Validate() {
		got = append(got, p.Field)
		if strings.Contains(p.Error(), "sEcReT") {
			t.Errorf("a secret is shown: %v", p)
		}
	}
	want := []string{"language", "channels.bare.url", "channels.both", "channels.log", "channels.none", "channels.slow.timeout",
		"owners.bert[0]", "owners.bert[2]", "default[0]", "notify_horizon", "retention_days", "critical.gold", "critical.key"}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if r.Channels["hook"].Timeout != 5*time.Second {
		t.Errorf("timeout %s", r.Channels["hook"].Timeout)
	}
	empty := Routing{}
	if problems := empty.Validate(); problems != nil {
		t.Errorf("nothing given: %v", problems)
	}
	full := empty.WithDefaults()
	if problems := full.Validate(); problems != nil || full.Language != message.English || full.Retention() != 400*24*time.Hour {
		t.Errorf("defaults: %+v, %v", full, problems)
	}
}

// Whoever works for an account can be reached: by own channels, or by those of its team.
func TestChannelsOfWhoeverWorksForAnAccount(t *testing.T) {
	s := &RoutingSnapshot{
		Routing: Routing{Owners: map[string][]string{"pia": {"mail"}}, Teams: map[string][]string{"north": {"room"}}, Default: []string{"all"}},
		Accounts: accounts.NewDirectory([]accounts.Account{
			{ID: "acme", Owner: "anna", StandIn: "bert", ProjectManager: "pia", Expert: "emil", Superior: "chen", Team: "north"}, {ID: "bell", Owner: "emil", Team: "south"},
		}),
	}
	for name, want := range map[string]string{"anna": "room", "bert": "room", "pia": "mail", "chen": "room", "emil": "all", "nobody": "all"} {
		if got := s.ChannelsOf(name); !slices.Equal(got, []string{want}) {
			t.Errorf("%s is reached by %v, want %s", name, got, want)
		}
	}
}

package alerting

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"firstsign/accounts"
	"firstsign/alerting/links"
	"firstsign/alerting/message"
	"firstsign/detector"
	"firstsign/internal/fault"
)

// Routing is routing.yaml: who hears of an alert, on which channels and in which
// language. Every delivery looks it up, so a change also holds for what is still
// to be delivered.
type Routing struct {
	// Language of messages and of the topic's lines: en or zh. Default en.
	Language message.Language `yaml:"language"`
	// Channels by name: where a message can go.
	Channels map[string]ChannelConfig `yaml:"channels"`
	// Owners names the channels of each key-account manager.
	Owners map[string][]string `yaml:"owners"`
	// Teams names the channels of each team, for owners without an entry and
	// accounts without an owner.
	Teams map[string][]string `yaml:"teams"`
	// Default channels are for owners whose team has no entry either. Without them
	// such alerts are in the log, the store and the topic only.
	Default []string `yaml:"default"`
	// Operator channels hear of feeds. None: log, store and topic only.
	Operator []string `yaml:"operator"`
	// Links let people answer a message in a browser.
	Links links.Config `yaml:"links"`
	// NotifyHorizon is how old a finding may be to get a message of its own. Older
	// ones come in one digest. Default 72h. Raising it makes more messages after a
	// long stop or a first start.
	NotifyHorizon time.Duration `yaml:"notify_horizon"`
	// EscalateAfter is how long an owner has to answer before the account's stand-in
	// is told, once for each raise. Default 48h; 0: never. Raising it gives owners
	// more time.
	EscalateAfter *time.Duration `yaml:"escalate_after"`
	// RetentionDays is how long a closed alert stays in the store. Default 400.
	RetentionDays int `yaml:"retention_days"`
	// Critical is the risk, in account-years, from which an alert of a grade is
	// critical and not a warning. Raising it makes fewer alerts critical.
	Critical map[accounts.Grade]float64 `yaml:"critical"`
}

// ChannelConfig says where a channel leads: a shoutrrr URL
// (https://shoutrrr.nickfedor.com) or dingtalk://TOKEN?secret=SEC..., in exactly
// one of three places. URLs hold tokens, so prefer a file or an environment
// variable.
type ChannelConfig struct {
	URL     string `yaml:"url"`
	URLFile string `yaml:"url_file"` // a file that holds nothing but the URL
	URLEnv  string `yaml:"url_env"`  // an environment variable that holds it
	// Timeout of one attempt. Default 15s.
	Timeout time.Duration `yaml:"timeout"`
}

// Defaults of Routing.
const (
	DefaultNotifyHorizon = 72 * time.Hour
	DefaultEscalateAfter = 48 * time.Hour
	DefaultRetentionDays = 400
	DefaultTimeout       = 15 * time.Second
)

// defaultCritical: a less valuable account must be more unusual to be critical.
var defaultCritical = map[accounts.Grade]float64{
	accounts.Key: 20, accounts.Potential: 30, accounts.Problem: 30, accounts.Ordinary: 60, accounts.Marginal: 200,
}

// LogChannel is the channel every message goes to besides the owner's.
const LogChannel = "log"

// WithDefaults fills in what the file leaves out.
func (r Routing) WithDefaults() Routing {
	r.Language = cmp.Or(r.Language, message.Languages[0])
	r.NotifyHorizon = cmp.Or(r.NotifyHorizon, DefaultNotifyHorizon)
	r.RetentionDays = cmp.Or(r.RetentionDays, DefaultRetentionDays)
	if r.EscalateAfter == nil {
		r.EscalateAfter = new(DefaultEscalateAfter)
	}
	critical := maps.Clone(defaultCritical)
	maps.Copy(critical, r.Critical)
	r.Critical = critical
	channels := make(map[string]ChannelConfig, len(r.Channels))
	for name, c := range r.Channels {
		c.Timeout = cmp.Or(c.Timeout, DefaultTimeout)
		channels[name] = c
	}
	r.Channels = channels
	return r
}

// Retention is how long a closed alert stays in the store.
func (r *Routing) Retention() time.Duration { return time.Duration(r.RetentionDays) * 24 * time.Hour }

func (r *Routing) escalateAfter() time.Duration {
	if r.EscalateAfter == nil {
		return DefaultEscalateAfter
	}
	return *r.EscalateAfter
}

// severity of an alert. A dead feed is critical: it hides all its accounts at once.
// Neglect is a warning: it can be repaired.
func (r *Routing) severity(a *Alert) Severity {
	if a.Kind == detector.Neglected || a.Kind == detector.CaredFor {
		return Warning
	}
	if a.Account == "" || a.Risk >= r.Critical[cmp.Or(a.Grade, accounts.Ordinary)] {
		return Critical
	}
	return Warning
}

// ownerChannels are the channels of an alert's owner, without the log.
func (r *Routing) ownerChannels(a *Alert, owner string, account *accounts.Account) []string {
	if a.Account == "" {
		return r.Operator
	}
	return r.channelsFor(owner, account)
}

// channelsFor are the channels on which somebody hears of an account: their own,
// or else their team's, or else the default ones.
func (r *Routing) channelsFor(name string, account *accounts.Account) []string {
	if names, ok := r.Owners[name]; ok {
		return names
	}
	if account != nil && account.Team != "" {
		if names, ok := r.Teams[account.Team]; ok {
			return names
		}
	}
	return r.Default
}

// Problem is one thing that is wrong with a Routing.
type Problem struct {
	Field string // path in the file: owners.anna[1]
	Text  string
}

// Error implements error.
func (p Problem) Error() string { return p.Field + ": " + p.Text }

// Validate returns all that is wrong with the routing, field by field.
func (r *Routing) Validate() []Problem {
	var problems []Problem
	note := func(field, text string, args ...any) {
		problems = append(problems, Problem{field, fmt.Sprintf(text, args...)})
	}
	if r.Language != "" && !slices.Contains(message.Languages, r.Language) {
		note("language", "is %q; en and zh are known", r.Language)
	}
	for _, name := range slices.Sorted(maps.Keys(r.Channels)) {
		r.Channels[name].validate("channels."+name, name, note)
	}
	names := slices.Sorted(maps.Keys(r.Channels))
	listed := func(field string, list []string) {
		for i, name := range list {
			at := fmt.Sprintf("%s[%d]", field, i)
			if _, ok := r.Channels[name]; !ok {
				note(at, "there is no channel %q%s", name, fault.DidYouMean(name, names))
			} else if slices.Contains(list[:i], name) {
				note(at, "channel %q stands here twice", name)
			}
		}
	}
	for _, owner := range slices.Sorted(maps.Keys(r.Owners)) {
		listed("owners."+owner, r.Owners[owner])
	}
	for _, team := range slices.Sorted(maps.Keys(r.Teams)) {
		listed("teams."+team, r.Teams[team])
	}
	listed("default", r.Default)
	listed("operator", r.Operator)
	r.Links.Validate(note)
	if r.NotifyHorizon < 0 {
		note("notify_horizon", "is %s; it must not be negative", r.NotifyHorizon)
	}
	if r.escalateAfter() < 0 {
		note("escalate_after", "is %s; it must not be negative", r.escalateAfter())
	}
	if r.RetentionDays < 0 {
		note("retention_days", "is %d; it must not be negative", r.RetentionDays)
	}
	for _, g := range slices.Sorted(maps.Keys(r.Critical)) {
		if !slices.Contains(accounts.Grades, g) {
			note("critical."+string(g), "is no grade")
		} else if risk := r.Critical[g]; !(risk > 0) {
			note("critical."+string(g), "is %v; it must be a number of account-years above 0", risk)
		}
	}
	return problems
}

func (c ChannelConfig) validate(field, name string, note func(field, text string, args ...any)) {
	if name == LogChannel {
		note(field, "the name %q belongs to the log itself", name)
	}
	given := 0
	for _, s := range []string{c.URL, c.URLFile, c.URLEnv} {
		if s != "" {
			given++
		}
	}
	if given != 1 {
		note(field, "needs exactly one of url, url_file and url_env")
	}
	if c.URL != "" && !strings.Contains(c.URL, "://") {
		note(field+".url", "is not a URL; it begins with the service, like smtp:// or lark://") // never show it: it holds secrets
	}
	if c.Timeout < 0 {
		note(field+".timeout", "is %s; it must not be negative", c.Timeout)
	}
}

package config

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"firstsign/accounts"
)

// Routing is routing.yaml: who is told, and how. The log and the topic of
// alerts hear of every alert in any case.
type Routing struct {
	// Channels by name.
	Channels map[string]Channel `yaml:"channels"`
	// Owners by the name that the accounts give them.
	Owners map[string]Owner `yaml:"owners"`
	// Default are the channels for owners that are not listed, and for accounts
	// without one.
	Default []string `yaml:"default"`
	// Operators are the channels for what is ours to repair, such as a dead feed.
	Operators []string `yaml:"operators"`
	// NotifyHorizon: what was found longer ago than this comes in one digest and
	// not in messages of its own. A first start, a load or an emptied Redis must
	// not send a year of alerts. Default 3d.
	NotifyHorizon time.Duration `yaml:"notify_horizon"`
}

// Channel is one way to reach somebody: a shoutrrr URL, given in exactly one of
// three ways. Most URLs hold a token, and belong in a file or the environment.
type Channel struct {
	URL     string `yaml:"url"`
	URLFile string `yaml:"url_file"`
	URLEnv  string `yaml:"url_env"`
}

// Owner is a key-account manager.
type Owner struct {
	Channels []string `yaml:"channels"`
}

func defaultRouting() Routing { return Routing{NotifyHorizon: 3 * 24 * time.Hour} }

func (r *Routing) read(d *document, text []byte) {
	if !d.read(text, r) {
		return
	}
	for name, c := range r.Channels {
		c.check(d, join("channels", name))
		if !legalName.MatchString(name) {
			d.note(join("channels", name), "a name is 1 to 249 letters, digits, dots, dashes or underscores")
		}
	}
	known := slices.Sorted(maps.Keys(r.Channels))
	r.checkList(d, "default", r.Default, known)
	r.checkList(d, "operators", r.Operators, known)
	for name, o := range r.Owners {
		at := join("owners", name)
		if len(o.Channels) == 0 {
			d.note(at, "at least one channel is needed")
		}
		r.checkList(d, join(at, "channels"), o.Channels, known)
	}
	d.between("notify_horizon", r.NotifyHorizon, time.Hour, 366*24*time.Hour)
}

func (r *Routing) checkList(d *document, path string, list, known []string) {
	for i, name := range list {
		at := item(path, i)
		if !slices.Contains(known, name) {
			d.note(at, "there is no channel %q%s", name, accounts.DidYouMean(name, known))
		} else if slices.Contains(list[:i], name) {
			d.note(at, "channel %q is given twice", name)
		}
	}
}

func (c Channel) check(d *document, path string) {
	given := 0
	for _, way := range []string{c.URL, c.URLFile, c.URLEnv} {
		if way != "" {
			given++
		}
	}
	if given != 1 {
		d.note(path, "exactly one of url, url_file and url_env is needed")
	} else if c.URL != "" {
		if fault := urlFault(c.URL); fault != "" {
			d.note(join(path, "url"), "%s", fault)
		}
	}
}

// Address returns the channel's URL.
func (c Channel) Address() (string, error) {
	if c.URL != "" {
		return c.URL, nil
	}
	text, err := Secret(c.URLFile, c.URLEnv)
	if err != nil {
		return "", err
	}
	if fault := urlFault(text); fault != "" {
		return "", fmt.Errorf("channel's address: %s", fault)
	}
	return text, nil
}

// urlFault says what is wrong with a URL without repeating it: it may hold a
// token.
func urlFault(text string) string {
	u, err := url.Parse(strings.TrimSpace(text))
	if err != nil || u.Scheme == "" {
		return "not a shoutrrr URL such as smtp://host:25/?from=...&to=... or generic+https://host/hook"
	}
	return ""
}

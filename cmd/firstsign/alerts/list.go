package alerts

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"firstsign/alerting"
	"firstsign/alerting/message"
	"firstsign/cmd/firstsign/app"
	"firstsign/cmd/firstsign/console"
	"firstsign/config"
	"firstsign/detector"
	"firstsign/internal/identity"
	"firstsign/internal/plural"
	"firstsign/signals"
)

type list struct {
	app.ConfigFlag
	State    string `enum:"living,open,acknowledged,snoozed,closed,all" default:"living" help:"Only alerts in this state: living (not closed), open, acknowledged, snoozed, closed or all."`
	Severity string `enum:",warning,critical" default:"" help:"Only alerts of this severity: warning or critical."`
	Kind     string `placeholder:"KIND" help:"Only alerts whose last finding is of this kind, such as raised, neglected or feed_dead."`
	Account  string `placeholder:"ID" help:"Only alerts of this account."`
	Owner    string `placeholder:"NAME" help:"Only alerts of this manager."`
	Max      int    `default:"100" help:"List at most this many alerts; 0 lists all."`
	After    string `placeholder:"CURSOR" help:"List the alerts after this cursor. The list before it names the cursor."`
	JSON     bool   `help:"Write JSON, with reasons and history."`
}

// filter returns the filter of the flags.
func (c *list) filter() (alerting.Filter, error) {
	f := alerting.Filter{Account: identity.CleanString(c.Account), Owner: c.Owner, Severity: alerting.Severity(c.Severity)}
	switch c.State {
	case "living":
		f.Living = true
	case "all":
	default:
		f.State = alerting.State(c.State)
	}
	if kind := detector.FindingKind(c.Kind); kind != "" {
		if !slices.Contains(detector.FindingKinds, kind) {
			return f, fmt.Errorf("--kind is %q; it must be one of %v", c.Kind, detector.FindingKinds)
		}
		f.Kinds = []detector.FindingKind{kind}
	}
	if c.Max < 0 {
		return f, fmt.Errorf("--max is %d; it must not be below 0", c.Max)
	}
	return f, alerting.Cursor(c.After).Validate()
}

// listPage is how many alerts are read in one call.
const listPage = 500

// Run lists the alerts, one page at a time, so that any number fits into memory.
func (c *list) Run(ctx context.Context) error {
	f, err := c.filter()
	if err != nil {
		return err
	}
	return withStore(ctx, c.Config, func(cfg *config.Config, store alerting.AlertStore) error {
		show, end := textList(cfg)
		if c.JSON {
			show, end = jsonList(console.JSON)
		}
		shown, total, after := 0, 0, alerting.Cursor(c.After)
		for {
			size := listPage
			if c.Max > 0 {
				size = min(size, c.Max-shown)
			}
			p, err := store.Page(ctx, f, after, size)
			if err != nil {
				return err
			}
			for _, a := range p.Alerts {
				if err := show(a); err != nil {
					return err
				}
			}
			shown, total, after = shown+len(p.Alerts), p.Total, p.Next
			if after == "" || c.Max > 0 && shown >= c.Max {
				break
			}
		}
		if err := end(); err != nil {
			return err
		}
		if after != "" {
			fmt.Fprintf(console.Err, "%d of %s; the next: --after '%s', all: --max 0\n", shown, plural.Count(total, "alert"), after)
		}
		return nil
	})
}

// textList prints alerts for people.
func textList(cfg *config.Config) (show func(*alerting.Alert) error, end func() error) {
	n, labels := 0, map[signals.Label]int{}
	show = func(a *alerting.Alert) error {
		n++
		labels[a.Label]++
		printAlert(console.Out, cfg, a)
		return nil
	}
	return show, func() error {
		_, err := fmt.Fprintln(console.Out, plural.Count(n, "alert")+labelsOf(labels))
		return err
	}
}

// jsonList prints alerts as one JSON array, as encoding/json would.
func jsonList(w io.Writer) (show func(*alerting.Alert) error, end func() error) {
	separator := "["
	show = func(a *alerting.Alert) error {
		var text bytes.Buffer
		out := json.NewEncoder(&text)
		out.SetIndent("  ", "  ")
		out.SetEscapeHTML(false)
		if err := out.Encode(a); err != nil {
			return err
		}
		_, err := fmt.Fprintf(w, "%s\n  %s", separator, bytes.TrimSuffix(text.Bytes(), []byte("\n")))
		separator = ","
		return err
	}
	return show, func() error {
		text := "\n]\n"
		if separator == "[" {
			text = "[]\n" // no alert is an empty list
		}
		_, err := io.WriteString(w, text)
		return err
	}
}

// printAlert writes an alert's headline and its state.
func printAlert(w io.Writer, cfg *config.Config, a *alerting.Alert) {
	m := alerting.Render(cfg.Routing.Language, a, a.Kind, cfg.Accounts.Get(a.Account))
	fmt.Fprintf(w, "%s\n  %s, %s, since %s", m.Title, a.ID, a.State, a.Since)
	if a.Owner != "" {
		fmt.Fprintf(w, ", of %s", a.Owner)
	}
	if e := a.Answer(); e != nil {
		fmt.Fprintf(w, ", answered by %s on %s", e.By, e.Time.In(cfg.Calendar.Location).Format(time.DateOnly))
	}
	if a.Label != "" {
		fmt.Fprintf(w, ", %s", message.LabelText(message.English, a.Label))
	}
	if a.Until != nil {
		fmt.Fprintf(w, ", sleeps until %s", a.Until.In(cfg.Calendar.Location).Format(time.DateOnly))
	}
	fmt.Fprintln(w)
}

// labelsOf summarizes the labels of the alerts; empty without labels.
func labelsOf(n map[signals.Label]int) string {
	labelled := 0
	var parts []string
	for _, l := range signals.Labels {
		if n[l] > 0 {
			labelled += n[l]
			parts = append(parts, fmt.Sprintf("%d %s", n[l], l))
		}
	}
	if parts == nil {
		return ""
	}
	return fmt.Sprintf(", %d labelled: %s", labelled, strings.Join(parts, ", "))
}

package expect

import (
	"cmp"
	"fmt"
	"strings"

	"firstsign/detector"
)

// String says what is expected.
func (e *Expectation) String() string {
	group, subject, not, _ := e.About()
	s := "want "
	if not {
		s = "want no "
	}
	s += map[Group]string{Alerts: "alert about ", Neglects: "neglect of ", Feeds: "failure of feed "}[group] + subject
	if group == Feeds && subject == Anything {
		s = "want no failure of any feed"
	}
	say := func(before string, word any) {
		if text := fmt.Sprint(word); text != "" && text != "1970-01-01" {
			s += before + text
		}
	}
	say(" from ", e.From)
	say(" until ", e.Until)
	say(" by ", e.By)
	say(", not before ", e.NotBefore)
	say(", ", e.Kind)
	for i := range e.Because {
		say(", because of ", &e.Because[i])
	}
	say(", verdict ", e.Verdict)
	say(", grade ", e.Grade)
	say(", severity ", e.Severity)
	say(", to ", e.To)
	say(", on ", e.Channel)
	return s
}

// String names the reason by the fields that are given.
func (b *Because) String() string {
	return reasonText(&detector.Reason{Signal: b.Signal, Contact: b.Contact, Term: b.Term, Rule: b.Rule})
}

func reasonText(r *detector.Reason) string {
	var words []string
	if r.Rule != "" {
		words = append(words, fmt.Sprintf("rule %q", r.Rule))
	}
	switch {
	case r.Signal != "" && r.Contact != "":
		words = append(words, r.Signal+" of "+r.Contact)
	case r.Signal != "" || r.Contact != "":
		words = append(words, r.Signal+r.Contact)
	}
	if r.Term != "" && r.Term != detector.Rule {
		words = append(words, "("+string(r.Term)+")")
	}
	return strings.Join(words, " ")
}

// reasons lists the reasons that were given, after "but".
func reasons(list []detector.Reason) string {
	if len(list) == 0 {
		return ""
	}
	texts := make([]string, len(list))
	for i := range list {
		texts[i] = reasonText(&list[i])
	}
	return " but " + strings.Join(texts, ", ")
}

func deliveries(list []Delivery) string {
	if len(list) == 0 {
		return "nobody"
	}
	var texts []string
	seen := map[string]bool{}
	for _, d := range list {
		who := fmt.Sprintf("%s (%s)", cmp.Or(d.To, "nobody's account"), d.Channel)
		if !seen[who] {
			texts = append(texts, who+" on "+d.Day.String())
		}
		seen[who] = true
	}
	return strings.Join(texts, ", ")
}

// String says how near an account came to an alert.
func (p Peak) String() string {
	if p.Risk == 0 {
		return "and its risk was never above 0"
	}
	return fmt.Sprintf("its highest risk was %.3g on %s, and %.3g raises one", p.Risk, p.Day, p.Threshold)
}

// mostShown is how many other notifications are listed.
const mostShown = 5

// listNotifications lists what came instead, each with its mismatch if given.
func listNotifications(list []*Notification, faults []string) string {
	var b strings.Builder
	b.WriteString("; this came:")
	for i, t := range list {
		if i == mostShown {
			fmt.Fprintf(&b, "\n... and %d more", len(list)-i)
			break
		}
		fmt.Fprintf(&b, "\n%s %s: %s", t.Day, t.Kind, t.Title)
		if faults != nil {
			fmt.Fprintf(&b, " [%s]", faults[i])
		}
	}
	return b.String()
}

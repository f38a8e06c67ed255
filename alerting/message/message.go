package message

import (
	"fmt"
	"slices"
	"strings"

	"firstsign/accounts"
	"firstsign/detector"
)

// Text is what a person reads.
type Text struct {
	Title string // the headline, one line
	Body  string // everything, with the headline as its first line
	// Advice is the line of the body that says what to do; empty without one. Header are
	// the lines that say what the account is worth and how serious it is: a page that
	// shows that beside the text leaves them out.
	Advice string
	Header []string
	// Cut is the line that stands where a channel had to cut the body.
	Cut string
}

// maxReasons is how many reasons a message shows: what a person reads on a
// phone without scrolling. The rest is counted.
const maxReasons = 8

// ReasonText is a reason in plain words; who is the name of its contact.
func ReasonText(l Language, r *detector.Reason, who string) string {
	t := l.translator()
	return t.finish(capital(t.reason(r, clean(who))))
}

// SeriesText names what moved in a reason, such as "Li Wei's calls"; who is the name of
// its contact.
func SeriesText(l Language, r *detector.Reason, who string) string {
	t := l.translator()
	return t.finish(t.series(r, clean(who)))
}

// Render writes the message about one event of an alert.
func Render(l Language, f *Facts) Text {
	t := l.translator()
	groups := groupsOf(f.Reasons)
	what := headline(t, f.foremost(groups.strongest(f.Kind)), f.Known)
	if f.AsTold != 0 && f.Kind.Raises() {
		what = t.asTold(what, f.AsTold)
	}
	title := capital(t.title(f, what))
	lines, advice, header := []string{title}, "", []string(nil)
	switch {
	case f.Account == "":
		lines = append(lines, t.feed(f))
	case !f.Kind.Raises():
		lines = append(lines, t.ended(f))
	default:
		header = append(header, t.facts(f))
		if f.Known != nil {
			header = append(header, t.stake(f))
		}
		advice = f.advice(t, &groups)
		lines = append(lines, header[0])
		lines = append(lines, body(t, f, &groups, advice, header)...)
	}
	text := textOf(t, title, lines)
	text.Advice = t.finish(advice)
	for _, line := range header {
		text.Header = append(text.Header, t.finish(line))
	}
	return text
}

// SayTheSame tells whether the headline of a raise says what that of the raise before said.
func SayTheSame(before, now *Facts) bool {
	t := English.translator()
	what := func(f *Facts) string {
		groups := groupsOf(f.Reasons)
		return headline(t, f.foremost(groups.strongest(f.Kind)), nil)
	}
	return before.Verdict == now.Verdict && what(before) == what(now)
}

// advice is what to do; empty when there is nothing.
func (f *Facts) advice(t translator, groups *reasonGroups) string {
	steps := f.steps(groups)
	if len(steps) == 0 {
		return ""
	}
	return t.advice(steps, personToMeet(steps[0], groups.theirs, f.Known))
}

// body is what stands below the headline and the line of facts when an account
// is raised.
func body(t translator, f *Facts, groups *reasonGroups, advice string, header []string) (lines []string) {
	if form := t.verdict(f.Verdict); form != "" {
		noted := ""
		if f.ShareNoted != 0 {
			noted = t.shareNoted(f.ShareNoted)
		}
		lines = append(lines, fmt.Sprintf(form, noted))
	}
	if len(header) > 1 && header[1] != "" {
		lines = append(lines, header[1])
	}
	lines = append(lines, section(t, t.phrases().moved, groups.theirs, f.Known)...)
	lines = append(lines, section(t, t.phrases().ours, groups.ours, f.Known)...)
	lines = append(lines, section(t, t.phrases().complaints, groups.complaints, f.Known)...)
	if advice != "" {
		lines = append(lines, "", advice)
	}
	switch {
	case f.Kind.AboutCare():
		lines = append(lines, t.phrases().neglectClears)
	case groups.sign() != nil:
		lines = append(lines, t.clears(groups.sign()))
	}
	if f.SeasonUnknown && slices.ContainsFunc(groups.theirs, seasonal) {
		lines = append(lines, t.phrases().season)
	}
	return lines
}

func textOf(t translator, title string, lines []string) Text {
	return Text{Title: t.finish(title), Body: t.finish(strings.Join(lines, "\n")), Cut: t.phrases().cut}
}

// seasonal tells whether a yearly pattern could look like a reason. It cannot
// look like what somebody wrote in the files, or in a rule.
func seasonal(r *detector.Reason) bool { return r.Term != detector.Mark && r.Term != detector.Rule }

// RenderDigest writes one message about several alerts: all of accounts, or all
// of feeds.
func RenderDigest(l Language, alerts []*Facts) Text {
	t := l.translator()
	care := slices.ContainsFunc(alerts, func(f *Facts) bool { return f.Kind.AboutCare() })
	title, introduction := t.digest(len(alerts), len(alerts) > 0 && alerts[0].Account == "", care)
	lines := []string{title, introduction, ""}
	for _, f := range alerts {
		groups := groupsOf(f.Reasons)
		what := headline(t, groups.strongest(f.Kind), f.Known)
		if f.Kind.AboutCare() {
			what = t.neglected(what)
		}
		lines = append(lines, "- "+capital(t.item(f, what)))
	}
	return textOf(t, title, lines)
}

func headline(t translator, r *detector.Reason, account *accounts.Account) string {
	if r == nil {
		return ""
	}
	what := t.head(r, contactName(account, r.Contact))
	if often := r.Term == detector.Incident || r.Term == detector.Rule && r.Without == ""; often && r.To > 1 {
		return t.often(what, r)
	}
	return what
}

func section(t translator, head string, reasons []*detector.Reason, account *accounts.Account) []string {
	if len(reasons) == 0 {
		return nil
	}
	lines := []string{"", head}
	for i, r := range reasons {
		if i == maxReasons {
			lines = append(lines, "- "+t.more(len(reasons)-i))
			break
		}
		lines = append(lines, "- "+capital(t.reason(r, contactName(account, r.Contact))))
	}
	return lines
}

package alerting

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"firstsign/accounts"
	"firstsign/detector"
	"firstsign/signals"
)

// Language of messages and lines.
type Language string

// The languages.
const (
	English Language = "en"
	Chinese Language = "zh"
)

// Languages lists every language; the first is the default.
var Languages = []Language{English, Chinese}

// Message is what a channel carries to a person.
type Message struct {
	ID       string // of the delivery; the same message again has the same ID
	Title    string // the headline, one line
	Text     string // everything, the headline as its first line
	Severity Severity
	// Answer is the last line: the link under which the reader can answer, in the
	// reader's name. So a log must not hold it. Empty when there is none.
	Answer string
}

// announce begins the headline.
func (m *Message) announce(words string) {
	m.Title, m.Text = words+m.Title, words+m.Text
}

// insert puts lines below the headline.
func (m *Message) insert(lines ...string) {
	if len(lines) > 0 {
		head, rest, _ := strings.Cut(m.Text, "\n")
		m.Text = head + "\n" + strings.Join(lines, "\n") + "\n" + rest
	}
}

// maxReasons is how many reasons a message shows: what a person reads on a
// phone without scrolling. The rest is counted.
const maxReasons = 8

// tongue says things in one language. Names are cleaned before they get here.
type tongue interface {
	// reason is one series' part: what moved, from what to what, since when.
	// who is the contact's name, empty for the account's own series.
	reason(r *detector.Reason, who string) string
	// head is the same without the when, for a headline.
	head(r *detector.Reason, who string) string
	// title is the headline of an event; what is the head of the first reason.
	title(a *Alert, kind detector.FindingKind, name, what string) string
	// facts is the line of grade, severity, start and rarity.
	facts(a *Alert) string
	// verdict says what a fall means; empty when nobody knows.
	verdict(v detector.Verdict) string
	// stake is the line of what the account is worth to us, and where we stand with it;
	// empty when the files do not say.
	stake(a *Alert, account *accounts.Account) string
	// advice is what to do; who is the person to meet, empty when nobody is known.
	advice(steps []step, who string) string
	// feed is the body about a feed; ended what is said about an ended episode.
	feed(a *Alert, kind detector.FindingKind) string
	ended(a *Alert, kind detector.FindingKind) string
	// neglected is the headline of what we owe an account, in a digest.
	neglected(what string) string
	// clears says when an alert ends by itself.
	clears(r *detector.Reason) string
	more(n int) string
	// digest is its headline and what comes before the items: feeds, accounts that
	// drift, or with care also such as we neglect.
	digest(n int, feeds, care bool) (title, introduction string)
	// item is one alert in a digest.
	item(a *Alert, name, what string, account *accounts.Account) string
	phrases() *phrases
	// finish is the last touch to a whole text.
	finish(s string) string
}

// phrases are sentences without parts.
type phrases struct {
	moved, ours, season string
	lane                string // complaints that wait
	careClears          string // when a neglect ends
}

func (l Language) tongue() tongue {
	if l == Chinese {
		return chinese{}
	}
	return english{}
}

// ReasonText is a reason in plain words; who is the name of its contact.
func ReasonText(l Language, r *detector.Reason, who string) string {
	t := l.tongue()
	return t.finish(capital(t.reason(r, clean(who))))
}

// DateText is a day as messages write it.
func DateText(l Language, d signals.Day) string {
	if l == Chinese {
		return chineseDate(d)
	}
	return englishDate(d)
}

// Render writes the message about one event of an alert. account is what the
// directory knows of it at this moment; nil when it knows nothing.
func Render(l Language, a *Alert, kind detector.FindingKind, account *accounts.Account) Message {
	t := l.tongue()
	of := sorted(a.Reasons)
	title := capital(t.title(a, kind, nameOf(a, account), headline(t, a.foremost(of.strongest(kind)), account)))
	lines := []string{title}
	switch {
	case a.Account == "":
		lines = append(lines, t.feed(a, kind))
	case !raises(kind):
		lines = append(lines, t.ended(a, kind))
	default:
		lines = append(lines, t.facts(a))
		if v := t.verdict(a.Verdict); v != "" {
			lines = append(lines, v)
		}
		if account != nil {
			if s := t.stake(a, account); s != "" {
				lines = append(lines, s)
			}
		}
		lines = append(lines, section(t, t.phrases().moved, of.theirs, account)...)
		lines = append(lines, section(t, t.phrases().ours, of.ours, account)...)
		lines = append(lines, section(t, t.phrases().lane, of.lane, account)...)
		if steps := a.steps(kind, &of); len(steps) > 0 {
			lines = append(lines, "", t.advice(steps, personToMeet(steps[0], of.theirs, account)))
		}
		switch {
		case ofCare(kind):
			lines = append(lines, t.phrases().careClears)
		case of.sign() != nil:
			lines = append(lines, t.clears(of.sign()))
		}
		if a.SeasonUnknown && slices.ContainsFunc(of.theirs, seasonal) {
			lines = append(lines, t.phrases().season)
		}
	}
	return Message{Title: t.finish(title), Text: t.finish(strings.Join(lines, "\n")), Severity: a.Severity}
}

// seasonal tells whether a yearly pattern could look like a reason: not like what
// somebody wrote in the files, or in a rule.
func seasonal(r *detector.Reason) bool { return r.Term != detector.Mark && r.Term != detector.Rule }

// RenderDigest writes one message about several alerts: all of accounts, or all
// of feeds.
func RenderDigest(l Language, alerts []*Alert, account func(id string) *accounts.Account) Message {
	t := l.tongue()
	care := slices.ContainsFunc(alerts, func(a *Alert) bool { return ofCare(a.Kind) })
	title, introduction := t.digest(len(alerts), len(alerts) > 0 && alerts[0].Account == "", care)
	lines := []string{title, introduction, ""}
	severity := Warning
	for _, a := range alerts {
		known := account(a.Account)
		of := sorted(a.Reasons)
		what := headline(t, of.strongest(a.Kind), known)
		if ofCare(a.Kind) {
			what = t.neglected(what)
		}
		lines = append(lines, "- "+capital(t.item(a, nameOf(a, known), what, known)))
		if a.Severity == Critical {
			severity = Critical
		}
	}
	return Message{Title: t.finish(title), Text: t.finish(strings.Join(lines, "\n")), Severity: severity}
}

// ruled tells whether it is a rule that counts: then nobody knows how rare it
// is.
func ruled(a *Alert) bool {
	of := sorted(a.Reasons)
	sign := of.sign()
	return sign != nil && (sign.Term == detector.Rule || sign.Term == detector.Mark)
}

func headline(t tongue, r *detector.Reason, account *accounts.Account) string {
	if r == nil {
		return ""
	}
	return t.head(r, contactName(account, r.Contact))
}

func section(t tongue, head string, reasons []*detector.Reason, account *accounts.Account) []string {
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

// parts are reasons by where they stand in a message.
type parts struct {
	theirs, ours []*detector.Reason
	lane         []*detector.Reason // the service lane: complaints that wait
}

func sorted(reasons []detector.Reason) (p parts) {
	for i := range reasons {
		switch r := &reasons[i]; {
		case isWait(r):
			p.lane = append(p.lane, r)
		case r.Side == detector.Ours:
			p.ours = append(p.ours, r)
		default:
			p.theirs = append(p.theirs, r)
		}
	}
	return p
}

// strongest is the reason for the headline, nil when there is none: what they
// did, and only of a neglect what our side did.
func (p *parts) strongest(kind detector.FindingKind) *detector.Reason {
	if !ofCare(kind) {
		return p.sign()
	}
	if list := p.missed(); len(list) > 0 {
		return list[0]
	}
	return nil
}

// sign is the strongest of theirs, nil when there is none.
func (p *parts) sign() *detector.Reason {
	if i := slices.IndexFunc(p.theirs, (*detector.Reason).Sign); i >= 0 {
		return p.theirs[i]
	}
	return nil
}

func nameOf(a *Alert, account *accounts.Account) string {
	switch {
	case a.Account == "" && a.Source == "":
		return "(no source)"
	case a.Account == "":
		return clean(a.Source)
	case account != nil && account.Name != "":
		return clean(account.Name)
	case a.Name != "":
		return clean(a.Name)
	}
	return clean(a.Account)
}

func contactName(account *accounts.Account, id string) string {
	if account != nil {
		for _, c := range account.Contacts {
			if c.ID == id && c.Name != "" {
				return clean(c.Name)
			}
		}
	}
	return clean(id)
}

// maxName is the longest name that is shown, in characters.
const maxName = 60

// clean makes a foreign name safe to show: one line, no control or invisible
// formatting characters, not endless.
func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r), r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, s)
	s = strings.Join(strings.Fields(s), " ")
	if runes := []rune(s); len(runes) > maxName {
		return string(runes[:maxName-1]) + "…"
	}
	return s
}

// capital begins a sentence. Names keep their own spelling: only words of our
// own can stand first in lower case.
func capital(s string) string {
	first, _, _ := strings.Cut(s, " ")
	if ownWords[strings.TrimSuffix(first, ":")] {
		return strings.ToUpper(s[:1]) + s[1:]
	}
	return s
}

// ownWords can begin an English sentence of ours.
var ownWords = func() map[string]bool {
	own := map[string]bool{"after": true, "no": true, "on": true, "only": true, "our": true, "they": true, "warning": true, "critical": true, "complaint": true, "invited": true}
	for _, w := range words {
		first, _, _ := strings.Cut(w.en, " ")
		own[first] = true
	}
	return own
}()

// pair writes two numbers with as many decimals as tell them apart.
func pair(from, to float64) (string, string) {
	for decimals := leastDecimals(from, to); ; decimals++ {
		f, t := number(from, decimals), number(to, decimals)
		if f != t || from == to || decimals >= 6 {
			return f, t
		}
	}
}

// leastDecimals that are worth reading at this size.
func leastDecimals(from, to float64) int {
	switch m := max(math.Abs(from), math.Abs(to)); {
	case m >= 20:
		return 0
	case m >= 1:
		return 1
	}
	return 2
}

// number writes x with at most so many decimals and thousands set apart.
func number(x float64, decimals int) string {
	s := strconv.FormatFloat(x, 'f', decimals, 64)
	whole, fraction, _ := strings.Cut(s, ".")
	fraction = strings.TrimRight(fraction, "0")
	sign := ""
	if whole[0] == '-' {
		sign, whole = "-", whole[1:]
	}
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if fraction != "" {
		whole += "." + fraction
	}
	if whole == "0" {
		return whole
	}
	return sign + whole
}

// span is a stretch of time in the unit people would use.
type span struct {
	n    int
	unit int // 0 days, 1 weeks, 2 months, 3 years
}

// spanOf rounds days to two figures at most in a fitting unit.
func spanOf(days float64) span {
	const month, year = 30.44, 365.25
	switch {
	case days < 13.5:
		return span{max(1, int(math.Round(days))), 0}
	case days < 59:
		return span{int(math.Round(days / 7)), 1}
	case days < 1.95*year:
		return span{int(math.Round(days / month)), 2}
	}
	years := days / year
	if years >= 100 {
		scale := math.Pow(10, math.Floor(math.Log10(years))-1)
		years = math.Round(years/scale) * scale
	}
	return span{int(math.Round(years)), 3}
}

// MostYears bounds what is said of rarity: what is rarer was never measured.
const MostYears = 50

// hardlyEver is the usual pause, in days, of what is as good as never seen.
const hardlyEver = 1000 * 365

func date(d signals.Day) (year int, month, day int) {
	s := d.String() // 2006-01-02
	day, _ = strconv.Atoi(s[len(s)-2:])
	month, _ = strconv.Atoi(s[len(s)-5 : len(s)-3])
	year, _ = strconv.Atoi(s[:len(s)-6])
	return year, month, day
}

// usualPause is how many days lie between two incidents when from of them are
// usual in a window; 0 when none was ever seen.
func usualPause(r *detector.Reason) float64 {
	if r.From <= 0 {
		return 0
	}
	return float64(r.Window) / r.From
}

// percentLess is the fall from to in percent.
func percentLess(from, to float64) int {
	if from <= 0 {
		return 0
	}
	return int(math.Round((from - to) / from * 100))
}

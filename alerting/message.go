package alerting

import (
	"strings"
	"time"

	"firstsign/accounts"
	"firstsign/alerting/message"
	"firstsign/detector"
	"firstsign/internal/shown"
)

// Message is what a channel carries to a person. No name in it turns the direction
// of writing, see internal/shown.
type Message struct {
	ID       string // of the delivery; the same message again has the same ID
	Title    string // the headline, one line
	Text     string // everything, the headline as its first line
	Severity Severity
	// Advice is the line of Text that says what to do; empty without one.
	Advice string
	// Header are the lines of Text that say what the account is worth and how serious it
	// is. A page that shows that beside the text leaves them out.
	Header []string
	// Answer is the last line: the link under which the reader can answer, in the
	// reader's name. So a log must not hold it. Empty when there is none.
	Answer string
	// Button is the same link for channels that have buttons. Without a URL there is none.
	Button Button
	// Picture of the series that moved, for channels that carry one; nil when there is none.
	Picture *Picture
	// Cut is the line that stands where a channel had to cut Text.
	Cut string
}

// Picture is a series beside its habit, as it was when the alert was raised.
type Picture struct {
	Series *detector.Pictured
	message.Picture
}

// Button is a link with the words on it.
type Button struct{ Text, URL string }

func newMessage(t message.Text, s Severity) Message {
	m := Message{Title: shown.Text(t.Title), Text: shown.Text(t.Body), Advice: shown.Text(t.Advice), Severity: s, Cut: t.Cut}
	for _, line := range t.Header {
		m.Header = append(m.Header, shown.Text(line))
	}
	return m
}

// announce begins the headline.
func (m *Message) announce(words string) {
	m.Title, m.Text = words+m.Title, words+m.Text
}

// insert puts lines below the headline.
func (m *Message) insert(lines ...string) {
	if len(lines) > 0 {
		head, rest, _ := strings.Cut(m.Text, "\n")
		m.Text = head + "\n" + shown.Text(strings.Join(lines, "\n")) + "\n" + rest
	}
}

// Render writes the message about one event of an alert. account is what the
// directory knows of it at this moment; nil when it knows nothing.
func Render(l message.Language, a *Alert, kind detector.FindingKind, account *accounts.Account) Message {
	m := newMessage(message.Render(l, a.facts(kind, account)), a.Severity)
	if a.Pictured != nil && kind.Raises() {
		words := message.RenderPicture(l, a.Pictured, a.Reasons, account)
		m.Picture = &Picture{a.Pictured, message.Picture{Alt: shown.Text(words.Alt), Legend: shown.Text(words.Legend)}}
	}
	return m
}

// Present is what the detector says of an account now.
type Present struct {
	Reasons []detector.Reason // strongest first
	Risk    float64           // in account-years
	History int               // days of the account that are known
	Now     time.Time
}

// RenderPresent writes what a message would say if the alert were raised now.
func RenderPresent(l message.Language, a *Alert, p *Present, account *accounts.Account) Message {
	now := *a
	now.Reasons, now.Risk, now.HistoryDays = p.Reasons, p.Risk, p.History
	f := now.facts(a.Kind, account)
	f.Raised, f.AtRisk = p.Now, a.AtRisk
	return newMessage(message.Render(l, f), a.Severity)
}

// RenderDigest writes one message about several alerts: all of accounts, or all
// of feeds.
func RenderDigest(l message.Language, alerts []*Alert, account func(id string) *accounts.Account) Message {
	all, severity := make([]*message.Facts, len(alerts)), Warning
	for i, a := range alerts {
		all[i] = a.facts(a.Kind, account(a.Account))
		if a.Severity == Critical {
			severity = Critical
		}
	}
	return newMessage(message.RenderDigest(l, all), severity)
}

// facts are what a message says about the alert.
func (a *Alert) facts(kind detector.FindingKind, account *accounts.Account) *message.Facts {
	f := &message.Facts{
		Kind: kind, Account: a.Account, Source: a.Source, Name: a.Name, Grade: a.Grade, Critical: a.Severity == Critical,
		Since: a.Since, Raised: a.RaisedLast(), Risk: a.Risk, History: a.HistoryDays, Verdict: a.Verdict, ShareNoted: a.ShareNoted, Reasons: a.Reasons,
		SeasonUnknown: a.SeasonUnknown, NewLevel: a.NewLevel, Moved: a.Moved, IDs: a.IDs, Returns: a.Earlier != nil, AsTold: a.AsTold, Known: account,
	}
	f.Worth, f.AtRisk = a.value(account)
	if a.Earlier == nil || kind == detector.RaisedAgain { // then the reasons begin with what is new since it was told last
		return f
	}
	for i := range f.Reasons {
		if r := &f.Reasons[i]; a.Earlier.isNew(r) {
			f.New = append(f.New, r)
		}
	}
	return f
}

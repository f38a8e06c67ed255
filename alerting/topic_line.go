package alerting

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"time"

	"firstsign/accounts"
	"firstsign/alerting/message"
	"firstsign/detector"
	"firstsign/signals"
)

// TopicSchema is the JSON Schema of the records of the topic of alerts: a TopicFinding or a
// TopicAnswer.
//
//go:embed topic.schema.json
var TopicSchema []byte

// TopicFinding is a record of the topic of alerts that tells of a finding, and one line of
// "backtest --alerts". Fields may be added; none changes its meaning.
type TopicFinding struct {
	// Time is when it was found: the end of the day that was judged, or the record that
	// brought it.
	Time string `json:"time"`
	// Account is empty for a failure of a source.
	Account string `json:"account"`
	// ID of the alert. Every record about the same episode or failure has it.
	ID string `json:"id"`
	// Kind of finding. Those that only end an alert are not on the topic.
	Kind detector.FindingKind `json:"kind"`
	// Risk is how rarely a healthy account looks as unusual: once in so many account-years.
	Risk float64 `json:"risk"`
	// Grade of the account at that time.
	Grade accounts.Grade `json:"grade,omitempty"`
	// Source that failed; of records that name none it is empty.
	Source string `json:"source,omitempty"`
	// Since is the first day of the episode or the failure.
	Since string `json:"since"`
	// Verdict says what a fall of purchases means, where our share is known.
	Verdict detector.Verdict `json:"verdict,omitempty"`
	// ShareNoted is the day on which our share was noted last.
	ShareNoted signals.Day `json:"share_noted,omitzero"`
	// SeasonUnknown: less than two years are known, so a yearly rhythm is not.
	SeasonUnknown bool `json:"season_unknown,omitempty"`
	// IDs are the numbers of a change of many account ids.
	IDs *detector.IDChange `json:"ids,omitempty"`
	// Reasons are what moved, strongest first.
	Reasons []TopicReason `json:"reasons"`
}

// TopicReason is one reason of a TopicFinding.
type TopicReason struct {
	// Text is the reason in a sentence, in the language of messages.
	Text   string `json:"text"`
	Signal string `json:"signal"`
	// Contact is the person whose series it is; none: the account's.
	Contact string `json:"contact,omitempty"`
	// Side is who acts: theirs, or ours.
	Side detector.Side `json:"side"`
	// Term is how the series was judged.
	Term detector.Term `json:"term"`
	// Window is how many days were judged.
	Window int `json:"window"`
	// From is what is usual, and To what was seen: a week for counts and amounts, the mean
	// for scores, days for a silence, occurrences for bad news.
	From float64 `json:"from"`
	To   float64 `json:"to"`
	// Since is the day of the last contact where nothing came since, else the first day of
	// the window.
	Since string `json:"since"`
	// Older: the last contact was before Since.
	Older bool `json:"older,omitempty"`
	// Evidence in nats. Of a rule it is 0: nobody knows how rare it is.
	Evidence float64 `json:"evidence"`
	// Peers: From is usual among comparable accounts, because this one is new.
	Peers bool `json:"peers,omitempty"`
	// Rule is the name of the rule beside the statistics that raised it.
	Rule string `json:"rule,omitempty"`
	// Without is what has not come since.
	Without string `json:"without,omitempty"`
	// Rival is the competitor that was named, as words.yaml has the name; several have " / "
	// between them.
	Rival string `json:"rival,omitempty"`
}

// TopicLine is the JSON line of a finding, without a line break. It is nil for
// findings that only end an alert. It depends on the finding and the language
// alone, so a replay writes the same bytes.
func TopicLine(f *detector.Finding, l message.Language) ([]byte, error) {
	if !f.Kind.Raises() {
		return nil, nil
	}
	out := TopicFinding{
		Time: time.Unix(0, f.Time).UTC().Format(time.RFC3339Nano), Account: f.Account, ID: f.ID, Kind: f.Kind,
		Risk: f.Risk, Grade: f.Grade, Source: f.Source, Since: f.Since.String(), Verdict: f.Verdict, ShareNoted: f.ShareNoted,
		SeasonUnknown: f.SeasonUnknown, IDs: f.IDs,
		Reasons: make([]TopicReason, len(f.Reasons)),
	}
	for i := range f.Reasons {
		r := &f.Reasons[i]
		out.Reasons[i] = TopicReason{
			Text: message.ReasonText(l, r, r.Contact), Signal: r.Signal, Contact: r.Contact, Side: r.Side, Term: r.Term,
			Window: r.Window, From: r.From, To: r.To, Since: r.Since.String(), Older: r.Older, Evidence: r.Evidence,
			Peers: r.Peers, Rule: r.Rule, Without: r.Without, Rival: r.Rival,
		}
	}
	b, err := encodeLine(out)
	if err != nil {
		return nil, fmt.Errorf("line of finding %s: %w", f.ID, err)
	}
	return b, nil
}

// TopicAnswer is a record of the topic of alerts that tells of a person's answer.
type TopicAnswer struct {
	Time time.Time `json:"time"`
	// Account is empty for a failure of a source.
	Account string `json:"account"`
	// ID of the alert that was answered.
	ID   string               `json:"id"`
	Kind detector.FindingKind `json:"kind"`
	// By is who answered.
	By string `json:"by"`
	// Until is when a snooze ends.
	Until *time.Time `json:"until,omitempty"`
	// Of is the time of the raise that was answered.
	Of *time.Time `json:"of,omitempty"`
	// Label is what the alert was.
	Label signals.Label `json:"label,omitempty"`
	// Source of an alert about a source.
	Source string `json:"source,omitempty"`
	// To is to whom the alert was assigned; empty: to nobody.
	To string `json:"to,omitempty"`
	// Text of a note.
	Text string `json:"text,omitempty"`
}

// answerLine is the JSON line of an answer.
func answerLine(a *Alert, e *Event) ([]byte, error) {
	b, err := encodeLine(TopicAnswer{e.Time, a.Account, a.ID, e.Kind, e.By, e.Until, e.Of, e.Label, a.Source, e.To, e.Text})
	if err != nil {
		return nil, fmt.Errorf("line of an answer to alert %s: %w", a.ID, err)
	}
	return b, nil
}

// encodeLine encodes without escaping for HTML, so names stay as they are written.
func encodeLine(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

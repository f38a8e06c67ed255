package alerting

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"firstsign/accounts"
	"firstsign/alerting/message"
	"firstsign/detector"
	"firstsign/signals"
)

// topicLine is one record of the topic of alerts, and one line of
// "backtest --alerts".
type topicLine struct {
	Time          string               `json:"time"`
	Account       string               `json:"account"`
	ID            string               `json:"id"`
	Kind          detector.FindingKind `json:"kind"`
	Risk          float64              `json:"risk"`
	Grade         accounts.Grade       `json:"grade,omitempty"`
	Source        string               `json:"source,omitempty"`
	Since         string               `json:"since"`
	Verdict       detector.Verdict     `json:"verdict,omitempty"`
	ShareNoted    signals.Day          `json:"share_noted,omitzero"`
	SeasonUnknown bool                 `json:"season_unknown,omitempty"`
	IDs           *detector.IDChange   `json:"ids,omitempty"`
	Reasons       []topicReason        `json:"reasons"`
}

type topicReason struct {
	Text     string        `json:"text"`
	Signal   string        `json:"signal"`
	Contact  string        `json:"contact,omitempty"`
	Side     detector.Side `json:"side"`
	Term     detector.Term `json:"term"`
	Window   int           `json:"window"`
	From     float64       `json:"from"`
	To       float64       `json:"to"`
	Since    string        `json:"since"`
	Older    bool          `json:"older,omitempty"`
	Evidence float64       `json:"evidence"`
	Peers    bool          `json:"peers,omitempty"`
	Rule     string        `json:"rule,omitempty"`
	Without  string        `json:"without,omitempty"`
}

// TopicLine is the JSON line of a finding, without a line break. It is nil for
// findings that only end an alert. It depends on the finding and the language
// alone, so a replay writes the same bytes.
func TopicLine(f *detector.Finding, l message.Language) ([]byte, error) {
	if !f.Kind.Raises() {
		return nil, nil
	}
	out := topicLine{
		Time: time.Unix(0, f.Time).UTC().Format(time.RFC3339Nano), Account: f.Account, ID: f.ID, Kind: f.Kind,
		Risk: f.Risk, Grade: f.Grade, Source: f.Source, Since: f.Since.String(), Verdict: f.Verdict, ShareNoted: f.ShareNoted,
		SeasonUnknown: f.SeasonUnknown, IDs: f.IDs,
		Reasons: make([]topicReason, len(f.Reasons)),
	}
	for i := range f.Reasons {
		r := &f.Reasons[i]
		out.Reasons[i] = topicReason{
			Text: message.ReasonText(l, r, r.Contact), Signal: r.Signal, Contact: r.Contact, Side: r.Side, Term: r.Term,
			Window: r.Window, From: r.From, To: r.To, Since: r.Since.String(), Older: r.Older, Evidence: r.Evidence,
			Peers: r.Peers, Rule: r.Rule, Without: r.Without,
		}
	}
	b, err := encodeLine(out)
	if err != nil {
		return nil, fmt.Errorf("line of finding %s: %w", f.ID, err)
	}
	return b, nil
}

// topicAnswer is an answer on the topic of alerts.
type topicAnswer struct {
	Time    time.Time            `json:"time"`
	Account string               `json:"account"`
	ID      string               `json:"id"`
	Kind    detector.FindingKind `json:"kind"`
	By      string               `json:"by"`
	Until   *time.Time           `json:"until,omitempty"`
	Of      *time.Time           `json:"of,omitempty"` // time of the raise that was answered
	Label   signals.Label        `json:"label,omitempty"`
	Source  string               `json:"source,omitempty"`
	To      string               `json:"to,omitempty"`   // to whom it was assigned; none: to nobody
	Text    string               `json:"text,omitempty"` // of a note
}

// answerLine is the JSON line of an answer.
func answerLine(a *Alert, e *Event) ([]byte, error) {
	b, err := encodeLine(topicAnswer{e.Time, a.Account, a.ID, e.Kind, e.By, e.Until, e.Of, e.Label, a.Source, e.To, e.Text})
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

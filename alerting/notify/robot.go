package notify

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"

	"firstsign/alerting"
)

// robot is a robot of a chat group. It refuses with status 200 and a code in its answer.
type robot struct {
	name       string // of its service
	code, text string // the fields of its answer; code 0: it has taken the message
}

// maxReply bounds what is read of an answer.
const maxReply = 64 << 10

// post sends a message and waits until the robot has taken it.
func (r *robot) post(url string, message any) error {
	var body bytes.Buffer
	encoder := json.NewEncoder(&body)
	encoder.SetEscapeHTML(false) // services count bytes
	if err := encoder.Encode(message); err != nil {
		return err
	}
	resp, err := http.Post(url, "application/json; charset=utf-8", &body)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	switch resp.StatusCode {
	case http.StatusOK:
	case http.StatusBadRequest, http.StatusRequestEntityTooLarge: // gateways in front of a robot check messages, too
		said, _ := io.ReadAll(io.LimitReader(resp.Body, maxReply))
		return &refusal{fmt.Sprintf("%s answers %d: %s", r.name, resp.StatusCode, said)}
	default:
		return fmt.Errorf("%s answers %s", r.name, resp.Status)
	}
	var reply map[string]any
	err = json.NewDecoder(io.LimitReader(resp.Body, maxReply)).Decode(&reply)
	code, ok := reply[r.code].(float64)
	switch {
	case err != nil || !ok:
		return errors.New(r.name + "'s answer cannot be read")
	case code != 0:
		return &refusal{fmt.Sprintf("%s refuses with code %.0f: %v", r.name, code, reply[r.text])}
	}
	return nil
}

// refusal is the error of a service that has read a message and does not take it.
type refusal struct{ text string }

// Error implements error.
func (r *refusal) Error() string { return r.text }

// cardSender sends a card, and what a service refuses as a card as a plain text. Services
// check cards by rules that they do not document, and a text must not be lost by one.
type cardSender struct{ card, plain sender }

// Send implements sender.
func (s *cardSender) Send(m *alerting.Message) error {
	err := s.card.Send(m)
	if refused := (*refusal)(nil); !errors.As(err, &refused) || saysTooFast(refused.text) {
		return err
	}
	if s.plain.Send(m) == nil {
		return nil
	}
	return err
}

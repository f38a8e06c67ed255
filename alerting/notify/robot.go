package notify

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
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
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answers %s", r.name, resp.Status)
	}
	var reply map[string]any
	err = json.NewDecoder(io.LimitReader(resp.Body, maxReply)).Decode(&reply)
	code, ok := reply[r.code].(float64)
	switch {
	case err != nil || !ok:
		return errors.New(r.name + "'s answer cannot be read")
	case code != 0:
		return fmt.Errorf("%s refuses with code %.0f: %v", r.name, code, reply[r.text])
	}
	return nil
}

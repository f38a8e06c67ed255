package notify

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/nicholas-fedor/shoutrrr/pkg/types"
)

// dingtalk is a custom robot of a DingTalk group, dingtalk://TOKEN?secret=SEC...
// shoutrrr has none, and a plain webhook would lose messages: the robot wants
// a nested text and a signature, and refuses with status 200.
// https://open.dingtalk.com/document/orgapp/custom-robots-send-group-messages
type dingtalk struct {
	token, secret string
	now           func() time.Time // the signature holds the time
}

// dingtalkURL takes every robot's messages.
const dingtalkURL = "https://oapi.dingtalk.com/robot/send"

// maxReply bounds what is read of an answer.
const maxReply = 64 << 10

var errDingTalk = errors.New("it reads dingtalk://TOKEN?secret=SEC..., with the access_token of the robot's webhook and, when it signs (加签), the secret")

func newDingTalk(raw string) (*dingtalk, error) {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" || u.Path != "" && u.Path != "/" || u.User != nil {
		return nil, errDingTalk
	}
	q := u.Query()
	secret := q.Get("secret")
	if q.Del("secret"); len(q) > 0 {
		return nil, errDingTalk
	}
	return &dingtalk{u.Host, secret, time.Now}, nil
}

// Send implements sender.
func (d *dingtalk) Send(text string, _ *types.Params) error {
	q := url.Values{"access_token": {d.token}}
	if d.secret != "" {
		at := strconv.FormatInt(d.now().UnixMilli(), 10)
		q.Set("timestamp", at)
		q.Set("sign", d.sign(at))
	}
	var message struct {
		Type string `json:"msgtype"`
		Text struct {
			Content string `json:"content"`
		} `json:"text"`
	}
	message.Type, message.Text.Content = "text", text
	body, err := json.Marshal(&message)
	if err != nil {
		return err
	}
	resp, err := http.Post(dingtalkURL+"?"+q.Encode(), "application/json; charset=utf-8", bytes.NewReader(body))
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	var reply struct {
		Code    *int   `json:"errcode"`
		Message string `json:"errmsg"`
	}
	err = json.NewDecoder(io.LimitReader(resp.Body, maxReply)).Decode(&reply)
	switch {
	case resp.StatusCode != http.StatusOK:
		return fmt.Errorf("DingTalk answers %s", resp.Status)
	case err != nil || reply.Code == nil:
		return errors.New("DingTalk's answer cannot be read")
	case *reply.Code != 0:
		return fmt.Errorf("DingTalk refuses with code %d: %s", *reply.Code, reply.Message)
	}
	return nil
}

// sign is what a robot that signs wants to see: the HMAC-SHA256, under the
// secret, of the time in milliseconds, a line break and the secret.
func (d *dingtalk) sign(at string) string {
	h := hmac.New(sha256.New, []byte(d.secret))
	h.Write([]byte(at + "\n" + d.secret))
	return base64.StdEncoding.EncodeToString(h.Sum(nil))
}

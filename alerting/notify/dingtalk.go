package notify

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/url"
	"strconv"
	"time"

	"firstsign/alerting"
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

var dingtalkRobot = robot{"DingTalk", "errcode", "errmsg"}

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

// dingtalkMost is how many bytes of a text are sent. DingTalk takes 20,000 of a message.
const dingtalkMost = 18000

// dingtalkMarkdown: DingTalk documents no way to write a character of its syntax as itself.
// Only two spaces end a line that another follows.
var dingtalkMarkdown = newDialect(wide, "", "  \n")

// dingtalkMessage is a card with one button (整体跳转 ActionCard), markdown where there is no
// link, or a plain text. DingTalk shows the title in its list of chats only.
type dingtalkMessage struct {
	Type     string            `json:"msgtype"`
	Text     *dingtalkPlain    `json:"text,omitempty"`
	Card     *dingtalkCard     `json:"actionCard,omitempty"`
	Markdown *dingtalkMarkText `json:"markdown,omitempty"`
}

type dingtalkCard struct {
	Title       string `json:"title"`
	Text        string `json:"text"`
	SingleTitle string `json:"singleTitle"`
	SingleURL   string `json:"singleURL"`
}

type dingtalkPlain struct {
	Content string `json:"content"`
}

type dingtalkMarkText struct {
	Title string `json:"title"`
	Text  string `json:"text"`
}

// Send implements sender.
func (d *dingtalk) Send(m *alerting.Message) error {
	text := "### " + dingtalkMarkdown.plain(m.Title) + "\n\n" + dingtalkMarkdown.text(m, dingtalkMost)
	message := dingtalkMessage{Type: "markdown", Markdown: &dingtalkMarkText{m.Title, text}}
	if m.Button.URL != "" {
		message = dingtalkMessage{Type: "actionCard", Card: &dingtalkCard{m.Title, text, m.Button.Text, m.Button.URL}}
	}
	return d.post(message)
}

// dingtalkText sends plain texts.
type dingtalkText struct{ *dingtalk }

// Send implements sender.
func (d dingtalkText) Send(m *alerting.Message) error {
	return d.post(dingtalkMessage{Type: "text", Text: &dingtalkPlain{body(m, limits["dingtalk"])}})
}

func (d *dingtalk) post(message dingtalkMessage) error {
	q := url.Values{"access_token": {d.token}}
	if d.secret != "" {
		at := strconv.FormatInt(d.now().UnixMilli(), 10)
		q.Set("timestamp", at)
		q.Set("sign", d.sign(at))
	}
	return dingtalkRobot.post(dingtalkURL+"?"+q.Encode(), message)
}

// sign is what a robot that signs wants to see: the HMAC-SHA256, under the
// secret, of the time in milliseconds, a line break and the secret.
func (d *dingtalk) sign(at string) string {
	h := hmac.New(sha256.New, []byte(d.secret))
	h.Write([]byte(at + "\n" + d.secret))
	return base64.StdEncoding.EncodeToString(h.Sum(nil))
}

package notify

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"strconv"
	"time"

	"github.com/nicholas-fedor/shoutrrr/pkg/services/chat/lark"

	"firstsign/alerting"
)

// feishu is a custom robot of a Feishu or Lark group, lark://open.feishu.cn/TOKEN?secret=...
// shoutrrr reads the URL; it sends texts to such a robot, and no cards.
// https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot
type feishu struct {
	config *lark.Config
	now    func() time.Time // the signature holds the time
}

var feishuRobot = robot{"Feishu", "code", "msg"}

// takesCards reports whether a URL asks for nothing that a card cannot do: shoutrrr's own
// title and link.
func takesCards(c *lark.Config) bool { return c.Title == "" && c.Link == "" }

func newFeishu(c *lark.Config) *feishu { return &feishu{c, time.Now} }

// feishuMost is how many bytes of a text are sent. Feishu takes 20 KB of a request, in which
// line ends and quotes take two bytes.
const feishuMost = 16000

// feishuMarkdown: Feishu documents that its cards show numbers of HTML as characters. Words
// between two colons are emojis.
// https://open.feishu.cn/document/uAjLw4CM/ukzMukzMukzM/feishu-cards/card-components/content-components/rich-text
var feishuMarkdown = newDialect(entity, ":_", "\n")

type feishuMessage struct {
	Timestamp string     `json:"timestamp,omitempty"`
	Sign      string     `json:"sign,omitempty"`
	Type      string     `json:"msg_type"`
	Card      feishuCard `json:"card"`
}

type feishuCard struct {
	Config   feishuConfig    `json:"config"`
	Header   feishuHeader    `json:"header"`
	Elements []feishuElement `json:"elements"`
}

type feishuConfig struct {
	Wide bool `json:"wide_screen_mode"`
}

type feishuHeader struct {
	Title feishuText `json:"title"`
}

type feishuText struct {
	Tag     string `json:"tag"`
	Content string `json:"content"`
}

type feishuElement struct {
	Tag     string         `json:"tag"`
	Content string         `json:"content,omitempty"`
	Actions []feishuButton `json:"actions,omitempty"`
}

type feishuButton struct {
	Tag  string     `json:"tag"`
	Text feishuText `json:"text"`
	URL  string     `json:"url"`
	Type string     `json:"type"`
}

// Send implements sender.
func (f *feishu) Send(m *alerting.Message) error {
	message := feishuMessage{Type: "interactive", Card: feishuCard{
		Config: feishuConfig{Wide: true}, Header: feishuHeader{feishuText{"plain_text", m.Title}}, Elements: []feishuElement{},
	}}
	if text := feishuMarkdown.text(m, feishuMost); text != "" {
		message.Card.Elements = append(message.Card.Elements, feishuElement{Tag: "markdown", Content: text})
	}
	if m.Button.URL != "" {
		button := feishuButton{Tag: "button", Text: feishuText{"plain_text", m.Button.Text}, URL: m.Button.URL, Type: "primary"}
		message.Card.Elements = append(message.Card.Elements, feishuElement{Tag: "action", Actions: []feishuButton{button}})
	}
	if f.config.Secret != "" {
		message.Timestamp = strconv.FormatInt(f.now().Unix(), 10)
		message.Sign = feishuSign(message.Timestamp, f.config.Secret)
	}
	return feishuRobot.post("https://"+f.config.Host+"/open-apis/bot/v2/hook/"+f.config.Path, message)
}

// feishuSign is what a robot that signs (签名校验) wants to see: the HMAC-SHA256 of nothing,
// under the time in seconds, a line break and the secret.
func feishuSign(at, secret string) string {
	return base64.StdEncoding.EncodeToString(hmac.New(sha256.New, []byte(at+"\n"+secret)).Sum(nil))
}

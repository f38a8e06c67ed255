package notify

import (
	"net/url"
	"strings"

	"github.com/nicholas-fedor/shoutrrr/pkg/services/chat/wecom"

	"firstsign/alerting"
)

// weCom is a robot of a WeCom group, wecom://KEY. shoutrrr reads the URL; it sends plain
// texts to such a robot, of which WeCom takes half as much.
// https://developer.work.weixin.qq.com/document/path/99110
type weCom struct{ key string }

// weComURL takes every robot's messages.
const weComURL = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send"

var weComRobot = robot{"WeCom", "errcode", "errmsg"}

// takesMarkdown reports whether a URL names nobody to mention: WeCom takes such lists with
// a plain text only.
func takesMarkdown(c *wecom.Config) bool { return c.MentionedList == "" && c.MentionedMobileList == "" }

// weComMost is how many bytes WeCom takes of a markdown.
const weComMost = 4096

// weComMarkdown: WeCom documents no way to write a character of its syntax as itself.
var weComMarkdown = newDialect(wide, "", "\n")

// weComMessage is markdown with a link. WeCom's cards (template_card) have room for 112
// characters, which is less than a message.
type weComMessage struct {
	Type     string `json:"msgtype"`
	Markdown struct {
		Content string `json:"content"`
	} `json:"markdown"`
}

// parentheses would end the address of a link.
var parentheses = strings.NewReplacer("(", "%28", ")", "%29")

// Send implements sender.
func (c *weCom) Send(m *alerting.Message) error {
	head, end := "**"+weComMarkdown.plain(m.Title)+"**\n", ""
	if m.Button.URL != "" {
		end = "\n\n[" + weComMarkdown.plain(m.Button.Text) + "](" + parentheses.Replace(m.Button.URL) + ")"
	}
	message := weComMessage{Type: "markdown"}
	message.Markdown.Content = head + weComMarkdown.text(m, weComMost-len(head)-len(end)) + end
	return weComRobot.post(weComURL+"?"+url.Values{"key": {c.key}}.Encode(), message)
}

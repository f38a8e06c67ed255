package notify

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/nicholas-fedor/shoutrrr/pkg/router"
	"github.com/nicholas-fedor/shoutrrr/pkg/services/chat/lark"
	"github.com/nicholas-fedor/shoutrrr/pkg/services/chat/matrix"
	"github.com/nicholas-fedor/shoutrrr/pkg/services/chat/wecom"
	"github.com/nicholas-fedor/shoutrrr/pkg/services/email/smtp"
	"github.com/nicholas-fedor/shoutrrr/pkg/types"

	"firstsign/alerting"
	"firstsign/alerting/sending"
)

// maxHanging is how many abandoned attempts of one channel may still be running.
// shoutrrr cannot be cancelled; this bounds what it holds. All messages that are sent
// at once may hang, and be tried again.
const maxHanging = 2 * sending.AtOnce

// grace is how long an attempt may still take during shutdown. A message that was
// sent but not recorded would be sent again.
const grace = 2 * time.Second

// limits of plain texts in bytes. The services, or shoutrrr, refuse longer ones. WeCom
// documents 2048.
var limits = map[string]int{"wecom": 2048, "lark": 4096, "dingtalk": dingtalkMost, "discord": 6000, "zulip": 10000}

// titled services show a title apart from the text. In others the headline is the
// first line of the text.
var titled = map[string]bool{
	"ntfy": true, "gotify": true, "bark": true, "pushover": true, "pushbullet": true, "join": true,
	"opsgenie": true, "generic": true,
}

// errTelegram: shoutrrr 0.13 returns no error when Telegram cannot be reached
// or answers with an error page, so messages would be lost. The bot's own
// interface is a plain webhook.
var errTelegram = errors.New("telegram:// can lose messages; use generic+https://api.telegram.org/botTOKEN/sendMessage?template=json&messagekey=text&$chat_id=CHAT")

// sender takes messages, one at a time.
type sender interface {
	Send(m *alerting.Message) error
}

// textSender sends plain texts through one of shoutrrr's services.
type textSender struct {
	service string
	types.Sender
}

// channel sends through a shoutrrr URL, or through one of our own of the same form.
type channel struct {
	url     string
	service string
	timeout time.Duration
	hide    *redactor
	hanging chan struct{} // one slot for each attempt that has not ended
}

// newChannel checks the URL. Its errors show nothing of it.
func newChannel(url string, timeout time.Duration) (*channel, error) {
	hide := newRedactor(url)
	service, _, err := new(router.ServiceRouter).ExtractServiceName(url)
	if err != nil {
		return nil, errors.New("its URL cannot be read")
	}
	service = strings.ToLower(service)
	c := &channel{url: url, service: service, timeout: timeout, hide: hide, hanging: make(chan struct{}, maxHanging)}
	if service == "telegram" {
		return nil, errTelegram
	}
	if service == "matrix" {
		return c, nil // opening it logs in, and the server may be down
	}
	if _, err := c.open(); err != nil {
		return nil, err
	}
	return c, nil
}

// open makes a new service for every attempt. Services are not safe for concurrent
// use, and an attempt that hangs may still be using its own.
func (c *channel) open() (sender, error) {
	switch c.service {
	case "dingtalk":
		card, err := newDingTalk(c.url)
		if err != nil {
			return nil, err
		}
		return &cardSender{card, dingtalkText{card}}, nil
	case "matrix":
		return c.openMatrix()
	}
	s, err := new(router.ServiceRouter).Locate(c.url)
	if err != nil {
		return nil, c.hide.error(err)
	}
	plain := &textSender{c.service, s}
	switch s := s.(type) {
	case *lark.Service:
		if takesCards(s.Config) {
			return &cardSender{newFeishu(s.Config), plain}, nil
		}
	case *wecom.Service:
		if takesMarkdown(s.Config) {
			return &cardSender{&weCom{s.Config.Key}, plain}, nil
		}
	case *smtp.Service:
		return newMailer(s.Config), nil
	}
	hearAlso(s)
	return plain, nil
}

// openMatrix logs in. shoutrrr's router would keep to itself why that fails.
func (c *channel) openMatrix() (sender, error) {
	u, err := url.Parse(c.url)
	if err != nil {
		return nil, c.hide.error(err)
	}
	s := new(matrix.Service)
	if err := s.Initialize(u, nil); err != nil {
		return nil, c.hide.error(err)
	}
	return &textSender{c.service, s}, nil
}

// Service implements alerting.Channel.
func (c *channel) Service() string { return c.service }

// Send implements alerting.Channel.
func (c *channel) Send(ctx context.Context, m alerting.Message) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case c.hanging <- struct{}{}:
	default:
		return fmt.Errorf("%d earlier attempts still hang", maxHanging)
	}
	result := make(chan error, 1)
	go func() {
		defer func() { <-c.hanging }()
		result <- c.send(m)
	}()
	timeout := time.NewTimer(c.timeout)
	defer timeout.Stop()
	ending := ctx.Done()
	for {
		select {
		case err := <-result:
			return err
		case <-timeout.C:
			return fmt.Errorf("no answer within %s", c.timeout)
		case <-ending:
			ending = nil
			timeout.Reset(min(grace, c.timeout))
		}
	}
}

func (c *channel) send(m alerting.Message) (err error) {
	defer func() { // a bug in one service must not stop the others
		if p := recover(); p != nil {
			err = c.hide.error(fmt.Errorf("panic: %v", p))
		}
	}()
	s, err := c.open()
	if err != nil {
		return busy(err) // opening matrix logs in
	}
	if err := s.Send(&m); err != nil {
		return busy(c.hide.error(err))
	}
	return nil
}

// Send implements sender.
func (s *textSender) Send(m *alerting.Message) error {
	params := s.params(m)
	return s.Sender.Send(body(m, limits[s.service]), &params)
}

func (s *textSender) params(m *alerting.Message) types.Params {
	params := types.Params{}
	if titled[s.service] {
		params.SetTitle(m.Title)
	}
	if s.service == "generic" { // goes into its JSON: the id lets the receiver drop repeats
		params["id"], params["severity"] = m.ID, string(m.Severity)
	}
	return params
}

// body is a message's text in at most so many bytes. The link is never cut.
func body(m *alerting.Message, most int) string {
	if m.Answer == "" {
		return cut(m.Text, cutMark(m), most)
	}
	end := "\n\n" + m.Answer
	if most > 0 {
		most = max(1, most-len(end))
	}
	return cut(m.Text, cutMark(m), most) + end
}

// cut shortens a text to so many bytes, at the end of a line where it can, and says so; 0
// means that there is no limit.
func cut(s, mark string, most int) string {
	mark = "\n" + mark
	if most == 0 || len(s) <= most {
		return s
	}
	s = s[:max(0, most-len(mark))]
	if i := strings.LastIndexByte(s, '\n'); i > 0 {
		return s[:i] + mark
	}
	for !utf8.ValidString(s) {
		s = s[:len(s)-1]
	}
	return s + mark
}

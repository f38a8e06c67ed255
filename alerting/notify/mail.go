package notify

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/tls"
	_ "embed"
	"errors"
	"fmt"
	"html/template"
	"net"
	"os"
	"strings"

	"github.com/nicholas-fedor/shoutrrr/pkg/services/email/smtp"
	"github.com/wneessen/go-mail"

	"firstsign/alerting"
	"firstsign/alerting/picture"
)

// mailer sends e-mail, smtp://USER:PASSWORD@HOST:PORT/?from=...&to=... shoutrrr reads the
// URL; it sends a text or a page, and no button or picture.
type mailer struct{ config smtp.Config }

func newMailer(c *smtp.Config) *mailer {
	m := &mailer{c.Clone()}
	m.config.FixEmailTags()
	return m
}

//go:embed mail.html
var mailPage string

var mailTemplate = template.Must(template.New("mail").Parse(mailPage))

// mailContent is what the page of a mail shows. The picture stands below the first
// paragraph.
type mailContent struct {
	Title      string
	Paragraphs []paragraph
	Button     alerting.Button
	Picture    *alerting.Picture
}

// paragraph of a mail: lines, and a list below them.
type paragraph struct{ Lines, Items []line }

func paragraphsOf(m *alerting.Message) (all []paragraph) {
	open := false
	for _, l := range linesOf(m) {
		if l.Text == "" {
			open = false
			continue
		}
		if !open || !l.Item && len(all[len(all)-1].Items) > 0 {
			all, open = append(all, paragraph{}), true
		}
		if p := &all[len(all)-1]; l.Item {
			p.Items = append(p.Items, l)
		} else {
			p.Lines = append(p.Lines, l)
		}
	}
	return all
}

// Send implements sender. Each recipient gets a mail of one's own, so that none sees the
// others. When one is refused, all are tried again later.
func (s *mailer) Send(m *alerting.Message) error {
	client, conn, err := s.dial()
	defer func() {
		if conn != nil {
			_ = conn.Close() // also when there was no greeting
		}
	}()
	if err != nil {
		return err
	}
	drawn := draw(m.Picture)
	var failed []error
	for _, to := range s.config.ToAddresses {
		failed = append(failed, s.sendTo(client, to, m, drawn))
	}
	_ = client.Close() // whoever took the mails has them, whatever the farewell is
	return errors.Join(failed...)
}

// dial connects and signs in. The connection is not nil once there is one.
func (s *mailer) dial() (client *mail.Client, conn net.Conn, err error) {
	c := &s.config
	secure := &tls.Config{ServerName: c.Host, MinVersion: tls.VersionTLS12, InsecureSkipVerify: c.SkipTLSVerify} //nolint:gosec // asked for in the URL
	implicit := c.Encryption == smtp.EncMethods.ImplicitTLS || c.Encryption == smtp.EncMethods.Auto && c.Port == smtp.ImplicitTLSPort
	dial := func(ctx context.Context, network, address string) (net.Conn, error) {
		if implicit {
			conn, err = (&tls.Dialer{Config: secure}).DialContext(ctx, network, address)
		} else {
			conn, err = new(net.Dialer).DialContext(ctx, network, address)
		}
		return conn, err
	}
	options := []mail.Option{
		mail.WithPort(int(c.Port)), mail.WithTimeout(c.Timeout), mail.WithHELO(s.helo()), mail.WithDialContextFunc(dial),
		mail.WithTLSConfig(secure), mail.WithTLSPolicy(s.startTLS()), mail.WithoutNoop(), mail.WithoutRset(),
	}
	if implicit {
		options = append(options, mail.WithSSL())
	}
	client, err = mail.NewClient(c.Host, append(options, s.signIn()...)...)
	if err != nil {
		return nil, conn, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), c.Timeout)
	defer cancel()
	return client, conn, client.DialWithContext(ctx)
}

// helo is the name by which the client greets.
func (s *mailer) helo() string {
	if s.config.ClientHost != "auto" {
		return s.config.ClientHost
	}
	if name, err := os.Hostname(); err == nil {
		return name
	}
	return "localhost"
}

// startTLS says whether a connection without TLS gets it.
func (s *mailer) startTLS() mail.TLSPolicy {
	switch {
	case !s.config.UseStartTLS:
		return mail.NoTLS
	case s.config.RequireStartTLS:
		return mail.TLSMandatory
	}
	return mail.TLSOpportunistic
}

// signIn are the options of the URL's way to sign in.
func (s *mailer) signIn() []mail.Option {
	way := mail.SMTPAuthNoAuth
	switch s.config.Auth {
	case smtp.AuthTypes.Plain:
		way = mail.SMTPAuthPlain
	case smtp.AuthTypes.CRAMMD5:
		way = mail.SMTPAuthCramMD5
	case smtp.AuthTypes.OAuth2:
		way = mail.SMTPAuthXOAUTH2
	}
	return []mail.Option{mail.WithSMTPAuth(way), mail.WithUsername(s.config.Username), mail.WithPassword(s.config.Password)}
}

// draw returns the picture of a message as PNG; nil when there is none or it cannot be
// drawn, for a text must not be lost by a picture.
func draw(p *alerting.Picture) (drawn []byte) {
	defer func() {
		if recover() != nil {
			drawn = nil
		}
	}()
	if p == nil {
		return nil
	}
	drawn, err := picture.PNG(p.Series)
	if err != nil {
		return nil
	}
	return drawn
}

// sendTo sends a message to one recipient. What is refused for good with a picture, which
// may be too big, is tried without.
func (s *mailer) sendTo(client *mail.Client, to string, m *alerting.Message, drawn []byte) error {
	err := s.sendMail(client, to, m, drawn)
	var refused *mail.SendError
	if drawn != nil && errors.As(err, &refused) && refused.Reason == mail.ErrSMTPDataClose && refused.ErrorCode() >= 500 {
		err = s.sendMail(client, to, m, nil)
	}
	if err != nil {
		return fmt.Errorf("mail to %s: %w", to, err)
	}
	return nil
}

func (s *mailer) sendMail(client *mail.Client, to string, m *alerting.Message, drawn []byte) error {
	letter, err := s.compose(to, m, drawn)
	if err != nil {
		return err
	}
	return client.Send(letter)
}

// pictureID is the name by which the page shows its picture.
const pictureID = "series@firstsign"

// compose writes a mail: the text as every channel has it, and the same as a page.
func (s *mailer) compose(to string, m *alerting.Message, drawn []byte) (*mail.Msg, error) {
	letter := mail.NewMsg(mail.WithNoDefaultUserAgent())
	if err := letter.FromFormat(s.config.FromName, s.config.FromAddress); err != nil {
		return nil, err
	}
	if err := letter.To(to); err != nil {
		return nil, err
	}
	letter.Subject(m.Title)
	letter.SetDate()
	_, domain, _ := strings.Cut(s.config.FromAddress, "@") // not the name of this machine
	letter.SetMessageIDWithValue(rand.Text() + "@" + domain)
	letter.SetBodyString(mail.TypeTextPlain, body(m, 0))
	content := mailContent{m.Title, paragraphsOf(m), m.Button, nil}
	if drawn != nil {
		content.Picture = m.Picture
		if err := letter.EmbedReader("series.png", bytes.NewReader(drawn), mail.WithFileContentID(pictureID)); err != nil {
			return nil, err
		}
	}
	var page bytes.Buffer
	if err := mailTemplate.Execute(&page, &content); err != nil {
		return nil, err
	}
	letter.AddAlternativeString(mail.TypeTextHTML, page.String())
	return letter, nil
}

package notify

import (
	"bufio"
	"fmt"
	"mime"
	"net"
	"net/mail"
	"strings"
	"testing"
)

// mailbox is the least SMTP server that takes one mail.
func mailbox(t *testing.T) (addr string, mails <-chan string) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	got := make(chan string, 1)
	go func() {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		defer func() { _ = conn.Close() }()
		lines := bufio.NewScanner(conn)
		say := func(s string) { _, _ = fmt.Fprintf(conn, "%s\r\n", s) }
		say("220 mailbox")
		for lines.Scan() {
			switch word, _, _ := strings.Cut(lines.Text(), " "); word {
			case "QUIT":
				say("221 bye")
				return
			case "DATA":
				say("354 go on")
				var text strings.Builder
				for lines.Scan() && lines.Text() != "." {
					text.WriteString(lines.Text() + "\r\n")
				}
				got <- text.String()
				fallthrough
			default:
				say("250 ok")
			}
		}
	}()
	return listener.Addr().String(), got
}

func TestMail(t *testing.T) {
	addr, mails := mailbox(t)
	c := open(t, "smtp://"+addr+"/?auth=None&encryption=None&starttls=no&from=firstsign@example.com&to=anna@example.com")
	message := message
	message.Answer = "确认或推迟：https://firstsign.example.com/ack?a=acme-2026-02-03&do=answer&r=1772467200&s=xpDX4iuCq_Y4TOWJqPNzte4MpNb38M3BqJ6KcAU7zqA&to=wang.fang&x=1773698400"
	if err := c.Send(t.Context(), message); err != nil {
		t.Fatal(err)
	}
	text := <-mails
	m, err := mail.ReadMessage(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	raw := m.Header.Get("Subject")
	subject, err := new(mime.WordDecoder).DecodeHeader(raw)
	if err != nil || subject != message.Title || strings.ContainsFunc(raw, func(r rune) bool { return r > 126 }) {
		t.Errorf("subject %q reads %q, %v", raw, subject, err)
	}
	if !strings.Contains(text, "来电减少") || !strings.Contains(text, message.Answer+"\r\n") { // in one line, as it is
		t.Errorf("mail:\n%s", text)
	}
}

package notify

import (
	"bufio"
	"crypto/hmac"
	"crypto/md5" //nolint:gosec // CRAM-MD5 is one of the ways to sign in
	"crypto/tls"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/http/httptest"
	"net/mail"
	"strings"
	"sync"
	"testing"
	"time"
)

// letter is a mail that arrived.
type letter struct {
	from, to    string // of the envelope
	header      mail.Header
	plain, page string
	pictures    map[string][]byte // PNGs by Content-ID
	parts       []string          // types, in their order
}

// mailServerSettings say how a server behaves.
type mailServerSettings struct {
	implicit, startTLS bool
	ways               string        // to sign in
	refuse             string        // a recipient
	mostBytes          int           // of a mail; 0: any
	abrupt             bool          // hangs up at QUIT without a word
	thinks             time.Duration // before it says that it has taken a mail
}

// mailServer is an SMTP server that reads what it takes as mail programs do.
type mailServer struct {
	mailServerSettings

	addr string
	cert tls.Certificate
	t    *testing.T

	mu     sync.Mutex
	got    []letter
	signed []string // how clients signed in, and whether under TLS
}

func (s *mailServer) start(t *testing.T) *mailServer {
	t.Helper()
	certificates := httptest.NewUnstartedServer(nil)
	certificates.StartTLS()
	s.cert, s.t = certificates.TLS.Certificates[0], t
	certificates.Close()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if s.implicit {
		listener = tls.NewListener(listener, s.tls())
	}
	s.addr = listener.Addr().String()
	var sessions sync.WaitGroup
	sessions.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			sessions.Go(func() { s.session(conn) })
		}
	})
	t.Cleanup(func() { _ = listener.Close(); sessions.Wait() })
	return s
}

func (s *mailServer) tls() *tls.Config {
	return &tls.Config{Certificates: []tls.Certificate{s.cert}, MinVersion: tls.VersionTLS12}
}

func (s *mailServer) letters() []letter {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.got
}

// session talks with one client.
func (s *mailServer) session(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	secure := s.implicit
	in := bufio.NewReader(conn)
	say := func(lines ...string) { _, _ = io.WriteString(conn, strings.Join(lines, "\r\n")+"\r\n") }
	hear := func() string {
		line, err := in.ReadString('\n')
		if err != nil {
			return "QUIT"
		}
		return strings.TrimRight(line, "\r\n")
	}
	say("220 mail.example.com")
	var from, to string
	for {
		line := hear()
		verb, rest, _ := strings.Cut(line, " ")
		switch strings.ToUpper(verb) {
		case "EHLO":
			lines := []string{"250-mail.example.com"}
			if s.startTLS && !secure {
				lines = append(lines, "250-STARTTLS")
			}
			if s.ways != "" {
				lines = append(lines, "250-AUTH "+s.ways)
			}
			say(append(lines, "250 ENHANCEDSTATUSCODES")...)
		case "STARTTLS":
			say("220 go on")
			conn = tls.Server(conn, s.tls())
			in, secure = bufio.NewReader(conn), true
		case "AUTH":
			way, first, _ := strings.Cut(rest, " ")
			if !s.signIn(way, first, secure, say, hear) {
				say("535 5.7.8 wrong")
				continue
			}
			say("235 welcome")
		case "MAIL":
			from = envelopeAddress(rest)
			say("250 ok")
		case "RCPT":
			if to = envelopeAddress(rest); to == s.refuse {
				say("550 5.1.1 nobody of that name")
				continue
			}
			say("250 ok")
		case "DATA":
			say("354 go on")
			s.data(from, to, hear, say)
		case "QUIT":
			if !s.abrupt {
				say("221 bye")
			}
			return
		default:
			say("250 ok")
		}
	}
}

func envelopeAddress(rest string) string {
	_, rest, _ = strings.Cut(rest, "<")
	addr, _, _ := strings.Cut(rest, ">")
	return addr
}

// signIn accepts the user "user" with the password "s3cret-password".
func (s *mailServer) signIn(way, first string, secure bool, say func(...string), hear func() string) bool {
	ask := func(text string) string {
		if first == "" {
			say("334 " + base64.StdEncoding.EncodeToString([]byte(text)))
			first = hear()
		}
		answer, _ := base64.StdEncoding.DecodeString(first)
		return string(answer)
	}
	s.mu.Lock()
	s.signed = append(s.signed, fmt.Sprintf("%s %v", way, secure))
	s.mu.Unlock()
	switch way {
	case "PLAIN":
		return ask("") == "\x00user\x00s3cret-password"
	case "CRAM-MD5":
		h := hmac.New(md5.New, []byte("s3cret-password"))
		h.Write([]byte("<1@mail.example.com>"))
		return ask("<1@mail.example.com>") == "user "+hex.EncodeToString(h.Sum(nil))
	case "XOAUTH2":
		return ask("") == "user=user\x01auth=Bearer s3cret-password\x01\x01"
	}
	return false
}

// data takes one mail.
func (s *mailServer) data(from, to string, hear func() string, say func(...string)) {
	var text strings.Builder
	for line := hear(); line != "."; line = hear() {
		if line == "QUIT" { // the client has gone
			return
		}
		if len(line) > 998 {
			s.t.Errorf("a line of %d characters; SMTP allows 998", len(line))
		}
		text.WriteString(strings.TrimPrefix(line, ".") + "\r\n")
	}
	if s.mostBytes > 0 && text.Len() > s.mostBytes {
		say("552 5.3.4 too big")
		return
	}
	one := letter{from: from, to: to, pictures: map[string][]byte{}}
	if err := one.read(text.String()); err != nil {
		s.t.Errorf("%v in\n%s", err, text.String())
	}
	s.mu.Lock()
	s.got = append(s.got, one)
	s.mu.Unlock()
	time.Sleep(s.thinks)
	say("250 2.0.0 taken")
}

func (l *letter) read(text string) error {
	m, err := mail.ReadMessage(strings.NewReader(text))
	if err != nil {
		return err
	}
	l.header = m.Header
	return l.part(m.Header.Get, m.Body)
}

// part reads a part of a mail, and the parts in it.
func (l *letter) part(header func(string) string, body io.Reader) error {
	kind, params, err := mime.ParseMediaType(header("Content-Type"))
	if err != nil {
		return err
	}
	l.parts = append(l.parts, kind)
	if strings.HasPrefix(kind, "multipart/") {
		for r := multipart.NewReader(body, params["boundary"]); ; {
			p, err := r.NextRawPart()
			if err == io.EOF {
				return nil
			}
			if err == nil {
				err = l.part(p.Header.Get, p)
			}
			if err != nil {
				return err
			}
		}
	}
	switch coding := strings.ToLower(header("Content-Transfer-Encoding")); coding {
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	default:
		return fmt.Errorf("coding %q", coding)
	}
	content, err := io.ReadAll(body)
	if err != nil {
		return err
	}
	switch kind {
	case "text/plain":
		l.plain = strings.ReplaceAll(string(content), "\r\n", "\n")
	case "text/html":
		l.page = string(content)
	case "image/png":
		l.pictures[strings.Trim(header("Content-Id"), "<>")] = content
	default:
		return fmt.Errorf("a part of type %q", kind)
	}
	return nil
}

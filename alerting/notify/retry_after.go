package notify

import (
	"crypto/tls"
	"errors"
	"fmt"
	"math"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/nicholas-fedor/shoutrrr/pkg/services/push/ntfy"
	"github.com/nicholas-fedor/shoutrrr/pkg/types"

	"firstsign/alerting/sending"
)

// shoutrrr's services reach http.DefaultTransport, by http.DefaultClient or by a client
// of their own without a transport; the few others are told by hearAlso. So every
// answer passes hearsPauses. The default client has no timeout, and with none, an
// attempt that was given up would never end.
func init() {
	if t, ok := http.DefaultTransport.(*http.Transport); ok { // it keeps 2, so most messages would open a connection
		t.MaxIdleConnsPerHost = sending.AtOnce
	}
	http.DefaultTransport = hearsPauses{http.DefaultTransport}
	http.DefaultClient = &http.Client{Timeout: time.Minute}
}

// unverified is for servers whose certificate the channel's URL says not to check.
var unverified = sync.OnceValue(func() http.RoundTripper {
	return hearsPauses{&http.Transport{
		Proxy: http.ProxyFromEnvironment, MaxIdleConnsPerHost: sending.AtOnce, IdleConnTimeout: time.Minute,
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS12}, //nolint:gosec // asked for in the URL
	}}
})

// hearAlso makes a service that has a transport of its own hear of pauses.
func hearAlso(s types.Sender) {
	switch s := s.(type) {
	case *ntfy.Service:
		client := &http.Client{Timeout: ntfy.HTTPTimeout * time.Second}
		if s.Config.DisableTLSVerification {
			client.Transport = unverified()
		}
		s.SetHTTPClient(client)
	case interface{ GetHTTPClient() *http.Client }: // gotify, mattermost
		if c := s.GetHTTPClient(); c != nil && c.Transport != nil {
			c.Transport = hearsPauses{c.Transport}
		}
	}
}

// hearsPauses makes an answer that asks for a pause an error. shoutrrr gives no access
// to the headers of answers, and passes on only the text of errors.
type hearsPauses struct{ next http.RoundTripper }

// zulipPath is where Zulip takes messages. shoutrrr's sender for it reads the answer
// even when there is none, and panics.
const zulipPath = "/api/v1/messages"

// RoundTrip implements http.RoundTripper.
func (h hearsPauses) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := h.answer(r)
	if err != nil && r.URL.Path == zulipPath {
		return &http.Response{StatusCode: http.StatusBadGateway, Status: err.Error(), Header: http.Header{}, Body: http.NoBody, Request: r}, nil
	}
	return resp, err
}

func (h hearsPauses) answer(r *http.Request) (*http.Response, error) {
	resp, err := h.next.RoundTrip(r)
	if err != nil || resp.StatusCode != http.StatusTooManyRequests && resp.StatusCode != http.StatusServiceUnavailable {
		return resp, err
	}
	pause, ok := retryAfter(resp.Header.Get("Retry-After"), resp.Header.Get("Date"), time.Now())
	if !ok && resp.StatusCode == http.StatusServiceUnavailable {
		return resp, nil
	}
	_ = resp.Body.Close()
	if !ok {
		return nil, errors.New("status 429, too many requests")
	}
	return nil, fmt.Errorf("status %d, asks for a pause of %d s", resp.StatusCode, int64(math.Ceil(pause.Seconds())))
}

// longestPause bounds what a header can ask for; what is kept of it is an hour.
const longestPause = 30 * 24 * time.Hour

var secondsForm = regexp.MustCompile(`^\d+(\.\d+)?$`) // some services give fractions

// retryAfter reads the header: a number of seconds, or a time, from which the time of
// the answer is taken away (RFC 9110, section 10.2.3). An answer without a time of its
// own was given now.
func retryAfter(value, date string, now time.Time) (time.Duration, bool) {
	value = strings.TrimSpace(value)
	if secondsForm.MatchString(value) {
		seconds, _ := strconv.ParseFloat(value, 64) // too many are infinitely many
		return time.Duration(min(seconds, longestPause.Seconds()) * float64(time.Second)), true
	}
	until, err := http.ParseTime(value)
	if err != nil {
		return 0, false
	}
	if at, err := http.ParseTime(date); err == nil {
		now = at
	}
	return min(max(until.Sub(now), 0), longestPause), true
}

var (
	askedPause = regexp.MustCompile(`asks for a pause of (\d+) s`)
	// tooFast are answers of services that say so without a time: the status of HTTP, and
	// the codes of WeCom (45009), Feishu (9499, 11232) and DingTalk (410100, 660026).
	tooFast = regexp.MustCompile(`(?i)\b429\b|too many requests|\b(?:errcode|code)\D{0,3}(?:45009|9499|11232|410100|660026)\b`)
)

// malformed is Feishu's other meaning of 9499: a message that it cannot read. It refuses the
// same one as often as it comes.
var malformed = regexp.MustCompile(`(?i)\bcode\D{0,3}9499\b.{0,20}bad request`)

// saysTooFast reports whether a service refuses because messages come too fast.
func saysTooFast(text string) bool { return tooFast.MatchString(text) && !malformed.MatchString(text) }

// afterTooFast is the pause after such an answer: these services count per minute.
const afterTooFast = time.Minute

// busy makes the error of a service that asks for a pause a sending.Busy.
func busy(err error) error {
	text := err.Error()
	if m := askedPause.FindStringSubmatch(text); m != nil {
		seconds, _ := strconv.Atoi(m[1])
		return &sending.Busy{Pause: time.Duration(seconds) * time.Second, Err: errors.New(text)}
	}
	if saysTooFast(text) {
		return &sending.Busy{Pause: afterTooFast, Err: errors.New(text)}
	}
	return err
}

package notify

import (
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"time"

	"firstsign/alerting/sending"
)

// Some of shoutrrr's services use http.DefaultClient, which has no timeout. With
// none, an attempt that was given up would never end.
func init() {
	http.DefaultClient = &http.Client{Timeout: time.Minute, Transport: hearsPauses{}}
	if t, ok := http.DefaultTransport.(*http.Transport); ok { // it keeps 2, so most messages would open a connection
		t.MaxIdleConnsPerHost = sending.AtOnce
	}
}

// hearsPauses makes an answer that asks for a pause an error. shoutrrr gives no access
// to the headers of answers, and passes on only the text of errors.
type hearsPauses struct{}

// RoundTrip implements http.RoundTripper.
func (hearsPauses) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := http.DefaultTransport.RoundTrip(r)
	if err != nil || resp.StatusCode != http.StatusTooManyRequests && resp.StatusCode != http.StatusServiceUnavailable {
		return resp, err
	}
	pause, ok := retryAfter(resp.Header.Get("Retry-After"), resp.Header.Get("Date"))
	if !ok {
		return resp, nil
	}
	_ = resp.Body.Close()
	return nil, fmt.Errorf("status %d, asks for a pause of %d s", resp.StatusCode, int64(pause.Seconds()))
}

// retryAfter reads the header: a number of seconds, or a time, from which the time of
// the answer is taken away (RFC 9110, section 10.2.3).
func retryAfter(value, date string) (time.Duration, bool) {
	if seconds, err := strconv.Atoi(value); err == nil {
		return time.Duration(min(max(seconds, 0), 1e6)) * time.Second, true
	}
	until, err := http.ParseTime(value)
	if err != nil {
		return 0, false
	}
	at, err := http.ParseTime(date)
	if err != nil {
		return 0, false
	}
	return max(until.Sub(at), 0), true
}

var (
	askedPause = regexp.MustCompile(`asks for a pause of (\d+) s`)
	// tooFast are answers of services that say so without a time: the status of HTTP, and
	// the codes of WeCom (45009), Feishu (9499, 11232) and DingTalk (410100, 660026).
	tooFast = regexp.MustCompile(`(?i)\b429\b|too many requests|\b(?:errcode|code)\D{0,3}(?:45009|9499|11232|410100|660026)\b`)
)

// afterTooFast is the pause after such an answer: these services count per minute.
const afterTooFast = time.Minute

// busy makes the error of a service that asks for a pause a sending.Busy.
func busy(err error) error {
	text := err.Error()
	if m := askedPause.FindStringSubmatch(text); m != nil {
		seconds, _ := strconv.Atoi(m[1])
		return &sending.Busy{Pause: time.Duration(seconds) * time.Second, Err: errors.New(text)}
	}
	if tooFast.MatchString(text) {
		return &sending.Busy{Pause: afterTooFast, Err: errors.New(text)}
	}
	return err
}

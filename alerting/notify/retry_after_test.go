package notify

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"firstsign/alerting/sending"
)

// busyServer answers everything with one status and one Retry-After.
func busyServer(t *testing.T, status int, after string, tls bool) (host string) {
	handler := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", after)
		w.WriteHeader(status)
	})
	if !tls {
		redirect(t, handler)
	}
	start := httptest.NewServer
	if tls {
		start = httptest.NewTLSServer
	}
	server := start(handler)
	t.Cleanup(server.Close)
	return strings.TrimPrefix(strings.TrimPrefix(server.URL, "https://"), "http://")
}

// Whatever a service does with the answer, a pause that it asks for is heard.
func TestEveryChannelHearsPauses(t *testing.T) {
	for _, raw := range []string{
		"bark://key@bark.example.com/", "dingtalk://token-123456", "discord://token@123456789", "generic://a.example.com/c",
		"googlechat://chat.googleapis.com/v1/spaces/FOO/messages?key=bar&token=baz", "gotify://HOST/AzyoeNS.D4iJLVa?disabletls=yes",
		"ifttt://webhook/?events=event1&value1=a", "join://shoutrrr:apikey@join/?devices=d1", "lark://open.feishu.cn/token",
		"matrix://user:password@matrix.example.com/?rooms=a", "mattermost://HOST/token?disabletls=yes", "notifiarr://apikey123",
		"ntfy://HOST/topic?scheme=http", "opsgenie://api.opsgenie.com/eb243592-faa2-4ba2-a551q-1afdf565c889",
		"pagerduty:///eb243592faa24ba2a5511afdf565c889", "pushbullet://o.abcdefghijklmnopqrstuvwxyz123456/device",
		"pushover://shoutrrr:apptoken@userkey/", "rocketchat://user@rocket.example.com/tokenA/tokenB",
		"signal://user:pass@signal.example.com:8080/+1234567890/+0987654321",
		"slack://hook:T00000000-B00000000-XXXXXXXXXXXXXXXXXXXXXXXX@webhook", "slack://xoxb:123456789012-123456789012-4mt0t4l1YL3g1T5L4cK70k3N@C001CH4NN3L",
		"teams://11111111-4444-4444-8444-cccccccccccc@22222222-4444-4444-8444-cccccccccccc/33333333012222222222333333333344/44444444-4444-4444-8444-cccccccccccc/V2ESyij_gAljSoUQHvZoZYzlpAoAXExyOl26dlf1xHEx05?host=test.webhook.office.com",
		"wecom://693a", "zulip://bot%40example.com:key123456@zulip.example.com/?stream=a&topic=b",
	} {
		for after, want := range map[string]time.Duration{"90": 90 * time.Second, "": time.Minute} {
			t.Run(raw+" "+after, func(t *testing.T) {
				host := busyServer(t, http.StatusTooManyRequests, after, false)
				err := open(t, strings.Replace(raw, "HOST", host, 1)).Send(t.Context(), message)
				if busy := (*sending.Busy)(nil); !errors.As(err, &busy) || busy.Pause != want {
					t.Error(err)
				}
			})
		}
	}
}

// A channel whose server's certificate is not checked is heard as well.
func TestUncheckedCertificateHearsPauses(t *testing.T) {
	host := busyServer(t, http.StatusServiceUnavailable, "90", true)
	err := open(t, "ntfy://"+host+"/topic?disabletlsverification=yes").Send(t.Context(), message)
	if busy := (*sending.Busy)(nil); !errors.As(err, &busy) || busy.Pause != 90*time.Second {
		t.Error(err)
	}
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	at := func(d time.Duration) string { return now.Add(d).Format(http.TimeFormat) }
	for _, c := range []struct {
		value, date string
		want        time.Duration
		ok          bool
	}{
		{"90", "", 90 * time.Second, true},
		{" 1.5 ", "", 1500 * time.Millisecond, true},
		{"0", "", 0, true},
		{"99999999999999999999999", "", longestPause, true},
		{strings.Repeat("9", 400), "", longestPause, true},
		{at(time.Hour), at(0), time.Hour, true},
		{at(time.Hour), at(10 * time.Minute), 50 * time.Minute, true}, // its clock counts, not ours
		{at(time.Hour), "", time.Hour, true},
		{now.Add(time.Hour).Format(time.RFC850), "", time.Hour, true},
		{at(-time.Hour), "", 0, true},
		{at(1e6 * time.Hour), at(0), longestPause, true},
		{"-5", "", 0, false}, {"soon", "", 0, false}, {"", "", 0, false}, {"inf", "", 0, false}, {"0x10", "", 0, false},
	} {
		if got, ok := retryAfter(c.value, c.date, now); got != c.want || ok != c.ok {
			t.Errorf("%q, answered %q: %s, %v; want %s, %v", c.value, c.date, got, ok, c.want, c.ok)
		}
	}
}

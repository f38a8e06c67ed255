package operations_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"firstsign/alerting"
	"firstsign/alerting/message"
	"firstsign/detector"
	"firstsign/detector/survey"
	"firstsign/signals"
	"firstsign/web"
	"firstsign/web/operations"
)

// today is the day on which the service is read in most tests, 5 March 2026.
const today = signals.Day(20517)

// service is what a service says of itself.
type service struct {
	process operations.Process
	kept    []operations.Kept
	counted *survey.Survey
	letters operations.Letters
	err     error // of everything that is stored
	// uncounted is why the accounts cannot be counted.
	uncounted error
}

func (s *service) Process() operations.Process                     { return s.process }
func (s *service) Kept(context.Context) ([]operations.Kept, error) { return s.kept, s.err }
func (s *service) Survey(context.Context) (*survey.Survey, error) {
	if err := errors.Join(s.err, s.uncounted); err != nil {
		return nil, err
	}
	return s.counted, nil
}
func (s *service) Letters(context.Context) (operations.Letters, error) { return s.letters, s.err }

// stand is a service with a handler in front of it.
type stand struct {
	t *testing.T
	service
	store    *alerting.MemoryStore
	snapshot *alerting.RoutingSnapshot
	now      time.Time
	docs     string
}

// newStand is a service in which nothing is wrong: two partitions, one of them ours.
func newStand(t *testing.T, l message.Language) *stand {
	s := &stand{t: t, store: alerting.NewMemoryStore(), now: time.Date(2026, 3, 5, 9, 0, 0, 0, time.UTC)}
	s.snapshot = &alerting.RoutingSnapshot{Routing: alerting.Routing{Language: l}.WithDefaults()}
	s.process = operations.Process{
		Instance: "host-a/12", Others: []string{"host-b/7"}, Parts: map[string]string{"kafka": "ready", "partition 0": "live"},
		Owned:    map[int]operations.Owned{0: {Words: "live", Ready: true, Lag: 3, Committed: s.now.Add(-2 * time.Second)}},
		Channels: []operations.Channel{{Name: "wang-mail", Kind: "smtp"}}, Configuration: operations.Configuration{Rules: "a1b2c3d4e5f6", Read: s.now.Add(-time.Hour)},
	}
	feed := func(name string) detector.InspectedFeed {
		return detector.InspectedFeed{Source: name, State: detector.FeedAlive, Last: today, Days: 50, Gap: 1, Longest: 3}
	}
	s.kept = []operations.Kept{
		{ID: 0, Claims: 3, Next: 900, Clock: s.now.Add(-20 * time.Second), Closed: today - 1, Feeds: []detector.InspectedFeed{feed("crm"), feed("pbx")}},
		{ID: 1, Claims: 2, Next: 700, Clock: s.now.Add(-30 * time.Second), Closed: today - 1, Feeds: []detector.InspectedFeed{feed("pbx")}},
	}
	s.counted = survey.New()
	s.counted.Sources["pbx"] = &survey.Reach{Accounts: 120, Alone: 45}
	s.counted.Flows[survey.Flow{Source: "pbx", Signal: "call"}] = &survey.Tally{Accounts: 118, Last: today}
	return s
}

// ask returns an answer of the service.
func (s *stand) ask(path string) (int, string) {
	s.t.Helper()
	h := web.Handler(web.Parts{Operations: &operations.Operations{
		Source: &s.service, Snapshot: func() *alerting.RoutingSnapshot { return s.snapshot }, Alerts: s.store, Now: func() time.Time { return s.now }, Docs: s.docs,
	}}, slog.New(slog.DiscardHandler))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	return w.Code, w.Body.String()
}

// page is /operations, as a reader sees its text. A want that begins with ! must not be there.
func (s *stand) page(want ...string) string {
	s.t.Helper()
	return s.expect("/operations", want...)
}

func (s *stand) expect(path string, want ...string) string {
	s.t.Helper()
	code, body := s.ask(path)
	text := html.UnescapeString(body)
	if code != http.StatusOK {
		s.t.Fatalf("%s: %d %s", path, code, body)
	}
	for _, one := range append(want, "!style=", "!<script", "!%!") {
		without, not := strings.CutPrefix(one, "!")
		if strings.Contains(text, without) == not {
			s.t.Errorf("%s: %q\n%s", path, one, text)
		}
	}
	return text
}

// status is /api/v1/status.
func (s *stand) status() (status operations.Status) {
	s.t.Helper()
	s.read("/api/v1/status", &status)
	return status
}

func (s *stand) read(path string, into any) {
	s.t.Helper()
	code, body := s.ask(path)
	d := json.NewDecoder(strings.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(into); code != http.StatusOK || err != nil {
		s.t.Fatalf("%s: %d %v\n%s", path, code, err, body)
	}
}

// dead makes a feed of both partitions dead.
func (s *stand) dead(source string) {
	for i := range s.kept {
		for j := range s.kept[i].Feeds {
			if f := &s.kept[i].Feeds[j]; f.Source == source {
				f.State, f.Since, f.Last = detector.FeedIsDead, today-3, today-4
			}
		}
	}
}

func TestNothingIsWrong(t *testing.T) {
	for language, want := range map[message.Language][]string{
		message.English: {"<h1>Nothing is wrong.</h1>", "No feed fails", "As instance host-a/12 sees it on 2026-03-05 09:00 UTC", "Other instances: host-b/7", ">fine<", "5 Mar 2026 (today)", "every day",
			"120, 45 of them have no other", "call: 5 Mar 2026 (today)", "this instance", "another instance", "only the owner knows", "3 records", "4 Mar 2026 (yesterday)", "wang-mail", "a1b2c3d4e5f6", "in force", "None is kept."},
		message.Chinese: {"一切正常", "其他实例：host-b/7", ">正常<", "2026年3月5日", "每天", "120，其中 45 家别无数据源", "此实例", "只有负责者知道", "已生效"},
	} {
		s := newStand(t, language)
		s.page(append(want, "!<ol")...)
		if status := s.status(); status.Wrong || len(status.Problems) != 0 || !status.Ready {
			t.Errorf("%s: %+v", language, status)
		}
	}
}

// Nothing that is known is wrong, and of some feeds nothing can be known.
func TestFeedsThatMayFailUnseen(t *testing.T) {
	for language, want := range map[message.Language]string{
		message.English: "messages go out. 1 of 2 feeds could fail unseen: it is marked below.",
		message.Chinese: "消息正常送达。 2 个数据源中有 1 个无法监测",
	} {
		s := newStand(t, language)
		for i := range s.kept {
			for j := range s.kept[i].Feeds {
				if f := &s.kept[i].Feeds[j]; f.Source == "pbx" {
					f.State = detector.FeedUnknown
				}
			}
		}
		s.page(want)
	}
}

// Every state that an operator is called for is the first line, says what to do, and leads to
// the section of its rule.
func TestWhatIsWrong(t *testing.T) {
	at := func(s *stand, ago time.Duration) *time.Time { t := s.now.Add(-ago); return &t }
	for name, c := range map[string]struct {
		make             func(*stand)
		rule             string
		urgent           bool
		english, chinese string
	}{
		"a dead feed":     {func(s *stand) { s.dead("pbx") }, "FirstsignFeedDead", false, "No data comes from pbx since 2 Mar 2026; 45 accounts are not judged meanwhile.", "2026年3月2日起没有收到 pbx 的数据；45 家客户在此期间无法判断。"},
		"two dead feeds":  {func(s *stand) { s.dead("pbx"); s.dead("crm") }, "FirstsignFeedDead", false, "2 feeds bring no data, or much less than usual: pbx, crm; 45 accounts", "2 个数据源没有数据"},
		"a late feed":     {func(s *stand) { s.kept[0].Feeds[0].Last = today - 5 }, "FirstsignFeedDead", false, "1 feed is longer silent than ever in eight weeks: crm.", "1 个数据源的静默时间"},
		"a stopped clock": {func(s *stand) { s.kept[1].Clock = s.now.Add(-3 * time.Hour) }, "FirstsignClockStopped", true, "The clock of partition 1 has stood still for 3 h", "分区 1 的时钟已停止 3 小时"},
		"lagging": {func(s *stand) {
			s.kept[0].Clock = s.now.Add(-3 * time.Hour)
			s.process.Owned[0] = operations.Owned{Words: "replaying", Lag: 5000}
		}, "FirstsignLagging", true, "Partition 0 is 5000 records behind.", "分区 0 还有 5000 条记录未读。"},
		"a stall": {func(s *stand) {
			s.process.Stalls = []operations.Stall{{Reason: "redis_away", Text: "Redis does not answer as it should: x"}}
		}, "FirstsignRedisAway", true, "Work stands still: Redis does not answer as it should: x", "处理停滞：Redis does not answer"},
		"not ready": {func(s *stand) {
			s.process.Unready = []string{"partition 0"}
			s.process.Parts["partition 0"] = "stopped: the log was re-created"
		}, "FirstsignNotReady", true, "This instance cannot work: partition 0: stopped: the log was re-created", "此实例无法工作"},
		"no state": {func(s *stand) { s.err = errors.New("no Redis") }, "FirstsignRedisAway", true, "Redis cannot be read", "无法读取 Redis"},
		"a stuck channel": {func(s *stand) {
			s.process.Channels[0] = operations.Channel{Name: "wang-mail", Waiting: 2, Oldest: at(s, time.Hour), Failures: 9, Since: at(s, time.Hour), Error: "550 no such user"}
		}, "FirstsignDeliveryStuck", true, "Channel wang-mail has not taken 2 messages, the oldest for 60 min.", "渠道 wang-mail 有 2 条消息未送达"},
		"a refusing one": {func(s *stand) {
			s.process.Channels[0] = operations.Channel{Name: "wang-mail", Waiting: 1, Oldest: at(s, time.Minute), Failures: 1, Since: at(s, time.Minute)}
		}, "FirstsignDeliveryStuck", false, "Channel wang-mail refuses messages; 1 message waiting.", "渠道 wang-mail 拒收消息"},
		"refused files":    {func(s *stand) { s.process.Configuration.Refused = "signals.yaml:7: unknown key \"weigth\"\nmore" }, "FirstsignConfigRejected", false, "The newest configuration is not in force: signals.yaml:7: unknown key", "最新的配置未生效：signals.yaml:7"},
		"a restart":        {func(s *stand) { s.process.Configuration.Restart = true }, "", false, "service.yaml has changed since the start.", "service.yaml 在启动后有改动。"},
		"no more holidays": {func(s *stand) { s.process.Configuration.Calendar = "the calendar knows no holidays after 2026-12-31" }, "FirstsignCalendarEnds", false, "Holidays run out: the calendar knows", "节假日即将用完"},
		"refused records": {func(s *stand) {
			s.letters.Read = []operations.Letter{{Time: s.now, Reason: signals.BadTime, Topic: "t"}}
			s.letters.Kept = 1
		}, "FirstsignRejecting", false, "1 record was refused in the last 24 hours, most of them because: the time cannot be read.", "最近 24 小时有 1 条记录被拒收，主要原因：时间无法识别。"},
		"forged": {func(s *stand) {
			s.letters.Read = []operations.Letter{{Time: s.now, Reason: signals.UnsignedControl, Topic: "t"}}
			s.letters.Kept = 1
		}, "FirstsignForgedControl", false, "1 control record in the last 24 hours", "最近 24 小时有 1 条控制记录没有本服务的签名"},
	} {
		for language, text := range map[message.Language]string{message.English: c.english, message.Chinese: c.chinese} {
			s := newStand(t, language)
			c.make(s)
			status := s.status()
			if len(status.Problems) == 0 || status.Problems[0].Rule != c.rule || status.Problems[0].Urgent != c.urgent || !strings.HasPrefix(status.Problems[0].Text, text) || status.Problems[0].Do == "" {
				t.Errorf("%s: %+v", name, status.Problems)
				continue
			}
			s.docs = "https://docs.example.com/"
			if c.rule == "" {
				continue
			}
			s.page("<h1>"+text, "https://docs.example.com/operator/"+map[bool]string{true: "stalls", false: "runbook"}[strings.HasPrefix(c.rule, "FirstsignRedis")]+".md#"+strings.ToLower(c.rule))
		}
	}
}

// The first line is about what is urgent, and says how much else there is.
func TestUrgentComesFirst(t *testing.T) {
	s := newStand(t, message.English)
	s.dead("pbx")
	s.process.Configuration.Refused = "signals.yaml:7: wrong"
	s.kept[1].Clock = s.now.Add(-time.Hour)
	s.page("<h1>The clock of partition 1", "and 2 more", "Runbook: <code>docs/operator/runbook.md#firstsignclockstopped</code>", "45 blind, 75 have another feed", "since 2 Mar 2026", "nobody, by its clock", "<pre", "refused")
}

// Alerts about sources that no feed shows stand there in the words that people were told.
func TestAlertsOfSources(t *testing.T) {
	s := newStand(t, message.English)
	f := &detector.Finding{ID: "crm", Source: "crm", Kind: detector.Misrouted, Since: today, Time: s.now.UnixNano()}
	if _, _, err := alerting.StoreFinding(t.Context(), s.store, 0, f, s.snapshot, s.now); err != nil {
		t.Fatal(err)
	}
	if p := s.status().Problems; len(p) != 1 || p[0].Rule != "FirstsignRejecting" || !strings.Contains(p[0].Text, "crm") {
		t.Errorf("%+v", p)
	}
}

// Nothing of a refused record is shown but where it is and which of its fields is wrong.
func TestRefusedRecordsTellNothingOfPeople(t *testing.T) {
	s := newStand(t, message.English)
	letter := func(reason signals.Reason, detail string) operations.Letter {
		return operations.Letter{Time: s.now.Add(-time.Hour), Reason: reason, Detail: detail, Topic: "firstsign.interactions", Partition: 1, Offset: int64(40 + len(s.letters.Read))}
	}
	for _, l := range []struct {
		reason       signals.Reason
		detail, want string
	}{
		{signals.WrongType, `"contact" at byte 40: a string is expected, not Li Wei`, "the field contact"},
		{signals.Malformed, `"Li Wei" at byte 12: the text ends too early`, "the record as a whole"},
		{signals.MissingField, `"account" is absent or empty`, "the field account"},
		{signals.UnknownAccount, `"Li Wei"; did you mean "Li Ming"?`, "the field account"},
		{signals.UnknownWord, `direction "to Li Wei"`, "the field attributes"},
		{signals.KeyMismatch, `the key "Li Wei" is not the account "x"`, "the field key"},
		{signals.Unmappable, "mapping tickets: time: cannot read Li Wei", "the field time"},
		{signals.Unmappable, "mapping tickets: item 3: value: Li Wei is no number", "the field value"},
		{signals.FieldTooLong, "id is longer than 256 bytes: Li Wei", "the field id"},
		{"of_a_newer_release", "Li Wei", "the record as a whole"},
	} {
		s.letters = operations.Letters{Kept: 1, Read: []operations.Letter{letter(l.reason, l.detail)}}
		s.page(l.want, "firstsign.interactions partition 1 offset 4", "!Li Wei", "!Li Ming", "1 refused record is kept.")
		if _, body := s.ask("/api/v1/status"); strings.Contains(body, "Li Wei") {
			t.Errorf("%s: %s", l.reason, body)
		}
	}
	s.letters = operations.Letters{Kept: 5000, Before: true}
	for range 300 {
		s.letters.Read = append(s.letters.Read, letter(signals.BadTime, ""))
	}
	s.letters.Read = append(s.letters.Read, operations.Letter{Time: s.now.Add(-30 * time.Hour), Reason: signals.TooOld}, operations.Letter{Time: s.now, Reason: signals.TooOld, Replayed: true})
	if r := s.status().Refused; len(r) != 2 || r[0].Count != 300 || r[0].LastDay != 300 || len(r[0].Samples) != 3 || r[1].Count != 2 || r[1].LastDay != 0 || !r[1].Samples[0].Replayed {
		t.Errorf("%+v", r)
	}
	s.page("The newest 302 of 5000 records that are kept.", "put back", "firstsign replay --config DIR --reason bad_time --dry-run")
}

// Ages and days are counted to the moment of reading.
func TestAMonthLater(t *testing.T) {
	for language, want := range map[message.Language][]string{
		message.English: {"<h1>The clock of partition 0 has stood still for 31 d", "5 Mar 2026 (31 days ago)", "4 Mar 2026 (32 days ago)", "2026-03-05 08:59 UTC (31 d ago)", "nobody, by its clock", "the clock stands still", "!>fine</span></td>\n<td>5 Mar", "!today", "!yesterday", "!longer silent"},
		message.Chinese: {"分区 0 的时钟已停止 31 天", "31 天前", "!今天", "!昨天"},
	} {
		s := newStand(t, language)
		s.now = s.now.AddDate(0, 0, 31)
		s.page(want...)
	}
}

// What cannot be read is said, and the rest is shown.
func TestWithoutRedis(t *testing.T) {
	s := newStand(t, message.English)
	s.err = errors.New("no Redis")
	s.page("Redis cannot be read", "What is stored cannot be read now.", "The refused records cannot be read now.", "wang-mail", "a1b2c3d4e5f6")
	for _, path := range []string{"/api/v1/feeds", "/api/v1/partitions"} {
		if code, body := s.ask(path); code != http.StatusServiceUnavailable || !strings.Contains(body, "cannot be read now") {
			t.Errorf("%s: %d %s", path, code, body)
		}
	}
	if unread := s.status().Unread; len(unread) != 3 {
		t.Errorf("unread: %v", unread)
	}
	s.snapshot = nil
	if code, _ := s.ask("/operations"); code != http.StatusServiceUnavailable {
		t.Errorf("while starting: %d", code)
	}
}

// What producers can invent makes neither a page nor an answer without bound, and names do
// nothing.
func TestManyAndHostileSources(t *testing.T) {
	s := newStand(t, message.English)
	s.kept[0].Feeds = nil
	for i := range 10_000 {
		name := fmt.Sprintf("source-%05d<script>alert(1)</script>\u202e%s", i, strings.Repeat("x", 200))
		s.kept[0].Feeds = append(s.kept[0].Feeds, detector.InspectedFeed{Source: name, State: detector.FeedIsDead, Since: today, Last: today})
		s.counted.Sources[name] = &survey.Reach{Accounts: 1}
		for _, signal := range []string{"call", "meeting", "order"} {
			s.counted.Flows[survey.Flow{Source: name, Signal: signal}] = &survey.Tally{Accounts: 1, Last: today}
		}
	}
	s.process.Configuration.Refused = strings.Repeat("signals.yaml:1: \"><img src=x>\n", 5000)
	s.process.Channels[0].Error = strings.Repeat("<b>", 5000)
	s.process.Channels[0].Failures = 1
	code, page := s.ask("/operations")
	if code != http.StatusOK || len(page) > 300_000 || strings.Contains(page, "<script") || strings.Contains(page, "<img") || strings.ContainsRune(page, '\u202e') {
		t.Errorf("%d, %d bytes", code, len(page))
	}
	t.Logf("page of %d bytes", len(page))
	var feeds operations.FeedsAnswer
	s.read("/api/v1/feeds", &feeds)
	if len(feeds.Feeds) != 1000 || feeds.Total != 10_001 {
		t.Errorf("%d feeds of %d", len(feeds.Feeds), feeds.Total)
	}
	if _, body := s.ask("/api/v1/status"); len(body) > 1_000_000 {
		t.Errorf("status of %d bytes", len(body))
	}
}

// Where the accounts cannot be counted, nothing is said of how many are blind.
func TestNotCounted(t *testing.T) {
	for language, want := range map[message.Language]string{message.English: "<h1>No data comes from pbx since 2 Mar 2026.</h1>", message.Chinese: "没有收到 pbx 的数据。</h1>"} {
		s := newStand(t, language)
		s.dead("pbx")
		s.uncounted = errors.New("too slow")
		s.page(want, map[message.Language]string{message.English: "The accounts cannot be counted now", message.Chinese: "暂时无法统计客户"}[language])
		if unread := s.status().Unread; len(unread) != 1 || unread[0] != "accounts" {
			t.Errorf("unread: %v", unread)
		}
	}
}

// A feed that fails in one partition of two fails, and it is said where.
func TestFeedsOfPartitions(t *testing.T) {
	s := newStand(t, message.English)
	f := &s.kept[1].Feeds[0]
	f.State, f.Since, f.Last = detector.FeedIsDead, today-3, today-4
	s.page("in partition 1")
	var feeds operations.FeedsAnswer
	s.read("/api/v1/feeds", &feeds)
	if one := feeds.Feeds[0]; one.Source != "pbx" || one.State != "dead" || len(one.FailingIn) != 1 || one.Last != today || one.Accounts != 120 || one.Alone != 45 || len(one.Signals) != 1 {
		t.Errorf("%+v", one)
	}
}

package config

import (
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"firstsign/accounts"
	"firstsign/detector"
	"firstsign/detector/redis"
	"firstsign/detector/worker"
	"firstsign/signals"
	"firstsign/signals/history"
)

func write(t testing.TB, dir string, texts map[string]string) {
	t.Helper()
	for name, text := range texts {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func TestExample(t *testing.T) {
	c, err := Load("example")
	if err != nil {
		t.Fatal(err)
	}
	// The example shows the defaults, so that it cannot drift away from them.
	want := Default()
	want.Service.Kafka.Brokers = []string{"localhost:9092"}
	want.Service.Redis.Namespace = want.Service.Kafka.Group
	want.Service.Redis.Addr = redis.DefaultAddr
	want.Service.Kafka.Partitions = 1
	if !reflect.DeepEqual(c.Service, want.Service) {
		t.Errorf("service.yaml gives\n%+v\nand the defaults are\n%+v", c.Service, want.Service)
	}
	wantWorker := worker.DefaultConfig()
	wantWorker.Owner = "a"
	if got := c.Service.Worker("a"); got != wantWorker {
		t.Errorf("a worker gets %+v, want %+v", got, wantWorker)
	}
	if !reflect.DeepEqual(c.Detector.Grades, want.Detector.Grades) || c.Detector.Lateness != want.Detector.Lateness {
		t.Errorf("signals.yaml gives\n%+v\nand the defaults are\n%+v", c.Detector, want.Detector)
	}
	if !reflect.DeepEqual(c.Detector.Patterns, want.Detector.Patterns) {
		t.Errorf("signals.yaml gives the rules\n%+v\nand the standard ones are\n%+v", c.Detector.Patterns, want.Detector.Patterns)
	}
	if !reflect.DeepEqual(c.Detector.Care, want.Detector.Care) {
		t.Errorf("signals.yaml owes\n%+v\nand the standard is\n%+v", c.Detector.Care, want.Detector.Care)
	}
	if got, want := names(c), names(want); !slices.Equal(got, want) {
		t.Errorf("signals.yaml names %v, and built in are %v", got, want)
	}
	if got, want := c.Routing, want.Routing; got.NotifyHorizon != want.NotifyHorizon || got.Language != want.Language ||
		got.RetentionDays != want.RetentionDays || !maps.Equal(got.Critical, want.Critical) {
		t.Errorf("routing.yaml gives\n%+v\nand the defaults are\n%+v", got, want)
	}
	grading := accounts.DefaultGrading()
	if grading.Potential = 1e7; c.Grading != grading {
		t.Errorf("grading.yaml gives\n%+v\nand the defaults are\n%+v", c.Grading, grading)
	}
	day, _ := signals.ParseDay("2026-02-22")
	if factor, ok := c.Calendar.Holidays[day]; factor != 0 || !ok || c.Calendar.Holidays[day+2] != 0.5 || len(c.Calendar.KnownYears()) < 26 {
		t.Errorf("calendar.yaml knows the years %v, 2026-02-24 is %v", c.Calendar.KnownYears(), c.Calendar.Holidays[day+2])
	}
	if a := c.Accounts.Get("hengda-steel"); c.Accounts.Len() != 18 || a.Name != "恒达钢铁" || a.Contacts[0] != (accounts.Contact{ID: "li-wei", Name: "李伟", Role: accounts.DecisionMaker, Power: 5, Stance: accounts.Supporter, Key: true}) {
		t.Errorf("accounts.csv gives %d accounts, %+v", c.Accounts.Len(), a)
	}
	for a := range c.Accounts.All() {
		if _, ok := c.Routing.Owners[a.Owner]; !ok && a.Owner != "" {
			t.Errorf("%s belongs to %s, who is not in routing.yaml", a.ID, a.Owner)
		}
	}
}

// The service.yaml of deploy/compose.yaml lies over the example's.
func TestDeployedService(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "deploy", "firstsign", serviceFile))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := parse(serviceFile, string(text)); err != nil {
		t.Error(err)
	}
}

func names(c *Config) []string {
	var list []string
	for _, s := range c.Rules().Signals {
		list = append(list, s.Name)
	}
	return list
}

func TestDefaults(t *testing.T) {
	c, err := parse(signalsFile, "lateness: 1d\nsignals:\n  - {name: mood, kind: score}\n  - {name: spend, kind: amount, weight: 0, side: ours}\ngrades:\n  key: {raise: 4}\n  problem:\n")
	if err != nil {
		t.Fatal(err)
	}
	want := []detector.Signal{
		{Name: "mood", Kind: detector.Score, Side: detector.Theirs, Weight: new(1.0), Resolution: 0.001},
		{Name: "spend", Kind: detector.Amount, Side: detector.Ours, Weight: new(0.0), Resolution: 0.01},
	}
	if !reflect.DeepEqual(c.Detector.Signals, want) || c.Detector.Lateness != 24*time.Hour {
		t.Errorf("got %+v", c.Detector)
	}
	standard := Default().Detector.Grades
	standard[accounts.Key] = detector.Threshold{Raise: 4, Clear: 3.6}
	wantWorker := worker.DefaultConfig()
	wantWorker.Owner = "a"
	if got := c.Service.Worker("a"); got != wantWorker {
		t.Errorf("a worker gets %+v, want %+v", got, wantWorker)
	}
	if !reflect.DeepEqual(c.Detector.Grades, standard) {
		t.Errorf("grades are %v, want %v", c.Detector.Grades, standard)
	}
	if c.Accounts != nil {
		t.Error("without a file of accounts there must be no Directory: it would reject everybody")
	}
}

func TestFromHistory(t *testing.T) {
	c, assumed := FromHistory([]history.NameCount{
		{Name: "微信", Least: 0, Most: 1000}, {Name: "call", Most: 1}, {Name: "Call", Most: 1}, {Name: "电话", Most: 3}, {Name: "销售额", Least: 1.5, Most: 900, Fractions: true},
		{Name: "units", Least: 1, Most: 1001}, {Name: "mood", Least: -1, Most: 1}, {Name: "share", Least: 0.2, Most: 1, Fractions: true},
		{Name: "net", Least: -2, Most: 3},
	})
	want := []string{"微信 count", "销售额 amount", "units amount", "mood score", "share score", "net amount"}
	var got []string
	for _, s := range assumed {
		got = append(got, s.Name+" "+string(s.Kind))
		if s.Side != detector.Theirs || *s.Weight != 1 || !slices.Contains(names(c), s.Name) {
			t.Errorf("assumed %+v", s)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("assumed %v, want %v", got, want)
	}
	if got := names(c); len(got) != len(Default().Detector.Signals)+len(want) {
		t.Errorf("signals are %v", got)
	}
}

func TestRulesHash(t *testing.T) {
	base := map[string]string{
		signalsFile:     "lateness: 1h\nsignals:\n  - {name: call, kind: count}\n  - {name: mood, kind: score}\ngrades:\n  key: {raise: 4, clear: 1}\n",
		calendarFile:    "timezone: Asia/Shanghai\nholidays:\n  2026-01-01..2026-01-02: 0\n  2026-05-01: 0.5\nmake_up: [2026-02-14]\n",
		accountsCSVFile: "id,name,owner,grade,contacts\nacme,Acme,li,key,wei=Wei\nhengda,恒达,wang,key,\n",
	}
	hash := func(name, text string) string {
		f := &files{texts: make(map[string][]byte)}
		for _, texts := range []map[string]string{sound, base, {name: text}} {
			for n, t := range texts {
				f.texts[n] = []byte(t)
			}
		}
		c, err := f.parse()
		if err != nil {
			t.Fatal(err)
		}
		return c.Rules().Hash
	}
	want := hash(signalsFile, base[signalsFile])
	if len(want) != 12 || strings.Trim(want, "0123456789abcdef") != "" {
		t.Errorf("%q is not 12 hex digits", want)
	}
	change := func(file, from, to string) (string, string) {
		if !strings.Contains(base[file], from) {
			t.Fatalf("%s does not hold %q", file, from)
		}
		return file, strings.Replace(base[file], from, to, 1)
	}
	for name, same := range map[string]func() (string, string){
		"comment": func() (string, string) { return change(signalsFile, "lateness", "# calm\nlateness") },
		"key order": func() (string, string) {
			return change(signalsFile, "{name: call, kind: count}", "{kind: count, name: call}")
		},
		"signals": func() (string, string) {
			return change(signalsFile, "  - {name: call, kind: count}\n  - {name: mood, kind: score}\n", "  - {name: mood, kind: score}\n  - {name: call, kind: count}\n")
		},
		"defaults": func() (string, string) {
			return change(signalsFile, "kind: score", "kind: score, weight: 1.0, side: theirs, resolution: 0.001")
		},
		"unit": func() (string, string) { return change(signalsFile, "1h", "60m") },
		"span": func() (string, string) {
			return change(calendarFile, "2026-01-01..2026-01-02: 0", "2026-01-02: 0\n  2026-01-01: 0.0")
		},
		"owner":       func() (string, string) { return change(accountsCSVFile, "wang", "chen") },
		"name":        func() (string, string) { return change(accountsCSVFile, "恒达", "恒达钢铁") },
		"routing":     func() (string, string) { return routingFile, "" },
		"keep text":   func() (string, string) { return wordsFile, "keep_text: true" },
		"service":     func() (string, string) { return serviceFile, sound[serviceFile] + "tick_interval: 30s\n" },
		"byte order":  func() (string, string) { return change(accountsCSVFile, "id", "\ufeffid") },
		"yaml layout": func() (string, string) { return change(calendarFile, "[2026-02-14]", "\n  - 2026-02-14") },
	} {
		if got := hash(same()); got != want {
			t.Errorf("%s: the hash changed", name)
		}
	}
	seen := map[string]string{want: "the base"}
	for name, other := range map[string]func() (string, string){
		"lateness":    func() (string, string) { return change(signalsFile, "1h", "2h") },
		"kind":        func() (string, string) { return change(signalsFile, "count", "event") },
		"weight":      func() (string, string) { return change(signalsFile, "kind: count", "kind: count, weight: 0.5") },
		"side":        func() (string, string) { return change(signalsFile, "kind: count", "kind: count, side: ours") },
		"per contact": func() (string, string) { return change(signalsFile, "kind: count", "kind: count, per_contact: true") },
		"meaning":     func() (string, string) { return change(signalsFile, "kind: score", "kind: score, means: share") },
		"resolution":  func() (string, string) { return change(signalsFile, "kind: score", "kind: score, resolution: 0.01") },
		"signal":      func() (string, string) { return change(signalsFile, "call", "calls") },
		"raise":       func() (string, string) { return change(signalsFile, "raise: 4", "raise: 5") },
		"clear":       func() (string, string) { return change(signalsFile, "clear: 1", "clear: 2") },
		"time zone":   func() (string, string) { return change(calendarFile, "Shanghai", "Tokyo") },
		"holiday":     func() (string, string) { return change(calendarFile, "0.5", "0.6") },
		"season":      func() (string, string) { return change(calendarFile, "make_up", "seasons: {call: {7: 0.5}}\nmake_up") },
		"make-up":     func() (string, string) { return change(calendarFile, "[2026-02-14]", "[]") },
		"rules": func() (string, string) {
			return change(signalsFile, "grades", "rules: [{name: much, signal: call, times: 9, days: 2}]\ngrades")
		},
		"care": func() (string, string) {
			return change(signalsFile, "grades", "care: {owed: {key: {contacts: 3}}}\ngrades")
		},
		"more care": func() (string, string) {
			return change(signalsFile, "grades", "care: {owed: {key: {contacts: 4}}}\ngrades")
		},
		"care for others": func() (string, string) {
			return change(signalsFile, "grades", "care: {owed: {potential: {contacts: 4}}}\ngrades")
		},
		"rule's days": func() (string, string) {
			return change(signalsFile, "grades", "rules: [{name: much, signal: call, times: 9, days: 3}]\ngrades")
		},
		"competitor": func() (string, string) { return wordsFile, "competitors: [Northlink]" },
		"numbers":    func() (string, string) { return wordsFile, "numbers: {colleague: [Northlink]}" },
		"sign":       func() (string, string) { return wordsFile, "names: {complaint: call}" },
		"grade":      func() (string, string) { return change(accountsCSVFile, "li,key", "li,ordinary") },
		"contact":    func() (string, string) { return change(accountsCSVFile, "wei=Wei", "wei2=Wei") },
		"account":    func() (string, string) { return change(accountsCSVFile, "acme", "acme2") },
	} {
		got := hash(other())
		if seen[got] != "" {
			t.Errorf("%s: the hash is that of %s", name, seen[got])
		}
		seen[got] = name
	}
}

// The hash of given rules is fixed: it stands in stored states and findings,
// and a change of its form would look like a change of the rules.
func TestRulesHashIsFixed(t *testing.T) {
	c, err := parse(signalsFile, `
lateness: 1h
signals:
  - {name: call, kind: count}
  - {name: spend, kind: amount, weight: 0.5, side: ours, per_contact: true, resolution: 10}
grades:
  key: {raise: 5, clear: 1}
  potential: {raise: 5, clear: 1}
  ordinary: {raise: 5, clear: 1}
  marginal: {raise: 5, clear: 1}
  problem: {raise: 5, clear: 1}
`)
	if err != nil {
		t.Fatal(err)
	}
	c.Calendar.Holidays[20500] = 0.5
	c.Calendar.MakeUp[20504] = true
	c.Accounts = accounts.NewDirectory([]accounts.Account{{ID: "acme", Contacts: []accounts.Contact{{ID: "li", Key: true}}}})
	rules := c.Rules()
	rules.Reader = nil // a better reader is another rule
	if got, want := hash(rules), "e7c4e5014afb"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestFilesBesideService(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, sound)
	write(t, dir, map[string]string{serviceFile: `
kafka:
  brokers: [b1:9092]
  group: east
  tls: {enabled: true, ca: ca.pem, cert: /etc/client.pem, key: key.pem}
  sasl: {mechanism: plain, username: u, password_file: secrets/kafka}
redis:
  address: r:6379
  password_env: REDIS_PASSWORD
http: {web_config_file: web.yml}
`})
	s := load(t, dir).Service
	if s.Kafka.TLS.CA != dir+"/ca.pem" || s.Kafka.TLS.Cert != "/etc/client.pem" || s.Kafka.SASL.PasswordFile != dir+"/secrets/kafka" ||
		s.HTTP.WebConfigFile != dir+"/web.yml" || s.Redis.TLS.CA != "" || s.Redis.PasswordFile != "" {
		t.Errorf("got %+v", s)
	}
	if s.Redis.Namespace != "east" {
		t.Errorf("the state is in the name space %q, and not in that of the group", s.Redis.Namespace)
	}
}

// The judging commands need no more than what is judged and the days.
func TestCanRun(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{signalsFile: sound[signalsFile], calendarFile: sound[calendarFile]})
	if err := load(t, dir).CanRun(); err == nil {
		t.Error("can run without service.yaml")
	}
	write(t, dir, map[string]string{serviceFile: sound[serviceFile]})
	if err := load(t, dir).CanRun(); err != nil {
		t.Error(err)
	}
}

package config

import (
	"errors"
	"maps"
	"strings"
	"testing"

	"firstsign/internal/fault"
)

// sound are files without a fault.
var sound = map[string]string{
	serviceFile:  "kafka:\n  brokers: [b1:9092]\nredis:\n  address: r:6379\n",
	signalsFile:  "signals:\n  - name: call\n    kind: count\n",
	routingFile:  "channels:\n  mail: {url: \"logger://\"}\n",
	calendarFile: "timezone: Asia/Shanghai\n",
}

// parse reads the sound files with one of them replaced.
func parse(name, text string) (*Config, error) {
	f := &files{texts: make(map[string][]byte)}
	for n, t := range sound {
		f.texts[n] = []byte(t)
	}
	if name == contactsCSVFile {
		f.texts[accountsCSVFile] = []byte("id\nacme\n")
	}
	f.texts[name] = []byte(text)
	return f.parse()
}

func TestFaults(t *testing.T) {
	const kafka = "kafka:\n  brokers: [b1:9092]\n"
	const service = kafka + "redis:\n  address: r:6379\n" // four lines
	const kinds = "count, score, event, amount"
	cases := []struct{ name, file, text, want string }{
		// YAML itself
		{"tab", serviceFile, "kafka:\n\tbrokers: [a:1]\n", `service.yaml:2: not YAML: found character that cannot start any token`},
		{"open quote", calendarFile, "timezone: \"Asia\n", `calendar.yaml:2: not YAML: found unexpected end of stream`},
		{"bad UTF-8", calendarFile, "# x\ntimezone: A\xffB\n", `calendar.yaml:2: the file is not UTF-8`},
		{"two documents", calendarFile, "timezone: UTC\n---\ntimezone: UTC\n", `calendar.yaml:2: a second document begins: one file is one document`},
		{"a list at the top", calendarFile, "- UTC\n", `calendar.yaml:1: want a mapping (key: value), got a list`},
		{"text at the top", signalsFile, "\ncall\n", `signals.yaml:2: want a mapping (key: value), got "call"`},
		{"duplicate key", calendarFile, "timezone: UTC\nmake_up: []\ntimezone: UTC\n", `calendar.yaml:3: key "timezone" is already on line 1`},
		{"duplicate key in a mapping", serviceFile, service + "http:\n  listen: :80\n  listen: :81\n", `service.yaml:7: http: key "listen" is already on line 6`},
		{"alias", routingFile, "default: &a [mail]\noperator: *a\nchannels: {mail: {url: \"logger://\"}}\n",
			"routing.yaml:1: default: anchors and aliases (& and *) are not used in these files\n" +
				"routing.yaml:2: operator: anchors and aliases (& and *) are not used in these files"},
		{"key that is a list", calendarFile, "timezone: UTC\n? [a]\n: b\n", `calendar.yaml:2: a key is not plain text`},
		{"merge key", serviceFile, service + "<<: {log: {level: info}}\n", `service.yaml:5: unknown key "<<"`},

		// who may see what
		{"a role that is none", accessFile, "others: viewer\npeople:\n  li.wei:\n    role: manger\n", `access.yaml:4: people.li.wei.role: "manger" is none of viewer, manager, superior, admin (did you mean "manager"?)`},
		{"a login of two", accessFile, "people:\n  anna: {role: manager, logins: [a@b.c]}\n  bert:\n    role: viewer\n    logins:\n      - a@b.c\n", `access.yaml:6: people.bert.logins[0]: "a@b.c" is empty or the login of "anna" already`},
		{"a proxy without an address", accessFile, "others: viewer\nproxy:\n  header: X-User\n", `access.yaml:2: proxy: needs from: the addresses that the proxy connects from, like [127.0.0.1]`},
		{"an unknown key of a person", accessFile, "people:\n  anna: {role: manager, see: all}\n", `access.yaml:2: people.anna: unknown key "see" (did you mean "sees"?)`},

		// keys and types
		{"unknown key", signalsFile, "latness: 1h\n" + sound[signalsFile], `signals.yaml:1: unknown key "latness" (did you mean "lateness"?)`},
		{"unknown key within", serviceFile, kafka + "  topics: x\nredis: {address: r:1}\n", `service.yaml:3: kafka: unknown key "topics" (did you mean "topic"?)`},
		{"nothing alike", serviceFile, service + "elephant: 1\n", `service.yaml:5: unknown key "elephant"`},
		{"secret in the file", serviceFile, service + "  password: abc\n", `service.yaml:5: redis: unknown key "password": a secret is given by password_file or password_env`},
		{"list for text", serviceFile, kafka + "  topic: [a]\nredis: {address: r:1}\n", `service.yaml:3: kafka.topic: want text, got a list`},
		{"text for list", serviceFile, "kafka: {brokers: b1:9092}\nredis: {address: r:1}\n",
			`service.yaml:1: kafka.brokers: want a list (- item), got "b1:9092"`},
		{"number for mapping", serviceFile, kafka + "redis: 6379\n", `service.yaml:3: redis: want a mapping (key: value), got "6379"`},
		{"nothing for text", serviceFile, service + "http: {listen: }\n", `service.yaml:5: http.listen: want text, got nothing`},
		{"true for text", serviceFile, kafka + "  group: true\nredis: {address: r:1}\n", `service.yaml:3: kafka.group: want text, got "true"`},
		{"text for number", serviceFile, kafka + "  partitions: four\nredis: {address: r:1}\n", `service.yaml:3: kafka.partitions: want a whole number, got "four"`},
		{"fraction for whole", serviceFile, kafka + "  partitions: 1.5\nredis: {address: r:1}\n", `service.yaml:3: kafka.partitions: want a whole number, got "1.5"`},
		{"huge number", serviceFile, service + "commit_accounts: 99999999999999999999\n", `service.yaml:5: commit_accounts: want a whole number, got "99999999999999999999"`},
		{"text for true", signalsFile, "signals:\n  - name: call\n    kind: count\n    per_contact: sure\n", `signals.yaml:4: signals[0].per_contact: want true or false, got "sure"`},
		{"not a number", signalsFile, "signals:\n  - {name: call, kind: count, weight: .nan}\n", `signals.yaml:2: signals[0].weight: want a number, got ".nan"`},
		{"infinity", signalsFile, sound[signalsFile] + "grades:\n  key: {raise: .inf}\n", `signals.yaml:5: grades.key.raise: want a number, got ".inf"`},
		{"duration without unit", serviceFile, service + "tick_interval: 60\n", `service.yaml:5: tick_interval: want a duration such as 500ms, 30s, 5m, 36h or 3d, got "60"`},
		{"long text", serviceFile, service + "tick_interval: " + strings.Repeat("长", 50) + "\n",
			`service.yaml:5: tick_interval: want a duration such as 500ms, 30s, 5m, 36h or 3d, got "` + strings.Repeat("长", 40) + `..."`},
		{"mapping for list item", routingFile, "default: [{a: b}]\n", `routing.yaml:1: default[0]: want text, got a mapping`},

		// service.yaml
		{"empty service", serviceFile, "# nothing\n", `service.yaml:1: kafka.brokers: at least one broker (host:port) is needed`},
		{"no port", serviceFile, "kafka:\n  brokers:\n    - b1:9092\n    - b2\nredis:\n  address: \"6379\"\n",
			"service.yaml:4: kafka.brokers[1]: \"b2\" is not host:port\nservice.yaml:6: redis.address: \"6379\" is not host:port"},
		{"a page that is open", serviceFile, service + "http:\n  open_paths: [/metrics, /api/v1/alerts]\n", `service.yaml:6: http.open_paths[1]: "/api/v1/alerts" is none of /-/healthy, /-/ready, /metrics, /ack`},
		{"docs that are no address", serviceFile, service + "http: {docs_url: docs.example.com}\n", `service.yaml:5: http.docs_url: "docs.example.com" is not an address that begins with https:// or http://`},
		{"port too high", serviceFile, service + "http:\n  listen: :99999\n", `service.yaml:6: http.listen: ":99999" is not host:port or :port`},
		{"bad topic", serviceFile, kafka + "  topic: a b\nredis: {address: r:1}\n", `service.yaml:3: kafka.topic: "a b" is no name of a topic: 1 to 249 letters, digits, dots, dashes or underscores`},
		{"topic twice", serviceFile, kafka + "  alerts: firstsign.interactions\nredis: {address: r:1}\n", `service.yaml:3: kafka.alerts: "firstsign.interactions" is kafka.topic already`},
		{"braces in the group", serviceFile, kafka + "  group: \"{a}\"\nredis: {address: r:1}\n", `service.yaml:3: kafka.group: "{a}" is no name of a group: 1 to 249 letters, digits, dots, dashes or underscores`},
		{"no partition", serviceFile, kafka + "  partitions: -1\nredis: {address: r:1}\n", `service.yaml:3: kafka.partitions: must be between 0 (as many as the topic has) and 10000`},
		{"negative replication", serviceFile, kafka + "  replication: -1\nredis: {address: r:1}\n", `service.yaml:3: kafka.replication: must be between 0 (the brokers' default) and 100`},
		{"short retention", serviceFile, kafka + "  retention: 1h\nredis: {address: r:1}\n", `service.yaml:3: kafka.retention: must be between 1d and 36600d`},
		{"TLS by half", serviceFile, kafka + "  tls:\n    enabled: true\n    cert: a.pem\nredis: {address: r:1}\n", `service.yaml:3: kafka.tls: cert and key go together`},
		{"TLS not enabled", serviceFile, service + "  tls: {ca: a.pem}\n", `service.yaml:5: redis.tls: is given and not enabled: say enabled: true`},
		{"SASL mechanism", serviceFile, kafka + "  sasl:\n    mechanism: plian\n    username: u\n    password_env: P\nredis: {address: r:1}\n", `service.yaml:4: kafka.sasl.mechanism: "plian" is none of plain, scram-sha-256, scram-sha-512 (did you mean "plain"?)`},
		{"SASL empty", serviceFile, kafka + "  sasl: {username: \"\", password_env: \"\", mechanism: plain}\nredis: {address: r:1}\n",
			"service.yaml:3: kafka.sasl: a password is needed: password_file or password_env\nservice.yaml:3: kafka.sasl: a username is needed"},
		{"SASL without mechanism", serviceFile, kafka + "  sasl:\n    username: u\n    password_env: P\nredis: {address: r:1}\n", `service.yaml:3: kafka.sasl: a mechanism is needed: plain, scram-sha-256, scram-sha-512`},
		{"fetch", serviceFile, kafka + "  fetch_bytes: 1\n", `service.yaml:3: kafka.fetch_bytes: must be between 65536 and 67108864`},
		{"session", serviceFile, kafka + "  session_timeout: 1ms\n", `service.yaml:3: kafka.session_timeout: must be between 1s and 30m`},
		{"namespace", serviceFile, service + "  namespace: a/b\n", `service.yaml:5: redis.namespace: "a/b" is no name: 1 to 249 letters, digits, dots, dashes or underscores`},
		{"two secrets", serviceFile, service + "  password_file: f\n  password_env: E\n", `service.yaml:6: redis.password_env: password_file is given as well: keep one of them`},
		{"user without password", serviceFile, service + "  username: u\n", `service.yaml:5: redis.username: a password is needed: password_file or password_env`},
		{"cluster without nodes", serviceFile, kafka + "redis:\n  cluster: true\n", `service.yaml:3: redis: a cluster and Sentinels need addresses`},
		{"nodes of what", serviceFile, kafka + "redis:\n  addresses: [a:1]\n", `service.yaml:3: redis: addresses are given: say cluster: true, or sentinel: {master: NAME}`},
		{"Sentinels of whom", serviceFile, kafka + "redis:\n  addresses: [a:1]\n  sentinel: {username: u}\n", `service.yaml:3: redis: sentinel: the name of the master is needed`},
		{"two kinds of Redis", serviceFile, kafka + "redis:\n  addresses: [a:1]\n  cluster: true\n  sentinel: {master: m}\n", `service.yaml:3: redis: cluster and sentinel are given: keep one`},
		{"one address or many", serviceFile, service + "  addresses: [a:1]\n  cluster: true\n", `service.yaml:3: redis: address and addresses are given: keep one`},
		{"database of a cluster", serviceFile, kafka + "redis:\n  addresses: [a:1]\n  cluster: true\n  db: 1\n", `service.yaml:3: redis: db: a cluster has only 0`},
		{"node", serviceFile, kafka + "redis:\n  addresses: [a]\n  cluster: true\n", `service.yaml:4: redis.addresses[0]: "a" is not host:port`},
		{"negative db", serviceFile, service + "  db: -1\n", `service.yaml:5: redis.db: must not be below 0`},
		{"tick too slow", serviceFile, service + "tick_interval: 2h\n", `service.yaml:5: tick_interval: must be between 1s and 1h`},
		{"commit too fast", serviceFile, service + "commit_interval: -1s\n", `service.yaml:5: commit_interval: must be between 10ms and 1m`},
		{"no accounts a commit", serviceFile, service + "commit_accounts: 0\n", `service.yaml:5: commit_accounts: must be at least 1`},
		{"log level", serviceFile, service + "log:\n  level: warning\n", `service.yaml:6: log.level: "warning" is none of debug, info, warn, error (did you mean "warn"?)`},
		{"empty log level", serviceFile, service + "log:\n  level: \"\"\n", `service.yaml:6: log.level: "" is none of debug, info, warn, error`},

		// signals.yaml
		{"no signals", signalsFile, "lateness: 1h\n", `signals.yaml:1: signals: at least one signal is needed`},
		{"signals empty", signalsFile, "lateness: 1h\nsignals: []\n", `signals.yaml:2: signals: at least one signal is needed`},
		{"late by weeks", signalsFile, "lateness: 7d\n" + sound[signalsFile], `signals.yaml:1: lateness: must be between 0s and 6d`},
		{"no name", signalsFile, "signals:\n  - kind: count\n", `signals.yaml:2: signals[0]: a signal needs a name`},
		{"name with a space at its end", signalsFile, "signals:\n  - kind: count\n    name: \"phone call \"\n", `signals.yaml:3: signals[0].name: "phone call " is no name: 1 to 64 bytes, without spaces around it`},
		{"signal twice", signalsFile, "signals:\n  - {name: call, kind: count}\n  - kind: event\n    name: call\n", `signals.yaml:4: signals[1].name: signal "call" is already on line 2`},
		{"no kind", signalsFile, "signals:\n  - name: call\n", `signals.yaml:2: signals[0]: signal "call" needs a kind: ` + kinds},
		{"unknown kind", signalsFile, "signals:\n  - name: call\n    kind: counts\n", `signals.yaml:3: signals[0].kind: "counts" is none of ` + kinds + ` (did you mean "count"?)`},
		{"kind of wrong type", signalsFile, "signals:\n  - name: call\n    kind: [count]\n", `signals.yaml:3: signals[0].kind: want text, got a list`},
		{"unknown side", signalsFile, "signals:\n  - name: call\n    kind: count\n    side: our\n", `signals.yaml:4: signals[0].side: "our" is none of theirs, ours, direction (did you mean "ours"?)`},
		{"negative weight", signalsFile, "signals:\n  - name: call\n    kind: count\n    weight: -1\n", `signals.yaml:4: signals[0].weight: must be between 0 and 10`},
		{"no resolution", signalsFile, "signals:\n  - name: spend\n    kind: amount\n    resolution: 0\n", `signals.yaml:4: signals[0].resolution: must be above 0`},
		{"resolution of a count", signalsFile, "signals:\n  - name: call\n    kind: count\n    resolution: 1\n", `signals.yaml:4: signals[0].resolution: only a score or an amount has a resolution`},
		{"purchases by a mean", signalsFile, "signals:\n  - {name: mood, kind: score, means: purchases}\n", `signals.yaml:2: signals[0].means: purchases are an amount or a count of theirs`},
		{"our own purchases", signalsFile, "signals:\n  - {name: buy, kind: count, side: ours, means: purchases}\n", `signals.yaml:2: signals[0].means: purchases are an amount or a count of theirs`},
		{"a share that is counted", signalsFile, "signals:\n  - {name: part, kind: count, means: share}\n", `signals.yaml:2: signals[0].means: a share is a score from 0 to 1`},
		{"unknown meaning", signalsFile, "signals:\n  - {name: part, kind: count, means: shares}\n", `signals.yaml:2: signals[0].means: "shares" is none of purchases, share (did you mean "share"?)`},
		{"care for nothing", signalsFile, sound[signalsFile] + "care:\n  visits: [visi]\n", `signals.yaml:5: care.visits[0]: no signal is called "visi"`},
		{"their visits", signalsFile, sound[signalsFile] + "care:\n  visits: [call]\n", `signals.yaml:5: care.visits[0]: call is no visit of ours: a visit is a count with side ours or direction`},
		{"visits twice", signalsFile, "signals:\n  - {name: call, kind: count, side: ours}\ncare:\n  visits: [call, call]\n", `signals.yaml:4: care.visits[1]: signal "call" stands here twice`},
		{"no signal for the visits that are owed", signalsFile, sound[signalsFile] + "care:\n  owed:\n    key: {visits: 3}\n", `signals.yaml:4: care.visits[0]: no signal is called "visit"`},
		{"owed to nobody", signalsFile, sound[signalsFile] + "care:\n  owed:\n    keys: {contacts: 3}\n", `signals.yaml:6: care.owed.keys: unknown grade "keys" (did you mean "key"?)`},
		{"too much owed", signalsFile, sound[signalsFile] + "care:\n  owed:\n    key: {contacts: 99}\n", `signals.yaml:6: care.owed.key.contacts: must be between 0 (nothing is owed) and 84 in 28 days`},
		{"less than nothing owed", signalsFile, sound[signalsFile] + "care:\n  owed:\n    key: {contacts: -1}\n", `signals.yaml:6: care.owed.key.contacts: must be between 0 (nothing is owed) and 84 in 28 days`},
		{"complaints without answers", signalsFile, sound[signalsFile] + "care:\n  complaint_days: 5\n", `signals.yaml:5: care.complaint_days: needs the signals complaint and complaint_resolved`},
		{"complaints for ever", signalsFile, sound[signalsFile] + "care:\n  complaint_days: 43\n", `signals.yaml:5: care.complaint_days: must be between 0 (no limit) and 42`},
		{"rule of nothing", signalsFile, sound[signalsFile] + "rules:\n  - {name: a, signal: cal, days: 3}\n", `signals.yaml:5: rules[0].signal: no signal is called "cal" (did you mean "call"?)`},
		{"rule without a name", signalsFile, sound[signalsFile] + "rules:\n  - {signal: call, days: 3}\n", `signals.yaml:5: rules[0].name: a rule needs a name of 1 to 100 bytes: it stands in the message`},
		{"rule twice", signalsFile, sound[signalsFile] + "rules:\n  - {name: a, signal: call, days: 3}\n  - {name: a, signal: call, days: 4}\n", `signals.yaml:6: rules[1].name: rule "a" is already on line 5`},
		{"rule of a mean", signalsFile, "signals:\n  - {name: mood, kind: score}\nrules:\n  - {name: a, signal: mood, days: 3}\n", `signals.yaml:4: rules[0].signal: mood is a score: a rule is about a count or an event`},
		{"rule of key contacts that are not kept", signalsFile, sound[signalsFile] + "rules:\n  - {name: a, signal: call, of: key_contact, days: 3}\n", `signals.yaml:5: rules[0].of: call is not kept for each key contact: give it per_contact: true`},
		{"rule of others", signalsFile, sound[signalsFile] + "rules:\n  - {name: a, signal: call, of: key_contacts, days: 3}\n", `signals.yaml:5: rules[0].of: "key_contacts" is none of key_contact (did you mean "key_contact"?)`},
		{"rule without days", signalsFile, sound[signalsFile] + "rules:\n  - {name: a, signal: call}\n", `signals.yaml:5: rules[0].days: must be between 1 and 56`},
		{"rule that waits too long", signalsFile, sound[signalsFile] + "rules:\n  - {name: a, signal: call, followed_by: silence, days: 43}\n", `signals.yaml:5: rules[0].days: must be between 1 and 42`},
		{"rule that waits for what is unknown", signalsFile, sound[signalsFile] + "rules:\n  - {name: a, signal: call, without: answer, days: 3}\n", `signals.yaml:5: rules[0].without: no signal is called "answer"`},
		{"rule followed by noise", signalsFile, sound[signalsFile] + "rules:\n  - {name: a, signal: call, followed_by: noise, days: 3}\n", `signals.yaml:5: rules[0].followed_by: "noise" is none of silence`},
		{"rule that waits, twice", signalsFile, sound[signalsFile] + "rules:\n  - {name: a, signal: call, followed_by: silence, times: 2, days: 3}\n", `signals.yaml:5: rules[0].times: with followed_by or without, once is enough`},
		{"rule with an unknown key", signalsFile, sound[signalsFile] + "rules:\n  - {name: a, signal: call, days: 3, time: 2}\n", `signals.yaml:5: rules[0]: unknown key "time" (did you mean "times"?)`},
		{"unknown grade", signalsFile, sound[signalsFile] + "grades:\n  keys: {raise: 1}\n", `signals.yaml:5: grades: unknown grade "keys" (did you mean "key"?)`},
		{"raise zero", signalsFile, sound[signalsFile] + "grades:\n  key: {raise: 0}\n", `signals.yaml:5: grades.key.raise: must be above 0 account-years`},
		{"clear above raise", signalsFile, sound[signalsFile] + "grades:\n  key:\n    raise: 3\n    clear: 4\n", `signals.yaml:7: grades.key.clear: 4 must be below raise, which is 3`},
		{"clear negative", signalsFile, sound[signalsFile] + "grades:\n  key:\n    clear: -1\n", `signals.yaml:6: grades.key.clear: must not be below 0`},

		// calendar.yaml
		{"no time zone", calendarFile, "make_up: []\n", `calendar.yaml:1: timezone: is missing: where a day begins, such as Asia/Shanghai`},
		{"unknown time zone", calendarFile, "\ntimezone: Asia/Peking\n", `calendar.yaml:2: timezone: "Asia/Peking" is not a time zone such as Asia/Shanghai or Europe/Berlin`},
		{"machine's time zone", calendarFile, "timezone: Local\n", `calendar.yaml:1: timezone: "Local" is not a time zone such as Asia/Shanghai or Europe/Berlin`},
		{"no such day", calendarFile, "timezone: UTC\nholidays:\n  2026-02-30: 0\n", `calendar.yaml:3: holidays.2026-02-30: "2026-02-30" is not a date such as 2026-02-17`},
		{"year 9999", calendarFile, "timezone: UTC\nholidays:\n  9999-01-01: 0\n", `calendar.yaml:3: holidays.9999-01-01: "9999-01-01" is not a date such as 2026-02-17`},
		{"half a span", calendarFile, "timezone: UTC\nholidays:\n  2026-02-17..: 0\n", `calendar.yaml:3: holidays.2026-02-17..: "" is not a date such as 2026-02-17`},
		{"span backwards", calendarFile, "timezone: UTC\nholidays:\n  2026-02-17..2026-02-16: 0\n", `calendar.yaml:3: holidays.2026-02-17..2026-02-16: ends before it begins`},
		{"span of a year", calendarFile, "timezone: UTC\nholidays:\n  2026-02-17..2027-02-16: 0\n", `calendar.yaml:3: holidays.2026-02-17..2027-02-16: is longer than 62 days`},
		{"spans overlap", calendarFile, "timezone: UTC\nholidays:\n  2026-02-16..2026-02-20: 0\n  2026-02-18: 0.5\n", `calendar.yaml:4: holidays.2026-02-18: 2026-02-18 is already on line 3`},
		{"factor", calendarFile, "timezone: UTC\nholidays:\n  2026-02-17: 2\n", `calendar.yaml:3: holidays.2026-02-17: the part of a normal day's contact must be between 0 and 1`},
		{"make-up on a weekday", calendarFile, "timezone: UTC\nmake_up:\n  - 2026-02-16\n", `calendar.yaml:3: make_up[0]: 2026-02-16 is a Monday: only a day of a weekend is made up`},
		{"make-up on a holiday", calendarFile, "timezone: UTC\nholidays:\n  2026-02-14: 0\nmake_up: [2026-02-14]\n", `calendar.yaml:4: make_up[0]: 2026-02-14 is a holiday on line 3`},
		{"no such month", calendarFile, "timezone: UTC\nseasons:\n  call: {13: 0.5}\n", `calendar.yaml:3: seasons.call.13: "13" is no month: 1 to 12`},
		{"month of nothing", calendarFile, "timezone: UTC\nseasons:\n  call: {7: 0}\n", `calendar.yaml:3: seasons.call.7: must be between 0.05 and 20`},
		{"season of nothing", calendarFile, "timezone: UTC\nseasons:\n  cal: {7: 0.5}\n", `calendar.yaml:3: seasons.cal: no signal of signals.yaml is called that (did you mean "call"?)`},
		{"make-up twice", calendarFile, "timezone: UTC\nmake_up:\n  - 2026-02-14\n  - 2026-02-14\n", `calendar.yaml:4: make_up[1]: 2026-02-14 is given twice`},

		// routing.yaml
		{"no such channel", routingFile, sound[routingFile] + "default: [male]\n", `routing.yaml:3: default[0]: there is no channel "male" (did you mean "mail"?)`},
		{"channel twice", routingFile, sound[routingFile] + "operator: [mail, mail]\n", `routing.yaml:3: operator[1]: channel "mail" stands here twice`},
		{"owner's channel", routingFile, sound[routingFile] + "owners:\n  wang.fang:\n    - mail\n    - x\n", `routing.yaml:6: owners.wang.fang[1]: there is no channel "x"`},
		{"no URL", routingFile, "channels:\n  mail: {}\n", `routing.yaml:2: channels.mail: needs exactly one of url, url_file and url_env`},
		{"two URLs", routingFile, "channels:\n  mail: {url_env: A, url_file: b}\n", `routing.yaml:2: channels.mail: needs exactly one of url, url_file and url_env`},
		{"bad URL is not repeated", routingFile, "channels:\n  mail:\n    url: \"s3cret\"\n", `routing.yaml:3: channels.mail.url: is not a URL; it begins with the service, like smtp:// or lark://`},
		{"negative horizon", routingFile, "notify_horizon: -1s\n", `routing.yaml:1: notify_horizon: is -1s; it must not be negative`},
		{"long horizon", routingFile, "\nnotify_horizon: 367d\n", `routing.yaml:2: notify_horizon: is 367d; it must be at most 366d`},
		{"team's channel", routingFile, sound[routingFile] + "teams:\n  east: [male]\n", `routing.yaml:4: teams.east[0]: there is no channel "male" (did you mean "mail"?)`},
		{"negative wait", routingFile, "escalate_after: -1h\n", `routing.yaml:1: escalate_after: is -1h0m0s; it must not be negative`},
		{"links without key", routingFile, "links:\n  base_url: https://x\n", `routing.yaml:1: links: needs exactly one of key_file and key_env`},
		{"links to nowhere", routingFile, "links:\n  base_url: firstsign.example.com\n  key_env: A\n",
			`routing.yaml:2: links.base_url: is "firstsign.example.com"; it is the address at which browsers reach the service, like https://firstsign.example.com`},
		{"a key in the file", routingFile, "links:\n  base_url: https://x\n  key: s3cret\n  key_env: A\n",
			`routing.yaml:3: links: unknown key "key": a secret is given by key_file or key_env`},
		{"links for ever", routingFile, "links:\n  base_url: https://x\n  key_env: A\n  valid_for: 400d\n",
			`routing.yaml:4: links.valid_for: is 9600h0m0s; it must be at most 90 days`},
		{"critical grade", routingFile, "critical:\n  keys: 3\n", `routing.yaml:2: critical.keys: is no grade`},
		{"critical zero", routingFile, "critical:\n  key: 0\n", `routing.yaml:2: critical.key: is 0; it must be a number of account-years above 0`},
		{"language", routingFile, "language: fr\n", `routing.yaml:1: language: is "fr"; en and zh are known`},

		// accounts
		{"accounts.csv", accountsCSVFile, "id,grade\nacme,kee\nacme,key\n",
			"accounts.csv:2: grade \"kee\" is none of key, potential, ordinary, marginal, problem (did you mean \"key\"?)\naccounts.csv:3: account \"acme\" is already on line 2"},
		{"accounts.yaml", accountsYAMLFile, "accounts:\n  - id: acme\n    ower: li\n  - name: Hengda\n  - {id: acme, grade: kye}\n",
			"accounts.yaml:3: accounts[0]: unknown key \"ower\" (did you mean \"owner\"?)\naccounts.yaml:4: id is empty\n" +
				"accounts.yaml:5: account \"acme\" is already on line 2\naccounts.yaml:5: grade \"kye\" is none of key, potential, ordinary, marginal, problem (did you mean \"key\"?)"},
		{"contacts.csv", contactsCSVFile, "account,id,power\nacme,li,3\nacm,wu,3\nacme,zhang,7\n",
			"contacts.csv:3: account \"acm\" is not in accounts.csv (did you mean \"acme\"?)\ncontacts.csv:4: power is 7; it must be between 1 and 5"},
		{"words without a name", wordsFile, "competitors: [A, 讯, \"?!\", Northlink]\ncompany: [northlink]\n",
			"words.yaml:1: competitors[0]: \"A\" is no name that can be found in a text: two letters or characters at least\n" +
				"words.yaml:1: competitors[1]: \"讯\" is no name that can be found in a text: two letters or characters at least\n" +
				"words.yaml:1: competitors[2]: \"?!\" is no name that can be found in a text: two letters or characters at least\n" +
				"words.yaml:2: company[0]: name \"northlink\" is already on line 1"},
		{"sign of nothing", wordsFile, "names: {complaints: call, ultimatum: cal}\n",
			`words.yaml:1: names.complaints: "complaints" is none of complaint, competitor_praise, competitor_offer, ultimatum, in_house, price_pressure, reference_withdrawn, second_source, sentiment, ` +
				`forwarding_competitor, forwarding_colleague, forwarding_voicemail, forwarding_outside, forwarding_cleared (did you mean "complaint"?)` + "\n" +
				`words.yaml:1: names.ultimatum: no signal is called "cal" (did you mean "call"?)`},
		{"phrases", wordsFile, "phrases:\n  ultimatums: [out we go]\n  in_house: [\"\", 自, 我们上自己的线, 我们上自己的线]\n  second_source: [Two Horses]\n  price_pressure: [two horses]\n",
			`words.yaml:2: phrases.ultimatums: "ultimatums" is none of complaint, competitor_praise, competitor_offer, ultimatum, in_house, price_pressure, ` +
				`reference_withdrawn, second_source (did you mean "ultimatum"?)` + "\n" +
				`words.yaml:3: phrases.in_house[0]: "" is no phrase that can be found in a text: two letters or characters at least, without marks between them` + "\n" +
				`words.yaml:3: phrases.in_house[1]: "自" is no phrase that can be found in a text: two letters or characters at least, without marks between them` + "\n" +
				`words.yaml:3: phrases.in_house[3]: phrase "我们上自己的线" is already on line 3` + "\n" +
				`words.yaml:4: phrases.second_source[0]: phrase "two horses" is already on line 5`},
		{"numbers twice", wordsFile, "numbers:\n  competitor: [\"+86755\"]\n  colleague: [\"+86755\", \" - \"]\n",
			"words.yaml:3: numbers.colleague[0]: number \"+86755\" is already on line 2\n" +
				"words.yaml:3: numbers.colleague[1]: \" - \" is no beginning of a number and no name"},
		{"grading of nothing", gradingFile, "potental: 100\n", `grading.yaml:1: unknown key "potental" (did you mean "potential"?)`},
		{"grading in two ways", gradingFile, "potential: 100\ntop: 0.2\n", `grading.yaml:2: top: potential is given as well: keep one of them`},
		{"potential of nothing", gradingFile, "potential: 0\n", `grading.yaml:1: potential: must be above 0, in money a year; leave it out, and top decides`},
		{"share in per cent", gradingFile, "share: 30\nband: -0.1\ngrowth: 20\nmargin: 0\nturnover: 1.5\ncomplaints: 0\ntop: 0\n",
			"grading.yaml:1: share: is 30; it must be between 0.01 and 1\ngrading.yaml:2: band: is -0.1; it must be between 0 and 0.5\n" +
				"grading.yaml:3: growth: is 20; it must be between 0.01 and 10\ngrading.yaml:4: margin: is 0; it must be between 0.001 and 1\n" +
				"grading.yaml:5: turnover: is 1.5; it must be between 0 and 1\ngrading.yaml:6: complaints: must be at least 1\ngrading.yaml:7: top: is 0; it must be between 0.01 and 1"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, err := parse(c.file, c.text)
			if got != nil || err == nil || err.Error() != c.want {
				t.Errorf("got\n%v\nwant\n%s", err, c.want)
			}
			if _, ok := errors.AsType[fault.List](err); !ok {
				t.Errorf("the error is a %T, not Faults", err)
			}
		})
	}
}

// Everything that is wrong is said in one go, by file and line.
func TestAllFaultsOfAllFiles(t *testing.T) {
	f := &files{texts: map[string][]byte{
		contactsCSVFile:  []byte("account,id\nacme,\n"), // not read: which accounts?
		signalsFile:      []byte("signals:\n  - {name: call, kind: x}\nelephant: 1h\n"),
		routingFile:      []byte("default: [x]\n"),
		calendarFile:     []byte("timezone: Mars\nmake_up: [tomorrow]\n"),
		accountsCSVFile:  []byte("id\nacme\n"),
		accountsYAMLFile: []byte("accounts: []\n"),
	}}
	_, err := f.parse()
	const want = `accounts.yaml: accounts.csv is there as well: keep one of them
calendar.yaml:1: timezone: "Mars" is not a time zone such as Asia/Shanghai or Europe/Berlin
calendar.yaml:2: make_up[0]: "tomorrow" is not a date such as 2026-02-17
routing.yaml:1: default[0]: there is no channel "x"
signals.yaml:2: signals[0].kind: "x" is none of count, score, event, amount
signals.yaml:3: unknown key "elephant"`
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
}

func TestUnknownFiles(t *testing.T) {
	dir := t.TempDir()
	texts := maps.Clone(sound)
	delete(texts, signalsFile)
	texts["signal.yaml"] = sound[signalsFile]
	texts["silence_test.yaml"] = "x"
	texts[".hidden.yaml"] = "x"
	texts["README.md"] = "x"
	write(t, dir, texts)
	_, err := Load(dir)
	want := dir + `/signal.yaml: not a file of the configuration (did you mean "signals.yaml"?)` + "\n" +
		dir + `/signals.yaml: the file is missing: it says what is judged`
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
	if _, err := Load(dir + "/none"); err == nil {
		t.Error("a directory that is not there was loaded")
	}
}

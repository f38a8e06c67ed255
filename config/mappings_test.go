package config

import (
	"reflect"
	"testing"

	"firstsign/signals"
	"firstsign/signals/mapping"
)

// mapped is a mapping of which some lines are given.
func mapped(lines string) string {
	return "mappings:\n  - name: pbx\n    " + lines + "\n    account: key\n    signal: '\"call\"'\n"
}

func TestFaultsOfMappings(t *testing.T) {
	const known = ": msg, key, headers, kafka.topic, kafka.partition, kafka.offset and kafka.time are known, and a text stands in quotes"
	const second = "  - name: spend\n    topic: a\n    account: key\n    signal: '\"call\"'\n"
	cases := []struct{ name, text, want string }{
		{"nothing given", "mappings:\n  - {}\n",
			"mappings.yaml:2: mappings[0]: a mapping needs a name: what it makes has it as its source\n" +
				"mappings.yaml:2: mappings[0]: a mapping needs a topic\n" +
				"mappings.yaml:2: mappings[0]: an expression for account is needed\n" +
				"mappings.yaml:2: mappings[0]: an expression for signal is needed"},
		{"name twice", mapped("topic: a") + "  - {name: pbx, topic: c, account: key, signal: '\"call\"'}\n", `mappings.yaml:6: mappings[1].name: mapping "pbx" is already on line 2`},
		{"no name", "mappings:\n  - {name: ' x', topic: a, account: key, signal: '\"call\"'}\n", `mappings.yaml:2: mappings[0].name: " x" is no name: 1 to 64 bytes, without spaces around it`},
		{"attribute without a name", mapped("topic: a\n    attributes: {\"\": key}"), `mappings.yaml:4: mappings[0].attributes: "" is no name of an attribute: 1 to 64 bytes, without spaces around it`},
		{"our own topic", mapped("topic: firstsign.alerts"), `mappings.yaml:3: mappings[0].topic: "firstsign.alerts" is a topic of Firstsign's own: only those of other systems are mapped`},
		{"no topic's name", mapped("topic: a b"), `mappings.yaml:3: mappings[0].topic: "a b" is no name of a topic: 1 to 249 letters, digits, dots, dashes or underscores`},
		{"unknown key", mapped("topic: a\n    acount: key"), `mappings.yaml:4: mappings[0]: unknown key "acount" (did you mean "account"?)`},
		{"list for an expression", mapped("topic: a\n    time: [msg.t]"), `mappings.yaml:4: mappings[0].time: want text, got a list`},
		{"unknown format", mapped("topic: a\n    format: jsn"), `mappings.yaml:4: mappings[0].format: "jsn" is none of json, csv, avro, protobuf (did you mean "json"?)`},
		{"avro without a registry", mapped("topic: a\n    format: avro"), `mappings.yaml:4: mappings[0].format: avro needs the registry that has its schemas: registry: {url: ...}, above the mappings`},
		{"no URL of a registry", "registry: {url: 'registry:8081'}\n" + mapped("topic: a"), `mappings.yaml:1: registry.url: "registry:8081" is no URL such as https://registry:8081`},
		{"a password in the URL", "registry: {url: 'https://a:b@registry'}\n" + mapped("topic: a"), `mappings.yaml:1: registry.url: holds a password: give username, and password_file or password_env`},
		{"a username alone", "registry: {url: 'https://registry', username: a}\n" + mapped("topic: a"), `mappings.yaml:1: registry.username: a password is needed: password_file or password_env`},
		{"two passwords", "registry: {url: 'https://registry', username: a, password_file: b, password_env: C}\n" + mapped("topic: a"), `mappings.yaml:1: registry.password_env: password_file is given as well: keep one of them`},
		{"columns of JSON", mapped("topic: a\n    columns: [a]"), `mappings.yaml:4: mappings[0].columns: only csv has columns`},
		{"CSV without columns", mapped("topic: a\n    format: csv"), `mappings.yaml:2: mappings[0]: csv needs the columns of a row, in order: columns: [a, b, c]`},
		{"column twice", mapped("topic: a\n    format: csv\n    columns: [a, b, a]"), `mappings.yaml:5: mappings[0].columns[2]: column "a" is already on line 5`},
		{"column with a space", mapped("topic: a\n    format: csv\n    columns: ['a ']"), `mappings.yaml:5: mappings[0].columns[0]: "a " is no name of a column: it has no space around it`},
		{"long delimiter", mapped("topic: a\n    format: csv\n    columns: [a]\n    delimiter: ', '"), `mappings.yaml:6: mappings[0].delimiter: one character stands between columns, and no quote or line end, not ", "`},
		{"no such signal", mapped("topic: a") + "  - name: x\n    topic: c\n    account: key\n    signal: 'msg.a ? \"call\" : \"cal\"'\n",
			`mappings.yaml:9: mappings[1].signal: no signal is called "cal" (did you mean "call"?)`},
		{"repeats of another mapping", mapped("topic: a\n    source: '\"erp\"'") + second + "    source: '\"erp\"'\n",
			`mappings.yaml:11: mappings[1].source: is that of mapping "pbx", and so is the id: what comes second would be dropped as a repeat. Leave source out, or make another id of it, as in id: 'msg.id + "/spend"'`},

		{"single quotes", mapped("topic: a\n    contact: 'msg.a + mgs.b'"), `mappings.yaml:4:23: mappings[0].contact: there is no mgs` + known},
		{"no quotes", mapped("topic: a\n    contact: agent"), `mappings.yaml:4:14: mappings[0].contact: there is no agent` + known},
		{"behind doubled quotes", mapped("topic: a\n    contact: '''\"'' + mgs'"), `mappings.yaml:4:23: mappings[0].contact: there is no mgs` + known},
		{"behind escaped quotes", mapped("topic: a\n    contact: \"\\\"客户\\\" + mgs\""), `mappings.yaml:4:24: mappings[0].contact: there is no mgs` + known},
		{"behind another escape", mapped("topic: a\n    contact: \"'\\x61' + mgs\""), `mappings.yaml:4: mappings[0].contact: there is no mgs` + known},
		{"lines", mapped("topic: a\n    when: |\n      msg.a == 1 ||\n        mgs.b"), `mappings.yaml:6:9: mappings[0].when: there is no mgs` + known},
		{"folded lines", mapped("topic: a\n    when: 'msg.a == 1 ||\n      mgs.b'"), `mappings.yaml:4: mappings[0].when: there is no mgs` + known},
		{"attribute", mapped("topic: a\n    attributes: {a.b: 'key', c: 'kye'}"), `mappings.yaml:4:34: mappings[0].attributes.c: there is no kye` + known},
		{"two at once", mapped("topic: a\n    id: 'msg.'\n    when: '1'"),
			"mappings.yaml:4:14: mappings[0].id: Syntax error: no viable alternative at input '.'\nmappings.yaml:5:12: mappings[0].when: want true or false, and this gives int"},
	}
	for _, test := range cases {
		t.Run(test.name, func(t *testing.T) {
			c, err := parse(mappingsFile, test.text)
			if c != nil || err == nil || err.Error() != test.want {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
		})
	}
}

func TestMappings(t *testing.T) {
	c, err := parse(mappingsFile, mapped("topic: cdr\n    time: 'msg.t'"))
	if err != nil {
		t.Fatal(err)
	}
	want := []mapping.Config{{Name: "pbx", Topic: "cdr", Format: mapping.JSON, Time: "msg.t", Account: "key", Signal: `"call"`}}
	if !reflect.DeepEqual(c.Mappings, want) {
		t.Errorf("got %+v", c.Mappings)
	}
	set, err := c.Mapped()
	if err != nil {
		t.Fatal(err)
	}
	// In the calendar's zone, which is that of Shanghai.
	record := &signals.Record{Key: []byte("acme"), Value: []byte(`{"t":"2026-03-02 09:30"}`)}
	got := set.Mapper(nil).Map(mapping.Origin{Topic: "cdr"}, record)
	if len(got) != 1 || string(got[0].Value) != `{"time":"2026-03-02T01:30:00Z","account":"acme","signal":"call","value":1,"id":"cdr/0/0","source":"pbx"}` {
		t.Errorf("%+v", got)
	}
	// They decide how records are made, and not how they are judged.
	plain, err := parse(mappingsFile, "")
	if err != nil || plain.Rules().Hash != c.Rules().Hash {
		t.Errorf("the rules are others: %v", err)
	}
}

package mapping

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"firstsign/signals"
)

// webhook is a mapping of records with several items.
func webhook(change func(*Config)) Config {
	return with(func(c *Config) {
		c.Name, c.Topic, c.Each, c.Account, c.ID = "hook", "hook", "msg.records", "item.customer", "item.id"
		change(c)
	})
}

// toldAll are the results of a record, shortened to what differs.
func toldAll(results []Result) []string {
	var all []string
	for _, r := range results {
		switch {
		case r.Reject != nil:
			all = append(all, fmt.Sprintf("refused [%s] %s", r.Items, strings.TrimPrefix(r.Reject.Error(), "unmappable: mapping hook: ")))
		case r.Empty:
			all = append(all, "empty")
		case r.Value == nil:
			all = append(all, "passed over")
		default:
			text := string(r.Value)
			text = strings.TrimPrefix(text, `{"time":"2026-03-02T01:30:11Z",`)
			all = append(all, strings.TrimSuffix(text, `,"source":"hook"}`))
		}
	}
	return all
}

func TestEach(t *testing.T) {
	call := func(account, id string) string {
		return fmt.Sprintf(`"account":%q,"signal":"call","value":1,"id":%q`, account, id)
	}
	tests := []struct {
		name   string
		change func(*Config)
		value  string
		want   []string
	}{
		{"an object with a list", func(*Config) {}, `{"records":[{"customer":"a","id":1},{"customer":"b","id":2}]}`, []string{call("a", "1"), call("b", "2")}},
		{"an array", func(c *Config) { c.Each = "msg" }, `[{"customer":"a","id":1},{"customer":"b","id":2}]`, []string{call("a", "1"), call("b", "2")}},
		{"one item is not special", func(*Config) {}, `{"records":[{"customer":"a","id":1}]}`, []string{call("a", "1")}},
		{"items and the message around them", func(c *Config) { c.Account = `msg.tenant + "-" + item.customer` },
			`{"tenant":"north","records":[{"customer":"a","id":1}]}`, []string{call("north-a", "1")}},
		{"texts as items", func(c *Config) {
			c.Each, c.Account, c.ID = `msg.list.split("|")`, "item", `msg.n + "-" + string(index)`
		},
			`{"list":"a|b","n":"x"}`, []string{call("a", "x-0"), call("b", "x-1")}},
		{"no id: the record's place and the item's", func(c *Config) { c.ID = "" }, `{"records":[{"customer":"a"},{"customer":"b"}]}`, []string{call("a", "hook/3/7/0"), call("b", "hook/3/7/1")}},
		{"an id of the record", func(c *Config) { c.ID = "msg.batch" }, `{"batch":"b9","records":[{"customer":"a"},{"customer":"a"}]}`, []string{call("a", "b9/0"), call("a", "b9/1")}},
		{"an item without its id", func(*Config) {}, `{"records":[{"customer":"a"},{"customer":"b","id":2}]}`, []string{call("a", "hook/3/7/0"), call("b", "2")}},
		{"the same item twice", func(*Config) {}, `{"records":[{"customer":"a","id":1},{"customer":"a","id":1}]}`, []string{call("a", "1"), call("a", "1")}},
		{"one id, two accounts", func(*Config) {}, `{"records":[{"customer":"a","id":1},{"customer":"b","id":1}]}`, []string{call("a", "1"), call("b", "1")}},
		{"one id, two values", func(c *Config) { c.Value = "item.n" }, `{"records":[{"customer":"a","id":1,"n":5},{"customer":"a","id":1,"n":6}]}`,
			[]string{`"account":"a","signal":"call","value":5,"id":"1"`, `refused [1] item 1: id: "1" is that of an item before it, which says something else: add index to the id`}},
		{"a bad item between good ones", func(*Config) {}, `{"records":[{"customer":"a","id":1},{"id":2},{"customer":"c","id":3}]}`,
			[]string{call("a", "1"), "refused [1] item 1: account: no such key: customer", call("c", "3")}},
		{"an item that the decoder refuses", func(*Config) {}, `{"records":[{"customer":"` + strings.Repeat("a", 257) + `","id":1},{"customer":"b","id":2}]}`,
			[]string{`refused [0] item 0: field_too_long: "account" at byte 41: longer than 256 bytes`, call("b", "2")}},
		{"an item that is null", func(*Config) {}, `{"records":[null,{"customer":"b","id":2}]}`, []string{"refused [0] item 0: account: no such key: customer", call("b", "2")}},
		{"null in an item", func(c *Config) { c.Contact = "item.agent.trim()" }, `{"records":[{"customer":"a","id":1,"agent":null},{"customer":"b","id":2}]}`, []string{call("a", "1"), call("b", "2")}},
		{"when of an item", func(c *Config) { c.When = `item.kind == "CALL"` }, `{"records":[{"kind":"SMS"},{"kind":"CALL","customer":"b","id":2},{}]}`, []string{"passed over", call("b", "2"), "passed over"}},
		{"when of the record", func(c *Config) { c.When = `msg.type == "batch"` }, `{"type":"ping"}`, []string{"passed over"}},
		{"no items", func(*Config) {}, `{"records":[]}`, []string{"empty"}},
		{"no list", func(*Config) {}, `{"Records":[]}`, []string{"refused [] each: no such key: records"}},
		{"the list is null", func(*Config) {}, `{"records":null}`, []string{"refused [] each: it is null"}},
		{"the list is an object", func(*Config) {}, `{"records":{"customer":"a"}}`, []string{"refused [] each: want a list, got map"}},
		{"the record is no list", func(c *Config) { c.Each = "msg" }, `{"customer":"a"}`, []string{"refused [] each: want a list, got map"}},
		{"too many", func(*Config) {}, `{"records":[` + strings.Repeat("1,", maxItems) + `1]}`, []string{"refused [] each: 10001 items, the limit is 10000"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			results := compiled(t, webhook(test.change)).Mapper(nil).Map(Origin{Topic: "hook", Partition: 3}, record(test.value))
			if got := toldAll(results); !slices.Equal(got, test.want) {
				t.Errorf("got  %q\nwant %q", got, test.want)
			}
		})
	}
}

// Many bad items do not make as many dead letters, each with the whole record;
// and the letter that they share maps just them again.
func TestManyBadItemsShareALetter(t *testing.T) {
	var items []string
	for i := range 100 {
		if i == 50 {
			items = append(items, `{"customer":"good","id":50}`)
			continue
		}
		items = append(items, `{"id":1}`)
	}
	r := record(`{"records":[` + strings.Join(items, ",") + `]}`)
	set := compiled(t, webhook(func(*Config) {}))
	var letters []Items
	mapped := 0
	for _, result := range set.Mapper(nil).Map(Origin{Topic: "hook"}, r) {
		if result.Reject != nil {
			letters = append(letters, result.Items)
			if last := len(letters) == ownLetters+1; last && !strings.Contains(result.Reject.Detail, "item 20: account: no such key: customer; so or otherwise with 78 more") {
				t.Error(result.Reject.Detail)
			}
			continue
		}
		mapped++
	}
	if len(letters) != ownLetters+1 || letters[0] != "0" || letters[ownLetters] != "20-49,51-99" || mapped != 1 {
		t.Errorf("%d mapped, letters %q", mapped, letters)
	}

	repaired := compiled(t, webhook(func(c *Config) { c.Account = `item.?customer.orValue("unknown")` })).Mapper(nil)
	again := 0
	for _, letter := range letters {
		for _, result := range repaired.Map(Origin{Topic: "hook", Mapping: "hook", Items: letter}, r) {
			if string(result.Account) != "unknown" {
				t.Errorf("of %s: %s", letter, told(result))
			}
			again++
		}
	}
	if again != 99 {
		t.Errorf("%d items were mapped again, want the 99 that were refused", again)
	}
}

// What a record becomes is bounded, whatever its items repeat.
func TestItemsAreBounded(t *testing.T) {
	c := webhook(func(c *Config) { c.ID, c.Text, c.Account = "", "msg.note", `"a"` })
	value := `{"note":"` + strings.Repeat("x", 1<<19) + `","records":[` + strings.Repeat("1,", 5000) + `1]}`
	bytes, refused := 0, 0
	for _, r := range compiled(t, c).Mapper(nil).Map(Origin{Topic: "hook"}, record(value)) {
		if bytes += len(r.Value); r.Reject != nil {
			refused++
		}
	}
	if bytes > maxItemBytes+signals.MaxRecord || refused != ownLetters+1 {
		t.Errorf("%d bytes, %d letters", bytes, refused)
	}
}

func TestEachFaults(t *testing.T) {
	for name, c := range map[string]struct {
		config Config
		want   string
	}{
		"item without each":   {webhook(func(c *Config) { c.Each = "" }), "account: there is no item without each, which gives a list of items"},
		"item in each itself": {webhook(func(c *Config) { c.Each = "item.x" }), "each: there is no item without each"},
		"no list":             {webhook(func(c *Config) { c.Each = `"a"` }), "each: want a list, and this gives string"},
		"no such function":    {webhook(func(c *Config) { c.Each = "msg.flat()" }), "each: there is no function flat"},
	} {
		t.Run(name, func(t *testing.T) {
			_, faults := Compile([]Config{c.config}, shanghai)
			if len(faults) == 0 || !strings.HasPrefix(faults[0].Field+": "+faults[0].Text, c.want) {
				t.Errorf("%+v, want %s", faults, c.want)
			}
		})
	}
	if got := Constants(&Config{Each: "msg"}, `item.inbound ? "call" : "visit"`); !slices.Equal(got, []string{"call", "visit"}) {
		t.Errorf("constants %q", got)
	}
}

// A record that a mapping goes over is as it was for the next mapping.
func TestMappingsWithAndWithoutEach(t *testing.T) {
	whole := with(func(c *Config) { c.Name, c.Topic, c.ID = "whole", "hook", "msg.batch" })
	mapper := compiled(t, webhook(func(*Config) {}), whole).Mapper(nil)
	var got []string
	for _, r := range mapper.Map(Origin{Topic: "hook"}, record(`{"batch":"b1","records":[{"customer":"a","id":1},{"customer":"b","id":2}]}`)) {
		got = append(got, r.Mapping+" "+string(r.Account))
	}
	if want := []string{"hook a", "hook b", "whole acme"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestItems(t *testing.T) {
	var s Items
	for _, i := range []int{3, 7, 8, 9, 11, 13, 14} {
		s = s.with(i)
	}
	if s != "3,7-9,11,13-14" {
		t.Errorf("%s", s)
	}
	for i := range 20 {
		if got, want := s.has(i), slices.Contains([]int{3, 7, 8, 9, 11, 13, 14}, i); got != want {
			t.Errorf("%d: %v", i, got)
		}
	}
	if !Items("").has(5) || Items("x,y-z").has(0) {
		t.Error("all, or what is no number")
	}
}

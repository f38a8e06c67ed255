package jsonfile

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"firstsign/internal/table"
	"firstsign/signals"
)

// read gives the records with their lines, and what ended the reading.
func read(t *testing.T, text string) (got []string, shape *table.Shape) {
	t.Helper()
	in, err := table.OpenText(strings.NewReader(text), table.Options{})
	if err != nil {
		t.Fatal(err)
	}
	r, err := New(in, strings.TrimSpace(text)[:1])
	if err != nil {
		return []string{"error: " + err.Error()}, in.Shape()
	}
	for {
		line, record, err := r.Next()
		if reject, bad := errors.AsType[*signals.Reject](err); bad {
			got = append(got, fmt.Sprintf("%d! %s", line, reject.Reason))
			continue
		}
		if err == io.EOF {
			return got, in.Shape()
		}
		if err != nil {
			return append(got, "error: "+err.Error()), in.Shape()
		}
		got = append(got, fmt.Sprintf("%d %s", line, record))
	}
}

func TestListInAnObject(t *testing.T) {
	for name, tt := range map[string]struct {
		text string
		want []string
		told string
	}{
		"records":          {text: `{"records":[{"a":1},{"a":2}]}`, want: []string{`1 {"a":1}`, `1 {"a":2}`}},
		"members around":   {text: `{"time":"x","total":2,"tags":["x"],"data":[{"a":"]}"}],"took":{"ms":3}}` + "\n", want: []string{`1 {"a":"]}"}`}},
		"of several lines": {text: "{\n  \"value\": [\n    {\n\"a\": 1}\n  ]\n}\n", want: []string{`3 {"a":1}`}},
		"more pages":       {text: `{"value":[{"a":1}],"@odata.nextLink":"https://a/b?skip=1"}`, want: []string{`1 {"a":1}`}, told: "@odata.nextLink"},
		"no more pages":    {text: `{"has_more":false,"next":null,"data":[{"a":1}]}`, want: []string{`1 {"a":1}`}},
		"more, before":     {text: `{"hasMore":true,"data":[{"a":1}]}`, want: []string{`1 {"a":1}`}, told: "hasMore"},
		"two lists": {text: `{"calls":[{"a":1}],"meetings":[{"a":2}]}`, want: []string{`1 {"a":1}`,
			`error: the object has two lists, "calls" and "meetings": make a file of each, as in jq -c '.meetings[]' FILE > meetings.jsonl`}},
		"two objects": {text: `{"data":[{"a":1}]}` + "\n" + `{"data":[{"a":2}]}`, want: []string{`1 {"a":1}`,
			`error: line 2: the file goes on behind the object with the list "data"; several answers in one file are read as jq -c '.data[]' FILE > one-a-line.jsonl`}},
		"a list before records":         {text: `{"columns":[{"a":1}]}` + "\n" + `{"a":2}`, want: []string{`1 {"columns":[{"a":1}]}`, `2 {"a":2}`}},
		"cut":                           {text: `{"data":[{"a":1}]`, want: []string{`1 {"a":1}`, "error: line 1: the JSON object is not closed: the file was cut"}},
		"a record with items":           {text: `{"items":[{"a":1}],"time":"x","account":"y"}`, want: []string{`1 {"items":[{"a":1}],"time":"x","account":"y"}`}},
		"a record, then items":          {text: `{"Account":"x","items":[{"a":1}]}`, want: []string{`1 {"Account":"x","items":[{"a":1}]}`}},
		"a list within objects":         {text: `{"d":{"__count":"1","results":[{"a":1}]}}`, want: []string{"error: the records are in a list within objects: jq -c '.d.results[]' FILE > one-a-line.jsonl"}},
		"an event with a deep list":     {text: `{"specversion":"1.0","data":{"items":[{"a":1}]}}`, want: []string{`1 {"specversion":"1.0","data":{"items":[{"a":1}]}}`}},
		"a deep list first in a record": {text: `{"x":{"w":[{"b":1}]},"account":"a"}`, want: []string{`1 {"x":{"w":[{"b":1}]},"account":"a"}`}},
		"a deep list in a record":       {text: `{"x":{"y":{"z":1},"w":["b"]},"account":"a"}`, want: []string{`1 {"x":{"y":{"z":1},"w":["b"]},"account":"a"}`}},
		"a list of texts":               {text: `{"data":["a"]}`, want: []string{`1 {"data":["a"]}`}},
		"lines with commas":             {text: "{\"a\":1},\n{\"a\":2},\n{\"a\":3}\n", want: []string{`1 {"a":1}`, `2 {"a":2}`, `3 {"a":3}`}},
		"a long list":                   {text: `{"data":[` + strings.Repeat(`{"a":1},`, 9999) + `{"a":2}]}`, want: append(slices.Repeat([]string{`1 {"a":1}`}, 9999), `1 {"a":2}`)},
		"a long record of itself":       {text: `{"data":[` + strings.Repeat(`{"a":1},`, 9999) + `{"a":2}],"account":"x"}`, want: append(slices.Repeat([]string{`1 {"a":1}`}, 9999), `1 {"a":2}`, `error: line 1: the object with the list "data" is a record itself, by its "account"`)},
	} {
		t.Run(name, func(t *testing.T) {
			got, shape := read(t, tt.text)
			if !slices.Equal(got, tt.want) {
				t.Errorf("got %q, want %q", got[max(0, len(got)-3):], tt.want[max(0, len(tt.want)-3):])
			}
			told := ""
			for _, w := range shape.Warnings {
				told += w.Column
			}
			if told != tt.told {
				t.Errorf("told of %q, want %q", told, tt.told)
			}
		})
	}
}

// Whatever a file holds, reading it ends.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{`{"d":{"results":[{"a":1}]}}`, `{"records":[{"a":1}],"next":"x"}`, "{\"a\":1},\n{\"b\":2}", `[{"a":1},{}]`, `{"":{"":"","":[{`, `{"a":"\`, `{}]000`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if begins := strings.TrimSpace(text); begins != "" && (begins[0] == '{' || begins[0] == '[') {
			in, err := table.OpenText(strings.NewReader(text), table.Options{})
			if err != nil || in.Reader() == nil {
				return
			}
			r, err := New(in, begins[:1])
			for i := 0; err == nil; i++ {
				if _, _, err = r.Next(); i > len(text)+2 {
					t.Fatal("it does not end")
				}
				if _, bad := errors.AsType[*signals.Reject](err); bad {
					err = nil
				}
			}
		}
	})
}

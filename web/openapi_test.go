package web

import (
	"bytes"
	"encoding/json"
	"flag"
	"net/http"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/invopop/jsonschema"

	"firstsign/accounts"
	"firstsign/alerting"
	"firstsign/alerting/message"
	"firstsign/detector"
	"firstsign/signals"
	"firstsign/web/access"
	"firstsign/web/live"
	"firstsign/web/operations"
	"firstsign/web/portfolio"
)

var update = flag.Bool("update", false, "write openapi.json anew")

// closedSets are the words that a type has.
var closedSets = map[reflect.Type]any{
	reflect.TypeFor[alerting.State]():       alerting.States,
	reflect.TypeFor[alerting.Severity]():    alerting.Severities,
	reflect.TypeFor[accounts.Grade]():       accounts.Grades,
	reflect.TypeFor[portfolio.Risk]():       portfolio.Risks,
	reflect.TypeFor[signals.Label]():        signals.Labels,
	reflect.TypeFor[detector.Side]():        []detector.Side{detector.Theirs, detector.Ours},
	reflect.TypeFor[detector.Kind]():        []detector.Kind{detector.Count, detector.Score, detector.Event, detector.Amount},
	reflect.TypeFor[detector.FindingKind](): nil, // answers have kinds of their own
	reflect.TypeFor[operations.FeedState](): operations.FeedStates,
	reflect.TypeFor[signals.Reason]():       signals.Reasons,
}

// schemas derives the schema of a type, and of the types in it, into components. What they
// say of a field is its comment.
func schemas(t *testing.T, types ...any) map[string]any {
	t.Helper()
	r := &jsonschema.Reflector{Anonymous: true, AllowAdditionalProperties: true}
	for _, folder := range []string{"web", "detector", "alerting", "accounts", "signals"} {
		if err := r.AddGoComments("firstsign", "../"+folder); err != nil {
			t.Fatal(err)
		}
	}
	comments := map[string]string{}
	for name, text := range r.CommentMap { // the path ".." takes the module's name away
		comments["firstsign/"+name] = strings.Join(strings.Fields(text), " ")
	}
	r.CommentMap = comments
	r.Mapper = func(of reflect.Type) *jsonschema.Schema {
		set, is := closedSets[of]
		switch {
		case of == reflect.TypeFor[signals.Day]():
			return &jsonschema.Schema{Type: "string", Format: "date"}
		case !is:
			return nil
		case set == nil:
			return &jsonschema.Schema{Type: "string"}
		}
		words := &jsonschema.Schema{Type: "string"}
		for i := range reflect.ValueOf(set).Len() {
			words.Enum = append(words.Enum, reflect.ValueOf(set).Index(i).Interface())
		}
		return words
	}
	all := map[string]any{}
	for _, one := range types {
		text, err := json.Marshal(r.Reflect(one))
		if err != nil {
			t.Fatal(err)
		}
		var schema struct {
			Defs map[string]any `json:"$defs"`
		}
		text = bytes.ReplaceAll(text, []byte(`"#/$defs/`), []byte(`"#/components/schemas/`))
		if err := json.Unmarshal(text, &schema); err != nil {
			t.Fatal(err)
		}
		for name, definition := range schema.Defs {
			all[name] = definition
		}
	}
	return all
}

type object = map[string]any

func ref(name string) object { return object{"$ref": "#/components/schemas/" + name} }

func body(schema object) object {
	return object{"content": object{"application/json": object{"schema": schema}}}
}

// response is an answer of a path.
func response(text string, schema object) object {
	r := body(schema)
	r["description"] = text
	return r
}

// parameter of an address.
func parameter(in, name, text string, schema object) object {
	p := object{"name": name, "in": in, "description": text, "required": in == "path", "schema": schema}
	if in == "query" {
		p["allowEmptyValue"] = true // an empty one asks for nothing
	}
	return p
}

func wordsOf[S ~string](list []S) object { return object{"type": "string", "enum": list} }

// answerSchema adds to the fields of an answer which of them go together.
func answerSchema(fields object) object {
	properties, _ := fields["properties"].(object)
	properties["do"] = object{"type": "string", "enum": []string{"acknowledge", "snooze", "assign", "note", "undo"}}
	properties["text"] = object{"type": "string", "pattern": `[^\s\u0000-\u001f\u007f-\u009f]`, "maxLength": alerting.MaxNote, "description": "of a note"}
	properties["days"] = object{"type": "integer", "minimum": 1, "maximum": maxSnoozeDays, "default": snoozeDays}
	only := func(word string, without ...string) object {
		absent := make([]object, len(without))
		for i, name := range without {
			absent[i] = object{"required": []string{name}}
		}
		return object{"required": []string{"do"}, "properties": object{"do": object{"const": word}}, "not": object{"anyOf": absent}}
	}
	with := func(one object, needed string) object {
		one["required"] = []string{"do", needed}
		return one
	}
	fields["additionalProperties"] = false
	fields["oneOf"] = []object{
		only("acknowledge", "label", "days", "to", "held", "text"), only("snooze", "label", "to", "held", "text"), only("undo", "label", "days", "to", "held", "text"),
		with(only("assign", "label", "days", "text"), "to"), with(only("note", "label", "days", "to", "held"), "text"),
		{"required": []string{"label"}, "not": object{"anyOf": []object{{"required": []string{"do"}}, {"required": []string{"days"}}, {"required": []string{"to"}}, {"required": []string{"held"}}, {"required": []string{"text"}}}}},
	}
	return fields
}

// document is the API in OpenAPI 3.1.
func document(t *testing.T) object {
	problems := func(codes ...string) object {
		all := object{}
		for _, code := range codes {
			all[code] = response(map[string]string{
				"400": "The request is not understood.", "403": "Whoever asks is not signed in, or the role does not include this.", "404": "There is none of this id.",
				"409": "The alert cannot be answered so in its present state.", "415": "The body is not JSON.", "503": "A part of the service does not answer.",
			}[code], ref("problem"))
		}
		return all
	}
	with := func(all object, text string, schema object) object {
		all["200"] = response(text, schema)
		return all
	}
	id := func(what string) []object {
		return []object{parameter("path", "id", "id of the "+what, object{"type": "string"})}
	}
	text := object{"type": "string"}
	list := []object{
		parameter("query", "state", "only alerts in this state; living: not closed", wordsOf(append(slices.Clone(alerting.States), living))),
		parameter("query", "severity", "only alerts of this severity", wordsOf(alerting.Severities)),
		parameter("query", "kind", "only alerts whose last finding is of this kind", wordsOf(detector.FindingKinds)),
		parameter("query", "owner", "only alerts of this manager", text),
		parameter("query", "account", "only alerts of this account", text),
		parameter("query", "after", "the next of the page before", object{"type": "string", "pattern": "^$|^(0[-0-9A-Z_a-z]{32}|1[-0-9A-Z_a-z]{11})"}),
		parameter("query", "limit", "alerts on a page", object{"type": "integer", "minimum": 1, "maximum": maxLimit, "default": defaultLimit}),
	}
	all := schemas(t, alertsAnswer{}, seriesAnswer{}, problem{}, alerting.Alert{}, detector.Inspection{}, portfolio.Report{},
		operations.Status{}, operations.FeedsAnswer{}, operations.PartitionsAnswer{})
	all["answerRequest"] = answerSchema(schemas(t, answerRequest{})["answerRequest"].(object)) //nolint:forcetypeassert // it is an object
	return object{
		"openapi": "3.1.0",
		"info": object{
			"title": "Firstsign", "version": "1",
			"description": "Alerts and accounts of a running Firstsign. Where the service has a login, every request needs it (HTTP basic). Fields may be added; none changes its meaning.",
		},
		"components": object{
			"schemas":         all,
			"securitySchemes": object{"login": object{"type": "http", "scheme": "basic"}},
		},
		"security": []object{{"login": []string{}}, {}},
		"paths": object{
			"/api/v1/alerts": object{"get": object{
				"summary": "A page of alerts, those with most at risk first", "operationId": "listAlerts", "parameters": list,
				"responses": with(problems("400", "403", "503"), "a page", ref("alertsAnswer")),
			}},
			"/api/v1/alerts/{id}": object{"get": object{
				"summary": "One alert with its history and deliveries", "operationId": "getAlert", "parameters": id("alert"),
				"responses": with(problems("403", "404", "503"), "the alert", ref("Alert")),
			}},
			"/api/v1/alerts/{id}/answers": object{"post": object{
				"summary": "Acknowledge, snooze, label or assign an alert, write a note or take an answer back, in the name of whoever signed in", "operationId": "answerAlert", "parameters": id("alert"),
				"requestBody": func() object { b := body(ref("answerRequest")); b["required"] = true; return b }(),
				"responses":   with(problems("400", "403", "404", "409", "415", "503"), "the alert after the answer, which is on the topic of alerts", ref("Alert")),
			}},
			"/api/v1/events": object{"get": object{
				"summary": "Server-sent events: an event alert for each alert that changes and that the reader may see, its data a JSON object with alert and account; an event reset when anything may have changed. It ends after 15 minutes; connect anew.", "operationId": "followAlerts",
				"responses": func() object {
					all := problems("403", "503")
					all["200"] = object{"description": "the events, until the reader goes away", "content": object{"text/event-stream": object{"schema": text}}}
					return all
				}(),
			}},
			"/api/v1/portfolio": object{"get": object{
				"summary": "How all accounts, or those that pass a filter, stand together now", "operationId": "getPortfolio",
				"parameters": []object{
					parameter("query", "owner", "only accounts of this manager", text),
					parameter("query", "team", "only accounts of this team", text),
					parameter("query", "grade", "only accounts of this grade", wordsOf(accounts.Grades)),
				},
				"responses": with(problems("400", "403", "503"), "the report", ref("Report")),
			}},
			"/api/v1/status": object{"get": object{
				"summary": "Is anything wrong, and what must be done? As this instance knows it", "operationId": "getStatus",
				"responses": with(problems("403", "503"), "what is wrong", ref("Status")),
			}},
			"/api/v1/feeds": object{"get": object{
				"summary": "Every source of interactions, the most urgent first", "operationId": "listFeeds",
				"responses": with(problems("403", "503"), "the feeds", ref("FeedsAnswer")),
			}},
			"/api/v1/partitions": object{"get": object{
				"summary": "Every partition of the topic, as it is stored, and what this instance knows of its own", "operationId": "listPartitions",
				"responses": with(problems("403", "503"), "the partitions", ref("PartitionsAnswer")),
			}},
			"/api/v1/accounts/{id}": object{"get": object{
				"summary": "All that the state says of one account", "operationId": "getAccount", "parameters": id("account"),
				"responses": with(problems("403", "404", "503"), "the account", ref("Inspection")),
			}},
			"/api/v1/accounts/{id}/series": object{"get": object{
				"summary": "The series of one account by day and by week, beside what is usual", "operationId": "getSeries", "parameters": id("account"),
				"responses": with(problems("403", "404", "503"), "the series", ref("seriesAnswer")),
			}},
		},
	}
}

// What is served as openapi.json follows from the types that are answered with;
// `go test ./web -update` writes it.
func TestOpenAPI(t *testing.T) {
	want, err := json.MarshalIndent(document(t), "", " ")
	if err != nil {
		t.Fatal(err)
	}
	want = append(want, '\n')
	if *update {
		if err := os.WriteFile("openapi.json", want, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if !bytes.Equal(openAPI, want) {
		t.Error("openapi.json is not what the API answers: run go test ./web -update")
	}
}

// Every path of the document is served, and every path that is served is in it.
func TestOpenAPINamesEveryPath(t *testing.T) {
	c := answering(t, "anna")
	var described struct {
		Paths map[string]map[string]struct {
			Responses map[string]any
		}
	}
	if err := json.Unmarshal(openAPI, &described); err != nil {
		t.Fatal(err)
	}
	parts := c.withPortfolio()
	parts.Pages.Handler = c.answers
	parts.Live = live.New(c.store, nil, quiet())
	parts.Operations = operationsOf(c)
	c.handler = Handler(parts, quiet())
	served := map[string]bool{}
	for _, route := range routesOf(parts, quiet()).All() {
		if strings.Contains(route.Pattern, " /api/") && route.Who != access.Everybody {
			served[route.Pattern] = true
		}
	}
	for path, methods := range described.Paths {
		for method, of := range methods {
			pattern := strings.ToUpper(method) + " " + path
			if !served[pattern] {
				t.Errorf("%s is described and not served", pattern)
			}
			delete(served, pattern)
			for _, id := range []string{"acme", "acme-2026-02-03", "nobody"} {
				code, _ := ask(t, c.handler, strings.ToUpper(method), strings.ReplaceAll(path, "{id}", id))
				if of.Responses[strconv.Itoa(code)] == nil {
					t.Errorf("%s of %s answers %d, which is not described", pattern, id, code)
				}
			}
		}
	}
	for pattern := range served {
		t.Errorf("%s is served and not described", pattern)
	}
}

// What is answered has the fields of its schema, and none beside them.
func TestAnswersAreAsDescribed(t *testing.T) {
	c := newCounter(t, message.English).acme()
	parts := c.withState()
	parts.Operations = operationsOf(c)
	c.handler = Handler(parts, quiet())
	for path, into := range map[string]any{
		"/api/v1/alerts": &alertsAnswer{}, "/api/v1/alerts/acme-2026-02-03": &alerting.Alert{}, "/api/v1/accounts/acme/series": &seriesAnswer{},
		"/api/v1/status": &operations.Status{}, "/api/v1/feeds": &operations.FeedsAnswer{}, "/api/v1/partitions": &operations.PartitionsAnswer{},
	} {
		code, text := ask(t, c.handler, http.MethodGet, path)
		d := json.NewDecoder(strings.NewReader(text))
		d.DisallowUnknownFields()
		if err := d.Decode(into); code != http.StatusOK || err != nil {
			t.Errorf("%s: %d %v", path, code, err)
		}
	}
}

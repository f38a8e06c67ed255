package firstsign_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// layers are the layers of the module, lowest first (docs/developer/architecture.md). A
// package imports from the layers below its own, and from its own entry where
// walls allow it. Entries of one layer do not import each other. A package
// belongs to the longest entry that its path begins with.
var layers = [][]string{
	{"internal"},
	{"accounts", "signals"},
	{"signals/decode", "signals/vocabulary"},
	{"signals/history"},
	{"signals/text", "signals/mapping", "signals/script", "signals/holidays"},
	{"detector/stats"},
	{"detector/series"},
	{"detector/evidence", "detector/feeds", "detector/portfolio", "detector/relations", "detector/episodes", "detector/duplicates", "detector/activity", "detector/idchange"},
	{"detector/finding"},
	{"detector/account"},
	{"detector/assessment", "detector/survey"},
	{"detector"},
	{"detector/worker"},
	{"alerting/message", "alerting/sending", "alerting/links"},
	{"alerting"},
	{"signals/kafka", "detector/redis", "alerting/redis", "alerting/notify", "web/access"},
	{"config", "backtest", "backtest/simulate", "backtest/survey", "web"},
	{"backtest/calibrate"},
	{"backtest/lookback"},
	{"cmd/firstsign/console", "cmd/firstsign/numbers", "cmd/firstsign/embedded"},
	{"cmd/firstsign/topic", "cmd/firstsign/benchmark", "cmd/firstsign/portfolio"},
	{"cmd/firstsign/app"},
	{"cmd/firstsign/demo", "cmd/firstsign/alerts", "cmd/firstsign/reading", "cmd/firstsign/migrate"},
	{"cmd", "deploy", "docs", "."}, // the last three hold tests only
}

// pure packages import nothing of the module: numbers in, numbers out.
var pure = []string{"internal/stall", "internal/fault", "internal/backoff", "internal/plural", "detector/stats", "internal/chart", "internal/stylesheet"}

// technologies are imported, outside tests, in these rooms only: what speaks
// to Kafka or Redis can be replaced in one place.
var technologies = map[string][]string{
	"github.com/segmentio/kafka-go":  {"signals/kafka", "cmd/firstsign/benchmark"},                    // there: the bare client that we are compared with
	"github.com/redis/go-redis":      {"detector/redis", "alerting/redis", "cmd/firstsign/benchmark"}, // there: the same
	"github.com/twmb/franz-go/pkg/k": {"cmd/firstsign/embedded", "deploy"},                            // kfake, the embedded broker; what administers a broker of tests
	"github.com/twmb/franz-go/pkg/s": {"signals/mapping"},                                             // sr, the schema registry's client
	"github.com/twmb/avro":           {"signals/mapping"},
	"github.com/bufbuild":            {"signals/mapping"},
	"github.com/alicebob/miniredis":  {"cmd/firstsign/embedded"}, // the embedded Redis
	"github.com/nicholas-fedor":      {"alerting/notify"},
	"github.com/wneessen/go-mail":    {"alerting/notify"},
	"github.com/alecthomas/kong":     {"cmd"},
	"github.com/prometheus/exporter": {"web"},
	"github.com/google/cel-go":       {"signals/mapping"},
	"github.com/xuri/excelize":       {"internal"},
	"github.com/klauspost/compress":  {"internal"},
	"golang.org/x/image":             {"internal"},
	"github.com/6tail/lunar-go":      {"signals/holidays"},
}

// namesOfNothing say where something was put, not what it is.
var namesOfNothing = []string{"pkg", "util", "utils", "common", "helper", "helpers", "misc"}

// clocks are the files that may read the wall clock, and why. Everywhere else
// time is an argument, so that a replay gives the same findings.
var clocks = map[string]string{
	"alerting/delivery/notifier.go":        "the default of its Now, which tests replace",
	"alerting/dispatch/loop.go":            "the same of the dispatcher, a Run loop",
	"alerting/notify/dingtalk.go":          "DingTalk wants the time in its signature",
	"alerting/notify/feishu.go":            "Feishu wants the time in its signature",
	"alerting/notify/retry_after.go":       "when an answer came that bears no time of its own",
	"cmd/firstsign/alerts/answer.go":       "when a person answered at the command line, and whether a link has expired",
	"cmd/firstsign/alerts/trial.go":        "names a trial message",
	"cmd/firstsign/app/stalls.go":          "when the service's Run loop looked at what stands still",
	"cmd/firstsign/app/app.go":             "the wall clock of the service",
	"cmd/firstsign/benchmark/engine.go":    "how long decoding, counting and day closes took",
	"cmd/firstsign/benchmark/per_event.go": "how long the design we are compared with took",
	"cmd/firstsign/benchmark/pipeline.go":  "how long reading took, by the worker and without it",
	"cmd/firstsign/benchmark/reading.go":   "how long reading took, by a bare reader and by ours",
	"cmd/firstsign/benchmark/store.go":     "how long a PING waited",
	"cmd/firstsign/check.go":               "how many days of the calendar are left",
	"signals/mapping/registry/registry.go": "how long a number that the registry does not know is not asked for again",
	"cmd/firstsign/demo/demo.go":           "where the paced clock of a demo begins",
	"cmd/firstsign/demo/live.go":           "a simulated day takes some seconds of the wall",
	"cmd/firstsign/erase.go":               "when a person was erased",
	"cmd/firstsign/topic/past.go":          "when the topic was read; no record is taken to be newer",
	"cmd/firstsign/reading/flags.go":       "the present, after which nothing of a history can have happened",
	"cmd/firstsign/load.go":                "how long a load took",
	"cmd/firstsign/migrate.go":             "how long a move took",
	"detector/worker/claim.go":             "when the worker's Run loop last wrote",
	"detector/worker/commit.go":            "the same, and how long it took",
	"detector/worker/session.go":           "how long closing a day took",
	"detector/worker/status.go":            "how long a load has not moved the clock",
	"detector/worker/tick.go":              "when a tick is due; the tick's own time is an argument",
	"internal/chromium/chromium.go":        "how long a test waits for a page",
	"internal/stall/board.go":              "how long ago an exchange failed; nobody repeats some of them",
	"config/watch.go":                      "when the files were read, for the metric",
	"web/live/live.go":                     "until when a browser must have read what is written to it",
	"web/access/login.go":                  "when a password was tried; tests replace it",
	"web/portfolio/overview.go":            "how long the Run loop read states, because it rests as much longer",
	"signals/kafka/client.go":              "when a producer's batch is due; tests replace it",
}

// Every module that go.mod names itself is explained in docs/dependencies.md,
// with the version that is used.
func TestDependenciesAreExplained(t *testing.T) {
	mod, err := os.ReadFile("go.mod")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := os.ReadFile("docs/dependencies.md")
	if err != nil {
		t.Fatal(err)
	}
	explained := map[string]string{}
	for _, m := range regexp.MustCompile("(?m)^\\| `([^` ]+)` \\| `([^`]+)` \\|").FindAllStringSubmatch(string(doc), -1) {
		explained[m[1]] = m[2]
	}
	direct := regexp.MustCompile(`(?m)^\t(\S+) (v\S+)$`).FindAllStringSubmatch(string(mod), -1)
	if len(direct) == 0 {
		t.Fatal("no module found in go.mod")
	}
	for _, m := range direct {
		if explained[m[1]] != m[2] {
			t.Errorf("docs/dependencies.md has %s %q, go.mod %s", m[1], explained[m[1]], m[2])
		}
		delete(explained, m[1])
	}
	for left := range explained {
		t.Errorf("docs/dependencies.md explains %s, which go.mod does not name", left)
	}
}

type listed struct {
	ImportPath, Dir  string
	GoFiles, Imports []string
}

func TestImportsGoDownwards(t *testing.T) {
	for _, v := range violations(list(t)) {
		t.Error(v)
	}
}

func TestTimeIsAnArgument(t *testing.T) {
	used := map[string]bool{}
	for _, p := range list(t) {
		for _, name := range p.GoFiles {
			file := path.Join(place(p.ImportPath), name)
			reads, err := clockReads(filepath.Join(p.Dir, name), nil)
			if err != nil {
				t.Fatal(err)
			}
			if len(reads) > 0 && clocks[file] == "" {
				t.Errorf("%s reads the wall clock (%s): take the time as an argument, or name the file in clocks with the reason", file, strings.Join(reads, ", "))
			}
			used[file] = len(reads) > 0
		}
	}
	for file := range clocks {
		if !used[file] {
			t.Errorf("%s is named in clocks and does not read the clock", file)
		}
	}
}

// list returns the packages of the module with their imports outside tests.
func list(t *testing.T) []listed {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Dir,GoFiles,Imports", "./...").Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		t.Fatalf("go list: %s", exit.Stderr)
	}
	if err != nil {
		t.Fatal(err)
	}
	var all []listed
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		if err := d.Decode(&p); err == io.EOF {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

const module = "firstsign"

// place is a package's path inside the module, "" for a foreign one.
func place(importPath string) string {
	if importPath == module {
		return "."
	}
	inside, ok := strings.CutPrefix(importPath, module+"/")
	if !ok {
		return ""
	}
	return inside
}

// room returns the entry and layer of a path, layer -1 when it has none.
func room(place string) (name string, layer int) {
	layer = -1
	for f, rooms := range layers {
		for _, r := range rooms {
			if (place == r || strings.HasPrefix(place, r+"/")) && len(r) > len(name) {
				name, layer = r, f
			}
		}
	}
	return name, layer
}

// violations returns what breaks the rules of layers, in words.
func violations(all []listed) []string {
	var found []string
	complain := func(format string, args ...any) { found = append(found, fmt.Sprintf(format, args...)) }
	for _, p := range all {
		from := place(p.ImportPath)
		for _, part := range strings.Split(from, "/") {
			if slices.Contains(namesOfNothing, part) {
				complain("%s: %q says where something was put, not what it is", from, part)
			}
		}
		fromRoom, fromLayer := room(from)
		if fromLayer < 0 {
			complain("%s belongs to no layer: give it a place in layers and in docs/developer/architecture.md", from)
			continue
		}
		for _, imported := range p.Imports {
			for technology, rooms := range technologies {
				if strings.HasPrefix(imported, technology) && !slices.Contains(rooms, fromRoom) {
					complain("%s imports %s, which belongs to %s", from, imported, strings.Join(rooms, ", "))
				}
			}
			to := place(imported)
			if to == "" {
				continue
			}
			if slices.Contains(pure, from) {
				complain("%s imports %s, and should import nothing of the module", from, to)
				continue
			}
			if toRoom, toLayer := room(to); toRoom != fromRoom && toLayer >= fromLayer {
				complain("%s imports %s, which is not below it", from, to)
			}
		}
	}
	slices.Sort(found)
	return found
}

// clockReads returns the uses of time.Now, Since and Until in a file.
func clockReads(filename string, src any) ([]string, error) {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, filename, src, 0)
	if err != nil {
		return nil, err
	}
	name := ""
	for _, i := range file.Imports {
		if p, _ := strconv.Unquote(i.Path.Value); p == "time" {
			name = "time"
			if i.Name != nil {
				name = i.Name.Name
			}
		}
	}
	var reads []string
	ast.Inspect(file, func(n ast.Node) bool {
		s, ok := n.(*ast.SelectorExpr)
		if !ok || name == "" {
			return true
		}
		if x, ok := s.X.(*ast.Ident); ok && x.Name == name && slices.Contains([]string{"Now", "Since", "Until"}, s.Sel.Name) {
			reads = append(reads, fmt.Sprintf("line %d: time.%s", set.Position(s.Pos()).Line, s.Sel.Name))
		}
		return true
	})
	return reads, nil
}

// The checker itself, on made-up packages.
func TestViolations(t *testing.T) {
	tests := []struct {
		name, from string
		imports    []string
		want       string // in the one violation; empty: none
	}{
		{"down", "firstsign/detector", []string{"firstsign/signals", "fmt"}, ""},
		{"down from an adapter", "firstsign/signals/kafka", []string{"firstsign/signals", "firstsign/detector", "github.com/segmentio/kafka-go/sasl"}, ""},
		{"inside a room", "firstsign/detector/worker/storetest", []string{"firstsign/detector/worker"}, ""},
		{"top", "firstsign/cmd/firstsign", []string{"firstsign/web", "firstsign/alerting/redis", "github.com/alecthomas/kong"}, ""},
		{"up", "firstsign/signals", []string{"firstsign/detector"}, "signals imports detector"},
		{"up from a room's cellar", "firstsign/detector/worker/storetest", []string{"firstsign/alerting"}, "detector/worker/storetest imports alerting"},
		{"to its own adapter", "firstsign/detector", []string{"firstsign/detector/redis"}, "detector imports detector/redis"},
		{"adapter to adapter", "firstsign/alerting/redis", []string{"firstsign/detector/redis"}, "not below"},
		{"next door", "firstsign/accounts", []string{"firstsign/signals"}, "not below"},
		{"a simulation knows no replay", "firstsign/backtest/simulate", []string{"firstsign/backtest"}, "not below"},
		{"a replay knows no calibration", "firstsign/backtest", []string{"firstsign/backtest/calibrate"}, "not below"},
		{"a calibration knows no lookback", "firstsign/backtest/calibrate", []string{"firstsign/backtest/lookback"}, "not below"},
		{"next door upstairs", "firstsign/web", []string{"firstsign/config"}, "not below"},
		{"kafka-go elsewhere", "firstsign/backtest", []string{"github.com/segmentio/kafka-go"}, "belongs to signals/kafka"},
		{"go-redis elsewhere", "firstsign/cmd/firstsign", []string{"github.com/redis/go-redis/v9"}, "belongs to detector/redis"},
		{"kfake below", "firstsign/signals/kafka", []string{"github.com/twmb/franz-go/pkg/kfake"}, "belongs to cmd/firstsign/embedded"},
		{"miniredis below", "firstsign/detector/redis", []string{"github.com/alicebob/miniredis/v2"}, "belongs to cmd/firstsign/embedded"},
		{"no layer", "firstsign/simulation", nil, "no layer"},
		{"a prefix is no room", "firstsign/detectors", nil, "no layer"},
		{"a name of nothing", "firstsign/detector/helpers", nil, `"helpers"`},
		{"statistics know no account", "firstsign/detector/stats", []string{"firstsign/accounts"}, "detector/stats imports accounts"},
		{"a series knows no evidence", "firstsign/detector/series", []string{"firstsign/detector/evidence"}, "not below"},
		{"evidence knows no feeds", "firstsign/detector/evidence", []string{"firstsign/detector/feeds"}, "not below"},
		{"an account knows no assessment", "firstsign/detector/account", []string{"firstsign/detector/assessment"}, "not below"},
		{"an assessment knows no engine", "firstsign/detector/assessment", []string{"firstsign/detector"}, "not below"},
		{"the engine knows no worker", "firstsign/detector", []string{"firstsign/detector/worker"}, "not below"},
		{"another name of nothing", "firstsign/cmd/util", nil, `"util"`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := violations([]listed{{ImportPath: test.from, Imports: test.imports}})
			if test.want == "" {
				if len(got) > 0 {
					t.Errorf("complains: %v", got)
				}
				return
			}
			if len(got) != 1 || !strings.Contains(got[0], test.want) {
				t.Errorf("got %q, want one with %q", got, test.want)
			}
		})
	}
}

func TestClockReads(t *testing.T) {
	tests := []struct {
		src  string
		want int
	}{
		{"package p\nimport \"time\"\nvar t = time.Now()", 1},
		{"package p\nimport clock \"time\"\nfunc f() { _ = clock.Since(clock.Now()) }", 2},
		{"package p\nimport \"time\"\nvar now = time.Now", 1}, // passed on as a function
		{"package p\nimport \"time\"\nvar t = time.Unix(0, 0)", 0},
		{"package p\nvar time struct{ Now int }\nvar t = time.Now", 0}, // not the package
	}
	for _, test := range tests {
		got, err := clockReads("made-up.go", test.src)
		if err != nil {
			t.Fatal(err)
		}
		if len(got) != test.want {
			t.Errorf("%s\ngot %v, want %d", test.src, got, test.want)
		}
	}
}

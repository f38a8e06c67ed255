package web

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

var (
	schemathesis = flag.String("web.schemathesis", "", "the program st of Schemathesis, which fuzzes the API; see deploy/schemathesis")
	fuzzFor      = flag.Duration("web.fuzz", time.Minute, "for how long it does")
)

// watched passes requests on and looks at the answers.
type watched struct {
	http.Handler
	mu       sync.Mutex
	codes    map[int]int
	problems []string
}

func (h *watched) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	seen := httptest.NewRecorder()
	h.Handler.ServeHTTP(seen, r)
	body := seen.Body.Bytes()
	h.mu.Lock()
	h.codes[seen.Code]++
	switch {
	case seen.Code >= 500:
		h.problems = append(h.problems, fmt.Sprintf("%s %s answers %d", r.Method, r.URL, seen.Code))
	case bytes.Contains(body, []byte("Hidden")) || bytes.Contains(body, []byte(`"account": "bolt"`)):
		h.problems = append(h.problems, fmt.Sprintf("%s %s shows the other manager's account", r.Method, r.URL))
	}
	h.mu.Unlock()
	for name, values := range seen.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(seen.Code)
	_, _ = w.Write(body)
}

// Schemathesis asks in the name of one of two managers whatever the document allows, and what
// it does not: no answer is a 500, each is as described, and nothing of the other's account is
// among them.
func TestSchemathesis(t *testing.T) {
	if *schemathesis == "" {
		t.Skip("deploy/schemathesis runs it, in make nightly")
	}
	_, s := served(t)
	h := &watched{Handler: s.Config.Handler, codes: map[int]int{}}
	server := httptest.NewServer(h)
	defer server.Close()

	// Half of the ids are those that there are, the other manager's among them.
	described := map[string]any{}
	if err := json.Unmarshal(openAPI, &described); err != nil {
		t.Fatal(err)
	}
	knowIDs(described)
	delete(described["paths"].(map[string]any), "/api/v1/events") //nolint:forcetypeassert // a document; it has no end
	text, err := json.Marshal(described)
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	file := filepath.Join(folder, "openapi.json")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), *schemathesis, "run", file, "--url", server.URL, "--header", "X-User: anna",
		"--checks", "all", "--exclude-checks", "ignored_auth", // the header is the proxy's, and in no scheme of the document
		"--max-time", fmt.Sprint(int(fuzzFor.Seconds())), "--max-failures", "20", "--warnings", "off", "--suppress-health-check", "all")
	c.Dir = folder // it keeps what it found there
	out, err := c.CombinedOutput()
	t.Logf("answers by status: %v\n%s", h.codes, out)
	if err != nil {
		t.Error(err)
	}
	if len(h.problems) > 0 {
		t.Errorf("%d problems:\n%s", len(h.problems), strings.Join(h.problems[:min(20, len(h.problems))], "\n"))
	}
	if h.codes[http.StatusOK] < 100 || h.codes[http.StatusNotFound] < 100 {
		t.Errorf("it asked for nothing that is there, or for nothing that is hidden: %v", h.codes)
	}
}

// knowIDs lets the ids of a document be those of the test as well.
func knowIDs(node any) {
	switch n := node.(type) {
	case map[string]any:
		if n["in"] == "path" && n["name"] == "id" {
			n["schema"] = map[string]any{"anyOf": []any{
				map[string]any{"enum": []string{"acme", "acme-2026-02-03", "bolt", "bolt-1", "bolt-of-old", "listed"}}, map[string]any{"type": "string"},
			}}
		}
		for _, child := range n {
			knowIDs(child)
		}
	case []any:
		for _, child := range n {
			knowIDs(child)
		}
	}
}

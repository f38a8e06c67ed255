package web

import (
	"net/http"
	"slices"
	"strings"
	"sync"
)

// Readiness is what the parts of a process say about themselves. Parts join
// and leave as partitions do. Its methods may be called concurrently.
type Readiness struct {
	mu    sync.Mutex
	parts map[string]func() error
}

// Add joins a part under its name, replacing one of the same name. The check
// returns why the part cannot do its work now, nil when it can; it must not
// block, because a prober is waiting.
func (r *Readiness) Add(name string, check func() error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.parts == nil {
		r.parts = map[string]func() error{}
	}
	r.parts[name] = check
}

// Remove takes a part out.
func (r *Readiness) Remove(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.parts, name)
}

// PartStatus is one part in the body of /-/ready.
type PartStatus struct {
	Name   string `json:"name"`
	Ready  bool   `json:"ready"`
	Reason string `json:"reason,omitempty"`
}

// Status is the body of /-/ready.
type Status struct {
	Ready bool         `json:"ready"`
	Parts []PartStatus `json:"parts"`
}

// Status asks every part, and is ready when all are. A process without parts
// has not started yet, so it is not ready; nor is a nil Readiness.
func (r *Readiness) Status() Status {
	s := Status{Parts: []PartStatus{}}
	if r == nil {
		return s
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	s.Ready = len(r.parts) > 0
	for name, check := range r.parts {
		part := PartStatus{Name: name, Ready: true}
		if err := check(); err != nil {
			part.Ready, part.Reason = false, err.Error()
			s.Ready = false
		}
		s.Parts = append(s.Parts, part)
	}
	slices.SortFunc(s.Parts, func(a, b PartStatus) int { return strings.Compare(a.Name, b.Name) })
	return s
}

func (r *Readiness) serve(w http.ResponseWriter, _ *http.Request) {
	s := r.Status()
	code := http.StatusOK
	if !s.Ready {
		code = http.StatusServiceUnavailable
	}
	writeJSON(w, code, s)
}

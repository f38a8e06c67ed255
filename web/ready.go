package web

import (
	"maps"
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

// Reporter is what parts of a process say about themselves.
type Reporter interface {
	// Ready returns what each part is doing or what it waits for, in words, and
	// whether all of them can do their work. It must not block, because a prober
	// is waiting, and may be called concurrently.
	Ready() (parts map[string]string, ready bool)
}

// Checks is a Reporter of parts that are either ready or can say why not: a
// check returns the reason, nil when there is none.
type Checks map[string]func() error

// Ready implements Reporter.
func (c Checks) Ready() (map[string]string, bool) {
	parts, ready := make(map[string]string, len(c)), true
	for name, check := range c {
		parts[name] = "ready"
		if err := check(); err != nil {
			parts[name], ready = err.Error(), false
		}
	}
	return parts, ready
}

// Status is the body of /-/ready.
type Status struct {
	Ready bool              `json:"ready"`
	Parts map[string]string `json:"parts"`
}

// status asks everybody. A process that nobody reports for has not started
// yet, so it is not ready.
func status(reporters []Reporter) Status {
	s := Status{Ready: len(reporters) > 0, Parts: map[string]string{}}
	for _, r := range reporters {
		parts, ready := r.Ready()
		maps.Copy(s.Parts, parts)
		s.Ready = s.Ready && ready
	}
	return s
}

func serveReady(reporters []Reporter) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		s := status(reporters)
		code := http.StatusOK
		if !s.Ready {
			code = http.StatusServiceUnavailable
		}
		writeJSON(w, code, s)
	}
}

// RegisterReady registers firstsign_ready: what /-/ready answers, as a number.
func RegisterReady(reg prometheus.Registerer, reporters ...Reporter) {
	promauto.With(reg).NewGaugeFunc(prometheus.GaugeOpts{
		Name: "firstsign_ready", Help: "1 when every part of this instance can do its work; /-/ready says which cannot, and why.",
	}, func() float64 {
		if status(reporters).Ready {
			return 1
		}
		return 0
	})
}
